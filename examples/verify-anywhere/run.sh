#!/bin/sh
# Builds the verifier as a program and as a kernel, and gives both a proof that snarkjs made, and changed ones. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
# The command nonzk is that of NONOS_BUILDDIR, else that of the path.
set -u

src=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
# shellcheck source=tests/harness/damage.sh
. "$src/../../tests/harness/damage.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/verify-anywhere/build}}"
nonzk=${NONOS_BUILDDIR:+$NONOS_BUILDDIR/libnonzk/tools/}nonzk

needs gcc "$nonzk"
"$nonzk" inspect "$src/proof.json" >/dev/null 2>&1 || skip_all this nonzk does not read JSON

build() {
    rm -rf "$dir/vendor" "$dir"/*.bin # always today's sources
    make -f "$src/Makefile" BUILD="$dir" NONOS="$src/../.." NONZK="$nonzk" "$@"
}
# change FROM TO OFFSET: a copy with another byte.
change() { cp "$1" "$2" && flip "$2" "$3"; }
# says WHAT STATUS PROOF INPUTS: the program exits so and prints that.
says() {
    "$dir/verify" "$3" "$4" >"$dir/out" 2>&1
    status=$?
    cat "$dir/out"
    [ $status -eq "$2" ] && grep -qx "$1" "$dir/out"
}
refused() {
    change proof.bin changed 100 && says 'the .* not .*' 1 changed public.bin && change public.bin other 31 &&
        says 'the proof does not hold' 1 proof.bin other && head -c 191 proof.bin >short && says 'an argument is not valid' 1 short public.bin &&
        head -c 96 public.bin >few && says 'an argument is not valid' 1 proof.bin few && head -c 127 public.bin >odd &&
        says 'an argument is not valid' 1 proof.bin odd && says '.*No such file.*' 2 nothing public.bin
}
# boots STATUS LINE PROOF INPUTS: the kernel prints the line and ends so.
boots() {
    timeout 120 qemu-system-x86_64 -accel tcg -m 64 -display none -nic none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf" -initrd "$dir/$3,$dir/$4"
    status=$?
    cat "$dir/serial"
    [ $status -eq "$1" ] && grep -qx "$2" "$dir/serial"
}
needs_modules() {
    timeout 120 qemu-system-x86_64 -accel tcg -m 64 -display none -nic none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf" -initrd "$dir/proof.bin"
    [ $? -eq 35 ] && grep -q '^error: two boot modules' "$dir/serial"
}
small_stack() {
    boots 33 valid proof.bin public.bin && used=$(sed -n 's/^stack: \([0-9]*\) bytes$/\1/p' "$dir/serial") &&
        [ "${used:-0}" -gt 4000 ] && [ "$used" -lt 16384 ]
}
short_sources() { for f in main kernel; do [ "$(cat "$src/$f.c" "$src/verify.c" "$src/verify.h" "$src/key.S" | wc -l)" -lt 150 ] || return 1; done; }

holds "the program builds from the copies that 'nonos embed' makes" build "$dir/verify" "$dir/proof.bin" "$dir/public.bin"
cd "$dir" || exit 99
holds "it takes the proof that snarkjs made" says valid 0 proof.bin public.bin
holds "it refuses a changed proof, other inputs, and what is not whole" refused
if command -v qemu-system-x86_64 >/dev/null; then
    holds "the kernel builds" build "$dir/kernel.elf" "$dir/proof.bin" "$dir/public.bin"
    holds "it boots and takes the proof, on less than 16 KiB of stack" small_stack
    change proof.bin changed 100
    change public.bin other 31
    holds "it refuses a changed proof" boots 35 'the .* not .*' changed public.bin
    holds "and other inputs" boots 35 'the proof does not hold' proof.bin other
    holds "and to work without a proof" needs_modules
else
    echo "# skipped: qemu-system-x86_64 was not found"
fi
holds "program and kernel have less than 150 lines each" short_sources
echo "1..$n"
