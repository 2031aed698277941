/*
 * Inside the pairing: the Miller loop over factors whose point of G1 is already brought into the
 * form that it needs.
 */
#ifndef NONZK_SRC_PAIRING_MILLER_H
#define NONZK_SRC_PAIRING_MILLER_H

#include <nonzk/pairing.h>

#define MILLER_TERMS 8 /* terms in one loop, all of them on the stack */

/*
 * A factor e(p, q) for p = (x, y), neither of the two infinity. Without lines a = x and b = y; with
 * lines, which are scaled so that one of their coefficients is 1, a = x / y and b = 1 / y.
 */
struct miller_term {
    struct nonzk_fp a;
    struct nonzk_fp b;
    const struct nonzk_g2_affine *q;
    const struct nonzk_g2_lines *lines;
};

/* out = the product of the loops of up to MILLER_TERMS terms */
void miller_terms(struct nonzk_fp12 *out, const struct miller_term *terms, size_t nterms);

#endif
