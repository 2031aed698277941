/*
 * The bucket method, once for G1 and once for G2; msm_g1.c and msm_g2.c define POINT, AFFINE, ELEMENT,
 * FIELD(f), GROUP(f), point_mul_beta, the x of t^2 times a point by its x, and MIN_LARGE, the number of
 * points from which on curve/msm_large.h is faster, and include this file.
 *
 * Scalars are cut into windows of c bits with digits from -2^(c-1) to 2^(c-1). In a window, the
 * points of equal digit are gathered in a bucket, and the sum of digit times bucket is a sum of
 * running sums from the highest bucket down. The workspace holds the scalars as limbs, and then the
 * buckets. Sums of many points with public scalars are those of curve/msm_large.h instead.
 *
 * In constant time all buckets are read, and written, for each digit: they are few. Only which points
 * are infinity is visible.
 */
#include <noncrypto/memory.h>
#include <string.h>

#include "curve/affine_all.h"
#include "curve/affine_batch.h"
#include "curve/affine_lanes.h"
#include "curve/bucket_rounds.h"
#include "curve/scalar.h"
#include "field/limb.h"

#include "curve/msm_large.h"

#define SCALAR_BITS    255
#define MAX_WINDOW     7 /* the best for less than MIN_LARGE points */
#define SECRET_WINDOW  5 /* 4 and 6 take as long */
#define SECRET_BUCKETS (1 << (SECRET_WINDOW - 1))
#define POINT_LIMBS    (sizeof(POINT) / sizeof(uint64_t))

/*
 * About 2^(c-1) additions of buckets and npoints of points for each of 255 / c windows: the best c
 * grows with the number.
 */
static unsigned window_bits(size_t npoints)
{
    unsigned bits = 2;

    while (bits < MAX_WINDOW && npoints >> bits >= 4)
        bits++;
    return bits;
}

static size_t nbuckets(size_t npoints)
{
    size_t n = (size_t)1 << (window_bits(npoints) - 1);

    return n > SECRET_BUCKETS ? n : SECRET_BUCKETS;
}

size_t GROUP(msm_size)(size_t npoints)
{
    size_t end = 0, large = npoints < MIN_LARGE ? 0 : large_size(npoints);

    layout_add(&end, npoints, SCALAR_LIMBS * sizeof(uint64_t));
    layout_add(&end, nbuckets(npoints), sizeof(POINT));
    return end > large ? end : large;
}

static void fill_buckets(POINT *buckets, const AFFINE *points,
                         const uint64_t (*scalars)[SCALAR_LIMBS], size_t npoints, unsigned at,
                         unsigned nbits)
{
    for (size_t i = 0; i < (size_t)1 << (nbits - 1); i++)
        GROUP(set_infinity)(&buckets[i]);
    for (size_t i = 0; i < npoints; i++) {
        int digit = scalar_digit(scalars[i], SCALAR_LIMBS, at, nbits);
        if (digit > 0) {
            GROUP(add_affine)(&buckets[digit - 1], &buckets[digit - 1], &points[i]);
        } else if (digit < 0) {
            AFFINE negative = points[i];
            FIELD(neg)(&negative.y, &points[i].y);
            GROUP(add_affine)(&buckets[-digit - 1], &buckets[-digit - 1], &negative);
        }
    }
}

/* out = out + 1 buckets[0] + 2 buckets[1] + ... */
static void add_buckets(POINT *out, const POINT *buckets, size_t n)
{
    POINT running, sum;

    GROUP(set_infinity)(&running);
    GROUP(set_infinity)(&sum);
    while (n-- > 0) {
        GROUP(add)(&running, &running, &buckets[n]);
        GROUP(add)(&sum, &sum, &running);
    }
    GROUP(add)(out, out, &sum);
}

/* out = buckets[index], or zeros if there is none */
static void read_bucket(POINT *out, const POINT *buckets, unsigned index)
{
    uint64_t *to = (uint64_t *)(void *)out;

    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < SECRET_BUCKETS; i++) {
        const uint64_t *from = (const uint64_t *)(const void *)&buckets[i];
        uint64_t mask = limb_mask(limb_is_zero(i ^ index));
        for (size_t j = 0; j < POINT_LIMBS; j++)
            to[j] |= from[j] & mask;
    }
}

