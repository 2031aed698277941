/*
 * The generator from which snarkjs draws field elements and points: ChaCha20 with a zero nonce, in
 * words of 32 bits. Files depend on it where a hash chooses a point, and where a beacon chooses all.
 * Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_RNG_H
#define NONZK_SRC_CEREMONY_RNG_H

#include <noncrypto/chacha20.h>
#include <nonzk/fr.h>
#include <nonzk/g2.h>

#define RNG_SEED_LEN 32

struct rng {
    struct noncrypto_chacha20 stream;
};

/* Starts from the first 32 bytes of a hash. */
void ceremony_rng_init(struct rng *rng, const uint8_t seed[RNG_SEED_LEN]);

/* Starts from a beacon: the seed is SHA-256, applied 2^log_iterations times. */
void ceremony_rng_init_beacon(struct rng *rng, const uint8_t *beacon, size_t beacon_len,
                              unsigned log_iterations);

/* Draw an element or a point of the group. Times depend on how many draws miss. */
void ceremony_rng_fr(struct rng *rng, struct nonzk_fr *out);
void ceremony_rng_g1(struct rng *rng, struct nonzk_g1_affine *out);
void ceremony_rng_g2(struct rng *rng, struct nonzk_g2_affine *out);

#endif
