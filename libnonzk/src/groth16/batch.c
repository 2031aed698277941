/*
 * Proofs i with random coefficients c[i]: the product of e(c[i] A[i], B[i]) is e(sum c[i] alpha,
 * beta) e(sum c[i] X[i], gamma) e(sum c[i] C[i], delta). The sums of X are sums over the inputs
 * first: each IC[j] has one coefficient, the sum of c[i] s[i][j], which is kept as an integer and
 * reduced at the end. A coefficient is c = d[0] + d[1] t^2 with random digits of 64 bits, for which
 * the multiplications by c are short; no two of the 2^128 pairs are the same modulo r.
 */
#include "curve/affine_all.h"
#include "field/limb.h"
#include "groth16/verifier.h"
#include "pairing/miller.h"

#include <string.h>

#define COEFFICIENT_LIMBS 3 /* c is below 2^192 */
#define SUM_LIMBS         8 /* c s is below 2^447, and there are fewer than 2^64 of them */

struct batch {
    const struct nonzk_groth16_verifier *verifier;
    struct nonzk_fp12 f;               /* product of the Miller loops so far */
    struct nonzk_g1 c;                 /* sum of c[i] C[i] */
    uint64_t coefficients[SUM_LIMBS];  /* sum of c[i] */
    uint64_t (*input_sums)[SUM_LIMBS]; /* sum of c[i] s[i][j], in the workspace */
};

/* sum = sum + c s */
static void add_product(uint64_t sum[SUM_LIMBS], const uint64_t c[COEFFICIENT_LIMBS],
                        const uint64_t s[SCALAR_LIMBS])
{
    for (size_t i = 0; i < COEFFICIENT_LIMBS; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < SCALAR_LIMBS; j++)
            sum[i + j] = limb_mul_add(sum[i + j], c[i], s[j], &carry);
        for (size_t j = i + SCALAR_LIMBS; j < SUM_LIMBS; j++)
            sum[j] = limb_mul_add(sum[j], 0, 0, &carry);
    }
}

/* The digits of a coefficient from random bytes, and its value. */
static void make_coefficient(uint64_t digits[2], uint64_t value[COEFFICIENT_LIMBS],
                             const uint8_t random[NONZK_GROTH16_RANDOM_LEN])
{
    static const uint64_t t = CURVE_T;
    uint64_t t2[2], carry = 0;

    memset(digits, 0, 2 * sizeof digits[0]);
    for (unsigned i = 0; i < NONZK_GROTH16_RANDOM_LEN; i++)
        digits[i / 8] |= (uint64_t)random[i] << 8 * (i % 8);
    t2[0] = limb_mul_add(0, t, t, &carry);
    t2[1] = carry;
    carry = 0;
    value[0] = limb_mul_add(digits[0], digits[1], t2[0], &carry);
    value[1] = limb_mul_add(0, digits[1], t2[1], &carry);
    value[2] = carry;
}

/* Takes one claim into the sums; its A, multiplied, and its B go to the Miller loop. */
static int take_claim(struct batch *batch, struct nonzk_g1 *a, struct nonzk_g2_affine *b,
                      const struct nonzk_groth16_claim *claim, const uint8_t *random)
{
    static const uint64_t one[SCALAR_LIMBS] = {1};
    uint64_t digits[2], coefficient[COEFFICIENT_LIMBS], input[SCALAR_LIMBS];
    struct groth16_proof proof;
    struct nonzk_g1 term;

    int result = groth16_proof_decode(&proof, claim->proof);
    if (result != 0)
        return result;
    make_coefficient(digits, coefficient, random);
    /* With the coefficient 0, which is what forgotten randomness looks like, any proof would hold. */
    if ((digits[0] | digits[1]) == 0)
        return NONZK_E_INVALID;
    for (size_t j = 0; j < batch->verifier->ninputs; j++) {
        result = groth16_input_decode(input, claim->inputs + j * NONZK_GROTH16_INPUT_LEN);
        if (result != 0)
            return result;
        add_product(batch->input_sums[j], coefficient, input);
    }
    add_product(batch->coefficients, coefficient, one);
    g1_mul_short_vartime(a, &proof.a, digits);
    g1_mul_short_vartime(&term, &proof.c, digits);
    nonzk_g1_add(&batch->c, &batch->c, &term);
    *b = proof.b;
    return 0;
}

/* Takes up to MILLER_TERMS claims; on failure *bad is which of them. */
static int take_claims(struct batch *batch, const struct nonzk_groth16_claim *claims, size_t n,
                       const uint8_t *random, size_t *bad)
{
    struct nonzk_g1 a[MILLER_TERMS];
    struct nonzk_g1_affine affine[MILLER_TERMS];
    struct nonzk_g2_affine b[MILLER_TERMS];
    struct nonzk_pair pairs[MILLER_TERMS];
    struct nonzk_fp12 f;

    for (size_t i = 0; i < n; i++) {
        int result =
            take_claim(batch, &a[i], &b[i], &claims[i], random + i * NONZK_GROTH16_RANDOM_LEN);
        if (result != 0) {
            *bad = i;
            return result;
        }
        pairs[i] = (struct nonzk_pair){&affine[i], &b[i], NULL};
    }
    nonzk_g1_to_affine_all(affine, a, n);
    nonzk_miller_loop(&f, pairs, n);
    nonzk_fp12_mul(&batch->f, &batch->f, &f);
    return 0;
}

