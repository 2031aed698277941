#include "against.h"

#ifndef HAVE_OPENSSL

int main(void)
{
    puts("1..0 # SKIP OpenSSL was not found (Debian: apt install libssl-dev)");
    return 0;
}

#else

#include "against_message.h"

#include <noncrypto/aead.h>
#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/cmac.h>
#include <noncrypto/hkdf.h>
#include <noncrypto/hmac.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>
#include <noncrypto/sha3.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

static size_t aes_key_len(void)
{
    return 16 + 8 * (check_random(&against_state) % 3);
}

static const char *aes_name(char name[20], size_t key_len, const char *mode)
{
    snprintf(name, 20, "AES-%zu-%s", 8 * key_len, mode);
    return name;
}

/* theirs = sealed `in`, and the tag; `ccm` has the order of calls that CCM wants. */
static void their_seal(const char *name, int ccm, uint8_t *tag, size_t tag_len, size_t len,
                       size_t ad_len, size_t nonce_len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    int n;

    ck_assert_int_eq(EVP_EncryptInit_ex(ctx, cipher, NULL, NULL, NULL), 1);
    ck_assert_int_eq(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce_len, NULL), 1);
    if (ccm)
        ck_assert_int_eq(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)tag_len, NULL), 1);
    ck_assert_int_eq(EVP_EncryptInit_ex(ctx, NULL, NULL, key, nonce), 1);
    if (ccm)
        ck_assert_int_eq(EVP_EncryptUpdate(ctx, NULL, &n, NULL, (int)len), 1);
    if (ad_len != 0)
        ck_assert_int_eq(EVP_EncryptUpdate(ctx, NULL, &n, ad, (int)ad_len), 1);
    ck_assert_int_eq(EVP_EncryptUpdate(ctx, theirs, &n, in, (int)len), 1);
    ck_assert_int_eq(EVP_EncryptFinal_ex(ctx, theirs + len, &n), 1);
    ck_assert_int_eq(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int)tag_len, tag), 1);
    EVP_CIPHER_free(cipher);
    EVP_CIPHER_CTX_free(ctx);
}

static void chacha20_poly1305(void)
{
    size_t len = fill_message(), ad_len = against_len(sizeof ad);
    uint8_t tag[16], their_tag[16];

    ck_assert_int_eq(noncrypto_chacha20_poly1305_seal(ours, tag, in, len, ad, ad_len, nonce, key),
                     0);
    their_seal("ChaCha20-Poly1305", 0, their_tag, 16, len, ad_len, 12);
    ck_assert_mem_eq(ours, theirs, len);
    ck_assert_mem_eq(tag, their_tag, sizeof tag);
    ck_assert_int_eq(
        noncrypto_chacha20_poly1305_open(ours, theirs, len, their_tag, ad, ad_len, nonce, key), 0);
    ck_assert_mem_eq(ours, in, len);
}

/* Any length of the initialization vector that OpenSSL takes: 1 to 64 bytes here. */
static void aes_gcm(void)
{
    size_t len = fill_message(), ad_len = against_len(sizeof ad), key_len = aes_key_len();
    size_t iv_len = check_random(&against_state) & 1 ? 12 : 1 + against_len(sizeof nonce - 1);
    struct noncrypto_aes_gcm gcm;
    uint8_t tag[16], their_tag[16];
    char name[20];

    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, key_len), 0);
    ck_assert_int_eq(
        noncrypto_aes_gcm_seal(&gcm, ours, tag, 16, in, len, ad, ad_len, nonce, iv_len), 0);
    their_seal(aes_name(name, key_len, "GCM"), 0, their_tag, 16, len, ad_len, iv_len);
    ck_assert_mem_eq(ours, theirs, len);
    ck_assert_mem_eq(tag, their_tag, sizeof tag);
    ck_assert_int_eq(
        noncrypto_aes_gcm_open(&gcm, ours, their_tag, 16, theirs, len, ad, ad_len, nonce, iv_len),
        0);
    ck_assert_mem_eq(ours, in, len);
}

static void aes_ccm(void)
{
    size_t len = fill_message(), ad_len = against_len(sizeof ad), key_len = aes_key_len();
    size_t nonce_len = 7 + check_random(&against_state) % 7;
    size_t tag_len = 4 + 2 * (check_random(&against_state) % 7);
    struct noncrypto_aes aes;
    uint8_t tag[16], their_tag[16];
    char name[20];

    ck_assert_int_eq(noncrypto_aes_init(&aes, key, key_len), 0);
    ck_assert_int_eq(
        noncrypto_aes_ccm_seal(&aes, ours, tag, tag_len, in, len, ad, ad_len, nonce, nonce_len), 0);
    their_seal(aes_name(name, key_len, "CCM"), 1, their_tag, tag_len, len, ad_len, nonce_len);
    ck_assert_mem_eq(ours, theirs, len);
    ck_assert_mem_eq(tag, their_tag, tag_len);
}

