/*
 * Eight numbers of 64 bits side by side: the few operations that arithmetic in lanes is made of, with
 * two bodies. One has the instructions of AVX-512 with IFMA; the other is a model of them in plain C,
 * with which tests run on any processor (NONZK_LANES_MODEL). Private to libnonzk.
 */
#ifndef NONZK_SRC_FIELD_LANES_H
#define NONZK_SRC_FIELD_LANES_H

#include "field/fp_x86_64.h"

#include <stdint.h>

#define LANES     8
#define LANE_BITS 52 /* of what a product reads of a number */
#define LANE_MASK ((UINT64_C(1) << LANE_BITS) - 1)

/* Unrolls the loop that follows, of eight turns, so that what it goes over lies in registers. */
#if defined(NONZK_LANES_MODEL)
#define LANES_UNROLL
#elif defined(__clang__)
#define LANES_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LANES_UNROLL _Pragma("GCC unroll 8")
#endif

/* Without __SSE2__ the compiler may not touch vector registers: the code is for ring 0. */
#if defined(NONZK_LANES_MODEL)
#define HAVE_LANES 1
#elif FP_X86_64 && defined(__SSE2__)
#define HAVE_LANES 1
#else
#define HAVE_LANES 0
#endif

#if HAVE_LANES

#if defined(NONZK_LANES_MODEL)

#define LANES_CODE
#define LANES_INLINE static inline
#define LANES_CALLED static __attribute__((noinline, unused))

struct lanes {
    uint64_t lane[LANES];
};

static inline int lanes_allowed(void)
{
    return 1;
}

/* Each lane of `r` by an expression of `i`. */
#define LANES_EACH(expression)           \
    struct lanes r;                      \
    for (unsigned i = 0; i < LANES; i++) \
        r.lane[i] = (expression);        \
    return r

LANES_INLINE struct lanes lanes_load(const uint64_t from[LANES])
{
    LANES_EACH(from[i]);
}

LANES_INLINE void lanes_store(uint64_t to[LANES], struct lanes a)
{
    for (int i = 0; i < LANES; i++)
        to[i] = a.lane[i];
}

LANES_INLINE struct lanes lanes_all(uint64_t value)
{
    LANES_EACH(value);
}

LANES_INLINE struct lanes lanes_add(struct lanes a, struct lanes b)
{
    LANES_EACH(a.lane[i] + b.lane[i]);
}

LANES_INLINE struct lanes lanes_sub(struct lanes a, struct lanes b)
{
    LANES_EACH(a.lane[i] - b.lane[i]);
}

LANES_INLINE struct lanes lanes_and(struct lanes a, struct lanes b)
{
    LANES_EACH(a.lane[i] & b.lane[i]);
}

LANES_INLINE struct lanes lanes_or(struct lanes a, struct lanes b)
{
    LANES_EACH(a.lane[i] | b.lane[i]);
}

LANES_INLINE struct lanes lanes_shift_left(struct lanes a, unsigned n)
{
    LANES_EACH(a.lane[i] << n);
}

LANES_INLINE struct lanes lanes_shift_right(struct lanes a, unsigned n)
{
    LANES_EACH(a.lane[i] >> n);
}

/* The sign moves in; n is from 1 to 63. */
LANES_INLINE struct lanes lanes_shift_right_signed(struct lanes a, unsigned n)
{
    LANES_EACH(a.lane[i] >> n | (0 - (a.lane[i] >> 63)) << (64 - n));
}

/* The product of the lower 52 bits of b and of c: its bits from 52 on. */
LANES_INLINE uint64_t lanes_high_product(uint64_t b, uint64_t c)
{
    const uint64_t half = (UINT64_C(1) << 26) - 1;
    uint64_t b0 = b & half, b1 = b >> 26 & half, c0 = c & half, c1 = c >> 26 & half;
    uint64_t middle = b1 * c0 + (b0 * c0 >> 26), other = b0 * c1 + (middle & half);

    return b1 * c1 + (middle >> 26) + (other >> 26);
}

/* a + the lower 52 bits of the product of the lower 52 bits of b and of c */
LANES_INLINE struct lanes lanes_add_low(struct lanes a, struct lanes b, struct lanes c)
{
    LANES_EACH(a.lane[i] + ((b.lane[i] & LANE_MASK) * (c.lane[i] & LANE_MASK) & LANE_MASK));
}

