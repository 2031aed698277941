# What the tests of the commands `noncrypto` and `nonzk` share; each of them reads this file. Prints TAP.
# $program, noncrypto unless it is set before, is what exits() runs.
# shellcheck shell=sh

# shellcheck source=tests/harness/damage.sh
. "${NONOS_SRCDIR:?}/tests/harness/damage.sh"

noncrypto=${NONOS_BUILDDIR:?}/libnoncrypto/tools/noncrypto
program=${program:-$noncrypto}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

n=0
# holds NAME COMMAND...: one test; the command must succeed.
holds() {
    name=$1; shift
    n=$((n + 1))
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
# exits CODE ARGUMENT...: runs $program, keeping its output in out and err.
exits() {
    expected=$1; shift
    "$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "# ${program##*/} $*: exit code $code, not $expected"
    head -c 2000 out err | sed 's/^/# /'
    return 1
}
prints() { [ "$(cat out)" = "$1" ] || { sed 's/^/# printed: /' out; return 1; }; }
# says TEXT: what was printed on standard error has it.
says() { grep -qF -e "$1" err || { sed 's/^/# said: /' err; return 1; }; }
# none NAME...: none of these files is there, nor one that was being written.
none() {
    for file; do
        [ ! -e "$file" ] || { echo "# $file is there"; return 1; }
    done
    [ -z "$(find . -name '.*.????????????????' -print)" ] || { echo "# a temporary file is left"; return 1; }
}
skipped() { echo "# skipped: $*"; }
