/*
 * The hash of a circuit, as snarkjs computes it when it begins the second phase of a ceremony:
 * BLAKE2b-512 of the key before any contribution to delta, with uncompressed points, of which infinity
 * is all zeros; H is there as the powers tau^i (tau^n - 1) times the generator instead of Lagrange's
 * polynomials. Points between count and end are added by ceremony_hash_g1(). Private to libnonzk.
 */
#ifndef NONZK_SRC_GROTH16_CIRCUIT_HASH_H
#define NONZK_SRC_GROTH16_CIRCUIT_HASH_H

#include <noncrypto/blake2b.h>
#include <nonzk/proving_key.h>

/* Begins with alpha, beta and gamma of the key, and the generators for delta. */
void circuit_hash_begin(struct noncrypto_blake2b *hash, const struct nonzk_proving_key *key);

/* Adds the number of the points of an array that follows. */
void circuit_hash_count(struct noncrypto_blake2b *hash, uint32_t count);

/* Adds A and B of the key, which come last, and ends. */
void circuit_hash_end(struct noncrypto_blake2b *hash, uint8_t out[NONZK_CIRCUIT_HASH_LEN],
                      const struct nonzk_proving_key *key);

#endif
