#!/bin/sh
# The host command `nonzk`: what needs no proving key. Prints TAP.
set -u

# shellcheck source=libnonzk/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonzk/tests/command.sh"

help_and_version() {
    exits 0 --help && grep -q '^usage: nonzk attest' out && exits 0 --version && grep -qE '^nonzk [0-9.]+$' out
}
verb_help() {
    for verb in attest authority ceremony check convert inspect prove selftest setup verify; do
        exits 0 "$verb" --help && grep -q "^usage: nonzk $verb " out && grep -q 'Exit status:' out || return 1
    done
}
usage_errors() {
    exits 2 && exits 2 frobnicate && says "unknown command 'frobnicate'" && exits 2 verify && exits 2 verify --vk a --proof b &&
        exits 2 verify --vk a --proof b --public c d && exits 2 check --vk k m && exits 2 check --vk k --root 00 --epoch 1 m &&
        says "'00' is not 64 hexadecimal digits" && exits 2 check --vk k --authorities s --epoch 1 m &&
        exits 2 check --vk k --epoch x m && says "'x' is not an epoch" && exits 2 inspect && exits 2 inspect a b &&
        exits 2 selftest && exits 2 selftest --vectors && exits 2 selftest file && exits 2 prove && exits 2 setup dir &&
        says 'keys for use come from a ceremony' && exits 2 setup --development --zkey z dir && exits 2 attest &&
        exits 2 attest --keys k --name a/b --capabilities 1 -o o e && says "'a/b' is not a name" &&
        exits 2 attest --keys k --name a --capabilities 0x -o o e && says "'0x' is not a number of 64 bits" &&
        exits 2 attest --keys k --name a --capabilities 0x10000000000000000 -o o e && exits 2 verify --nonsense && exits 2 convert x && exits 2 convert -o y
}
authority_usage_errors() {
    exits 2 authority && exits 2 authority nonsense && says "'nonsense' is nothing that can be done" && exits 2 authority keygen &&
        exits 2 authority keygen a b && exits 2 authority create && exits 2 authority create --epoch 4294967296 s &&
        says "'4294967296' is not an epoch" && exits 2 authority add s && exits 2 authority list && exits 2 authority root a b &&
        none a b s
}
unreadable() {
    exits 2 inspect nowhere && says 'nowhere: No such file' && exits 2 verify --vk nowhere --public x --proof y &&
        says 'nowhere: No such file' && exits 2 authority root nowhere && exits 2 inspect . && says '.: Is a directory' &&
        exits 2 selftest --vectors nowhere && exits 2 check --vk nowhere --authorities nowhere m
}
unknown_file() {
    echo nothing >plain && exits 2 inspect plain && says 'plain: it is of no kind that is known' && : >empty && exits 2 inspect empty &&
        echo '{"a":1}' >object.json && exits 2 inspect object.json && exits 2 convert -o c plain && says 'plain: it is neither a verifying key' && none c
}
unknown_vectors() {
    exits 2 selftest --vectors plain && grep -q 'skipped 1: the file is of no kind that is known' out
}
no_json() {
    exits 2 selftest --vectors plain && says 'made without jansson' && exits 2 verify --vk object.json --public x --proof y &&
        says 'made without jansson'
}
full_device() {
    [ -w /dev/full ] || return 0
    "$nonzk" --help >/dev/full 2>err
    [ $? -eq 2 ] && says 'standard output'
}

keygen() {
    exits 0 authority keygen alice && grep -qE '^[0-9a-f]{32}$' out && [ "$(stat -c %a alice)" = 600 ] &&
        head -n 1 alice | grep -qx 'noncrypto-key 1 authority-secret' &&
        head -n 1 alice.pub | grep -qx 'noncrypto-key 1 authority-public' && cp out id &&
        exits 0 inspect alice.pub && [ "$(field id)" = "$(cat id)" ] && exits 0 inspect alice && has 'locked: no' &&
        exits 0 authority keygen bob && ! cmp -s alice bob && exits 0 authority keygen carol
}
keygen_locked() {
    echo secret >pass && exits 0 authority keygen --memory 1 --passes 1 --passphrase-file pass dave && exits 0 inspect dave &&
        has 'locked: yes'
}
keygen_keeps() { cp alice before && exits 2 authority keygen alice && says 'it exists; --force' && cmp -s alice before; }

