#!/bin/sh
# Every public header compiles alone, as C and as C++, without a warning. Prints TAP.
set -u

src=${NONOS_SRCDIR:?}
warnings='-Wall -Wextra -Werror -pedantic'
# shellcheck disable=SC2046  # one word a library
includes=$(printf ' -I%s' "$src"/lib*/include)
# shellcheck source=tests/harness/tap.sh
. "$src/tests/harness/tap.sh"
work_in ''

ok() { n=$((n + 1)); echo "ok $n - $1"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $1"; sed 's/^/# /' "$dir/messages"; }

# compiles LANGUAGE FILE: whether a source that only includes FILE is accepted.
compiles() {
    # Pedantic C wants a declaration, which a header of macros has none of.
    printf '#include "%s"\nextern int alone;\n' "$2" >"$dir/alone"
    case $1 in
    c) compiler="${CC:-cc} -std=c11" ;;
    c++) compiler="${CXX:-c++} -std=c++11" ;;
    esac
    # shellcheck disable=SC2086  # the variables hold several words each
    $compiler -fsyntax-only $warnings $includes -x "$1" "$dir/alone" >"$dir/messages" 2>&1
}

languages=c
if command -v "${CXX:-c++}" >/dev/null; then
    languages='c c++'
else
    n=1; echo "ok 1 - C++ # SKIP there is no C++ compiler"
fi

# The check sees a header that needs another one before it, and one that is C only.
printf 'size_t f(void);\n' >"$dir/lacks.h"
printf 'int f(int class);\n' >"$dir/c_only.h"
printf 'static inline int f(int unused) { return 0; }\n' >"$dir/warns.h"
for language in $languages; do
    if compiles "$language" "$dir/lacks.h"; then not_ok "$language: a lacking include is seen"; else ok "$language: a lacking include is seen"; fi
    if compiles "$language" "$dir/warns.h"; then not_ok "$language: a warning is seen"; else ok "$language: a warning is seen"; fi
done
case $languages in
*c++*) if compiles c++ "$dir/c_only.h"; then not_ok "c++: a C++ keyword is seen"; else ok "c++: a C++ keyword is seen"; fi ;;
esac

for header in "$src"/lib*/include/*/*.h; do
    for language in $languages; do
        name="$language: ${header#"$src"/}"
        if compiles "$language" "$header"; then ok "$name"; else not_ok "$name"; fi
    done
done
echo "1..$n"
