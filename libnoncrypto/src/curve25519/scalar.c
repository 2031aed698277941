/* Barrett's reduction (Handbook of Applied Cryptography, algorithm 14.42) on the widest words that the compiler can multiply. */
#include "curve25519/scalar.h"

#include <noncrypto/memory.h>

#include "ct.h"
#include "curve25519/words.h"

/* floor(2^512 / L) */
static const word order_inverse[WORDS + 1] = {
    WORD64(0xed9ce5a30a2c131b), WORD64(0x2106215d086329a7), WORD64(0xffffffffffffffeb),
    WORD64(0xffffffffffffffff), 15};

/* The lowest `nout` words of a b + out, where out holds `nout` words on entry. */
static void words_mul_add(word *out, unsigned nout, const word *a, unsigned na, const word *b,
                          unsigned nb)
{
    for (unsigned i = 0; i < na; i++) {
        word carry = 0;
        for (unsigned j = 0; i + j < nout; j++) {
            double_word sum = (double_word)out[i + j] + carry;
            if (j < nb)
                sum += (double_word)a[i] * b[j];
            out[i + j] = (word)sum;
            carry = (word)(sum >> WORD_BITS);
        }
    }
}

/* out = a - b; returns what is borrowed, 0 or 1. Of WORDS + 1 words. */
static word words_sub(word *out, const word *a, const word *b)
{
    word borrow = 0;

    for (unsigned i = 0; i < WORDS + 1; i++) {
        double_word difference = (double_word)a[i] - b[i] - borrow;
        out[i] = (word)difference;
        borrow = (word)(difference >> WORD_BITS) & 1;
    }
    return borrow;
}

static void words_reduce(uint8_t out[32], const word x[2 * WORDS])
{
    word product[2 * WORDS + 2] = {0};
    word multiple[WORDS + 1] = {0};
    word r[WORDS + 1], less[WORDS + 1];

    /* The quotient by the upper half of x is at most 2 too small. */
    words_mul_add(product, 2 * WORDS + 2, x + WORDS - 1, WORDS + 1, order_inverse, WORDS + 1);
    words_mul_add(multiple, WORDS + 1, product + WORDS + 1, WORDS + 1, scalar_order, WORDS);
    (void)words_sub(r, x, multiple);
    for (unsigned round = 0; round < 2; round++) {
        uint64_t negative = ct_mask64(words_sub(less, r, scalar_order));
        for (unsigned i = 0; i < WORDS + 1; i++)
            r[i] = (word)ct_select64(negative, r[i], less[i]);
    }
    for (unsigned i = 0; i < WORDS; i++)
        word_store(out + (size_t)WORD_BYTES * i, r[i]);
    noncrypto_wipe(product, sizeof product);
    noncrypto_wipe(multiple, sizeof multiple);
    noncrypto_wipe(r, sizeof r);
    noncrypto_wipe(less, sizeof less);
}

void noncrypto_scalar25519_reduce64(uint8_t out[32], const uint8_t x[64])
{
    word words[2 * WORDS];

    words_load(words, x, 2 * WORDS);
    words_reduce(out, words);
    noncrypto_wipe(words, sizeof words);
}

void noncrypto_scalar25519_reduce32(uint8_t out[32], const uint8_t x[32])
{
    word words[2 * WORDS] = {0};

    words_load(words, x, WORDS);
    words_reduce(out, words);
    noncrypto_wipe(words, sizeof words);
}

void noncrypto_scalar25519_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32],
                                   const uint8_t c[32])
{
    word x[WORDS], y[WORDS];
    word sum[2 * WORDS] = {0};

    words_load(x, a, WORDS);
    words_load(y, b, WORDS);
    if (c)
        words_load(sum, c, WORDS);
    words_mul_add(sum, 2 * WORDS, x, WORDS, y, WORDS);
    words_reduce(out, sum);
    noncrypto_wipe(x, sizeof x);
    noncrypto_wipe(y, sizeof y);
    noncrypto_wipe(sum, sizeof sum);
}

void noncrypto_scalar25519_negate(uint8_t out[32], const uint8_t a[32])
{
    static const uint8_t minus_one[32] = {0xec, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                          0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                          0,    0,    0,    0,    0,    0,    0,    0,
                                          0,    0,    0,    0,    0,    0,    0,    0x10};

    noncrypto_scalar25519_mul_add(out, a, minus_one, NULL);
}

uint32_t noncrypto_scalar25519_canonical_mask(const uint8_t x[32])
{
    word words[WORDS + 1] = {0};
    word difference[WORDS + 1];

    words_load(words, x, WORDS);
    uint32_t mask = (uint32_t)ct_mask64(words_sub(difference, words, scalar_order));
    noncrypto_wipe(words, sizeof words);
    noncrypto_wipe(difference, sizeof difference);
    return mask;
}
