/* Vectors of ciphers with authentication, of codes that authenticate, and of key wrap. */
#include <string.h>

#include <noncrypto/aead.h>
#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/cmac.h>
#include <noncrypto/hmac.h>
#include <noncrypto/memory.h>
#include <noncrypto/siphash.h>

#include "vectors.h"

/* Each takes the case and writes `out` and, when sealing, `tag`. They return what the library does. */
static int gcm(const struct aead_case *c, uint8_t *out, uint8_t *tag)
{
    struct noncrypto_aes_gcm gcm;
    int result = noncrypto_aes_gcm_init(&gcm, c->key.data, c->key.len);

    if (result != 0)
        return result;
    if (tag)
        return noncrypto_aes_gcm_seal(&gcm, out, tag, c->tag.len, c->msg.data, c->msg.len,
                                      c->aad.data, c->aad.len, c->iv.data, c->iv.len);
    return noncrypto_aes_gcm_open(&gcm, out, c->tag.data, c->tag.len, c->ct.data, c->ct.len,
                                  c->aad.data, c->aad.len, c->iv.data, c->iv.len);
}

static int ccm(const struct aead_case *c, uint8_t *out, uint8_t *tag)
{
    struct noncrypto_aes aes;
    int result = noncrypto_aes_init(&aes, c->key.data, c->key.len);

    if (result != 0)
        return result;
    if (tag)
        return noncrypto_aes_ccm_seal(&aes, out, tag, c->tag.len, c->msg.data, c->msg.len,
                                      c->aad.data, c->aad.len, c->iv.data, c->iv.len);
    return noncrypto_aes_ccm_open(&aes, out, c->tag.data, c->tag.len, c->ct.data, c->ct.len,
                                  c->aad.data, c->aad.len, c->iv.data, c->iv.len);
}

/* The lengths of these two are in their types: who has others cannot call them. */
static int chacha_lengths(const struct aead_case *c, size_t iv_len)
{
    return c->key.len == NONCRYPTO_CHACHA20_POLY1305_KEY_LEN && c->iv.len == iv_len &&
                   c->tag.len == NONCRYPTO_CHACHA20_POLY1305_TAG_LEN
               ? 0
               : NONCRYPTO_E_INVALID;
}

static int chacha(const struct aead_case *c, uint8_t *out, uint8_t *tag)
{
    if (chacha_lengths(c, NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN) != 0)
        return NONCRYPTO_E_INVALID;
    if (tag)
        return noncrypto_chacha20_poly1305_seal(out, tag, c->msg.data, c->msg.len, c->aad.data,
                                                c->aad.len, c->iv.data, c->key.data);
    return noncrypto_chacha20_poly1305_open(out, c->ct.data, c->ct.len, c->tag.data, c->aad.data,
                                            c->aad.len, c->iv.data, c->key.data);
}

static int xchacha(const struct aead_case *c, uint8_t *out, uint8_t *tag)
{
    if (chacha_lengths(c, NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN) != 0)
        return NONCRYPTO_E_INVALID;
    if (tag)
        return noncrypto_xchacha20_poly1305_seal(out, tag, c->msg.data, c->msg.len, c->aad.data,
                                                 c->aad.len, c->iv.data, c->key.data);
    return noncrypto_xchacha20_poly1305_open(out, c->ct.data, c->ct.len, c->tag.data, c->aad.data,
                                             c->aad.len, c->iv.data, c->key.data);
}

static const struct {
    const char *name;
    int (*run)(const struct aead_case *c, uint8_t *out, uint8_t *tag);
} aeads[] = {
    {"AES-GCM", gcm},
    {"AES-CCM", ccm},
    {"CHACHA20-POLY1305", chacha},
    {"XCHACHA20-POLY1305", xchacha},
};
#define AEADS (sizeof aeads / sizeof aeads[0])

static size_t aead_find(const char *algorithm)
{
    size_t i = 0;

    while (i < AEADS && strcmp(aeads[i].name, algorithm) != 0)
        i++;
    return i;
}

int aead_known(const char *algorithm)
{
    return aead_find(algorithm) < AEADS;
}

enum verdict aead_check(struct vectors *v, const char *algorithm, const struct aead_case *c)
{
    size_t i = aead_find(algorithm);
    uint8_t *out = vectors_memory(v, c->ct.len), *tag = vectors_memory(v, c->tag.len + 64);

