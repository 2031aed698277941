#include "ceremony/secret.h"

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <nonzk/pairing.h>

#include "ct.h"

#include <string.h>

#define COEFFICIENT_LEN 16 /* bytes */
#define NO_FLAGS        0x1f /* of the first byte: infinity is the only flag of an uncompressed point */

void ceremony_generators(struct nonzk_g1_affine *one1, struct nonzk_g2_affine *one2)
{
    struct nonzk_g1 generator1;
    struct nonzk_g2 generator2;

    nonzk_g1_set_generator(&generator1);
    nonzk_g2_set_generator(&generator2);
    nonzk_g1_to_affine(one1, &generator1);
    nonzk_g2_to_affine(one2, &generator2);
}

void ceremony_coefficients(uint8_t *scalars, size_t n,
                           const uint8_t random[NONZK_CEREMONY_RANDOM_LEN], uint8_t which)
{
    struct noncrypto_blake3 hash;

    noncrypto_blake3_init_keyed(&hash, random);
    noncrypto_blake3_update(&hash, &which, 1);
    memset(scalars, 0, n * NONZK_SCALAR_LEN);
    for (size_t i = 0; i < n; i++)
        noncrypto_blake3_final_seek(&hash, i * COEFFICIENT_LEN,
                                    scalars + (i + 1) * NONZK_SCALAR_LEN - COEFFICIENT_LEN,
                                    COEFFICIENT_LEN);
}

void ceremony_hash_init(struct noncrypto_blake2b *hash)
{
    /* It fails for lengths only. */
    int result = noncrypto_blake2b_init(hash, CEREMONY_HASH_LEN, NULL, 0);
    (void)result;
}

void ceremony_hash_g1(struct noncrypto_blake2b *hash, const struct nonzk_g1_affine *points,
                      size_t n)
{
    uint8_t bytes[NONZK_G1_UNCOMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g1_to_uncompressed(bytes, &points[i]);
        bytes[0] &= NO_FLAGS;
        noncrypto_blake2b_update(hash, bytes, sizeof bytes);
    }
}

void ceremony_hash_g2(struct noncrypto_blake2b *hash, const struct nonzk_g2_affine *points,
                      size_t n)
{
    uint8_t bytes[NONZK_G2_UNCOMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g2_to_uncompressed(bytes, &points[i]);
        bytes[0] &= NO_FLAGS;
        noncrypto_blake2b_update(hash, bytes, sizeof bytes);
    }
}

void ceremony_hash_to_g2(struct nonzk_g2_affine *out, const uint8_t hash[CEREMONY_HASH_LEN])
{
    struct rng rng;

    ceremony_rng_init(&rng, hash);
    ceremony_rng_g2(&rng, out);
}

void ceremony_mul_g1(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *a,
                     const struct nonzk_fr *secret)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_g1 point;

    nonzk_fr_to_bytes(scalar, secret);
    nonzk_g1_from_affine(&point, a);
    nonzk_g1_mul(&point, &point, scalar);
    nonzk_g1_to_affine(out, &point);
    ct_declassify(out, sizeof *out);
    noncrypto_wipe(scalar, sizeof scalar);
}

void ceremony_mul_g2(struct nonzk_g2_affine *out, const struct nonzk_g2_affine *a,
                     const struct nonzk_fr *secret)
{
    uint8_t scalar[NONZK_SCALAR_LEN];
    struct nonzk_g2 point;

    nonzk_fr_to_bytes(scalar, secret);
    nonzk_g2_from_affine(&point, a);
    nonzk_g2_mul(&point, &point, scalar);
    nonzk_g2_to_affine(out, &point);
    ct_declassify(out, sizeof *out);
    noncrypto_wipe(scalar, sizeof scalar);
}

int ceremony_same_ratio(const struct nonzk_g1_affine *a, const struct nonzk_g1_affine *b,
                        const struct nonzk_g2_affine *c, const struct nonzk_g2_affine *d)
{
    struct nonzk_g1_affine minus_b = *b;

    if (nonzk_g1_affine_is_infinity(a) || nonzk_g1_affine_is_infinity(b) ||
        nonzk_g2_affine_is_infinity(c) || nonzk_g2_affine_is_infinity(d))
        return 0;
    nonzk_fp_neg(&minus_b.y, &b->y);
    const struct nonzk_pair pairs[2] = {{a, d, NULL}, {&minus_b, c, NULL}};
    return nonzk_pairing_product_is_one(pairs, 2);
}