create_and_add() {
    exits 0 authority create --epoch 3 set && exits 2 authority create set && says 'it exists' &&
        exits 0 authority add --allow 0xff --expires 10 set alice.pub && grep -q '^   0  expires 10 .*allows 0x00000000000000ff' out &&
        exits 0 authority add --allow 3 --expires 4 --json set bob.pub &&
        grep -qE '^\{"place":1,"expires":4,"allowed":"0x0000000000000003","key":"[0-9a-f]{64}"\}$' out
}
list_and_root() {
    exits 0 authority list set && [ "$(wc -l <out)" -eq 2 ] && exits 0 authority list --json set && [ "$(wc -l <out)" -eq 2 ] &&
        exits 0 authority root set && has 'epoch: 3' && has 'authorities: 2' && field root | grep -qE '^[0-9a-f]{64}$' &&
        field root >root3 && exits 0 authority root --json set && grep -qF "\"root\":\"$(cat root3)\"}" out &&
        exits 0 inspect set && has 'kind: set of authorities' && [ "$(field root)" = "$(cat root3)" ]
}
# Of an empty tree: tests/test_poseidon.c and the depth decide it.
empty_root() {
    exits 0 authority create none-yet && exits 0 authority root none-yet && has 'authorities: 0' && field root >empty-root &&
        ! cmp -s empty-root root3 && exits 0 authority list none-yet && [ ! -s out ]
}
add_twice() {
    cp set before && exits 1 authority add --allow 1 --expires 1 set alice.pub && says 'there is an authority with this key' &&
        cmp -s set before
}
add_wrong_key() {
    exits 2 authority add --allow 1 --expires 1 set carol && says 'a authority-public key is needed' &&
        exits 2 authority add --allow 1 --expires 1 set plain && exits 2 authority add --allow x --expires 1 set carol.pub &&
        says "'x' is not a mask" && exits 2 authority add --expires 1 set carol.pub && cmp -s set before
}
revoke() {
    exits 1 authority revoke set carol.pub && says 'there is no such authority' && exits 1 authority revoke set 7 &&
        exits 0 authority revoke set alice.pub && has 'epoch: 4' && has 'authorities: 1' && [ "$(field root)" != "$(cat root3)" ] &&
        exits 1 authority revoke set 0 && exits 0 authority add --allow 1 --expires 9 set carol.pub && grep -q '^   0 ' out &&
        exits 0 authority revoke set 1 && has 'epoch: 5'
}
damaged_set() {
    cp set bad && flip bad 20 && exits 2 authority root bad && says 'it is not a set of authorities, or it is damaged' &&
        exits 1 inspect bad && has 'valid: no' && head -c 90 set >short && exits 2 authority list short
}

# The number 91 ends in the byte of '[' and is no JSON for that.
small_input() {
    head -c 31 /dev/zero >input && printf '[' >>input && exits 0 convert -o - input && [ "$(tr -d ' \n' <out)" = '["91"]' ]
}
verify_wrong_files() {
    echo '{"a": ' >broken.json && exits 2 verify --vk broken.json --public x --proof y && says 'broken.json: line' &&
        exits 2 verify --vk object.json --public x --proof y && says 'object.json: it is not a verifying key of Groth16' &&
        exits 2 verify --vk plain --public x --proof y && says 'plain: it is not a verifying key'
}

holds "--help and --version" help_and_version
holds "each verb has help that says its exit status" verb_help
holds "wrong command lines exit with 2" usage_errors
holds "wrong command lines of authority too" authority_usage_errors
holds "what cannot be read exits with 2" unreadable
holds "a file of no known kind exits with 2" unknown_file
holds "a full disk is an error" full_device
holds "keygen makes a secret and a public key" keygen
holds "keygen locks with a passphrase" keygen_locked
holds "keygen replaces nothing without --force" keygen_keeps
holds "authorities are added to a set" create_and_add
holds "list and root print the set, in lines and JSON" list_and_root
holds "an empty set has a root" empty_root
holds "a key is added once" add_twice
holds "what is not a public key is not added" add_wrong_key
holds "revoking begins an epoch and changes the root" revoke
holds "a damaged set is refused" damaged_set
holds "a small number is not taken for JSON" small_input
if has_json; then
    holds "files of another kind are not taken for keys" verify_wrong_files
    holds "vectors of no known kind exit with 2" unknown_vectors
else
    holds "without jansson, JSON is refused" no_json
fi
echo "1..$n"
