/*
 * Points of y^2 = x^3 + b, once for G1 and once for G2: g1.c and g2.c define what differs and
 * include this file. They give
 *
 *     ELEMENT, ELEMENT_LEN, FIELD(f)     the field, its encoding, and its functions
 *     POINT, AFFINE, GROUP(f)            the structures of points, and the names of functions
 *     COMPRESSED_LEN, UNCOMPRESSED_LEN   bytes of encoded points
 *     DIGITS, DIGIT_LIMBS, split_scalar  the digits of a scalar to the base of the endomorphism
 *     point_add_b, point_mul_3b          a + b and 3 a b for field elements
 *     point_endomorphism                 multiplication by that base: t^2 in G1, t in G2
 *     BASE_POWER_OF_T                    2 in G1, 1 in G2
 *
 * Addition and doubling are algorithms 7, 8 and 9 of Renes, Costello and Batina (2016). Both curves
 * have odd order, so the formulas hold for all of their points, those outside of the subgroup too.
 */
#include "ct.h"
#include "curve/affine_all.h"
#include "curve/scalar.h"

#define FLAG_COMPRESSED 0x80
#define FLAG_INFINITY   0x40
#define FLAG_LARGE_Y    0x20
#define FLAGS           0xe0

#define WINDOW_BITS 4
#define TABLE_LEN   (1 << WINDOW_BITS)
#define NODD        8 /* 1, 3, ... 15 times a point, for a non-adjacent form of width 5 */

void GROUP(set_infinity)(POINT *out)
{
    FIELD(set_zero)(&out->x);
    FIELD(set_one)(&out->y);
    FIELD(set_zero)(&out->z);
}

int GROUP(is_infinity)(const POINT *a)
{
    return FIELD(is_zero)(&a->z);
}

int GROUP(affine_is_infinity)(const AFFINE *a)
{
    return FIELD(is_zero)(&a->x) & FIELD(is_zero)(&a->y);
}

int GROUP(equal)(const POINT *a, const POINT *b)
{
    ELEMENT left, right;

    FIELD(mul)(&left, &a->x, &b->z);
    FIELD(mul)(&right, &b->x, &a->z);
    int equal = FIELD(equal)(&left, &right);
    FIELD(mul)(&left, &a->y, &b->z);
    FIELD(mul)(&right, &b->y, &a->z);
    return equal & FIELD(equal)(&left, &right);
}

void GROUP(neg)(POINT *out, const POINT *a)
{
    out->x = a->x;
    FIELD(neg)(&out->y, &a->y);
    out->z = a->z;
}

static void point_select(POINT *out, const POINT *a, const POINT *b, int choice)
{
    FIELD(select)(&out->x, &a->x, &b->x, choice);
    FIELD(select)(&out->y, &a->y, &b->y, choice);
    FIELD(select)(&out->z, &a->z, &b->z, choice);
}

/*
 * out = (a0 + a1)(b0 + b1) - p0 - p1, which is a0 b1 + a1 b0 for the products p0 = a0 b0 and p1 =
 * a1 b1
 */
static void cross_product(ELEMENT *out, const ELEMENT *a0, const ELEMENT *a1, const ELEMENT *b0,
                          const ELEMENT *b1, const ELEMENT *p0, const ELEMENT *p1)
{
    ELEMENT sum_a, sum_b;

    FIELD(add)(&sum_a, a0, a1);
    FIELD(add)(&sum_b, b0, b1);
    FIELD(mul)(&sum_a, &sum_a, &sum_b);
    FIELD(sub)(&sum_a, &sum_a, p0);
    FIELD(sub)(out, &sum_a, p1);
}

static void triple(ELEMENT *out, const ELEMENT *a)
{
    ELEMENT twice;

    FIELD(add)(&twice, a, a);
    FIELD(add)(out, &twice, a);
}

/*
 * The common end of algorithms 7 and 8: from xx = X1 X2, yy = Y1 Y2, 3b zz with zz = Z1 Z2, and the
 * cross products xy = X1 Y2 + X2 Y1, yz, and 3b xz.
 */
static void point_add_end(POINT *out, const ELEMENT *xx, const ELEMENT *yy, const ELEMENT *b3zz,
                          const ELEMENT *xy, const ELEMENT *yz, const ELEMENT *b3xz)
{
    ELEMENT xx3, sum, difference, t;

    triple(&xx3, xx);
    FIELD(add)(&sum, yy, b3zz);
    FIELD(sub)(&difference, yy, b3zz);
    FIELD(mul)(&t, yz, b3xz);
    FIELD(mul)(&out->x, xy, &difference);
    FIELD(sub)(&out->x, &out->x, &t);
    FIELD(mul)(&t, b3xz, &xx3);
    FIELD(mul)(&out->y, &difference, &sum);
    FIELD(add)(&out->y, &out->y, &t);
    FIELD(mul)(&t, &xx3, xy);
    FIELD(mul)(&out->z, &sum, yz);
    FIELD(add)(&out->z, &out->z, &t);
}

