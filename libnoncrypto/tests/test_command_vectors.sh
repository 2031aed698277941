#!/bin/sh
# noncrypto selftest --vectors: what it recognizes, counts and refuses; then all of the folder in NONOS_VECTORS. Prints TAP.
set -u

# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

# RFC 4231 test case 2, as Wycheproof would have it; MAC is the tag, RESULT what is expected.
wycheproof() {
    cat <<END
{"algorithm": "$1", "schema": "mac_test_schema_v1.json", "numberOfTests": 1, "testGroups": [{"keySize": 32, "tagSize": 256,
 "type": "MacTest", "tests": [{"tcId": 7, "key": "4a656665", "msg": "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
 "tag": "$2", "result": "$3"}]}]}
END
}
tag=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
"$noncrypto" selftest --vectors /dev/null 2>err >out
if grep -q 'without jansson' err; then
    echo "1..0 # SKIP this build cannot read vectors"
    exit 0
fi

passes() {
    wycheproof HMACSHA256 $tag valid >good.json && exits 0 selftest --vectors good.json && prints 'good.json: 1 run, 1 passed, 0 failed'
}
fails() {
    wycheproof HMACSHA256 "${tag%3}4" valid >bad.json && exits 1 selftest --vectors bad.json && grep -q '^bad.json: case 7: refused' out &&
        grep -q '1 failed' out && wycheproof HMACSHA256 $tag invalid >bad.json && exits 1 selftest --vectors bad.json && grep -q 'accepted' out
}
acceptable() { wycheproof HMACSHA256 $tag acceptable >either.json && exits 0 selftest --vectors either.json && grep -q ', 1 acceptable$' out; }
unknown_algorithm() {
    wycheproof HMACMD5 $tag valid >other.json && exits 3 selftest --vectors other.json && grep -q 'skipped 1: algorithm HMACMD5' out
}
unknown_file() {
    echo 'just text' >text && exits 3 selftest --vectors text && grep -q 'of no kind that is known' out && echo '{"a": [' >cut.json &&
        exits 3 selftest --vectors cut.json && grep -q 'of no kind that is known' out && exits 3 selftest --vectors nowhere && says nowhere
}
json() {
    exits 0 selftest --json --vectors good.json &&
        prints '{"file":"good.json","run":1,"passed":1,"failed":0,"acceptable":0,"skipped":{}}' &&
        exits 3 selftest --json --vectors other.json && grep -qF '"skipped":{"algorithm HMACMD5":1}' out
}
folder() {
    mkdir -p many/deep && cp good.json many/ && cp other.json many/deep/ && exits 0 selftest --vectors many &&
        grep -q '^2 files: 1 run, 1 passed, 0 failed, 0 acceptable, 1 skipped$' out
}
rsp() {
    printf '#  "SHA-256 ShortMsg" information\r\n\r\n[L = 32]\r\n\r\nLen = 24\r\nMsg = 616263\r\nMD = %s\r\n' \
        ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad >sha.rsp && exits 0 selftest --vectors sha.rsp &&
        prints 'sha.rsp: 1 run, 1 passed, 0 failed' && sed 's/ba78/bb78/' sha.rsp >wrong.rsp && exits 1 selftest --vectors wrong.rsp
}
compressed() {
    command -v xz >/dev/null || { skipped 'xz was not found'; return 0; }
    xz -k sha.rsp && gzip -k sha.rsp && exits 0 selftest --vectors sha.rsp.xz sha.rsp.gz && grep -q '^2 files: 2 run, 2 passed' out &&
        head -c 60 sha.rsp.xz >cut.rsp.xz && exits 3 selftest --vectors cut.rsp.xz
}
# An ACVP pair, and the same in one file.
acvp() {
    printf '[{"acvVersion":"1.0"},{"vsId":1,"algorithm":"SHA3-256","revision":"2.0","testGroups":[{"tgId":1,"testType":"AFT","tests":[{"tcId":3,"msg":"616263","len":24}]}]}]' >prompt.json
    printf '[{"acvVersion":"1.0"},{"vsId":1,"algorithm":"SHA3-256","revision":"2.0","testGroups":[{"tgId":1,"tests":[{"tcId":3,"md":"%s"}]}]}]' \
        3A985DA74FE225B2045C172D6BD390BD855F086E3E9D525B46BFE24511431532 >expectedResults.json
    printf '{"vsId":1,"algorithm":"SHA3-256","revision":"2.0","testGroups":[{"tgId":1,"testType":"AFT","tests":[{"tcId":3,"msg":"616263","len":24,"md":"00"}]}]}' >internalProjection.json
    exits 0 selftest --vectors prompt.json expectedResults.json && grep -q '^prompt.json: 1 run, 1 passed' out &&
        grep -q 'skipped 1: answers, which run with' out && exits 1 selftest --vectors internalProjection.json &&
        mkdir -p alone && cp prompt.json alone/ && exits 3 selftest --vectors alone/prompt.json && grep -q 'without the file of answers' out
}
everything() {
    exits 0 selftest --vectors "$NONOS_VECTORS/crypto" || return 1
    sed 's/^/# /' out
    ! grep -q 'of no kind that is known' out
}

holds "a case that is right passes" passes
holds "a case that is wrong fails" fails
holds "acceptable cases are counted apart" acceptable
holds "an unknown algorithm is skipped with its name" unknown_algorithm
holds "an unknown file is named" unknown_file
holds "--json prints objects" json
holds "folders are walked" folder
holds "CAVP response files run" rsp
holds "compressed files run" compressed
holds "ACVP files run in pairs and alone" acvp
if [ -n "${NONOS_VECTORS:-}" ]; then
    holds "all vectors pass" everything
else
    echo "# skipped: NONOS_VECTORS is not set"
fi
echo "1..$n"
