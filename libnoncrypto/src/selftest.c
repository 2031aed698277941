/*
 * Known-answer tests. The expected bytes are the official BLAKE3 vectors for 2049 bytes of input (two chunks and a byte,
 * so parents and the stack take part), the block of RFC 8439 section 2.3.2, and for the generator the output of an
 * independent model.
 */
#include <noncrypto/selftest.h>

#include <noncrypto/blake3.h>
#include <noncrypto/csprng.h>
#include <noncrypto/entropy_health.h>
#include <noncrypto/memory.h>

#include "chacha20/chacha20.h"

static const uint8_t blake3_hash_2049[32] = {
    0x5f, 0x4d, 0x72, 0xf4, 0x0d, 0x7a, 0x5f, 0x82, 0xb1, 0x5c, 0xa2, 0xb2, 0xe4, 0x4b, 0x1d, 0xe3,
    0xc2, 0xef, 0x86, 0xc4, 0x26, 0xc9, 0x5c, 0x1a, 0xf0, 0xb6, 0x87, 0x95, 0x22, 0x56, 0x30, 0x30,
};
static const uint8_t blake3_keyed_2049[32] = {
    0x9f, 0x29, 0x70, 0x09, 0x02, 0xf7, 0xc8, 0x6e, 0x51, 0x4d, 0xdc, 0x4d, 0xf1, 0xe3, 0x04, 0x9f,
    0x25, 0x8b, 0x24, 0x72, 0xb6, 0xdd, 0x52, 0x67, 0xf6, 0x1b, 0xf1, 0x39, 0x83, 0xb7, 0x8d, 0xd5,
};
static const uint8_t blake3_derived_2049[32] = {
    0x2e, 0xa4, 0x77, 0xc5, 0x51, 0x5c, 0xc3, 0xdd, 0x60, 0x65, 0x12, 0xee, 0x72, 0xbb, 0x3e, 0x0e,
    0x75, 0x8c, 0xfa, 0xe7, 0x23, 0x28, 0x26, 0xf3, 0x5f, 0xb9, 0x8c, 0xa1, 0xbc, 0xbd, 0xf2, 0x73,
};
static const uint8_t chacha20_block_rfc8439[64] = {
    0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15, 0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4,
    0xc7, 0xd1, 0xf4, 0xc7, 0x33, 0xc0, 0x68, 0x03, 0x04, 0x22, 0xaa, 0x9a, 0xc3, 0xd4, 0x6c, 0x4e,
    0xd2, 0x82, 0x64, 0x46, 0x07, 0x9f, 0xaa, 0x09, 0x14, 0xc2, 0xd7, 0x05, 0xd9, 0x8b, 0x02, 0xa2,
    0xb5, 0x12, 0x9c, 0xd1, 0xde, 0x16, 0x4e, 0xb9, 0xcb, 0xd0, 0x83, 0xe8, 0xa2, 0x50, 0x3c, 0x4e,
};
static const uint8_t csprng_output[32] = {
    0x33, 0x8e, 0xb9, 0x16, 0x4d, 0x5c, 0xdd, 0xf3, 0xdb, 0x4e, 0x49, 0x6a, 0x37, 0xd3, 0x87, 0x9f,
    0xc1, 0x22, 0xf0, 0x5d, 0x24, 0x8e, 0x81, 0xe9, 0xab, 0xeb, 0x85, 0x70, 0x83, 0xa3, 0x20, 0x6d,
};

/* `len` bytes of the sequence 0, 1, ..., 250, 0, 1, ... from its beginning. */
static void update_with_sequence(struct noncrypto_blake3 *ctx, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)(i % 251);
        noncrypto_blake3_update(ctx, &byte, 1);
    }
}

static int test_blake3(void)
{
    static const char key[] = "whats the Elvish word for friend";
    static const char context[] = "BLAKE3 2019-12-27 16:29:52 test vectors context";
    struct noncrypto_blake3 ctx;
    uint8_t out[NONCRYPTO_BLAKE3_OUT_LEN];
    int result = 0;

    noncrypto_blake3_init(&ctx);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_hash_2049, sizeof out);

    noncrypto_blake3_init_keyed(&ctx, (const uint8_t *)key);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_keyed_2049, sizeof out);

    noncrypto_blake3_init_derive_key(&ctx, context, sizeof context - 1);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_derived_2049, sizeof out);
    return result;
}

static int test_chacha20(void)
{
    static const uint32_t tail[4] = {1, 0x09000000, 0x4a000000, 0};
    struct chacha20 state;
    uint8_t key[CHACHA20_KEY_LEN];
    uint8_t out[CHACHA20_BLOCK_LEN];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    noncrypto_chacha20_init(&state, key, tail);
    noncrypto_chacha20_block(&state, out);
    return noncrypto_compare(out, chacha20_block_rfc8439, sizeof out);
}

static int test_csprng(void)
{
    struct noncrypto_csprng rng;
    uint8_t seed[48];
    uint8_t out[32];

    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    int result = noncrypto_csprng_init(&rng, seed, sizeof seed);
    if (result == 0)
        result = noncrypto_csprng_generate(&rng, out, sizeof out);
    if (result == 0)
        result = noncrypto_compare(out, csprng_output, sizeof out);
    noncrypto_csprng_wipe(&rng);
    return result;
}

/* A live source passes, a dead one is caught. */
static int test_entropy_health(void)
{
    struct noncrypto_entropy_health health;
    int live = noncrypto_entropy_health_init(&health, 16, 0);

    for (unsigned i = 0; i < NONCRYPTO_ENTROPY_HEALTH_STARTUP && live == 0; i++)
        live = noncrypto_entropy_health_add(&health, (uint8_t)i);
    if (live == 0)
        live = noncrypto_entropy_health_started(&health);

    int dead = 0;
    for (unsigned i = 0; i < 64 && dead == 0; i++)
        dead = noncrypto_entropy_health_add(&health, 7);
    return live != 0 || dead != NONCRYPTO_E_ENTROPY;
}

int noncrypto_selftest_each(void (*report)(void *user, const char *subject, int result), void *user)
{
    static const struct {
        const char *subject;
        int (*run)(void);
    } tests[] = {
        {"blake3", test_blake3},
        {"chacha20", test_chacha20},
        {"csprng", test_csprng},
        {"entropy-health", test_entropy_health},
    };
    int worst = 0;

    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        int result = tests[i].run() == 0 ? 0 : NONCRYPTO_E_SELFTEST;
        if (result != 0)
            worst = result;
        report(user, tests[i].subject, result);
    }
    return worst;
}

static void keep_first_failure(void *user, const char *subject, int result)
{
    const char **failed = user;

    if (result != 0 && *failed == NULL)
        *failed = subject;
}

int noncrypto_selftest(const char **failed)
{
    const char *first = NULL;
    int result = noncrypto_selftest_each(keep_first_failure, &first);

    if (failed)
        *failed = first;
    return result;
}
