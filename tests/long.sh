#!/bin/sh
# What takes too long for every run: tests/long.sh BUILD. A hundred boots in a row, the long variants of the tests that boot
# images, and those of libraries' suites. Prints TAP, or Check's counts; './nonos test --long' calls it.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
NONOS_BUILDDIR=$(cd "$1" && pwd)
NONOS_SRCDIR=$top
NONOS_LONG=1
export NONOS_BUILDDIR NONOS_SRCDIR NONOS_LONG

status=0
make -s -C "$NONOS_BUILDDIR" distro/image/nonos.iso kernel/tests/hostile.iso || exit 1
"$top/tests/system/boot_many.py" 100 || status=1
for test in image disk nic release tasks write; do
    "$top/tests/system/test_$test.py" || status=1
done
suites='libnoncrypto/tests/test_x25519 libnonfs/tests/test_ext4_crash libnonfs/tests/test_ext4_data libnonfs/tests/test_ext4_large
    libnonfs/tests/test_ext4_write libnonnet/tests/test_tcp_hostile libnonnet/tests/test_tcp_network'
# shellcheck disable=SC2086
make -s -C "$NONOS_BUILDDIR" $suites || exit 1
for suite in $suites; do
    (cd "$NONOS_BUILDDIR" && CK_TAP_LOG_FILE_NAME=- CK_VERBOSITY=silent "./$suite") || status=1
done
for test in kernel/modules/net/tests/test_on_tap.py kernel/modules/vfs/tests/test_races.sh libnonfs/tests/test_check.py libnonfs/tests/test_races.sh \
    libnonnet/tests/test_linux.py libnonzk/tests/test_command_transcript.sh; do
    "$top/$test" || status=1
done
make -s -C "$NONOS_BUILDDIR" libnoncrypto/tests/ct/dudect && "$NONOS_BUILDDIR/libnoncrypto/tests/ct/dudect" || status=1
"$top/libnoncrypto/tests/ct/report.sh" --long -o "$NONOS_BUILDDIR/timing.md" || status=1
"$top/libnonzk/tests/ct/run.sh" --long || status=1
exit "$status"
