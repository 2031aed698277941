/*
 * OpenSSL's side, by EVP as its documentation advises: algorithms are fetched once, contexts are kept, a message is one
 * initialization with its nonce.
 */
#include "peers.h"
#include "rows.h"

#ifndef HAVE_OPENSSL

const char *openssl_version(void)
{
    return "OpenSSL was not found (Debian: apt install libssl-dev)";
}

#else

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#define TAG_LEN  16
#define HASH_LEN 32

static const uint8_t *const key = bench_bytes, *const nonce = bench_bytes + 64;

const char *openssl_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}

static EVP_CIPHER_CTX *cipher(const char *name, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, name, NULL);

    bench_must(algorithm && EVP_CipherInit_ex(ctx, algorithm, NULL, key, nonce, encrypt) == 1,
               name);
    return ctx;
}

/* One sealed message; `new_key` where ours takes the key with each message too. */
static void seal(EVP_CIPHER_CTX *ctx, size_t len, const uint8_t *new_key)
{
    int n;
    int ok = EVP_EncryptInit_ex(ctx, NULL, NULL, new_key, nonce) == 1 &&
             EVP_EncryptUpdate(ctx, NULL, &n, bench_bytes, 16) == 1 &&
             EVP_EncryptUpdate(ctx, bench_out, &n, bench_in, (int)len) == 1 &&
             EVP_EncryptFinal_ex(ctx, bench_out + len, &n) == 1 &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, bench_out + len) == 1;
    bench_must(ok, "OpenSSL seal");
}

/* A sealed message of the length that is measured, for what opens it. */
struct sealed {
    EVP_CIPHER_CTX *seal, *open;
    size_t len;
    uint8_t text[BENCH_LEN_MAX], tag[TAG_LEN];
};

static void open_message(struct sealed *m, const char *name, size_t len, const uint8_t *new_key)
{
    int n;

    if (!m->open) {
        m->seal = cipher(name, 1);
        m->open = cipher(name, 0);
    }
    if (m->len != len) {
        seal(m->seal, len, new_key);
        memcpy(m->text, bench_out, len);
        memcpy(m->tag, bench_out + len, TAG_LEN);
        m->len = len;
    }
    bench_must(EVP_DecryptInit_ex(m->open, NULL, NULL, new_key, nonce) == 1 &&
                   EVP_CIPHER_CTX_ctrl(m->open, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, m->tag) == 1 &&
                   EVP_DecryptUpdate(m->open, NULL, &n, bench_bytes, 16) == 1 &&
                   EVP_DecryptUpdate(m->open, bench_out, &n, m->text, (int)len) == 1 &&
                   EVP_DecryptFinal_ex(m->open, bench_out + len, &n) == 1,
               "OpenSSL open");
}

void openssl_chacha20_poly1305_seal(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    if (!ctx)
        ctx = cipher("ChaCha20-Poly1305", 1);
    seal(ctx, len, key);
}

void openssl_chacha20_poly1305_open(size_t len)
{
    static struct sealed message;
    open_message(&message, "ChaCha20-Poly1305", len, key);
}

void openssl_aes_128_gcm(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    if (!ctx)
        ctx = cipher("AES-128-GCM", 1);
    seal(ctx, len, NULL);
}

void openssl_aes_256_gcm(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    if (!ctx)
        ctx = cipher("AES-256-GCM", 1);
    seal(ctx, len, NULL);
}

void openssl_aes_256_gcm_open(size_t len)
{
    static struct sealed message;
    open_message(&message, "AES-256-GCM", len, NULL);
}

static void stream(EVP_CIPHER_CTX *ctx, size_t len)
{
    int n;
    bench_must(EVP_EncryptUpdate(ctx, bench_out, &n, bench_in, (int)len) == 1, "OpenSSL AES-CTR");
}

void openssl_aes_128_ctr(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    if (!ctx)
        ctx = cipher("AES-128-CTR", 1);
    stream(ctx, len);
}

void openssl_aes_256_ctr(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    if (!ctx)
        ctx = cipher("AES-256-CTR", 1);
    stream(ctx, len);
}

