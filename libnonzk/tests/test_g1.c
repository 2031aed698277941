#include "point_helpers.h"

#define POINT            struct nonzk_g1
#define AFFINE           struct nonzk_g1_affine
#define GROUP(f)         nonzk_g1_##f
#define COMPRESSED_LEN   NONZK_G1_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G1_UNCOMPRESSED_LEN

/* A point with this x, or one beside the curve if there is none. */
static AFFINE curve_point(uint64_t x)
{
    AFFINE a;
    struct nonzk_fp b = fp_u64(4);
    a.x = fp_u64(x);
    nonzk_fp_square(&a.y, &a.x);
    nonzk_fp_mul(&a.y, &a.y, &a.x);
    nonzk_fp_add(&a.y, &a.y, &b);
    if (nonzk_fp_sqrt(&a.y, &a.y) != 0)
        a.y = a.x;
    return a;
}

#include "test_points.h"

static Suite *g1_suite(void)
{
    return points_suite("nonzk g1");
}

CHECK_MAIN(g1_suite)
