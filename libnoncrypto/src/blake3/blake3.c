/*
 * The BLAKE3 tree (section 2.1): chunks of 1024 bytes are the leaves, parents hash two chaining values.
 *
 * Invariant: cv_stack holds the roots of complete subtrees, largest first, one for each set bit of chunk_counter; only while
 * no input follows them may the last of these be there as its two halves. So what can become the root is never compressed
 * before more input arrives: a full block and a full chunk wait in the context, and of a subtree that was hashed at once the
 * two halves do.
 */
#include <noncrypto/blake3.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "blake3/blake3_private.h"
#include "bytes.h"

#define BLOCK_LEN NONCRYPTO_BLAKE3_BLOCK_LEN
#define CHUNK_LEN NONCRYPTO_BLAKE3_CHUNK_LEN

/* The most chunks that are hashed at once: with 8 at a time, parents of parents that fill no whole group are then rare. */
#define SUBTREE_MAX  64
/* Chaining values that this needs room for, in log2(64 / 8) + 1 groups; fewer at a time need less. */
#define SUBTREE_ROOM 32

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

static void merge_last_two(struct noncrypto_blake3 *ctx)
{
    uint8_t block[BLOCK_LEN];
    uint32_t *left = ctx->cv_stack[ctx->cv_stack_len - 2];

    parent_block(block, left, ctx->cv_stack[ctx->cv_stack_len - 1]);
    memcpy(left, ctx->key, sizeof ctx->key);
    noncrypto_blake3_compress(left, block, 0, BLOCK_LEN, ctx->flags | BLAKE3_PARENT);
    ctx->cv_stack_len--;
}

/* Joins what is complete; only when input follows the `nchunks` chunks of the stack. */
static void merge_complete(struct noncrypto_blake3 *ctx, uint64_t nchunks)
{
    unsigned nsubtrees = 0;

    for (; nchunks > 0; nchunks &= nchunks - 1)
        nsubtrees++;
    while (ctx->cv_stack_len > nsubtrees)
        merge_last_two(ctx);
}

/* Adds the root of the subtree that begins at chunk `first`. */
static void push(struct noncrypto_blake3 *ctx, const uint8_t cv[32], uint64_t first)
{
    merge_complete(ctx, first);
    for (int i = 0; i < 8; i++)
        ctx->cv_stack[ctx->cv_stack_len][i] = load_le32(cv + 4 * i);
    ctx->cv_stack_len++;
}

/* Ends the current chunk, which is full and not the last. */
static void chunk_finish(struct noncrypto_blake3 *ctx)
{
    noncrypto_blake3_compress(ctx->cv, ctx->block, ctx->chunk_counter, ctx->block_len,
                              chunk_flags(ctx) | BLAKE3_CHUNK_END);
    merge_complete(ctx, ctx->chunk_counter);
    memcpy(ctx->cv_stack[ctx->cv_stack_len++], ctx->cv, sizeof ctx->cv);
    ctx->chunk_counter++;
    chunk_start(ctx);
}

/*
 * The two halves of a subtree of `nchunks` whole chunks, a power of two in 2..SUBTREE_MAX.
 *
 * The nodes of a level are hashed in groups of as many as the back end takes at a time. `groups` is a stack of them, with
 * at most one of each level but the lowest: two groups of children make a group of parents, in place. It lies in the free part
 * of the context's own stack.
 */
static void hash_subtree(struct noncrypto_blake3 *ctx, const uint8_t *data, size_t nchunks,
                         uint8_t halves[64])
{
    struct blake3_level chunks = {
        ctx->key,         CHUNK_LEN / BLOCK_LEN, ctx->flags, BLAKE3_CHUNK_START,
        BLAKE3_CHUNK_END, ctx->chunk_counter,    1};
    struct blake3_level parents = {ctx->key, 1, ctx->flags | BLAKE3_PARENT, 0, 0, 0, 0};
    size_t degree = noncrypto_blake3_degree();
    uint8_t *groups = (uint8_t *)ctx->cv_stack[ctx->cv_stack_len];
    uint8_t *top = groups;

    if (degree > nchunks)
        degree = nchunks;
    for (size_t done = 1; done <= nchunks / degree; done++) {
        noncrypto_blake3_hash_nodes(&chunks, data, degree, top);
        data += degree * CHUNK_LEN;
        chunks.counter += degree;
        for (size_t n = done; n % 2 == 0; n /= 2) {
            top -= degree * 32;
            noncrypto_blake3_hash_nodes(&parents, top, degree, top);
        }
        top += degree * 32;
    }
    for (size_t n = degree / 2; n >= 2; n /= 2)
        noncrypto_blake3_hash_nodes(&parents, groups, n, groups);
    memcpy(halves, groups, 64);
}

