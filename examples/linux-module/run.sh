#!/bin/sh
# Builds the module, loads it in a QEMU guest with Debian's kernel, and compares what it lists. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
# Debian's kernel is expected where ./nonos setup puts it, in guest-kernel of the build folder, or where GUEST_KERNEL says.
set -u

src=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$src/../.." && pwd)
builddir=${NONOS_BUILDDIR:-$top/build}
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/linux-module/build}}"
release=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 2>/dev/null |
    sed -n 's/^linux-headers-\([^ ,]*\).*/\1/p')
[ -d "/lib/modules/${release:-none}/build" ] || skip_all "linux-headers-amd64 is not installed"
guest=${GUEST_KERNEL:-$builddir/guest-kernel}/$release
[ -f "$guest/vmlinuz" ] || skip_all "Debian's kernel $release is not unpacked in the build folder (./nonos setup does it)"
needs qemu-system-x86_64 mke2fs
[ -x /bin/busybox ] || skip_all "busybox-static is not installed"

# Kbuild wants the sources in the folder that it builds in.
build() {
    mkdir -p "$dir/module/include"
    cp "$src/Kbuild" "$src/Makefile" "$src/module.c" "$dir/module" && cp "$src"/include/*.h "$dir/module/include" &&
        make -C "$dir/module" NONOS="$top" KERNEL="/lib/modules/$release/build"
}

make_images() {
    mkdir -p "$dir/tree/a-directory" && echo hello >"$dir/tree/hello.txt" && : >"$dir/tree/with space" &&
        mke2fs -q -t ext4 -d "$dir/tree" "$dir/image.ext4" 8M && cp "$dir/image.ext4" "$dir/damaged.ext4" &&
        printf X | dd of="$dir/damaged.ext4" bs=1 seek=1100 conv=notrunc
}

make_initrd() {
    root=$dir/root
    mkdir -p "$root/bin" "$root/drivers"
    cp /bin/busybox "$root/bin" && cp "$src/guest-init.sh" "$root/init" && cp "$guest"/*.ko "$root/drivers" &&
        cp "$dir/module/nonos_ls.ko" "$dir/image.ext4" "$dir/damaged.ext4" "$root" && chmod +x "$root/init" &&
        (cd "$root" && find . | /bin/busybox cpio -o -H newc) >"$dir/initrd"
}

boot() {
    timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -display none -nic none -no-reboot \
        -serial "file:$dir/console" -kernel "$guest/vmlinuz" -initrd "$dir/initrd" \
        -append 'console=ttyS0 quiet panic=-1' \
        -drive "if=virtio,format=raw,readonly=on,file=$dir/image.ext4"
    tr -d '\r' <"$dir/console" >"$dir/output"
    cat "$dir/output"
    grep -q '^guest: done' "$dir/output"
}

says() { grep -qx "$1" "$dir/output" || { cat "$dir/output"; return 1; }; }
is_silent_on() { ! grep "$1" "$dir/output"; }
lists() {
    printf '%s\n' 'directory .' 'directory ..' 'directory a-directory' 'directory lost+found' 'file hello.txt' \
        'file with space' >"$dir/expected"
    sed -n "s/^$1: \(\(file\|directory\) .*\)/\1/p" "$dir/output" | LC_ALL=C sort | diff - "$dir/expected"
}

rm -rf "$dir"
mkdir -p "$dir"
holds "the module builds from the copies that 'nonos embed' makes" build
holds "ext4 images are made" make_images
holds "an initrd is made" make_initrd
holds "the guest boots, loads the module and ends" boot
holds "libnoncrypto passes its self-test in the kernel" says "disk: self-test of libnoncrypto passed"
holds "the root directory of a VirtIO disk is listed" lists disk
holds "the module is loaded" says "disk: loaded"
holds "the root directory of an image file is listed" lists file
holds "a damaged volume keeps the module from loading" says "damaged: refused"
holds "and the kernel's log says why" says "damaged: /damaged.ext4: .*checksum.*"
holds "the module can be removed" is_silent_on "not removed"
holds "the kernel has nothing to complain of" is_silent_on "^kernel: complained"
echo "1..$n"