/* a + its upper 52 bits */
LANES_INLINE struct lanes lanes_add_high(struct lanes a, struct lanes b, struct lanes c)
{
    LANES_EACH(a.lane[i] + lanes_high_product(b.lane[i], c.lane[i]));
}

/* A set of lanes: bit i for lane i. */
LANES_INLINE unsigned lanes_equal(struct lanes a, struct lanes b)
{
    unsigned set = 0;

    for (int i = 0; i < LANES; i++)
        set |= (unsigned)(a.lane[i] == b.lane[i]) << i;
    return set;
}

LANES_INLINE unsigned lanes_negative(struct lanes a)
{
    unsigned set = 0;

    for (int i = 0; i < LANES; i++)
        set |= (unsigned)(a.lane[i] >> 63) << i;
    return set;
}

/* a in the lanes of the set, b in the others */
LANES_INLINE struct lanes lanes_select(unsigned set, struct lanes a, struct lanes b)
{
    LANES_EACH(set >> i & 1 ? a.lane[i] : b.lane[i]);
}

#else

#include <immintrin.h>

#define LANES_CODE   __attribute__((target("avx512f,avx512vl,avx512dq,avx512ifma")))
#define LANES_INLINE static inline __attribute__((always_inline)) LANES_CODE
#define LANES_CALLED static __attribute__((noinline, unused)) LANES_CODE

struct lanes {
    __m512i v;
};

/* IFMA is there only with F, BW, DQ and VL, and if the system saves the registers. */
static inline int lanes_allowed(void)
{
    return (noncrypto_cpu_get_features() & NONCRYPTO_CPU_IFMA) != 0;
}

LANES_INLINE struct lanes lanes_load(const uint64_t from[LANES])
{
    return (struct lanes){_mm512_loadu_si512(from)};
}

LANES_INLINE void lanes_store(uint64_t to[LANES], struct lanes a)
{
    _mm512_storeu_si512(to, a.v);
}

LANES_INLINE struct lanes lanes_all(uint64_t value)
{
    return (struct lanes){_mm512_set1_epi64((long long)value)};
}

LANES_INLINE struct lanes lanes_add(struct lanes a, struct lanes b)
{
    return (struct lanes){_mm512_add_epi64(a.v, b.v)};
}

LANES_INLINE struct lanes lanes_sub(struct lanes a, struct lanes b)
{
    return (struct lanes){_mm512_sub_epi64(a.v, b.v)};
}

LANES_INLINE struct lanes lanes_and(struct lanes a, struct lanes b)
{
    return (struct lanes){_mm512_and_si512(a.v, b.v)};
}

LANES_INLINE struct lanes lanes_or(struct lanes a, struct lanes b)
{
    return (struct lanes){_mm512_or_si512(a.v, b.v)};
}

LANES_INLINE struct lanes lanes_shift_left(struct lanes a, unsigned n)
{
    return (struct lanes){_mm512_sll_epi64(a.v, _mm_cvtsi32_si128((int)n))};
}

LANES_INLINE struct lanes lanes_shift_right(struct lanes a, unsigned n)
{
    return (struct lanes){_mm512_srl_epi64(a.v, _mm_cvtsi32_si128((int)n))};
}

LANES_INLINE struct lanes lanes_shift_right_signed(struct lanes a, unsigned n)
{
    return (struct lanes){_mm512_sra_epi64(a.v, _mm_cvtsi32_si128((int)n))};
}

LANES_INLINE struct lanes lanes_add_low(struct lanes a, struct lanes b, struct lanes c)
{
    return (struct lanes){_mm512_madd52lo_epu64(a.v, b.v, c.v)};
}

LANES_INLINE struct lanes lanes_add_high(struct lanes a, struct lanes b, struct lanes c)
{
    return (struct lanes){_mm512_madd52hi_epu64(a.v, b.v, c.v)};
}

LANES_INLINE unsigned lanes_equal(struct lanes a, struct lanes b)
{
    return _mm512_cmpeq_epi64_mask(a.v, b.v);
}

LANES_INLINE unsigned lanes_negative(struct lanes a)
{
    return _mm512_movepi64_mask(a.v);
}

LANES_INLINE struct lanes lanes_select(unsigned set, struct lanes a, struct lanes b)
{
    return (struct lanes){_mm512_mask_blend_epi64((__mmask8)set, b.v, a.v)};
}

#endif

#endif

#endif
