#!/bin/sh
# What takes too long for every run: tests/long.sh BUILD. A hundred boots in a row, and the long variants of the tests that
# boot images. Prints TAP; './nonos test --long' calls it.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
NONOS_BUILDDIR=$(cd "$1" && pwd)
NONOS_SRCDIR=$top
NONOS_LONG=1
export NONOS_BUILDDIR NONOS_SRCDIR NONOS_LONG

status=0
make -s -C "$NONOS_BUILDDIR" distro/image/nonos.iso kernel/tests/hostile.iso || exit 1
"$top/tests/system/boot_many.py" 100 || status=1
for test in image disk release tasks write; do
    "$top/tests/system/test_$test.py" || status=1
done
make -s -C "$NONOS_BUILDDIR" libnoncrypto/tests/ct/dudect && "$NONOS_BUILDDIR/libnoncrypto/tests/ct/dudect" || status=1
"$top/libnoncrypto/tests/ct/report.sh" --long -o "$NONOS_BUILDDIR/timing.md" || status=1
"$top/libnonzk/tests/ct/run.sh" --long || status=1
exit "$status"