/* A counter near its end, so that the carry is met, and a message cut in three. */
static void aes_ctr(void)
{
    size_t len = fill_message(), key_len = aes_key_len(), cut = len / 3;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher;
    struct noncrypto_aes_ctr ctr;
    char name[20];
    int n;

    memset(nonce + 4, 0xff, check_random(&against_state) % 12);
    ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, key_len, nonce), 0);
    noncrypto_aes_ctr_xor(&ctr, ours, in, cut);
    noncrypto_aes_ctr_xor(&ctr, ours + cut, in + cut, cut);
    noncrypto_aes_ctr_xor(&ctr, ours + 2 * cut, in + 2 * cut, len - 2 * cut);
    cipher = EVP_CIPHER_fetch(NULL, aes_name(name, key_len, "CTR"), NULL);
    ck_assert_int_eq(EVP_EncryptInit_ex(ctx, cipher, NULL, key, nonce), 1);
    ck_assert_int_eq(EVP_EncryptUpdate(ctx, theirs, &n, in, (int)len), 1);
    ck_assert_mem_eq(ours, theirs, len);
    EVP_CIPHER_free(cipher);
    EVP_CIPHER_CTX_free(ctx);
}

static size_t their_wrap(const char *name, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    int n;

    EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    ck_assert_int_eq(EVP_EncryptInit_ex(ctx, cipher, NULL, key, NULL), 1);
    ck_assert_int_eq(EVP_EncryptUpdate(ctx, theirs, &n, in, (int)len), 1);
    EVP_CIPHER_free(cipher);
    EVP_CIPHER_CTX_free(ctx);
    return (size_t)n;
}

static void aes_key_wrap(void)
{
    size_t key_len = aes_key_len(), len = 16 + 8 * against_len(20);
    size_t padded_len = 1 + against_len(150), back_len;
    struct noncrypto_aes aes;
    char name[20];

    fill_message();
    against_fill(in, 200);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, key_len), 0);
    ck_assert_int_eq(noncrypto_aes_kw_wrap(&aes, ours, in, len), 0);
    ck_assert_uint_eq(their_wrap(aes_name(name, key_len, "WRAP"), len), len + 8);
    ck_assert_mem_eq(ours, theirs, len + 8);
    ck_assert_int_eq(noncrypto_aes_kwp_wrap(&aes, ours, in, padded_len), 0);
    ck_assert_uint_eq(their_wrap(aes_name(name, key_len, "WRAP-PAD"), padded_len),
                      NONCRYPTO_AES_KWP_LEN(padded_len));
    ck_assert_mem_eq(ours, theirs, NONCRYPTO_AES_KWP_LEN(padded_len));
    ck_assert_int_eq(
        noncrypto_aes_kwp_unwrap(&aes, ours, &back_len, theirs, NONCRYPTO_AES_KWP_LEN(padded_len)),
        0);
    ck_assert_uint_eq(back_len, padded_len);
    ck_assert_mem_eq(ours, in, padded_len);
}

static void their_mac(const char *mac, const char *parameter, const char *value, size_t key_len,
                      size_t len)
{
    char copy[20];
    OSSL_PARAM params[2] = {OSSL_PARAM_END, OSSL_PARAM_END};

    if (parameter) {
        snprintf(copy, sizeof copy, "%s", value);
        params[0] = OSSL_PARAM_construct_utf8_string(parameter, copy, 0);
    }
    ck_assert_ptr_nonnull(
        EVP_Q_mac(NULL, mac, NULL, NULL, params, key, key_len, in, len, theirs, 64, NULL));
}

static void macs(void)
{
    size_t len = fill_message(), key_len = aes_key_len(), hmac_key_len = against_len(sizeof key);
    char name[20];

    ck_assert_int_eq(noncrypto_cmac(ours, key, key_len, in, len), 0);
    their_mac("CMAC", OSSL_MAC_PARAM_CIPHER, aes_name(name, key_len, "CBC"), key_len, len);
    ck_assert_mem_eq(ours, theirs, 16);
    noncrypto_poly1305(ours, in, len, key);
    their_mac("POLY1305", NULL, NULL, 32, len);
    ck_assert_mem_eq(ours, theirs, 16);
    noncrypto_hmac_sha1(ours, key, hmac_key_len, in, len);
    their_mac("HMAC", OSSL_MAC_PARAM_DIGEST, "SHA1", hmac_key_len, len);
    ck_assert_mem_eq(ours, theirs, 20);
    noncrypto_hmac_sha256(ours, key, hmac_key_len, in, len);
    their_mac("HMAC", OSSL_MAC_PARAM_DIGEST, "SHA256", hmac_key_len, len);
    ck_assert_mem_eq(ours, theirs, 32);
    noncrypto_hmac_sha384(ours, key, hmac_key_len, in, len);
    their_mac("HMAC", OSSL_MAC_PARAM_DIGEST, "SHA384", hmac_key_len, len);
    ck_assert_mem_eq(ours, theirs, 48);
    noncrypto_hmac_sha512(ours, key, hmac_key_len, in, len);
    their_mac("HMAC", OSSL_MAC_PARAM_DIGEST, "SHA512", hmac_key_len, len);
    ck_assert_mem_eq(ours, theirs, 64);
}

