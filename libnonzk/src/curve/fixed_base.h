/*
 * Multiples of a fixed point, once for G1 and once for G2: fixed_base_g1.c and fixed_base_g2.c
 * define TABLE, POINT, AFFINE, FIELD(f) and GROUP(f) and include this file.
 *
 * A scalar has signed digits of five bits; the table holds each digit's multiple for each window,
 * so that a multiple is a sum of 52 entries without doublings. All entries of a window are read.
 */
#include <noncrypto/memory.h>

#include "curve/affine_all.h"
#include "curve/fixed_base_private.h"
#include "curve/scalar.h"
#include "field/limb.h"

void GROUP(fixed_base_make)(TABLE *table, const POINT *base)
{
    POINT multiples[FIXED_BASE_LEN], weighted = *base;

    for (int window = 0; window < FIXED_BASE_WINDOWS; window++) {
        multiples[0] = weighted;
        for (int i = 1; i < FIXED_BASE_LEN; i++)
            GROUP(add)(&multiples[i], &multiples[i - 1], &weighted);
        GROUP(to_affine_all)(table->multiples[window], multiples, FIXED_BASE_LEN);
        GROUP(double)(&weighted, &multiples[FIXED_BASE_LEN - 1]);
    }
}

/* out = entries[magnitude - 1], or some entry if that is 0 */
static void entry_select(AFFINE *out, const AFFINE entries[FIXED_BASE_LEN], uint64_t magnitude)
{
    *out = entries[0];
    for (uint64_t i = 1; i < FIXED_BASE_LEN; i++) {
        int this_one = (int)limb_is_zero((i + 1) ^ magnitude);
        FIELD(select)(&out->x, &entries[i].x, &out->x, this_one);
        FIELD(select)(&out->y, &entries[i].y, &out->y, this_one);
    }
}

/* sum = sum + digit * base of the window */
static void add_digit(POINT *sum, const AFFINE entries[FIXED_BASE_LEN], int digit)
{
    uint64_t negative = (uint32_t)digit >> 31, sign = limb_mask(negative);
    uint64_t magnitude = ((uint64_t)(int64_t)digit ^ sign) - sign;
    POINT before = *sum;
    AFFINE entry, minus;

    entry_select(&entry, entries, magnitude);
    FIELD(neg)(&minus.y, &entry.y);
    FIELD(select)(&entry.y, &minus.y, &entry.y, (int)negative);
    GROUP(add_affine)(sum, sum, &entry);
    int nothing = (int)limb_is_zero(magnitude);
    FIELD(select)(&sum->x, &before.x, &sum->x, nothing);
    FIELD(select)(&sum->y, &before.y, &sum->y, nothing);
    FIELD(select)(&sum->z, &before.z, &sum->z, nothing);
}

static void mul_one(POINT *out, const TABLE *table, const struct nonzk_fr *scalar)
{
    uint8_t bytes[NONZK_SCALAR_LEN];
    uint64_t k[SCALAR_LIMBS];

    nonzk_fr_to_bytes(bytes, scalar);
    scalar_load(k, bytes);
    GROUP(set_infinity)(out);
    for (unsigned window = 0; window < FIXED_BASE_WINDOWS; window++)
        add_digit(out, table->multiples[window],
                  scalar_digit(k, SCALAR_LIMBS, FIXED_BASE_BITS * window, FIXED_BASE_BITS));
    noncrypto_wipe(bytes, sizeof bytes);
    noncrypto_wipe(k, sizeof k);
}

void GROUP(fixed_base_mul)(AFFINE *out, const TABLE *table, const struct nonzk_fr *scalars,
                           size_t n)
{
    POINT points[AFFINE_ALL_MAX];

    for (size_t done = 0; done < n;) {
        size_t count = n - done < AFFINE_ALL_MAX ? n - done : AFFINE_ALL_MAX;
        for (size_t i = 0; i < count; i++)
            mul_one(&points[i], table, &scalars[done + i]);
        GROUP(to_affine_all)(&out[done], points, count);
        done += count;
    }
}
