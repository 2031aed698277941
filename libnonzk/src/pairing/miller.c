/*
 * The Miller loop. A line through points of the twist, moved to the curve by (x, y) -> (x / w^2, y
 * / w^3) and scaled by w^3, has the form l0 + l1 xP v + l2 yP v w in Fp12. The point that the loop
 * doubles is in homogeneous coordinates; factors in Fp2 common to a line's coefficients vanish in
 * the final power. Doubling and addition with their lines are those of Costello, Lange and Naehrig
 * (2010), with b = 4 (u + 1) and scaled to need no halves.
 */
#include "pairing/miller.h"

#include "curve/scalar.h"
#include "field/fp12_private.h"
#include "field/fp2_private.h"

#include <string.h>

struct line {
    struct nonzk_fp2 l0, l1, l2;
};

/* Doubles t; the line is the tangent: l0 = 3b Z^2 - Y^2, l1 = 3 X^2, l2 = -2 Y Z. */
static void double_step(struct nonzk_g2 *t, struct line *line)
{
    struct nonzk_fp2 xy, yy, zz, b3zz, b9zz, h, sum, u;

    nonzk_fp2_mul(&xy, &t->x, &t->y);
    nonzk_fp2_square(&yy, &t->y);
    nonzk_fp2_square(&zz, &t->z);
    fp2_mul_3b(&b3zz, &zz);
    nonzk_fp2_add(&b9zz, &b3zz, &b3zz);
    nonzk_fp2_add(&b9zz, &b9zz, &b3zz);
    nonzk_fp2_add(&h, &t->y, &t->z);
    nonzk_fp2_square(&h, &h);
    nonzk_fp2_sub(&h, &h, &yy);
    nonzk_fp2_sub(&h, &h, &zz);
    nonzk_fp2_square(&u, &t->x);
    nonzk_fp2_add(&line->l1, &u, &u);
    nonzk_fp2_add(&line->l1, &line->l1, &u);
    nonzk_fp2_sub(&line->l0, &b3zz, &yy);
    nonzk_fp2_neg(&line->l2, &h);

    /* X = 2 XY (Y^2 - 9b Z^2), Y = (Y^2 + 9b Z^2)^2 - 12 (3b Z^2)^2, Z = 8 Y^3 Z */
    nonzk_fp2_sub(&u, &yy, &b9zz);
    nonzk_fp2_mul(&t->x, &xy, &u);
    nonzk_fp2_add(&t->x, &t->x, &t->x);
    nonzk_fp2_add(&sum, &yy, &b9zz);
    nonzk_fp2_square(&t->y, &sum);
    nonzk_fp2_square(&u, &b3zz);
    nonzk_fp2_add(&sum, &u, &u);
    nonzk_fp2_add(&sum, &sum, &u);
    nonzk_fp2_add(&sum, &sum, &sum);
    nonzk_fp2_add(&sum, &sum, &sum);
    nonzk_fp2_sub(&t->y, &t->y, &sum);
    nonzk_fp2_mul(&t->z, &yy, &h);
    nonzk_fp2_add(&t->z, &t->z, &t->z);
    nonzk_fp2_add(&t->z, &t->z, &t->z);
}

/*
 * Adds q to t; the line goes through both: with theta = Y - yq Z and lambda = X - xq Z, its slope
 * is theta / lambda.
 */
