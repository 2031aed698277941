#include "groth16/circuit_hash.h"

#include "ceremony/secret.h"

void circuit_hash_count(struct noncrypto_blake2b *hash, uint32_t count)
{
    const uint8_t bytes[4] = {(uint8_t)(count >> 24), (uint8_t)(count >> 16), (uint8_t)(count >> 8),
                              (uint8_t)count};

    noncrypto_blake2b_update(hash, bytes, sizeof bytes);
}

void circuit_hash_begin(struct noncrypto_blake2b *hash, const struct nonzk_proving_key *key)
{
    struct nonzk_g1_affine delta1;
    struct nonzk_g2_affine delta2;

    ceremony_generators(&delta1, &delta2);
    ceremony_hash_init(hash);
    ceremony_hash_g1(hash, &key->alpha1, 1);
    ceremony_hash_g1(hash, &key->beta1, 1);
    ceremony_hash_g2(hash, &key->beta2, 1);
    ceremony_hash_g2(hash, &key->gamma2, 1);
    ceremony_hash_g1(hash, &delta1, 1);
    ceremony_hash_g2(hash, &delta2, 1);
}

void circuit_hash_end(struct noncrypto_blake2b *hash, uint8_t out[NONZK_CIRCUIT_HASH_LEN],
                      const struct nonzk_proving_key *key)
{
    uint32_t nwires = key->shape.nwires;

    circuit_hash_count(hash, nwires);
    ceremony_hash_g1(hash, key->a, nwires);
    circuit_hash_count(hash, nwires);
    ceremony_hash_g1(hash, key->b1, nwires);
    circuit_hash_count(hash, nwires);
    ceremony_hash_g2(hash, key->b2, nwires);
    noncrypto_blake2b_final(hash, out);
}
