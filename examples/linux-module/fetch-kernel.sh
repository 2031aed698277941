#!/bin/sh
# Unpacks Debian's kernel image of the installed headers' release into FOLDER, with the VirtIO drivers: vmlinuz and *.ko. The
# package is not installed, so the machine's own boot files stay as they are.
#     fetch-kernel.sh FOLDER
set -eu

dir=$1
release=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 | sed -n 's/^linux-headers-\([^ ,]*\).*/\1/p')
[ -f "$dir/$release/vmlinuz" ] && exit 0

rm -rf "$dir"
mkdir -p "$dir/package"
cd "$dir/package"
apt-get -qq -o APT::Sandbox::User=root download "linux-image-$release"
dpkg-deb --fsys-tarfile linux-image-*.deb |
    tar -xf - --wildcards './boot/vmlinuz-*' '*/drivers/virtio/*.ko' '*/drivers/block/virtio_blk.ko'
mkdir "../new"
find . -name '*.ko' -exec mv {} ../new \;
mv ./boot/vmlinuz-* ../new/vmlinuz
mv ../new "../$release"
cd ..
rm -rf package
