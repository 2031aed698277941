/*
 * With a_j, b_j, c_j the values at tau of the polynomials of wire j, and k_j = beta a_j + alpha b_j
 * + c_j: A is a_j, B is b_j, IC is k_j / gamma for the public wires and C is k_j / delta for the
 * others, each times a generator. H is said in proving_key.h.
 */
#include <noncrypto/memory.h>
#include <nonzk/fft.h>
#include <nonzk/hash_to_curve.h>
#include <nonzk/setup.h>

#include "ceremony/secret.h"
#include "curve/affine_all.h"
#include "curve/fixed_base_private.h"
#include "groth16/circuit_hash.h"
#include "groth16/proving_key.h"
#include "groth16/qap.h"
#include "layout.h"

#include <string.h>

#define HASH_TO_FIELD_LEN 48 /* L of RFC 9380 section 5.1, for 128 bits of security */
#define NSECRETS          5

/* A setup at work; the arrays lie in the workspace. */
struct setup {
    const struct nonzk_setup_secrets *secrets;
    const struct nonzk_r1cs *cs;
    struct nonzk_proving_key *key;
    size_t size; /* of the domain */
    struct fixed_base_g1 *generator1;
    struct fixed_base_g2 *generator2;
    struct nonzk_fr *roots;              /* size */
    struct nonzk_fr *lagrange, *scratch; /* 2 size */
    struct nonzk_fr *a, *b, *k;          /* nwires; k is c at first */
};

void nonzk_setup_development(struct nonzk_setup_secrets *secrets, const void *seed, size_t seed_len)
{
    static const char tag[] = "NONOS-DEVELOPMENT-SETUP-V1_XMD:SHA-256";
    struct nonzk_fr *const out[NSECRETS] = {&secrets->tau, &secrets->alpha, &secrets->beta,
                                            &secrets->gamma, &secrets->delta};
    uint8_t bytes[NSECRETS * HASH_TO_FIELD_LEN], wide[NONZK_FR_WIDE_LEN] = {0};

    /* It fails for lengths only. */
    int result = nonzk_expand_message_xmd(bytes, sizeof bytes, seed, seed_len, tag, sizeof tag - 1);
    (void)result;
    for (size_t i = 0; i < NSECRETS; i++) {
        memcpy(wide + sizeof wide - HASH_TO_FIELD_LEN, bytes + i * HASH_TO_FIELD_LEN,
               HASH_TO_FIELD_LEN);
        nonzk_fr_from_wide(out[i], wide);
    }
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(wide, sizeof wide);
}

static size_t lay_out(struct setup *setup, uint8_t *base,
                      const struct nonzk_proving_key_shape *shape)
{
    const struct {
        void *array;
        size_t count, size;
    } arrays[] = {
        {&setup->generator1, 1, sizeof(struct fixed_base_g1)},
        {&setup->generator2, 1, sizeof(struct fixed_base_g2)},
        {&setup->roots, setup->size, sizeof(struct nonzk_fr)},
        {&setup->lagrange, 2 * setup->size, sizeof(struct nonzk_fr)},
        {&setup->scratch, 2 * setup->size, sizeof(struct nonzk_fr)},
        {&setup->a, shape->nwires, sizeof(struct nonzk_fr)},
        {&setup->b, shape->nwires, sizeof(struct nonzk_fr)},
        {&setup->k, shape->nwires, sizeof(struct nonzk_fr)},
    };
    size_t end = 0;

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        size_t start = layout_add(&end, arrays[i].count, arrays[i].size);
        if (base) {
            void *at = base + start;
            memcpy(arrays[i].array, &at, sizeof at);
        }
    }
    return end;
}

size_t nonzk_setup_workspace(const struct nonzk_proving_key_shape *shape)
{
    if (nonzk_proving_key_size(shape) == 0)
        return 0;
    struct setup setup = {.size = (size_t)1 << shape->log_size};
    size_t end = lay_out(&setup, NULL, shape);
    return end == SIZE_MAX ? 0 : end;
}

/* 1 if a = b or a = -b, else 0 */
static int is_plus_or_minus(const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    struct nonzk_fr minus;

    nonzk_fr_neg(&minus, b);
    return nonzk_fr_equal(a, b) | nonzk_fr_equal(a, &minus);
}

