/*
 * Inside Groth16: the prepared key.
 */
#ifndef NONZK_SRC_GROTH16_VERIFIER_H
#define NONZK_SRC_GROTH16_VERIFIER_H

#include <nonzk/groth16.h>
#include <nonzk/pairing.h>

#include "curve/g1_table.h"

struct nonzk_groth16_verifier {
    uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN];
    size_t ninputs;
    struct nonzk_fp12 alpha_beta; /* e(alpha, beta) */
    struct nonzk_g1_affine alpha;
    struct nonzk_g2_affine beta;
    struct nonzk_g2_lines minus_gamma;
    struct nonzk_g2_lines minus_delta;
    struct nonzk_g1_affine ic0;
    struct g1_table ic[]; /* IC[1] and those after it */
};

struct groth16_proof {
    struct nonzk_g1_affine a;
    struct nonzk_g2_affine b;
    struct nonzk_g1_affine c;
};

/*
 * Decodes a proof; its points are in their groups and none is infinity. Results of
 * nonzk_groth16_verify().
 */
int groth16_proof_decode(struct groth16_proof *proof, const uint8_t in[NONZK_GROTH16_PROOF_LEN]);

/* 1 unless a is infinity, that is, not known, or the same multiple of the generator as b; else 0 */
int groth16_differ(const struct nonzk_g1_affine *a, const struct nonzk_g2_affine *b);

/* Decodes a public input, which must be below r. */
int groth16_input_decode(uint64_t out[SCALAR_LIMBS], const uint8_t in[NONZK_GROTH16_INPUT_LEN]);

#endif
