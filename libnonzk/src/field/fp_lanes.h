/*
 * Eight elements of Fp side by side, in limbs of 52 bits and in Montgomery form with 2^416. Private to
 * libnonzk.
 *
 * Between functions each limb is below 2^52, as products read no more of it. The integer is not reduced:
 * functions say how large it may be. p is below 2^381, so that all eight limbs hold 2^35 p; a product of
 * a and b is below p + a b / 2^416, which is below 2 p as long as a b < 2^416 p: as long as, say, both are below 2^17 p.
 *
 * A stored element is an integer a 2^384 mod p. Taken over as it is, it stands for a 2^-32 here: so it
 * is loaded and stored, and who multiplies sees to it.
 */
#ifndef NONZK_SRC_FIELD_FP_LANES_H
#define NONZK_SRC_FIELD_FP_LANES_H

#include "field/lanes.h"

#if HAVE_LANES

#include "curve/constants.h"

#define LANE_LIMBS 8

struct fp_lanes {
    struct lanes limb[LANE_LIMBS];
};

/* As it is kept in memory that is aligned for uint64_t only. */
struct fp_lanes_saved {
    uint64_t limb[LANE_LIMBS][LANES];
};

LANES_INLINE void fp_lanes_save(struct fp_lanes_saved *to, const struct fp_lanes *a)
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        lanes_store(to->limb[i], a->limb[i]);
}

LANES_INLINE void fp_lanes_restore(struct fp_lanes *out, const struct fp_lanes_saved *from)
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_load(from->limb[i]);
}

/* out = the same in all lanes, below 2^416 */
LANES_INLINE void fp_lanes_all(struct fp_lanes *out, const uint64_t value[LANE_LIMBS])
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_all(value[i]);
}

/* out = 1 */
LANES_INLINE void fp_lanes_set_one(struct fp_lanes *out)
{
    fp_lanes_all(out, lanes_one);
}

/* Cuts the six limbs of 64 bits of each element into limbs of 52. */
LANES_CALLED void fp_lanes_load(struct fp_lanes *out, const struct nonzk_fp *const from[LANES])
{
    const struct lanes mask = lanes_all(LANE_MASK);
    uint64_t words[6][LANES];

    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 6; i++)
            words[i][lane] = from[lane]->limb[i];
    LANES_UNROLL
    for (unsigned i = 0; i < LANE_LIMBS; i++) {
        unsigned word = LANE_BITS * i / 64, shift = LANE_BITS * i % 64;
        struct lanes t = lanes_shift_right(lanes_load(words[word]), shift);
        if (shift > 64 - LANE_BITS && word + 1 < 6)
            t = lanes_or(t, lanes_shift_left(lanes_load(words[word + 1]), 64 - shift));
        out->limb[i] = lanes_and(t, mask);
    }
}

/* The other way; `a` is below p. */
LANES_CALLED void fp_lanes_store(struct nonzk_fp *const to[LANES], const struct fp_lanes *a)
{
    uint64_t words[6][LANES];

    LANES_UNROLL
    for (unsigned i = 0; i < 6; i++) {
        /* The limb with the lowest bit, and the one or two above that reach into the word. */
        unsigned limb = 64 * i / LANE_BITS, shift = 64 * i % LANE_BITS;
        struct lanes t = lanes_shift_right(a->limb[limb], shift);
        t = lanes_or(t, lanes_shift_left(a->limb[limb + 1], LANE_BITS - shift));
        if (shift > 2 * LANE_BITS - 64)
            t = lanes_or(t, lanes_shift_left(a->limb[limb + 2], 2 * LANE_BITS - shift));
        lanes_store(words[i], t);
    }
    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 6; i++)
            to[lane]->limb[i] = words[i][lane];
}

/*
 * Brings limbs below 2^52 again, from signed ones of an integer that is not negative and below 2^416: the
 * highest carry is 0 then. What it cannot be is said by the highest limb, whose sign stays.
 */
LANES_INLINE void fp_lanes_carry(struct fp_lanes *a)
{
    const struct lanes mask = lanes_all(LANE_MASK);

    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS - 1; i++) {
        struct lanes carry = lanes_shift_right_signed(a->limb[i], LANE_BITS);
        a->limb[i] = lanes_and(a->limb[i], mask);
        a->limb[i + 1] = lanes_add(a->limb[i + 1], carry);
    }
}

/* out = a + b */
LANES_INLINE void fp_lanes_add(struct fp_lanes *out, const struct fp_lanes *a,
                               const struct fp_lanes *b)
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_add(a->limb[i], b->limb[i]);
    fp_lanes_carry(out);
}

/* out = a - b + multiple, which is a multiple of p and not less than b */
LANES_INLINE void fp_lanes_sub_from(struct fp_lanes *out, const struct fp_lanes *a,
                                    const struct fp_lanes *b, const uint64_t multiple[LANE_LIMBS])
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_sub(lanes_add(a->limb[i], lanes_all(multiple[i])), b->limb[i]);
    fp_lanes_carry(out);
}

