#!/bin/sh
# noncrypto sign and noncrypto verify. Prints TAP.
set -u

# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

"$noncrypto" keygen signing pen >id
"$noncrypto" keygen signing pen2 >/dev/null
seq 1 100000 >file

round_trip() {
    exits 0 sign -k pen file && exits 0 verify -k pen.pub file && prints "valid signature of $(cat id)" && [ "$(head -n 1 file.sig)" = 'noncrypto-signature 1' ]
}
empty_file() { : >empty && exits 0 sign -k pen empty && exits 0 verify -k pen.pub empty; }
pipes() {
    "$noncrypto" sign -k pen <file >piped.sig && "$noncrypto" verify -q -k pen.pub -s piped.sig <file && exits 2 verify -k pen.pub && says '-s'
}
comment() {
    exits 0 sign -k pen -c 'a comment, signed' -o c.sig file && exits 0 verify -k pen.pub -s c.sig file && grep -q '^comment: a comment, signed$' out &&
        sed 's/a comment/A comment/' c.sig >d.sig && exits 3 verify -k pen.pub -s d.sig file
}
# The checksum is no protection: here it is right again for another comment.
comment_is_signed() {
    exits 0 sign -k pen -c 'another' -o e.sig file || return 1
    python3 - "$noncrypto" <<'END' || return 1
import base64
import subprocess
import sys

lines = open('e.sig').read().split('\n')
comment, body = b'other', base64.b64decode(''.join(lines[2:-2]))[:-8]
text = lines[0].encode() + b'\0' + comment + b'\0' + body
digest = subprocess.run([sys.argv[1], 'hash'], input=text, stdout=subprocess.PIPE, check=True).stdout[:16]
armor = base64.b64encode(body + bytes.fromhex(digest.decode())).decode()
with open('f.sig', 'w') as f:
    f.write('\n'.join([lines[0], 'comment other', *(armor[i:i + 64] for i in range(0, len(armor), 64)), 'end', '']))
END
    exits 1 verify -k pen.pub -s f.sig file && ! grep -q other out
}
context() {
    exits 0 sign -k pen --context release -o x.sig file && exits 0 verify -k pen.pub --context release -s x.sig file &&
        exits 1 verify -k pen.pub -s x.sig file && exits 1 verify -k pen.pub --context releases -s x.sig file
}
changed_file() { { cat file; echo; } >longer && exits 1 verify -k pen.pub -s file.sig longer && says 'not valid'; }
other_key() { exits 1 verify -k pen2.pub file && says 'by another key'; }
damaged() {
    lines=$(wc -l <file.sig)
    for line in 1 2 3 20 "$((lines - 1))" "$lines"; do
        other_letter "$line" file.sig >bad.sig && ! cmp -s bad.sig file.sig && exits 3 verify -k pen.pub -s bad.sig file || return 1
    done
    head -n 40 file.sig >bad.sig && exits 3 verify -k pen.pub -s bad.sig file
}
json() {
    exits 0 verify -k pen.pub --json -s c.sig file && prints "{\"file\":\"file\",\"ok\":true,\"key\":\"$(cat id)\",\"comment\":\"a comment, signed\"}" &&
        exits 1 verify -k pen2.pub --json -s c.sig file && grep -qF '"ok":false' out && grep -qF '"comment":""' out
}
no_overwriting() { cp file.sig before && exits 3 sign -k pen file && cmp file.sig before && exits 0 sign --force -k pen file && ! cmp -s file.sig before; }
missing() {
    exits 3 sign -k pen nowhere && none nowhere.sig && exits 3 verify -k pen.pub nowhere && exits 3 sign -k nowhere file && exits 3 verify -k nowhere file
}
full_device() {
    [ -w /dev/full ] || return 0
    "$noncrypto" sign -k pen <file >/dev/full 2>err
    [ $? -eq 3 ]
}
usage_errors() {
    exits 2 sign file && exits 2 verify file && exits 2 sign -k pen a b && exits 2 sign -k pen -c "$(printf 'a\nb')" file &&
        exits 2 sign -k pen --context "$(head -c 201 /dev/zero | tr '\0' x)" file
}

holds "a signature verifies" round_trip
holds "of an empty file, too" empty_file
holds "standard input and output" pipes
holds "a comment is printed" comment
holds "a comment is signed" comment_is_signed
holds "the context must be the same" context
holds "a changed file is found" changed_file
holds "another key is found" other_key
holds "a damaged signature file is refused" damaged
holds "--json prints an object" json
holds "nothing is overwritten without --force" no_overwriting
holds "missing files are errors" missing
holds "a full device is an error" full_device
holds "wrong command lines exit with 2" usage_errors
echo "1..$n"
