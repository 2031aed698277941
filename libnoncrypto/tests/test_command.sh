#!/bin/sh
# The host command `noncrypto`, as a user calls it. Prints TAP.
set -u

# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

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
        exits 2 hash -a sha256 --length 20 abc && exits 2 hash -a sha256 --keyed key abc && exits 2 speed nothing &&
        exits 2 speed --time x && exits 2 selftest --vectors &&
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
# Of "abc": FIPS 180-4, FIPS 202 and RFC 3174.
each_algorithm() {
    while read -r algorithm hash; do
        exits 0 hash -a "$algorithm" abc && prints "$hash  abc" || return 1
    done <<'END'
blake3 6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85
sha1 a9993e364706816aba3e25717850c26c9cd0d89d
sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
sha384 cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
sha512 ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
sha3-256 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532
sha3-384 ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25
sha3-512 b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0
shake128 5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8
END
    exits 0 hash -a shake256 --length 200 abc && [ "$(cut -d ' ' -f 1 out | wc -c)" -eq 401 ] &&
        [ "$(cut -c 1-32 out)" = 483366601360a8771c6863080cc4114d ]
}
check_each_algorithm() {
    for algorithm in sha1 sha384 sha3-512 shake128; do
        "$noncrypto" hash -a "$algorithm" abc key >ASUMS && exits 0 hash -a "$algorithm" --check ASUMS &&
            exits 1 hash --check ASUMS -a sha256 || return 1
    done
}
speed_json() {
    exits 0 speed --time 1 --size 100 --json blake3 x25519-base && [ "$(wc -l <out)" -eq 2 ] &&
        grep -qE '^\{"name":"blake3","size":100,"bytes_per_second":[0-9]+\}$' out &&
        grep -qE '^\{"name":"x25519-base","operations_per_second":[0-9]+,"ns":[0-9]+\}$' out
}
speed_each() { exits 0 speed --time 0 --size 16 --portable && [ "$(wc -l <out)" -ge 30 ]; }
verb_help() {
    for verb in hash keygen open random seal selftest sign speed verify; do
        exits 0 "$verb" --help && grep -q "^usage: noncrypto $verb " out && grep -q 'Exit status:' out || return 1
    done
}
selftest_json() { exits 0 selftest --json && grep -q '^{"subject":"blake3","ok":true}$' out && ! grep -q false out; }
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
holds "each algorithm gives the hash of its standard" each_algorithm
holds "--check knows each algorithm" check_each_algorithm
holds "speed prints JSON of what was asked for" speed_json
holds "speed measures everything, in portable C too" speed_each
holds "each verb has help that says its exit status" verb_help
holds "selftest prints JSON" selftest_json
holds "a full disk is an error" full_device
holds "selftest passes" selftest
holds "--help and --version" help_and_version
echo "1..$n"
