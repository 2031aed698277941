#!/bin/sh
# `nonfs verity` beside veritysetup: the same bytes and the same root from both, and each verifies the other's. Prints TAP.
set -u

# shellcheck disable=SC2034
tools='veritysetup mke2fs'
# shellcheck source=libnonfs/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonfs/tests/command.sh"

uuid=12345678-9abc-4ef0-8234-56789abcdef0
salt=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# equal BYTES DATA_BLOCK HASH_BLOCK SALT
equal() {
    rm -f ours theirs
    head -c "$1" random >data
    root=$("$nonfs" verity format --uuid $uuid --salt "$4" --data-block-size "$2" --hash-block-size "$3" data ours) &&
        their_root=$(veritysetup format --uuid=$uuid --salt="$4" --data-block-size="$2" --hash-block-size="$3" data theirs |
            sed -n 's/^Root hash:[[:space:]]*//p') &&
        [ "$root" = "$their_root" ] && cmp ours theirs && veritysetup verify data ours "$root" &&
        exits 0 verity verify data theirs "$root"
}
many_sizes() {
    for data_block in 512 1024 2048 4096; do
        for hash_block in 512 1024 2048 4096; do
            for blocks in 1 2 16 17 129 300; do
                equal $((blocks * data_block)) $data_block $hash_block $salt || { echo "$blocks $data_block $hash_block"; return 1; }
            done
        done
    done
}
many_salts() { for s in - 00 "$salt$salt" "$salt$salt$salt$salt$salt$salt$salt$salt"; do equal 200000 512 512 "$s" || return 1; done; }
three_levels() { equal 9000000 512 512 $salt && equal 70000000 4096 4096 $salt; }
tail_is_left_out() { head -c 10000 random >data && exits 0 verity format data ours && exits 0 verity dump --json ours && grep -qF '"data_blocks":2,' out; }
dumps() {
    equal 100000 512 1024 $salt && exits 0 verity dump ours && grep -q "^UUID  *$uuid$" out && grep -q "^salt  *$salt$" out &&
        grep -q '^data blocks  *195$' out && exits 0 verity dump --json ours && python3 -c 'import json,sys
assert json.load(open("out")) == {"uuid": sys.argv[1], "hash": "sha256", "data_blocks": 195, "data_block_size": 512,
    "hash_block_size": 1024, "hash_size": 1024 * 9, "salt": sys.argv[2]}' $uuid $salt
}
one_file() {
    cp big one
    root=$("$nonfs" verity format --salt $salt --uuid $uuid --data-blocks 2048 --hash-offset 8M one one) &&
        veritysetup verify --hash-offset=8388608 one one "$root" && exits 0 verity verify --hash-offset 8M one one "$root" &&
        exits 2 verity format --data-blocks 2049 --hash-offset 8M one one && says 'overwrite the data'
}
bad_data() {
    equal 1000000 512 512 $salt && flip data 51300 &&
        flip data 900000 && exits 1 verity verify data ours "$root" &&
        says 'data: verity: data block 100: its hash does not match' && says 'data: verity: data block 1757: ' &&
        [ "$(wc -l <err)" = 2 ]
}
bad_tree() {
    equal 1000000 512 512 $salt && flip ours 60000 &&
        exits 1 verity verify data ours "$root" && says 'ours: verity: hash block 117: its hash does not match' &&
        [ "$(wc -l <err)" = 1 ]
}
wrong_root() { equal 100000 512 512 $salt && exits 1 verity verify data ours "$(echo "$root" | tr 0-8 1-9)"; }
cut_off() { equal 100000 512 512 $salt && truncate -s 99000 data && exits 3 verity verify data ours "$root" && says 'cut off'; }
refuses() {
    exits 2 verity && exits 2 verity format data && exits 2 verity format --salt 1 data ours && exits 2 verity format --uuid 1 data ours &&
        exits 2 verity format --data-block-size 8192 data ours && exits 2 verity format --data-block-size 1000 data ours &&
        exits 2 verity format --hash-block-size 0 data ours && exits 2 verity verify data ours 00 && exits 3 verity format missing ours &&
        exits 3 verity dump random && says 'does not hold'
}
refuses_other_hash() {
    veritysetup format --hash=sha512 data theirs >/dev/null && exits 3 verity dump theirs && says 'the hash is not SHA-256' &&
        veritysetup format --format=0 --salt=- data theirs >/dev/null && exits 3 verity dump theirs && says 'the type of the hash'
}

head -c 70000000 /dev/urandom >random
truncate -s 8M big
mke2fs -q -F big
holds 'trees are those of veritysetup, all block sizes' many_sizes
holds 'trees are those of veritysetup, all lengths of salt' many_salts
holds 'trees are those of veritysetup, of three levels' three_levels
holds 'a part of a block at the end is left out' tail_is_left_out
holds 'dump shows the superblock' dumps
holds 'data and tree may be in one file' one_file
holds 'a bad block of the data is named' bad_data
holds 'a bad block of the tree is named once' bad_tree
holds 'another root verifies nothing' wrong_root
holds 'data that was cut off is refused' cut_off
holds 'wrong command lines are refused' refuses
holds 'other hashes are named' refuses_other_hash
echo "1..$n"
