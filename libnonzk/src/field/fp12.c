#include <nonzk/fp12.h>

#include "field/fp12_private.h"
#include "field/fp2_private.h"

#define CONSTANTS_FROBENIUS
#include "curve/constants.h"

void nonzk_fp12_set_one(struct nonzk_fp12 *out)
{
    nonzk_fp6_set_one(&out->c0);
    nonzk_fp6_set_zero(&out->c1);
}

void nonzk_fp12_mul(struct nonzk_fp12 *out, const struct nonzk_fp12 *a, const struct nonzk_fp12 *b)
{
    struct nonzk_fp6 low, high, sum_a, sum_b;

    nonzk_fp6_add(&sum_a, &a->c0, &a->c1);
    nonzk_fp6_add(&sum_b, &b->c0, &b->c1);
    nonzk_fp6_mul(&low, &a->c0, &b->c0);
    nonzk_fp6_mul(&high, &a->c1, &b->c1);
    nonzk_fp6_mul(&sum_a, &sum_a, &sum_b);
    nonzk_fp6_sub(&sum_a, &sum_a, &low);
    nonzk_fp6_sub(&out->c1, &sum_a, &high);
    nonzk_fp6_mul_v(&high, &high);
    nonzk_fp6_add(&out->c0, &low, &high);
}

void nonzk_fp12_mul_014(struct nonzk_fp12 *out, const struct nonzk_fp12 *a,
                        const struct nonzk_fp2 *b0, const struct nonzk_fp2 *b1,
                        const struct nonzk_fp2 *b4)
{
    struct nonzk_fp6 low, high, sum;
    struct nonzk_fp2 b14;

    nonzk_fp6_mul_01(&low, &a->c0, b0, b1);
    nonzk_fp6_mul_1(&high, &a->c1, b4);
    nonzk_fp6_add(&sum, &a->c0, &a->c1);
    nonzk_fp2_add(&b14, b1, b4);
    nonzk_fp6_mul_01(&sum, &sum, b0, &b14);
    nonzk_fp6_sub(&sum, &sum, &low);
    nonzk_fp6_sub(&out->c1, &sum, &high);
    nonzk_fp6_mul_v(&high, &high);
    nonzk_fp6_add(&out->c0, &low, &high);
}

void fp12_mul_01_and_one(struct nonzk_fp12 *out, const struct nonzk_fp12 *a,
                         const struct nonzk_fp2 *b0, const struct nonzk_fp2 *b1)
{
    struct nonzk_fp6 low, high, sum;
    struct nonzk_fp2 b14, one;

    nonzk_fp2_set_one(&one);
    nonzk_fp6_mul_01(&low, &a->c0, b0, b1);
    nonzk_fp6_mul_v(&high, &a->c1);
    nonzk_fp6_add(&sum, &a->c0, &a->c1);
    nonzk_fp2_add(&b14, b1, &one);
    nonzk_fp6_mul_01(&sum, &sum, b0, &b14);
    nonzk_fp6_sub(&sum, &sum, &low);
    nonzk_fp6_sub(&out->c1, &sum, &high);
    nonzk_fp6_mul_v(&high, &high);
    nonzk_fp6_add(&out->c0, &low, &high);
}

void nonzk_fp12_square(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    struct nonzk_fp6 product, sum, twisted;

    /* c0^2 + v c1^2 = (c0 + c1)(c0 + v c1) - c0 c1 - v c0 c1 */
    nonzk_fp6_mul(&product, &a->c0, &a->c1);
    nonzk_fp6_mul_v(&twisted, &a->c1);
    nonzk_fp6_add(&twisted, &twisted, &a->c0);
    nonzk_fp6_add(&sum, &a->c0, &a->c1);
    nonzk_fp6_mul(&sum, &sum, &twisted);
    nonzk_fp6_sub(&sum, &sum, &product);
    nonzk_fp6_add(&out->c1, &product, &product);
    nonzk_fp6_mul_v(&product, &product);
    nonzk_fp6_sub(&out->c0, &sum, &product);
}

