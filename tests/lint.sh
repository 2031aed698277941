#!/bin/sh
# Looks at the sources without running them: tests/lint.sh BUILD. Prints a TAP line for each tool; BUILD is a configured build
# folder, which holds the generated headers.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
cd "$top" || exit 1
count=0 failed=0
findings=$(mktemp) || exit 1
trap 'rm -f "$findings"' EXIT

# judge NAME FUNCTION: what the function prints is a finding; none is a pass.
judge() {
    count=$((count + 1))
    "$2" >"$findings"
    if [ -s "$findings" ]; then
        failed=$((failed + 1))
        head -n 60 "$findings" | sed 's/^/# /'
        echo "not ok $count - $1"
    else
        echo "ok $count - $1"
    fi
}

# files PATTERN...: the tracked ones; in an unpacked tarball, all but what the Autotools and a build put there.
files() {
    if [ -e .git ]; then
        git ls-files --cached --others --exclude-standard -- "$@"
    else
        for pattern; do
            find . \( -name '.?*' -o -path './build*' -o -path ./m4 -o -path ./autom4te.cache \) -prune -o \
                -path "./$pattern" -print
        done
    fi
}

# in_parallel OPTION... COMMAND...: as xargs, on all processors.
in_parallel() { xargs -P "$(nproc)" "$@"; }

layout() {
    files '*.c' '*.h' | in_parallel -n 40 clang-format --dry-run 2>&1 | grep -E 'warning:|error:'
}

scripts() {
    { files '*.sh'; echo nonos; echo .ci/run; echo distro/image/run; echo distro/image/mkimage; } | xargs shellcheck
}

static_analysis() {
    cppcheck --quiet --enable=warning,portability --inline-suppr -j "$(nproc)" --suppress=missingInclude \
        --suppress=missingIncludeSystem --suppress='*:*/tests/*' --suppress=uninitStructMember \
        -Ilibnoncrypto/include -Ilibnoncrypto/src -Ilibnonfs/include -Ilibnonnet/include -Ilibnononion/include -Ilibnonzk/include \
        -Ikernel/include lib*/src lib*/tools kernel/mm kernel/cap kernel/ipc kernel/sched kernel/irq kernel/module \
        kernel/audit kernel/modules kernel/boot/common 2>&1 | grep -E '(error|warning|portability):'
}

# tidy FLAGS...: reads names of sources.
tidy() {
    # shellcheck disable=SC2016  # expanded by the shell that each file gets
    in_parallel -I FILE sh -c 'file=$1; shift
        clang-tidy --quiet "$file" -- -std=gnu11 "-I$(dirname "$file")" "$@" 2>/dev/null' tidy FILE "$@" |
        grep -E '(warning|error):' | sort -u
}

tidy_libraries() {
    set --
    for library in noncrypto nonfs nonnet nononion nonzk; do
        set -- "$@" "-Ilib$library/include" "-Ilib$library/src"
    done
    files 'lib*/src/*.c' | tidy "$@"
}

tidy_kernel() {
    files 'kernel/*.c' | grep -E '^kernel/(mm|cap|ipc|sched|irq|module|audit|debug)/' | grep -v /tests/ |
        tidy -ffreestanding -mgeneral-regs-only -DKERNEL_VERSION='"lint"' -Ikernel -Ikernel/include \
            "-I$build/kernel/generated" -Ilibnoncrypto/include
}

tidy_modules() {
    files 'kernel/modules/*.c' | grep -v /tests/ |
        tidy -ffreestanding -nostdinc -D__nonos__=1 -Ikernel/runtime/include -Ikernel/include \
            "-I$build/kernel/generated" -Ilibnoncrypto/include -Ilibnonfs/include -Ilibnonnet/include -Ilibnonzk/include \
            -Ikernel/modules/driver/fuzz -isystem "$(clang -print-resource-dir)/include"
}

judge clang-format layout
judge shellcheck scripts
judge cppcheck static_analysis
judge 'clang-tidy of the libraries' tidy_libraries
if [ -f "$build/kernel/generated/nonos/syscall.h" ]; then
    judge 'clang-tidy of the kernel' tidy_kernel
    judge 'clang-tidy of the modules' tidy_modules
fi

echo "1..$count"
[ "$failed" -eq 0 ]
