#!/bin/sh
# Builds the kernel, boots it in QEMU, and lets a peer talk to it. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
set -u

src=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/echo-kernel/build}}"
needs gcc qemu-system-x86_64 /usr/bin/python3

build() {
    rm -rf "$dir/vendor" # always today's sources
    make -f "$src/Makefile" BUILD="$dir" NONOS="$src/../.."
}
peer() { /usr/bin/python3 "$src/peer.py" "$1" "$dir/kernel.elf"; }
peer_in_namespace() {
    unshare --net --pid --fork --kill-child --mount-proc /usr/bin/python3 "$src/peer.py" tap "$dir/kernel.elf"
}
has_namespaces() {
    [ "$(id -u)" -eq 0 ] && [ -e /dev/net/tun ] && command -v ip >/dev/null &&
        unshare --net --pid --fork --mount-proc true 2>/dev/null
}
# A machine without a card, and a processor without random numbers.
ends_without() {
    timeout 120 qemu-system-x86_64 -accel tcg -m 64 -display none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf" -nic none -cpu "$1"
    [ $? -eq 35 ] && cat "$dir/serial" && grep -q "^error: $2" "$dir/serial"
}
short_sources() { for f in "$src"/*.[ch]; do [ "$(wc -l <"$f")" -lt 200 ] || return 1; done; }

holds "the kernel builds from the copies that 'nonos embed' makes" build
holds "it takes an address by DHCP and echoes 1 MiB on three connections at a time" peer user
if has_namespaces; then
    holds "Linux pings it and has its bytes echoed, over IPv4 and IPv6" peer_in_namespace
else
    echo "# skipped: ping needs root, /dev/net/tun, ip and unshare"
fi
holds "without a card it says so" ends_without max virtio-net
holds "without a source of random numbers it does not begin" ends_without qemu64,-rdrand RDRAND
holds "no file has 200 lines" short_sources
echo "1..$n"