void GROUP(add)(POINT *out, const POINT *a, const POINT *b)
{
    ELEMENT xx, yy, zz, xy, yz, xz;

    FIELD(mul)(&xx, &a->x, &b->x);
    FIELD(mul)(&yy, &a->y, &b->y);
    FIELD(mul)(&zz, &a->z, &b->z);
    cross_product(&xy, &a->x, &a->y, &b->x, &b->y, &xx, &yy);
    cross_product(&yz, &a->y, &a->z, &b->y, &b->z, &yy, &zz);
    cross_product(&xz, &a->x, &a->z, &b->x, &b->z, &xx, &zz);
    point_mul_3b(&zz, &zz);
    point_mul_3b(&xz, &xz);
    point_add_end(out, &xx, &yy, &zz, &xy, &yz, &xz);
}

void GROUP(add_affine)(POINT *out, const POINT *a, const AFFINE *b)
{
    if (GROUP(affine_is_infinity)(b))
        *out = *a;
    else
        GROUP(add_finite)(out, a, b);
}

void GROUP(add_finite)(POINT *out, const POINT *a, const AFFINE *b)
{
    ELEMENT xx, yy, zz, xy, yz, xz;

    FIELD(mul)(&xx, &a->x, &b->x);
    FIELD(mul)(&yy, &a->y, &b->y);
    cross_product(&xy, &a->x, &a->y, &b->x, &b->y, &xx, &yy);
    FIELD(mul)(&yz, &b->y, &a->z);
    FIELD(add)(&yz, &yz, &a->y);
    FIELD(mul)(&xz, &b->x, &a->z);
    FIELD(add)(&xz, &xz, &a->x);
    point_mul_3b(&zz, &a->z);
    point_mul_3b(&xz, &xz);
    point_add_end(out, &xx, &yy, &zz, &xy, &yz, &xz);
}

void GROUP(double)(POINT *out, const POINT *a)
{
    ELEMENT yy, yy8, yz, b3zz, sum, difference, xy;

    FIELD(square)(&yy, &a->y);
    FIELD(add)(&yy8, &yy, &yy);
    FIELD(add)(&yy8, &yy8, &yy8);
    FIELD(add)(&yy8, &yy8, &yy8);
    FIELD(mul)(&yz, &a->y, &a->z);
    FIELD(square)(&b3zz, &a->z);
    point_mul_3b(&b3zz, &b3zz);
    FIELD(mul)(&xy, &a->x, &a->y);
    FIELD(add)(&sum, &yy, &b3zz);
    triple(&difference, &b3zz);
    FIELD(sub)(&difference, &yy, &difference);

    FIELD(mul)(&out->z, &yz, &yy8);
    FIELD(mul)(&yy8, &yy8, &b3zz);
    FIELD(mul)(&out->y, &difference, &sum);
    FIELD(add)(&out->y, &out->y, &yy8);
    FIELD(mul)(&xy, &difference, &xy);
    FIELD(add)(&out->x, &xy, &xy);
}

void GROUP(from_affine)(POINT *out, const AFFINE *a)
{
    ELEMENT zero, one;
    int infinity = GROUP(affine_is_infinity)(a);

    FIELD(set_zero)(&zero);
    FIELD(set_one)(&one);
    out->x = a->x;
    FIELD(select)(&out->y, &one, &a->y, infinity);
    FIELD(select)(&out->z, &zero, &one, infinity);
}

void GROUP(to_affine)(AFFINE *out, const POINT *a)
{
    ELEMENT inverse;

    /* The inverse of zero comes out as zero, which makes (0, 0) of infinity as it should be. */
    int infinity = FIELD(invert)(&inverse, &a->z) != 0;
    (void)infinity;
    FIELD(mul)(&out->x, &a->x, &inverse);
    FIELD(mul)(&out->y, &a->y, &inverse);
}

