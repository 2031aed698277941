/*
 * Secret in ML-KEM: the seed but for what the matrix is made of, the decapsulation key but for the encapsulation key in it,
 * the random bytes, the shared secret, and whether a ciphertext was rejected.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mlkem768.h>
#include <stdint.h>
#include <string.h>

#include "taint.h"

#define EK_LEN NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN
#define DK_LEN NONCRYPTO_MLKEM768_DECAPS_KEY_LEN
#define CT_LEN NONCRYPTO_MLKEM768_CIPHERTEXT_LEN
#define DK_EK  1152 /* where the encapsulation key and its hash begin */

int ct_mlkem768(void);

static int run(void)
{
    static struct noncrypto_mlkem768_workspace w;
    uint8_t ek[EK_LEN], dk[DK_LEN], ct[CT_LEN], key[2][32];
    uint8_t seed[NONCRYPTO_MLKEM768_SEED_LEN], m[NONCRYPTO_MLKEM768_RANDOM_LEN];

    memset(seed, 1, sizeof seed);
    memset(m, 2, sizeof m);
    taint(seed, sizeof seed);
    int result = noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, &w);
    untaint(ek, sizeof ek);
    untaint(dk + DK_EK, EK_LEN + 32);
    result |= noncrypto_mlkem768_check_decaps_key(dk, sizeof dk);

    taint(m, sizeof m);
    result |= noncrypto_mlkem768_encaps(ct, key[0], ek, sizeof ek, m, &w);
    untaint(ct, sizeof ct);
    result |= noncrypto_mlkem768_decaps(key[1], dk, sizeof dk, ct, sizeof ct, &w);
    untaint(key, sizeof key);
    result |= memcmp(key[0], key[1], sizeof key[0]);
    ct[7] ^= 1;
    result |= noncrypto_mlkem768_decaps(key[1], dk, sizeof dk, ct, sizeof ct, &w);
    untaint(key, sizeof key);
    return result != 0 || memcmp(key[0], key[1], sizeof key[0]) == 0;
}

int ct_mlkem768(void)
{
    noncrypto_cpu_set_features(0);
    int result = run();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    return result | run();
}