/* out = a - b + 4 p, for b up to 4 p */
LANES_INLINE void fp_lanes_sub(struct fp_lanes *out, const struct fp_lanes *a,
                               const struct fp_lanes *b)
{
    fp_lanes_sub_from(out, a, b, lanes_4p);
}

/* out = a - b + 64 p, for b up to 64 p */
LANES_INLINE void fp_lanes_sub_large(struct fp_lanes *out, const struct fp_lanes *a,
                                     const struct fp_lanes *b)
{
    fp_lanes_sub_from(out, a, b, lanes_64p);
}

/*
 * out = a b 2^-416 mod p, below 2 p if a and b are below 2^17 p.
 *
 * Row i adds a b[i] and the multiple m p that makes the lowest 52 bits 0, and drops them. A limb gets no
 * more than four numbers below 2^52 in each of eight rows, and a carry from below that is smaller than
 * 2^6: it stays below 2^58.
 */
LANES_CALLED void fp_lanes_mul(struct fp_lanes *out, const struct fp_lanes *a,
                               const struct fp_lanes *b)
{
    const struct lanes zero = lanes_all(0), inverse = lanes_all(lanes_minus_p_inverse);
    struct fp_lanes sum, p;

    fp_lanes_all(&p, lanes_1p);
    fp_lanes_all(&sum, (const uint64_t[LANE_LIMBS]){0});
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++) {
        LANES_UNROLL
        for (int j = 0; j < LANE_LIMBS; j++)
            sum.limb[j] = lanes_add_low(sum.limb[j], a->limb[j], b->limb[i]);
        struct lanes m = lanes_add_low(zero, sum.limb[0], inverse);
        LANES_UNROLL
        for (int j = 0; j < LANE_LIMBS; j++)
            sum.limb[j] = lanes_add_low(sum.limb[j], m, p.limb[j]);
        struct lanes carry = lanes_shift_right(sum.limb[0], LANE_BITS);
        LANES_UNROLL
        for (int j = 0; j < LANE_LIMBS - 1; j++)
            sum.limb[j] = sum.limb[j + 1];
        sum.limb[LANE_LIMBS - 1] = zero;
        sum.limb[0] = lanes_add(sum.limb[0], carry);
        LANES_UNROLL
        for (int j = 0; j < LANE_LIMBS; j++) {
            sum.limb[j] = lanes_add_high(sum.limb[j], a->limb[j], b->limb[i]);
            sum.limb[j] = lanes_add_high(sum.limb[j], m, p.limb[j]);
        }
    }
    fp_lanes_carry(&sum);
    *out = sum;
}

LANES_INLINE void fp_lanes_square(struct fp_lanes *out, const struct fp_lanes *a)
{
    fp_lanes_mul(out, a, a);
}

/* out = a times a constant below p */
LANES_INLINE void fp_lanes_scale(struct fp_lanes *out, const struct fp_lanes *a,
                                 const uint64_t factor[LANE_LIMBS])
{
    struct fp_lanes b;

    fp_lanes_all(&b, factor);
    fp_lanes_mul(out, a, &b);
}

/* out = a in the lanes of the set, b in the others */
LANES_INLINE void fp_lanes_select(struct fp_lanes *out, unsigned set, const struct fp_lanes *a,
                                  const struct fp_lanes *b)
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_select(set, a->limb[i], b->limb[i]);
}

/* out = 0 in the lanes of the set */
LANES_INLINE void fp_lanes_clear(struct fp_lanes *out, unsigned set)
{
    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        out->limb[i] = lanes_select(set, lanes_all(0), out->limb[i]);
}

/* Takes a multiple of p away where it is not too much. */
LANES_INLINE void fp_lanes_reduce_by(struct fp_lanes *a, const uint64_t multiple[LANE_LIMBS])
{
    struct fp_lanes less;

    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        less.limb[i] = lanes_sub(a->limb[i], lanes_all(multiple[i]));
    fp_lanes_carry(&less);
    fp_lanes_select(a, lanes_negative(less.limb[LANE_LIMBS - 1]), a, &less);
}

/* Reduces what is below 16 p. */
LANES_CALLED void fp_lanes_reduce(struct fp_lanes *a)
{
    fp_lanes_reduce_by(a, lanes_8p);
    fp_lanes_reduce_by(a, lanes_4p);
    fp_lanes_reduce_by(a, lanes_2p);
    fp_lanes_reduce_by(a, lanes_1p);
}

/* The lanes that are equal, of reduced elements. */
LANES_INLINE unsigned fp_lanes_equal(const struct fp_lanes *a, const struct fp_lanes *b)
{
    unsigned set = (1u << LANES) - 1;

    LANES_UNROLL
    for (int i = 0; i < LANE_LIMBS; i++)
        set &= lanes_equal(a->limb[i], b->limb[i]);
    return set;
}

#endif

#endif