static int are_degenerate(const struct nonzk_setup_secrets *s, uint32_t log_size)
{
    struct nonzk_fr one, power;

    nonzk_fr_set_one(&one);
    nonzk_fr_power(&power, &s->tau, UINT64_C(2) << log_size);
    return nonzk_fr_is_zero(&s->tau) | nonzk_fr_is_zero(&s->alpha) | nonzk_fr_is_zero(&s->beta) |
           nonzk_fr_is_zero(&s->gamma) | nonzk_fr_is_zero(&s->delta) |
           nonzk_fr_equal(&power, &one) | is_plus_or_minus(&s->delta, &s->gamma) |
           is_plus_or_minus(&s->delta, &one);
}

static void make_generators(struct setup *setup)
{
    struct nonzk_g1 generator1;
    struct nonzk_g2 generator2;

    nonzk_g1_set_generator(&generator1);
    nonzk_g2_set_generator(&generator2);
    nonzk_g1_fixed_base_make(setup->generator1, &generator1);
    nonzk_g2_fixed_base_make(setup->generator2, &generator2);
}

static void make_header(struct setup *setup)
{
    const struct nonzk_setup_secrets *s = setup->secrets;
    struct nonzk_proving_key *key = setup->key;

    nonzk_g1_fixed_base_mul(&key->alpha1, setup->generator1, &s->alpha, 1);
    nonzk_g1_fixed_base_mul(&key->beta1, setup->generator1, &s->beta, 1);
    nonzk_g1_fixed_base_mul(&key->delta1, setup->generator1, &s->delta, 1);
    nonzk_g2_fixed_base_mul(&key->beta2, setup->generator2, &s->beta, 1);
    nonzk_g2_fixed_base_mul(&key->gamma2, setup->generator2, &s->gamma, 1);
    nonzk_g2_fixed_base_mul(&key->delta2, setup->generator2, &s->delta, 1);
}

/* setup->lagrange = the values at tau of Lagrange's polynomials on a domain of 2^log_size points */
static int evaluate_lagrange(struct setup *setup, unsigned log_size)
{
    struct nonzk_fft_domain domain;
    int result = nonzk_fft_domain_init(&domain, log_size, setup->roots, setup->size);

    if (result == 0)
        nonzk_fft_lagrange(&domain, setup->lagrange, &setup->secrets->tau, setup->scratch);
    return result;
}

static int make_h(struct setup *setup)
{
    struct nonzk_fr inverse;
    int result = evaluate_lagrange(setup, setup->key->shape.log_size + 1);

    if (result == 0)
        result = nonzk_fr_invert(&inverse, &setup->secrets->delta);
    if (result != 0)
        return result;
    for (size_t i = 0; i < setup->size; i++)
        nonzk_fr_mul(&setup->scratch[i], &setup->lagrange[2 * i + 1], &inverse);
    nonzk_g1_fixed_base_mul(setup->key->h, setup->generator1, setup->scratch, setup->size);
    noncrypto_wipe(&inverse, sizeof inverse);
    return 0;
}

/* A, B and the k_j */
static int make_wires(struct setup *setup)
{
    const struct nonzk_setup_secrets *s = setup->secrets;
    struct nonzk_proving_key *key = setup->key;
    uint32_t nwires = key->shape.nwires;
    struct nonzk_fr t;
    int result = evaluate_lagrange(setup, key->shape.log_size);

    if (result != 0)
        return result;
    groth16_qap_values(setup->a, setup->b, setup->k, setup->cs, setup->lagrange);
    nonzk_g1_fixed_base_mul(key->a, setup->generator1, setup->a, nwires);
    nonzk_g1_fixed_base_mul(key->b1, setup->generator1, setup->b, nwires);
    nonzk_g2_fixed_base_mul(key->b2, setup->generator2, setup->b, nwires);
    for (uint32_t j = 0; j < nwires; j++) {
        nonzk_fr_mul(&t, &s->beta, &setup->a[j]);
        nonzk_fr_add(&setup->k[j], &setup->k[j], &t);
        nonzk_fr_mul(&t, &s->alpha, &setup->b[j]);
        nonzk_fr_add(&setup->k[j], &setup->k[j], &t);
    }
    noncrypto_wipe(&t, sizeof t);
    return 0;
}

/* out = the multiples of the generator by k_j / divisor, for n wires from `first` on */
static int make_divided(struct setup *setup, struct nonzk_g1_affine *out, uint32_t first, size_t n,
                        const struct nonzk_fr *divisor)
{
    struct nonzk_fr inverse, scalars[AFFINE_ALL_MAX];
    int result = nonzk_fr_invert(&inverse, divisor);

    if (result != 0)
        return result;
    for (size_t done = 0; done < n;) {
        size_t count = n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX;
        for (size_t i = 0; i < count; i++)
            nonzk_fr_mul(&scalars[i], &setup->k[first + done + i], &inverse);
        nonzk_g1_fixed_base_mul(out + done, setup->generator1, scalars, count);
        done += count;
    }
    noncrypto_wipe(&inverse, sizeof inverse);
    noncrypto_wipe(scalars, sizeof scalars);
    return 0;
}

