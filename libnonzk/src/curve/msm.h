/*
 * The bucket method, once for G1 and once for G2; msm_g1.c and msm_g2.c define POINT, AFFINE,
 * FIELD(f) and GROUP(f) and include this file.
 *
 * Scalars are cut into windows of c bits with digits from -2^(c-1) to 2^(c-1). In a window, the
 * points of equal digit are gathered in a bucket, and the sum of digit times bucket is a sum of
 * running sums from the highest bucket down. The workspace holds the scalars as limbs, and then the
 * buckets.
 *
 * In constant time all buckets are read, and written, for each digit: they are few. Only which points
 * are infinity is visible.
 */
#include <noncrypto/memory.h>
#include <string.h>

#include "curve/affine_all.h"
#include "curve/scalar.h"
#include "field/limb.h"

#define SCALAR_BITS    255
#define MAX_WINDOW     14
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
    const size_t most =
        (SIZE_MAX - sizeof(POINT) * ((size_t)1 << MAX_WINDOW)) / (SCALAR_LIMBS * sizeof(uint64_t));

    if (npoints > most)
        return SIZE_MAX;
    return npoints * SCALAR_LIMBS * sizeof(uint64_t) + nbuckets(npoints) * sizeof(POINT);
}

static void fill_buckets(POINT *buckets, const AFFINE *points,
                         const uint64_t (*scalars)[SCALAR_LIMBS], size_t npoints, unsigned at,
                         unsigned nbits)
{
    for (size_t i = 0; i < (size_t)1 << (nbits - 1); i++)
        GROUP(set_infinity)(&buckets[i]);
    for (size_t i = 0; i < npoints; i++) {
        int digit = scalar_digit(scalars[i], at, nbits);
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
        unsigned digit = (unsigned)scalar_digit(scalars[i], at, SECRET_WINDOW);
        unsigned sign = digit >> 31, minus = 0 - sign;
        unsigned index = ((digit ^ minus) + sign) - 1;
        FIELD(neg)(&point.y, &point.y);
        FIELD(select)(&point.y, &point.y, &points[i].y, (int)sign);
        read_bucket(&sum, buckets, index);
        GROUP(add_finite)(&sum, &sum, &point);
        write_bucket(buckets, index, &sum);
    }
}

static int sum_of(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
                  void *workspace, size_t workspace_len, unsigned nbits, int secret)
{
    size_t needed = GROUP(msm_size)(npoints);
    uint64_t(*limbs)[SCALAR_LIMBS] = workspace;
    POINT sum;

    if (needed == SIZE_MAX || workspace_len < needed ||
        (uintptr_t)workspace % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    const uint64_t(*loaded)[SCALAR_LIMBS] = (const uint64_t(*)[SCALAR_LIMBS])limbs;
    POINT *buckets = (POINT *)(void *)&limbs[npoints];
    for (size_t i = 0; i < npoints; i++)
        scalar_load(limbs[i], scalars + i * NONZK_SCALAR_LEN);
    GROUP(set_infinity)(&sum);
    /* One bit more than a scalar has, so that the highest digit is not negative. */
    for (unsigned at = SCALAR_BITS / nbits * nbits + nbits; at > 0;) {
        at -= nbits;
        for (unsigned i = 0; i < nbits; i++)
            GROUP(double)(&sum, &sum);
        if (secret)
            fill_secret_buckets(buckets, points, loaded, npoints, at);
        else
            fill_buckets(buckets, points, loaded, npoints, at, nbits);
        add_buckets(&sum, buckets, (size_t)1 << (nbits - 1));
    }
    noncrypto_wipe(workspace, needed);
    *out = sum;
    noncrypto_wipe(&sum, sizeof sum);
    return 0;
}

int GROUP(msm_vartime)(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
                       void *workspace, size_t workspace_len)
{
    return sum_of(out, points, scalars, npoints, workspace, workspace_len, window_bits(npoints), 0);
}

int GROUP(msm)(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
               void *workspace, size_t workspace_len)
{
    return sum_of(out, points, scalars, npoints, workspace, workspace_len, SECRET_WINDOW, 1);
}
