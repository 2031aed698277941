/*
 * The first phase. The challenge of a contribution is the hash of all powers before it; its response
 * is the hash of the challenge, of all powers after it, compressed, and of the proofs; the next
 * challenge is the hash of the response and of the powers, uncompressed.
 */
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#include "ceremony/ptau.h"
#include "ct.h"
#include "curve/affine_all.h"

#include <string.h>

#define FLAG_INFINITY 0x40
#define FLAG_LARGE_Y  0x20
#define THEIR_LARGE_Y 0x80 /* what snarkjs has for it; it has no flag for being compressed */

int nonzk_ptau_new(struct nonzk_ptau *ptau, void *memory, size_t memory_len, uint32_t power)
{
    const struct nonzk_ptau_shape shape = {.power = power};
    struct nonzk_g1_affine one1;
    struct nonzk_g2_affine one2;

    memset(ptau, 0, sizeof *ptau);
    int result = ptau_lay_out(ptau, &shape, memory, memory_len);
    if (result != 0)
        return result;
    ceremony_generators(&one1, &one2);
    size_t half = ptau_half(&shape);
    for (size_t i = 0; i < 2 * half - 1; i++)
        ptau->tau1[i] = one1;
    for (size_t i = 0; i < half; i++) {
        ptau->alpha1[i] = one1;
        ptau->beta1[i] = one1;
        ptau->tau2[i] = one2;
    }
    ptau->beta2 = one2;
    return 0;
}

void ptau_challenge(uint8_t out[CEREMONY_HASH_LEN], const uint8_t response[CEREMONY_HASH_LEN],
                    const struct nonzk_ptau *ptau)
{
    size_t half = ptau_half(&ptau->shape);
    struct noncrypto_blake2b hash;

    ceremony_hash_init(&hash);
    noncrypto_blake2b_update(&hash, response, CEREMONY_HASH_LEN);
    ceremony_hash_g1(&hash, ptau->tau1, 2 * half - 1);
    ceremony_hash_g2(&hash, ptau->tau2, half);
    ceremony_hash_g1(&hash, ptau->alpha1, half);
    ceremony_hash_g1(&hash, ptau->beta1, half);
    ceremony_hash_g2(&hash, &ptau->beta2, 1);
    noncrypto_blake2b_final(&hash, out);
}

/* The first response is the hash of nothing. */
void ptau_contribution_initial(struct ptau_contribution *c, uint32_t power)
{
    size_t half = (size_t)1 << power;
    struct noncrypto_blake2b hash;
    uint8_t response[CEREMONY_HASH_LEN];

    *c = (struct ptau_contribution){0};
    ceremony_generators(&c->tau1, &c->tau2);
    c->alpha1 = c->beta1 = c->tau1;
    c->beta2 = c->tau2;
    ceremony_hash_init(&hash);
    noncrypto_blake2b_final(&hash, response);
    ceremony_hash_init(&hash);
    noncrypto_blake2b_update(&hash, response, sizeof response);
    for (size_t i = 0; i < 2 * half - 1; i++)
        ceremony_hash_g1(&hash, &c->tau1, 1);
    for (size_t i = 0; i < half; i++)
        ceremony_hash_g2(&hash, &c->tau2, 1);
    for (size_t i = 0; i < 2 * half; i++)
        ceremony_hash_g1(&hash, &c->tau1, 1);
    ceremony_hash_g2(&hash, &c->tau2, 1);
    noncrypto_blake2b_final(&hash, c->next_challenge);
}

static void to_their_flags(uint8_t *first)
{
    uint8_t flags = *first & FLAG_INFINITY;

    if (*first & FLAG_LARGE_Y)
        flags |= THEIR_LARGE_Y;
    *first = (uint8_t)((*first & 0x1f) | flags);
}

static void hash_compressed_g1(struct noncrypto_blake2b *hash, const struct nonzk_g1_affine *points,
                               size_t n)
{
    uint8_t bytes[NONZK_G1_COMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g1_to_compressed(bytes, &points[i]);
        to_their_flags(bytes);
        noncrypto_blake2b_update(hash, bytes, sizeof bytes);
    }
}

static void hash_compressed_g2(struct noncrypto_blake2b *hash, const struct nonzk_g2_affine *points,
                               size_t n)
{
    uint8_t bytes[NONZK_G2_COMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g2_to_compressed(bytes, &points[i]);
        to_their_flags(bytes);
        noncrypto_blake2b_update(hash, bytes, sizeof bytes);
    }
}

/* A hash that has begun, as files have it: the state, with zeros behind it. */
static void state_encode(uint8_t out[PTAU_PARTIAL_HASH_LEN], const struct noncrypto_blake2b *hash)
{
    memset(out, 0, PTAU_PARTIAL_HASH_LEN);
    noncrypto_blake2b_export(out, hash);
}

static int state_decode(struct noncrypto_blake2b *hash, const uint8_t in[PTAU_PARTIAL_HASH_LEN])
{
    for (size_t i = NONCRYPTO_BLAKE2B_STATE_LEN; i < PTAU_PARTIAL_HASH_LEN; i++)
        if (in[i] != 0)
            return NONZK_E_ENCODING;
    return noncrypto_blake2b_import(hash, CEREMONY_HASH_LEN, in) == 0 ? 0 : NONZK_E_ENCODING;
}

