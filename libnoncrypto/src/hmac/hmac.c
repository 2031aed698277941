#include <noncrypto/hmac.h>

#include <noncrypto/memory.h>
#include <string.h>

enum algorithm { HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512 };

static const uint8_t block_lens[] = {
    NONCRYPTO_SHA1_BLOCK_LEN,
    NONCRYPTO_SHA256_BLOCK_LEN,
    NONCRYPTO_SHA512_BLOCK_LEN,
    NONCRYPTO_SHA512_BLOCK_LEN,
};
static const uint8_t out_lens[] = {
    NONCRYPTO_SHA1_LEN,
    NONCRYPTO_SHA256_LEN,
    NONCRYPTO_SHA384_LEN,
    NONCRYPTO_SHA512_LEN,
};

static void hash_init(union noncrypto_hmac_hash *h, enum algorithm algorithm)
{
    if (algorithm == HMAC_SHA1)
        noncrypto_sha1_init(&h->sha1);
    else if (algorithm == HMAC_SHA256)
        noncrypto_sha256_init(&h->sha256);
    else if (algorithm == HMAC_SHA384)
        noncrypto_sha384_init(&h->sha384);
    else
        noncrypto_sha512_init(&h->sha512);
}

static void hash_update(union noncrypto_hmac_hash *h, enum algorithm algorithm, const void *data,
                        size_t len)
{
    if (algorithm == HMAC_SHA1)
        noncrypto_sha1_update(&h->sha1, data, len);
    else if (algorithm == HMAC_SHA256)
        noncrypto_sha256_update(&h->sha256, data, len);
    else
        noncrypto_sha512_update(&h->sha512, data, len);
}

static void hash_final(union noncrypto_hmac_hash *h, enum algorithm algorithm, uint8_t *out)
{
    if (algorithm == HMAC_SHA1)
        noncrypto_sha1_final(&h->sha1, out);
    else if (algorithm == HMAC_SHA256)
        noncrypto_sha256_final(&h->sha256, out);
    else if (algorithm == HMAC_SHA384)
        noncrypto_sha384_final(&h->sha384, out);
    else
        noncrypto_sha512_final(&h->sha512, out);
}

static void init(struct noncrypto_hmac *ctx, enum algorithm algorithm, const void *key,
                 size_t key_len)
{
    uint8_t pad[NONCRYPTO_SHA512_BLOCK_LEN] = {0};
    size_t block_len = block_lens[algorithm];

    ctx->algorithm = (uint8_t)algorithm;
    if (key_len > block_len) {
        hash_init(&ctx->inner, algorithm);
        hash_update(&ctx->inner, algorithm, key, key_len);
        hash_final(&ctx->inner, algorithm, pad);
    } else if (key_len > 0) {
        memcpy(pad, key, key_len);
    }
    for (size_t i = 0; i < block_len; i++)
        pad[i] ^= 0x36;
    hash_init(&ctx->inner, algorithm);
    hash_update(&ctx->inner, algorithm, pad, block_len);
    for (size_t i = 0; i < block_len; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    hash_init(&ctx->outer, algorithm);
    hash_update(&ctx->outer, algorithm, pad, block_len);
    noncrypto_wipe(pad, sizeof pad);
}

void noncrypto_hmac_sha1_init(struct noncrypto_hmac *ctx, const void *key, size_t key_len)
{
    init(ctx, HMAC_SHA1, key, key_len);
}

void noncrypto_hmac_sha256_init(struct noncrypto_hmac *ctx, const void *key, size_t key_len)
{
    init(ctx, HMAC_SHA256, key, key_len);
}

void noncrypto_hmac_sha384_init(struct noncrypto_hmac *ctx, const void *key, size_t key_len)
{
    init(ctx, HMAC_SHA384, key, key_len);
}

void noncrypto_hmac_sha512_init(struct noncrypto_hmac *ctx, const void *key, size_t key_len)
{
    init(ctx, HMAC_SHA512, key, key_len);
}

void noncrypto_hmac_update(struct noncrypto_hmac *ctx, const void *data, size_t len)
{
    hash_update(&ctx->inner, (enum algorithm)ctx->algorithm, data, len);
}

void noncrypto_hmac_final(struct noncrypto_hmac *ctx, uint8_t *out)
{
    enum algorithm algorithm = (enum algorithm)ctx->algorithm;
    uint8_t digest[NONCRYPTO_HMAC_TAG_MAX];

    hash_final(&ctx->inner, algorithm, digest);
    hash_update(&ctx->outer, algorithm, digest, out_lens[algorithm]);
    hash_final(&ctx->outer, algorithm, out);
    noncrypto_wipe(digest, sizeof digest);
}

int noncrypto_hmac_verify(struct noncrypto_hmac *ctx, const uint8_t *tag, size_t tag_len)
{
    size_t full_len = out_lens[ctx->algorithm];
    uint8_t expected[NONCRYPTO_HMAC_TAG_MAX];
    int result = NONCRYPTO_E_INVALID;

    noncrypto_hmac_final(ctx, expected);
    if (tag_len >= NONCRYPTO_HMAC_TAG_MIN && tag_len <= full_len)
        result = noncrypto_compare(expected, tag, tag_len);
    noncrypto_wipe(expected, sizeof expected);
    return result;
}

static void one_shot(enum algorithm algorithm, uint8_t *out, const void *key, size_t key_len,
                     const void *data, size_t len)
{
    struct noncrypto_hmac ctx;

    init(&ctx, algorithm, key, key_len);
    noncrypto_hmac_update(&ctx, data, len);
    noncrypto_hmac_final(&ctx, out);
}

void noncrypto_hmac_sha1(uint8_t out[NONCRYPTO_SHA1_LEN], const void *key, size_t key_len,
                         const void *data, size_t len)
{
    one_shot(HMAC_SHA1, out, key, key_len, data, len);
}

void noncrypto_hmac_sha256(uint8_t out[NONCRYPTO_SHA256_LEN], const void *key, size_t key_len,
                           const void *data, size_t len)
{
    one_shot(HMAC_SHA256, out, key, key_len, data, len);
}

void noncrypto_hmac_sha384(uint8_t out[NONCRYPTO_SHA384_LEN], const void *key, size_t key_len,
                           const void *data, size_t len)
{
    one_shot(HMAC_SHA384, out, key, key_len, data, len);
}

void noncrypto_hmac_sha512(uint8_t out[NONCRYPTO_SHA512_LEN], const void *key, size_t key_len,
                           const void *data, size_t len)
{
    one_shot(HMAC_SHA512, out, key, key_len, data, len);
}
