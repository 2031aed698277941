/* P-256, P-384 and RSA. OpenSSL makes the signatures of what ours only verifies. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/p256.h>
#include <noncrypto/p384.h>
#include <noncrypto/rsa.h>

#define HASH_LEN 32

static uint8_t p256_secret[NONCRYPTO_P256_SECRET_KEY_LEN];
static uint8_t p256_public[NONCRYPTO_P256_PUBLIC_KEY_LEN];
static uint8_t p256_signature[NONCRYPTO_P256_SIGNATURE_LEN];

static int p256_prepare(void)
{
    int r = noncrypto_p256_secret_key(p256_secret, bench_bytes);
    if (r == 0)
        r = noncrypto_p256_public_key(p256_public, p256_secret);
    if (r == 0)
        r = noncrypto_p256_ecdsa_sign(p256_signature, p256_secret, bench_in, HASH_LEN);
    return r;
}

static void p256_ecdh(size_t len)
{
    (void)len;
    bench_must(noncrypto_p256_ecdh(bench_out, p256_secret, p256_public, sizeof p256_public) == 0,
               "P-256 ECDH");
}

static void p256_sign(size_t len)
{
    (void)len;
    bench_must(noncrypto_p256_ecdsa_sign(bench_out, p256_secret, bench_in, HASH_LEN) == 0,
               "P-256 sign");
}

static void p256_verify(size_t len)
{
    (void)len;
    bench_must(noncrypto_p256_ecdsa_verify(p256_public, sizeof p256_public, bench_in, HASH_LEN,
                                           p256_signature) == 0,
               "P-256 verify");
}

#ifdef HAVE_OPENSSL

static uint8_t p384_public[NONCRYPTO_P384_PUBLIC_KEY_LEN], p384_signature[104];
static size_t p384_signature_len;
static struct noncrypto_rsa_public_key rsa;
static uint8_t rsa_signature[NONCRYPTO_RSA_MODULUS_MAX];

static int p384_prepare(void)
{
    openssl_p384_signed(p384_public, p384_signature, &p384_signature_len);
    return 0;
}

static void p384_verify(size_t len)
{
    (void)len;
    bench_must(noncrypto_p384_ecdsa_verify_der(p384_public, sizeof p384_public, bench_in, HASH_LEN,
                                               p384_signature, p384_signature_len) == 0,
               "P-384 verify");
}

static int rsa_prepare(int bits)
{
    static const uint8_t exponent[] = {1, 0, 1};
    uint8_t modulus[NONCRYPTO_RSA_MODULUS_MAX];

    openssl_rsa_signed(bits, modulus, rsa_signature);
    return noncrypto_rsa_public_key(&rsa, modulus, (size_t)bits / 8, exponent, sizeof exponent);
}

static int rsa2048_prepare(void)
{
    return rsa_prepare(2048);
}

static int rsa4096_prepare(void)
{
    return rsa_prepare(4096);
}

static void rsa_verify(size_t len)
{
    (void)len;
    bench_must(noncrypto_rsa_pkcs1_verify(&rsa, NONCRYPTO_RSA_SHA256, bench_in, HASH_LEN,
                                          rsa_signature, noncrypto_rsa_modulus_len(&rsa)) == 0,
               "RSA verify");
}

#endif

#define BARS(ratio)                                                                           \
    {                                                                                         \
        [BENCH_AVX2] = {BENCH_OPENSSL, {(ratio)}}, [BENCH_ALL] = { BENCH_OPENSSL, {(ratio)} } \
    }

static const struct bench_row rows[] = {
    {
        .name = "P-256 ECDH",
        .unit = BENCH_KOPS,
        .prepare = p256_prepare,
        .run = {[BENCH_OURS] = p256_ecdh, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_p256_ecdh)},
        .bar = BARS(1),
    },
    {
        .name = "P-256 ECDSA sign",
        .unit = BENCH_KOPS,
        .prepare = p256_prepare,
        .run = {[BENCH_OURS] = p256_sign, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_p256_sign)},
        .bar = BARS(1),
    },
    {
        .name = "P-256 ECDSA verify",
        .unit = BENCH_KOPS,
        .prepare = p256_prepare,
        .run =
            {[BENCH_OURS] = p256_verify, [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_p256_verify)},
        .bar = BARS(15.7 / 12.8),
    },
#ifdef HAVE_OPENSSL
    {
        .name = "P-384 ECDSA verify",
        .unit = BENCH_KOPS,
        .prepare = p384_prepare,
        .run = {[BENCH_OURS] = p384_verify, [BENCH_OPENSSL] = openssl_p384_verify},
        .bar = BARS(1),
    },
    {
        .name = "RSA-2048 verify",
        .unit = BENCH_KOPS,
        .prepare = rsa2048_prepare,
        .run = {[BENCH_OURS] = rsa_verify, [BENCH_OPENSSL] = openssl_rsa2048_verify},
        .bar = BARS(51. / 46),
    },
    {
        .name = "RSA-4096 verify",
        .unit = BENCH_KOPS,
        .prepare = rsa4096_prepare,
        .run = {[BENCH_OURS] = rsa_verify, [BENCH_OPENSSL] = openssl_rsa4096_verify},
        .bar = BARS(1),
    },
#endif
};

const struct bench_group bench_rows_nist = {rows, sizeof rows / sizeof rows[0]};
