/*
 * The key that the second phase begins with, delta = 1. What nonzk_setup() multiplies by polynomials
 * at a known tau is here the same combination of the prepared powers.
 */
#include <nonzk/setup.h>

#include "ceremony/ptau.h"
#include "curve/affine_all.h"
#include "groth16/circuit_hash.h"
#include "groth16/proving_key.h"
#include "groth16/qap.h"
#include "layout.h"

#include <string.h>

/* Sums for each wire; the arrays lie in the workspace. */
struct sums {
    struct nonzk_g1 *a, *b1, *k; /* k: beta A + alpha B + C */
    struct nonzk_g2 *b2;
};

static size_t lay_out(struct sums *sums, uint8_t *base, size_t nwires)
{
    size_t end = 0;
    size_t b2 = layout_add(&end, nwires, sizeof *sums->b2);
    size_t a = layout_add(&end, nwires, sizeof *sums->a);
    size_t b1 = layout_add(&end, nwires, sizeof *sums->b1);
    size_t k = layout_add(&end, nwires, sizeof *sums->k);

    if (!base)
        return end;
    sums->b2 = (struct nonzk_g2 *)(void *)(base + b2);
    sums->a = (struct nonzk_g1 *)(void *)(base + a);
    sums->b1 = (struct nonzk_g1 *)(void *)(base + b1);
    sums->k = (struct nonzk_g1 *)(void *)(base + k);
    for (size_t i = 0; i < nwires; i++) {
        nonzk_g1_set_infinity(&sums->a[i]);
        nonzk_g1_set_infinity(&sums->b1[i]);
        nonzk_g1_set_infinity(&sums->k[i]);
        nonzk_g2_set_infinity(&sums->b2[i]);
    }
    return end;
}

size_t nonzk_phase2_new_workspace(const struct nonzk_proving_key_shape *shape)
{
    struct sums sums = {0};

    if (nonzk_proving_key_size(shape) == 0)
        return 0;
    size_t end = lay_out(&sums, NULL, shape->nwires);
    return end == SIZE_MAX ? 0 : end;
}

/* sum = sum + coefficient * point; most coefficients of circuits are 1 */
static void add1(struct nonzk_g1 *sum, const struct nonzk_g1_affine *point,
                 const struct nonzk_fr *coefficient)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_fr one;
    struct nonzk_g1 t;

    nonzk_fr_set_one(&one);
    nonzk_g1_from_affine(&t, point);
    if (!nonzk_fr_equal(coefficient, &one)) {
        nonzk_fr_to_bytes(scalar, coefficient);
        nonzk_g1_mul_vartime(&t, &t, scalar);
    }
    nonzk_g1_add(sum, sum, &t);
}

static void add2(struct nonzk_g2 *sum, const struct nonzk_g2_affine *point,
                 const struct nonzk_fr *coefficient)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_fr one;
    struct nonzk_g2 t;

    nonzk_fr_set_one(&one);
    nonzk_g2_from_affine(&t, point);
    if (!nonzk_fr_equal(coefficient, &one)) {
        nonzk_fr_to_bytes(scalar, coefficient);
        nonzk_g2_mul_vartime(&t, &t, scalar);
    }
    nonzk_g2_add(sum, sum, &t);
}

/* The terms of A and B, with those of the inputs, and then those of C. */
static void add_terms(struct sums *sums, const struct nonzk_proving_key *key,
                      const struct nonzk_r1cs *cs, const struct nonzk_ptau *ptau)
{
    size_t level = ptau_level(key->shape.log_size);

    for (uint32_t i = 0; i < key->shape.ncoefficients; i++) {
        const struct nonzk_coefficient *c = &key->coefficients[i];
        size_t at = level + c->constraint;
        if (c->side == 0) {
            add1(&sums->a[c->wire], &ptau->lagrange_tau1[at], &c->value);
            add1(&sums->k[c->wire], &ptau->lagrange_beta1[at], &c->value);
        } else {
            add1(&sums->b1[c->wire], &ptau->lagrange_tau1[at], &c->value);
            add2(&sums->b2[c->wire], &ptau->lagrange_tau2[at], &c->value);
            add1(&sums->k[c->wire], &ptau->lagrange_alpha1[at], &c->value);
        }
    }
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        const struct nonzk_r1cs_term *terms;
        uint32_t count = nonzk_r1cs_side(cs, i, NONZK_R1CS_C, &terms);
        for (uint32_t j = 0; j < count; j++)
            add1(&sums->k[terms[j].wire], &ptau->lagrange_tau1[level + i], &terms[j].coefficient);
    }
}

