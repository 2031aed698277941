#!/bin/sh
# Unpacks Debian's kernel image of the installed headers' release into FOLDER, with the VirtIO drivers: vmlinuz and *.ko, and those of
# network cards in net/. The package is not installed, so the machine's own boot files stay as they are.
#     fetch-kernel.sh FOLDER
set -eu

dir=$1
release=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 | sed -n 's/^linux-headers-\([^ ,]*\).*/\1/p')
[ -f "$dir/$release/vmlinuz" ] && [ -d "$dir/$release/net" ] && exit 0

rm -rf "$dir"
mkdir -p "$dir/package"
cd "$dir/package"
apt-get -qq -o APT::Sandbox::User=root download "linux-image-$release"
dpkg-deb --fsys-tarfile linux-image-*.deb |
    tar -xf - --wildcards './boot/vmlinuz-*' '*/drivers/virtio/*.ko' '*/drivers/block/virtio_blk.ko' \
        '*/core/failover.ko' '*/net/net_failover.ko' '*/net/virtio_net.ko' '*/net/mii.ko' '*/e1000.ko' '*/e1000e.ko' '*/8139cp.ko'
mkdir -p ../new/net
find . -path '*/net/*' -name '*.ko' -exec mv {} ../new/net \;
find . -name '*.ko' -exec mv {} ../new \;
mv ./boot/vmlinuz-* ../new/vmlinuz
mv ../new "../$release"
cd ..
rm -rf package
