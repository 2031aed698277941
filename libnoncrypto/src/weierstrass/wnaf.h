/*
 * Digits of public scalars. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_WEIERSTRASS_WNAF_H
#define NONCRYPTO_SRC_WEIERSTRASS_WNAF_H

#include <stdint.h>

/*
 * The width-w non-adjacent form of the scalar of n limbs: 64 n + 1 digits, least significant first, each 0 or odd and
 * below 2^(w-1) in size, with at least w - 1 zeros after each other one; w is 2 to 8. Returns how many digits there are
 * up to the last that is not 0. Not constant time.
 */
unsigned wnaf_vartime(int8_t *digits, const uint64_t *scalar, unsigned n, unsigned w);

#endif
