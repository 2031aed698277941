/*
 * Inverses of public numbers. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_BIGNUM_INVERT_H
#define NONCRYPTO_SRC_BIGNUM_INVERT_H

#include <stdint.h>

/*
 * out = 1/a mod m, for an odd m of 256 bits or less and a below m and prime to it; 0 if a is 0. `m_inverse` is
 * 1/m mod 2^64. `out` may be a. Not constant time.
 */
void invert256_vartime(uint64_t out[4], const uint64_t a[4], const uint64_t m[4],
                       uint64_t m_inverse);

#endif
