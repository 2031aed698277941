#!/bin/sh
# The host command `nonzk`: a ceremony of both phases, and every way in which it can go wrong. Prints TAP.
set -u

# shellcheck source=libnonzk/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonzk/tests/command.sh"

circuit=${NONOS_VECTORS-}/zk/snarkjs/n1_mul

usage_errors() {
    exits 2 ceremony && exits 2 ceremony nonsense && says "'nonsense' is no part of a ceremony" && exits 2 ceremony new -o p &&
        exits 2 ceremony new --power 0 -o p && says "'0' is not a number from 1 to 28" && exits 2 ceremony new --power 29 -o p &&
        exits 2 ceremony contribute p && exits 2 ceremony contribute -o q && exits 2 ceremony beacon -o q p &&
        exits 2 ceremony beacon --value 1 --iterations 10 -o q p && says "'1' is not 1 to 255 bytes" &&
        exits 2 ceremony beacon --value 01 --iterations 9 -o q p && says "'9' is not a number from 10 to 30" &&
        exits 2 ceremony prepare p && exits 2 ceremony begin p && exits 2 ceremony verify && exits 2 ceremony verify -o q p &&
        exits 2 ceremony verify nowhere && says 'nowhere: No such file' && none p q
}
first_phase() {
    exits 0 ceremony new --power 4 -o p0 && exits 0 ceremony contribute --name alice -o p1 p0 && has 'contributions: 1' &&
        field hash | grep -qE '^[0-9a-f]{128}$' && exits 0 ceremony contribute --name bob --json -o p2 p1 &&
        grep -qE '^\{"contributions":2,"hash":"[0-9a-f]{128}"\}$' out &&
        exits 0 ceremony beacon --value 0badc0de --iterations 10 -o p3 p2 && has 'contributions: 3' &&
        exits 0 ceremony prepare -o powers p3
}
first_phase_verified() {
    for file in p1 p3 powers; do
        exits 0 ceremony verify "$file" && has 'valid: yes' && exits 0 inspect "$file" && has 'kind: powers of tau' || return 1
    done
    exits 1 ceremony verify p0 && has 'valid: no' && exits 0 ceremony verify --json powers && prints '{"valid":true,"contributions":3}'
}
# The same secret gives the same file; another one does not.
beacon_is_reproducible() {
    exits 0 ceremony beacon --value 0badc0de --iterations 10 -o again p2 && cmp -s again p3 &&
        exits 0 ceremony beacon --value 0badc0df --iterations 10 -o other p2 && ! cmp -s other p3 &&
        exits 0 ceremony contribute -o other1 p0 && exits 0 ceremony contribute -o other2 p0 && ! cmp -s other1 other2
}
kept() { exits 2 ceremony contribute -o p1 p0 && says 'it exists; --force' && exits 2 ceremony contribute --name "$(printf '%065d' 0)" -o p9 p0 && none p9; }
first_phase_damaged() {
    len=$(size powers)
    for at in 0 20 100 $((len / 3)) $((len / 2)) $((len - 400)) $((len - 1)); do
        cp powers bad && flip bad "$at"
        if "$nonzk" ceremony verify bad >out 2>err; then echo "# at $at"; return 1; fi
    done
}
too_few() { exits 2 ceremony begin -o k powers && says 'not prepared, or too few for the circuit' && none k; }
second_phase() {
    exits 0 ceremony begin --r1cs "$circuit/n1_mul.r1cs" -o k0 powers && exits 0 ceremony contribute --name alice -o k1 k0 &&
        has 'contributions: 1' && exits 0 ceremony beacon --value 00 --iterations 10 -o k2 k1 && has 'contributions: 2'
}
second_phase_verified() {
    for key in k1 k2; do
        exits 0 ceremony verify --r1cs "$circuit/n1_mul.r1cs" --ptau powers "$key" && has 'valid: yes' || return 1
    done
    exits 1 ceremony verify --r1cs "$circuit/n1_mul.r1cs" --ptau powers k0 && has 'valid: no' &&
        exits 0 ceremony prepare -o powers1 p1 && exits 1 ceremony verify --r1cs "$circuit/n1_mul.r1cs" --ptau powers1 k2 &&
        exits 2 ceremony verify k2 && says 'a proving key with --ptau' && exits 2 ceremony verify --ptau powers powers &&
        exits 2 ceremony begin --r1cs "$circuit/n1_mul.r1cs" -o k9 p3 && says 'not prepared' &&
        exits 2 ceremony begin --r1cs "$circuit/n1_mul.r1cs" -o k9 k0 && says 'powers of tau are needed here' &&
        exits 2 ceremony prepare -o k9 k0 && none k9
}
second_phase_damaged() {
    len=$(size k2)
    for at in 20 $((len / 3)) $((len / 2)) $((len - 700)) $((len - 300)) $((len - 1)); do
        cp k2 bad && flip bad "$at"
        if "$nonzk" ceremony verify --r1cs "$circuit/n1_mul.r1cs" --ptau powers bad >out 2>err; then echo "# at $at"; return 1; fi
    done
}
proofs() {
    exits 0 prove --zkey k2 --wtns "$circuit/w.wtns" --proof proof --public public && exits 0 inspect proof &&
        exits 2 prove --zkey k0 --wtns "$circuit/w.wtns" --proof p --public i &&
        says 'the verifying key is unsafe or damaged' && none p i
}

holds "wrong command lines exit with 2" usage_errors
holds "the first phase goes from party to party" first_phase
holds "its contributions are verified" first_phase_verified
holds "a beacon can be made again, a contribution cannot" beacon_is_reproducible
holds "nothing is replaced without --force" kept
holds "a changed byte of the first phase is noticed" first_phase_damaged
holds "powers that are too few for the circuit are refused" too_few
if [ -n "${NONOS_VECTORS-}" ]; then
    holds "the second phase goes on from the first" second_phase
    holds "its contributions are verified from the circuit on" second_phase_verified
    holds "a changed byte of the second phase is noticed" second_phase_damaged
    holds "a finished ceremony makes proofs, an unfinished one does not" proofs
else
    skipped "NONOS_VECTORS is not set"
fi
echo "1..$n"