    if (aeads[i].run(c, out, NULL) != 0)
        return VERDICT_REFUSED;
    if (!c->msg.there)
        return VERDICT_ACCEPTED;
    if (vectors_equal(c->msg, out, c->ct.len) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    if (aeads[i].run(c, out, tag) != 0)
        return VERDICT_REFUSED;
    if (vectors_compare(out, c->ct.data, c->ct.len) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    return vectors_compare(tag, c->tag.data, c->tag.len);
}

static size_t hmac_start(const char *algorithm, struct noncrypto_hmac *ctx, struct bytes key)
{
    if (strcmp(algorithm, "HMACSHA1") == 0)
        return noncrypto_hmac_sha1_init(ctx, key.data, key.len), NONCRYPTO_SHA1_LEN;
    if (strcmp(algorithm, "HMACSHA256") == 0)
        return noncrypto_hmac_sha256_init(ctx, key.data, key.len), NONCRYPTO_SHA256_LEN;
    if (strcmp(algorithm, "HMACSHA384") == 0)
        return noncrypto_hmac_sha384_init(ctx, key.data, key.len), NONCRYPTO_SHA384_LEN;
    if (strcmp(algorithm, "HMACSHA512") == 0)
        return noncrypto_hmac_sha512_init(ctx, key.data, key.len), NONCRYPTO_SHA512_LEN;
    return 0;
}

int mac_known(const char *algorithm)
{
    struct noncrypto_hmac ctx;
    return hmac_start(algorithm, &ctx, (struct bytes){NULL, 0, 1}) > 0 ||
           strcmp(algorithm, "AES-CMAC") == 0 || strcmp(algorithm, "SipHash-2-4") == 0 ||
           strcmp(algorithm, "SipHashX-2-4") == 0;
}

/* Writes the whole tag; returns its length, 0 if the key is refused. */
static size_t mac_compute(const char *algorithm, uint8_t *tag, struct bytes key, struct bytes msg)
{
    struct noncrypto_hmac ctx;
    size_t len = hmac_start(algorithm, &ctx, key);

    if (len > 0) {
        noncrypto_hmac_update(&ctx, msg.data, msg.len);
        noncrypto_hmac_final(&ctx, tag);
        return len;
    }
    if (strcmp(algorithm, "AES-CMAC") == 0)
        return noncrypto_cmac(tag, key.data, key.len, msg.data, msg.len) == 0
                   ? NONCRYPTO_CMAC_TAG_LEN
                   : 0;
    if (key.len != NONCRYPTO_SIPHASH_KEY_LEN)
        return 0;
    if (strcmp(algorithm, "SipHashX-2-4") == 0) {
        noncrypto_siphash128(tag, msg.data, msg.len, key.data);
        return NONCRYPTO_SIPHASH128_OUT_LEN;
    }
    uint64_t hash = noncrypto_siphash(msg.data, msg.len, key.data);
    for (size_t i = 0; i < sizeof hash; i++)
        tag[i] = (uint8_t)(hash >> (8 * i));
    return sizeof hash;
}

enum verdict mac_check(struct vectors *v, const char *algorithm, struct bytes key, struct bytes msg,
                       struct bytes tag)
{
    uint8_t computed[64];
    size_t len = mac_compute(algorithm, computed, key, msg);

    (void)v;
    /* A shorter tag is the beginning of the whole one. */
    if (len == 0 || tag.len == 0 || tag.len > len)
        return VERDICT_REFUSED;
    return memcmp(computed, tag.data, tag.len) == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
}

enum verdict wrap_check(struct vectors *v, int padded, struct bytes key, struct bytes msg,
                        struct bytes ct)
{
    struct noncrypto_aes kek;
    uint8_t *out = vectors_memory(v, (ct.len > msg.len ? ct.len : msg.len) + 32);
    size_t len = ct.len - NONCRYPTO_AES_KW_OVERHEAD;

    if (noncrypto_aes_init(&kek, key.data, key.len) != 0)
        return VERDICT_REFUSED;
    int result = padded ? noncrypto_aes_kwp_unwrap(&kek, out, &len, ct.data, ct.len)
                        : noncrypto_aes_kw_unwrap(&kek, out, ct.data, ct.len);
    if (result != 0)
        return VERDICT_REFUSED;
    if (!msg.there)
        return VERDICT_ACCEPTED;
    if (vectors_equal(msg, out, len) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    result = padded ? noncrypto_aes_kwp_wrap(&kek, out, msg.data, msg.len)
                    : noncrypto_aes_kw_wrap(&kek, out, msg.data, msg.len);
    return result == 0 ? vectors_compare(out, ct.data, ct.len) : VERDICT_REFUSED;
}
