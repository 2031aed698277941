#!/bin/sh
# Proof of constant time: runs every secret-dependent operation under valgrind, which reports a branch or an address that
# depends on a secret. Prints TAP, a line for each compiler, level, flavour and subject.
#
#     tests/ct/run.sh LIBRARY [--long | --build COMPILER,LEVEL,FLAVOUR] [-b FOLDER] [SUBJECT]...
#
# Subjects are LIBRARY/tests/ct/ct_SUBJECT.c, and divisions.allow is beside them; LIBRARY/tests/ct/run.sh calls this.
#
# Without --long gcc and clang at -O2; with it -O1 -O2 -O3 -Os, and each also as the kernel is compiled (general registers
# only) and without 128-bit integers, as for a 32-bit processor. In each build the subjects run portable C and every back end
# that valgrind can execute. What is planted in leaks/ must be reported in every build, or nothing else would count; and no
# object may divide but where divisions.allow says why (valgrind does not see the time of a division).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
library_name=${1:?}
shift
own=$top/$library_name/tests/ct
long=no
builds=
folder=
while [ $# -gt 0 ]; do
    case $1 in
    --long) long=yes ;;
    --build) builds="$builds $2"; shift ;;
    -b) folder=$2; shift ;;
    -*) sed -n 's/^#     //p' "$0" >&2; exit 2 ;;
    *) break ;;
    esac
    shift
done
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
subjects=$*
[ -n "$subjects" ] || subjects=$(for f in "$own"/ct_*.c; do basename "$f" .c; done | sed 's/^ct_//')
# sources_of LIBRARY: the sources of its sources.mk.
sources_of() { awk '!/^#/ { for (i = 1; i <= NF; i++) if ($i ~ /\/src\/.*\.c$/) print $i }' "$top/$1/sources.mk"; }
sources=$(sources_of "$library_name")
includes="-I$top/$library_name/include -I$top/libnoncrypto/include"
allow="--allow $own/divisions.allow"
if [ "$library_name" != libnoncrypto ]; then
    # What it calls of libnoncrypto.
    sources="$sources $(sources_of libnoncrypto | grep -E "$(cat "$own/noncrypto.sources")")"
    allow="$allow --allow $top/libnoncrypto/tests/ct/divisions.allow"
fi
count=0 failed=0

# judge RESULT NAME [LOG]: a line of TAP; the log says why.
judge() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        failed=$((failed + 1))
        [ -z "${3:-}" ] || head -n 40 "$3" | sed 's/^/# /'
        echo "not ok $count - $2"
    fi
}

skip() {
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

flags_of() {
    case $1 in
    kernel) echo '-mgeneral-regs-only -mno-red-zone -fno-omit-frame-pointer' ;;
    narrow) echo '-U__SIZEOF_INT128__ -DNONCRYPTO_CONFIG_PORTABLE=1' ;;
    esac
}

# The table of subjects for main.c.
write_table() {
    for s in $subjects; do
        if grep -q "^void ct_$s(void)" "$own/ct_$s.c"; then echo "VOID($s)"; else echo "INT($s)"; fi
    done >"$1"
}

