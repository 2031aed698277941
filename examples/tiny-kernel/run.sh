#!/bin/sh
# Builds the kernel, boots it in QEMU with an ext4 image as its boot module, and compares what it prints. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
set -u

src=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/tiny-kernel/build}}"
needs gcc qemu-system-x86_64 mke2fs

build() {
    rm -rf "$dir/vendor" # always today's sources
    make -f "$src/Makefile" BUILD="$dir" NONOS="$src/../.."
}

# boot FILE: boots with the image, the kernel hashes FILE; its output goes to $dir/serial.
boot() {
    timeout 120 qemu-system-x86_64 -accel tcg -m 128 -display none -nic none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf" -initrd "$dir/$image $1"
    status=$?
    cat "$dir/serial"
    return "$status"
}
exits_with() { want=$1; shift; "$@"; [ $? -eq "$want" ]; }

lists_every_name() {
    for entry in . .. lost+found docs hello.txt; do
        grep -qxF -e "file $entry" -e "directory $entry" "$dir/serial" || { echo "$entry is missing"; return 1; }
    done
    [ "$(grep -cE '^(file|directory) ' "$dir/serial")" -eq 5 ]
}

rm -rf "$dir/tree" "$dir"/*.ext4
mkdir -p "$dir/tree/docs"
echo hello >"$dir/tree/hello.txt"
# 3,777,780 bytes; the hash is the one that the host command noncrypto gives.
seq 1 555555 >"$dir/tree/docs/numbers"
numbers=f45bddc137177803bf40a2e682b99876aa0a67a5f27c92b97b1909f16ebc36e6

image=good.ext4
holds "an ext4 image is made" mke2fs -q -t ext4 -d "$dir/tree" "$dir/good.ext4" 32M
holds "the kernel builds from the copies that 'nonos embed' makes" build
holds "it boots and ends well" exits_with 33 boot /docs/numbers
holds "it lists the root directory" lists_every_name
holds "it prints the BLAKE3 hash of the file" grep -qx "$numbers  /docs/numbers" "$dir/serial"
holds "a file that is not there is an error" exits_with 35 boot /nothing
image=bad.ext4
cp "$dir/good.ext4" "$dir/bad.ext4"
printf 'X' | dd of="$dir/bad.ext4" bs=1 seek=1100 conv=notrunc 2>/dev/null
holds "a damaged superblock is an error" exits_with 35 boot /hello.txt
holds "and the error says so" grep -q '^error: .*superblock\|^error: .*checksum' "$dir/serial"
echo "1..$n"
