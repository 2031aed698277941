#include <noncrypto/poly1305.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "ct.h"
#include "poly1305/poly1305_private.h"
#if POLY1305_X86_64
#include "poly1305/step_x86_64.h"
#endif
#ifdef __SIZEOF_INT128__
#include "poly1305/blocks64.h"
#else
#include "poly1305/blocks32.h"
#endif

void noncrypto_poly1305_blocks_c(uint64_t h[3], const uint64_t r[2], const uint8_t *data,
                                 size_t nblocks, uint32_t high)
{
#ifdef __SIZEOF_INT128__
    poly1305_blocks64(h, r, data, nblocks, high);
#else
    poly1305_blocks32(h, r, data, nblocks, high);
#endif
}

void noncrypto_poly1305_blocks(uint64_t h[3], const uint64_t r[2], const uint8_t *data,
                               size_t nblocks, uint32_t high)
{
#if POLY1305_X86_64
    struct poly1305_x86_64 p;

    poly1305_x86_64_start(&p, h, r);
    for (; nblocks > 0; nblocks--, data += POLY1305_BLOCK_LEN)
        poly1305_x86_64_step(&p, data, high);
    poly1305_x86_64_stop(&p, h);
#else
    noncrypto_poly1305_blocks_c(h, r, data, nblocks, high);
#endif
}

void noncrypto_poly1305_init(struct noncrypto_poly1305 *ctx,
                             const uint8_t key[NONCRYPTO_POLY1305_KEY_LEN])
{
    memset(ctx, 0, sizeof *ctx);
    ctx->r[0] = load_le64(key) & UINT64_C(0x0ffffffc0fffffff);
    ctx->r[1] = load_le64(key + 8) & UINT64_C(0x0ffffffc0ffffffc);
    ctx->s[0] = load_le64(key + 16);
    ctx->s[1] = load_le64(key + 24);
}

void noncrypto_poly1305_update(struct noncrypto_poly1305 *ctx, const void *data, size_t len)
{
    const uint8_t *p = data;

    if (ctx->used > 0) {
        size_t take = sizeof ctx->block - ctx->used;
        if (take > len)
            take = len;
        if (take > 0)
            memcpy(ctx->block + ctx->used, p, take);
        ctx->used += take;
        if (ctx->used < sizeof ctx->block)
            return;
        noncrypto_poly1305_blocks(ctx->h, ctx->r, ctx->block, 1, 1);
        p += take;
        len -= take;
        ctx->used = 0;
    }
    if (len >= POLY1305_BLOCK_LEN)
        noncrypto_poly1305_blocks(ctx->h, ctx->r, p, len / POLY1305_BLOCK_LEN, 1);
    ctx->used = len % POLY1305_BLOCK_LEN;
    if (ctx->used > 0)
        memcpy(ctx->block, p + len - ctx->used, ctx->used);
}

/* a + b + carry; the new carry replaces the old. */
static uint64_t add_carry(uint64_t a, uint64_t b, uint64_t *carry)
{
    uint64_t sum = a + b;
    uint64_t out = sum + *carry;

    /* From the bits, not by a comparison, of which a compiler may make a branch. */
    *carry = ((a & b) | ((a | b) & ~out)) >> 63;
    return out;
}

void noncrypto_poly1305_final(struct noncrypto_poly1305 *ctx,
                              uint8_t tag[NONCRYPTO_POLY1305_TAG_LEN])
{
    if (ctx->used > 0) {
        ctx->block[ctx->used] = 1;
        memset(ctx->block + ctx->used + 1, 0, sizeof ctx->block - ctx->used - 1);
        noncrypto_poly1305_blocks(ctx->h, ctx->r, ctx->block, 1, 0);
    }

    /* Below 2^131, so one or no subtraction of p: h + 5 reaches 2^130 exactly when h >= p. */
    uint64_t h2 = ctx->h[2] & 3, carry = 0;
    uint64_t h0 = add_carry(ctx->h[0], 5 * (ctx->h[2] >> 2), &carry);
    uint64_t h1 = add_carry(ctx->h[1], 0, &carry);
    h2 += carry;
    carry = 0;
    uint64_t g0 = add_carry(h0, 5, &carry);
    uint64_t g1 = add_carry(h1, 0, &carry);
    uint64_t above = ct_mask64((h2 + carry) >> 2);
    h0 = ct_select64(above, g0, h0);
    h1 = ct_select64(above, g1, h1);

    carry = 0;
    store_le64(tag, add_carry(h0, ctx->s[0], &carry));
    store_le64(tag + 8, add_carry(h1, ctx->s[1], &carry));
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_poly1305(uint8_t tag[NONCRYPTO_POLY1305_TAG_LEN], const void *data, size_t len,
                        const uint8_t key[NONCRYPTO_POLY1305_KEY_LEN])
{
    struct noncrypto_poly1305 ctx;

    noncrypto_poly1305_init(&ctx, key);
    noncrypto_poly1305_update(&ctx, data, len);
    noncrypto_poly1305_final(&ctx, tag);
}
