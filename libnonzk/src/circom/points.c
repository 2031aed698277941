#include "circom/points.h"

#include "field/fp_private.h"

static int take_fp(struct reader *reader, struct nonzk_fp *out)
{
    const uint8_t *bytes;
    int result = nonzk_reader_bytes(reader, &bytes, NONZK_FP_LEN);

    return result == 0 ? nonzk_fp_from_montgomery(out, bytes) : result;
}

int nonzk_reader_g1(struct reader *reader, struct nonzk_g1_affine *point)
{
    int result = take_fp(reader, &point->x);

    if (result == 0)
        result = take_fp(reader, &point->y);
    if (result != 0 || nonzk_g1_affine_is_infinity(point))
        return result;
    if (!nonzk_g1_affine_is_on_curve(point))
        return NONZK_E_NOT_ON_CURVE;
    return nonzk_g1_affine_is_in_subgroup(point) ? 0 : NONZK_E_NOT_IN_SUBGROUP;
}

int nonzk_reader_g2(struct reader *reader, struct nonzk_g2_affine *point)
{
    int result = take_fp(reader, &point->x.c0);

    if (result == 0)
        result = take_fp(reader, &point->x.c1);
    if (result == 0)
        result = take_fp(reader, &point->y.c0);
    if (result == 0)
        result = take_fp(reader, &point->y.c1);
    if (result != 0 || nonzk_g2_affine_is_infinity(point))
        return result;
    if (!nonzk_g2_affine_is_on_curve(point))
        return NONZK_E_NOT_ON_CURVE;
    return nonzk_g2_affine_is_in_subgroup(point) ? 0 : NONZK_E_NOT_IN_SUBGROUP;
}

int nonzk_reader_finite_g1(struct reader *reader, struct nonzk_g1_affine *point)
{
    int result = nonzk_reader_g1(reader, point);

    return result == 0 && nonzk_g1_affine_is_infinity(point) ? NONZK_E_INFINITY : result;
}

int nonzk_reader_finite_g2(struct reader *reader, struct nonzk_g2_affine *point)
{
    int result = nonzk_reader_g2(reader, point);

    return result == 0 && nonzk_g2_affine_is_infinity(point) ? NONZK_E_INFINITY : result;
}

void nonzk_point_encode_g1(uint8_t out[POINT_G1_LEN], const struct nonzk_g1_affine *point)
{
    nonzk_fp_to_montgomery(out, &point->x);
    nonzk_fp_to_montgomery(out + NONZK_FP_LEN, &point->y);
}

void nonzk_point_encode_g2(uint8_t out[POINT_G2_LEN], const struct nonzk_g2_affine *point)
{
    nonzk_fp_to_montgomery(out, &point->x.c0);
    nonzk_fp_to_montgomery(out + NONZK_FP_LEN, &point->x.c1);
    nonzk_fp_to_montgomery(out + 2 * NONZK_FP_LEN, &point->y.c0);
    nonzk_fp_to_montgomery(out + 3 * NONZK_FP_LEN, &point->y.c1);
}
