/*
 * What every representation of GF(2^255 - 19) shares: bytes, powers, roots. The file that instantiates the curve over a
 * representation includes that first (field_51.h, field_25.h or field_bmi2.h); bounds of operands are said there, and
 * tight results are what is meant here by an element.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_FIELD_H
#define NONCRYPTO_SRC_CURVE25519_FIELD_H

#include <stdint.h>

#include <noncrypto/memory.h>

#include "bytes.h"
#include "ct.h"
#include "curve25519/curve25519.h"

/* sqrt(-1), d and 2 d in words, d = -121665 / 121666 (RFC 8032 section 5.1) */
static const uint64_t fe_sqrt_minus_one[4] = {0xc4ee1b274a0ea0b0, 0x2f431806ad2fe478,
                                              0x2b4d00993dfbd7a7, 0x2b8324804fc1df0b};
static const uint64_t fe_edwards_d[4] = {0x75eb4dca135978a3, 0x00700a4d4141d8ab, 0x8cc740797779e898,
                                         0x52036cee2b6ffe73};
static const uint64_t fe_edwards_2d[4] = {0xebd69b9426b2f159, 0x00e0149a8283b156,
                                          0x198e80f2eef3d130, 0x2406d9dc56dffce7};

static inline void words_from_bytes(uint64_t w[4], const uint8_t bytes[32])
{
    for (unsigned i = 0; i < 4; i++)
        w[i] = load_le64(bytes + 8 * i);
}

/* Bit 255 is ignored (RFC 7748 section 5); values from p on are taken modulo p. */
static inline void fe_from_bytes(struct fe *out, const uint8_t bytes[32])
{
    uint64_t w[4];

    words_from_bytes(w, bytes);
    w[3] &= UINT64_MAX >> 1;
    fe_from_words(out, w);
}

static inline void fe_to_bytes(uint8_t bytes[32], const struct fe *a)
{
    uint64_t w[4];

    fe_to_words(w, a);
    for (unsigned i = 0; i < 4; i++)
        store_le64(bytes + 8 * i, w[i]);
}

static inline void fe_small(struct fe *out, uint64_t n)
{
    uint64_t w[4] = {n, 0, 0, 0};

    fe_from_words(out, w);
}

/* All ones if a is 0. */
static inline uint64_t fe_zero_mask(const struct fe *a)
{
    uint64_t w[4];

    fe_to_words(w, a);
    return ct_zero64(w[0] | w[1] | w[2] | w[3]);
}

/* "Negative" is an odd representative (RFC 8032 section 5.1.2): 1 or 0. */
static inline uint64_t fe_sign(const struct fe *a)
{
    uint64_t w[4];

    fe_to_words(w, a);
    return w[0] & 1;
}

/* out[i] = a[i]^(2^n), n > 0. Two at once take little more time than one: a squaring waits mostly for itself. */
static inline void fe_sqn(struct fe *out, const struct fe *a, unsigned n, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fe_sq(&out[i], &a[i]);
    while (--n > 0)
        for (unsigned i = 0; i < count; i++)
            fe_sq(&out[i], &out[i]);
}

static inline void fe_mul_each(struct fe *out, const struct fe *a, const struct fe *b,
                               unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fe_mul(&out[i], &a[i], &b[i]);
}

/* At most 2 elements at once: a^(2^250 - 1) and a^11, from which both powers below follow. */
static inline void fe_power_250(struct fe *out, struct fe *power_11, const struct fe *a,
                                unsigned count)
{
    struct fe t[2], x5[2], x10[2], x50[2];

    fe_sqn(t, a, 1, count);
    fe_sqn(x5, t, 2, count);
    fe_mul_each(x5, x5, a, count);       /* 9 */
    fe_mul_each(power_11, x5, t, count); /* 11 */
    fe_sqn(t, power_11, 1, count);       /* 22 */
    fe_mul_each(x5, t, x5, count);       /* 2^5 - 1 */
    fe_sqn(t, x5, 5, count);
    fe_mul_each(x10, t, x5, count); /* 2^10 - 1 */
    fe_sqn(t, x10, 10, count);
    fe_mul_each(x50, t, x10, count); /* 2^20 - 1 */
    fe_sqn(t, x50, 20, count);
    fe_mul_each(t, t, x50, count); /* 2^40 - 1 */
    fe_sqn(t, t, 10, count);
    fe_mul_each(x50, t, x10, count); /* 2^50 - 1 */
    fe_sqn(t, x50, 50, count);
    fe_mul_each(x10, t, x50, count); /* 2^100 - 1 */
    fe_sqn(t, x10, 100, count);
    fe_mul_each(t, t, x10, count); /* 2^200 - 1 */
    fe_sqn(t, t, 50, count);
    fe_mul_each(out, t, x50, count);
}

/* 1 / a, and 0 for 0; a may be loose. */
static void fe_invert(struct fe *out, const struct fe *a)
{
#if FE_INVERT_BY_POWER
    /* a^(p - 2) = a^(2^255 - 21) */
    struct fe t, power_11;

    fe_power_250(&t, &power_11, a, 1);
    fe_sqn(&t, &t, 5, 1);
    fe_mul(out, &t, &power_11);
#else
    uint64_t w[4];

    fe_to_words(w, a);
    noncrypto_curve25519_invert(w, w);
    fe_from_words(out, w);
    noncrypto_wipe(w, sizeof w);
#endif
}

/* a^((p - 5) / 8) = a^(2^252 - 3) of one or two elements */
static void fe_power_252_3(struct fe *out, const struct fe *a, unsigned count)
{
    struct fe t[2], power_11[2];

    fe_power_250(t, power_11, a, count);
    fe_sqn(t, t, 2, count);
    fe_mul_each(out, t, a, count);
}

#endif
