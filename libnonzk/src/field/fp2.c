#include <nonzk/fp2.h>

#include "field/fp_private.h"
#include "field/fp_x86_64.h"

void nonzk_fp2_set_zero(struct nonzk_fp2 *out)
{
    nonzk_fp_set_zero(&out->c0);
    nonzk_fp_set_zero(&out->c1);
}

void nonzk_fp2_set_one(struct nonzk_fp2 *out)
{
    nonzk_fp_set_one(&out->c0);
    nonzk_fp_set_zero(&out->c1);
}

int nonzk_fp2_from_bytes(struct nonzk_fp2 *out, const uint8_t in[NONZK_FP2_LEN])
{
    struct nonzk_fp2 t;

    int result = nonzk_fp_from_bytes(&t.c1, in);
    if (result == 0)
        result = nonzk_fp_from_bytes(&t.c0, in + NONZK_FP_LEN);
    if (result == 0)
        *out = t;
    return result;
}

void nonzk_fp2_to_bytes(uint8_t out[NONZK_FP2_LEN], const struct nonzk_fp2 *a)
{
    nonzk_fp_to_bytes(out, &a->c1);
    nonzk_fp_to_bytes(out + NONZK_FP_LEN, &a->c0);
}

void nonzk_fp2_add(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    nonzk_fp_add(&out->c0, &a->c0, &b->c0);
    nonzk_fp_add(&out->c1, &a->c1, &b->c1);
}

void nonzk_fp2_sub(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    nonzk_fp_sub(&out->c0, &a->c0, &b->c0);
    nonzk_fp_sub(&out->c1, &a->c1, &b->c1);
}

void nonzk_fp2_neg(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    nonzk_fp_neg(&out->c0, &a->c0);
    nonzk_fp_neg(&out->c1, &a->c1);
}

void nonzk_fp2_conjugate(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    out->c0 = a->c0;
    nonzk_fp_neg(&out->c1, &a->c1);
}

void nonzk_fp2_mul(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    struct nonzk_fp low, high, sum_a, sum_b;

#if FP_X86_64
    if (fp_has_adx()) {
        fp2_mul_adx(out, a, b);
        return;
    }
#endif
    /* Karatsuba: a0 b1 + a1 b0 = (a0 + a1)(b0 + b1) - a0 b0 - a1 b1 */
    nonzk_fp_add(&sum_a, &a->c0, &a->c1);
    nonzk_fp_add(&sum_b, &b->c0, &b->c1);
    nonzk_fp_mul(&low, &a->c0, &b->c0);
    nonzk_fp_mul(&high, &a->c1, &b->c1);
    nonzk_fp_mul(&sum_a, &sum_a, &sum_b);
    nonzk_fp_sub(&out->c0, &low, &high);
    nonzk_fp_sub(&sum_a, &sum_a, &low);
    nonzk_fp_sub(&out->c1, &sum_a, &high);
}

void nonzk_fp2_mul_fp(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp *b)
{
    struct nonzk_fp factor = *b; /* `out` may hold `b` */

    nonzk_fp_mul(&out->c0, &a->c0, &factor);
    nonzk_fp_mul(&out->c1, &a->c1, &factor);
}

void nonzk_fp2_square(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp sum, difference, product;

#if FP_X86_64
    if (fp_has_adx()) {
        fp2_square_adx(out, a);
        return;
    }
#endif
    nonzk_fp_add(&sum, &a->c0, &a->c1);
    nonzk_fp_sub(&difference, &a->c0, &a->c1);
    nonzk_fp_mul(&product, &a->c0, &a->c1);
    nonzk_fp_mul(&out->c0, &sum, &difference);
    nonzk_fp_add(&out->c1, &product, &product);
}

void nonzk_fp2_norm(struct nonzk_fp *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp square0, square1;

    nonzk_fp_square(&square0, &a->c0);
    nonzk_fp_square(&square1, &a->c1);
    nonzk_fp_add(out, &square0, &square1);
}

int nonzk_fp2_invert(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp norm;
    struct nonzk_fp2 conjugate;

    /* -1 is not a square in Fp, so the norm is zero for zero only. */
    nonzk_fp2_norm(&norm, a);
    int result = nonzk_fp_invert(&norm, &norm);
    nonzk_fp2_conjugate(&conjugate, a);
    nonzk_fp2_mul_fp(out, &conjugate, &norm);
    return result;
}

/*
 * Let s^2 be the norm of a and t = (a0 + s) / 2. If t = x^2, then x + (a1 / 2x) u is a root of a.
 * If not, -t = x^2 as p = 3 mod 4, and a1 / 2x + x u is one: its square is a1^2 / 4x^2 - x^2 + a1
 * u, and -a1^2 / 4t = (a0 - s) / 2. With the power r = t^((p - 3) / 4), x is r t in both cases, and
 * 1 / x is r or -r. If t is zero, then a1 is, and s is -a0; t = a0 serves instead. Whether there is
 * a root at all, the last comparison says.
 */
int nonzk_fp2_sqrt(struct nonzk_fp2 *out, const struct nonzk_fp2 *a)
{
    struct nonzk_fp s, t, r, x, y, square, minus;
    struct nonzk_fp2 root, check;

    nonzk_fp2_norm(&t, a);
    nonzk_fp_root_power(&r, &t);
    nonzk_fp_mul(&s, &r, &t);
    nonzk_fp_add(&t, &a->c0, &s);
    nonzk_fp_halve(&t, &t);
    nonzk_fp_select(&t, &a->c0, &t, nonzk_fp_is_zero(&t));

    nonzk_fp_root_power(&r, &t);
    nonzk_fp_mul(&x, &r, &t);
    nonzk_fp_square(&square, &x);
    int t_is_square = nonzk_fp_equal(&square, &t);
    nonzk_fp_neg(&minus, &r);
    nonzk_fp_select(&r, &r, &minus, t_is_square);
    nonzk_fp_mul(&y, &a->c1, &r);
    nonzk_fp_halve(&y, &y);

    nonzk_fp_select(&root.c0, &x, &y, t_is_square);
    nonzk_fp_select(&root.c1, &y, &x, t_is_square);
    nonzk_fp2_square(&check, &root);
    if (!nonzk_fp2_equal(&check, a))
        return NONZK_E_NO_ROOT;
    *out = root;
    return 0;
}

int nonzk_fp2_legendre(const struct nonzk_fp2 *a)
{
    struct nonzk_fp norm;

    /* a^((p^2 - 1) / 2) = (a^(p + 1))^((p - 1) / 2), and a^(p + 1) is the norm. */
    nonzk_fp2_norm(&norm, a);
    return nonzk_fp_legendre(&norm);
}

int nonzk_fp2_equal(const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    return nonzk_fp_equal(&a->c0, &b->c0) & nonzk_fp_equal(&a->c1, &b->c1);
}

int nonzk_fp2_is_zero(const struct nonzk_fp2 *a)
{
    return nonzk_fp_is_zero(&a->c0) & nonzk_fp_is_zero(&a->c1);
}

int nonzk_fp2_is_large(const struct nonzk_fp2 *a)
{
    return nonzk_fp_is_large(&a->c1) | (nonzk_fp_is_zero(&a->c1) & nonzk_fp_is_large(&a->c0));
}

void nonzk_fp2_select(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b,
                      int choice)
{
    nonzk_fp_select(&out->c0, &a->c0, &b->c0, choice);
    nonzk_fp_select(&out->c1, &a->c1, &b->c1, choice);
}
