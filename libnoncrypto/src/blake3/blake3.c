/*
 * The BLAKE3 tree (section 2.1): chunks of 1024 bytes are the leaves, parents hash two chaining values.
 *
 * Invariant: cv_stack holds the roots of complete subtrees, largest first, one for each set bit of chunk_counter. A
 * full block and a full chunk are compressed only when more input arrives, so what is left at the end is never empty
 * (except for empty input) and can always become the root.
 */
#include <noncrypto/blake3.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "blake3/blake3_private.h"
#include "bytes.h"

#define BLOCK_LEN NONCRYPTO_BLAKE3_BLOCK_LEN
#define CHUNK_LEN NONCRYPTO_BLAKE3_CHUNK_LEN

/* A compression that waits to be told whether it is the root. */
struct node {
    uint32_t cv[8];
    uint8_t block[BLOCK_LEN];
    uint64_t counter;
    uint32_t block_len;
    uint32_t flags;
};

static void chunk_start(struct noncrypto_blake3 *ctx)
{
    memcpy(ctx->cv, ctx->key, sizeof ctx->cv);
    ctx->block_len = 0;
    ctx->blocks_compressed = 0;
}

static size_t chunk_len(const struct noncrypto_blake3 *ctx)
{
    return (size_t)ctx->blocks_compressed * BLOCK_LEN + ctx->block_len;
}

static uint32_t chunk_flags(const struct noncrypto_blake3 *ctx)
{
    return ctx->flags | (ctx->blocks_compressed == 0 ? BLAKE3_CHUNK_START : 0u);
}

static void chunk_compress_block(struct noncrypto_blake3 *ctx, const uint8_t *block)
{
    noncrypto_blake3_compress(ctx->cv, block, ctx->chunk_counter, BLOCK_LEN, chunk_flags(ctx));
    ctx->blocks_compressed++;
}

/* Adds `len` bytes, at most what is missing to a full chunk. */
static void chunk_update(struct noncrypto_blake3 *ctx, const uint8_t *data, size_t len)
{
    if (ctx->block_len > 0 && len > 0) {
        size_t take = BLOCK_LEN - ctx->block_len;
        if (take > len)
            take = len;
        memcpy(ctx->block + ctx->block_len, data, take);
        ctx->block_len = (uint8_t)(ctx->block_len + take);
        data += take;
        len -= take;
        if (len > 0) {
            chunk_compress_block(ctx, ctx->block);
            ctx->block_len = 0;
        }
    }
    while (len > BLOCK_LEN) {
        chunk_compress_block(ctx, data);
        data += BLOCK_LEN;
        len -= BLOCK_LEN;
    }
    if (len > 0) {
        memcpy(ctx->block, data, len);
        ctx->block_len = (uint8_t)len;
    }
}

/* The last compression of the current chunk. */
static void node_from_chunk(struct node *node, const struct noncrypto_blake3 *ctx)
{
    memcpy(node->cv, ctx->cv, sizeof node->cv);
    memset(node->block, 0, sizeof node->block);
    memcpy(node->block, ctx->block, ctx->block_len);
    node->counter = ctx->chunk_counter;
    node->block_len = ctx->block_len;
    node->flags = chunk_flags(ctx) | BLAKE3_CHUNK_END;
}

static void parent_block(uint8_t block[BLOCK_LEN], const uint32_t left[8], const uint32_t right[8])
{
    for (int i = 0; i < 8; i++) {
        store_le32(block + 4 * i, left[i]);
        store_le32(block + 32 + 4 * i, right[i]);
    }
}

/* Ends the current chunk, which is full and not the last, and joins it with the subtrees that it completes. */
static void chunk_finish(struct noncrypto_blake3 *ctx)
{
    uint8_t block[BLOCK_LEN];
    uint32_t cv[8];

    memcpy(cv, ctx->cv, sizeof cv);
    noncrypto_blake3_compress(cv, ctx->block, ctx->chunk_counter, ctx->block_len,
                              chunk_flags(ctx) | BLAKE3_CHUNK_END);
    ctx->chunk_counter++;
    for (uint64_t n = ctx->chunk_counter; (n & 1) == 0; n >>= 1) {
        parent_block(block, ctx->cv_stack[--ctx->cv_stack_len], cv);
        memcpy(cv, ctx->key, sizeof cv);
        noncrypto_blake3_compress(cv, block, 0, BLOCK_LEN, ctx->flags | BLAKE3_PARENT);
    }
    memcpy(ctx->cv_stack[ctx->cv_stack_len++], cv, sizeof cv);
    chunk_start(ctx);
}

