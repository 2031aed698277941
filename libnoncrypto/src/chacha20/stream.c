/*
 * The public stream: a place in it is (block, left): `left` bytes at the end of `stream`, which is block `block` - 1, are
 * not used yet.
 */
#include <noncrypto/chacha20.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "chacha20/chacha20.h"

#define BLOCKS (UINT64_C(1) << 32)

void noncrypto_chacha20_init(struct noncrypto_chacha20 *ctx,
                             const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN],
                             const uint8_t nonce[NONCRYPTO_CHACHA20_NONCE_LEN], uint32_t counter)
{
    const uint32_t tail[4] = {counter, load_le32(nonce), load_le32(nonce + 4),
                              load_le32(nonce + 8)};

    memset(ctx, 0, sizeof *ctx);
    noncrypto_chacha20_setup(ctx->input, key, tail);
    ctx->block = counter;
}

void noncrypto_hchacha20(uint8_t out[NONCRYPTO_CHACHA20_KEY_LEN],
                         const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN], const uint8_t nonce[16])
{
    const uint32_t tail[4] = {load_le32(nonce), load_le32(nonce + 4), load_le32(nonce + 8),
                              load_le32(nonce + 12)};
    uint32_t input[16], derived[8];

    noncrypto_chacha20_setup(input, key, tail);
    noncrypto_chacha20_derive(derived, input);
    for (int i = 0; i < 8; i++)
        store_le32(out + 4 * i, derived[i]);
    noncrypto_wipe(input, sizeof input);
    noncrypto_wipe(derived, sizeof derived);
}

void noncrypto_xchacha20_init(struct noncrypto_chacha20 *ctx,
                              const uint8_t key[NONCRYPTO_CHACHA20_KEY_LEN],
                              const uint8_t nonce[NONCRYPTO_XCHACHA20_NONCE_LEN], uint32_t counter)
{
    uint8_t subkey[NONCRYPTO_CHACHA20_KEY_LEN];
    uint8_t rest[NONCRYPTO_CHACHA20_NONCE_LEN] = {0};

    noncrypto_hchacha20(subkey, key, nonce);
    memcpy(rest + 4, nonce + 16, 8);
    noncrypto_chacha20_init(ctx, subkey, rest, counter);
    noncrypto_wipe(subkey, sizeof subkey);
}

void noncrypto_chacha20_seek(struct noncrypto_chacha20 *ctx, uint32_t counter)
{
    ctx->block = counter;
    ctx->left = 0;
}

/* Block ctx->block and those after it; word 12 is set from ctx->block, so the carry into the nonce does not stay. */
static void whole_blocks(struct noncrypto_chacha20 *ctx, uint8_t *out, const uint8_t *in,
                         size_t nblocks)
{
    uint32_t nonce = ctx->input[13];

    ctx->input[12] = (uint32_t)ctx->block;
    noncrypto_chacha20_xor_blocks(ctx->input, out, in, nblocks);
    ctx->input[13] = nonce;
    ctx->block += nblocks;
}

static void xor_rest_of_block(struct noncrypto_chacha20 *ctx, uint8_t *out, const uint8_t *in,
                              size_t len)
{
    const uint8_t *stream = ctx->stream + sizeof ctx->stream - ctx->left;

    for (size_t i = 0; i < len; i++)
        out[i] = in[i] ^ stream[i];
    ctx->left -= (uint32_t)len;
}

int noncrypto_chacha20_xor(struct noncrypto_chacha20 *ctx, uint8_t *out, const uint8_t *in,
                           size_t len)
{
    size_t begun = len < ctx->left ? len : ctx->left;
    size_t nblocks = (len - begun) / CHACHA20_BLOCK_LEN;
    size_t rest = (len - begun) % CHACHA20_BLOCK_LEN;

    if ((uint64_t)nblocks + (rest > 0) > BLOCKS - ctx->block)
        return NONCRYPTO_E_INVALID;
    if (begun > 0)
        xor_rest_of_block(ctx, out, in, begun);
    if (nblocks > 0)
        whole_blocks(ctx, out + begun, in + begun, nblocks);
    if (rest > 0) {
        memset(ctx->stream, 0, sizeof ctx->stream);
        whole_blocks(ctx, ctx->stream, ctx->stream, 1);
        ctx->left = CHACHA20_BLOCK_LEN;
        xor_rest_of_block(ctx, out + len - rest, in + len - rest, rest);
    }
    return 0;
}

void noncrypto_chacha20_wipe(struct noncrypto_chacha20 *ctx)
{
    noncrypto_wipe(ctx, sizeof *ctx);
}
