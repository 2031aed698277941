/*
 * The rounds of SHA-512 (FIPS 180-4 section 6.4.2). Eight words of state; the roles move by one from round to round, in the
 * argument order. Whoever includes this defines CHOOSE, SUM0 and SUM1 (section 4.1.3) as suits the processor.
 */
#ifndef NONCRYPTO_SRC_SHA512_ROUNDS_H
#define NONCRYPTO_SRC_SHA512_ROUNDS_H

#include "bytes.h"

/* Section 4.1.3. */
#define SHA512_SIGMA0(x) (rotr64(x, 1) ^ rotr64(x, 8) ^ (x) >> 7)
#define SHA512_SIGMA1(x) (rotr64(x, 19) ^ rotr64(x, 61) ^ (x) >> 6)

/*
 * One round, with the sum of its constant and its message word. The majority of a, b and c is b, unless a differs from b and
 * b from c; whether b differs from c is what the round before knew of its a and b: `differ` holds that.
 */
#define SHA512_ROUND(a, b, c, d, e, f, g, h, k_and_word) \
    do {                                                 \
        h += (k_and_word) + CHOOSE(e, f, g) + SUM1(e);   \
        d += h;                                          \
        h += b ^ (differ & (a ^ b));                     \
        differ = a ^ b;                                  \
        h += SUM0(a);                                    \
    } while (0)

/* Eight rounds on v0..v7, after which the roles are as before; word(i) is the sum for the i-th. */
#define SHA512_EIGHT(word)                                     \
    do {                                                       \
        SHA512_ROUND(v0, v1, v2, v3, v4, v5, v6, v7, word(0)); \
        SHA512_ROUND(v7, v0, v1, v2, v3, v4, v5, v6, word(1)); \
        SHA512_ROUND(v6, v7, v0, v1, v2, v3, v4, v5, word(2)); \
        SHA512_ROUND(v5, v6, v7, v0, v1, v2, v3, v4, word(3)); \
        SHA512_ROUND(v4, v5, v6, v7, v0, v1, v2, v3, word(4)); \
        SHA512_ROUND(v3, v4, v5, v6, v7, v0, v1, v2, word(5)); \
        SHA512_ROUND(v2, v3, v4, v5, v6, v7, v0, v1, word(6)); \
        SHA512_ROUND(v1, v2, v3, v4, v5, v6, v7, v0, word(7)); \
    } while (0)

#endif
