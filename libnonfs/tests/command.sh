# shellcheck shell=sh
# What the tests of the command nonfs share; read by them with the names of the tools that they need in $tools. Leaves the
# script in an empty folder that is removed at its end.
# shellcheck source=tests/harness/tap.sh
. "${NONOS_SRCDIR:?}/tests/harness/tap.sh"
# shellcheck source=tests/harness/damage.sh
. "${NONOS_SRCDIR:?}/tests/harness/damage.sh"
nonfs=${NONOS_BUILDDIR:?}/libnonfs/tools/nonfs
# shellcheck disable=SC2086,SC2154
needs $tools
work_in ''
cd "$dir" || exit 99
# exits CODE ARGUMENT...: runs nonfs, keeping its output in out and err.
exits() {
    expected=$1; shift
    "$nonfs" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "nonfs $*: exit code $code, not $expected"
    cat out err
    return 1
}
says() { grep -qF -- "$1" err || { cat err; return 1; }; }