/* out = sum * a, for a sum of any size */
static void mul_sum(struct nonzk_g1 *out, const struct nonzk_g1_affine *a, uint64_t sum[SUM_LIMBS])
{
    uint8_t bytes[NONZK_SCALAR_LEN];

    scalar_divide(NULL, sum, SUM_LIMBS, scalar_order, SCALAR_LIMBS);
    for (unsigned i = 0; i < NONZK_SCALAR_LEN; i++)
        bytes[i] = (uint8_t)(sum[3 - i / 8] >> (56 - 8 * (i % 8)));
    nonzk_g1_from_affine(out, a);
    nonzk_g1_mul_vartime(out, out, bytes);
}

static int holds(struct batch *batch)
{
    const struct nonzk_groth16_verifier *v = batch->verifier;
    struct nonzk_g1 sums[3]; /* alpha, X, C */
    struct nonzk_g1_affine affine[3];
    struct nonzk_fp12 f, one;

    mul_sum(&sums[1], &v->ic0, batch->coefficients);
    mul_sum(&sums[0], &v->alpha, batch->coefficients);
    nonzk_g1_neg(&sums[0], &sums[0]);
    for (size_t j = 0; j < v->ninputs; j++) {
        uint64_t(*sum)[SUM_LIMBS] = &batch->input_sums[j];
        uint64_t scalar[1][SCALAR_LIMBS];
        scalar_divide(NULL, *sum, SUM_LIMBS, scalar_order, SCALAR_LIMBS);
        memcpy(scalar[0], *sum, sizeof scalar[0]);
        g1_table_sum_vartime(&sums[1], &v->ic[j], (const uint64_t(*)[SCALAR_LIMBS])scalar, 1);
    }
    sums[2] = batch->c;
    nonzk_g1_to_affine_all(affine, sums, 3);
    const struct nonzk_pair pairs[3] = {
        {&affine[0], &v->beta, NULL},
        {&affine[1], NULL, &v->minus_gamma},
        {&affine[2], NULL, &v->minus_delta},
    };
    nonzk_miller_loop(&f, pairs, 3);
    nonzk_fp12_mul(&f, &f, &batch->f);
    nonzk_final_exponentiation(&f, &f);
    nonzk_fp12_set_one(&one);
    return nonzk_fp12_equal(&f, &one);
}

/*
 * The first claim that does not hold alone. If there is none, the combination was computed wrongly,
 * which only a fault of the machine can do: then nothing is accepted.
 */
static int find_bad(const struct nonzk_groth16_verifier *v,
                    const struct nonzk_groth16_claim *claims, size_t nclaims, size_t *bad)
{
    for (size_t i = 0; i < nclaims; i++) {
        int result = nonzk_groth16_verify(v, claims[i].proof, NONZK_GROTH16_PROOF_LEN,
                                          claims[i].inputs, v->ninputs);
        if (result != 0) {
            *bad = i;
            return result;
        }
    }
    return NONZK_E_PROOF;
}

size_t nonzk_groth16_batch_size(const struct nonzk_groth16_verifier *verifier)
{
    return verifier->ninputs * SUM_LIMBS * sizeof(uint64_t);
}

int nonzk_groth16_verify_batch(const struct nonzk_groth16_verifier *verifier,
                               const struct nonzk_groth16_claim *claims, size_t nclaims,
                               const uint8_t *random, void *workspace, size_t workspace_len,
                               size_t *bad)
{
    struct batch batch = {.verifier = verifier, .input_sums = workspace};

    *bad = nclaims;
    if (workspace_len < nonzk_groth16_batch_size(verifier) ||
        (uintptr_t)workspace % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    if (verifier->ninputs > 0)
        memset(workspace, 0, nonzk_groth16_batch_size(verifier));
    nonzk_fp12_set_one(&batch.f);
    nonzk_g1_set_infinity(&batch.c);
    for (size_t done = 0; done < nclaims;) {
        size_t n = nclaims - done < MILLER_TERMS ? nclaims - done : MILLER_TERMS, which;
        int result =
            take_claims(&batch, claims + done, n, random + done * NONZK_GROTH16_RANDOM_LEN, &which);
        if (result != 0) {
            *bad = done + which;
            return result;
        }
        done += n;
    }
    if (holds(&batch))
        return 0;
    return find_bad(verifier, claims, nclaims, bad);
}