static int make_inputs(struct setup *setup)
{
    struct nonzk_proving_key *key = setup->key;
    size_t ninputs = (size_t)key->shape.npublic + 1;
    int result = make_divided(setup, key->ic, 0, ninputs, &setup->secrets->gamma);

    for (size_t i = 0; i < ninputs && result == 0; i++)
        if (nonzk_g1_affine_is_infinity(&key->ic[i]))
            result = NONZK_E_INFINITY;
    return result;
}

/* The powers tau^i (tau^n - 1) times the generator, for i up to n - 2. */
static void hash_powers(struct setup *setup, struct noncrypto_blake2b *hash)
{
    struct nonzk_g1_affine points[AFFINE_ALL_MAX];
    struct nonzk_fr scalars[AFFINE_ALL_MAX], power, one;
    size_t n = setup->size - 1;

    nonzk_fr_set_one(&one);
    nonzk_fr_power(&power, &setup->secrets->tau, setup->size);
    nonzk_fr_sub(&power, &power, &one);
    circuit_hash_count(hash, (uint32_t)n);
    for (size_t done = 0; done < n;) {
        size_t count = n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX;
        for (size_t i = 0; i < count; i++) {
            scalars[i] = power;
            nonzk_fr_mul(&power, &power, &setup->secrets->tau);
        }
        nonzk_g1_fixed_base_mul(points, setup->generator1, scalars, count);
        ceremony_hash_g1(hash, points, count);
        done += count;
    }
    noncrypto_wipe(scalars, sizeof scalars);
    noncrypto_wipe(&power, sizeof power);
}

/* The hash, for which key->c holds what a ceremony begins with, delta = 1; then C itself. */
static int make_private(struct setup *setup)
{
    struct nonzk_proving_key *key = setup->key;
    uint32_t ninputs = key->shape.npublic + 1, nprivate = key->shape.nwires - ninputs;
    struct noncrypto_blake2b hash;
    struct nonzk_fr one;

    nonzk_fr_set_one(&one);
    int result = make_divided(setup, key->c, ninputs, nprivate, &one);
    if (result != 0)
        return result;
    circuit_hash_begin(&hash, key);
    circuit_hash_count(&hash, ninputs);
    ceremony_hash_g1(&hash, key->ic, ninputs);
    hash_powers(setup, &hash);
    circuit_hash_count(&hash, nprivate);
    ceremony_hash_g1(&hash, key->c, nprivate);
    circuit_hash_end(&hash, key->circuit_hash, key);
    return make_divided(setup, key->c, ninputs, nprivate, &setup->secrets->delta);
}

static int make_key(struct setup *setup)
{
    make_generators(setup);
    make_header(setup);
    groth16_qap_coefficients(setup->key->coefficients, setup->cs);
    int result = make_h(setup);
    if (result == 0)
        result = make_wires(setup);
    if (result == 0)
        result = make_inputs(setup);
    if (result == 0)
        result = make_private(setup);
    if (result == 0)
        proving_key_hash(setup->key);
    return result;
}

int nonzk_setup(struct nonzk_proving_key *key, void *memory, size_t memory_len,
                const struct nonzk_r1cs *cs, const struct nonzk_setup_secrets *secrets,
                void *workspace, size_t workspace_len)
{
    struct nonzk_proving_key_shape shape;
    struct setup setup = {.secrets = secrets, .cs = cs, .key = key};

    memset(key, 0, sizeof *key);
    int result = nonzk_setup_shape(&shape, cs);
    if (result != 0)
        return result;
    if (are_degenerate(secrets, shape.log_size))
        return NONZK_E_INVALID;
    size_t needed = nonzk_setup_workspace(&shape);
    if (needed == 0 || workspace_len < needed || (uintptr_t)workspace % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    setup.size = (size_t)1 << shape.log_size;
    lay_out(&setup, workspace, &shape);
    result = proving_key_lay_out(key, &shape, memory, memory_len);
    if (result == 0)
        result = make_key(&setup);
    noncrypto_wipe(workspace, needed);
    if (result != 0)
        memset(key, 0, sizeof *key);
    return result;
}
