/*
 * With the sums over all wires of value times point, A = alpha + sum A + r delta and B = beta + sum
 * B + s delta. C is the sum over the private wires, plus sum H[i] p[i], plus s A + r B - r s delta,
 * where p[i] are the values of AB - C at the odd points of the domain of twice the size: at the even
 * ones it is zero, so that these sums are the quotient by the vanishing polynomial, times it, at tau.
 */
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <nonzk/fft.h>
#include <nonzk/msm.h>
#include <nonzk/prove.h>

#include "layout.h"

#include <string.h>

/* A proof at work; the arrays lie in the workspace. */
struct prover {
    const struct nonzk_proving_key *key;
    const struct nonzk_fr *values;
    size_t size;               /* of the domain */
    struct nonzk_fr *roots;    /* size / 2 */
    struct nonzk_fr *sides[3]; /* size: A, B and C */
    uint8_t *scalars;          /* the values, and then p, as bytes */
    uint8_t *msm;
    size_t msm_len;
    struct nonzk_fr r, s;
    int vartime;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t lay_out(struct prover *p, uint8_t *base)
{
    const struct nonzk_proving_key_shape *shape = &p->key->shape;
    size_t longest = larger(shape->nwires, p->size), end = 0;

    p->msm_len = larger(nonzk_g1_msm_size(longest), nonzk_g2_msm_size(shape->nwires));
    size_t roots = layout_add(&end, p->size / 2, sizeof(struct nonzk_fr));
    size_t sides = layout_add(&end, p->size, 3 * sizeof(struct nonzk_fr));
    size_t msm = layout_add(&end, p->msm_len, 1);
    size_t scalars = layout_add(&end, longest, NONZK_SCALAR_LEN);
    if (!base)
        return end;
    p->roots = (struct nonzk_fr *)(void *)(base + roots);
    for (size_t i = 0; i < 3; i++)
        p->sides[i] = (struct nonzk_fr *)(void *)(base + sides) + i * p->size;
    p->msm = base + msm;
    p->scalars = base + scalars;
    return end;
}

size_t nonzk_groth16_prove_workspace(const struct nonzk_proving_key *key)
{
    struct prover p = {.key = key, .size = (size_t)1 << key->shape.log_size};
    size_t end = lay_out(&p, NULL);

    return end == SIZE_MAX ? 0 : end;
}

/* r and s, of all that a proof depends on */
static void derive_blinding(struct prover *p, const struct nonzk_prove_options *options)
{
    static const char context[] = "NONOS Groth16 blinding v1";
    struct noncrypto_blake3 hash;
    uint8_t bytes[2 * NONZK_FR_WIDE_LEN];

    noncrypto_blake3_init_derive_key(&hash, context, sizeof context - 1);
    noncrypto_blake3_update(&hash, p->key->hash, sizeof p->key->hash);
    /* The hash of the key fixes their number, so what follows them is not confused with them. */
    noncrypto_blake3_update(&hash, p->scalars, (size_t)p->key->shape.nwires * NONZK_SCALAR_LEN);
    if (options->random)
        noncrypto_blake3_update(&hash, options->random, options->random_len);
    noncrypto_blake3_final(&hash, bytes, sizeof bytes);
    nonzk_fr_from_wide(&p->r, bytes);
    nonzk_fr_from_wide(&p->s, bytes + NONZK_FR_WIDE_LEN);
    noncrypto_wipe(&hash, sizeof hash);
    noncrypto_wipe(bytes, sizeof bytes);
}

static void encode_scalars(struct prover *p, const struct nonzk_fr *scalars, size_t n)
{
    for (size_t i = 0; i < n; i++)
        nonzk_fr_to_bytes(p->scalars + i * NONZK_SCALAR_LEN, &scalars[i]);
}

/* The values of A, B and C = AB at the points of the domain. */
static void evaluate_sides(struct prover *p)
{
    const struct nonzk_proving_key *key = p->key;
    struct nonzk_fr t;

    memset(p->sides[0], 0, 3 * p->size * sizeof(struct nonzk_fr));
    for (uint32_t i = 0; i < key->shape.ncoefficients; i++) {
        const struct nonzk_coefficient *c = &key->coefficients[i];
        struct nonzk_fr *sum = &p->sides[c->side][c->constraint];
        nonzk_fr_mul(&t, &c->value, &p->values[c->wire]);
        nonzk_fr_add(sum, sum, &t);
    }
    for (size_t i = 0; i < p->size; i++)
        nonzk_fr_mul(&p->sides[2][i], &p->sides[0][i], &p->sides[1][i]);
    noncrypto_wipe(&t, sizeof t);
}

/* sides[0] = p, the values of AB - C at the odd points */
static int evaluate_quotient(struct prover *p)
{
    struct nonzk_fft_domain domain;
    struct nonzk_fr shift;
    unsigned log_size = p->key->shape.log_size;
    int result = nonzk_fft_domain_init(&domain, log_size, p->roots, p->size / 2);

    if (result == 0)
        result = nonzk_fft_root(&shift, log_size + 1);
    if (result != 0)
        return result;
    evaluate_sides(p);
    for (int i = 0; i < 3; i++) {
        nonzk_fft_inverse(&domain, p->sides[i]);
        nonzk_fft_coset(&domain, p->sides[i], &shift);
    }
    for (size_t i = 0; i < p->size; i++) {
        nonzk_fr_mul(&p->sides[0][i], &p->sides[0][i], &p->sides[1][i]);
        nonzk_fr_sub(&p->sides[0][i], &p->sides[0][i], &p->sides[2][i]);
    }
    return 0;
}

static int sum_g1(struct prover *p, struct nonzk_g1 *out, const struct nonzk_g1_affine *points,
                  size_t first, size_t n)
{
    const uint8_t *scalars = p->scalars + first * NONZK_SCALAR_LEN;

    return p->vartime ? nonzk_g1_msm_vartime(out, points, scalars, n, p->msm, p->msm_len)
                      : nonzk_g1_msm(out, points, scalars, n, p->msm, p->msm_len);
}

static int sum_g2(struct prover *p, struct nonzk_g2 *out, const struct nonzk_g2_affine *points,
                  size_t n)
{
    return p->vartime ? nonzk_g2_msm_vartime(out, points, p->scalars, n, p->msm, p->msm_len)
                      : nonzk_g2_msm(out, points, p->scalars, n, p->msm, p->msm_len);
}

/* out = out + point + blinding * delta */
static void blind_g1(const struct prover *p, struct nonzk_g1 *out,
                     const struct nonzk_g1_affine *point, const struct nonzk_fr *blinding)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_g1 t;

