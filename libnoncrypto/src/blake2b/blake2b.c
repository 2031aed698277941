#include <noncrypto/blake2b.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"

#define BLOCK_LEN NONCRYPTO_BLAKE2B_BLOCK_LEN

/* Where a state that was taken out has its parts, behind the block. */
#define STATE_H    BLOCK_LEN
#define STATE_DONE (STATE_H + 64)
#define STATE_WAIT (STATE_DONE + 8)

/* RFC 7693 section 2.6: that of SHA-512. */
static const uint64_t initial[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Section 3.1. */
static inline __attribute__((always_inline)) void mix(uint64_t v[16], int a, int b, int c, int d,
                                                      uint64_t x, uint64_t y)
{
    v[a] += v[b] + x;
    v[d] = rotr64(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotr64(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotr64(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotr64(v[b] ^ v[c], 63);
}

/* Section 3.2, with the message schedule of section 2.7 in the argument order. */
#define ROUND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15) \
    do {                                                                            \
        mix(v, 0, 4, 8, 12, m[s0], m[s1]);                                          \
        mix(v, 1, 5, 9, 13, m[s2], m[s3]);                                          \
        mix(v, 2, 6, 10, 14, m[s4], m[s5]);                                         \
        mix(v, 3, 7, 11, 15, m[s6], m[s7]);                                         \
        mix(v, 0, 5, 10, 15, m[s8], m[s9]);                                         \
        mix(v, 1, 6, 11, 12, m[s10], m[s11]);                                       \
        mix(v, 2, 7, 8, 13, m[s12], m[s13]);                                        \
        mix(v, 3, 4, 9, 14, m[s14], m[s15]);                                        \
    } while (0)

/* Adds `block`, of which `len` bytes are input. */
static void compress(struct noncrypto_blake2b *ctx, const uint8_t *block, size_t len, int last)
{
    uint64_t v[16], m[16];

    ctx->len += len;
    for (int i = 0; i < 16; i++)
        m[i] = load_le64(block + 8 * i);
    memcpy(v, ctx->h, sizeof ctx->h);
    memcpy(v + 8, initial, sizeof initial);
    v[12] ^= ctx->len;
    if (last)
        v[14] = ~v[14];

    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    ROUND(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4);
    ROUND(7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8);
    ROUND(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13);
    ROUND(2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9);
    ROUND(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11);
    ROUND(13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10);
    ROUND(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5);
    ROUND(10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0);
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);

    for (int i = 0; i < 8; i++)
        ctx->h[i] ^= v[i] ^ v[i + 8];
    noncrypto_wipe(v, sizeof v);
    noncrypto_wipe(m, sizeof m);
}

int noncrypto_blake2b_init(struct noncrypto_blake2b *ctx, size_t out_len, const void *key,
                           size_t key_len)
{
    if (out_len == 0 || out_len > NONCRYPTO_BLAKE2B_OUT_MAX || key_len > NONCRYPTO_BLAKE2B_KEY_MAX)
        return NONCRYPTO_E_INVALID;
    memcpy(ctx->h, initial, sizeof ctx->h);
    ctx->h[0] ^= 0x01010000 ^ (uint64_t)key_len << 8 ^ out_len;
    ctx->len = 0;
    ctx->block_len = 0;
    ctx->out_len = (uint8_t)out_len;
    if (key_len > 0) {
        memset(ctx->block, 0, BLOCK_LEN);
        memcpy(ctx->block, key, key_len);
        ctx->block_len = BLOCK_LEN;
    }
    return 0;
}

void noncrypto_blake2b_update(struct noncrypto_blake2b *ctx, const void *data, size_t len)
{
    const uint8_t *p = data;
    size_t room = (size_t)BLOCK_LEN - ctx->block_len;

    if (len == 0)
        return;
    if (len > room) {
        memcpy(ctx->block + ctx->block_len, p, room);
        compress(ctx, ctx->block, BLOCK_LEN, 0);
        p += room;
        len -= room;
        for (; len > BLOCK_LEN; len -= BLOCK_LEN, p += BLOCK_LEN)
            compress(ctx, p, BLOCK_LEN, 0);
        ctx->block_len = 0;
    }
    memcpy(ctx->block + ctx->block_len, p, len);
    ctx->block_len = (uint8_t)(ctx->block_len + len);
}

void noncrypto_blake2b_final(struct noncrypto_blake2b *ctx, uint8_t *out)
{
    uint8_t bytes[NONCRYPTO_BLAKE2B_OUT_MAX];

    memset(ctx->block + ctx->block_len, 0, (size_t)BLOCK_LEN - ctx->block_len);
    compress(ctx, ctx->block, ctx->block_len, 1);
    for (int i = 0; i < 8; i++)
        store_le64(bytes + 8 * i, ctx->h[i]);
    memcpy(out, bytes, ctx->out_len);
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_blake2b_export(uint8_t out[NONCRYPTO_BLAKE2B_STATE_LEN],
                              const struct noncrypto_blake2b *ctx)
{
    memset(out, 0, BLOCK_LEN);
    memcpy(out, ctx->block, ctx->block_len);
    for (int i = 0; i < 8; i++)
        store_le64(out + STATE_H + 8 * i, ctx->h[i]);
    store_le64(out + STATE_DONE, ctx->len);
    out[STATE_WAIT] = ctx->block_len;
}

int noncrypto_blake2b_import(struct noncrypto_blake2b *ctx, size_t out_len,
                             const uint8_t in[NONCRYPTO_BLAKE2B_STATE_LEN])
{
    uint64_t done = load_le64(in + STATE_DONE);

    if (out_len == 0 || out_len > NONCRYPTO_BLAKE2B_OUT_MAX || in[STATE_WAIT] > BLOCK_LEN ||
        done % BLOCK_LEN != 0)
        return NONCRYPTO_E_INVALID;
    for (int i = 0; i < 8; i++)
        ctx->h[i] = load_le64(in + STATE_H + 8 * i);
    ctx->len = done;
    ctx->block_len = in[STATE_WAIT];
    memcpy(ctx->block, in, ctx->block_len);
    ctx->out_len = (uint8_t)out_len;
    return 0;
}
