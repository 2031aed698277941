#!/bin/sh
# The host command `nonzk`: development keys, module files made with them, and every reason to refuse one. Prints TAP.
set -u

# shellcheck source=libnonzk/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonzk/tests/command.sh"

tail_len=340 proof_at=132 # from the end of the image
{ printf '\177ELF'; head -c 3000 "$nonzk" | tail -c 2900; } >elf
elf_len=$(size elf)
check() { exits "$1" check --vk keys/attestation.vk --authorities keys/authorities "$2"; }
attest() { exits "$1" attest --keys keys --name prog --capabilities 0x302 --version 7 -o "$2" "$3"; }

setup() {
    exits 0 setup --development keys && has 'development: yes' && has 'inputs: 4' && field root >keys-root &&
        [ "$(stat -c %a keys/authority)" = 600 ] && exits 0 authority root keys/authorities && [ "$(field root)" = "$(cat keys-root)" ] &&
        has 'epoch: 1' && exits 0 inspect keys/attestation.vk && has 'development: yes' && has 'valid: yes'
}
setup_is_reproducible() {
    mkdir again && echo old >again/authorities && exits 0 setup --development --json --force again &&
        grep -qF "\"root\":\"$(cat keys-root)\"" out && cmp -s keys/attestation.zkey again/attestation.zkey &&
        cmp -s keys/attestation.vk again/attestation.vk && cmp -s keys/authority again/authority &&
        cmp -s keys/authorities again/authorities
}
other_seed() {
    exits 0 setup --development --seed other other && ! cmp -s keys/attestation.vk other/attestation.vk &&
        ! cmp -s keys/authority other/authority && ! cmp -s keys/authorities other/authorities
}
setup_keeps() { exits 2 setup --development keys && says 'it exists; --force'; }
ceremony_key() {
    exits 0 ceremony contribute --name alice -o contributed other/attestation.zkey &&
        exits 0 setup --zkey contributed finished && has 'development: no' && exits 0 inspect finished/attestation.vk &&
        has 'development: no' && [ ! -e finished/authority ] && cmp -s contributed finished/attestation.zkey
}
no_ceremony() {
    exits 1 setup --zkey keys/attestation.zkey none && says 'nobody contributed to it' &&
        exits 0 ceremony contribute --name alice -o half keys/attestation.zkey && exits 1 setup --zkey half none &&
        says 'its powers of tau are those of the development setup' && none none
}

