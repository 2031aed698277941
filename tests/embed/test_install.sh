#!/bin/sh
# Installs into a folder and builds a stranger's program against what is there, by pkg-config alone. Prints TAP.
set -u

# shellcheck source=tests/harness/tap.sh
. "${NONOS_SRCDIR:?}/tests/harness/tap.sh"
work_in ''
needs pkg-config mke2fs
builddir=${NONOS_BUILDDIR:?}
dest=$dir/dest
# This make is no part of the one that runs the tests.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

# installed NAME...: each of these files is somewhere below the folder.
installed() {
    for file; do
        [ -n "$(find "$dest" -path "*/$file")" ] || { echo "$file is not installed"; return 1; }
    done
}
libraries_are_complete() {
    for library in noncrypto nonfs nonnet nononion nonzk; do
        installed "lib/lib$library.so" "lib/lib$library.a" "lib/pkgconfig/$library.pc" "include/$library/result.h" ||
            return 1
    done
}

cat >"$dir/label.c" <<'END'
#include <nonfs/ext4.h>
#include <nonfs/result.h>
#include <stdio.h>

static int file_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    return fseek(context, (long)first_block * 512, SEEK_SET) == 0 && fread(buf, 512, nblocks, context) == nblocks
               ? 0 : NONFS_E_IO;
}

int main(int argc, char **argv)
{
    static const struct nonfs_block_ops ops = {.read = file_read};
    static _Alignas(NONFS_EXT4_ARENA_ALIGN) uint8_t arena[1024 * 1024];
    struct nonfs_block_device dev = {.ops = &ops, .block_size = 512};
    struct nonfs_ext4_config config = {.cache_blocks = 64};
    struct nonfs_ext4 *volume;
    struct nonfs_ext4_info info;

    dev.context = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!dev.context || fseek(dev.context, 0, SEEK_END) != 0)
        return 2;
    dev.block_count = (uint64_t)ftell(dev.context) / 512;
    int result = nonfs_ext4_mount(&volume, &dev, &config, arena, sizeof arena, NULL);
    if (result != 0) {
        puts(nonfs_strerror(result));
        return 1;
    }
    nonfs_ext4_info(volume, &info);
    puts(info.label);
    return 0;
}
END

# flags OPTION...: what pkg-config says of nonfs, in the folder only.
flags() {
    PKG_CONFIG_SYSROOT_DIR=$dest PKG_CONFIG_LIBDIR=$(dirname "$(find "$dest" -name nonfs.pc)") pkg-config "$@" nonfs
}
# compiles OUTPUT OPTION...: the options choose between static and shared.
compiles() {
    output=$1; shift
    # shellcheck disable=SC2046
    ${CC:-cc} -Wall -Wextra -Werror "$@" -o "$dir/$output" "$dir/label.c" $(flags --cflags --libs ${1:+--static})
}
# in_place COMMAND...: with the installed shared libraries.
in_place() { LD_LIBRARY_PATH=$(dirname "$(find "$dest" -name libnonfs.so)") "$@"; }
prints_label() { [ "$(in_place "$dir/$1" "$dir/image")" = a-stranger ]; }
command_works() {
    in_place "$(find "$dest" -path '*/bin/noncrypto')" --version && in_place "$(find "$dest" -path '*/bin/nonzk')" --version &&
        in_place "$(find "$dest" -path '*/bin/nonfs')" df "$dir/image"
}
is_empty() { find "$dest" ! -type d | tee "$dir/left" && [ ! -s "$dir/left" ]; }

mke2fs -q -t ext4 -L a-stranger "$dir/image" 4M
head -c 65536 /dev/zero >"$dir/zeros"

holds "make install DESTDIR=" make -s -C "$builddir" install DESTDIR="$dest"
holds "libraries, pkg-config files and headers are there" libraries_are_complete
holds "commands and their manual pages are there" installed bin/noncrypto bin/nonfs bin/nonnet bin/nonzk man1/noncrypto.1 man1/nonfs.1 man1/nonnet.1 man1/nonzk.1
holds "a missing file is seen" refuses installed lib/libnothing.so
holds "a program compiles with the shared library" compiles shared
holds "a program compiles with the static library" compiles static -static
holds "the first reads an ext4 image" prints_label shared
holds "the second reads an ext4 image" prints_label static
holds "an image of zeros is refused" refuses in_place "$dir/shared" "$dir/zeros"
holds "the commands run where they are installed" command_works
holds "make uninstall DESTDIR=" make -s -C "$builddir" uninstall DESTDIR="$dest"
holds "and nothing is left" is_empty
echo "1..$n"
