/* X-Wing, ML-DSA-65 with Ed25519, and streams: what they add to the subjects that they are made of. */
#include "taint.h"

#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/stream.h>
#include <noncrypto/xwing.h>
#include <string.h>

void ct_hybrid(void);

static void ct_xwing(void)
{
    static struct noncrypto_xwing_workspace workspace;
    static uint8_t pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN], ct[NONCRYPTO_XWING_CIPHERTEXT_LEN];
    uint8_t seed[NONCRYPTO_XWING_SEED_LEN] = {1}, random[NONCRYPTO_XWING_RANDOM_LEN] = {2};
    uint8_t shared[NONCRYPTO_XWING_SHARED_LEN];
    int result;

    taint(seed, sizeof seed);
    taint(random, sizeof random);
    result = noncrypto_xwing_public_key(pk, seed, sizeof seed, &workspace);
    untaint(pk, sizeof pk);
    result |= noncrypto_xwing_encaps(ct, shared, pk, sizeof pk, random, &workspace);
    untaint(ct, sizeof ct);
    result |= noncrypto_xwing_decaps(shared, seed, sizeof seed, ct, sizeof ct, &workspace);
    ct[5] ^= 1;
    result |= noncrypto_xwing_decaps(shared, seed, sizeof seed, ct, sizeof ct, &workspace);
    (void)result;
}

static void ct_mldsa65_ed25519(void)
{
    static struct noncrypto_mldsa65_ed25519_workspace workspace;
    static struct noncrypto_mldsa65_ed25519_sign_workspace sign_workspace;
    static uint8_t pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN];
    static uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN];
    uint8_t seed[NONCRYPTO_MLDSA65_ED25519_SEED_LEN] = {3}, random[32] = {4};
    int result;

    taint(seed, sizeof seed);
    taint(random, sizeof random);
    result = noncrypto_mldsa65_ed25519_public_key(pk, seed, sizeof seed, &workspace);
    result |= noncrypto_mldsa65_ed25519_sign(sig, seed, sizeof seed, "message", 7, "context", 7,
                                             random, &sign_workspace);
    (void)result;
}

static void ct_stream(void)
{
    struct noncrypto_stream stream;
    uint8_t key[NONCRYPTO_STREAM_KEY_LEN] = {5}, text[40] = {6};
    uint8_t sealed[sizeof text + NONCRYPTO_STREAM_TAG_LEN];
    int result;

    taint(key, sizeof key);
    taint(text, sizeof text);
    result = noncrypto_stream_init(&stream, key, sizeof text);
    result |= noncrypto_stream_seal(&stream, sealed, text, sizeof text, 1);
    untaint(sealed, sizeof sealed);
    result |= noncrypto_stream_init(&stream, key, sizeof text);
    result |= noncrypto_stream_open(&stream, text, sealed, sizeof sealed, 1);
    (void)result;
}

void ct_hybrid(void)
{
    ct_xwing();
    ct_mldsa65_ed25519();
    ct_stream();
}
