#!/bin/sh
# Boots the machine-dependent half of the kernel, with tests/main.c in place of the portable half, in QEMU: its self-tests and its user
# threads must pass on one and on several processors, with old and with new processor features. Prints TAP.
set -u

build=$NONOS_BUILDDIR source=$NONOS_SRCDIR
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

number=0
# boot NAME CMDLINE STATUS TEXT... -- QEMU-ARGUMENT...: the status and every text must come out.
boot() {
    name=$1 cmdline=$2 status=$3
    shift 3
    : >"$work/texts"
    while [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$work/texts"
        shift
    done
    shift
    number=$((number + 1))
    printf '%s\n' "$cmdline" >"$work/cmdline"
    "$source/distro/image/mkimage" --efi "$build/kernel/boot/bootx64.efi" --bios "$build/kernel/boot/bios.elf" \
        --kernel "$build/kernel/arch-test.elf" --archive "$build/distro/image/boot.archive" \
        --cmdline "$work/cmdline" -o "$work/image.iso" >"$work/log" 2>&1
    # One thread: with several, QEMU 7.2 itself is killed by SIGSEGV now and then.
    timeout 120 qemu-system-x86_64 -accel tcg,thread=single -machine q35 -m 256 -nic none -display none -monitor none \
        -serial stdio -no-reboot -device isa-debug-exit,iobase=0x501,iosize=4 \
        -cdrom "$work/image.iso" "$@" </dev/null >>"$work/log" 2>&1
    got=$?
    missing=
    while IFS= read -r text; do
        grep -qF -- "$text" "$work/log" || missing=$text
    done <"$work/texts"
    if [ $got -eq "$status" ] && [ -z "$missing" ]; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        echo "# exit status $got, missing: $missing"
        tail -n 40 "$work/log" | tr -d '\r' | sed 's/^/# /'
    fi
}

echo 1..4
# isa-debug-exit: QEMU's status is 2 * (0x10 + the kernel's) + 1; a panic's is 0x2f.
boot 'one processor' 'debug-exit selftest' 33 ' 0 failed' 'usertest: 2 threads' -- -cpu max -smp 1
boot 'four processors' 'debug-exit selftest' 33 ', 0 failed' 'usertest: 8 threads' -- -cpu max -smp 4
boot 'a processor without SMEP, SMAP, FSGSBASE and XSAVE' 'debug-exit selftest' 33 \
    ', 0 failed' 'usertest: 4 threads' -- -cpu qemu64 -smp 2
boot 'a panic names functions and stops the others' 'debug-exit test-panic' 127 \
    'PANIC on processor 0: page fault in ring 0' 'tried to write kernel address' 'kernel_main+' \
    'processor 1 was' -- -cpu max -smp 2
