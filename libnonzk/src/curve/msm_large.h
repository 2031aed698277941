/*
 * Sums of many points with public scalars, once for G1 and once for G2; needs curve/bucket_rounds.h and
 * point_mul_beta.
 *
 * A scalar is d0 + d1 t^2 with two digits below 2^128, and t^2 (x, y) is (beta x, -y): twice as many
 * points, with scalars of half the length, share the buckets of half as many windows. The buckets are
 * affine and filled in rounds. Their sum, bucket i with the weight i + 1, is put together from the sums
 * of rows and of columns of buckets, i = row * ncolumns + column, which are sums in rounds, too: rows
 * and columns are few, and of them the running sums are taken.
 */
#ifndef NONZK_SRC_CURVE_MSM_LARGE_H
#define NONZK_SRC_CURVE_MSM_LARGE_H

#define DIGIT_BITS       129 /* one more than a digit has, so that the highest window is not negative */
#define DIGIT_LIMBS      2
#define MIN_LARGE_WINDOW 5
#define MAX_LARGE_WINDOW 16

struct large {
    const AFFINE *points;
    uint64_t (*digits)[SCALAR_DIGITS];
    ELEMENT *beta_x;
    AFFINE *buckets;
    AFFINE *lines; /* the sums of rows, and then of columns */
    struct rounds rounds;
    size_t npoints, nrows, ncolumns;
    unsigned nbits, column_bits; /* of a window, and of the number of a column */
};

/* Counted, as a division would have to be accounted for to the test of constant time. */
static unsigned large_nwindows(unsigned nbits)
{
    unsigned n = 1;

    while (n * nbits < DIGIT_BITS)
        n++;
    return n;
}

/*
 * Additions for all windows, of which there are fewer with more bits: two for each point, two for each
 * bucket, and eight for each row and column, as a running sum is not affine and adds twice.
 */
static uint64_t large_cost(size_t npoints, unsigned nbits)
{
    return large_nwindows(nbits) *
           (2 * (uint64_t)npoints + ((uint64_t)1 << nbits) + ((uint64_t)8 << nbits / 2));
}

static unsigned large_window_bits(size_t npoints)
{
    unsigned best = MIN_LARGE_WINDOW;

    for (unsigned nbits = best + 1; nbits <= MAX_LARGE_WINDOW; nbits++)
        if (large_cost(npoints, nbits) < large_cost(npoints, best))
            best = nbits;
    return best;
}

/* Lays out the workspace; finds no addresses if `base` is NULL. Returns how long it is, SIZE_MAX if too long. */
static size_t large_lay_out(struct large *l, uint8_t *base, size_t npoints)
{
    size_t end = 0, most = npoints < MAX_ROUND / 2 ? 2 * npoints : MAX_ROUND;

    l->npoints = npoints;
    l->nbits = large_window_bits(npoints);
    l->column_bits = l->nbits / 2;
    l->ncolumns = (size_t)1 << l->column_bits;
    l->nrows = (size_t)1 << (l->nbits - 1 - l->column_bits);
    size_t digits = layout_add(&end, npoints, sizeof *l->digits);
    size_t beta_x = layout_add(&end, npoints, sizeof(ELEMENT));
    size_t buckets = layout_add(&end, l->nrows * l->ncolumns, sizeof(AFFINE));
    size_t lines = layout_add(&end, l->nrows + l->ncolumns, sizeof(AFFINE));
    rounds_lay_out(&l->rounds, base, &end, l->nrows * l->ncolumns, most);
    if (!base)
        return end;
    l->digits = (uint64_t(*)[SCALAR_DIGITS])(void *)(base + digits);
    l->beta_x = (ELEMENT *)(void *)(base + beta_x);
    l->buckets = (AFFINE *)(void *)(base + buckets);
    l->lines = (AFFINE *)(void *)(base + lines);
    return end;
}

static size_t large_size(size_t npoints)
{
    struct large l;

    return large_lay_out(&l, NULL, npoints);
}