static void their_hash(const char *name, size_t len)
{
    ck_assert_int_eq(EVP_Q_digest(NULL, name, NULL, in, len, theirs, NULL), 1);
}

static void hashes(void)
{
    static const struct {
        const char *name;
        void (*run)(uint8_t *out, const void *data, size_t len);
        size_t len;
    } all[] = {
        {"SHA1", noncrypto_sha1, 20},         {"SHA256", noncrypto_sha256, 32},
        {"SHA384", noncrypto_sha384, 48},     {"SHA512", noncrypto_sha512, 64},
        {"SHA3-256", noncrypto_sha3_256, 32}, {"SHA3-384", noncrypto_sha3_384, 48},
        {"SHA3-512", noncrypto_sha3_512, 64},
    };
    size_t len = fill_message();

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        all[i].run(ours, in, len);
        their_hash(all[i].name, len);
        ck_assert_mem_eq(ours, theirs, all[i].len);
    }
}

static void shake(void)
{
    size_t len = fill_message(), out_len = 1 + against_len(1000);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    for (int bits = 128; bits <= 256; bits += 128) {
        (bits == 128 ? noncrypto_shake128 : noncrypto_shake256)(ours, out_len, in, len);
        ck_assert_int_eq(
            EVP_DigestInit_ex(ctx, bits == 128 ? EVP_shake128() : EVP_shake256(), NULL), 1);
        ck_assert_int_eq(EVP_DigestUpdate(ctx, in, len), 1);
        ck_assert_int_eq(EVP_DigestFinalXOF(ctx, theirs, out_len), 1);
        ck_assert_mem_eq(ours, theirs, out_len);
    }
    EVP_MD_CTX_free(ctx);
}

static void hkdf_sha256(void)
{
    size_t len = fill_message(), out_len = 1 + against_len(LEN_MAX), info_len = against_len(200);
    char digest[] = "SHA256";
    uint8_t prk[32];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, in, len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, nonce, 40),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, ad, info_len),
        OSSL_PARAM_END,
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);

    if (len == 0)
        params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, in, len = 1);
    noncrypto_hkdf_sha256_extract(prk, nonce, 40, in, len);
    ck_assert_int_eq(noncrypto_hkdf_sha256_expand(ours, out_len, prk, 32, ad, info_len), 0);
    ck_assert_int_eq(EVP_KDF_derive(ctx, theirs, out_len, params), 1);
    ck_assert_mem_eq(ours, theirs, out_len);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
}

START_TEST(authenticated_encryption_agrees)
{
    against_run("ChaCha20-Poly1305", 200, chacha20_poly1305);
    against_run("AES-GCM", 200, aes_gcm);
    against_run("AES-CCM", 150, aes_ccm);
}
END_TEST

START_TEST(other_modes_of_aes_agree)
{
    against_run("AES-CTR", 200, aes_ctr);
    against_run("AES key wrap with and without padding", 100, aes_key_wrap);
}
END_TEST

START_TEST(message_authentication_agrees)
{
    against_run("CMAC, Poly1305, HMAC", 100, macs);
}
END_TEST

START_TEST(hashes_agree)
{
    against_run("SHA-1, SHA-2, SHA-3", 100, hashes);
    against_run("SHAKE128, SHAKE256", 100, shake);
}
END_TEST

START_TEST(key_derivation_agrees)
{
    against_run("HKDF-SHA-256", 100, hkdf_sha256);
}
END_TEST

static Suite *against_suite(void)
{
    Suite *suite = suite_create("noncrypto against OpenSSL");
    TCase *tc = tcase_create("OpenSSL");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, authenticated_encryption_agrees);
    tcase_add_test(tc, other_modes_of_aes_agree);
    tcase_add_test(tc, message_authentication_agrees);
    tcase_add_test(tc, hashes_agree);
    tcase_add_test(tc, key_derivation_agrees);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(against_suite)

#endif
