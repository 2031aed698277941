#!/bin/sh
# The suites of the vfs under the thread sanitizer. Prints TAP.
set -u

# shellcheck source=tests/harness/races.sh
. "${NONOS_SRCDIR:?}/tests/harness/races.sh"
vfs=$top/kernel/modules/vfs
# The rings' barriers are more than the sanitizer knows: what is between them is atomic, too.
flags="$flags -Wno-tsan -I$top/kernel/include -idirafter $top/kernel/runtime/include"
holds 'the requests meet no race' races_in "$vfs/tests/test_vfs.c" "-I$NONOS_BUILDDIR/kernel/generated" "$vfs/archivefs.c" "$vfs/devfs.c" \
    "$vfs/file.c" "$vfs/file_change.c" "$vfs/file_describe.c" "$vfs/file_mount.c" "$vfs/pipe.c" "$vfs/tmpfs.c" "$vfs/tree.c"
holds 'the block device meets no race' races_in "$vfs/tests/test_blockdev.c" "-I$vfs/tests/host" "$vfs/blockdev.c"
echo "1..$n"
