#!/bin/sh
# Vendors each library with `nonos embed` and compiles the copy by its sources.mk alone. Prints TAP.
set -u

src=${NONOS_SRCDIR:?}
machine=$(${CC:-cc} -dumpmachine)
# shellcheck source=tests/harness/tap.sh
. "$src/tests/harness/tap.sh"
work_in ''

# What a user of the copy writes: a makefile that knows nothing but sources.mk. The copy compiles with any flags; without
# optimization it takes half of the time, and test_archives.py looks at what is optimized.
write_makefile() {
    prefix=${1#lib}
    cat >"$dir/$1/Makefile" <<END
include $1/sources.mk
objects = \$(${prefix}_sources:.c=.o)
all.o: \$(objects)
	\$(CC) -nostdlib -r -o \$@ \$(objects)
%.o: %.c
	\$(CC) -O0 -fno-stack-protector -ffreestanding -nostdlib -I$1/include -I$1/src -Ilibnoncrypto/include -c -o \$@ \$<
END
}

# needs_nothing DIR: no undefined symbol but the memory functions and, beside a copy of libnoncrypto, its functions.
needs_nothing() {
    allowed='_GLOBAL_OFFSET_TABLE_|mem(cpy|move|set|cmp)'
    [ -d "$1/libnoncrypto" ] && [ "$1" != "$dir/libnoncrypto" ] && allowed="$allowed|noncrypto_.*"
    "$(${CC:-cc} -print-prog-name=nm)" -u "$1/all.o" | awk '{ print $NF }' | grep -vxE "$allowed" >"$dir/undefined"
    cat "$dir/undefined"
    [ ! -s "$dir/undefined" ]
}
has_what_it_must() {
    [ -f "$1/README.md" ] && [ -f "$1/LICENSE" ] && [ -f "$1/sources.mk" ] && [ -d "$1/include" ] && [ -d "$1/src" ] &&
        [ ! -e "$1/tests" ]
}
# includes_are_there DIR: each header of a NONOS library that the copy includes is in the copy.
includes_are_there() {
    find "$1" -name '*.[ch]' -exec sed -n 's/^ *# *include <\(non[a-z]*\/[^>]*\)>.*/\1/p' {} + | sort -u >"$dir/included"
    while read -r header; do
        found=$(find "$1" -path "$1/lib*/include/$header")
        [ -n "$found" ] || { echo "$header is not in the copy"; return 1; }
    done <"$dir/included"
}

for lib in libnoncrypto libnonfs libnonnet libnononion libnonzk; do
    mkdir "$dir/$lib"
    holds "$lib is copied" "$src/nonos" embed "$lib" "$dir/$lib"
    holds "$lib: licence, README.md and sources.mk are there, tests are not" has_what_it_must "$dir/$lib/$lib"
    holds "$lib: what it includes is in the copy" includes_are_there "$dir/$lib"
    write_makefile "$lib"
    holds "$lib: the copy compiles by sources.mk alone" make -s -C "$dir/$lib" -j2 CC="${CC:-cc}"
    case $machine in
    x86_64*) holds "$lib: the copy needs only the memory functions" needs_nothing "$dir/$lib" ;;
    *) n=$((n + 1)); echo "ok $n - $lib: the copy needs only the memory functions # SKIP checked for x86-64 only" ;;
    esac
    holds "$lib: copying again is allowed" "$src/nonos" embed "$lib" "$dir/$lib"
done

planted='extern void *malloc(unsigned long); void *planted(void); void *planted(void) { return malloc(1); }'
echo "$planted" >>"$dir/libnonzk/libnonzk/src/result.c"
holds "a changed copy compiles again" make -s -C "$dir/libnonzk" CC="${CC:-cc}"
holds "an undefined function in a copy is seen: malloc" refuses needs_nothing "$dir/libnonzk"
rm -f "$dir/libnonzk/libnonzk/src/result.c" "$dir/libnonzk/libnonzk/src/result.o" "$dir/libnonzk/all.o"
holds "a file that is missing from the copy is seen" refuses make -s -C "$dir/libnonzk" CC="${CC:-cc}"
holds "an unknown library is refused" refuses "$src/nonos" embed libnothing "$dir"
holds "a missing folder argument is refused" refuses "$src/nonos" embed libnonzk
echo "1..$n"
