#!/bin/sh
# Links a kernel image: link.sh OUTPUT SCRIPT OBJECT-OR-ARCHIVE...
#
# Twice: the second link adds the table of function names that symbols.py makes of the first. The table lies behind everything
# else, so it moves nothing. OUTPUT is X.elf; X.debug keeps the names and lines for a debugger.
set -eu

out=$1 script=$2 debug=${1%.elf}.debug
shift 2
tools=$(dirname "$0")
temporary=$out.names
trap 'rm -f "$temporary".*' EXIT

# -z text: refuses relocations in read-only parts; what remains must be relative, as the kernel relocates itself.
link() {
    to=$1
    shift
    # shellcheck disable=SC2086 # libtool gives the linker with its emulation
    ${LD:-ld} -pie --no-dynamic-linker -z text -z norelro -z noexecstack -z max-page-size=4096 \
        --build-id=none --hash-style=sysv --fatal-warnings -T "$script" -o "$to" "$@"
}

link "$temporary.first" --start-group "$@" --end-group
LC_ALL=C ${NM:-nm} -n "$temporary.first" >"$temporary.nm"
"${PYTHON3:-python3}" "$tools/symbols.py" "$temporary.nm" >"$temporary.S"
${CC:-cc} -c "$temporary.S" -o "$temporary.o"
link "$debug" --start-group "$@" --end-group "$temporary.o"

LC_ALL=C ${NM:-nm} -n "$debug" | grep ' [tT] ' >"$temporary.nm2"
grep ' [tT] ' "$temporary.nm" | cmp -s - "$temporary.nm2" || {
    echo "link.sh: the second link moved functions" >&2
    exit 1
}
if LC_ALL=C readelf -rW "$debug" | grep 'R_X86_64_' | grep -qv 'R_X86_64_RELATIVE'; then
    echo "link.sh: the image has relocations that the kernel does not know" >&2
    exit 1
fi
${STRIP:-strip} --strip-all -o "$out" "$debug"