void openssl_aes_128_ccm(size_t len)
{
    static EVP_CIPHER_CTX *ctx;
    int n;

    if (!ctx) {
        EVP_CIPHER *ccm = EVP_CIPHER_fetch(NULL, "AES-128-CCM", NULL);
        ctx = EVP_CIPHER_CTX_new();
        bench_must(EVP_EncryptInit_ex(ctx, ccm, NULL, NULL, NULL) == 1 &&
                       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) == 1 &&
                       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 8, NULL) == 1 &&
                       EVP_EncryptInit_ex(ctx, NULL, NULL, key, nonce) == 1,
                   "OpenSSL AES-CCM");
    }
    int ok = EVP_EncryptInit_ex(ctx, NULL, NULL, NULL, nonce) == 1 &&
             EVP_EncryptUpdate(ctx, NULL, &n, NULL, (int)len) == 1 &&
             EVP_EncryptUpdate(ctx, NULL, &n, bench_bytes, 16) == 1 &&
             EVP_EncryptUpdate(ctx, bench_out, &n, bench_in, (int)len) == 1 &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 8, bench_out + len) == 1;
    bench_must(ok, "OpenSSL AES-CCM");
}

static EVP_MAC_CTX *mac(const char *name, const char *parameter, char *value)
{
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(parameter, value, 0), OSSL_PARAM_END};
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, name, NULL));

    bench_must(ctx && EVP_MAC_CTX_set_params(ctx, params) == 1, name);
    return ctx;
}

static void authenticate(EVP_MAC_CTX *ctx, size_t key_len, size_t len)
{
    size_t n;
    bench_must(EVP_MAC_init(ctx, key, key_len, NULL) == 1 &&
                   EVP_MAC_update(ctx, bench_in, len) == 1 &&
                   EVP_MAC_final(ctx, bench_out, &n, 64) == 1,
               "OpenSSL MAC");
}

void openssl_aes_128_cmac(size_t len)
{
    static char name[] = "AES-128-CBC";
    static EVP_MAC_CTX *ctx;
    if (!ctx)
        ctx = mac("CMAC", OSSL_MAC_PARAM_CIPHER, name);
    authenticate(ctx, 16, len);
}

void openssl_hmac_sha256(size_t len)
{
    static char name[] = "SHA256";
    static EVP_MAC_CTX *ctx;
    if (!ctx)
        ctx = mac("HMAC", OSSL_MAC_PARAM_DIGEST, name);
    authenticate(ctx, 32, len);
}

static void digest(EVP_MD **md, const char *name, size_t len)
{
    static EVP_MD_CTX *ctx;

    if (!ctx)
        ctx = EVP_MD_CTX_new();
    if (!*md)
        *md = EVP_MD_fetch(NULL, name, NULL);
    bench_must(EVP_DigestInit_ex(ctx, *md, NULL) == 1 &&
                   EVP_DigestUpdate(ctx, bench_in, len) == 1 &&
                   EVP_DigestFinal_ex(ctx, bench_out, NULL) == 1,
               name);
}

void openssl_sha1(size_t len)
{
    static EVP_MD *md;
    digest(&md, "SHA1", len);
}

void openssl_sha256(size_t len)
{
    static EVP_MD *md;
    digest(&md, "SHA256", len);
}

void openssl_sha512(size_t len)
{
    static EVP_MD *md;
    digest(&md, "SHA512", len);
}

void openssl_sha3_256(size_t len)
{
    static EVP_MD *md;
    digest(&md, "SHA3-256", len);
}

void openssl_blake2b(size_t len)
{
    static EVP_MD *md;
    digest(&md, "BLAKE2B-512", len);
}

void openssl_random(size_t len)
{
    bench_must(RAND_bytes(bench_out, (int)len) == 1, "OpenSSL RAND_bytes");
}

static void agree(EVP_PKEY_CTX **ctx, EVP_PKEY *(*make)(void))
{
    size_t len = 32;

    if (!*ctx) {
        *ctx = EVP_PKEY_CTX_new(make(), NULL);
        bench_must(EVP_PKEY_derive_init(*ctx) == 1 && EVP_PKEY_derive_set_peer(*ctx, make()) == 1,
                   "OpenSSL derive");
    }
    bench_must(EVP_PKEY_derive(*ctx, bench_out, &len) == 1, "OpenSSL derive");
}

static EVP_PKEY *new_x25519(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
}

static EVP_PKEY *new_p256(void)
{
    return EVP_EC_gen("P-256");
}

void openssl_x25519(size_t len)
{
    static EVP_PKEY_CTX *ctx;
    (void)len;
    agree(&ctx, new_x25519);
}

void openssl_p256_ecdh(size_t len)
{
    static EVP_PKEY_CTX *ctx;
    (void)len;
    agree(&ctx, new_p256);
}

void openssl_x25519_base(size_t len)
{
    EVP_PKEY *made = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, key, 32);
    (void)len;
    bench_must(made != NULL, "OpenSSL X25519");
    EVP_PKEY_free(made);
}

