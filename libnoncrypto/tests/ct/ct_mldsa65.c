/*
 * Secret in ML-DSA: the seed, the secret key but for the seed of the matrix and the hash of the public key in it, the random
 * bytes, and of a candidate signature that is not published all that the library does not declassify.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mldsa65.h>
#include <stdint.h>
#include <string.h>

#include "taint.h"

#define PK_LEN  NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN
#define SK_LEN  NONCRYPTO_MLDSA65_SECRET_KEY_LEN
#define SIG_LEN NONCRYPTO_MLDSA65_SIGNATURE_LEN
#define SK_TR   64 /* where the hash of the public key begins */

int ct_mldsa65(void);

static int run(void)
{
    static struct noncrypto_mldsa65_workspace w;
    static struct noncrypto_mldsa65_sign_workspace sign_w;
    static uint8_t pk[PK_LEN], sk[SK_LEN], sig[SIG_LEN];
    uint8_t seed[NONCRYPTO_MLDSA65_SEED_LEN], random[NONCRYPTO_MLDSA65_RANDOM_LEN];
    uint8_t message[8] = "message";
    int result = 0;

    memset(seed, 3, sizeof seed);
    memset(random, 4, sizeof random);
    taint(seed, sizeof seed);
    result |= noncrypto_mldsa65_keygen(pk, sk, seed, sizeof seed, &w);
    untaint(pk, sizeof pk);
    untaint(sk + SK_TR, NONCRYPTO_MLDSA65_TR_LEN);
    result |= noncrypto_mldsa65_check_secret_key(sk, sizeof sk);

    taint(random, sizeof random);
    /* Several messages, so that every reason to reject a candidate is met. */
    for (unsigned i = 0; i < 6; i++) {
        message[0] = (uint8_t)i;
        result |= noncrypto_mldsa65_sign(sig, sk, sizeof sk, message, sizeof message, NULL, 0,
                                         i % 2 ? random : NULL, &sign_w);
        untaint(sig, sizeof sig);
        result |= noncrypto_mldsa65_verify(pk, sizeof pk, message, sizeof message, NULL, 0, sig,
                                           sizeof sig, &w);
    }
    return result != 0;
}

int ct_mldsa65(void)
{
    noncrypto_cpu_set_features(0);
    int result = run();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    return result | run();
}
