#!/bin/sh
# Does what docs/embedding-nonfs.md, docs/embedding-nonnet.md and docs/embedding-nonzk.md say, word for word: the programs are compiled by the
# commands; a volume is written, two hosts talk, and a proof is verified. Prints TAP.
set -u

src=${NONOS_SRCDIR:?}
nonzk=${NONOS_BUILDDIR:?}/libnonzk/tools
# shellcheck source=tests/harness/tap.sh
. "$src/tests/harness/tap.sh"
work_in ''
mkdir "$dir/bin" "$dir/nonfs" "$dir/nonnet" "$dir/nonzk" && cd "$dir" || exit 99
# block LANGUAGE: the lines of the page between fences of that language.
block() { awk -v fence="\`\`\`$1" '$0 == "```" { inside = 0 } inside; $0 == fence { inside = 1 }' "$page"; }
# reads PAGE PROGRAM
reads() { page=$src/docs/$1 && block c >"$2" && block sh >commands; }

# The commands call the compiler cc, which must not be this one again.
printf '#!/bin/sh\nexec %s "$@"\n' "${CC:-gcc}" >bin/cc
chmod +x bin/cc
PATH=$dir/bin:$src:$nonzk:$PATH:/usr/sbin:/sbin

has_blocks() { [ "$(wc -l <"$1")" -gt 20 ] && [ "$(wc -l <commands)" -gt 4 ]; }
# follows LINE: the last one that the program prints.
follows() { sh -eu commands >out && cat out && tail -n 1 out | grep -qx "$1"; }
adds_a_line() { sh -eu commands >out && cat out && [ "$(tail -n 2 out)" = "$(printf 'first\nsecond')" ]; }
is_clean() { e2fsck -fn "$1" >said 2>&1 && ! grep '? no' said; }
refuses_what_is_not_there() { ! ./note disk.ext4 /nothing second && ! ./note note.c /notes second && ! ./note nothing /notes second; }
refuses() {
    for at in 5 100 180; do
        cp proof.bin changed && printf '\125' | dd of=changed bs=1 seek=$at conv=notrunc 2>/dev/null && ! ./check key.bin changed public.bin || return 1
    done
    head -c 96 public.bin >few && ! ./check key.bin proof.bin few && ! ./check proof.bin proof.bin public.bin
}
# lists_the_files BEFORE FOLDER PATTERN: the page says after that text how many of them there are.
lists_the_files() { grep -q "$1 $(find "$2" -name "$3" | wc -l) files" "$page"; }

cd nonfs || exit 99
if command -v mke2fs && command -v debugfs && command -v e2fsck; then
    reads embedding-nonfs.md note.c
    holds "the page of libnonfs has a program and commands" has_blocks note.c
    holds "they make a program, which adds a line to a file" adds_a_line
    holds "e2fsck finds nothing" is_clean disk.ext4
    holds "a file, a volume or a disk that is not there is an error" refuses_what_is_not_there
    holds "the page says how many files that are" lists_the_files : . '*.o'
else
    echo "# skipped: mke2fs, debugfs or e2fsck is not installed"
fi

cd ../nonnet || exit 99
reads embedding-nonnet.md two.c
holds "the page of libnonnet has a program and commands" has_blocks two.c
holds "they make two hosts, which talk" follows 'hello after [0-9]* ms'
holds "the page says how many files that are" lists_the_files All vendor/libnonnet/src '*.c'

cd ../nonzk || exit 99
cp "$src"/examples/verify-anywhere/*.json .
"$nonzk/nonzk" inspect proof.json >/dev/null 2>&1 || { echo "# skipped: this nonzk does not read JSON"; echo "1..$n"; exit 0; }
reads embedding-nonzk.md check.c
holds "the page of libnonzk has a program and commands" has_blocks check.c
holds "they make a verifier, which takes the proof" follows valid
holds "it refuses changed proofs, missing inputs and what is no key" refuses
holds "the page says how many files that are" lists_the_files : . '*.o'
echo "1..$n"
