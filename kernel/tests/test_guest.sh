#!/bin/sh
# Boots the kernel whose first task tests the system calls, and counts what it reports. TAP.
set -u

image=${NONOS_BUILDDIR:-.}/kernel/test.iso
number=0

if ! command -v qemu-system-x86_64 >/dev/null; then
    echo '1..0 # SKIP no qemu-system-x86_64'
    exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' INT TERM HUP

# boot PROCESSORS: the guest powers itself off; the time limit is for one that hangs.
boot() {
    number=$((number + 1))
    # One thread: with several, QEMU 7.2 itself is killed by SIGSEGV now and then.
    timeout 100 qemu-system-x86_64 -accel tcg,thread=single -machine q35 -cpu max -smp "$1" -m 512 -cdrom "$image" -display none \
        -serial stdio -no-reboot -device isa-debug-exit,iobase=0x501,iosize=4 -nic none >"$log" 2>&1 </dev/null
    if grep -q '^[1-9][0-9]* passed, 0 failed' "$log"; then
        echo "ok $number - system calls from ring 3, $1 processors: $(grep ' passed, ' "$log")"
    else
        echo "not ok $number - system calls from ring 3, $1 processors"
        tail -n 25 "$log" | sed 's/^/# /'
    fi
}

echo '1..2'
boot 1
boot 4
