/*
 * Division of 64-bit numbers without the operator, for which compilers for 32-bit processors call a
 * function of their own library: a kernel does not have it.
 */
#ifndef NONFS_DIVIDE_H
#define NONFS_DIVIDE_H

#include <stdint.h>

/* The logarithm of a power of two: n >> shift_of(p) is n / p. */
static inline unsigned shift_of(uint32_t power_of_two)
{
    unsigned shift = 0;

    while (power_of_two > 1) {
        power_of_two >>= 1;
        shift++;
    }
    return shift;
}

/* dividend / divisor, bit by bit, for divisors that are no power of two. The divisor is neither 0 nor above 2^63. */
static inline uint64_t divide_u64(uint64_t dividend, uint64_t divisor)
{
    uint64_t quotient = 0;
    uint64_t rest = 0;

    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (dividend >> bit & 1);
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= (uint64_t)1 << bit;
        }
    }
    return quotient;
}

#endif
