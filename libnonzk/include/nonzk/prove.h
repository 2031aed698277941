/*
 * Proofs of Groth16: from a proving key and the values of all wires, the 192 bytes that
 * nonzk_groth16_verify() takes.
 *
 * Same key and same values make the same proof: its blinding r, s is not drawn at random but is the
 * output of BLAKE3 in its key derivation mode, with the context "NONOS Groth16 blinding v1", of the
 * hash of the key, all values in order, and what the caller mixes in; 128 bytes, of which each half
 * is reduced modulo r. Without the values nobody can tell it from random numbers, provided that they
 * cannot be guessed: who guesses all of them can confirm it with any proof that is reproducible.
 *
 * A proof takes a time and reads memory by the key, not by the values, unless the caller asks for
 * sums that do: they take a bit more than half the time, and who shares the machine's caches with
 * the prover learns about the values. That the proof did not hold is visible.
 */
#ifndef NONZK_PROVE_H
#define NONZK_PROVE_H

#include <nonzk/groth16.h>
#include <nonzk/proving_key.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a caller may add; all zeros is nothing. */
struct nonzk_prove_options {
    const struct nonzk_groth16_verifier *verifier; /* the proof is checked with it, unless NULL */
    const uint8_t *random;                         /* mixed into the blinding, unless NULL */
    size_t random_len;
    int vartime; /* not 0: the values are no secret from who shares the machine */
};

/* Bytes of workspace, or 0 if no object can be so large: for the attestation circuit 0.9 MB. */
NONZK_API size_t nonzk_groth16_prove_workspace(const struct nonzk_proving_key *key);

/*
 * Makes a proof.
 *
 * values      of all key->shape.nwires wires, as nonzk_r1cs_init() in mode NONZK_R1CS_ASSIGN leaves
 *             them; secret
 * workspace   nonzk_groth16_prove_workspace() bytes, aligned for uint64_t; wiped at the end
 * options     or NULL
 *
 * A key has no side C of the constraints. Of values that do not satisfy them a proof is made that
 * does not hold; it is noticed if there is a verifier, or before by nonzk_r1cs_check().
 *
 * Returns 0; NONZK_E_INVALID if nvalues is not the number of wires or the verifier is of another
 * number of inputs; NONZK_E_UNSATISFIED if wire 0 is not 1 or the proof does not hold by the
 * verifier; NONZK_E_NO_SPACE if the workspace is too small or not aligned. On failure `proof` is
 * all zeros. Needs up to 16 KiB of stack.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_groth16_prove(uint8_t proof[NONZK_GROTH16_PROOF_LEN],
                                                   const struct nonzk_proving_key *key,
                                                   const struct nonzk_fr *values, uint32_t nvalues,
                                                   void *workspace, size_t workspace_len,
                                                   const struct nonzk_prove_options *options);

/* Encodes the public inputs among the values: NONZK_GROTH16_INPUT_LEN bytes for each. */
NONZK_API void nonzk_groth16_public_inputs(uint8_t *out, const struct nonzk_proving_key *key,
                                           const struct nonzk_fr *values);

#ifdef __cplusplus
}
#endif

#endif
