/*
 * ML-KEM-768 and ML-DSA-65. Debian 12 has no peer for them: the bars are mlkem-native and mldsa-native, in the ratio in
 * which they stood to OpenSSL's X25519.
 */
#include "peers.h"
#include "rows.h"

#include <noncrypto/mldsa65.h>
#include <noncrypto/mlkem768.h>

static uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN], dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];
static uint8_t ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN], shared[NONCRYPTO_MLKEM768_SHARED_LEN];
static uint8_t pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN], sk[NONCRYPTO_MLDSA65_SECRET_KEY_LEN];
static uint8_t sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN];
static struct noncrypto_mlkem768_workspace kem;
static struct noncrypto_mldsa65_workspace dsa;
static struct noncrypto_mldsa65_sign_workspace dsa_sign;

static void mlkem_keygen(size_t len)
{
    (void)len;
    bench_must(noncrypto_mlkem768_keygen(ek, dk, bench_bytes, NONCRYPTO_MLKEM768_SEED_LEN, &kem) ==
                   0,
               "ML-KEM keygen");
}

static void mlkem_encaps(size_t len)
{
    (void)len;
    bench_must(noncrypto_mlkem768_encaps(ct, shared, ek, sizeof ek, bench_bytes, &kem) == 0,
               "ML-KEM encaps");
}

static void mlkem_decaps(size_t len)
{
    (void)len;
    bench_must(noncrypto_mlkem768_decaps(shared, dk, sizeof dk, ct, sizeof ct, &kem) == 0,
               "ML-KEM decaps");
}

static int mlkem_prepare(void)
{
    mlkem_keygen(0);
    mlkem_encaps(0);
    return 0;
}

static void mldsa_keygen(size_t len)
{
    (void)len;
    bench_must(noncrypto_mldsa65_keygen(pk, sk, bench_bytes, NONCRYPTO_MLDSA65_SEED_LEN, &dsa) == 0,
               "ML-DSA keygen");
}

/* Another message each time, as the number of attempts depends on it. */
static void mldsa_sign(size_t len)
{
    static uint32_t n;

    (void)len;
    n = (n + 1) % 1024;
    bench_must(noncrypto_mldsa65_sign(sig, sk, sizeof sk, bench_in + n, 32, NULL, 0, bench_bytes,
                                      &dsa_sign) == 0,
               "ML-DSA sign");
}

static void mldsa_verify(size_t len)
{
    (void)len;
    bench_must(
        noncrypto_mldsa65_verify(pk, sizeof pk, bench_in, 32, NULL, 0, sig, sizeof sig, &dsa) == 0,
        "ML-DSA verify");
}

static int mldsa_prepare(void)
{
    mldsa_keygen(0);
    return noncrypto_mldsa65_sign(sig, sk, sizeof sk, bench_in, 32, NULL, 0, bench_bytes,
                                  &dsa_sign);
}

#define ROW(label, ready, ours, kops)                                                          \
    {                                                                                          \
        .name = (label), .unit = BENCH_KOPS, .prepare = (ready), .other = "X25519 of OpenSSL", \
        .run = {[BENCH_OURS] = (ours), [BENCH_OTHER] = BENCH_OF_OPENSSL(openssl_x25519)},      \
        .bar = {[BENCH_AVX2] = {BENCH_OTHER, {(kops) / 26.7}},                                 \
                [BENCH_ALL] = {BENCH_OTHER, {(kops) / 26.7}}},                                 \
    }

static const struct bench_row rows[] = {
    ROW("ML-KEM-768 keygen", mlkem_prepare, mlkem_keygen, 80),
    ROW("ML-KEM-768 encaps", mlkem_prepare, mlkem_encaps, 72),
    ROW("ML-KEM-768 decaps", mlkem_prepare, mlkem_decaps, 56),
    ROW("ML-DSA-65 keygen", mldsa_prepare, mldsa_keygen, 19.2),
    ROW("ML-DSA-65 sign", mldsa_prepare, mldsa_sign, 5.0),
    ROW("ML-DSA-65 verify", mldsa_prepare, mldsa_verify, 20.3),
};

const struct bench_group bench_rows_pq = {rows, sizeof rows / sizeof rows[0]};
