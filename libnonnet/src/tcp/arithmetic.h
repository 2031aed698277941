/*
 * Arithmetic of sequence numbers and of times, and the division that a small processor has no
 * instruction for (the library may not call for a helper).
 */
#ifndef NONNET_TCP_ARITHMETIC_H
#define NONNET_TCP_ARITHMETIC_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sequence numbers, and the low 32 bits of a time in microseconds, wrap: a is before b if the way
 * from a up to b is less than half the circle (RFC 9293 section 3.4).
 */
static inline bool seq_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
    return seq_before(b, a);
}

static inline uint32_t seq_max(uint32_t a, uint32_t b)
{
    return seq_before(a, b) ? b : a;
}

static inline uint32_t seq_min(uint32_t a, uint32_t b)
{
    return seq_before(a, b) ? a : b;
}

static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Quotient of a 64-bit number by a 32-bit one that is not 0. */
static inline uint64_t divide_u64(uint64_t n, uint32_t d)
{
#if UINTPTR_MAX > 0xffffffffu
    return n / d;
#else
    uint64_t quotient = 0;
    uint64_t rest = 0;

    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | n >> 63;
        n <<= 1;
        quotient <<= 1;
        if (rest >= d) {
            rest -= d;
            quotient |= 1;
        }
    }
    return quotient;
#endif
}

/* a * b / c, cut off at the largest number. */
static inline uint32_t multiply_divide(uint32_t a, uint32_t b, uint32_t c)
{
    uint64_t q = divide_u64((uint64_t)a * b, c);
    return q > UINT32_MAX ? UINT32_MAX : (uint32_t)q;
}

/* The largest number whose cube is at most n. */
static inline uint32_t cube_root(uint64_t n)
{
    uint64_t root = 0;

    for (uint64_t bit = 1u << 20; bit > 0; bit >>= 1) {
        uint64_t r = root | bit;
        if (r * r * r <= n)
            root = r;
    }
    return (uint32_t)root;
}

#endif
