/*
 * ML-DSA-65 with hostile keys and signatures: both back ends agree, nothing but the one signature verifies, and whatever
 * decodes as hints or as a secret key encodes to the same bytes.
 *
 * The first byte chooses what the rest lies over: a signature from its first byte or from its hints on, a public key, a
 * secret key.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mldsa65.h>
#include <stdlib.h>
#include <string.h>

#include "mldsa/mldsa.h"

#define PK_LEN  NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN
#define SK_LEN  NONCRYPTO_MLDSA65_SECRET_KEY_LEN
#define SIG_LEN NONCRYPTO_MLDSA65_SIGNATURE_LEN

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct noncrypto_mldsa65_workspace workspace;
static struct noncrypto_mldsa65_sign_workspace sign_workspace;
static uint8_t good_pk[PK_LEN], good_sk[SK_LEN], good_sig[SIG_LEN];
static uint8_t pk[PK_LEN], sk[SK_LEN], sig[SIG_LEN];
static const uint8_t message[] = "message of the fuzz run";

static void must(int condition)
{
    if (!condition)
        abort();
}

static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

static void make_good(void)
{
    static const uint8_t seed[NONCRYPTO_MLDSA65_SEED_LEN] = "seed of the fuzz run";
    static int made;

    if (!made) {
        must(noncrypto_mldsa65_keygen(good_pk, good_sk, seed, sizeof seed, &workspace) == 0);
        must(noncrypto_mldsa65_sign(good_sig, good_sk, SK_LEN, message, sizeof message, NULL, 0,
                                    NULL, &sign_workspace) == 0);
        made = 1;
    }
    memcpy(pk, good_pk, PK_LEN);
    memcpy(sk, good_sk, SK_LEN);
    memcpy(sig, good_sig, SIG_LEN);
}

static void fuzz_verification(void)
{
    int good = memcmp(pk, good_pk, PK_LEN) == 0 && memcmp(sig, good_sig, SIG_LEN) == 0;
    uint8_t hint[MLDSA_K * MLDSA_HINT_LEN], bytes[MLDSA_OMEGA + MLDSA_K];

    for (int i = 0; i < 2; i++) {
        choose_back_end(i);
        must(noncrypto_mldsa65_verify(pk, PK_LEN, message, sizeof message, NULL, 0, sig, SIG_LEN,
                                      &workspace) == (good ? 0 : NONCRYPTO_E_VERIFY));
    }
    if (noncrypto_mldsa_decode_hint(hint, sig + MLDSA_SIG_HINT) == 0) {
        noncrypto_mldsa_encode_hint(bytes, hint);
        must(memcmp(bytes, sig + MLDSA_SIG_HINT, sizeof bytes) == 0);
    }
}

static void fuzz_secret_key(void)
{
    struct noncrypto_mldsa_poly p;
    uint8_t bytes[MLDSA_T0_LEN], out[2][SIG_LEN];
    int result[2];

    for (int i = 0; i < 2; i++) {
        choose_back_end(i);
        result[i] = noncrypto_mldsa65_sign(out[i], sk, SK_LEN, message, sizeof message, NULL, 0,
                                           NULL, &sign_workspace);
    }
    must(result[0] == result[1] && memcmp(out[0], out[1], SIG_LEN) == 0);
    noncrypto_mldsa_decode_t0(&p, sk + MLDSA_SK_T0);
    noncrypto_mldsa_encode_t0(bytes, &p);
    must(memcmp(bytes, sk + MLDSA_SK_T0, sizeof bytes) == 0);
    if (noncrypto_mldsa65_check_secret_key(sk, SK_LEN) != 0)
        must(result[0] == NONCRYPTO_E_INVALID);
}

static void cover(uint8_t *out, size_t out_len, const uint8_t *data, size_t size)
{
    memcpy(out, data, size < out_len ? size : out_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    make_good();
    unsigned what = data[0] % 4;
    if (what == 0)
        cover(sig, SIG_LEN, data + 1, size - 1);
    else if (what == 1)
        cover(sig + MLDSA_SIG_HINT, SIG_LEN - MLDSA_SIG_HINT, data + 1, size - 1);
    else if (what == 2)
        cover(pk, PK_LEN, data + 1, size - 1);
    else
        cover(sk, SK_LEN, data + 1, size - 1);
    if (what < 3)
        fuzz_verification();
    else
        fuzz_secret_key();
    return 0;
}