int ptau_response_hash(uint8_t out[CEREMONY_HASH_LEN], const struct ptau_contribution *c)
{
    struct noncrypto_blake2b hash;
    int result = state_decode(&hash, c->partial_hash);

    if (result != 0)
        return result;
    for (int i = 0; i < PTAU_SECRETS; i++) {
        ceremony_hash_g1(&hash, &c->s[i], 1);
        ceremony_hash_g1(&hash, &c->sx[i], 1);
    }
    ceremony_hash_g2(&hash, c->spx, PTAU_SECRETS);
    noncrypto_blake2b_final(&hash, out);
    return 0;
}

void ptau_choose(struct nonzk_g2_affine *out, unsigned secret,
                 const uint8_t challenge[CEREMONY_HASH_LEN], const struct ptau_contribution *c)
{
    const uint8_t which = (uint8_t)secret;
    struct noncrypto_blake2b hash;
    uint8_t digest[CEREMONY_HASH_LEN];

    ceremony_hash_init(&hash);
    noncrypto_blake2b_update(&hash, &which, 1);
    noncrypto_blake2b_update(&hash, challenge, CEREMONY_HASH_LEN);
    ceremony_hash_g1(&hash, &c->s[secret], 1);
    ceremony_hash_g1(&hash, &c->sx[secret], 1);
    noncrypto_blake2b_final(&hash, digest);
    ceremony_hash_to_g2(out, digest);
}

void ptau_beacon(struct nonzk_fr secrets[PTAU_SECRETS], struct ptau_contribution *c)
{
    struct rng rng;

    ceremony_rng_init_beacon(&rng, c->parameters.beacon, c->parameters.beacon_len,
                             c->parameters.log_iterations);
    for (int i = 0; i < PTAU_SECRETS; i++)
        ceremony_rng_fr(&rng, &secrets[i]);
    for (int i = 0; i < PTAU_SECRETS; i++)
        ceremony_rng_g1(&rng, &c->s[i]);
}

static void draw_secrets(struct nonzk_fr secrets[PTAU_SECRETS], struct ptau_contribution *c,
                         const uint8_t *random)
{
    static const char context[] = "NONOS powers of tau contribution v1";
    struct noncrypto_blake3 hash;
    uint8_t bytes[2 * PTAU_SECRETS * NONZK_FR_WIDE_LEN];
    struct nonzk_g1_affine one1;
    struct nonzk_g2_affine one2;
    struct nonzk_fr k;

    noncrypto_blake3_init_derive_key(&hash, context, sizeof context - 1);
    noncrypto_blake3_update(&hash, random, NONZK_CONTRIBUTION_RANDOM_LEN);
    noncrypto_blake3_final(&hash, bytes, sizeof bytes);
    ceremony_generators(&one1, &one2);
    for (size_t i = 0; i < PTAU_SECRETS; i++) {
        nonzk_fr_from_wide(&secrets[i], bytes + i * NONZK_FR_WIDE_LEN);
        nonzk_fr_from_wide(&k, bytes + (PTAU_SECRETS + i) * NONZK_FR_WIDE_LEN);
        ceremony_mul_g1(&c->s[i], &one1, &k);
    }
    noncrypto_wipe(&hash, sizeof hash);
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(&k, sizeof k);
}

/* out[i] = first factor^i in[i] */
static void multiply_g1(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *in, size_t n,
                        const struct nonzk_fr *first, const struct nonzk_fr *factor)
{
    struct nonzk_fr power = *first;

    for (size_t i = 0; i < n; i++) {
        ceremony_mul_g1(&out[i], &in[i], &power);
        nonzk_fr_mul(&power, &power, factor);
    }
    noncrypto_wipe(&power, sizeof power);
}

static void multiply_g2(struct nonzk_g2_affine *out, const struct nonzk_g2_affine *in, size_t n,
                        const struct nonzk_fr *first, const struct nonzk_fr *factor)
{
    struct nonzk_fr power = *first;

    for (size_t i = 0; i < n; i++) {
        ceremony_mul_g2(&out[i], &in[i], &power);
        nonzk_fr_mul(&power, &power, factor);
    }
    noncrypto_wipe(&power, sizeof power);
}

static void multiply_powers(struct nonzk_ptau *ptau, const struct nonzk_ptau *old,
                            const struct nonzk_fr secrets[PTAU_SECRETS])
{
    const struct nonzk_fr *tau = &secrets[0], *alpha = &secrets[1], *beta = &secrets[2];
    size_t half = ptau_half(&ptau->shape);
    struct nonzk_fr one;

    nonzk_fr_set_one(&one);
    multiply_g1(ptau->tau1, old->tau1, 2 * half - 1, &one, tau);
    multiply_g2(ptau->tau2, old->tau2, half, &one, tau);
    multiply_g1(ptau->alpha1, old->alpha1, half, alpha, tau);
    multiply_g1(ptau->beta1, old->beta1, half, beta, tau);
    ceremony_mul_g2(&ptau->beta2, &old->beta2, beta);
}

