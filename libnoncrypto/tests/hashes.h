/*
 * One look at all the plain hash functions, so that their contracts are tested once: see test_hashes.c.
 */
#ifndef NONCRYPTO_TESTS_HASHES_H
#define NONCRYPTO_TESTS_HASHES_H

#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>
#include <noncrypto/sha3.h>
#include <string.h>

union hash_context {
    struct noncrypto_sha1 sha1;
    struct noncrypto_sha256 sha256;
    struct noncrypto_sha384 sha384;
    struct noncrypto_sha512 sha512;
    struct noncrypto_sha3_256 sha3_256;
    struct noncrypto_sha3_384 sha3_384;
    struct noncrypto_sha3_512 sha3_512;
};

struct hash_function {
    const char *name;
    size_t out_len;
    void (*init)(union hash_context *ctx);
    void (*update)(union hash_context *ctx, const void *data, size_t len);
    void (*final)(union hash_context *ctx, uint8_t *out);
    void (*one_shot)(uint8_t *out, const void *data, size_t len);
};

#define DEFINE_HASH(name)                                                            \
    static void name##_init(union hash_context *ctx)                                 \
    {                                                                                \
        noncrypto_##name##_init(&ctx->name);                                         \
    }                                                                                \
    static void name##_update(union hash_context *ctx, const void *data, size_t len) \
    {                                                                                \
        noncrypto_##name##_update(&ctx->name, data, len);                            \
    }                                                                                \
    static void name##_final(union hash_context *ctx, uint8_t *out)                  \
    {                                                                                \
        noncrypto_##name##_final(&ctx->name, out);                                   \
    }

DEFINE_HASH(sha1)
DEFINE_HASH(sha256)
DEFINE_HASH(sha384)
DEFINE_HASH(sha512)
DEFINE_HASH(sha3_256)
DEFINE_HASH(sha3_384)
DEFINE_HASH(sha3_512)

#define HASH(name, len)                                                        \
    {                                                                          \
#name, len, name##_init, name##_update, name##_final, noncrypto_##name \
    }

static const struct hash_function hash_functions[] = {
    HASH(sha1, NONCRYPTO_SHA1_LEN),         HASH(sha256, NONCRYPTO_SHA256_LEN),
    HASH(sha384, NONCRYPTO_SHA384_LEN),     HASH(sha512, NONCRYPTO_SHA512_LEN),
    HASH(sha3_256, NONCRYPTO_SHA3_256_LEN), HASH(sha3_384, NONCRYPTO_SHA3_384_LEN),
    HASH(sha3_512, NONCRYPTO_SHA3_512_LEN),
};

#define NHASHES (sizeof hash_functions / sizeof hash_functions[0])

static inline const struct hash_function *hash_function(const char *name)
{
    for (size_t i = 0; i < NHASHES; i++)
        if (strcmp(hash_functions[i].name, name) == 0)
            return &hash_functions[i];
    return NULL;
}

#endif