attested() {
    attest 0 module elf && has 'name: prog' && has 'epoch: 1' && [ "$(size module)" -eq "$((elf_len + tail_len))" ] &&
        head -c "$elf_len" module | cmp -s - elf && field m >m-hex && field t >t-hex
}
reproducible() { attest 0 - elf && cmp -s out module; }
allowed() {
    check 0 module && has 'allowed: yes' && has 'development: yes' && has 'name: prog' && has 'version: 7' &&
        has 'capabilities: 0x0000000000000302' && has "code_bytes: $elf_len" && [ "$(field m)" = "$(cat m-hex)" ] &&
        [ "$(field p)" = 0000000000000000000000000000000000000302000000000000000700000001 ] &&
        exits 0 check --json --vk keys/attestation.vk --root "$(cat keys-root)" --epoch 1 module && grep -q '^{"allowed":true,' out
}
inspected() {
    exits 0 inspect module && has 'kind: module file' && [ "$(field m)" = "$(cat m-hex)" ] && [ "$(field t)" = "$(cat t-hex)" ] &&
        exits 0 inspect --json module && grep -q '"kind":"module file".*"valid":true}$' out
}
# refused REASON OFFSET: with the lowest bit of that byte changed.
refused() {
    cp module changed && flip changed "$2" && check 1 changed && has 'allowed: no' && has "reason: $1" && return 0
    echo "# at $2"
    return 1
}
changes_refused() {
    refused 'the encoding is not canonical' 0 && refused 'the proof does not hold' 100 &&
        refused 'the proof does not hold' "$((elf_len - 1))" && refused 'the manifest is not well formed' "$elf_len" &&
        refused 'the proof does not hold' "$((elf_len + 8))" && refused 'the proof does not hold' "$((elf_len + 40))" &&
        refused 'the proof does not hold' "$((elf_len + 48))" && refused 'the attestation is for another epoch' "$((elf_len + 56))" &&
        refused 'the attestation is for the key of another circuit' "$((elf_len + 68))" &&
        refused 'the proof does not hold' "$((elf_len + proof_at - 1))" &&
        refused 'the file carries no attestation' "$((elf_len + tail_len - 16))" &&
        refused 'the file is for another field or has features that are not supported' "$((elf_len + tail_len - 8))"
}
proof_changes_refused() {
    for at in 10 60 150 191; do
        cp module changed && flip changed "$((elf_len + proof_at + at))" && check 1 changed || return 1
    done
}
cut_off() {
    for len in 0 3 100 "$elf_len" "$((elf_len + 60))" "$((elf_len + tail_len - 1))"; do
        head -c "$len" module >short && check 1 short && has 'reason: the file carries no attestation' || return 1
    done
}
denied() {
    exits 1 check --vk keys/attestation.vk --authorities keys/authorities --deny "$(cat m-hex)" --deny "$(cat t-hex)" module &&
        has 'reason: the authority is on the deny-list' && has "t: $(cat t-hex)" &&
        exits 0 check --vk keys/attestation.vk --authorities keys/authorities --deny "$(cat m-hex)" module
}
other_rules() {
    exits 1 check --vk keys/attestation.vk --authorities other/authorities module && has 'reason: the proof does not hold' &&
        exits 1 check --vk other/attestation.vk --authorities keys/authorities module && has 'reason: the proof does not hold' &&
        exits 1 check --vk finished/attestation.vk --authorities keys/authorities module &&
        has 'reason: the attestation is for the key of another circuit' &&
        exits 1 check --vk keys/attestation.vk --root "$(cat keys-root)" --epoch 2 module &&
        has 'reason: the attestation is for another epoch'
}
release_refuses() {
    exits 1 check --release --vk keys/attestation.vk --authorities other/authorities module && says 'it is a development key' &&
        exits 0 attest --keys finished --authority other/authority --authorities other/authorities --name p --capabilities 0 -o r elf &&
        exits 0 check --release --vk finished/attestation.vk --authorities other/authorities r && has 'development: no' &&
        exits 1 check --release --vk finished/attestation.vk --authorities keys/authorities r && says "is the development authority's" &&
        exits 0 attest --release --keys finished --authority other/authority --authorities other/authorities --name p --capabilities 0 \
            --force -o r elf &&
        exits 1 attest --release --keys keys --authority other/authority --authorities other/authorities --name p --capabilities 0 -o r2 elf &&
        says 'it is a development key' &&
        exits 1 attest --release --keys finished --authority keys/authority --authorities keys/authorities --name p --capabilities 0 \
            -o r2 elf && says "is the development authority's" && none r2
}
wrong_check_files() {
    exits 2 check --vk elf --authorities keys/authorities module && says 'elf: it is not a verifying key' &&
        exits 2 check --vk keys/attestation.vk --authorities elf module && says 'it is not a set of authorities' &&
        cp keys/attestation.vk bad.vk && flip bad.vk 300 && exits 2 check --vk bad.vk --authorities keys/authorities module &&
        says 'the verifying key is unsafe or damaged' &&
        exits 2 check --vk keys/attestation.vk --root "$(printf 'f%.0s' 1 2 3 4 5 6 7 8; printf '0%.0s' 1 2 3 4 5 6 7 8)$(
            cut -c 17-64 keys-root)" --epoch 1 module && says 'the root is not below r'
}

