#include "ceremony/phase2.h"

#include "ct.h"

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#include "curve/affine_all.h"
#include "groth16/proving_key.h"

#include <string.h>

void ceremony_phase2_hash_contribution(struct noncrypto_blake2b *hash,
                                       const struct delta_contribution *c)
{
    ceremony_hash_g1(hash, &c->after, 1);
    ceremony_hash_g1(hash, &c->s, 1);
    ceremony_hash_g1(hash, &c->sx, 1);
    ceremony_hash_g2(hash, &c->spx, 1);
    noncrypto_blake2b_update(hash, c->transcript, sizeof c->transcript);
}

void ceremony_phase2_challenge(struct delta_contribution *c, struct nonzk_g2_affine *chosen,
                               const struct noncrypto_blake2b *hash)
{
    struct noncrypto_blake2b fork = *hash;

    ceremony_hash_g1(&fork, &c->s, 1);
    ceremony_hash_g1(&fork, &c->sx, 1);
    noncrypto_blake2b_final(&fork, c->transcript);
    ceremony_hash_to_g2(chosen, c->transcript);
}

void ceremony_phase2_beacon(struct nonzk_fr *x, struct nonzk_g1_affine *s,
                            const struct parameters *parameters)
{
    struct rng rng;

    ceremony_rng_init_beacon(&rng, parameters->beacon, parameters->beacon_len,
                             parameters->log_iterations);
    ceremony_rng_fr(&rng, x);
    ceremony_rng_g1(&rng, s);
}

int nonzk_phase2_shape(struct nonzk_proving_key_shape *shape, const struct nonzk_proving_key *old,
                       const struct nonzk_contribution *contribution)
{
    int result = ceremony_contribution_check(contribution);

    if (result != 0)
        return result;
    uint64_t len = (uint64_t)old->shape.contributions_len + 3 * POINT_G1_LEN + POINT_G2_LEN +
                   TRANSCRIPT_LEN + ceremony_parameters_len(contribution);
    if (len > UINT32_MAX - NONZK_CIRCUIT_HASH_LEN - 4 || old->ncontributions == UINT32_MAX)
        return NONZK_E_UNSUPPORTED;
    *shape = old->shape;
    shape->contributions_len = (uint32_t)len;
    return 0;
}

/* x and s of a party, from its random bytes */
static void draw_secret(struct nonzk_fr *x, struct nonzk_g1_affine *s, const uint8_t *random)
{
    static const char context[] = "NONOS Groth16 contribution to delta v1";
    struct noncrypto_blake3 hash;
    uint8_t bytes[2 * NONZK_FR_WIDE_LEN];
    struct nonzk_g1_affine one1;
    struct nonzk_g2_affine one2;
    struct nonzk_fr k;

    noncrypto_blake3_init_derive_key(&hash, context, sizeof context - 1);
    noncrypto_blake3_update(&hash, random, NONZK_CONTRIBUTION_RANDOM_LEN);
    noncrypto_blake3_final(&hash, bytes, sizeof bytes);
    nonzk_fr_from_wide(x, bytes);
    nonzk_fr_from_wide(&k, bytes + NONZK_FR_WIDE_LEN);
    ceremony_generators(&one1, &one2);
    ceremony_mul_g1(s, &one1, &k);
    noncrypto_wipe(&hash, sizeof hash);
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(&k, sizeof k);
}

/* `*hash` = the transcript of a key's contributions */
static int hash_contributions(struct noncrypto_blake2b *hash, const struct nonzk_proving_key *key)
{
    struct reader reader = {key->contributions, key->shape.contributions_len};
    struct delta_contribution c;

    ceremony_hash_init(hash);
    noncrypto_blake2b_update(hash, key->circuit_hash, sizeof key->circuit_hash);
    for (uint32_t i = 0; i < key->ncontributions; i++) {
        int result = delta_contribution_take(&reader, &c);
        if (result != 0)
            return result;
        ceremony_phase2_hash_contribution(hash, &c);
    }
    return 0;
}

/* out[i] = factor * in[i] */
static void multiply_all(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *in, size_t n,
                         const struct nonzk_fr *factor)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_g1 points[AFFINE_ALL_MAX];

    nonzk_fr_to_bytes(scalar, factor);
    for (size_t done = 0; done < n;) {
        size_t count = n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX;
        for (size_t i = 0; i < count; i++) {
            nonzk_g1_from_affine(&points[i], &in[done + i]);
            nonzk_g1_mul(&points[i], &points[i], scalar);
        }
        nonzk_g1_to_affine_all(&out[done], points, count);
        ct_declassify(&out[done], count * sizeof *out);
        done += count;
    }
    noncrypto_wipe(scalar, sizeof scalar);
}

