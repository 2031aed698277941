#include "sha2/sha2_private.h"

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "pieces.h"
#include "sha2/sha512_rounds.h"

/* Few operations. The sums are rotations of rotations: 28 = 28, 34 = 28 + 6, 39 = 28 + 6 + 5; 14, 18 = 14 + 4, 41 = 14 + 4 + 23. */
#define CHOOSE(e, f, g) ((g) ^ ((e) & ((f) ^ (g))))
#define SUM0(x)         rotr64((x) ^ rotr64((x) ^ rotr64(x, 5), 6), 28)
#define SUM1(x)         rotr64((x) ^ rotr64((x) ^ rotr64(x, 23), 4), 14)

#define BLOCK_LEN NONCRYPTO_SHA512_BLOCK_LEN

const uint64_t noncrypto_sha512_k[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Word t of the message schedule (section 6.4.2 step 1), in a window of 16 words. */
static inline uint64_t schedule(uint64_t w[16], unsigned t)
{
    return w[t] +=
           SHA512_SIGMA1(w[(t + 14) % 16]) + w[(t + 9) % 16] + SHA512_SIGMA0(w[(t + 1) % 16]);
}

static void blocks_portable(uint64_t h[8], const uint8_t *data, size_t nblocks)
{
    uint64_t w[16];

    for (; nblocks > 0; nblocks--, data += BLOCK_LEN) {
        uint64_t v0 = h[0], v1 = h[1], v2 = h[2], v3 = h[3];
        uint64_t v4 = h[4], v5 = h[5], v6 = h[6], v7 = h[7];
        uint64_t differ = v1 ^ v2;
        const uint64_t *k = noncrypto_sha512_k;

#define LOADED_LOW(i)     (k[i] + (w[i] = load_be64(data + 8 * (i))))
#define LOADED_HIGH(i)    (k[8 + (i)] + (w[8 + (i)] = load_be64(data + 64 + 8 * (i))))
#define SCHEDULED_LOW(i)  (k[i] + schedule(w, i))
#define SCHEDULED_HIGH(i) (k[8 + (i)] + schedule(w, 8 + (i)))
        SHA512_EIGHT(LOADED_LOW);
        SHA512_EIGHT(LOADED_HIGH);
        for (k += 16; k < noncrypto_sha512_k + 80; k += 16) {
            SHA512_EIGHT(SCHEDULED_LOW);
            SHA512_EIGHT(SCHEDULED_HIGH);
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
    uint64_t *h = state;

#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_BMI2)) {
        noncrypto_sha512_blocks_avx2(h, data, nblocks);
        return;
    }
#endif
    blocks_portable(h, data, nblocks);
}

void noncrypto_sha512_init(struct noncrypto_sha512 *ctx)
{
    static const uint64_t initial[8] = {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    };

    memcpy(ctx->h, initial, sizeof ctx->h);
    ctx->len = 0;
}

void noncrypto_sha512_update(struct noncrypto_sha512 *ctx, const void *data, size_t len)
{
    pieces_add(ctx->h, ctx->block, BLOCK_LEN, &ctx->len, data, len, blocks);
}

void noncrypto_sha512_final(struct noncrypto_sha512 *ctx, uint8_t out[NONCRYPTO_SHA512_LEN])
{
    pieces_pad(ctx->h, ctx->block, BLOCK_LEN, ctx->len, blocks);
    for (int i = 0; i < 8; i++)
        store_be64(out + 8 * i, ctx->h[i]);
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_sha512(uint8_t out[NONCRYPTO_SHA512_LEN], const void *data, size_t len)
{
    struct noncrypto_sha512 ctx;

    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, data, len);
    noncrypto_sha512_final(&ctx, out);
}

void noncrypto_sha384_init(struct noncrypto_sha384 *ctx)
{
    static const uint64_t initial[8] = {
        0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
        0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
    };

    memcpy(ctx->sha512.h, initial, sizeof ctx->sha512.h);
    ctx->sha512.len = 0;
}

void noncrypto_sha384_update(struct noncrypto_sha384 *ctx, const void *data, size_t len)
{
    noncrypto_sha512_update(&ctx->sha512, data, len);
}

void noncrypto_sha384_final(struct noncrypto_sha384 *ctx, uint8_t out[NONCRYPTO_SHA384_LEN])
{
    struct noncrypto_sha512 *c = &ctx->sha512;

    pieces_pad(c->h, c->block, BLOCK_LEN, c->len, blocks);
    for (int i = 0; i < 6; i++)
        store_be64(out + 8 * i, c->h[i]);
    noncrypto_wipe(ctx, sizeof *ctx);
}

void noncrypto_sha384(uint8_t out[NONCRYPTO_SHA384_LEN], const void *data, size_t len)
{
    struct noncrypto_sha384 ctx;

    noncrypto_sha384_init(&ctx);
    noncrypto_sha384_update(&ctx, data, len);
    noncrypto_sha384_final(&ctx, out);
}
