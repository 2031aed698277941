/*
 * A key whose secrets are known, and proofs made with them: no circuit is needed, as whoever knows
 * alpha, beta, gamma, delta and the logarithms of IC can make C for any A and B. For tests, fuzz
 * targets and benchmarks.
 *
 * With all points as multiples of the generators, C = (a b - alpha beta - gamma x) / delta. All but
 * C are small numbers here; delta is -2.
 */
#ifndef NONZK_TESTS_MADE_KEY_H
#define NONZK_TESTS_MADE_KEY_H

#include <nonzk/fr.h>
#include <nonzk/g2.h>
#include <nonzk/groth16.h>
#include <string.h>

#define MADE_ALPHA 5
#define MADE_BETA  7
#define MADE_GAMMA 3

/* k times the generator of G1; the coordinates' bytes go to `out`. */
static inline void made_g1(uint8_t *out, uint64_t k, int negative, int compressed)
{
    uint8_t scalar[NONZK_SCALAR_LEN] = {0};
    struct nonzk_g1_affine a;
    struct nonzk_g1 p;

    for (int i = 0; i < 8; i++)
        scalar[31 - i] = (uint8_t)(k >> 8 * i);
    nonzk_g1_set_generator(&p);
    nonzk_g1_mul_vartime(&p, &p, scalar);
    if (negative)
        nonzk_g1_neg(&p, &p);
    nonzk_g1_to_affine(&a, &p);
    if (compressed)
        nonzk_g1_to_compressed(out, &a);
    else
        nonzk_g1_to_uncompressed(out, &a);
}

static inline void made_g2(uint8_t *out, uint64_t k, int negative, int compressed)
{
    uint8_t scalar[NONZK_SCALAR_LEN] = {0};
    struct nonzk_g2_affine a;
    struct nonzk_g2 p;

    for (int i = 0; i < 8; i++)
        scalar[31 - i] = (uint8_t)(k >> 8 * i);
    nonzk_g2_set_generator(&p);
    nonzk_g2_mul_vartime(&p, &p, scalar);
    if (negative)
        nonzk_g2_neg(&p, &p);
    nonzk_g2_to_affine(&a, &p);
    if (compressed)
        nonzk_g2_to_compressed(out, &a);
    else
        nonzk_g2_to_uncompressed(out, &a);
}

/*
 * A key file of `ninputs` inputs, NONZK_GROTH16_KEY_LEN(ninputs) bytes; IC[i] is i + 1 times the
 * generator.
 */
static inline void made_key(uint8_t *key, size_t ninputs)
{
    static const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN] = "made from known secrets";
    uint8_t *at = key + NONZK_GROTH16_HEADER_LEN;

    made_g1(at, MADE_ALPHA, 0, 0);
    made_g1(at + 96, MADE_BETA, 0, 0);
    made_g2(at + 192, MADE_BETA, 0, 0);
    made_g2(at + 384, MADE_GAMMA, 0, 0);
    made_g1(at + 576, 2, 1, 0);
    made_g2(at + 672, 2, 1, 0);
    memset(at + 864, 0, 4);
    at[866] = (uint8_t)((ninputs + 1) >> 8);
    at[867] = (uint8_t)(ninputs + 1);
    for (size_t i = 0; i <= ninputs; i++)
        made_g1(at + 868 + 96 * i, i + 1, 0, 0);
    nonzk_groth16_key_header(key, circuit_id, at, 868 + 96 * (ninputs + 1));
}

/* A proof of inputs that are all below r, NONZK_GROTH16_INPUT_LEN bytes each. */
static inline void made_proof_of(uint8_t proof[NONZK_GROTH16_PROOF_LEN], const uint8_t *input_bytes,
                                 size_t ninputs)
{
    const uint64_t a = 3, b = 9;
    struct nonzk_fr sum, term, factor;
    struct nonzk_g1_affine affine;
    struct nonzk_g1 point;
    uint8_t scalar[NONZK_SCALAR_LEN];
    int failed = 0;

    /* alpha beta + gamma x + delta C = a b with delta = -2: C is half of what is too much. */
    nonzk_fr_set_u64(&sum, MADE_ALPHA * MADE_BETA + MADE_GAMMA);
    for (size_t i = 0; i < ninputs; i++) {
        failed |= nonzk_fr_from_bytes(&term, input_bytes + i * NONZK_GROTH16_INPUT_LEN);
        nonzk_fr_set_u64(&factor, MADE_GAMMA * (i + 2));
        nonzk_fr_mul(&term, &term, &factor);
        nonzk_fr_add(&sum, &sum, &term);
    }
    nonzk_fr_set_u64(&term, a * b);
    nonzk_fr_sub(&sum, &sum, &term);
    nonzk_fr_set_u64(&factor, 2);
    failed |= nonzk_fr_invert(&factor, &factor);
    nonzk_fr_mul(&sum, &sum, &factor);
    nonzk_fr_to_bytes(scalar, &sum);
    nonzk_g1_set_generator(&point);
    nonzk_g1_mul_vartime(&point, &point, scalar);
    nonzk_g1_to_affine(&affine, &point);
    made_g1(proof, a, 0, 1);
    made_g2(proof + 48, b, 0, 1);
    nonzk_g1_to_compressed(proof + 144, &affine);
    if (failed)
        memset(proof, 0, NONZK_GROTH16_PROOF_LEN);
}

/* A proof of the inputs, numbers below 2^32, of which the bytes are made, too. */
static inline void made_proof(uint8_t proof[NONZK_GROTH16_PROOF_LEN], uint8_t *input_bytes,
                              const uint32_t *inputs, size_t ninputs)
{
    memset(input_bytes, 0, ninputs * NONZK_GROTH16_INPUT_LEN);
    for (size_t i = 0; i < ninputs; i++) {
        for (int j = 0; j < 4; j++)
            input_bytes[(i + 1) * NONZK_GROTH16_INPUT_LEN - 1 - j] = (uint8_t)(inputs[i] >> 8 * j);
    }
    made_proof_of(proof, input_bytes, ninputs);
}

#endif
