/*
 * Multiples of points over any representation of the field: by a comb of the base point and by windows in constant time
 * for secret scalars, by sliding windows for public ones.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_MULTIPLY_H
#define NONCRYPTO_SRC_CURVE25519_MULTIPLY_H

#include <noncrypto/memory.h>

#include <string.h>

#include "curve25519/edwards.h"

/* 65 digits in base 16, from -7 to 8; the last one is 0 or 1, and 0 for scalars below 2^255. */
static void signed_digits(int8_t digits[65], const uint8_t scalar[32])
{
    int carry = 0;

    for (unsigned i = 0; i < 64; i++) {
        int digit = (scalar[i / 2] >> 4 * (i % 2) & 15) + carry;
        carry = (digit + 7) >> 4;
        digits[i] = (int8_t)(digit - carry * 16);
    }
    digits[64] = (int8_t)carry;
}

/* Splits a digit into its magnitude and a mask of its sign. */
static inline uint32_t digit_magnitude(uint64_t *negative, int8_t digit)
{
    uint32_t value = (uint32_t)(int32_t)digit;
    uint32_t sign = value >> 31;

    *negative = ct_mask64(sign);
    return (value ^ (0 - sign)) + sign;
}

/* digit * 256^row * B; reads the whole row of the table. */
static void comb_select(struct ge_affine *out, unsigned row, int8_t digit)
{
    struct fe zero, minus;
    uint64_t words[12], negative;
    uint32_t magnitude = digit_magnitude(&negative, digit);

    table_select(words, &noncrypto_curve25519_comb[(size_t)8 * row], magnitude);
    fe_from_words(&out->y_plus_x, words);
    fe_from_words(&out->y_minus_x, words + 4);
    fe_from_words(&out->xy2d, words + 8);

    /* -P has y + x and y - x exchanged. */
    struct fe plus = out->y_plus_x;
    fe_select(&out->y_plus_x, &out->y_plus_x, &out->y_minus_x, negative);
    fe_select(&out->y_minus_x, &out->y_minus_x, &plus, negative);
    fe_small(&zero, 0);
    fe_sub(&minus, &zero, &out->xy2d);
    fe_select(&out->xy2d, &out->xy2d, &minus, negative);
}

/* scalar B, scalar below 2^255: the odd digits' rows, times 16, and the even digits' rows. */
static NOINLINE void comb_multiply(struct ge *p, const uint8_t scalar[32])
{
    struct ge_completed c;
    struct ge_affine row;
    int8_t digits[65];

    signed_digits(digits, scalar);
    ge_identity(p);
    for (unsigned i = 1; i < 64; i += 2) {
        comb_select(&row, i / 2, digits[i]);
        ge_add_affine(&c, p, &row);
        ge_complete(p, &c);
    }
    ge_double_n(p, 4);
    for (unsigned i = 0; i < 64; i += 2) {
        comb_select(&row, i / 2, digits[i]);
        ge_add_affine(&c, p, &row);
        ge_complete(p, &c);
    }
    noncrypto_wipe(digits, sizeof digits);
    noncrypto_wipe(&row, sizeof row);
    noncrypto_wipe(&c, sizeof c);
}

/* digit * P from the table P, 2 P, ... 8 P, all of which is read. */
static NOINLINE void window_select(struct ge_cached *out, const struct ge_cached table[8],
                                   int8_t digit)
{
    struct fe zero, minus;
    uint64_t negative;
    uint32_t magnitude = digit_magnitude(&negative, digit);

    fe_small(&out->y_plus_x, 1);
    fe_small(&out->y_minus_x, 1);
    fe_small(&out->z, 1);
    fe_small(&out->t2d, 0);
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t mask = ct_equal64(magnitude, i + 1);
        fe_select(&out->y_plus_x, &out->y_plus_x, &table[i].y_plus_x, mask);
        fe_select(&out->y_minus_x, &out->y_minus_x, &table[i].y_minus_x, mask);
        fe_select(&out->z, &out->z, &table[i].z, mask);
        fe_select(&out->t2d, &out->t2d, &table[i].t2d, mask);
    }
    struct fe plus = out->y_plus_x;
    fe_select(&out->y_plus_x, &out->y_plus_x, &out->y_minus_x, negative);
    fe_select(&out->y_minus_x, &out->y_minus_x, &plus, negative);
    fe_small(&zero, 0);
    fe_sub(&minus, &zero, &out->t2d);
    fe_select(&out->t2d, &out->t2d, &minus, negative);
}

/* out = scalar P for any scalar */
static NOINLINE void window_multiply(struct ge *out, const uint8_t scalar[32], const struct ge *p)
{
    struct ge_cached table[8], entry;
    struct ge_completed c;
    int8_t digits[65];

    signed_digits(digits, scalar);
    *out = *p;
    for (unsigned i = 0; i < 8; i++) {
        ge_to_cached(&table[i], out);
        ge_add(&c, p, &table[i]);
        ge_complete(out, &c);
    }
    ge_identity(out);
    for (unsigned i = 65; i-- > 0;) {
        ge_double_n(out, 4);
        window_select(&entry, table, digits[i]);
        ge_add(&c, out, &entry);
        ge_complete(out, &c);
    }
    noncrypto_wipe(digits, sizeof digits);
    noncrypto_wipe(&entry, sizeof entry);
    noncrypto_wipe(&c, sizeof c);
}

/* The most digits that a sliding window makes of 256 bits, and those that it makes of 128. */
#define SLIDE_LEN      260
#define SLIDE_LEN_HALF 132