/* An Ed25519 key, and what it signs and verifies with. */
static struct {
    EVP_MD_CTX *sign, *verify;
    uint8_t signature[64];
} ed25519;

static void ed25519_sign(void)
{
    size_t len = sizeof ed25519.signature;

    if (!ed25519.sign) {
        EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key, 32);
        ed25519.sign = EVP_MD_CTX_new();
        ed25519.verify = EVP_MD_CTX_new();
        bench_must(EVP_DigestSignInit(ed25519.sign, NULL, NULL, NULL, pair) == 1 &&
                       EVP_DigestVerifyInit(ed25519.verify, NULL, NULL, NULL, pair) == 1,
                   "OpenSSL Ed25519");
    }
    bench_must(EVP_DigestSign(ed25519.sign, ed25519.signature, &len, bench_in, HASH_LEN) == 1,
               "OpenSSL Ed25519 sign");
}

void openssl_ed25519_sign(size_t len)
{
    (void)len;
    ed25519_sign();
}

void openssl_ed25519_verify(size_t len)
{
    (void)len;
    if (!ed25519.sign)
        ed25519_sign();
    bench_must(EVP_DigestVerify(ed25519.verify, ed25519.signature, sizeof ed25519.signature,
                                bench_in, HASH_LEN) == 1,
               "OpenSSL Ed25519 verify");
}

/* A key that signs hashes, and one signature. */
struct signer {
    EVP_PKEY *pair;
    EVP_PKEY_CTX *sign, *verify;
    uint8_t signature[512];
    size_t signature_len;
};

static struct signer p256, p384, rsa2048, rsa4096;

static void signer_sign(struct signer *s)
{
    s->signature_len = sizeof s->signature;
    bench_must(EVP_PKEY_sign(s->sign, s->signature, &s->signature_len, bench_in, HASH_LEN) == 1,
               "OpenSSL sign");
}

static struct signer *signer(struct signer *s, const char *curve, int bits)
{
    if (s->pair)
        return s;
    s->pair = curve ? EVP_EC_gen(curve) : EVP_RSA_gen((unsigned)bits);
    s->sign = EVP_PKEY_CTX_new(s->pair, NULL);
    s->verify = EVP_PKEY_CTX_new(s->pair, NULL);
    bench_must(EVP_PKEY_sign_init(s->sign) == 1 && EVP_PKEY_verify_init(s->verify) == 1 &&
                   EVP_PKEY_CTX_set_signature_md(s->sign, EVP_sha256()) == 1 &&
                   EVP_PKEY_CTX_set_signature_md(s->verify, EVP_sha256()) == 1,
               "OpenSSL key");
    signer_sign(s);
    return s;
}

static void signer_verify(struct signer *s)
{
    bench_must(EVP_PKEY_verify(s->verify, s->signature, s->signature_len, bench_in, HASH_LEN) == 1,
               "OpenSSL verify");
}

void openssl_p256_sign(size_t len)
{
    (void)len;
    signer_sign(signer(&p256, "P-256", 0));
}

void openssl_p256_verify(size_t len)
{
    (void)len;
    signer_verify(signer(&p256, "P-256", 0));
}

void openssl_p384_verify(size_t len)
{
    (void)len;
    signer_verify(signer(&p384, "P-384", 0));
}

void openssl_rsa2048_verify(size_t len)
{
    (void)len;
    signer_verify(signer(&rsa2048, NULL, 2048));
}

void openssl_rsa4096_verify(size_t len)
{
    (void)len;
    signer_verify(signer(&rsa4096, NULL, 4096));
}

void openssl_p384_signed(uint8_t public_key[97], uint8_t signature[104], size_t *signature_len)
{
    struct signer *s = signer(&p384, "P-384", 0);
    size_t len;

    bench_must(EVP_PKEY_get_octet_string_param(s->pair, OSSL_PKEY_PARAM_PUB_KEY, public_key, 97,
                                               &len) == 1 &&
                   s->signature_len <= 104,
               "OpenSSL P-384 key");
    memcpy(signature, s->signature, s->signature_len);
    *signature_len = s->signature_len;
}

void openssl_rsa_signed(int bits, uint8_t modulus[512], uint8_t signature[512])
{
    struct signer *s = signer(bits == 2048 ? &rsa2048 : &rsa4096, NULL, bits);
    BIGNUM *n = NULL;

    bench_must(EVP_PKEY_get_bn_param(s->pair, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                   BN_bn2binpad(n, modulus, bits / 8) == bits / 8,
               "OpenSSL RSA key");
    memcpy(signature, s->signature, s->signature_len);
    BN_free(n);
}

#endif