void GROUP(to_affine_all)(AFFINE *out, const POINT *points, size_t n)
{
    ELEMENT before[AFFINE_ALL_MAX]; /* products of the z before, infinity left out */
    ELEMENT product, inverse, z_inverse;

    FIELD(set_one)(&product);
    for (size_t i = 0; i < n; i++) {
        before[i] = product;
        if (!ct_public(GROUP(is_infinity)(&points[i])))
            FIELD(mul)(&product, &product, &points[i].z);
    }
    int zero = FIELD(invert)(&inverse, &product) != 0;
    (void)zero;
    for (size_t i = n; i-- > 0;) {
        if (ct_public(GROUP(is_infinity)(&points[i]))) {
            FIELD(set_zero)(&out[i].x);
            FIELD(set_zero)(&out[i].y);
            continue;
        }
        FIELD(mul)(&z_inverse, &inverse, &before[i]);
        FIELD(mul)(&inverse, &inverse, &points[i].z);
        FIELD(mul)(&out[i].x, &points[i].x, &z_inverse);
        FIELD(mul)(&out[i].y, &points[i].y, &z_inverse);
    }
}

/* out = table[index], reading all of it */
static void table_select(POINT *out, const POINT table[TABLE_LEN], unsigned index)
{
    *out = table[0];
    for (unsigned i = 1; i < TABLE_LEN; i++)
        point_select(out, &table[i], out, (int)limb_is_zero(i ^ index));
}

/*
 * Windows of four bits of all digits together, so that only one digit's length of doublings is
 * needed.
 */
void GROUP(mul)(POINT *out, const POINT *a, const uint8_t scalar[NONZK_SCALAR_LEN])
{
    POINT table[TABLE_LEN], sum, term;
    uint64_t k[SCALAR_LIMBS], digits[SCALAR_LIMBS];

    scalar_load(k, scalar);
    split_scalar(digits, k);
    GROUP(set_infinity)(&table[0]);
    for (int i = 1; i < TABLE_LEN; i++)
        GROUP(add)(&table[i], &table[i - 1], a);
    GROUP(set_infinity)(&sum);
    for (unsigned at = 64 * DIGIT_LIMBS; at > 0;) {
        at -= WINDOW_BITS;
        for (int i = 0; i < WINDOW_BITS; i++)
            GROUP(double)(&sum, &sum);
        for (unsigned digit = 0; digit < DIGITS; digit++) {
            uint64_t limb = digits[digit * DIGIT_LIMBS + at / 64];
            table_select(&term, table, (unsigned)(limb >> (at % 64)) % TABLE_LEN);
            for (unsigned i = 0; i < digit; i++)
                point_endomorphism(&term, &term);
            GROUP(add)(&sum, &sum, &term);
        }
    }
    *out = sum;
    noncrypto_wipe(table, sizeof table);
    noncrypto_wipe(k, sizeof k);
    noncrypto_wipe(digits, sizeof digits);
    noncrypto_wipe(&term, sizeof term);
    noncrypto_wipe(&sum, sizeof sum);
}

static void odd_multiples(POINT odd[NODD], const POINT *a)
{
    POINT twice;

    GROUP(double)(&twice, a);
    odd[0] = *a;
    for (int i = 1; i < NODD; i++)
        GROUP(add)(&odd[i], &odd[i - 1], &twice);
}

void GROUP(mul_vartime)(POINT *out, const POINT *a, const uint8_t scalar[NONZK_SCALAR_LEN])
{
    POINT odd[NODD], sum, term;
    uint64_t k[SCALAR_LIMBS], digits[SCALAR_LIMBS];
    int8_t naf[DIGITS][SCALAR_NAF_LEN];
    size_t len[DIGITS], longest = 0;

    scalar_load(k, scalar);
    split_scalar(digits, k);
    for (int digit = 0; digit < DIGITS; digit++) {
        len[digit] = scalar_naf_vartime(naf[digit], &digits[digit * DIGIT_LIMBS], DIGIT_LIMBS);
        if (len[digit] > longest)
            longest = len[digit];
    }
    odd_multiples(odd, a);
    GROUP(set_infinity)(&sum);
    for (size_t at = longest; at-- > 0;) {
        GROUP(double)(&sum, &sum);
        for (int digit = 0; digit < DIGITS; digit++) {
            int value = at < len[digit] ? naf[digit][at] : 0;
            if (value == 0)
                continue;
            term = odd[(value < 0 ? -value : value) / 2];
            if (value < 0)
                GROUP(neg)(&term, &term);
            for (int i = 0; i < digit; i++)
                point_endomorphism(&term, &term);
            GROUP(add)(&sum, &sum, &term);
        }
    }
    *out = sum;
}

/* out = t a, by the bits of t */
static void point_mul_t(POINT *out, const POINT *a)
{
    POINT sum = *a;

    for (int bit = CURVE_T_BITS - 2; bit >= 0; bit--) {
        GROUP(double)(&sum, &sum);
        if (CURVE_T >> bit & 1)
            GROUP(add)(&sum, &sum, a);
    }
    *out = sum;
}