    nonzk_fr_to_bytes(scalar, blinding);
    nonzk_g1_from_affine(&t, &p->key->delta1);
    nonzk_g1_mul(&t, &t, scalar);
    nonzk_g1_add(out, out, &t);
    nonzk_g1_add_affine(out, out, point);
    noncrypto_wipe(scalar, sizeof scalar);
    noncrypto_wipe(&t, sizeof t);
}

static void blind_g2(const struct prover *p, struct nonzk_g2 *out)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_g2 t;

    nonzk_fr_to_bytes(scalar, &p->s);
    nonzk_g2_from_affine(&t, &p->key->delta2);
    nonzk_g2_mul(&t, &t, scalar);
    nonzk_g2_add(out, out, &t);
    nonzk_g2_add_affine(out, out, &p->key->beta2);
    noncrypto_wipe(scalar, sizeof scalar);
    noncrypto_wipe(&t, sizeof t);
}

/* out = out + scalar * a */
static void add_multiple(struct nonzk_g1 *out, const struct nonzk_g1 *a,
                         const struct nonzk_fr *scalar)
{
    uint8_t bytes[NONZK_SCALAR_LEN];
    struct nonzk_g1 t;

    nonzk_fr_to_bytes(bytes, scalar);
    nonzk_g1_mul(&t, a, bytes);
    nonzk_g1_add(out, out, &t);
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(&t, sizeof t);
}

/* C but for the sum of H: c is the sum of the private wires; B of G1 is b1 without s delta. */
static void finish_c(struct prover *p, struct nonzk_g1 *c, const struct nonzk_g1 *a,
                     const struct nonzk_g1 *b1)
{
    add_multiple(c, a, &p->s);
    /* r B - r s delta = r (B - s delta) */
    add_multiple(c, b1, &p->r);
}