/* buckets[index] = value, if there is such a bucket */
static void write_bucket(POINT *buckets, unsigned index, const POINT *value)
{
    const uint64_t *from = (const uint64_t *)(const void *)value;

    for (unsigned i = 0; i < SECRET_BUCKETS; i++) {
        uint64_t *to = (uint64_t *)(void *)&buckets[i];
        uint64_t mask = limb_mask(limb_is_zero(i ^ index));
        for (size_t j = 0; j < POINT_LIMBS; j++)
            to[j] ^= (to[j] ^ from[j]) & mask;
    }
}

/* The same in constant time. The sum for digit 0 is of no bucket, and none is written. */
static void fill_secret_buckets(POINT *buckets, const AFFINE *points,
                                const uint64_t (*scalars)[SCALAR_LIMBS], size_t npoints,
                                unsigned at)
{
    for (size_t i = 0; i < SECRET_BUCKETS; i++)
        GROUP(set_infinity)(&buckets[i]);
    for (size_t i = 0; i < npoints; i++) {
        AFFINE point = points[i];
        POINT sum;
        if (GROUP(affine_is_infinity)(&point))
            continue;
        unsigned digit = (unsigned)scalar_digit(scalars[i], SCALAR_LIMBS, at, SECRET_WINDOW);
        unsigned sign = digit >> 31, minus = 0 - sign;
        unsigned index = ((digit ^ minus) + sign) - 1;
        FIELD(neg)(&point.y, &point.y);
        FIELD(select)(&point.y, &point.y, &points[i].y, (int)sign);
        read_bucket(&sum, buckets, index);
        GROUP(add_finite)(&sum, &sum, &point);
        write_bucket(buckets, index, &sum);
    }
}

static void sum_of(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
                   void *workspace, unsigned nbits, int secret)
{
    uint64_t(*limbs)[SCALAR_LIMBS] = workspace;
    const uint64_t(*loaded)[SCALAR_LIMBS] = (const uint64_t(*)[SCALAR_LIMBS])limbs;
    POINT *buckets = (POINT *)(void *)&limbs[npoints];

    for (size_t i = 0; i < npoints; i++)
        scalar_load(limbs[i], scalars + i * NONZK_SCALAR_LEN);
    GROUP(set_infinity)(out);
    /* One bit more than a scalar has, so that the highest digit is not negative. */
    for (unsigned at = SCALAR_BITS / nbits * nbits + nbits; at > 0;) {
        at -= nbits;
        for (unsigned i = 0; i < nbits; i++)
            GROUP(double)(out, out);
        if (secret)
            fill_secret_buckets(buckets, points, loaded, npoints, at);
        else
            fill_buckets(buckets, points, loaded, npoints, at, nbits);
        add_buckets(out, buckets, (size_t)1 << (nbits - 1));
    }
}

static int is_workspace(const void *workspace, size_t workspace_len, size_t needed)
{
    return needed != SIZE_MAX && workspace_len >= needed &&
           (uintptr_t)workspace % _Alignof(uint64_t) == 0;
}

int GROUP(msm_vartime)(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
                       void *workspace, size_t workspace_len)
{
    size_t needed = GROUP(msm_size)(npoints);

    if (!is_workspace(workspace, workspace_len, needed))
        return NONZK_E_NO_SPACE;
    if (npoints < MIN_LARGE)
        sum_of(out, points, scalars, npoints, workspace, window_bits(npoints), 0);
    else
        large_sum(out, points, scalars, npoints, workspace);
    noncrypto_wipe(workspace, needed);
    return 0;
}

int GROUP(msm)(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
               void *workspace, size_t workspace_len)
{
    size_t needed = GROUP(msm_size)(npoints);

    if (!is_workspace(workspace, workspace_len, needed))
        return NONZK_E_NO_SPACE;
    sum_of(out, points, scalars, npoints, workspace, SECRET_WINDOW, 1);
    noncrypto_wipe(workspace, needed);
    return 0;
}
