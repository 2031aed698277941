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

/*
 * Decodes the little-endian integer a 2^384 mod p, as files of snarkjs have it. Returns 0, or
 * NONZK_E_ENCODING if it is not below p; then `out` is unchanged.
 */
int nonzk_fp_from_montgomery(struct nonzk_fp *out, const uint8_t in[NONZK_FP_LEN]);
void nonzk_fp_to_montgomery(uint8_t out[NONZK_FP_LEN], const struct nonzk_fp *a);

/* out = a / 2 */
void nonzk_fp_halve(struct nonzk_fp *out, const struct nonzk_fp *a);

#endif
