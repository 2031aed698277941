/*
 * Steps of multiple-precision arithmetic on limbs of 64 bits, least significant limb first, the same on every target:
 * where the compiler has no 128-bit product it is put together from four of 64 bits. Constant time, provided that the
 * processor multiplies in constant time. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_BIGNUM_LIMB_H
#define NONCRYPTO_SRC_BIGNUM_LIMB_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "ct.h"

/* The two compilers have the same two instructions under three names. */
#ifdef __clang__
#define limb_builtin_subborrow __builtin_ia32_subborrow_u64
#else
#define limb_builtin_subborrow __builtin_ia32_sbb_u64
#endif

/* a * b + c + *carry, which fits: the low limb is returned, the high one goes to `*carry`. */
static inline uint64_t limb_mac(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 t = (unsigned __int128)a * b + c + *carry;
    *carry = (uint64_t)(t >> 64);
    return (uint64_t)t;
#else
    uint32_t a0 = (uint32_t)a, a1 = (uint32_t)(a >> 32);
    uint32_t b0 = (uint32_t)b, b1 = (uint32_t)(b >> 32);
    uint64_t low = (uint64_t)a0 * b0 + (uint32_t)c;
    uint64_t mid = (uint64_t)a1 * b0 + (c >> 32) + (low >> 32);
    uint64_t mid2 = (uint64_t)a0 * b1 + (uint32_t)mid;
    uint64_t high = (uint64_t)a1 * b1 + (mid >> 32) + (mid2 >> 32);
    uint64_t sum = ((mid2 << 32) | (uint32_t)low) + *carry;
    *carry = high + (sum < *carry);
    return sum;
#endif
}

/* a b mod 2^64 */
static inline uint64_t limb_mul_low(uint64_t a, uint64_t b)
{
    uint64_t high = 0;
    return limb_mac(a, b, 0, &high);
}

/* a + b + *carry, where `*carry` is 0 or 1 and becomes the carry out. */
static inline uint64_t limb_add(uint64_t a, uint64_t b, uint64_t *carry)
{
#ifdef __x86_64__
    /* For the compilers that do not see a chain of carries in what stands below. */
    unsigned long long sum;
    *carry = __builtin_ia32_addcarryx_u64((unsigned char)*carry, a, b, &sum);
    return sum;
#else
    uint64_t partial = a + *carry;
    uint64_t sum = partial + b;
    *carry = (uint64_t)(partial < a) | (uint64_t)(sum < b);
    return sum;
#endif
}

/* a - b - *borrow, where `*borrow` is 0 or 1 and becomes the borrow out. */
static inline uint64_t limb_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
#ifdef __x86_64__
    unsigned long long difference;
    *borrow = limb_builtin_subborrow((unsigned char)*borrow, a, b, &difference);
    return difference;
#else
    uint64_t partial = a - b;
    uint64_t difference = partial - *borrow;
    *borrow = (uint64_t)(a < b) | (uint64_t)(partial < *borrow);
    return difference;
#endif
}

/* Loops over the few limbs of a curve become straight code. */
#define LIMBS_UNROLL _Pragma("GCC unroll 8")

/* The functions below work on `n` limbs; `out` may be any of the inputs. */

/* out = a + b; returns the carry, 0 or 1. */
static inline uint64_t limbs_add(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t carry = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        out[i] = limb_add(a[i], b[i], &carry);
    return carry;
}

/* out = a - b; returns the borrow, 0 or 1. */
static inline uint64_t limbs_sub(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t borrow = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        out[i] = limb_sub(a[i], b[i], &borrow);
    return borrow;
}

/* out = a where the mask is ones, b where it is zeros. */
static inline void limbs_select(uint64_t *out, uint64_t mask, const uint64_t *a, const uint64_t *b,
                                size_t n)
{
    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        out[i] = ct_select64(mask, a[i], b[i]);
}

/* out = carry * 2^(64 n) + a, less m once if that is not below m; with a value below 2 m the result is below m. */
static inline void limbs_reduce_once(uint64_t *out, uint64_t carry, const uint64_t *a,
                                     const uint64_t *m, size_t n)
{
    uint64_t borrow = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        (void)limb_sub(a[i], m[i], &borrow);
    /* Only where the difference is negative does the value stay. */
    uint64_t subtract = ct_mask64(carry | (borrow ^ 1));
    borrow = 0;
    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        out[i] = limb_sub(a[i], m[i] & subtract, &borrow);
}

/* out = (a + b) mod m, for a and b below m. */
static inline void limbs_add_mod(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                 const uint64_t *m, size_t n)
{
    uint64_t carry = limbs_add(out, a, b, n);
    limbs_reduce_once(out, carry, out, m, n);
}

/* out = (a - b) mod m, for a and b below m. */
static inline void limbs_sub_mod(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                 const uint64_t *m, size_t n)
{
    uint64_t mask = ct_mask64(limbs_sub(out, a, b, n));
    uint64_t carry = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        out[i] = limb_add(out[i], m[i] & mask, &carry);
}

/* All ones if a is 0. */
static inline uint64_t limbs_are_zero(const uint64_t *a, size_t n)
{
    uint64_t any = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        any |= a[i];
    return ct_zero64(any);
}

/* All ones if a equals b. */
static inline uint64_t limbs_are_equal(const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t difference = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        difference |= a[i] ^ b[i];
    return ct_zero64(difference);
}

/* All ones if a is less than b. */
static inline uint64_t limbs_are_less(const uint64_t *a, const uint64_t *b, size_t n)
{
    uint64_t borrow = 0;

    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        (void)limb_sub(a[i], b[i], &borrow);
    return ct_mask64(borrow);
}

/* 32 bits from bit `at` on; beyond the limbs they are 0. The time depends on `at`. */
static inline uint32_t limbs_bits(const uint64_t *a, size_t n, size_t at)
{
    size_t word = at / 32;
    unsigned shift = at % 32;
    uint32_t pair[2];

    for (size_t i = 0; i < 2; i++, word++) {
        uint64_t limb = word / 2 < n ? a[word / 2] : 0;
        pair[i] = word % 2 ? (uint32_t)(limb >> 32) : (uint32_t)limb;
    }
    return shift == 0 ? pair[0] : pair[0] >> shift | pair[1] << (32 - shift);
}

/* Big-endian bytes, 8 n of them, to limbs and back. */
static inline void limbs_from_bytes(uint64_t *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = load_be64(bytes + 8 * (n - 1 - i));
}

static inline void limbs_to_bytes(uint8_t *bytes, const uint64_t *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        store_be64(bytes + 8 * (n - 1 - i), a[i]);
}

#endif
