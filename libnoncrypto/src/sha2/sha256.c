#include "sha2/sha2_private.h"

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "pieces.h"

#define BLOCK_LEN NONCRYPTO_SHA256_BLOCK_LEN

const uint32_t noncrypto_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Section 4.1.2. The sums are rotations of rotations: 13 = 2 + 11, 22 = 2 + 11 + 9; 11 = 6 + 5, 25 = 6 + 5 + 14. */
#define CHOOSE(e, f, g) ((g) ^ ((e) & ((f) ^ (g))))
#define SUM0(x)         rotr32((x) ^ rotr32((x) ^ rotr32(x, 9), 11), 2)
#define SUM1(x)         rotr32((x) ^ rotr32((x) ^ rotr32(x, 14), 5), 6)
#define SIGMA0(x)       (rotr32(x, 7) ^ rotr32(x, 18) ^ (x) >> 3)
#define SIGMA1(x)       (rotr32(x, 17) ^ rotr32(x, 19) ^ (x) >> 10)

/* Word t of the message schedule (section 6.2.2 step 1), in a window of 16 words. */
#define SCHEDULED(t) \
    (w[(t) % 16] += SIGMA1(w[((t) + 14) % 16]) + w[((t) + 9) % 16] + SIGMA0(w[((t) + 1) % 16]))
#define LOADED(t) (w[t] = load_be32(data + 4 * (t)))

/*
 * One round; the roles of the words move by one, in the argument order. The majority of a, b and c is b, unless a differs from
 * b and b from c; whether b differs from c is what the round before knew of its a and b: `differ` holds that.
 */
#define ROUND(a, b, c, d, e, f, g, h, k, word)         \
    do {                                               \
        h += SUM1(e) + CHOOSE(e, f, g) + (k) + (word); \
        d += h;                                        \
        h += b ^ (differ & (a ^ b));                   \
        differ = a ^ b;                                \
        h += SUM0(a);                                  \
    } while (0)

#define EIGHT(t, k, word)                                                   \
    do {                                                                    \
        ROUND(v0, v1, v2, v3, v4, v5, v6, v7, (k)[t], word(t));             \
        ROUND(v7, v0, v1, v2, v3, v4, v5, v6, (k)[(t) + 1], word((t) + 1)); \
        ROUND(v6, v7, v0, v1, v2, v3, v4, v5, (k)[(t) + 2], word((t) + 2)); \
        ROUND(v5, v6, v7, v0, v1, v2, v3, v4, (k)[(t) + 3], word((t) + 3)); \
        ROUND(v4, v5, v6, v7, v0, v1, v2, v3, (k)[(t) + 4], word((t) + 4)); \
        ROUND(v3, v4, v5, v6, v7, v0, v1, v2, (k)[(t) + 5], word((t) + 5)); \
        ROUND(v2, v3, v4, v5, v6, v7, v0, v1, (k)[(t) + 6], word((t) + 6)); \
        ROUND(v1, v2, v3, v4, v5, v6, v7, v0, (k)[(t) + 7], word((t) + 7)); \
    } while (0)

static void blocks_portable(uint32_t h[8], const uint8_t *data, size_t nblocks)
{
    uint32_t w[16];

    for (; nblocks > 0; nblocks--, data += BLOCK_LEN) {
        uint32_t v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3];
        uint32_t v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        uint32_t differ = v1 ^ v2;

        EIGHT(0, noncrypto_sha256_k, LOADED);
        EIGHT(8, noncrypto_sha256_k, LOADED);
        for (const uint32_t *k = noncrypto_sha256_k + 16; k < noncrypto_sha256_k + 64; k += 16) {
            EIGHT(0, k, SCHEDULED);
            EIGHT(8, k, SCHEDULED);
        }
        h[0] += v0;
        h[1] += v1;
        h[2] += v2;
        h[3] += v3;
        h[4] += v4;
        h[5] += v5;
        h[6] += v6;
        h[7] += v7;
    }
    noncrypto_wipe(w, sizeof w);
}

static void blocks(void *state, const uint8_t *data, size_t nblocks)
{
    uint32_t *h = state;

#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_SHA)) {
        noncrypto_sha256_blocks_shani(h, data, nblocks);
        return;
    }
#endif
    blocks_portable(h, data, nblocks);
}

void noncrypto_sha256_init(struct noncrypto_sha256 *ctx)
{
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    memcpy(ctx->h, initial, sizeof ctx->h);
    ctx->len = 0;
}

void noncrypto_sha256_update(struct noncrypto_sha256 *ctx, const void *data, size_t len)
{
    pieces_add(ctx->h, ctx->block, BLOCK_LEN, &ctx->len, data, len, blocks);
}

void noncrypto_sha256_final(struct noncrypto_sha256 *ctx, uint8_t out[NONCRYPTO_SHA256_LEN])
{
    pieces_pad(ctx->h, ctx->block, BLOCK_LEN, ctx->len, blocks);
    for (int i = 0; i < 8; i++)
        store_be32(out + 4 * i, ctx->h[i]);
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_sha256(uint8_t out[NONCRYPTO_SHA256_LEN], const void *data, size_t len)
{
    struct noncrypto_sha256 ctx;

    noncrypto_sha256_init(&ctx);
    noncrypto_sha256_update(&ctx, data, len);
    noncrypto_sha256_final(&ctx, out);
}