/* How many whole chunks from here on make a subtree for which there is room; `len` is more than one chunk. */
static size_t subtree_chunks(const struct noncrypto_blake3 *ctx, size_t len)
{
    size_t n = SUBTREE_MAX;
    size_t room = NONCRYPTO_BLAKE3_MAX_DEPTH + 1u - ctx->cv_stack_len;

    while (n > len / CHUNK_LEN || (ctx->chunk_counter & (n - 1)) != 0 ||
           (n < SUBTREE_ROOM ? n : SUBTREE_ROOM) > room)
        n /= 2;
    return n;
}

/* Hashes whole chunks, up to the last one, which may be the root. Returns how many bytes it took. */
static size_t update_subtrees(struct noncrypto_blake3 *ctx, const uint8_t *data, size_t len)
{
    size_t taken = 0;

    while (len - taken > CHUNK_LEN) {
        merge_complete(ctx, ctx->chunk_counter);
        size_t n = subtree_chunks(ctx, len - taken);
        if (n == 1) {
            chunk_update(ctx, data + taken, CHUNK_LEN);
            chunk_finish(ctx);
        } else {
            uint8_t halves[64];
            hash_subtree(ctx, data + taken, n, halves);
            push(ctx, halves, ctx->chunk_counter);
            push(ctx, halves + 32, ctx->chunk_counter + n / 2);
            ctx->chunk_counter += n;
            noncrypto_wipe(halves, sizeof halves);
        }
        taken += n * CHUNK_LEN;
    }
    return taken;
}

static void node_from_children(struct node *node, const struct noncrypto_blake3 *ctx,
                               const uint32_t left[8], const uint32_t right[8])
{
    parent_block(node->block, left, right);
    memcpy(node->cv, ctx->key, sizeof node->cv);
    node->counter = 0;
    node->block_len = BLOCK_LEN;
    node->flags = ctx->flags | BLAKE3_PARENT;
}

/* Climbs from the end of the input to the root; the root itself is not compressed yet. */
static void node_root(struct node *node, const struct noncrypto_blake3 *ctx)
{
    size_t left = ctx->cv_stack_len;

    if (left == 0 || chunk_len(ctx) > 0) {
        node_from_chunk(node, ctx);
    } else {
        left -= 2;
        node_from_children(node, ctx, ctx->cv_stack[left], ctx->cv_stack[left + 1]);
    }
    while (left-- > 0) {
        noncrypto_blake3_compress(node->cv, node->block, node->counter, node->block_len,
                                  node->flags);
        node_from_children(node, ctx, ctx->cv_stack[left], node->cv);
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

    if (chunk_len(ctx) > 0) {
        size_t take = CHUNK_LEN - chunk_len(ctx);
        if (take > len)
            take = len;
        chunk_update(ctx, p, take);
        p += take;
        len -= take;
        if (len == 0)
            return;
        chunk_finish(ctx);
    }
    size_t taken = update_subtrees(ctx, p, len);
    if (len > taken) {
        merge_complete(ctx, ctx->chunk_counter);
        chunk_update(ctx, p + taken, len - taken);
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
        size_t nwhole = skip == 0 ? out_len / sizeof bytes : 0;
        size_t take = nwhole * sizeof bytes;
        if (nwhole > 0) {
            noncrypto_blake3_xof_blocks(root.cv, root.block, counter, root.block_len, root.flags,
                                        out, nwhole);
            counter += nwhole;
        } else {
            take = sizeof bytes - skip;
            if (take > out_len)
                take = out_len;
            noncrypto_blake3_compress_xof(root.cv, root.block, counter++, root.block_len,
                                          root.flags, bytes);
            memcpy(out, bytes + skip, take);
            skip = 0;
        }
        out += take;
        out_len -= take;
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
    /* A single chunk leaves nothing in the stack, which is most of the context. */
    noncrypto_wipe(&ctx,
                   len <= CHUNK_LEN ? offsetof(struct noncrypto_blake3, cv_stack) : sizeof ctx);
}
