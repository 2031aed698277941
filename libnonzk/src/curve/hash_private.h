/*
 * Inside hashing to curves: what both groups need.
 */
#ifndef NONZK_SRC_CURVE_HASH_PRIVATE_H
#define NONZK_SRC_CURVE_HASH_PRIVATE_H

#include <nonzk/g1.h>
#include <nonzk/g2.h>

/* out = the 64 bytes, big-endian, modulo p */
void fp_from_wide(struct nonzk_fp *out, const uint8_t in[64]);

/* The lowest bit of the integer below p */
int fp_parity(const struct nonzk_fp *a);

/* Multiplies a point of the curve into the group, by the factors h_eff of RFC 9380 section 8.8. */
void g1_clear_cofactor(struct nonzk_g1 *out, const struct nonzk_g1 *a);
void g2_clear_cofactor(struct nonzk_g2 *out, const struct nonzk_g2 *a);

#endif