static void to_affine1(struct nonzk_g1_affine *out, const struct nonzk_g1 *points, size_t n)
{
    for (size_t done = 0; done < n; done += AFFINE_ALL_MAX)
        nonzk_g1_to_affine_all(out + done, points + done,
                               n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX);
}

static void to_affine2(struct nonzk_g2_affine *out, const struct nonzk_g2 *points, size_t n)
{
    for (size_t done = 0; done < n; done += AFFINE_ALL_MAX)
        nonzk_g2_to_affine_all(out + done, points + done,
                               n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX);
}

/* tau^i (tau^n - 1) times the generator, for i up to n - 2 */
static void hash_powers(struct noncrypto_blake2b *hash, const struct nonzk_ptau *ptau, size_t n)
{
    struct nonzk_g1_affine minus, affine;
    struct nonzk_g1 point;

    circuit_hash_count(hash, (uint32_t)(n - 1));
    for (size_t i = 0; i < n - 1; i++) {
        minus = ptau->tau1[i];
        nonzk_fp_neg(&minus.y, &minus.y);
        nonzk_g1_from_affine(&point, &ptau->tau1[i + n]);
        nonzk_g1_add_affine(&point, &point, &minus);
        nonzk_g1_to_affine(&affine, &point);
        ceremony_hash_g1(hash, &affine, 1);
    }
}

static void hash_circuit(struct nonzk_proving_key *key, const struct nonzk_ptau *ptau)
{
    uint32_t ninputs = key->shape.npublic + 1, nprivate = key->shape.nwires - ninputs;
    struct noncrypto_blake2b hash;

    circuit_hash_begin(&hash, key);
    circuit_hash_count(&hash, ninputs);
    ceremony_hash_g1(&hash, key->ic, ninputs);
    hash_powers(&hash, ptau, (size_t)1 << key->shape.log_size);
    circuit_hash_count(&hash, nprivate);
    ceremony_hash_g1(&hash, key->c, nprivate);
    circuit_hash_end(&hash, key->circuit_hash, key);
}

static void make_key(struct nonzk_proving_key *key, const struct nonzk_r1cs *cs,
                     const struct nonzk_ptau *ptau, struct sums *sums)
{
    size_t nwires = key->shape.nwires, ninputs = (size_t)key->shape.npublic + 1;
    size_t size = (size_t)1 << key->shape.log_size;

    ceremony_generators(&key->delta1, &key->delta2);
    key->alpha1 = ptau->alpha1[0];
    key->beta1 = ptau->beta1[0];
    key->beta2 = ptau->beta2;
    key->gamma2 = key->delta2;
    groth16_qap_coefficients(key->coefficients, cs);
    add_terms(sums, key, cs, ptau);
    to_affine1(key->a, sums->a, nwires);
    to_affine1(key->b1, sums->b1, nwires);
    to_affine2(key->b2, sums->b2, nwires);
    to_affine1(key->ic, sums->k, ninputs);
    to_affine1(key->c, sums->k + ninputs, nwires - ninputs);
    const struct nonzk_g1_affine *lagrange =
        ptau->lagrange_tau1 + ptau_level(key->shape.log_size + 1);
    for (size_t i = 0; i < size; i++)
        key->h[i] = lagrange[2 * i + 1];
    hash_circuit(key, ptau);
    proving_key_hash(key);
}

int nonzk_phase2_new(struct nonzk_proving_key *key, void *memory, size_t memory_len,
                     const struct nonzk_r1cs *cs, const struct nonzk_ptau *ptau, void *workspace,
                     size_t workspace_len)
{
    struct nonzk_proving_key_shape shape;
    struct sums sums = {0};

    memset(key, 0, sizeof *key);
    int result = nonzk_setup_shape(&shape, cs);
    if (result != 0)
        return result;
    if (!ptau->shape.is_prepared || ptau->shape.power < shape.log_size)
        return NONZK_E_INVALID;
    size_t needed = nonzk_phase2_new_workspace(&shape);
    if (needed == 0 || workspace_len < needed || (uintptr_t)workspace % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    result = proving_key_lay_out(key, &shape, memory, memory_len);
    if (result != 0)
        return result;
    lay_out(&sums, workspace, shape.nwires);
    make_key(key, cs, ptau, &sums);
    return 0;
}
