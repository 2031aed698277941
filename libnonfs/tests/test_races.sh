#!/bin/sh
# The suites with several threads under the thread sanitizer. Prints TAP.
set -u

# shellcheck source=tests/harness/races.sh
. "${NONOS_SRCDIR:?}/tests/harness/races.sh"
for name in test_ext4_threads test_vfs_threads test_verity; do
    holds "$name meets no race" races_in "$top/libnonfs/tests/$name.c" "-I$top/libnonfs/tests"
done
echo "1..$n"
