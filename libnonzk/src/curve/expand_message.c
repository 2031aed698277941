#include <noncrypto/sha2.h>
#include <nonzk/hash_to_curve.h>

#include <string.h>

#define HASH_LEN    NONCRYPTO_SHA256_LEN
#define TAG_MAX_LEN 255

/* Ends a hash with the tag and its length. */
static void finish(uint8_t out[HASH_LEN], struct noncrypto_sha256 *ctx, const uint8_t *tag,
                   size_t tag_len)
{
    const uint8_t len = (uint8_t)tag_len;

    noncrypto_sha256_update(ctx, tag, tag_len);
    noncrypto_sha256_update(ctx, &len, 1);
    noncrypto_sha256_final(ctx, out);
}

int nonzk_expand_message_xmd(uint8_t *out, size_t out_len, const void *message, size_t message_len,
                             const void *tag, size_t tag_len)
{
    static const char oversize[] = "H2C-OVERSIZE-DST-";
    static const uint8_t zeros[NONCRYPTO_SHA256_BLOCK_LEN];
    struct noncrypto_sha256 ctx;
    uint8_t first[HASH_LEN], block[HASH_LEN] = {0}, short_tag[HASH_LEN];

    if (out_len == 0 || out_len > NONZK_EXPAND_MAX_LEN || tag_len == 0)
        return NONZK_E_INVALID;
    if (tag_len > TAG_MAX_LEN) {
        noncrypto_sha256_init(&ctx);
        noncrypto_sha256_update(&ctx, oversize, sizeof oversize - 1);
        noncrypto_sha256_update(&ctx, tag, tag_len);
        noncrypto_sha256_final(&ctx, short_tag);
        tag = short_tag;
        tag_len = sizeof short_tag;
    }
    const uint8_t len_and_zero[3] = {(uint8_t)(out_len >> 8), (uint8_t)out_len, 0};
    noncrypto_sha256_init(&ctx);
    noncrypto_sha256_update(&ctx, zeros, sizeof zeros);
    noncrypto_sha256_update(&ctx, message, message_len);
    noncrypto_sha256_update(&ctx, len_and_zero, sizeof len_and_zero);
    finish(first, &ctx, tag, tag_len);
    for (size_t done = 0, counter = 1; done < out_len; counter++) {
        const uint8_t index = (uint8_t)counter;
        for (size_t i = 0; i < HASH_LEN; i++)
            block[i] ^= first[i];
        noncrypto_sha256_init(&ctx);
        noncrypto_sha256_update(&ctx, block, sizeof block);
        noncrypto_sha256_update(&ctx, &index, 1);
        finish(block, &ctx, tag, tag_len);
        size_t take = out_len - done < HASH_LEN ? out_len - done : HASH_LEN;
        memcpy(out + done, block, take);
        done += take;
    }
    return 0;
}
