#!/bin/sh
# The host command `noncrypto`, as a user calls it. Prints TAP.
set -u

noncrypto=${NONOS_BUILDDIR:?}/libnoncrypto/tools/noncrypto
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

n=0
# holds NAME COMMAND...: one test; the command must succeed.
holds() {
    name=$1; shift
    n=$((n + 1))
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
# exits CODE ARGUMENT...: runs noncrypto, keeping its output in out and err.
exits() {
    expected=$1; shift
    "$noncrypto" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "# noncrypto $*: exit code $code, not $expected"
    sed 's/^/# /' out err
    return 1
}
prints() { [ "$(cat out)" = "$1" ] || { sed 's/^/# printed: /' out; return 1; }; }

empty=af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262
abc=6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85
printf abc >abc
printf 'whats the Elvish word for friend' >key

hash_of_stdin() { exits 0 hash && prints "$empty  -"; }
hash_of_file() { exits 0 hash abc && prints "$abc  abc"; }
hash_of_pipe() { [ "$(printf abc | "$noncrypto" hash -)" = "$abc  -" ]; }
longer_output() {
    exits 0 hash --length 100 abc && [ "$(cut -c 1-64 out)" = "$abc" ] && [ "$(cut -d ' ' -f 1 out | wc -c)" -eq 201 ]
}
keyed() {
    : >none
    exits 0 hash --keyed key none &&
        prints "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26  none"
}
derived() {
    exits 0 hash --derive-key 'BLAKE3 2019-12-27 16:29:52 test vectors context' none &&
        prints "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d  none"
}
json() {
    exits 0 hash --json abc &&
        prints "{\"file\":\"abc\",\"algorithm\":\"blake3\",\"mode\":\"hash\",\"hash\":\"$abc\"}"
}
json_odd_name() {
    odd=$(printf 'q"\tu\303\274\377')
    cp abc "$odd" && exits 0 hash --json "$odd" && grep -qF '"q\u0022\u0009uü\udcff"' out
}
check_round_trip() {
    strange=$(printf 'a\nb\\c')
    cp abc "$strange" && "$noncrypto" hash abc "$strange" none >SUMS && exits 0 hash --check SUMS &&
        [ "$(grep -c ': OK$' out)" -eq 3 ]
}
check_keyed() {
    "$noncrypto" hash --keyed key --length 64 abc >KSUMS && exits 0 hash --keyed key --check KSUMS &&
        exits 1 hash --check KSUMS
}
check_mismatch() {
    cp abc changed && "$noncrypto" hash abc changed >SUMS2 && printf x >>changed &&
        exits 1 hash --check SUMS2 && grep -q '^abc: OK$' out && grep -q '^changed: FAILED$' out &&
        exits 1 hash --json --check SUMS2 && grep -qF '{"file":"changed","ok":false}' out
}
check_malformed() {
    echo "$abc abc" >bad1 && exits 1 hash --check bad1 &&
        echo "${abc%??}  abc" >bad2 && exits 1 hash --check bad2 &&
        printf '\\%s  a\\xb\n' "$abc" >bad3 && exits 1 hash --check bad3 &&
        : >bad4 && exits 1 hash --check bad4
}
check_missing_file() { echo "$abc  nowhere" >SUMS3 && exits 3 hash --check SUMS3; }
mismatch_outranks_missing() {
    { echo "$abc  nowhere"; echo "$empty  abc"; } >SUMS4 && exits 1 hash --check SUMS4
}
unreadable() {
    exits 3 hash nowhere abc && prints "$abc  abc" && grep -q 'nowhere: No such file' err && exits 3 hash .
}
bad_key() { printf short >k && exits 3 hash --keyed k abc && exits 3 hash --keyed nowhere abc; }
long_key() { cat key key >k && exits 3 hash --keyed k abc; }
usage_errors() {
    exits 2 && exits 2 frobnicate && exits 2 hash --algorithm md5 abc && exits 2 hash --length 0 abc &&
        exits 2 hash --length -1 abc && exits 2 hash --length 1x abc && exits 2 hash --nonsense &&
        exits 2 hash --keyed key --derive-key c abc && exits 2 hash --check SUMS abc &&
        exits 2 random && exits 2 random ten && exits 2 random 1 2 && exits 2 selftest now &&
        exits 2 random 99999999999999999999
}
random_hex() {
    exits 0 random 40 && grep -qE '^[0-9a-f]{80}$' out && cp out first && exits 0 random 40 && ! cmp -s out first
}
random_raw() { exits 0 random --raw 10000 && [ "$(wc -c <out)" -eq 10000 ]; }
random_nothing() { exits 0 random --raw 0 && [ ! -s out ]; }
full_device() {
    [ -w /dev/full ] || return 0
    "$noncrypto" hash abc >/dev/full 2>err
    [ $? -eq 3 ]
}
selftest() { exits 0 selftest && grep -q '^blake3: ok$' out && ! grep -q FAILED out; }
help_and_version() {
    exits 0 --help && grep -q '^usage: noncrypto hash' out && exits 0 --version && grep -qE '^noncrypto [0-9.]+$' out
}

holds "standard input is hashed without a file" hash_of_stdin
holds "a file is hashed" hash_of_file
holds "- is standard input" hash_of_pipe
holds "--length extends the output" longer_output
holds "--keyed is the keyed hash" keyed
holds "--derive-key derives" derived
holds "--json prints an object" json
holds "--json escapes names, also invalid UTF-8" json_odd_name
holds "--check accepts what hash printed, odd names too" check_round_trip
holds "--check works with a key and a length" check_keyed
holds "--check reports a changed file" check_mismatch
holds "--check refuses malformed lines and empty lists" check_malformed
holds "--check reports a missing file" check_missing_file
holds "a mismatch outranks a missing file" mismatch_outranks_missing
holds "an unreadable file does not stop the others" unreadable
holds "a short key is refused" bad_key
holds "a long key is refused" long_key
holds "wrong command lines exit with 2" usage_errors
holds "random prints other bytes each time" random_hex
holds "random --raw prints exactly so many bytes" random_raw
holds "random 0 prints nothing" random_nothing
holds "a full disk is an error" full_device
holds "selftest passes" selftest
holds "--help and --version" help_and_version
echo "1..$n"
