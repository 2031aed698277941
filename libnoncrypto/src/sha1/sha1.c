#include "sha1/sha1_private.h"

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "pieces.h"

#define BLOCK_LEN NONCRYPTO_SHA1_BLOCK_LEN

/* Section 4.1.1: the function of rounds 0..19, of 20..39 and 60..79, and of 40..59. */
#define CHOOSE(b, c, d)   ((d) ^ ((b) & ((c) ^ (d))))
#define PARITY(b, c, d)   ((b) ^ (c) ^ (d))
#define MAJORITY(b, c, d) (((b) & (c)) | ((d) & ((b) | (c))))

/* Word t of the message schedule (section 6.1.2 step 1), in a window of 16 words. */
static inline uint32_t schedule(uint32_t w[16], unsigned t)
{
    uint32_t x = w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16];
    return w[t % 16] = rotl32(x, 1);
}

/* One round; the roles of the words move by one, in the argument order. */
#define ROUND(f, k, a, b, c, d, e, word)               \
    do {                                               \
        e += rotl32(a, 5) + f(b, c, d) + (k) + (word); \
        b = rotl32(b, 30);                             \
    } while (0)

#define FIVE(f, k, t, word)                        \
    do {                                           \
        ROUND(f, k, a, b, c, d, e, word(t));       \
        ROUND(f, k, e, a, b, c, d, word((t) + 1)); \
        ROUND(f, k, d, e, a, b, c, word((t) + 2)); \
        ROUND(f, k, c, d, e, a, b, word((t) + 3)); \
        ROUND(f, k, b, c, d, e, a, word((t) + 4)); \
    } while (0)

#define LOADED(t)    (w[t] = load_be32(data + 4 * (t)))
#define SCHEDULED(t) schedule(w, t)
#define EITHER(t)    ((t) < 16 ? LOADED((t) % 16) : SCHEDULED(t))

static void blocks_portable(uint32_t h[5], const uint8_t *data, size_t nblocks)
{
    uint32_t w[16];

    for (; nblocks > 0; nblocks--, data += BLOCK_LEN) {
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

        FIVE(CHOOSE, 0x5a827999, 0, LOADED);
        FIVE(CHOOSE, 0x5a827999, 5, LOADED);
        FIVE(CHOOSE, 0x5a827999, 10, LOADED);
        FIVE(CHOOSE, 0x5a827999, 15, EITHER);
        for (unsigned t = 20; t < 40; t += 5)
            FIVE(PARITY, 0x6ed9eba1, t, SCHEDULED);
        for (unsigned t = 40; t < 60; t += 5)
            FIVE(MAJORITY, 0x8f1bbcdc, t, SCHEDULED);
        for (unsigned t = 60; t < 80; t += 5)
            FIVE(PARITY, 0xca62c1d6, t, SCHEDULED);
        h[0] += a;
        h[1] += b;
        h[2] += c;
        h[3] += d;
        h[4] += e;
    }
    noncrypto_wipe(w, sizeof w);
}

static void blocks(void *state, const uint8_t *data, size_t nblocks)
{
    uint32_t *h = state;

#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SHA)) {
        noncrypto_sha1_blocks_shani(h, data, nblocks);
        return;
    }
#endif
    blocks_portable(h, data, nblocks);
}

void noncrypto_sha1_init(struct noncrypto_sha1 *ctx)
{
    static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

    memcpy(ctx->h, initial, sizeof ctx->h);
    ctx->len = 0;
}

void noncrypto_sha1_update(struct noncrypto_sha1 *ctx, const void *data, size_t len)
{
    pieces_add(ctx->h, ctx->block, BLOCK_LEN, &ctx->len, data, len, blocks);
}

void noncrypto_sha1_final(struct noncrypto_sha1 *ctx, uint8_t out[NONCRYPTO_SHA1_LEN])
{
    pieces_pad(ctx->h, ctx->block, BLOCK_LEN, ctx->len, blocks);
    for (int i = 0; i < 5; i++)
        store_be32(out + 4 * i, ctx->h[i]);
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_sha1(uint8_t out[NONCRYPTO_SHA1_LEN], const void *data, size_t len)
{
    struct noncrypto_sha1 ctx;

    noncrypto_sha1_init(&ctx);
    noncrypto_sha1_update(&ctx, data, len);
    noncrypto_sha1_final(&ctx, out);
}
