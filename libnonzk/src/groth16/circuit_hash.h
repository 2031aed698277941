/*
 * The hash of a circuit, as snarkjs computes it when it begins the second phase of a ceremony:
 * BLAKE2b-512 of the key before any contribution to delta, with uncompressed points, of which infinity
 * is all zeros; H is there as the powers tau^i (tau^n - 1) times the generator instead of Lagrange's
 * polynomials. Private to libnonzk.
 */
#ifndef NONZK_SRC_GROTH16_CIRCUIT_HASH_H
#define NONZK_SRC_GROTH16_CIRCUIT_HASH_H

#include <noncrypto/blake2b.h>
#include <nonzk/proving_key.h>

struct circuit_hash {
    struct noncrypto_blake2b blake2b;
};

/* Begins with alpha, beta and gamma of the key, and the generators for delta. */
void circuit_hash_begin(struct circuit_hash *hash, const struct nonzk_proving_key *key);

/* Adds the number of the points of an array that follows. */
void circuit_hash_count(struct circuit_hash *hash, uint32_t count);

/* Add points. */
void circuit_hash_g1(struct circuit_hash *hash, const struct nonzk_g1_affine *points, size_t n);
void circuit_hash_g2(struct circuit_hash *hash, const struct nonzk_g2_affine *points, size_t n);

/* Adds A and B of the key, which come last, and ends. */
void circuit_hash_end(struct circuit_hash *hash, uint8_t out[NONZK_CIRCUIT_HASH_LEN],
                      const struct nonzk_proving_key *key);

#endif
