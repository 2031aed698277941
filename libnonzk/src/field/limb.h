/*
 * Arithmetic on 64-bit limbs with carries, in constant time. Where the compiler has a 128-bit integer, a product is one
 * instruction; elsewhere it is put together from 32-bit products. No function of a compiler's run-time library is
 * called. Private to libnonzk.
 */
#ifndef NONZK_SRC_FIELD_LIMB_H
#define NONZK_SRC_FIELD_LIMB_H

#include <stdint.h>

#define LIMB_INLINE static inline __attribute__((always_inline))

/* Unrolls the loop that follows: its count is a small constant once it is inlined. */
#if defined(__clang__)
#define LIMB_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LIMB_UNROLL _Pragma("GCC unroll 6")
#endif

#if defined(__SIZEOF_INT128__) && !defined(NONZK_NO_INT128)

__extension__ typedef unsigned __int128 limb_pair;

/* Returns the low half of a + b * c + *carry and leaves the high half in *carry; this cannot overflow. */
LIMB_INLINE uint64_t limb_mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    limb_pair t = (limb_pair)b * c + a + *carry;
    *carry = (uint64_t)(t >> 64);
    return (uint64_t)t;
}

/* Returns a + b + *carry, where *carry is 0 or 1 before and after. */
LIMB_INLINE uint64_t limb_add(uint64_t a, uint64_t b, uint64_t *carry)
{
    limb_pair t = (limb_pair)a + b + *carry;
    *carry = (uint64_t)(t >> 64);
    return (uint64_t)t;
}

/* Returns a - b - *borrow, where *borrow is 0 or 1 before and after. */
LIMB_INLINE uint64_t limb_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
    limb_pair t = (limb_pair)a - b - *borrow;
    *borrow = (uint64_t)(t >> 64) & 1;
    return (uint64_t)t;
}

#else

LIMB_INLINE uint64_t limb_mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    uint64_t b0 = (uint32_t)b, b1 = b >> 32, c0 = (uint32_t)c, c1 = c >> 32;
    uint64_t low = b0 * c0, mid1 = b1 * c0, mid2 = b0 * c1, high = b1 * c1;

    /* No sum overflows: a product is at most (2^32 - 1)^2, which leaves room for two 32-bit numbers. */
    mid1 += low >> 32;
    mid2 += (uint32_t)mid1;
    high += (mid1 >> 32) + (mid2 >> 32);
    low = mid2 << 32 | (uint32_t)low;

    low += a;
    high += low < a;
    low += *carry;
    high += low < *carry;
    *carry = high;
    return low;
}

LIMB_INLINE uint64_t limb_add(uint64_t a, uint64_t b, uint64_t *carry)
{
    uint64_t sum = a + b;
    uint64_t overflow = sum < a;

    sum += *carry;
    *carry = overflow | (sum < *carry);
    return sum;
}

LIMB_INLINE uint64_t limb_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
    uint64_t difference = a - b;
    uint64_t underflow = a < b;
    uint64_t result = difference - *borrow;

    *borrow = underflow | (difference < *borrow);
    return result;
}

#endif

/* All ones if `flag` is 1, all zeros if it is 0. The asm hides from the compiler that there are only two cases. */
LIMB_INLINE uint64_t limb_mask(uint64_t flag)
{
    __asm__("" : "+r"(flag));
    return 0 - flag;
}

/* 1 if a is 0, else 0 */
LIMB_INLINE uint64_t limb_is_zero(uint64_t a)
{
    return 1 ^ ((a | (0 - a)) >> 63);
}

#endif
