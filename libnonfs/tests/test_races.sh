#!/bin/sh
# The suites with several threads, under gcc's thread sanitizer, which tells of every access that no lock orders. Prints TAP. The library
# is compiled again for that, which is why it runs with NONOS_LONG=1 only.
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
flags="-std=gnu11 -O1 -g -fsanitize=thread -pthread -I$top/libnonfs/include -I$top/libnonfs/src -I$top/libnoncrypto/include \
    -I$top/tests/harness -I$top/libnonfs/tests"
sources=$(sed -n 's|^\t\(libnonfs/src/[a-z0-9_/]*\.c\).*|\1|p' "$top/libnonfs/sources.mk")
library() {
    for source in $sources; do
        # shellcheck disable=SC2086
        gcc $flags -c "$top/$source" -o "$(echo "$source" | tr / _).o" || return 1
    done
}
suite() {
    # shellcheck disable=SC2086
    gcc $flags -o "$1" "$top/libnonfs/tests/$1.c" ./*.o "$crypto" -lcheck_pic -lrt -lm -lsubunit && TSAN_OPTIONS=halt_on_error=1 "./$1"
}
holds 'the library compiles with the sanitizer' library
for name in test_ext4_threads test_vfs_threads test_verity; do
    holds "$name meets no race" suite $name
done
echo "1..$n"
