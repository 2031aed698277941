/*
 * Inside Fp: what only libnonzk's own sources use.
 */
#ifndef NONZK_SRC_FIELD_FP_PRIVATE_H
#define NONZK_SRC_FIELD_FP_PRIVATE_H

#include <nonzk/fp.h>

/* p, least significant limb first */
extern const uint64_t fp_modulus[6] __attribute__((visibility("hidden")));

/*
 * out = a^((p - 3) / 4). As p = 3 mod 4, all the rest comes from this one power t: if a is a
 * square, its root is t * a and the root's inverse is t; and t^2 * a is the Legendre symbol of a.
 */
void nonzk_fp_root_power(struct nonzk_fp *out, const struct nonzk_fp *a);

/* out = a / 2 */
void nonzk_fp_halve(struct nonzk_fp *out, const struct nonzk_fp *a);

#endif
