#include "point_helpers.h"

#define POINT            struct nonzk_g2
#define AFFINE           struct nonzk_g2_affine
#define GROUP(f)         nonzk_g2_##f
#define COMPRESSED_LEN   NONZK_G2_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G2_UNCOMPRESSED_LEN

/* A point with this x, or one beside the curve if there is none. */
static AFFINE curve_point(uint64_t x)
{
    AFFINE a;
    struct nonzk_fp2 b = fp2_u64(4, 4);
    a.x = fp2_u64(x, 1);
    nonzk_fp2_square(&a.y, &a.x);
    nonzk_fp2_mul(&a.y, &a.y, &a.x);
    nonzk_fp2_add(&a.y, &a.y, &b);
    if (nonzk_fp2_sqrt(&a.y, &a.y) != 0)
        a.y = a.x;
    return a;
}

#include "test_points.h"

static Suite *g2_suite(void)
{
    return points_suite("nonzk g2");
}

CHECK_MAIN(g2_suite)
