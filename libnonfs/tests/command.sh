# shellcheck shell=sh
# What the tests of the command nonfs share; read by them with the names of the tools that they need in $tools. Leaves the
# script in an empty folder that is removed at its end.
# shellcheck source=tests/harness/damage.sh
. "${NONOS_SRCDIR:?}/tests/harness/damage.sh"
nonfs=${NONOS_BUILDDIR:?}/libnonfs/tools/nonfs
PATH=$PATH:/usr/sbin:/sbin
# shellcheck disable=SC2154
for tool in $tools; do
    command -v "$tool" >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

n=0
# holds NAME COMMAND...: one test; the command must succeed, and what it prints shows when it fails.
holds() {
    name=$1; shift
    n=$((n + 1))
    if "$@" >messages 2>&1; then echo "ok $n - $name"; else echo "not ok $n - $name"; sed 's/^/# /' messages; fi
}
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
