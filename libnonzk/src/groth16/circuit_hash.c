#include "groth16/circuit_hash.h"

#define NO_FLAGS 0x1f /* of the first byte: infinity is the only flag of an uncompressed point */

void circuit_hash_g1(struct circuit_hash *hash, const struct nonzk_g1_affine *points, size_t n)
{
    uint8_t bytes[NONZK_G1_UNCOMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g1_to_uncompressed(bytes, &points[i]);
        bytes[0] &= NO_FLAGS;
        noncrypto_blake2b_update(&hash->blake2b, bytes, sizeof bytes);
    }
}

void circuit_hash_g2(struct circuit_hash *hash, const struct nonzk_g2_affine *points, size_t n)
{
    uint8_t bytes[NONZK_G2_UNCOMPRESSED_LEN];

    for (size_t i = 0; i < n; i++) {
        nonzk_g2_to_uncompressed(bytes, &points[i]);
        bytes[0] &= NO_FLAGS;
        noncrypto_blake2b_update(&hash->blake2b, bytes, sizeof bytes);
    }
}

void circuit_hash_count(struct circuit_hash *hash, uint32_t count)
{
    const uint8_t bytes[4] = {(uint8_t)(count >> 24), (uint8_t)(count >> 16), (uint8_t)(count >> 8),
                              (uint8_t)count};

    noncrypto_blake2b_update(&hash->blake2b, bytes, sizeof bytes);
}

void circuit_hash_begin(struct circuit_hash *hash, const struct nonzk_proving_key *key)
{
    struct nonzk_g1 generator1;
    struct nonzk_g2 generator2;
    struct nonzk_g1_affine delta1;
    struct nonzk_g2_affine delta2;

    nonzk_g1_set_generator(&generator1);
    nonzk_g2_set_generator(&generator2);
    nonzk_g1_to_affine(&delta1, &generator1);
    nonzk_g2_to_affine(&delta2, &generator2);
    /* It fails for lengths only. */
    int result = noncrypto_blake2b_init(&hash->blake2b, NONZK_CIRCUIT_HASH_LEN, NULL, 0);
    (void)result;
    circuit_hash_g1(hash, &key->alpha1, 1);
    circuit_hash_g1(hash, &key->beta1, 1);
    circuit_hash_g2(hash, &key->beta2, 1);
    circuit_hash_g2(hash, &key->gamma2, 1);
    circuit_hash_g1(hash, &delta1, 1);
    circuit_hash_g2(hash, &delta2, 1);
}

void circuit_hash_end(struct circuit_hash *hash, uint8_t out[NONZK_CIRCUIT_HASH_LEN],
                      const struct nonzk_proving_key *key)
{
    uint32_t nwires = key->shape.nwires;

    circuit_hash_count(hash, nwires);
    circuit_hash_g1(hash, key->a, nwires);
    circuit_hash_count(hash, nwires);
    circuit_hash_g1(hash, key->b1, nwires);
    circuit_hash_count(hash, nwires);
    circuit_hash_g2(hash, key->b2, nwires);
    noncrypto_blake2b_final(&hash->blake2b, out);
}
