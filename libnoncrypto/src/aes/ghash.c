/*
 * Multiplication without carries by integer multiplication: of each factor only every fourth bit is kept at a time, so that
 * the carries of a sum of up to 15 bits fall into the three holes above it and are masked away. No product is faster for
 * one value than for another on processors whose multiplication of words takes a constant time, which are all that the
 * library runs on.
 */
#include "aes/ghash.h"

#include "bytes.h"
#include "ct.h"

#ifdef __SIZEOF_INT128__

/* The product of `a`, without its four lowest bits, with `b`. With them a column would be a sum of 16. */
static unsigned __int128 multiply_high(uint64_t a, uint64_t b)
{
    const uint64_t every_fourth = UINT64_C(0x1111111111111111);
    const unsigned __int128 column = (unsigned __int128)every_fourth << 64 | every_fourth;
    uint64_t x[4], y[4];
    unsigned __int128 product = 0;

#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        x[i] = a & every_fourth << i & ~UINT64_C(15);
        y[i] = b & every_fourth << i;
    }
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        unsigned __int128 sum = 0;
#pragma GCC unroll 4
        for (unsigned j = 0; j < 4; j++)
            sum ^= (unsigned __int128)x[j] * y[(i - j) & 3];
        product |= sum & column << i;
    }
    return product;
}

static void multiply64(uint64_t product[2], uint64_t a, uint64_t b)
{
    unsigned __int128 p = multiply_high(a, b);

#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++)
        p ^= (unsigned __int128)(b & ct_mask64(a >> i)) << i;
    product[0] = (uint64_t)p;
    product[1] = (uint64_t)(p >> 64);
}

#else

/* Here a column is a sum of 8 at most. */
static uint64_t multiply32(uint32_t a, uint32_t b)
{
    const uint32_t every_fourth = UINT32_C(0x11111111);
    const uint64_t column = UINT64_C(0x1111111111111111);
    uint32_t x[4], y[4];
    uint64_t product = 0;

#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        x[i] = a & every_fourth << i;
        y[i] = b & every_fourth << i;
    }
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        uint64_t sum = 0;
#pragma GCC unroll 4
        for (unsigned j = 0; j < 4; j++)
            sum ^= (uint64_t)x[j] * y[(i - j) & 3];
        product |= sum & column << i;
    }
    return product;
}

static void multiply64(uint64_t product[2], uint64_t a, uint64_t b)
{
    uint32_t a0 = (uint32_t)a, a1 = (uint32_t)(a >> 32);
    uint32_t b0 = (uint32_t)b, b1 = (uint32_t)(b >> 32);
    uint64_t low = multiply32(a0, b0);
    uint64_t high = multiply32(a1, b1);
    uint64_t middle = multiply32(a0 ^ a1, b0 ^ b1) ^ low ^ high;

    product[0] = low ^ middle << 32;
    product[1] = high ^ middle >> 32;
}

#endif

/* Adds to p[1] and p[2] the multiple of the polynomial that makes p[0] zero; the shifts are 127, 126 and 121 less 64. */
static inline void fold(uint64_t p[3])
{
    p[1] ^= p[0] << 63 ^ p[0] << 62 ^ p[0] << 57;
    p[2] ^= p[0] ^ p[0] >> 1 ^ p[0] >> 2 ^ p[0] >> 7;
}

/* y = y * h * x^-128, with h and the sum of its halves. */
static void multiply(uint64_t y[2], const uint64_t h[2], uint64_t h_middle)
{
    uint64_t low[2], middle[2], high[2];

    multiply64(low, y[0], h[0]);
    multiply64(high, y[1], h[1]);
    multiply64(middle, y[0] ^ y[1], h_middle);

    uint64_t p[4] = {low[0], low[1] ^ middle[0] ^ low[0] ^ high[0],
                     high[0] ^ middle[1] ^ low[1] ^ high[1], high[1]};
    fold(p);
    fold(p + 1);
    y[0] = p[2];
    y[1] = p[3];
}

void noncrypto_ghash_init(struct noncrypto_aes_gcm *gcm, const uint8_t h[AES_BLOCK])
{
    uint64_t high = load_be64(h);
    uint64_t low = load_be64(h + 8);
    uint64_t carry = ct_mask64(high >> 63);
    uint64_t y[2] = {low << 1 ^ (carry & 1),
                     (high << 1 | low >> 63) ^ (carry & UINT64_C(0xc200000000000000))};

    for (unsigned i = 0; i < GHASH_BATCH; i++) {
        gcm->power[i][0] = y[0];
        gcm->power[i][1] = y[1];
        gcm->middle[i] = y[0] ^ y[1];
        multiply(y, gcm->power[0], gcm->middle[0]);
    }
}

void noncrypto_ghash_portable(const struct noncrypto_aes_gcm *gcm, uint64_t y[2], const uint8_t *in,
                              size_t nblocks)
{
    for (; nblocks > 0; nblocks--, in += AES_BLOCK) {
        y[0] ^= load_be64(in + 8);
        y[1] ^= load_be64(in);
        multiply(y, gcm->power[0], gcm->middle[0]);
    }
}

void noncrypto_ghash(const struct noncrypto_aes_gcm *gcm, uint64_t y[2], const uint8_t *in,
                     size_t nblocks)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_AESNI)) {
        noncrypto_ghash_pclmul(gcm, y, in, nblocks);
        return;
    }
#endif
    noncrypto_ghash_portable(gcm, y, in, nblocks);
}
