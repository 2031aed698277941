/*
 * A proof (A, B, C) of the inputs s[i] holds if e(A, B) = e(alpha, beta) e(X, gamma) e(C, delta),
 * where X is the sum of IC[0] and s[i] IC[i + 1].
 */
#include "groth16/verifier.h"
#include "pairing/miller.h"

#define INPUTS_TOGETHER 16

static int is_below_order(const uint64_t a[SCALAR_LIMBS])
{
    for (int i = SCALAR_LIMBS - 1; i > 0; i--) {
        if (a[i] != scalar_order[i])
            return a[i] < scalar_order[i];
    }
    return a[0] < scalar_order[0];
}

int groth16_input_decode(uint64_t out[SCALAR_LIMBS], const uint8_t in[NONZK_GROTH16_INPUT_LEN])
{
    for (int i = 0; i < SCALAR_LIMBS; i++)
        out[i] = 0;
    for (unsigned i = 0; i < NONZK_GROTH16_INPUT_LEN; i++)
        out[3 - i / 8] |= (uint64_t)in[i] << (56 - 8 * (i % 8));
    return is_below_order(out) ? 0 : NONZK_E_ENCODING;
}

int groth16_proof_decode(struct groth16_proof *proof, const uint8_t in[NONZK_GROTH16_PROOF_LEN])
{
    int result = nonzk_g1_from_compressed(&proof->a, in);

    in += NONZK_G1_COMPRESSED_LEN;
    if (result == 0)
        result = nonzk_g2_from_compressed(&proof->b, in);
    in += NONZK_G2_COMPRESSED_LEN;
    if (result == 0)
        result = nonzk_g1_from_compressed(&proof->c, in);
    if (result != 0)
        return result;
    if (nonzk_g1_affine_is_infinity(&proof->a) || nonzk_g2_affine_is_infinity(&proof->b) ||
        nonzk_g1_affine_is_infinity(&proof->c))
        return NONZK_E_INFINITY;
    return 0;
}

/* x = IC[0] + s[0] IC[1] + ... */
static int sum_inputs(struct nonzk_g1 *x, const struct nonzk_groth16_verifier *v,
                      const uint8_t *inputs)
{
    uint64_t scalars[INPUTS_TOGETHER][SCALAR_LIMBS];

    nonzk_g1_from_affine(x, &v->ic0);
    for (size_t done = 0; done < v->ninputs;) {
        size_t n = 0;
        for (; n < INPUTS_TOGETHER && done + n < v->ninputs; n++) {
            const uint8_t *input = inputs + (done + n) * NONZK_GROTH16_INPUT_LEN;
            if (groth16_input_decode(scalars[n], input) != 0)
                return NONZK_E_ENCODING;
        }
        g1_table_sum_vartime(x, &v->ic[done], (const uint64_t(*)[SCALAR_LIMBS])scalars, n);
        done += n;
    }
    return 0;
}

/*
 * The terms of X and C with the inverses of both y from one inversion: 1 / y of X = (X : Y : Z) is
 * Z / Y.
 */
static size_t make_terms(struct miller_term terms[3], const struct nonzk_groth16_verifier *v,
                         const struct groth16_proof *proof, const struct nonzk_g1 *x)
{
    struct nonzk_fp inverse, y_inverse;
    int infinite = nonzk_g1_is_infinity(x);

    terms[0] = (struct miller_term){proof->a.x, proof->a.y, &proof->b, NULL};
    terms[1] = (struct miller_term){.lines = &v->minus_delta};
    terms[2] = (struct miller_term){.lines = &v->minus_gamma};
    /* No y is 0: the curve has no point of order 2. */
    nonzk_fp_mul(&inverse, &x->y, &proof->c.y);
    int zero = nonzk_fp_invert(&inverse, &inverse) != 0;
    (void)zero;
    nonzk_fp_mul(&terms[1].b, &inverse, &x->y);
    nonzk_fp_mul(&terms[1].a, &terms[1].b, &proof->c.x);
    nonzk_fp_mul(&y_inverse, &inverse, &proof->c.y);
    nonzk_fp_mul(&terms[2].a, &y_inverse, &x->x);
    nonzk_fp_mul(&terms[2].b, &y_inverse, &x->z);
    return infinite ? 2 : 3;
}

int nonzk_groth16_verify(const struct nonzk_groth16_verifier *verifier, const uint8_t *proof,
                         size_t proof_len, const uint8_t *inputs, size_t ninputs)
{
    struct groth16_proof decoded;
    struct miller_term terms[3];
    struct nonzk_g1 x;
    struct nonzk_fp12 f;

    if (ninputs != verifier->ninputs || proof_len != NONZK_GROTH16_PROOF_LEN)
        return NONZK_E_INVALID;
    int result = groth16_proof_decode(&decoded, proof);
    if (result == 0)
        result = sum_inputs(&x, verifier, inputs);
    if (result != 0)
        return result;
    size_t nterms = make_terms(terms, verifier, &decoded, &x);
    miller_terms(&f, terms, nterms);
    nonzk_final_exponentiation(&f, &f);
    return nonzk_fp12_equal(&f, &verifier->alpha_beta) ? 0 : NONZK_E_PROOF;
}