static void add_step(struct nonzk_g2 *t, struct line *line, const struct nonzk_g2_affine *q)
{
    struct nonzk_fp2 theta, lambda, lambda2, lambda3, f, g, h, u;

    nonzk_fp2_mul(&u, &q->y, &t->z);
    nonzk_fp2_sub(&theta, &t->y, &u);
    nonzk_fp2_mul(&u, &q->x, &t->z);
    nonzk_fp2_sub(&lambda, &t->x, &u);
    nonzk_fp2_mul(&line->l0, &theta, &q->x);
    nonzk_fp2_mul(&u, &lambda, &q->y);
    nonzk_fp2_sub(&line->l0, &line->l0, &u);
    nonzk_fp2_neg(&line->l1, &theta);
    line->l2 = lambda;

    nonzk_fp2_square(&lambda2, &lambda);
    nonzk_fp2_mul(&lambda3, &lambda2, &lambda);
    nonzk_fp2_square(&f, &theta);
    nonzk_fp2_mul(&f, &f, &t->z);
    nonzk_fp2_mul(&g, &t->x, &lambda2);
    nonzk_fp2_add(&h, &lambda3, &f);
    nonzk_fp2_sub(&h, &h, &g);
    nonzk_fp2_sub(&h, &h, &g);
    nonzk_fp2_mul(&t->x, &lambda, &h);
    nonzk_fp2_sub(&g, &g, &h);
    nonzk_fp2_mul(&g, &g, &theta);
    nonzk_fp2_mul(&u, &t->y, &lambda3);
    nonzk_fp2_sub(&t->y, &g, &u);
    nonzk_fp2_mul(&t->z, &t->z, &lambda3);
}

static void start(struct nonzk_g2 *t, const struct nonzk_g2_affine *q)
{
    t->x = q->x;
    t->y = q->y;
    nonzk_fp2_set_one(&t->z);
}

void nonzk_g2_lines_prepare(struct nonzk_g2_lines *out, const struct nonzk_g2_affine *q)
{
    struct nonzk_g2 t;
    struct nonzk_fp2 inverse;
    size_t n = 0;

    memset(out, 0, sizeof *out);
    out->infinity = nonzk_g2_affine_is_infinity(q);
    if (out->infinity)
        return;
    start(&t, q);
    for (int bit = CURVE_T_BITS - 2; bit >= 0; bit--) {
        for (int add = 0; add <= (int)(CURVE_T >> bit & 1); add++, n++) {
            struct line line;
            if (add)
                add_step(&t, &line, q);
            else
                double_step(&t, &line);
            /* Not 0: multiples of q below the order are neither infinity nor equal to q or -q. */
            int zero = nonzk_fp2_invert(&inverse, &line.l2) != 0;
            (void)zero;
            nonzk_fp2_mul(&out->coefficient[n][0], &line.l0, &inverse);
            nonzk_fp2_mul(&out->coefficient[n][1], &line.l1, &inverse);
        }
    }
}

/* f = f * line at the point of the term */
static void apply(struct nonzk_fp12 *f, struct line *line, const struct miller_term *term)
{
    nonzk_fp2_mul_fp(&line->l1, &line->l1, &term->a);
    nonzk_fp2_mul_fp(&line->l2, &line->l2, &term->b);
    nonzk_fp12_mul_014(f, f, &line->l0, &line->l1, &line->l2);
}

static void apply_prepared(struct nonzk_fp12 *f, const struct nonzk_fp2 coefficient[2],
                           const struct miller_term *term)
{
    struct nonzk_fp2 l0, l1;

    nonzk_fp2_mul_fp(&l0, &coefficient[0], &term->b);
    nonzk_fp2_mul_fp(&l1, &coefficient[1], &term->a);
    fp12_mul_01_and_one(f, f, &l0, &l1);
}

void miller_terms(struct nonzk_fp12 *out, const struct miller_term *terms, size_t nterms)
{
    struct nonzk_g2 t[MILLER_TERMS];
    struct line line;
    size_t n = 0;

    nonzk_fp12_set_one(out);
    for (size_t i = 0; i < nterms; i++) {
        if (!terms[i].lines)
            start(&t[i], terms[i].q);
    }
    for (int bit = CURVE_T_BITS - 2; bit >= 0; bit--) {
        nonzk_fp12_square(out, out);
        for (int add = 0; add <= (int)(CURVE_T >> bit & 1); add++, n++) {
            for (size_t i = 0; i < nterms; i++) {
                if (terms[i].lines) {
                    apply_prepared(out, terms[i].lines->coefficient[n], &terms[i]);
                    continue;
                }
                if (add)
                    add_step(&t[i], &line, terms[i].q);
                else
                    double_step(&t[i], &line);
                apply(out, &line, &terms[i]);
            }
        }
    }
    /* x is negative. */
    nonzk_fp12_conjugate(out, out);
}
