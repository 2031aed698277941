/*
 * Constant time. Masks are all ones or all zeros. Conditions pass through ct_barrier() before they become masks, and masks
 * before they are given out: the compiler knows neither where they come from nor that they have two values only, so it makes
 * no branch and no address of them, however they are used.
 *
 * Where the specification makes a value public that was computed from secrets (the result of a verification, a rejected
 * candidate, a signature), ct_declassify() says so; it is code only in the test that poisons secrets.
 */
#ifndef NONCRYPTO_SRC_CT_H
#define NONCRYPTO_SRC_CT_H

#include <noncrypto/config.h>
#include <stddef.h>
#include <stdint.h>

#if NONCRYPTO_CONFIG_TAINT
#include <valgrind/memcheck.h>
#endif

static inline uint32_t ct_barrier32(uint32_t x)
{
    __asm__("" : "+r"(x));
    return x;
}

static inline uint64_t ct_barrier64(uint64_t x)
{
#if UINTPTR_MAX > UINT32_MAX
    __asm__("" : "+r"(x));
    return x;
#else
    return (uint64_t)ct_barrier32((uint32_t)(x >> 32)) << 32 | ct_barrier32((uint32_t)x);
#endif
}

/* All ones if x is not 0. */
static inline uint32_t ct_nonzero32(uint32_t x)
{
    x = ct_barrier32(x);
    return ct_barrier32(0 - ((x | (0 - x)) >> 31));
}

static inline uint64_t ct_nonzero64(uint64_t x)
{
    x = ct_barrier64(x);
    return ct_barrier64(0 - ((x | (0 - x)) >> 63));
}

/* All ones if x is 0. */
static inline uint32_t ct_zero32(uint32_t x)
{
    return ~ct_nonzero32(x);
}

static inline uint64_t ct_zero64(uint64_t x)
{
    return ~ct_nonzero64(x);
}

/* All ones if a equals b. */
static inline uint32_t ct_equal32(uint32_t a, uint32_t b)
{
    return ct_zero32(a ^ b);
}

static inline uint64_t ct_equal64(uint64_t a, uint64_t b)
{
    return ct_zero64(a ^ b);
}

/* All ones if bit 0 of x is set. */
static inline uint32_t ct_mask32(uint32_t bit)
{
    return ct_barrier32(0 - (ct_barrier32(bit) & 1));
}

static inline uint64_t ct_mask64(uint64_t bit)
{
    return ct_barrier64(0 - (ct_barrier64(bit) & 1));
}

/* a where the mask is ones, b where it is zeros. */
static inline uint32_t ct_select32(uint32_t mask, uint32_t a, uint32_t b)
{
    return b ^ (ct_barrier32(mask) & (a ^ b));
}

static inline uint64_t ct_select64(uint64_t mask, uint64_t a, uint64_t b)
{
    return b ^ (ct_barrier64(mask) & (a ^ b));
}

static inline void ct_declassify(const void *data, size_t len)
{
#if NONCRYPTO_CONFIG_TAINT
    VALGRIND_MAKE_MEM_DEFINED(data, len);
#else
    (void)data;
    (void)len;
#endif
}

/* The same for a value that is returned or decided on. */
static inline int ct_public(int x)
{
    ct_declassify(&x, sizeof x);
    return x;
}

#endif
