#include <noncrypto/memory.h>
#include <nonzk/g2.h>
#include <string.h>

#include "curve/hash_private.h"
#include "field/fp2_private.h"
#include "field/limb.h"

#define CONSTANTS_G2
#include "curve/constants.h"

#define ELEMENT          struct nonzk_fp2
#define ELEMENT_LEN      NONZK_FP2_LEN
#define FIELD(f)         nonzk_fp2_##f
#define POINT            struct nonzk_g2
#define AFFINE           struct nonzk_g2_affine
#define GROUP(f)         nonzk_g2_##f
#define COMPRESSED_LEN   NONZK_G2_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G2_UNCOMPRESSED_LEN
#define DIGITS           4
#define DIGIT_LIMBS      1
#define split_scalar     scalar_split_t
#define BASE_POWER_OF_T  1
#define point_mul_3b     fp2_mul_3b

static inline void point_add_b(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp2 b;

    nonzk_fp_set_u64(&b.c0, 4);
    b.c1 = b.c0;
    nonzk_fp2_add(out, a, &b);
}

/* -psi(a) */
static inline void point_endomorphism(struct nonzk_g2 *out, const struct nonzk_g2 *a)
{
    nonzk_fp2_conjugate(&out->x, &a->x);
    nonzk_fp2_mul(&out->x, &out->x, &g2_psi_x);
    nonzk_fp2_conjugate(&out->y, &a->y);
    nonzk_fp2_mul(&out->y, &out->y, &g2_psi_y);
    nonzk_fp2_neg(&out->y, &out->y);
    nonzk_fp2_conjugate(&out->z, &a->z);
}

void nonzk_g2_set_generator(struct nonzk_g2 *out)
{
    out->x = g2_generator_x;
    out->y = g2_generator_y;
    nonzk_fp2_set_one(&out->z);
}

#include "curve/point.h"

/*
 * (x^2 - x - 1) a + (x - 1) psi(a) + psi^2(2 a) (Budroni and Pintore, 2017; RFC 9380 appendix G.3),
 * here with t = -x and e = -psi: t (t a + e(a)) + t a - a + e(a) + e(e(2 a)).
 */
void g2_clear_cofactor(struct nonzk_g2 *out, const struct nonzk_g2 *a)
{
    struct nonzk_g2 multiple, image, sum, t;

    point_mul_t(&multiple, a);
    point_endomorphism(&image, a);
    nonzk_g2_add(&sum, &multiple, &image);
    point_mul_t(&t, &sum);
    nonzk_g2_add(&sum, &sum, &t);
    nonzk_g2_double(&t, a);
    point_endomorphism(&t, &t);
    point_endomorphism(&t, &t);
    nonzk_g2_add(&sum, &sum, &t);
    nonzk_g2_neg(&t, a);
    nonzk_g2_add(out, &sum, &t);
}
