#!/bin/busybox sh
# shellcheck shell=dash
# The first process of the guest: loads the module three times and reports on the console.
/bin/busybox mkdir -p /proc /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for driver in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
    /bin/busybox insmod "/drivers/$driver.ko"
done

load() {
    /bin/busybox dmesg -c >/dev/null
    if /bin/busybox insmod /nonos_ls.ko image="$2"; then result=loaded; else result=refused; fi
    /bin/busybox dmesg | /bin/busybox sed -n "s/^.*nonos_ls: /$1: /p"
    echo "$1: $result"
    [ $result = refused ] || /bin/busybox rmmod nonos_ls || echo "$1: not removed"
}
load disk /dev/vda
load file /image.ext4
load damaged /damaged.ext4
/bin/busybox dmesg | /bin/busybox grep -E 'BUG|Oops|WARNING|RIP:' && echo "kernel: complained"
echo "guest: done"
/bin/busybox poweroff -f
