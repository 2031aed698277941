#!/bin/sh
# The suites of the vfs under gcc's thread sanitizer, which tells of every access that no lock orders. Prints TAP. libnonfs is compiled
# again for that, which is why it runs with NONOS_LONG=1 only.
set -u

# shellcheck source=tests/harness/tap.sh
. "${NONOS_SRCDIR:?}/tests/harness/tap.sh"
[ -n "${NONOS_LONG:-}" ] || skip_all 'it runs with NONOS_LONG=1'
needs gcc sed nm
crypto=${NONOS_BUILDDIR:?}/.libs/libnoncrypto.a
[ -f "$crypto" ] || skip_all 'there is no archive of libnoncrypto'
nm "$crypto" | grep -q __asan_ && skip_all 'another sanitizer is built in'
work_in ''
cd "$dir" || exit 99

top=$NONOS_SRCDIR
vfs=$top/kernel/modules/vfs
# The rings' barriers are more than the sanitizer knows: what is between them is atomic, too.
flags="-std=gnu11 -O1 -g -fsanitize=thread -Wno-tsan -pthread -I$top/libnonfs/include -I$top/libnonfs/src -I$top/libnoncrypto/include \
    -I$top/tests/harness -I$top/kernel/include -idirafter $top/kernel/runtime/include"
sources=$(sed -n 's|^\t\(libnonfs/src/[a-z0-9_/]*\.c\).*|\1|p' "$top/libnonfs/sources.mk")
library() {
    for source in $sources; do
        # shellcheck disable=SC2086
        gcc $flags -c "$top/$source" -o "$(echo "$source" | tr / _).o" || return 1
    done
}
# suite INCLUDE PROGRAM SOURCE...
suite() {
    include=$1 program=$2
    shift 2
    # shellcheck disable=SC2086
    gcc "-I$include" $flags -o "$program" "$vfs/tests/$program.c" "$@" ./*.o "$crypto" -lcheck_pic -lrt -lm -lsubunit &&
        TSAN_OPTIONS=halt_on_error=1 CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-120} "./$program"
}
holds 'libnonfs compiles with the sanitizer' library
holds 'the requests meet no race' suite "$NONOS_BUILDDIR/kernel/generated" test_vfs "$vfs/archivefs.c" "$vfs/devfs.c" "$vfs/file.c" \
    "$vfs/file_change.c" "$vfs/file_describe.c" "$vfs/file_mount.c" "$vfs/pipe.c" "$vfs/tmpfs.c" "$vfs/tree.c"
holds 'the block device meets no race' suite "$vfs/tests/host" test_blockdev "$vfs/blockdev.c"
echo "1..$n"