int GROUP(affine_is_on_curve)(const AFFINE *a)
{
    ELEMENT left, right;

    FIELD(square)(&left, &a->y);
    FIELD(square)(&right, &a->x);
    FIELD(mul)(&right, &right, &a->x);
    point_add_b(&right, &right);
    return FIELD(equal)(&left, &right) | GROUP(affine_is_infinity)(a);
}

int GROUP(affine_is_in_subgroup)(const AFFINE *a)
{
    POINT point, image, multiple;

    GROUP(from_affine)(&point, a);
    point_endomorphism(&image, &point);
    multiple = point;
    for (int i = 0; i < BASE_POWER_OF_T; i++)
        point_mul_t(&multiple, &multiple);
    return GROUP(equal)(&image, &multiple);
}

/* Reads x after taking the flags away. */
static int decode_x(ELEMENT *x, const uint8_t in[ELEMENT_LEN])
{
    uint8_t bytes[ELEMENT_LEN];

    memcpy(bytes, in, ELEMENT_LEN);
    bytes[0] &= (uint8_t)~FLAGS;
    return FIELD(from_bytes)(x, bytes);
}

/* What stands for infinity: the flag and nothing but zeros. */
static int decode_infinity(AFFINE *out, const uint8_t *in, size_t len)
{
    unsigned rest = in[0] & (unsigned)~(FLAG_COMPRESSED | FLAG_INFINITY);

    for (size_t i = 1; i < len; i++)
        rest |= in[i];
    if (rest != 0)
        return NONZK_E_ENCODING;
    FIELD(set_zero)(&out->x);
    FIELD(set_zero)(&out->y);
    return 0;
}

int GROUP(from_compressed)(AFFINE *out, const uint8_t in[COMPRESSED_LEN])
{
    AFFINE point;
    ELEMENT other;

    if (!(in[0] & FLAG_COMPRESSED))
        return NONZK_E_ENCODING;
    if (in[0] & FLAG_INFINITY)
        return decode_infinity(out, in, COMPRESSED_LEN);
    int result = decode_x(&point.x, in);
    if (result != 0)
        return result;
    FIELD(square)(&point.y, &point.x);
    FIELD(mul)(&point.y, &point.y, &point.x);
    point_add_b(&point.y, &point.y);
    if (FIELD(sqrt)(&point.y, &point.y) != 0)
        return NONZK_E_NOT_ON_CURVE;
    /* y is never 0: the curve has no point of order 2. */
    FIELD(neg)(&other, &point.y);
    int keep = FIELD(is_large)(&point.y) == !!(in[0] & FLAG_LARGE_Y);
    FIELD(select)(&point.y, &point.y, &other, keep);
    if (!GROUP(affine_is_in_subgroup)(&point))
        return NONZK_E_NOT_IN_SUBGROUP;
    *out = point;
    return 0;
}

int GROUP(from_uncompressed)(AFFINE *out, const uint8_t in[UNCOMPRESSED_LEN])
{
    AFFINE point;

    if (in[0] & (FLAG_COMPRESSED | FLAG_LARGE_Y))
        return NONZK_E_ENCODING;
    if (in[0] & FLAG_INFINITY)
        return decode_infinity(out, in, UNCOMPRESSED_LEN);
    int result = decode_x(&point.x, in);
    if (result == 0)
        result = FIELD(from_bytes)(&point.y, in + ELEMENT_LEN);
    if (result != 0)
        return result;
    /* (0, 0) is how infinity is stored, but it is encoded by the flag only. */
    if (GROUP(affine_is_infinity)(&point) || !GROUP(affine_is_on_curve)(&point))
        return NONZK_E_NOT_ON_CURVE;
    if (!GROUP(affine_is_in_subgroup)(&point))
        return NONZK_E_NOT_IN_SUBGROUP;
    *out = point;
    return 0;
}

void GROUP(to_compressed)(uint8_t out[COMPRESSED_LEN], const AFFINE *a)
{
    int infinity = GROUP(affine_is_infinity)(a), large = FIELD(is_large)(&a->y);

    FIELD(to_bytes)(out, &a->x);
    out[0] |= (uint8_t)(FLAG_COMPRESSED | infinity * FLAG_INFINITY | large * FLAG_LARGE_Y);
}

void GROUP(to_uncompressed)(uint8_t out[UNCOMPRESSED_LEN], const AFFINE *a)
{
    int infinity = GROUP(affine_is_infinity)(a);

    FIELD(to_bytes)(out, &a->x);
    FIELD(to_bytes)(out + ELEMENT_LEN, &a->y);
    out[0] |= (uint8_t)(infinity * FLAG_INFINITY);
}