/* (a + b t)^2 for t^2 = u + 1, as *c0 + *c1 t */
static void fp4_square(struct nonzk_fp2 *c0, struct nonzk_fp2 *c1, const struct nonzk_fp2 *a,
                       const struct nonzk_fp2 *b)
{
    struct nonzk_fp2 a_squared, b_squared, sum;

    nonzk_fp2_square(&a_squared, a);
    nonzk_fp2_square(&b_squared, b);
    nonzk_fp2_add(&sum, a, b);
    nonzk_fp2_square(&sum, &sum);
    nonzk_fp2_sub(&sum, &sum, &a_squared);
    nonzk_fp2_sub(c1, &sum, &b_squared);
    fp2_mul_xi(&b_squared, &b_squared);
    nonzk_fp2_add(c0, &a_squared, &b_squared);
}

/* out = 3 square - 2 a */
static void triple_minus_twice(struct nonzk_fp2 *out, const struct nonzk_fp2 *square,
                               const struct nonzk_fp2 *a)
{
    struct nonzk_fp2 difference;

    nonzk_fp2_sub(&difference, square, a);
    nonzk_fp2_add(&difference, &difference, &difference);
    nonzk_fp2_add(out, &difference, square);
}

/* out = 3 square + 2 a */
static void triple_plus_twice(struct nonzk_fp2 *out, const struct nonzk_fp2 *square,
                              const struct nonzk_fp2 *a)
{
    struct nonzk_fp2 sum;

    nonzk_fp2_add(&sum, square, a);
    nonzk_fp2_add(&sum, &sum, &sum);
    nonzk_fp2_add(out, &sum, square);
}

void nonzk_fp12_cyclotomic_square(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    struct nonzk_fp2 a0, a1, b0, b1, c0, c1;

    /*
     * As cubic extension of Fp4 = Fp2[w^3], the element is (1, w^3), (w^2, w^5) and (w^4, w) over
     * three bases.
     */
    fp4_square(&a0, &a1, &a->c0.c0, &a->c1.c1);
    fp4_square(&b0, &b1, &a->c1.c0, &a->c0.c2);
    fp4_square(&c0, &c1, &a->c0.c1, &a->c1.c2);
    triple_minus_twice(&out->c0.c0, &a0, &a->c0.c0);
    triple_plus_twice(&out->c1.c1, &a1, &a->c1.c1);
    triple_minus_twice(&out->c0.c1, &b0, &a->c0.c1);
    triple_plus_twice(&out->c1.c2, &b1, &a->c1.c2);
    fp2_mul_xi(&c1, &c1);
    triple_plus_twice(&out->c1.c0, &c1, &a->c1.c0);
    triple_minus_twice(&out->c0.c2, &c0, &a->c0.c2);
}

void nonzk_fp12_conjugate(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    out->c0 = a->c0;
    nonzk_fp6_neg(&out->c1, &a->c1);
}

static void frobenius_coefficient(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, int power_of_w)
{
    nonzk_fp2_conjugate(out, a);
    if (power_of_w != 0)
        nonzk_fp2_mul(out, out, &frobenius_w[power_of_w]);
}

void nonzk_fp12_frobenius(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    frobenius_coefficient(&out->c0.c0, &a->c0.c0, 0);
    frobenius_coefficient(&out->c1.c0, &a->c1.c0, 1);
    frobenius_coefficient(&out->c0.c1, &a->c0.c1, 2);
    frobenius_coefficient(&out->c1.c1, &a->c1.c1, 3);
    frobenius_coefficient(&out->c0.c2, &a->c0.c2, 4);
    frobenius_coefficient(&out->c1.c2, &a->c1.c2, 5);
}

int nonzk_fp12_invert(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    struct nonzk_fp6 norm, square;

    nonzk_fp6_mul(&norm, &a->c0, &a->c0);
    nonzk_fp6_mul(&square, &a->c1, &a->c1);
    nonzk_fp6_mul_v(&square, &square);
    nonzk_fp6_sub(&norm, &norm, &square);
    int result = nonzk_fp6_invert(&norm, &norm);
    nonzk_fp12_conjugate(out, a);
    nonzk_fp6_mul(&out->c0, &out->c0, &norm);
    nonzk_fp6_mul(&out->c1, &out->c1, &norm);
    return result;
}

int nonzk_fp12_equal(const struct nonzk_fp12 *a, const struct nonzk_fp12 *b)
{
    return nonzk_fp6_equal(&a->c0, &b->c0) & nonzk_fp6_equal(&a->c1, &b->c1);
}
