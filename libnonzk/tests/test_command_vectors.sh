#!/bin/sh
# The host command `nonzk`: vectors of others, and proofs of snarkjs' circuits. Prints TAP.
set -u

# shellcheck source=libnonzk/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonzk/tests/command.sh"

snarkjs=${NONOS_VECTORS-}/zk/snarkjs

eip2537() {
    mkdir cases && python3 "$NONOS_SRCDIR/libnonzk/tests/make_eip2537_cases.py" cases ${NONOS_VECTORS:+"$NONOS_VECTORS"} &&
        exits 0 selftest --vectors cases && tail -n 1 out | sed 's/^/# /' && tail -n 1 out | grep -qE ', 0 failed, 0 acceptable, 0 skipped$'
}
eip2537_names() {
    cp cases/msm_G2_bls.json blsG2MultiExp.json && cp cases/fail-add_G1_bls.json fail-blsG1Add.json &&
        exits 0 selftest --vectors blsG2MultiExp.json fail-blsG1Add.json && grep -q '^blsG2MultiExp.json: 1 run, 1 passed' out &&
        cp cases/add_G1_bls.json anything.json && exits 2 selftest --vectors anything.json &&
        grep -q 'skipped 4: neither file nor case tells of an operation' out
}
eip2537_can_fail() {
    sed 's/"Expected": "00000000000000000000000000000000\(.\)/"Expected": "000000000000000000000000000000001/' \
        cases/mul_G1_bls.json >mul_G1_bls.json && exits 1 selftest --vectors mul_G1_bls.json && grep -q 'another output' out &&
        sed 's/"ExpectedError"/"Expected"/' cases/fail-mul_G1_bls.json >fail-mul_G1_bls.json &&
        exits 2 selftest --vectors fail-mul_G1_bls.json &&
        sed 's/"Expected": "[0-9a-f]*"/"ExpectedError": "x"/' cases/add_G2_bls.json >add_G2_bls.json &&
        exits 1 selftest --json --vectors add_G2_bls.json && grep -q '"failure":"accepted, and should not be"' out
}
published() {
    exits 0 selftest --vectors "$NONOS_VECTORS/zk" && tail -n 1 out | sed 's/^/# /' && tail -n 1 out | grep -q ', 0 failed' &&
        exits 0 selftest --json --vectors "$NONOS_VECTORS/zk/hash-to-curve" && [ "$(grep -c '"failed":0' out)" -eq 6 ]
}
altered_case_fails() {
    mkdir altered && cp "$snarkjs/n1_mul/vk.json" altered && sed 's/"reject"/"accept"/' "$snarkjs/n1_mul/bad_negA.json" >altered/bad_negA.json &&
        exits 1 selftest --vectors altered && grep -q 'refused, and should not be' out && grep -q 'a key without proof.json' out &&
        sed 's/"accept"/"reject"/' "$snarkjs/n1_mul/ok_negA_negB.json" >altered/bad_negA.json && exits 1 selftest --vectors altered &&
        grep -q 'accepted, and should not be' out
}
valid_proofs() {
    for circuit in n1_mul n4_poly n8_lin; do
        f=$snarkjs/$circuit
        exits 0 verify --vk "$f/vk.json" --public "$f/public.json" --proof "$f/proof.json" && prints valid &&
            exits 0 verify --json --vk "$f/vk.json" --public "$f/public.json" --proof "$f/proof.json" &&
            prints '{"valid":true}' && exits 0 inspect "$f/vk.json" && exits 0 inspect "$f/proof.json" &&
            exits 0 inspect "$f/public.json" || return 1
    done
}
invalid_proofs() {
    f=$snarkjs/n4_poly
    sed '2s/[0-9]"/1"/' "$f/public.json" >public.json
    cmp -s public.json "$f/public.json" && sed '2s/[0-9]"/2"/' "$f/public.json" >public.json
    exits 1 verify --vk "$f/vk.json" --public public.json --proof "$f/proof.json" &&
        prints "invalid: $f/proof.json: the proof does not hold" &&
        exits 1 verify --json --vk "$f/vk.json" --public public.json --proof "$f/proof.json" &&
        prints "{\"valid\":false,\"file\":\"$f/proof.json\",\"reason\":\"the proof does not hold\"}" &&
        exits 1 verify --vk "$snarkjs/n8_lin/vk.json" --public "$f/public.json" --proof "$f/proof.json" &&
        prints "invalid: $f/public.json: there are 4 public inputs; the key is for 8" &&
        sed 's/"97\|"31/"13/' "$snarkjs/n1_mul/proof.json" >moved.json &&
        exits 1 verify --vk "$snarkjs/n1_mul/vk.json" --public "$snarkjs/n1_mul/public.json" --proof moved.json &&
        grep -q 'not those of a point on the curve' out
}
too_large() {
    f=$snarkjs/n1_mul huge=1$(printf '0%.0s' $(seq 200))
    echo "[\"$huge\"]" >huge.json && exits 1 verify --vk "$f/vk.json" --public huge.json --proof "$f/proof.json" &&
        prints 'invalid: huge.json: the encoding is not canonical' && exits 1 inspect huge.json && has 'valid: no' &&
        sed "0,/\"[0-9]*\"/s//\"$huge\"/" "$f/proof.json" >huge-proof.json &&
        exits 1 verify --vk "$f/vk.json" --public "$f/public.json" --proof huge-proof.json &&
        prints 'invalid: huge-proof.json: the encoding is not canonical'
}
converted() {
    for circuit in n1_mul n8_lin; do
        f=$snarkjs/$circuit
        for file in vk proof public; do
            exits 0 convert -o "$file.bytes" --force "$f/$file.json" && exits 0 convert --force -o "$file.json" "$file.bytes" &&
                exits 0 convert -o "$file.again" --force "$file.json" && cmp -s "$file.bytes" "$file.again" || return 1
        done
        cmp -s proof.json "$f/proof.json" || [ "$(tr -d ' \n' <proof.json)" = "$(tr -d ' \n' <"$f/proof.json")" ] || return 1
        [ "$(tr -d ' \n' <public.json)" = "$(tr -d ' \n' <"$f/public.json")" ] || return 1
        exits 0 verify --vk vk.bytes --public public.json --proof proof.bytes &&
            exits 0 verify --vk vk.json --public public.bytes --proof proof.json || return 1
    done
    exits 2 convert -o vk.json proof.bytes && says 'it exists; --force' && exits 0 convert -o - proof.bytes && cmp -s out proof.json &&
        flip proof.bytes 47 && exits 1 convert -o none.json proof.bytes && says 'proof.bytes: ' && none none.json
}
unsafe_key() {
    python3 - "$snarkjs/n1_mul/vk.json" >unsafe.json <<'END'
import json, sys
key = json.load(open(sys.argv[1], encoding="ascii"))
key["vk_delta_2"] = key["vk_gamma_2"]
json.dump(key, sys.stdout)
END
    f=$snarkjs/n1_mul
    exits 1 verify --vk unsafe.json --public "$f/public.json" --proof "$f/proof.json" &&
        prints 'invalid: unsafe.json: the verifying key is unsafe or damaged' && exits 1 inspect unsafe.json && has 'valid: no'
}
wrong_kinds() {
    f=$snarkjs/n1_mul
    exits 2 verify --vk "$f/proof.json" --public "$f/public.json" --proof "$f/proof.json" && says 'it is not a verifying key of Groth16' &&
        exits 2 verify --vk "$f/vk.json" --public "$f/proof.json" --proof "$f/proof.json" && says 'it is not an array of public inputs' &&
        exits 2 verify --vk "$f/vk.json" --public "$f/public.json" --proof "$f/vk.json" && says 'it is not a proof' &&
        sed 's/bls12381/bn128/' "$f/vk.json" >bn.json && exits 2 verify --vk bn.json --public "$f/public.json" --proof "$f/proof.json" &&
        echo '["1", "1"' >open.json && exits 2 verify --vk "$f/vk.json" --public open.json --proof "$f/proof.json" && says 'open.json: line'
}
prove() {
    for circuit in n1_mul n4_poly n8_lin; do
        f=$snarkjs/$circuit
        exits 0 setup --development --r1cs "$f/$circuit.r1cs" "$circuit" && none "$circuit/authority" &&
            exits 0 prove --zkey "$circuit/circuit.zkey" --wtns "$f/w.wtns" --proof "$circuit/proof" --public "$circuit/public" &&
            exits 0 verify --vk "$circuit/circuit.vk" --public "$circuit/public" --proof "$circuit/proof" &&
            exits 0 verify --vk "$circuit/circuit.vk" --public "$f/public.json" --proof "$circuit/proof" &&
            exits 1 verify --vk "$f/vk.json" --public "$circuit/public" --proof "$circuit/proof" &&
            exits 0 inspect "$circuit/proof" && exits 0 inspect "$circuit/circuit.zkey" && exits 0 inspect "$f/w.wtns" &&
            exits 0 inspect "$f/$circuit.r1cs" || return 1
    done
}
prove_refuses() {
    f=$snarkjs/n4_poly
    cp "$f/w.wtns" changed.wtns && flip changed.wtns "$(($(size "$f/w.wtns") - 32))" &&
        exits 1 prove --zkey n4_poly/circuit.zkey --wtns changed.wtns --proof p --public i &&
        says 'the proof does not hold: key and witness do not belong together' &&
        exits 1 prove --zkey n1_mul/circuit.zkey --wtns "$f/w.wtns" --proof p --public i && says 'the witness has 70 values' &&
        exits 2 prove --zkey n4_poly/circuit.vk --wtns "$f/w.wtns" --proof p --public i &&
        exits 2 prove --zkey n4_poly/circuit.zkey --wtns "$f/public.json" --proof p --public i &&
        exits 2 prove --zkey n4_poly/circuit.zkey --wtns "$f/w.wtns" --proof n4_poly/proof --public n4_poly/public &&
        says 'it exists; --force' && none p i && exits 1 setup --zkey n4_poly/circuit.zkey ceremony &&
        says 'it is not a key for the attestation circuit' && none ceremony
}

if ! has_json; then
    skipped "this build has no jansson"
else
    holds "EIP-2537: cases of every operation pass" eip2537
    holds "EIP-2537: the operation is in the name of the file" eip2537_names
    holds "EIP-2537: a wrong answer is noticed" eip2537_can_fail
    if [ -n "${NONOS_VECTORS-}" ]; then
        holds "the published vectors pass" published
        holds "altered cases of proofs fail" altered_case_fails
        holds "proofs of snarkjs are valid" valid_proofs
        holds "wrong inputs and proofs are invalid" invalid_proofs
        holds "numbers that are too large are invalid" too_large
        holds "JSON becomes bytes and bytes become JSON" converted
        holds "a key with which everybody can make proofs is invalid" unsafe_key
        holds "files of another kind, curve or form exit with 2" wrong_kinds
        holds "proofs of circom's circuits are made and hold" prove
        holds "what cannot be proved is refused" prove_refuses
    else
        skipped "NONOS_VECTORS is not set"
    fi
fi
echo "1..$n"
