#!/bin/sh
# Builds the kernel and the program, lets both write to an ext4 image, and asks e2fsck and debugfs what that left. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
set -u

src=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/initrd-ext4/build}}"
needs gcc mke2fs e2fsck debugfs

build() {
    rm -rf "$dir/vendor" # always today's sources
    make -f "$src/Makefile" BUILD="$dir" NONOS="$src/../.." "$@"
}
# clean IMAGE: e2fsck has nothing to say, not even that a journal must be replayed first.
clean() { e2fsck -fn "$1" >"$dir/said" 2>&1 && ! grep '? no' "$dir/said"; }
# lines IMAGE N: its file "boots" has so many lines.
lines() { debugfs -R 'cat /boots' "$1" 2>/dev/null >"$dir/boots"; cat "$dir/boots"; [ "$(grep -cx started "$dir/boots")" -eq "$2" ]; }
# shows FILE N: what was printed is all names, the text of "motd", and so many lines of "boots".
shows() {
    cat "$1"
    for line in 'directory .' 'directory ..' 'directory lost+found' 'file motd' 'from another system'; do
        grep -qxF "$line" "$1" || { echo "'$line' is missing"; return 1; }
    done
    [ "$(grep -cx started "$1")" -eq "$2" ]
}
# program WORD...: the program changes program.ext4.
program() { "$dir/initrd" "$dir/program.ext4" "$@" >"$dir/printed"; }
# boot STATUS WORD: QEMU's memory is a file, and so the disk, which the kernel says where it is, is in kernel.ext4 afterwards.
boot() {
    rm -f "$dir/ram" "$dir/serial"
    timeout 120 qemu-system-x86_64 -accel tcg -m 64 -object memory-backend-file,id=ram,size=64M,mem-path="$dir/ram",share=on \
        -machine pc,memory-backend=ram -display none -nic none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf" -initrd "$dir/kernel.ext4 $2"
    status=$?
    cat "$dir/serial" || return 1
    start=$(sed -n 's/^disk: \(0x[0-9a-f]*\) to .*/\1/p' "$dir/serial")
    [ $status -eq "$1" ] && [ -n "$start" ] && [ $((start % 4096)) -eq 0 ] &&
        dd if="$dir/ram" of="$dir/kernel.ext4" bs=4096 skip=$((start / 4096)) count=$(($(stat -c %s "$dir/good.ext4") / 4096)) 2>/dev/null
}
damaged() {
    cp "$dir/good.ext4" "$dir/kernel.ext4" && printf 'X' | dd of="$dir/kernel.ext4" bs=1 seek=1100 conv=notrunc 2>/dev/null
    boot 35 all && grep -q '^error: .*superblock\|^error: .*checksum' "$dir/serial"
}
needs_recovery() { debugfs -R 'show_super_stats -h' "$1" 2>/dev/null | grep -q needs_recovery; }
short_sources() { for f in main kernel; do [ "$(cat "$src/$f.c" "$src/initrd.c" "$src/initrd.h" | wc -l)" -lt 200 ] || return 1; done; }

rm -rf "$dir/tree" "$dir"/*.ext4
mkdir -p "$dir/tree"
echo 'from another system' >"$dir/tree/motd"
holds "an ext4 image is made" mke2fs -q -t ext4 -d "$dir/tree" "$dir/good.ext4" 8M
cp "$dir/good.ext4" "$dir/program.ext4"
cp "$dir/good.ext4" "$dir/kernel.ext4"
holds "the program builds from the copy that 'nonos embed' makes" build "$dir/initrd"
holds "it mounts the image, and unmounts it" program
holds "it lists, reads and writes" shows "$dir/printed" 1
holds "what it wrote is there" lines "$dir/program.ext4" 1
holds "e2fsck finds nothing" clean "$dir/program.ext4"
holds "it can end without unmounting" program halt
holds "and then the journal must be replayed" needs_recovery "$dir/program.ext4"
holds "the next start does that, and finds what was synced" program
holds "so there is a line of each start" shows "$dir/printed" 3
holds "and e2fsck finds nothing" clean "$dir/program.ext4"
if command -v qemu-system-x86_64 >/dev/null; then
    holds "the kernel builds" build "$dir/kernel.elf"
    holds "it boots, mounts its memory, and unmounts it" boot 33 all
    holds "it lists, reads and writes" shows "$dir/serial" 1
    holds "what it wrote is there" lines "$dir/kernel.ext4" 1
    holds "e2fsck finds nothing" clean "$dir/kernel.ext4"
    holds "it can end without unmounting" boot 33 halt
    holds "and then the journal must be replayed" needs_recovery "$dir/kernel.ext4"
    holds "the next boot does that" boot 33 all
    holds "so there is a line of each boot" lines "$dir/kernel.ext4" 3
    holds "and e2fsck finds nothing" clean "$dir/kernel.ext4"
    holds "a damaged superblock is an error that says so" damaged
    rm -f "$dir/ram"
else
    echo "# skipped: qemu-system-x86_64 was not found"
fi
holds "program and kernel have less than 200 lines each" short_sources
echo "1..$n"
