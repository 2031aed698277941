# shellcheck shell=sh
# What the tests for races begin with: suites under gcc's thread sanitizer, which tells of every access that no lock orders. libnonfs is
# compiled again for that, so they run with NONOS_LONG=1 only. $flags are the compiler's; who sources this adds to them.

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
flags="-std=gnu11 -O1 -g -fsanitize=thread -pthread -I$top/libnonfs/include -I$top/libnonfs/src -I$top/libnoncrypto/include -I$top/tests/harness"
sources=$(sed -n 's|^\t\(libnonfs/src/[a-z0-9_/]*\.c\).*|\1|p' "$top/libnonfs/sources.mk")
compile_libnonfs() {
    for source in $sources; do
        # shellcheck disable=SC2086
        gcc $flags -c "$top/$source" -o "$(echo "$source" | tr / _).o" || return 1
    done
}
# races_in SUITE.c [OPTION-OR-SOURCE]...: compiles a suite of Check's with libnonfs, and runs it.
races_in() {
    program=$(basename "$1" .c)
    # shellcheck disable=SC2086
    gcc $flags -o "$program" "$@" ./*.o "$crypto" -lcheck_pic -lrt -lm -lsubunit &&
        TSAN_OPTIONS=halt_on_error=1 CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-120} "./$program"
}
holds 'libnonfs compiles with the sanitizer' compile_libnonfs