/* Takes over what a contribution leaves as it is; IC, A and B are among it. */
static void copy_key(struct nonzk_proving_key *key, const struct nonzk_proving_key *old)
{
    size_t nwires = old->shape.nwires, ninputs = (size_t)old->shape.npublic + 1;

    key->alpha1 = old->alpha1;
    key->beta1 = old->beta1;
    key->beta2 = old->beta2;
    key->gamma2 = old->gamma2;
    memcpy(key->ic, old->ic, ninputs * sizeof *key->ic);
    memcpy(key->a, old->a, nwires * sizeof *key->a);
    memcpy(key->b1, old->b1, nwires * sizeof *key->b1);
    memcpy(key->b2, old->b2, nwires * sizeof *key->b2);
    memcpy(key->coefficients, old->coefficients,
           old->shape.ncoefficients * sizeof *key->coefficients);
    memcpy(key->circuit_hash, old->circuit_hash, sizeof key->circuit_hash);
    if (old->shape.contributions_len > 0)
        memcpy(key->contributions, old->contributions, old->shape.contributions_len);
    key->ncontributions = old->ncontributions + 1;
    key->is_sealed = 1;
}

static void multiply_key(struct nonzk_proving_key *key, const struct nonzk_proving_key *old,
                         const struct nonzk_fr *x, const struct nonzk_fr *x_inverse)
{
    size_t nprivate = old->shape.nwires - old->shape.npublic - 1;

    copy_key(key, old);
    ceremony_mul_g1(&key->delta1, &old->delta1, x);
    ceremony_mul_g2(&key->delta2, &old->delta2, x);
    multiply_all(key->c, old->c, nprivate, x_inverse);
    multiply_all(key->h, old->h, (size_t)1 << old->shape.log_size, x_inverse);
}

/* Appends the contribution whose secret has been multiplied into the key. */
static void append(struct nonzk_proving_key *key, const struct nonzk_proving_key *old,
                   struct delta_contribution *c, const struct noncrypto_blake2b *transcript,
                   const struct nonzk_fr *x, const struct nonzk_contribution *contribution)
{
    uint8_t *at = key->contributions;

    if (old->shape.contributions_len > 0)
        at += old->shape.contributions_len;
    ceremony_mul_g1(&c->sx, &c->s, x);
    ceremony_phase2_challenge(c, &c->spx, transcript);
    ceremony_mul_g2(&c->spx, &c->spx, x);
    c->after = key->delta1;
    at = delta_contribution_encode(at, c);
    ceremony_parameters_encode(at, contribution);
}

int nonzk_phase2_contribute(struct nonzk_proving_key *key, void *memory, size_t memory_len,
                            const struct nonzk_proving_key *old,
                            const struct nonzk_contribution *contribution,
                            uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN])
{
    struct nonzk_proving_key_shape shape;
    struct noncrypto_blake2b transcript;
    struct delta_contribution c = {.parameters = {CONTRIBUTION_BEACON, contribution->beacon,
                                                  contribution->beacon_len,
                                                  contribution->log_iterations}};
    struct nonzk_fr x, x_inverse;

    memset(key, 0, sizeof *key);
    int result = nonzk_phase2_shape(&shape, old, contribution);
    if (result == 0)
        result = hash_contributions(&transcript, old);
    if (result != 0)
        return result;
    if (contribution->beacon)
        ceremony_phase2_beacon(&x, &c.s, &c.parameters);
    else
        draw_secret(&x, &c.s, contribution->random);
    result = ct_public(nonzk_fr_invert(&x_inverse, &x));
    if (result == 0)
        result = proving_key_lay_out(key, &shape, memory, memory_len);
    if (result == 0) {
        multiply_key(key, old, &x, &x_inverse);
        append(key, old, &c, &transcript, &x, contribution);
        proving_key_hash(key);
        ceremony_hash_init(&transcript);
        ceremony_phase2_hash_contribution(&transcript, &c);
        noncrypto_blake2b_final(&transcript, hash);
    }
    noncrypto_wipe(&x, sizeof x);
    noncrypto_wipe(&x_inverse, sizeof x_inverse);
    return result;
}