/* The last contribution, or what was before the first. */
static int last_contribution(struct ptau_contribution *c, const struct nonzk_ptau *ptau)
{
    struct reader reader = {ptau->contributions, ptau->shape.contributions_len};

    if (ptau->ncontributions == 0)
        ptau_contribution_initial(c, ptau->shape.power);
    for (uint32_t i = 0; i < ptau->ncontributions; i++) {
        int result = ptau_contribution_take(&reader, c);
        if (result != 0)
            return result;
    }
    return 0;
}

/* Fills in all that the powers, the secrets and the challenge determine. */
static int finish(struct ptau_contribution *c, const struct nonzk_ptau *ptau,
                  const struct nonzk_fr secrets[PTAU_SECRETS], const uint8_t *challenge,
                  uint8_t response[CEREMONY_HASH_LEN])
{
    size_t half = ptau_half(&ptau->shape);
    struct noncrypto_blake2b hash;

    c->tau1 = ptau->tau1[1];
    c->tau2 = ptau->tau2[1];
    c->alpha1 = ptau->alpha1[0];
    c->beta1 = ptau->beta1[0];
    c->beta2 = ptau->beta2;
    for (unsigned i = 0; i < PTAU_SECRETS; i++) {
        ceremony_mul_g1(&c->sx[i], &c->s[i], &secrets[i]);
        ptau_choose(&c->spx[i], i, challenge, c);
        ceremony_mul_g2(&c->spx[i], &c->spx[i], &secrets[i]);
    }
    ceremony_hash_init(&hash);
    noncrypto_blake2b_update(&hash, challenge, CEREMONY_HASH_LEN);
    hash_compressed_g1(&hash, ptau->tau1, 2 * half - 1);
    hash_compressed_g2(&hash, ptau->tau2, half);
    hash_compressed_g1(&hash, ptau->alpha1, half);
    hash_compressed_g1(&hash, ptau->beta1, half);
    hash_compressed_g2(&hash, &ptau->beta2, 1);
    state_encode(c->partial_hash, &hash);
    int result = ptau_response_hash(response, c);
    if (result == 0)
        ptau_challenge(c->next_challenge, response, ptau);
    return result;
}

int nonzk_ptau_next_shape(struct nonzk_ptau_shape *shape, const struct nonzk_ptau *old,
                          const struct nonzk_contribution *contribution)
{
    int result = ceremony_contribution_check(contribution);

    if (result != 0)
        return result;
    uint64_t len = (uint64_t)old->shape.contributions_len + 9 * POINT_G1_LEN + 5 * POINT_G2_LEN +
                   PTAU_PARTIAL_HASH_LEN + CEREMONY_HASH_LEN +
                   ceremony_parameters_len(contribution);
    if (len > UINT32_MAX - 4 || old->ncontributions == UINT32_MAX)
        return NONZK_E_UNSUPPORTED;
    *shape =
        (struct nonzk_ptau_shape){.power = old->shape.power, .contributions_len = (uint32_t)len};
    return 0;
}

static int are_zero(const struct nonzk_fr secrets[PTAU_SECRETS])
{
    return ct_public(nonzk_fr_is_zero(&secrets[0]) | nonzk_fr_is_zero(&secrets[1]) |
                     nonzk_fr_is_zero(&secrets[2]));
}

int nonzk_ptau_contribute(struct nonzk_ptau *ptau, void *memory, size_t memory_len,
                          const struct nonzk_ptau *old,
                          const struct nonzk_contribution *contribution,
                          uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN])
{
    struct nonzk_ptau_shape shape;
    struct nonzk_fr secrets[PTAU_SECRETS];
    struct ptau_contribution c;
    uint8_t challenge[CEREMONY_HASH_LEN];

    memset(ptau, 0, sizeof *ptau);
    int result = nonzk_ptau_next_shape(&shape, old, contribution);
    if (result == 0)
        result = last_contribution(&c, old);
    if (result != 0)
        return result;
    memcpy(challenge, c.next_challenge, sizeof challenge);
    c.parameters = (struct parameters){CONTRIBUTION_BEACON, contribution->beacon,
                                       contribution->beacon_len, contribution->log_iterations};
    if (contribution->beacon)
        ptau_beacon(secrets, &c);
    else
        draw_secrets(secrets, &c, contribution->random);
    result =
        are_zero(secrets) ? NONZK_E_NOT_INVERTIBLE : ptau_lay_out(ptau, &shape, memory, memory_len);
    if (result == 0) {
        multiply_powers(ptau, old, secrets);
        result = finish(&c, ptau, secrets, challenge, hash);
    }
    if (result == 0) {
        size_t before = old->shape.contributions_len;
        if (before > 0)
            memcpy(ptau->contributions, old->contributions, before);
        ceremony_parameters_encode(ptau_contribution_encode(ptau->contributions + before, &c),
                                   contribution);
        ptau->ncontributions = old->ncontributions + 1;
        ptau->is_sealed = 1;
    }
    noncrypto_wipe(secrets, sizeof secrets);
    return result;
}
