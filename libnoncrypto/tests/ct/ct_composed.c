/*
 * What is made of other primitives: X-Wing, ML-DSA with Ed25519, and messages sealed in chunks. Secret are seeds, keys, random
 * bytes, plaintexts and shared secrets.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/stream.h>
#include <noncrypto/xwing.h>
#include <stdint.h>
#include <string.h>

#include "taint.h"

int ct_composed(void);

static int xwing(void)
{
    static struct noncrypto_xwing_workspace w;
    uint8_t seed[NONCRYPTO_XWING_SEED_LEN], random[NONCRYPTO_XWING_RANDOM_LEN];
    uint8_t pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN], ct[NONCRYPTO_XWING_CIPHERTEXT_LEN];
    uint8_t shared[2][NONCRYPTO_XWING_SHARED_LEN];
    int result = 0;

    memset(seed, 1, sizeof seed);
    memset(random, 2, sizeof random);
    taint(seed, sizeof seed);
    taint(random, sizeof random);
    result |= noncrypto_xwing_public_key(pk, seed, sizeof seed, &w);
    untaint(pk, sizeof pk);
    result |= noncrypto_xwing_encaps(ct, shared[0], pk, sizeof pk, random, &w);
    untaint(ct, sizeof ct);
    result |= noncrypto_xwing_decaps(shared[1], seed, sizeof seed, ct, sizeof ct, &w);
    untaint(shared, sizeof shared);
    result |= memcmp(shared[0], shared[1], sizeof shared[0]);
    /* A ciphertext that ML-KEM rejects, without saying so. */
    ct[5] ^= 1;
    result |= noncrypto_xwing_decaps(shared[1], seed, sizeof seed, ct, sizeof ct, &w);
    untaint(shared, sizeof shared);
    return result != 0 || memcmp(shared[0], shared[1], sizeof shared[0]) == 0;
}

static int signature(void)
{
    static struct noncrypto_mldsa65_ed25519_workspace w;
    static struct noncrypto_mldsa65_ed25519_sign_workspace sign_w;
    static uint8_t pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN];
    static uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN];
    uint8_t seed[NONCRYPTO_MLDSA65_ED25519_SEED_LEN], random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN];
    int result = 0;

    memset(seed, 3, sizeof seed);
    memset(random, 4, sizeof random);
    taint(seed, sizeof seed);
    taint(random, sizeof random);
    result |= noncrypto_mldsa65_ed25519_public_key(pk, seed, sizeof seed, &w);
    untaint(pk, sizeof pk);
    result |= noncrypto_mldsa65_ed25519_sign(sig, seed, sizeof seed, "text", 4, "context", 7,
                                             random, &sign_w);
    untaint(sig, sizeof sig);
    result |= noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, "text", 4, "context", 7, sig,
                                               sizeof sig, &w);
    return result;
}

static int stream(void)
{
    static uint8_t text[500], sealed[2][256 + NONCRYPTO_STREAM_TAG_LEN];
    struct noncrypto_stream s;
    uint8_t key[NONCRYPTO_STREAM_KEY_LEN];
    int result = 0;

    memset(key, 5, sizeof key);
    memset(text, 6, sizeof text);
    taint(key, sizeof key);
    taint(text, sizeof text);
    result |= noncrypto_stream_init(&s, key, 256);
    result |= noncrypto_stream_seal(&s, sealed[0], text, 256, 0);
    result |= noncrypto_stream_seal(&s, sealed[1], text + 256, 100, 1);
    untaint(sealed, sizeof sealed);
    result |= noncrypto_stream_init(&s, key, 256);
    result |= noncrypto_stream_open(&s, text, sealed[0], sizeof sealed[0], 0);
    sealed[1][0] ^= 1;
    result |= noncrypto_stream_open(&s, text, sealed[1], 100 + NONCRYPTO_STREAM_TAG_LEN, 1) !=
              NONCRYPTO_E_VERIFY;
    noncrypto_stream_wipe(&s);
    untaint(text, sizeof text);
    return result;
}

int ct_composed(void)
{
    int result = 0;

    for (int back_ends = 0; back_ends < 2; back_ends++) {
        noncrypto_cpu_set_features(back_ends ? noncrypto_cpu_detect() : 0);
        result |= xwing() | signature() | stream();
    }
    return result;
}