list() {
    printf '# name mask version image file\n\nprog 0x302 7 elf l1\n  other\t1 0 elf l2\n' >todo &&
        exits 0 attest --keys keys --json --list todo && [ "$(wc -l <out)" -eq 2 ] && cmp -s l1 module && check 0 l2 && has 'name: other' &&
        echo 'x 1 0 elf' >todo && exits 2 attest --keys keys --list todo && says 'a line has five words' && says 'todo, line 1' &&
        printf '#\nx 1 0 nowhere l3\nx 1 0 elf l4\n' >todo && exits 2 attest --keys keys --list todo && says 'todo, line 2' &&
        echo 'x 1 x elf l3' >todo && exits 2 attest --keys keys --list todo && says "'x' is not a number of 64 bits" &&
        exits 2 attest --keys keys --list todo elf && exits 2 attest --keys keys --list todo --name x && none l3 l4
}
wrong_attest_files() {
    attest 2 m2 keys/authorities && says 'it is not an ELF image' && attest 2 m2 module &&
        says 'it carries an attestation already' && attest 2 m2 nowhere && attest 2 module elf && says 'it exists; --force' &&
        exits 2 attest --keys nowhere --name a --capabilities 1 -o m2 elf && none m2
}
wrong_key_folder() {
    mkdir mixed && cp keys/* mixed && cp other/attestation.vk mixed && exits 2 attest --keys mixed --name a --capabilities 1 -o m2 elf &&
        says 'it is not the verifying key of' && cp keys/attestation.vk mixed && flip mixed/attestation.zkey 100000 &&
        exits 1 attest --keys mixed --name a --capabilities 1 -o m2 elf && says 'the proof does not hold: key and witness' &&
        flip mixed/attestation.zkey "$(($(size mixed/attestation.zkey) - 5000))" &&
        exits 2 attest --keys mixed --name a --capabilities 1 -o m2 elf && says 'attestation.zkey' && none m2 &&
        exits 1 inspect mixed/attestation.zkey && has 'valid: no' && exits 0 inspect keys/attestation.zkey && has 'inputs: 4'
}
narrow_authority() {
    exits 0 authority keygen eve && exits 0 authority create --epoch 5 set && exits 0 authority add --allow 0x6 --expires 5 set eve.pub &&
        exits 0 attest --keys keys --authority eve --authorities set --name a --capabilities 0x4 -o narrow elf &&
        exits 0 check --vk keys/attestation.vk --authorities set narrow &&
        exits 1 attest --keys keys --authority eve --authorities set --name a --capabilities 0x5 -o m2 elf &&
        says 'may not allow the capabilities 0x0000000000000001' && exits 1 attest --keys keys --authority keys/authority \
        --authorities set --name a --capabilities 0 -o m2 elf && says 'its key is not in set' && none m2
}
revoked_authority() {
    exits 0 authority keygen mallory && exits 0 authority add --allow 1 --expires 9 set mallory.pub &&
        exits 0 attest --keys keys --authority mallory --authorities set --name a --capabilities 1 -o old elf &&
        exits 0 check --vk keys/attestation.vk --authorities set old && exits 0 authority revoke set mallory.pub &&
        exits 1 check --vk keys/attestation.vk --authorities set old && has 'reason: the attestation is for another epoch' &&
        exits 1 attest --keys keys --authority eve --authorities set --name a --capabilities 0x4 -o m2 elf &&
        says 'the authority has expired: epoch 6, its last one was 5'
}
locked_authority() {
    echo secret >pass && echo wrong >wrong && exits 0 authority keygen --memory 1 --passes 1 --passphrase-file pass vault &&
        exits 0 authority create vaults && exits 0 authority add --allow 1 --expires 9 vaults vault.pub &&
        exits 1 attest --keys keys --authority vault --authorities vaults --passphrase-file wrong --name a --capabilities 1 -o m2 elf &&
        says 'the passphrase is wrong' && exits 0 attest --keys keys --authority vault --authorities vaults --passphrase-file pass \
        --name a --capabilities 1 -o m2 elf && exits 0 check --vk keys/attestation.vk --authorities vaults m2
}

holds "a development setup makes a folder of keys" setup
holds "everybody makes the same ones" setup_is_reproducible
holds "another seed makes others" other_seed
holds "setup replaces nothing without --force" setup_keeps
holds "the proving key of a ceremony makes a folder that is not for development" ceremony_key
holds "a key to which nobody contributed, or over the powers of the development setup, makes none" no_ceremony
holds "an image becomes a module file that begins with it" attested
holds "the same keys and image give the same file, on standard output too" reproducible
holds "check allows it and says what an audit log would" allowed
holds "inspect says what is in it" inspected
holds "a change of anything is refused for its reason" changes_refused
holds "a change of the proof is refused" proof_changes_refused
holds "a file that is cut off is refused" cut_off
holds "a denied pseudonym is refused" denied
holds "other authorities, keys and epochs are refused" other_rules
holds "--release refuses development keys" release_refuses
holds "check says which file is not what it must be" wrong_check_files
holds "the files of a list are those that are made one by one" list
holds "attest says which file is not what it must be" wrong_attest_files
holds "keys that do not belong together, or are damaged, are refused" wrong_key_folder
holds "an authority allows what it may" narrow_authority
holds "a revoked or expired authority allows nothing" revoked_authority
holds "a locked secret needs its passphrase" locked_authority
echo "1..$n"