/* Climbs from the current chunk to the root; the root itself is not compressed yet. */
static void node_root(struct node *node, const struct noncrypto_blake3 *ctx)
{
    node_from_chunk(node, ctx);
    for (size_t i = ctx->cv_stack_len; i-- > 0;) {
        noncrypto_blake3_compress(node->cv, node->block, node->counter, node->block_len,
                                  node->flags);
        parent_block(node->block, ctx->cv_stack[i], node->cv);
        memcpy(node->cv, ctx->key, sizeof node->cv);
        node->counter = 0;
        node->block_len = BLOCK_LEN;
        node->flags = ctx->flags | BLAKE3_PARENT;
    }
    node->flags |= BLAKE3_ROOT;
}

static void init(struct noncrypto_blake3 *ctx, const uint32_t key[8], uint8_t flags)
{
    memcpy(ctx->key, key, sizeof ctx->key);
    ctx->chunk_counter = 0;
    ctx->flags = flags;
    ctx->cv_stack_len = 0;
    chunk_start(ctx);
}

static void init_with_key_bytes(struct noncrypto_blake3 *ctx,
                                const uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN], uint8_t flags)
{
    uint32_t words[8];

    for (int i = 0; i < 8; i++)
        words[i] = load_le32(key + 4 * i);
    init(ctx, words, flags);
    noncrypto_wipe(words, sizeof words);
}

void noncrypto_blake3_init(struct noncrypto_blake3 *ctx)
{
    init(ctx, noncrypto_blake3_iv, 0);
}

void noncrypto_blake3_init_keyed(struct noncrypto_blake3 *ctx,
                                 const uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN])
{
    init_with_key_bytes(ctx, key, BLAKE3_KEYED_HASH);
}

void noncrypto_blake3_init_derive_key(struct noncrypto_blake3 *ctx, const void *context,
                                      size_t context_len)
{
    uint8_t key[NONCRYPTO_BLAKE3_KEY_LEN];

    init(ctx, noncrypto_blake3_iv, BLAKE3_DERIVE_KEY_CONTEXT);
    noncrypto_blake3_update(ctx, context, context_len);
    noncrypto_blake3_final(ctx, key, sizeof key);
    init_with_key_bytes(ctx, key, BLAKE3_DERIVE_KEY_MATERIAL);
    noncrypto_wipe(key, sizeof key);
}

void noncrypto_blake3_update(struct noncrypto_blake3 *ctx, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len > 0) {
        if (chunk_len(ctx) == CHUNK_LEN)
            chunk_finish(ctx);
        size_t take = CHUNK_LEN - chunk_len(ctx);
        if (take > len)
            take = len;
        chunk_update(ctx, p, take);
        p += take;
        len -= take;
    }
}

void noncrypto_blake3_final(const struct noncrypto_blake3 *ctx, uint8_t *out, size_t out_len)
{
    noncrypto_blake3_final_seek(ctx, 0, out, out_len);
}

void noncrypto_blake3_final_seek(const struct noncrypto_blake3 *ctx, uint64_t offset, uint8_t *out,
                                 size_t out_len)
{
    struct node root;
    uint8_t bytes[64];
    uint64_t counter = offset / sizeof bytes;
    size_t skip = (size_t)(offset % sizeof bytes);

    node_root(&root, ctx);
    while (out_len > 0) {
        size_t take = sizeof bytes - skip;
        if (take > out_len)
            take = out_len;
        noncrypto_blake3_compress_xof(root.cv, root.block, counter++, root.block_len, root.flags,
                                      bytes);
        memcpy(out, bytes + skip, take);
        out += take;
        out_len -= take;
        skip = 0;
    }
    noncrypto_wipe(&root, sizeof root);
    noncrypto_wipe(bytes, sizeof bytes);
}

void noncrypto_blake3(uint8_t out[NONCRYPTO_BLAKE3_OUT_LEN], const void *data, size_t len)
{
    struct noncrypto_blake3 ctx;

    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, data, len);
    noncrypto_blake3_final(&ctx, out, NONCRYPTO_BLAKE3_OUT_LEN);
    noncrypto_wipe(&ctx, sizeof ctx);
}