# build_cell: objects of the library and of the subjects for $compiler $level $flavour, in $cell.
build_cell() {
    mkdir -p "$cell/lib" "$cell/ct"
    write_table "$cell/ct/subjects.inc"
    common="-std=gnu11 $level -g1 -gdwarf-4 -fno-strict-aliasing -DNONCRYPTO_CONFIG_TAINT=1 -DNONZK_CONFIG_TAINT=1"
    common="$common -DNONCRYPTO_CONFIG_CPU_DETECT=1 -w $includes"
    library="$common $(flags_of "$flavour") -ffreestanding -fno-stack-protector"
    # shellcheck disable=SC2086
    {
        (cd "$top" && printf '%s\n' $sources) | sed 's:\(.*\):\1 \1:' |
            while read -r source object; do
                echo "$source $cell/lib/$(echo "$object" | tr '/' '_' | sed 's/c$/o/')"
            done | (cd "$top" && xargs -L 1 -P "$jobs" sh -c \
                "exec $compiler $library -I\${0%%/*}/src -c \"\$0\" -o \"\$1\"") &&
            for s in $subjects; do echo "$own/ct_$s.c $cell/ct/ct_$s.o"; done |
            xargs -L 1 -P "$jobs" sh -c "exec $compiler $common -I$here -I$top/$library_name/src -c \"\$0\" -o \"\$1\"" &&
            $compiler $common -I"$cell/ct" -c "$here/main.c" -o "$cell/ct/main.o" &&
            $compiler -Wl,--wrap=noncrypto_cpu_detect -o "$cell/subjects" "$cell"/ct/*.o "$cell"/lib/*.o
    } >"$cell/build.log" 2>&1
}

# under_valgrind PROGRAM [ARGUMENT]: 99 when it reports anything.
under_valgrind() {
    valgrind -q --error-exitcode=99 "$@"
}

run_subject() {
    result=0
    under_valgrind "$cell/subjects" "$1" >"$cell/$1.log" 2>&1 || result=1
    judge "$result" "$where: $1" "$cell/$1.log"
}

# A leak that is not reported means that the check is blind in this build.
run_leak() {
    name=$(basename "$1" .c)
    program=$cell/leak_$name
    result=0
    # shellcheck disable=SC2086
    $compiler $common -I"$here" -o "$program" "$1" "$here/leaks/main.c" >"$program.log" 2>&1 &&
        under_valgrind "$program" >>"$program.log" 2>&1 || result=$?
    [ "$result" -eq 99 ] && result=0 || result=1
    judge "$result" "$where: the planted $name is reported" "$program.log"
}

# What valgrind cannot see: the planted division must be found by its disassembly, and the library must have none.
run_divisions() {
    result=0
    # shellcheck disable=SC2086
    $compiler $common -I"$here" -c "$here/leaks/blind/division.c" -o "$cell/division.o" &&
        "$here/divisions.py" $allow "$cell/division.o" >"$cell/division.log" 2>&1 && result=1
    judge "$result" "$where: the planted division is found in the disassembly" "$cell/division.log"
    result=0
    # shellcheck disable=SC2086
    "$here/divisions.py" $allow "$cell"/lib/*.o >"$cell/divisions.log" 2>&1 || result=1
    judge "$result" "$where: no division but those of divisions.allow" "$cell/divisions.log"
}

run_cell() {
    compiler=$1 level=$2 flavour=$3
    where="$compiler $level $flavour"
    cell=$folder/$compiler$level-$flavour
    rm -rf "$cell"
    if ! build_cell; then
        judge 1 "$where: builds" "$cell/build.log"
        return
    fi
    for s in $subjects; do run_subject "$s"; done
    if [ "$flavour" = hosted ]; then
        for leak in "$here"/leaks/leak_*.c; do run_leak "$leak"; done
    fi
    run_divisions
    rm -rf "${cell:?}/lib" "${cell:?}/ct"
}

# The same for processors that nothing runs on here: divisions only.
run_foreign() {
    for compiler in aarch64-linux-gnu-gcc riscv64-linux-gnu-gcc arm-linux-gnueabihf-gcc s390x-linux-gnu-gcc; do
        if ! command -v "$compiler" >/dev/null; then
            skip "$compiler: no division but those of divisions.allow" 'the compiler was not found'
            continue
        fi
        for level in -O2 -Os; do
            cell=$folder/$compiler$level
            mkdir -p "$cell"
            result=0
            # shellcheck disable=SC2086
            for source in $sources; do echo "$source $cell/$(echo "$source" | tr '/' '_' | sed 's/c$/o/')"; done |
                (cd "$top" && xargs -L 1 -P "$jobs" sh -c "exec $compiler -std=gnu11 $level -w -ffreestanding \
                    -fno-strict-aliasing $includes -I\${0%%/*}/src -c \"\$0\" -o \"\$1\"") \
                    >"$cell/divisions.log" 2>&1 &&
                "$here/divisions.py" $allow --objdump "${compiler%gcc}objdump" "$cell"/*.o >>"$cell/divisions.log" 2>&1 || result=1
            judge "$result" "$compiler $level: no division but those of divisions.allow" "$cell/divisions.log"
        done
    done
}

compilers=
for compiler in gcc clang; do
    if command -v "$compiler" >/dev/null; then
        compilers="$compilers $compiler"
        echo "# $("$compiler" --version | head -n 1)"
    else
        skip "all subjects with $compiler" "$compiler was not found"
    fi
done
if ! command -v valgrind >/dev/null || ! echo '#include <valgrind/memcheck.h>' | ${CC:-cc} -E - >/dev/null 2>&1; then
    echo '1..0 # SKIP valgrind was not found'
    exit 0
fi
echo "# $(valgrind --version)"
if [ "$(uname -m)" != x86_64 ]; then
    echo '1..0 # SKIP the matrix is made for x86-64'
    exit 0
fi

if [ -z "$builds" ]; then
    levels=-O2 flavours=hosted
    [ "$long" = no ] || levels='-O1 -O2 -O3 -Os' flavours='hosted kernel narrow'
    for compiler in $compilers; do
        for level in $levels; do
            for flavour in $flavours; do builds="$builds $compiler,$level,$flavour"; done
        done
    done
fi
for b in $builds; do
    # shellcheck disable=SC2046
    run_cell $(echo "$b" | tr ',' ' ')
done
[ "$long" = no ] || run_foreign
echo "1..$count"
[ "$failed" -eq 0 ]
