/*
 * The pairing of BLS12-381, e: G1 x G2 -> Fp12, bilinear and not degenerate.
 *
 * It is the optimal ate pairing, the Miller loop over the curve's parameter x = -0xd201000000010000
 * and the power 3 (p^12 - 1) / r: the factor 3, which most implementations have, makes the power
 * cheaper and keeps all properties of a pairing. Many pairings whose product is wanted share the
 * squarings of one loop and one power.
 *
 * The running time depends on how many pairs have a point at infinity, not on other points. All
 * points must be in their groups, which decoding has checked. Outputs must not overlap inputs. No
 * function here needs more than 8 KiB of stack.
 */
#ifndef NONZK_PAIRING_H
#define NONZK_PAIRING_H

#include <nonzk/fp12.h>
#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_G2_NLINES 68 /* lines in a Miller loop */

/*
 * The lines of a fixed point of G2, which then costs neither doublings nor additions. The members
 * are private.
 */
struct nonzk_g2_lines {
    struct nonzk_fp2 coefficient[NONZK_G2_NLINES][2];
    int infinity;
};

/* One factor of a product of pairings, e(p, q). */
struct nonzk_pair {
    const struct nonzk_g1_affine *p;
    const struct nonzk_g2_affine *q;    /* or NULL if there are lines */
    const struct nonzk_g2_lines *lines; /* those of q, or NULL */
};

/* Makes the lines of `q`. Costs about half a pairing. */
NONZK_API void nonzk_g2_lines_prepare(struct nonzk_g2_lines *out, const struct nonzk_g2_affine *q);

/* The product of the Miller loops of all pairs, before the power; 1 for no pair. */
NONZK_API void nonzk_miller_loop(struct nonzk_fp12 *out, const struct nonzk_pair *pairs,
                                 size_t npairs);

/*
 * out = f to the power of 3 (p^12 - 1) / r. `f` is what nonzk_miller_loop() gave, which is never
 * zero.
 */
NONZK_API void nonzk_final_exponentiation(struct nonzk_fp12 *out, const struct nonzk_fp12 *f);

/* out = e(p, q) */
NONZK_API void nonzk_pairing(struct nonzk_fp12 *out, const struct nonzk_g1_affine *p,
                             const struct nonzk_g2_affine *q);

/* 1 if the product of e(p, q) over all pairs is 1, else 0 */
NONZK_API int nonzk_pairing_product_is_one(const struct nonzk_pair *pairs, size_t npairs);

#ifdef __cplusplus
}
#endif

#endif
