/*
 * What contributions of both phases have in common: hashes of points, secrets, and the proof that one
 * is known. Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_SECRET_H
#define NONZK_SRC_CEREMONY_SECRET_H

#include <noncrypto/blake2b.h>
#include <nonzk/ceremony.h>

#include "ceremony/rng.h"

#define CEREMONY_HASH_LEN 64

/* The generators, which are the points before all contributions. */
void ceremony_generators(struct nonzk_g1_affine *one1, struct nonzk_g2_affine *one2);

/*
 * scalars = n coefficients below 2^128 for a random combination, as scalars of NONZK_SCALAR_LEN bytes;
 * `which` names the combination.
 */
void ceremony_coefficients(uint8_t *scalars, size_t n,
                           const uint8_t random[NONZK_CEREMONY_RANDOM_LEN], uint8_t which);

/* BLAKE2b-512 */
void ceremony_hash_init(struct noncrypto_blake2b *hash);

/* Add points, uncompressed and with all zeros for infinity, as snarkjs hashes them. */
void ceremony_hash_g1(struct noncrypto_blake2b *hash, const struct nonzk_g1_affine *points,
                      size_t n);
void ceremony_hash_g2(struct noncrypto_blake2b *hash, const struct nonzk_g2_affine *points,
                      size_t n);

/* out = the point of G2 that a hash chooses */
void ceremony_hash_to_g2(struct nonzk_g2_affine *out, const uint8_t hash[CEREMONY_HASH_LEN]);

/* out = secret * a, which may be the same object and is going to be published; in constant time */
void ceremony_mul_g1(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *a,
                     const struct nonzk_fr *secret);
void ceremony_mul_g2(struct nonzk_g2_affine *out, const struct nonzk_g2_affine *a,
                     const struct nonzk_fr *secret);

/* 1 if b is the same multiple of a as d is of c, and none of them is infinity; else 0 */
int ceremony_same_ratio(const struct nonzk_g1_affine *a, const struct nonzk_g1_affine *b,
                        const struct nonzk_g2_affine *c, const struct nonzk_g2_affine *d);

#endif
