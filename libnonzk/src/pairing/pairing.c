#include <nonzk/pairing.h>

#include "curve/scalar.h"
#include "pairing/miller.h"

/*
 * Brings the points of G1 into the form of miller_terms(), with one inversion for all of them;
 * leaves out infinity.
 */
static size_t make_terms(struct miller_term terms[MILLER_TERMS], const struct nonzk_pair *pairs,
                         size_t npairs)
{
    struct nonzk_fp before[MILLER_TERMS]; /* products of the y before */
    struct nonzk_fp product, inverse;
    size_t n = 0;

    nonzk_fp_set_one(&product);
    for (size_t i = 0; i < npairs; i++) {
        int infinity =
            pairs[i].lines ? pairs[i].lines->infinity : nonzk_g2_affine_is_infinity(pairs[i].q);
        if (infinity || nonzk_g1_affine_is_infinity(pairs[i].p))
            continue;
        terms[n] = (struct miller_term){pairs[i].p->x, pairs[i].p->y, pairs[i].q, pairs[i].lines};
        before[n] = product;
        if (terms[n].lines)
            nonzk_fp_mul(&product, &product, &terms[n].b);
        n++;
    }
    /* No y is 0: the curve has no point of order 2. */
    int zero = nonzk_fp_invert(&inverse, &product) != 0;
    (void)zero;
    for (size_t i = n; i-- > 0;) {
        if (!terms[i].lines)
            continue;
        struct nonzk_fp y = terms[i].b;
        nonzk_fp_mul(&terms[i].b, &inverse, &before[i]);
        nonzk_fp_mul(&terms[i].a, &terms[i].a, &terms[i].b);
        nonzk_fp_mul(&inverse, &inverse, &y);
    }
    return n;
}

void nonzk_miller_loop(struct nonzk_fp12 *out, const struct nonzk_pair *pairs, size_t npairs)
{
    struct miller_term terms[MILLER_TERMS];
    struct nonzk_fp12 part;

    nonzk_fp12_set_one(out);
    while (npairs > 0) {
        size_t take = npairs < MILLER_TERMS ? npairs : MILLER_TERMS;
        size_t nterms = make_terms(terms, pairs, take);
        miller_terms(&part, terms, nterms);
        nonzk_fp12_mul(out, out, &part);
        pairs += take;
        npairs -= take;
    }
}

/* out = a^x in the cyclotomic subgroup */
static void power_x(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    struct nonzk_fp12 t = *a;

    for (int bit = CURVE_T_BITS - 2; bit >= 0; bit--) {
        nonzk_fp12_cyclotomic_square(&t, &t);
        if (CURVE_T >> bit & 1)
            nonzk_fp12_mul(&t, &t, a);
    }
    nonzk_fp12_conjugate(out, &t);
}

/* out = a^(x - 1) */
static void power_x_minus_1(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    struct nonzk_fp12 inverse;

    nonzk_fp12_conjugate(&inverse, a);
    power_x(out, a);
    nonzk_fp12_mul(out, out, &inverse);
}

static void frobenius_squared(struct nonzk_fp12 *out, const struct nonzk_fp12 *a)
{
    nonzk_fp12_frobenius(out, a);
    nonzk_fp12_frobenius(out, out);
}

/*
 * (p^12 - 1) / r = (p^6 - 1)(p^2 + 1) (p^4 - p^2 + 1) / r, and three times the last factor is (x -
 * 1)^2 (x + p)(x^2 + p^2 - 1) + 3 (Hayashida, Hayasaka, Teruya, "Efficient final exponentiation via
 * cyclotomic structure for pairings over families of elliptic curves", 2020).
 */
void nonzk_final_exponentiation(struct nonzk_fp12 *out, const struct nonzk_fp12 *f)
{
    struct nonzk_fp12 m, a, b;

    int zero = nonzk_fp12_invert(&a, f) != 0;
    (void)zero;
    nonzk_fp12_conjugate(&m, f);
    nonzk_fp12_mul(&m, &m, &a);
    frobenius_squared(&a, &m);
    nonzk_fp12_mul(&m, &m, &a);

    power_x_minus_1(&a, &m);
    power_x_minus_1(&a, &a);
    power_x(&b, &a);
    nonzk_fp12_frobenius(&a, &a);
    nonzk_fp12_mul(&a, &a, &b);
    power_x(&b, &a);
    power_x(&b, &b);
    frobenius_squared(out, &a);
    nonzk_fp12_conjugate(&a, &a);
    nonzk_fp12_mul(&a, &a, &b);
    nonzk_fp12_mul(out, out, &a);
    nonzk_fp12_cyclotomic_square(&a, &m);
    nonzk_fp12_mul(&a, &a, &m);
    nonzk_fp12_mul(out, out, &a);
}

void nonzk_pairing(struct nonzk_fp12 *out, const struct nonzk_g1_affine *p,
                   const struct nonzk_g2_affine *q)
{
    const struct nonzk_pair pair = {p, q, NULL};
    struct nonzk_fp12 f;

    nonzk_miller_loop(&f, &pair, 1);
    nonzk_final_exponentiation(out, &f);
}

int nonzk_pairing_product_is_one(const struct nonzk_pair *pairs, size_t npairs)
{
    struct nonzk_fp12 f, one;

    nonzk_miller_loop(&f, pairs, npairs);
    nonzk_final_exponentiation(&f, &f);
    nonzk_fp12_set_one(&one);
    return nonzk_fp12_equal(&f, &one);
}
