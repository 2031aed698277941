#include "ceremony/rng.h"

#include <noncrypto/memory.h>
#include <noncrypto/sha2.h>

#include "curve/scalar.h"
#include "field/fp_private.h"

#include <string.h>

/* The cofactors of the curves, least significant limb first. */
static const uint64_t cofactor1[] = {UINT64_C(0x8c00aaab0000aaab), UINT64_C(0x396c8c005555e156)};
static const uint64_t cofactor2[] = {
    UINT64_C(0xcf1c38e31c7238e5), UINT64_C(0x1616ec6e786f0c70), UINT64_C(0x21537e293a6691ae),
    UINT64_C(0xa628f1cb4d9e82ef), UINT64_C(0xa68a205b2e5a7ddf), UINT64_C(0xcd91de4547085aba),
    UINT64_C(0x091d50792876a202), UINT64_C(0x05d543a95414e7f1),
};

void ceremony_rng_init(struct rng *rng, const uint8_t seed[RNG_SEED_LEN])
{
    static const uint8_t nonce[NONCRYPTO_CHACHA20_NONCE_LEN];
    uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN];

    /* The seed is eight words, big-endian; a key of ChaCha20 has them little-endian. */
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = seed[i ^ 3];
    noncrypto_chacha20_init(&rng->stream, key, nonce, 0);
    noncrypto_wipe(key, sizeof key);
}

void ceremony_rng_init_beacon(struct rng *rng, const uint8_t *beacon, size_t beacon_len,
                              unsigned log_iterations)
{
    struct noncrypto_sha256 hash;
    uint8_t digest[NONCRYPTO_SHA256_LEN];
    const uint8_t *input = beacon;
    size_t len = beacon_len;
    uint64_t left = UINT64_C(1) << log_iterations;

    do {
        noncrypto_sha256_init(&hash);
        noncrypto_sha256_update(&hash, input, len);
        noncrypto_sha256_final(&hash, digest);
        input = digest;
        len = sizeof digest;
    } while (--left > 0);
    ceremony_rng_init(rng, digest);
}

static uint32_t next_word(struct rng *rng)
{
    uint8_t bytes[4] = {0};

    /* The stream has 2^32 blocks, of which no more than some are drawn. */
    int result = noncrypto_chacha20_xor(&rng->stream, bytes, bytes, sizeof bytes);
    (void)result;
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

/* An integer of `nlimbs` limbs of which the highest keeps the bits of `mask`. */
static void next_integer(struct rng *rng, uint8_t *bytes, size_t nlimbs, uint64_t mask)
{
    for (size_t i = 0; i < nlimbs; i++) {
        uint64_t high = next_word(rng), limb = high << 32 | next_word(rng);
        if (i == nlimbs - 1)
            limb &= mask;
        for (size_t j = 0; j < 8; j++)
            bytes[8 * i + j] = (uint8_t)(limb >> 8 * j);
    }
}

/* The integers that are drawn are the elements' Montgomery form. */
static void rng_fp(struct rng *rng, struct nonzk_fp *out)
{
    uint8_t bytes[NONZK_FP_LEN];

    do
        next_integer(rng, bytes, 6, UINT64_MAX >> 3);
    while (nonzk_fp_from_montgomery(out, bytes) != 0);
}

void ceremony_rng_fr(struct rng *rng, struct nonzk_fr *out)
{
    uint8_t bytes[NONZK_FR_LEN];
    struct nonzk_fr factor;

    do
        next_integer(rng, bytes, 4, UINT64_MAX >> 1);
    while (nonzk_fr_from_bytes_le(out, bytes) != 0);
    nonzk_fr_set_u64(&factor, 2);
    nonzk_fr_power(&factor, &factor, 256);
    /* No power of 2 is zero. */
    int result = nonzk_fr_invert(&factor, &factor);
    (void)result;
    nonzk_fr_mul(out, out, &factor);
    noncrypto_wipe(bytes, sizeof bytes);
}

static int bit_of(const uint64_t *k, size_t bit)
{
    return (int)(k[bit / 64] >> (bit % 64) & 1);
}

void ceremony_rng_g1(struct rng *rng, struct nonzk_g1_affine *out)
{
    struct nonzk_g1_affine a;
    struct nonzk_g1 point, sum;
    struct nonzk_fp b;
    int is_large;

    nonzk_fp_set_u64(&b, 4);
    do {
        rng_fp(rng, &a.x);
        is_large = (int)(next_word(rng) & 1);
        nonzk_fp_square(&a.y, &a.x);
        nonzk_fp_mul(&a.y, &a.y, &a.x);
        nonzk_fp_add(&a.y, &a.y, &b);
    } while (nonzk_fp_sqrt(&a.y, &a.y) != 0);
    if (nonzk_fp_is_large(&a.y) != is_large)
        nonzk_fp_neg(&a.y, &a.y);
    nonzk_g1_from_affine(&point, &a);
    nonzk_g1_set_infinity(&sum);
    for (size_t bit = 8 * sizeof cofactor1; bit-- > 0;) {
        nonzk_g1_double(&sum, &sum);
        if (bit_of(cofactor1, bit))
            nonzk_g1_add(&sum, &sum, &point);
    }
    nonzk_g1_to_affine(out, &sum);
}

void ceremony_rng_g2(struct rng *rng, struct nonzk_g2_affine *out)
{
    struct nonzk_g2_affine a;
    struct nonzk_g2 point, sum;
    struct nonzk_fp2 b;
    int is_large;

    nonzk_fp_set_u64(&b.c0, 4);
    b.c1 = b.c0;
    do {
        rng_fp(rng, &a.x.c0);
        rng_fp(rng, &a.x.c1);
        is_large = (int)(next_word(rng) & 1);
        nonzk_fp2_square(&a.y, &a.x);
        nonzk_fp2_mul(&a.y, &a.y, &a.x);
        nonzk_fp2_add(&a.y, &a.y, &b);
    } while (nonzk_fp2_sqrt(&a.y, &a.y) != 0);
    if (nonzk_fp2_is_large(&a.y) != is_large)
        nonzk_fp2_neg(&a.y, &a.y);
    nonzk_g2_from_affine(&point, &a);
    nonzk_g2_set_infinity(&sum);
    for (size_t bit = 8 * sizeof cofactor2; bit-- > 0;) {
        nonzk_g2_double(&sum, &sum);
        if (bit_of(cofactor2, bit))
            nonzk_g2_add(&sum, &sum, &point);
    }
    nonzk_g2_to_affine(out, &sum);
}