/* The digits of a point that is infinity are 0, so that it is met nowhere. */
static void large_split(struct large *l, const uint8_t *scalars)
{
    uint64_t scalar[SCALAR_LIMBS];

    for (size_t i = 0; i < l->npoints; i++) {
        scalar_load(scalar, scalars + i * NONZK_SCALAR_LEN);
        scalar_split_t2(l->digits[i], scalar);
        if (GROUP(affine_is_infinity)(&l->points[i]))
            memset(l->digits[i], 0, sizeof l->digits[i]);
        point_mul_beta(&l->beta_x[i], &l->points[i].x);
    }
    noncrypto_wipe(scalar, sizeof scalar);
}

static void large_fill_buckets(struct large *l, unsigned at)
{
    rounds_begin(&l->rounds, l->buckets, l->nrows * l->ncolumns);
    for (size_t i = 0; i < l->npoints; i++) {
        for (int half = 0; half < 2; half++) {
            int digit = scalar_digit(&l->digits[i][half * DIGIT_LIMBS], DIGIT_LIMBS, at, l->nbits);
            if (digit == 0)
                continue;
            AFFINE *point = rounds_point(&l->rounds);
            point->x = half ? l->beta_x[i] : l->points[i].x;
            if ((digit < 0) != half)
                FIELD(neg)(&point->y, &l->points[i].y);
            else
                point->y = l->points[i].y;
            rounds_take(&l->rounds, (uint32_t)(digit < 0 ? -digit : digit) - 1);
        }
    }
    rounds_end(&l->rounds);
}

static void large_sum_lines(struct large *l)
{
    rounds_begin(&l->rounds, l->lines, l->nrows + l->ncolumns);
    for (size_t i = 0; i < l->nrows * l->ncolumns; i++) {
        if (GROUP(affine_is_infinity)(&l->buckets[i]))
            continue;
        *rounds_point(&l->rounds) = l->buckets[i];
        rounds_take(&l->rounds, (uint32_t)(i >> l->column_bits));
        *rounds_point(&l->rounds) = l->buckets[i];
        rounds_take(&l->rounds, (uint32_t)(l->nrows + (i & (l->ncolumns - 1))));
    }
    rounds_end(&l->rounds);
}

/* out = 1 points[0] + 2 points[1] + ... */
static void weighted_sum(POINT *out, const AFFINE *points, size_t n)
{
    POINT running;

    GROUP(set_infinity)(&running);
    GROUP(set_infinity)(out);
    while (n-- > 0) {
        GROUP(add_affine)(&running, &running, &points[n]);
        GROUP(add)(out, out, &running);
    }
}

/* out = the sum of the window at bit `at`. The weight of a bucket is that of its row and 1 more than its column. */
static void large_window(POINT *out, struct large *l, unsigned at)
{
    POINT columns;

    large_fill_buckets(l, at);
    large_sum_lines(l);
    weighted_sum(out, l->lines + 1, l->nrows - 1);
    for (unsigned i = 0; i < l->column_bits; i++)
        GROUP(double)(out, out);
    weighted_sum(&columns, l->lines + l->nrows, l->ncolumns);
    GROUP(add)(out, out, &columns);
}

/* The workspace is as long as large_size() says, and aligned. */
static void large_sum(POINT *out, const AFFINE *points, const uint8_t *scalars, size_t npoints,
                      void *workspace)
{
    struct large l = {.points = points};
    POINT window;

    large_lay_out(&l, workspace, npoints);
    large_split(&l, scalars);
    GROUP(set_infinity)(out);
    for (unsigned at = large_nwindows(l.nbits) * l.nbits; at > 0;) {
        at -= l.nbits;
        for (unsigned i = 0; i < l.nbits; i++)
            GROUP(double)(out, out);
        large_window(&window, &l, at);
        GROUP(add)(out, out, &window);
    }
}

#endif
