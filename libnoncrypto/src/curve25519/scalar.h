/*
 * Arithmetic modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point (RFC 8032 section 5.1),
 * on little-endian bytes, in constant time. Outputs may be inputs.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_SCALAR_H
#define NONCRYPTO_SRC_CURVE25519_SCALAR_H

#include <stdint.h>

/* out = x mod L */
void noncrypto_scalar25519_reduce64(uint8_t out[32], const uint8_t x[64]);
void noncrypto_scalar25519_reduce32(uint8_t out[32], const uint8_t x[32]);

/* out = a b + c mod L for any a, b, c; c may be NULL for 0. */
void noncrypto_scalar25519_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32],
                                   const uint8_t c[32]);

/* out = -a mod L */
void noncrypto_scalar25519_negate(uint8_t out[32], const uint8_t a[32]);

/*
 * Halves a public scalar k below L: u < 2^127 and 0 < v < 2^126 with v k = u modulo L, or -u if 1 is returned. (The only
 * function here that is not in constant time.)
 */
int noncrypto_scalar25519_halve_vartime(uint8_t u[32], uint8_t v[32], const uint8_t k[32]);

/* All ones if x is below L. */
uint32_t noncrypto_scalar25519_canonical_mask(const uint8_t x[32]);

#endif
