#include <noncrypto/memory.h>
#include <nonzk/g1.h>
#include <string.h>

#include "curve/g1_table.h"
#include "curve/hash_private.h"
#include "field/limb.h"

#define CONSTANTS_G1
#define CONSTANTS_G1_BETA
#include "curve/constants.h"

#define ELEMENT          struct nonzk_fp
#define ELEMENT_LEN      NONZK_FP_LEN
#define FIELD(f)         nonzk_fp_##f
#define POINT            struct nonzk_g1
#define AFFINE           struct nonzk_g1_affine
#define GROUP(f)         nonzk_g1_##f
#define COMPRESSED_LEN   NONZK_G1_COMPRESSED_LEN
#define UNCOMPRESSED_LEN NONZK_G1_UNCOMPRESSED_LEN
#define DIGITS           2
#define DIGIT_LIMBS      2
#define split_scalar     scalar_split_t2
#define BASE_POWER_OF_T  2

static inline void point_add_b(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    struct nonzk_fp four;

    nonzk_fp_set_u64(&four, 4);
    nonzk_fp_add(out, a, &four);
}

/* 12 a */
static inline void point_mul_3b(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    struct nonzk_fp four;

    nonzk_fp_add(&four, a, a);
    nonzk_fp_add(&four, &four, &four);
    nonzk_fp_add(out, &four, &four);
    nonzk_fp_add(out, out, &four);
}

/* (beta x, -y) */
static inline void point_endomorphism(struct nonzk_g1 *out, const struct nonzk_g1 *a)
{
    nonzk_fp_mul(&out->x, &a->x, &g1_beta);
    nonzk_fp_neg(&out->y, &a->y);
    out->z = a->z;
}

void g1_affine_endomorphism(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *a)
{
    nonzk_fp_mul(&out->x, &a->x, &g1_beta);
    nonzk_fp_neg(&out->y, &a->y);
}

void nonzk_g1_set_generator(struct nonzk_g1 *out)
{
    out->x = g1_generator_x;
    out->y = g1_generator_y;
    nonzk_fp_set_one(&out->z);
}

#include "curve/point.h"

/* 1 - x = 1 + t */
void g1_clear_cofactor(struct nonzk_g1 *out, const struct nonzk_g1 *a)
{
    struct nonzk_g1 multiple;

    point_mul_t(&multiple, a);
    nonzk_g1_add(out, &multiple, a);
}
