#!/bin/sh
# Does what docs/embedding-nonzk.md says, word for word: its program is compiled by its commands and verifies a proof. Prints TAP.
set -u

src=${NONOS_SRCDIR:?}
page=$src/docs/embedding-nonzk.md
nonzk=${NONOS_BUILDDIR:?}/libnonzk/tools
# shellcheck source=tests/harness/tap.sh
. "$src/tests/harness/tap.sh"
work_in ''
cd "$dir" || exit 99
# block LANGUAGE: the lines of the page between fences of that language.
block() { awk -v fence="\`\`\`$1" '$0 == "```" { inside = 0 } inside; $0 == fence { inside = 1 }' "$page"; }

cp "$src"/examples/verify-anywhere/*.json .
"$nonzk/nonzk" inspect proof.json >/dev/null 2>&1 || { echo '1..0 # SKIP this nonzk does not read JSON'; exit 0; }
block c >check.c
block sh >commands
mkdir bin
# The commands call the compiler cc.
printf '#!/bin/sh\nexec %s "$@"\n' "${CC:-cc}" >bin/cc
chmod +x bin/cc
PATH=$dir/bin:$src:$nonzk:$PATH

has_blocks() { [ "$(wc -l <check.c)" -gt 20 ] && [ "$(wc -l <commands)" -gt 8 ]; }
follows() { sh -eu commands >out && cat out && [ "$(tail -n 1 out)" = valid ]; }
refuses() {
    for at in 5 100 180; do
        cp proof.bin changed && printf '\125' | dd of=changed bs=1 seek=$at conv=notrunc 2>/dev/null && ! ./check key.bin changed public.bin || return 1
    done
    head -c 96 public.bin >few && ! ./check key.bin proof.bin few && ! ./check proof.bin proof.bin public.bin
}
lists_the_files() { grep -q ": $(find . -maxdepth 1 -name '*.o' | wc -l) files" "$page"; }

holds "the page has a program and commands" has_blocks
holds "they make a verifier, which takes the proof" follows
holds "it refuses changed proofs, missing inputs and what is no key" refuses
holds "the page says how many files that are" lists_the_files
echo "1..$n"
