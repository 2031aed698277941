#include "against.h"

#ifndef HAVE_OPENSSL

int main(void)
{
    puts("1..0 # SKIP OpenSSL was not found (Debian: apt install libssl-dev)");
    return 0;
}

#else

#include <noncrypto/ed25519.h>
#include <noncrypto/p256.h>
#include <noncrypto/p384.h>
#include <noncrypto/rsa.h>
#include <noncrypto/x25519.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static uint8_t in[400], key[32], other[32];

static void fill(void)
{
    against_fill(in, sizeof in);
    against_fill(key, sizeof key);
    against_fill(other, sizeof other);
}

static void their_secret(EVP_PKEY *pair, EVP_PKEY *peer, uint8_t out[32])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
    size_t len = 32;

    ck_assert_int_eq(EVP_PKEY_derive_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_derive_set_peer(ctx, peer), 1);
    ck_assert_int_eq(EVP_PKEY_derive(ctx, out, &len), 1);
    EVP_PKEY_CTX_free(ctx);
}

static void x25519(void)
{
    uint8_t public_key[32], ours[32], theirs[32];
    size_t len = 32;

    fill();
    EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, key, 32);
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, other, 32);
    noncrypto_x25519_base(ours, key);
    ck_assert_int_eq(EVP_PKEY_get_raw_public_key(pair, public_key, &len), 1);
    ck_assert_mem_eq(ours, public_key, 32);
    ck_assert_int_eq(noncrypto_x25519(ours, key, other), 0);
    their_secret(pair, peer, theirs);
    ck_assert_mem_eq(ours, theirs, 32);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(peer);
}

static void ed25519(void)
{
    size_t len = against_len(sizeof in), n = 64;
    struct noncrypto_ed25519_key ours;
    uint8_t signature[64], theirs[64];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    fill();
    EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key, 32);
    noncrypto_ed25519_key_from_seed(&ours, key);
    noncrypto_ed25519_sign(signature, &ours, in, len);
    ck_assert_int_eq(EVP_DigestSignInit(ctx, NULL, NULL, NULL, pair), 1);
    ck_assert_int_eq(EVP_DigestSign(ctx, theirs, &n, in, len), 1);
    ck_assert_mem_eq(signature, theirs, 64);
    ck_assert_int_eq(noncrypto_ed25519_verify(theirs, ours.public_key, in, len), 0);
    EVP_PKEY_free(pair);
    EVP_MD_CTX_free(ctx);
}

/* OpenSSL's key of the public point `point`, or with the secret scalar `secret` if that is not NULL. */
static EVP_PKEY *their_p256(const uint8_t *secret, const uint8_t point[65])
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = secret ? BN_bin2bn(secret, 32, NULL) : NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *made = NULL;
    OSSL_PARAM *params;

    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 65);
    if (scalar)
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    params = OSSL_PARAM_BLD_to_param(build);
    ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
    ck_assert_int_eq(
        EVP_PKEY_fromdata(ctx, &made, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    BN_free(scalar);
    return made;
}

static void p256_ecdh(void)
{
    uint8_t secret[2][32], point[2][65], ours[32], theirs[32];

    fill();
    ck_assert_int_eq(noncrypto_p256_secret_key(secret[0], key), 0);
    ck_assert_int_eq(noncrypto_p256_secret_key(secret[1], other), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(noncrypto_p256_public_key(point[i], secret[i]), 0);
    EVP_PKEY *pair = their_p256(secret[0], point[0]), *peer = their_p256(NULL, point[1]);
    ck_assert_int_eq(noncrypto_p256_ecdh(ours, secret[0], point[1], 65), 0);
    their_secret(pair, peer, theirs);
    ck_assert_mem_eq(ours, theirs, 32);
    EVP_PKEY_free(pair);
    EVP_PKEY_free(peer);
}

/* A signature of ours, which OpenSSL must take, and one of OpenSSL's, which ours must; neither with one bit changed. */
static void p256_ecdsa(void)
{
    uint8_t secret[32], point[65], signature[64], der[72], theirs[80];
    size_t der_len, their_len = sizeof theirs;

    fill();
    ck_assert_int_eq(noncrypto_p256_secret_key(secret, key), 0);
    ck_assert_int_eq(noncrypto_p256_public_key(point, secret), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature, secret, in, 32), 0);
    noncrypto_p256_signature_to_der(der, &der_len, signature);
    EVP_PKEY *pair = their_p256(secret, point);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
    ck_assert_int_eq(EVP_PKEY_verify_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_verify(ctx, der, der_len, in, 32), 1);
    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, theirs, &their_len, in, 32), 1);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify_der(point, 65, in, 32, theirs, their_len), 0);
    in[key[0] % 32] ^= 1;
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify_der(point, 65, in, 32, theirs, their_len),
                     NONCRYPTO_E_VERIFY);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(pair);
}

static void p384_ecdsa(void)
{
    static const uint8_t lengths[] = {32, 48, 64};
    size_t hash_len = lengths[check_random(&against_state) % 3], point_len, len = 104;
    uint8_t point[97], signature[104];

    fill();
    EVP_PKEY *pair = EVP_EC_gen("P-384");
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
    ck_assert_int_eq(EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                     sizeof point, &point_len),
                     1);
    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, in, hash_len), 1);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(point, 97, in, hash_len, signature, len), 0);
    in[0] ^= 0x10;
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(point, 97, in, hash_len, signature, len),
                     NONCRYPTO_E_VERIFY);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(pair);
}

