/*
 * Euclid's algorithm on L and k, stopped halfway: each remainder is t k modulo L for a factor t that grows as the remainder
 * falls, the product of a remainder and the next factor being at most L. So the first remainder below 2^127 has a factor
 * below 2^126.
 */
#include "curve25519/scalar.h"

#include "curve25519/words.h"

#define FACTOR_WORDS (WORDS / 2)
#define HALF_BITS    127

/* A remainder with as many bits as `bits` says, and the magnitude of its factor. */
struct remainder {
    word value[WORDS];
    word factor[FACTOR_WORDS];
    unsigned bits;
};

static unsigned count_bits(const word value[WORDS])
{
    unsigned n = WORDS;

    while (n > 0 && value[n - 1] == 0)
        n--;
    if (n == 0)
        return 0;
    word top = value[n - 1];
    unsigned bits = (n - 1) * WORD_BITS;
#if UINTPTR_MAX > UINT32_MAX
    return bits + 64 - (unsigned)__builtin_clzll(top);
#else
    /* To count zeros would need libgcc on some 32-bit processors. */
    for (; top != 0; top >>= 1)
        bits++;
    return bits;
#endif
}

/* Word i of x * 2^(words * WORD_BITS + bits). */
static inline word shifted_word(const word *x, unsigned i, unsigned words, unsigned bits)
{
    word high = i >= words ? x[i - words] : 0;
    word low = i > words ? x[i - words - 1] : 0;

    /* A shift by the whole width is not one. */
    return (word)(high << bits | low >> 1 >> (WORD_BITS - 1 - bits));
}

/* As below for a shift by words and bits; how many words is a constant wherever it matters. */
static inline __attribute__((always_inline)) int
subtract_words(struct remainder *a, const struct remainder *b, unsigned words, unsigned bits)
{
    word value[WORDS];
    word borrow = 0, carry = 0;

    for (unsigned i = 0; i < WORDS; i++) {
        double_word difference =
            (double_word)a->value[i] - shifted_word(b->value, i, words, bits) - borrow;
        value[i] = (word)difference;
        borrow = (word)(difference >> WORD_BITS) & 1;
    }
    if (borrow)
        return 0;
    for (unsigned i = 0; i < WORDS; i++)
        a->value[i] = value[i];
    for (unsigned i = 0; i < FACTOR_WORDS; i++) {
        double_word sum =
            (double_word)a->factor[i] + shifted_word(b->factor, i, words, bits) + carry;
        a->factor[i] = (word)sum;
        carry = (word)(sum >> WORD_BITS);
    }
    a->bits = count_bits(a->value);
    return 1;
}

/* a = a - b * 2^shift in values, a + b * 2^shift in factors, whose signs differ; unless that is negative, then it returns 0. */
static int subtract_shifted(struct remainder *a, const struct remainder *b, unsigned shift)
{
    if (shift < WORD_BITS)
        return subtract_words(a, b, 0, shift);
    return subtract_words(a, b, shift / WORD_BITS, shift % WORD_BITS);
}

/* a = a modulo b */
static void reduce(struct remainder *a, const struct remainder *b)
{
    while (a->bits >= b->bits) {
        unsigned shift = a->bits - b->bits;
        if (subtract_shifted(a, b, shift))
            continue;
        if (shift == 0)
            return;
        (void)subtract_shifted(a, b, shift - 1);
    }
}

int noncrypto_scalar25519_halve_vartime(uint8_t u[32], uint8_t v[32], const uint8_t k[32])
{
    struct remainder pair[2] = {{.bits = 253}, {.factor = {1}}};
    unsigned last = 1;

    for (unsigned i = 0; i < WORDS; i++)
        pair[0].value[i] = scalar_order[i];
    words_load(pair[1].value, k, WORDS);
    pair[1].bits = count_bits(pair[1].value);
    for (; pair[last].bits > HALF_BITS; last ^= 1)
        reduce(&pair[last ^ 1], &pair[last]);

    for (unsigned i = 0; i < 32; i++)
        u[i] = v[i] = 0;
    for (unsigned i = 0; i < FACTOR_WORDS; i++) {
        word_store(u + (size_t)WORD_BYTES * i, pair[last].value[i]);
        word_store(v + (size_t)WORD_BYTES * i, pair[last].factor[i]);
    }
    /* Factors have alternating signs, beginning with that of k, which is 1. */
    return last == 0;
}