/* P, 3 P, 5 P, ... (2 n - 1) P */
static NOINLINE void odd_multiples(struct ge_cached *table, unsigned n, const struct ge *p)
{
    struct ge_completed c;
    struct ge_cached twice;
    struct ge t;

    ge_double(&c, p);
    ge_complete(&t, &c);
    ge_to_cached(&twice, &t);
    ge_to_cached(&table[0], p);
    t = *p;
    for (unsigned i = 1; i < n; i++) {
        ge_add(&c, &t, &twice);
        ge_complete(&t, &c);
        ge_to_cached(&table[i], &t);
    }
}

/* Digits that are 0 or odd and below 2^(width - 1) in magnitude, at least width - 1 zeros between two of them. */
static void slide_vartime(int8_t *digits, unsigned len, const uint8_t scalar[32], unsigned width)
{
    uint64_t words[6] = {0};
    uint64_t carry = 0;
    unsigned at = 0;

    words_from_bytes(words, scalar);
    for (unsigned i = 0; i < len; i++)
        digits[i] = 0;
    while (at < len) {
        uint64_t bits = words[at / 64] >> at % 64;
        if (at % 64 + width > 64)
            bits |= words[at / 64 + 1] << (64 - at % 64);
        if ((bits & 1) == carry) {
            at++;
            continue;
        }
        bits = (bits & ((UINT64_C(1) << width) - 1)) + carry;
        carry = bits >> (width - 1);
        digits[at] = (int8_t)((int)bits - (int)(carry << width));
        at += width;
    }
}

/* A point's odd multiples and the digits of its factor, `len` of them. */
struct slide_term {
    const struct ge_cached *table;
    const int8_t *digits;
    unsigned len;
};

/*
 * The digits of a factor b of the base point: b = b0 + 2^128 b1, of width 7 and 4, for which there are tables of odd multiples
 * of B and of 2^128 B.
 */
struct slide_base {
    int8_t low[SLIDE_LEN_HALF], high[SLIDE_LEN_HALF];
};

static void slide_base_vartime(struct slide_base *base, const uint8_t b[32])
{
    uint8_t half[32] = {0};

    memcpy(half, b, 16);
    slide_vartime(base->low, SLIDE_LEN_HALF, half, 7);
    memcpy(half, b + 16, 16);
    slide_vartime(base->high, SLIDE_LEN_HALF, half, 4);
}

static inline void affine_from_row(struct ge_affine *out, const uint64_t row[12])
{
    fe_from_words(&out->y_plus_x, row);
    fe_from_words(&out->y_minus_x, row + 4);
    fe_from_words(&out->xy2d, row + 8);
}

static inline void slide_add(struct ge *p, struct ge_completed *c, const struct ge_cached *table,
                             int digit)
{
    ge_complete(p, c);
    if (digit > 0)
        ge_add(c, p, &table[(unsigned)digit >> 1]);
    else
        ge_sub(c, p, &table[(unsigned)-digit >> 1]);
}

/* The same for a multiple of the base point. */
static inline void slide_add_row(struct ge *p, struct ge_completed *c, const uint64_t row[12],
                                 int negative)
{
    struct ge_affine q;

    ge_complete(p, c);
    affine_from_row(&q, row);
    if (negative) {
        struct fe plus = q.y_plus_x;
        q.y_plus_x = q.y_minus_x;
        q.y_minus_x = plus;
        fe_small(&plus, 0);
        fe_sub(&q.xy2d, &plus, &q.xy2d);
    }
    ge_add_affine(c, p, &q);
}

static inline void slide_add_base(struct ge *p, struct ge_completed *c,
                                  const struct slide_base *base, unsigned i)
{
    int low = base->low[i], high = base->high[i];

    if (low)
        slide_add_row(p, c, noncrypto_curve25519_odd[(unsigned)(low > 0 ? low : -low) >> 1],
                      low < 0);
    /* Row 8 * 16 + j of the comb is (j + 1) 256^16 B. */
    if (high)
        slide_add_row(p, c, noncrypto_curve25519_comb[127 + (high > 0 ? high : -high)], high < 0);
}

/* The highest digit that is not 0 of any term; 0 if there is none. */
static unsigned slide_top_vartime(const struct slide_term *terms, size_t count,
                                  const struct slide_base *base)
{
    unsigned top = 0;

    for (unsigned i = 0; i < SLIDE_LEN_HALF; i++)
        if (base->low[i] || base->high[i])
            top = i;
    for (size_t n = 0; n < count; n++)
        for (unsigned i = terms[n].len; --i > top;)
            if (terms[n].digits[i])
                top = i;
    return top;
}

/* out = the sum of all terms and of a multiple of B. The doublings are shared. */
static NOINLINE void slide_sum_vartime(struct ge *out, const struct slide_term *terms, size_t count,
                                       const struct slide_base *base)
{
    struct ge_completed c;

    ge_identity(out);
    for (unsigned i = slide_top_vartime(terms, count, base) + 1; i-- > 0;) {
        ge_double(&c, out);
        for (size_t n = 0; n < count; n++)
            if (i < terms[n].len && terms[n].digits[i])
                slide_add(out, &c, terms[n].table, terms[n].digits[i]);
        if (i < SLIDE_LEN_HALF)
            slide_add_base(out, &c, base, i);
        if (i > 0)
            ge_complete_without_t(out, &c);
        else
            ge_complete(out, &c);
    }
}

#endif