/* One signature of the pair over a random hash, PKCS #1 v1.5 or PSS, and the same with a changed bit. */
static void rsa_case(EVP_PKEY *pair, const struct noncrypto_rsa_public_key *ours, int hash, int pss)
{
    static const struct {
        enum noncrypto_rsa_hash ours;
        const char *theirs;
        size_t len;
    } hashes[] = {{NONCRYPTO_RSA_SHA256, "SHA256", 32},
                  {NONCRYPTO_RSA_SHA384, "SHA384", 48},
                  {NONCRYPTO_RSA_SHA512, "SHA512", 64}};
    const EVP_MD *md = EVP_get_digestbyname(hashes[hash].theirs);
    uint8_t signature[NONCRYPTO_RSA_MODULUS_MAX];
    size_t len = sizeof signature, hash_len = hashes[hash].len;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);

    against_fill(in, sizeof in);
    ck_assert_int_eq(EVP_PKEY_sign_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_signature_md(ctx, md), 1);
    if (pss) {
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
        ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)hash_len), 1);
    }
    ck_assert_int_eq(EVP_PKEY_sign(ctx, signature, &len, in, hash_len), 1);
    for (int changed = 0; changed < 2; changed++) {
        int r =
            pss ? noncrypto_rsa_pss_verify(ours, hashes[hash].ours, hash_len, in, hash_len,
                                           signature, len)
                : noncrypto_rsa_pkcs1_verify(ours, hashes[hash].ours, in, hash_len, signature, len);
        if (changed)
            ck_assert_int_ne(r, 0);
        else
            ck_assert_int_eq(r, 0);
        signature[len - 1 - against_len(len - 1)] ^= 1;
    }
    EVP_PKEY_CTX_free(ctx);
}

/* Not multiples of 64 only. */
static const int rsa_bits[] = {1024, 1026, 1536, 2048, 1023 + 32, 2056, 3072, 4096};
#define RSA_KEYS (sizeof rsa_bits / sizeof rsa_bits[0])

static EVP_PKEY *rsa_generate(int bits, const uint8_t exponent[4])
{
    BIGNUM *e = BN_bin2bn(exponent, 4, NULL);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *pair = NULL;

    ck_assert_int_eq(EVP_PKEY_keygen_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e), 1);
    ck_assert_int_eq(EVP_PKEY_generate(ctx, &pair), 1);
    BN_free(e);
    EVP_PKEY_CTX_free(ctx);
    return pair;
}

static void rsa(void)
{
    static const uint8_t exponents[][4] = {{0, 0, 0, 3}, {0, 1, 0, 1}, {0, 0, 0, 17}};
    /* The long keys take OpenSSL a second each: all sets of instructions get the same. */
    static EVP_PKEY *pairs[RSA_KEYS];
    static unsigned n;
    unsigned which = n++ % RSA_KEYS;
    const uint8_t *e = exponents[which % 3];
    uint8_t modulus[NONCRYPTO_RSA_MODULUS_MAX];
    struct noncrypto_rsa_public_key ours;
    BIGNUM *m = NULL;

    if (pairs[which] == NULL)
        pairs[which] = rsa_generate(rsa_bits[which], e);
    ck_assert_int_eq(EVP_PKEY_get_bn_param(pairs[which], OSSL_PKEY_PARAM_RSA_N, &m), 1);
    int len = BN_bn2bin(m, modulus);
    BN_free(m);
    ck_assert_int_eq(noncrypto_rsa_public_key(&ours, modulus, (size_t)len, e, 4), 0);
    for (int hash = 0; hash < 3; hash++)
        for (int pss = 0; pss < 2; pss++)
            /* PSS of SHA-512 with a salt as long does not fit 1024 bits. */
            if (!(pss && hash == 2 && rsa_bits[which] < 1100))
                rsa_case(pairs[which], &ours, hash, pss);
}

START_TEST(curve25519_agrees)
{
    against_run("X25519", 60, x25519);
    against_run("Ed25519", 60, ed25519);
}
END_TEST

START_TEST(nist_curves_agree)
{
    against_run("P-256 ECDH", 40, p256_ecdh);
    against_run("P-256 ECDSA, both ways", 40, p256_ecdsa);
    against_run("P-384 ECDSA", 15, p384_ecdsa);
}
END_TEST

START_TEST(rsa_signatures_of_openssl_verify)
{
    against_run("RSA keys of 1024 to 4096 bits, PKCS #1 v1.5 and PSS", RSA_KEYS, rsa);
}
END_TEST

static Suite *against_suite(void)
{
    Suite *suite = suite_create("noncrypto's keys against OpenSSL");
    TCase *tc = tcase_create("OpenSSL");

    tcase_set_timeout(tc, 240);
    tcase_add_test(tc, curve25519_agrees);
    tcase_add_test(tc, nist_curves_agree);
    tcase_add_test(tc, rsa_signatures_of_openssl_verify);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(against_suite)

#endif
