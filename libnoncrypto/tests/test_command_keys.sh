#!/bin/sh
# noncrypto keygen: key files as a user makes and uses them. Prints TAP.
set -u

# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

small='--memory 1 --passes 1'
printf 'correct horse\n' >pass
printf 'battery staple\n' >wrong
echo hello >file

makes_each_kind() {
    exits 0 keygen symmetric k && grep -qE '^[0-9a-f]{32}$' out && exits 0 keygen sealing box && exits 0 keygen signing pen &&
        [ "$(head -n 1 k)" = 'noncrypto-key 1 symmetric' ] && [ "$(head -n 1 box)" = 'noncrypto-key 1 sealing-secret' ] &&
        [ "$(head -n 1 box.pub)" = 'noncrypto-key 1 sealing-public' ] && [ "$(head -n 1 pen.pub)" = 'noncrypto-key 1 signing-public' ]
}
secrets_are_for_the_owner() {
    for secret in k box pen; do
        [ "$(stat -c %a "$secret")" = 600 ] || return 1
    done
}
owner_only_whatever_the_umask() { (umask 000 && exits 0 keygen symmetric open-to-all) && [ "$(stat -c %a open-to-all)" = 600 ]; }
does_not_overwrite() {
    cp k before && exits 3 keygen symmetric k && says 'it exists' && cmp -s k before &&
        exits 0 keygen --force symmetric k && ! cmp -s k before
}
does_not_overwrite_half() {
    rm -f half half.pub && echo mine >half.pub && exits 3 keygen sealing half && none half && [ "$(cat half.pub)" = mine ]
}
two_keys_differ() { exits 0 keygen symmetric k2 && ! cmp -s k k2; }
public_again() {
    mv pen.pub pen.first && exits 0 keygen public pen && cmp -s pen.pub pen.first && exits 0 keygen public pen --force &&
        exits 3 keygen public k && says 'no public key'
}
# shellcheck disable=SC2086
locked() {
    exits 0 keygen $small --passphrase-file pass signing vault && [ "$(head -n 1 vault)" = 'noncrypto-key 1 signing-secret locked' ] &&
        exits 0 sign -k vault --passphrase-file pass file && exits 0 verify -k vault.pub file &&
        exits 1 sign -k vault --passphrase-file wrong --force file && says 'passphrase is wrong'
}
# shellcheck disable=SC2086
locked_symmetric() {
    exits 0 keygen $small --passphrase-file pass symmetric lk && exits 0 keygen $small --passphrase-file pass sealing lbox &&
        exits 0 seal -r lbox.pub -o for-lbox file && exits 0 open -i lbox --passphrase-file pass -o opened for-lbox && cmp -s file opened &&
        exits 1 open -i lbox --passphrase-file wrong -o opened2 for-lbox && none opened2
}
passphrase_from_descriptor() {
    exits 0 keygen --memory 1 --passes 1 --passphrase-file pass sealing fdbox && exits 0 seal -r fdbox.pub -o x.sealed file &&
        "$noncrypto" open -i fdbox --passphrase-file fd:7 -o x.out x.sealed 7<pass && cmp -s x.out file
}
no_terminal() {
    command -v setsid >/dev/null || { skipped 'setsid was not found'; return 0; }
    setsid "$noncrypto" keygen -p symmetric never </dev/null >out 2>err
    [ $? -eq 3 ] && says 'no terminal' && none never
}
empty_passphrase() {
    echo >nothing && exits 3 keygen --passphrase-file nothing symmetric never && says 'empty' && none never &&
        head -c 2000 /dev/zero | tr '\0' x >long && exits 3 keygen --passphrase-file long symmetric never && none never
}
expensive_is_asked_for() {
    exits 0 keygen --memory 1 --passes 17 --passphrase-file pass signing dear && exits 3 sign -k dear --passphrase-file pass file -o s &&
        says '--allow-expensive' && exits 0 sign -k dear --passphrase-file pass --allow-expensive file -o s
}
damaged() {
    other_letter 2 k >bad && exits 3 seal -k bad file && says 'bad: ' && head -c 40 k >bad && exits 3 seal -k bad file &&
        { cat k; echo; } >bad && exits 3 seal -k bad file && echo hello >bad && exits 3 seal -k bad file && says 'bad: ' &&
        head -c 100000 /dev/zero >bad && exits 3 seal -k bad file && says 'longer' && exits 3 seal -k nowhere file &&
        says 'nowhere: No such file' && none file.sealed
}
wrong_kind() {
    exits 3 seal -k box.pub file && says 'a symmetric key is needed' && exits 3 seal -r box file && exits 3 sign -k pen.pub file &&
        exits 3 verify -k pen file && exits 3 open -i k file && none file.sealed
}
usage_errors() {
    exits 2 keygen && exits 2 keygen symmetric && exits 2 keygen other k3 && exits 2 keygen symmetric a b &&
        exits 2 keygen --memory 0 symmetric k3 && exits 2 keygen --passes 2000 symmetric k3 && none k3
}

holds "each kind of key is made" makes_each_kind
holds "secret keys can be read by their owner alone" secrets_are_for_the_owner
holds "that does not depend on the umask" owner_only_whatever_the_umask
holds "a key is not overwritten without --force" does_not_overwrite
holds "nothing is written if the public key's file is there" does_not_overwrite_half
holds "two keys differ" two_keys_differ
holds "the public key can be made again" public_again
holds "a locked signing key needs its passphrase" locked
holds "locked keys of the other kinds do too" locked_symmetric
holds "a passphrase can come from a descriptor" passphrase_from_descriptor
holds "without a terminal, asking is an error" no_terminal
holds "an empty or endless passphrase is refused" empty_passphrase
holds "expensive parameters need --allow-expensive" expensive_is_asked_for
holds "damaged and other files are not keys" damaged
holds "a key of the wrong kind is refused" wrong_kind
holds "wrong command lines exit with 2" usage_errors
echo "1..$n"