static int make_points(struct prover *p, struct nonzk_g1 *a, struct nonzk_g2 *b, struct nonzk_g1 *c)
{
    const struct nonzk_proving_key *key = p->key;
    size_t nwires = key->shape.nwires, ninputs = (size_t)key->shape.npublic + 1;
    struct nonzk_g1 t;
    int result = sum_g1(p, a, key->a, 0, nwires);

    if (result == 0)
        result = sum_g2(p, b, key->b2, nwires);
    if (result == 0)
        result = sum_g1(p, c, key->c, ninputs, nwires - ninputs);
    if (result == 0)
        result = sum_g1(p, &t, key->b1, 0, nwires);
    if (result != 0)
        return result;
    blind_g1(p, a, &key->alpha1, &p->r);
    blind_g2(p, b);
    nonzk_g1_add_affine(&t, &t, &key->beta1);
    finish_c(p, c, a, &t);
    result = evaluate_quotient(p);
    if (result != 0)
        return result;
    encode_scalars(p, p->sides[0], p->size);
    result = sum_g1(p, &t, key->h, 0, p->size);
    nonzk_g1_add(c, c, &t);
    noncrypto_wipe(&t, sizeof t);
    return result;
}

static void encode_proof(uint8_t proof[NONZK_GROTH16_PROOF_LEN], const struct nonzk_g1 *a,
                         const struct nonzk_g2 *b, const struct nonzk_g1 *c)
{
    struct nonzk_g1_affine affine1;
    struct nonzk_g2_affine affine2;

    nonzk_g1_to_affine(&affine1, a);
    nonzk_g1_to_compressed(proof, &affine1);
    nonzk_g2_to_affine(&affine2, b);
    nonzk_g2_to_compressed(proof + NONZK_G1_COMPRESSED_LEN, &affine2);
    nonzk_g1_to_affine(&affine1, c);
    nonzk_g1_to_compressed(proof + NONZK_G1_COMPRESSED_LEN + NONZK_G2_COMPRESSED_LEN, &affine1);
}

void nonzk_groth16_public_inputs(uint8_t *out, const struct nonzk_proving_key *key,
                                 const struct nonzk_fr *values)
{
    for (size_t i = 0; i < key->shape.npublic; i++)
        nonzk_fr_to_bytes(out + i * NONZK_GROTH16_INPUT_LEN, &values[i + 1]);
}

/* The scratch for sums takes the inputs, of which there may be many: it is larger in any case. */
static int check_proof(const struct prover *p, const uint8_t proof[NONZK_GROTH16_PROOF_LEN],
                       const struct nonzk_groth16_verifier *verifier)
{
    nonzk_groth16_public_inputs(p->scalars, p->key, p->values);
    int result = nonzk_groth16_verify(verifier, proof, NONZK_GROTH16_PROOF_LEN, p->scalars,
                                      p->key->shape.npublic);
    return result == 0 ? 0 : NONZK_E_UNSATISFIED;
}

static int prove(struct prover *p, uint8_t proof[NONZK_GROTH16_PROOF_LEN],
                 const struct nonzk_prove_options *options)
{
    struct nonzk_g1 a, c;
    struct nonzk_g2 b;

    encode_scalars(p, p->values, p->key->shape.nwires);
    derive_blinding(p, options);
    int result = make_points(p, &a, &b, &c);
    if (result != 0)
        return result;
    encode_proof(proof, &a, &b, &c);
    return options->verifier ? check_proof(p, proof, options->verifier) : 0;
}

int nonzk_groth16_prove(uint8_t proof[NONZK_GROTH16_PROOF_LEN], const struct nonzk_proving_key *key,
                        const struct nonzk_fr *values, uint32_t nvalues, void *workspace,
                        size_t workspace_len, const struct nonzk_prove_options *options)
{
    static const struct nonzk_prove_options no_options;
    struct prover p = {.key = key, .values = values, .size = (size_t)1 << key->shape.log_size};
    size_t needed = nonzk_groth16_prove_workspace(key);
    struct nonzk_fr one;

    memset(proof, 0, NONZK_GROTH16_PROOF_LEN);
    if (!options)
        options = &no_options;
    if (nvalues != key->shape.nwires ||
        (options->verifier && nonzk_groth16_ninputs(options->verifier) != key->shape.npublic))
        return NONZK_E_INVALID;
    if (needed == 0 || workspace_len < needed || (uintptr_t)workspace % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    nonzk_fr_set_one(&one);
    if (!nonzk_fr_equal(&values[0], &one))
        return NONZK_E_UNSATISFIED;
    p.vartime = options->vartime;
    lay_out(&p, workspace);
    int result = prove(&p, proof, options);
    if (result != 0)
        memset(proof, 0, NONZK_GROTH16_PROOF_LEN);
    noncrypto_wipe(workspace, needed);
    noncrypto_wipe(&p, sizeof p);
    return result;
}
