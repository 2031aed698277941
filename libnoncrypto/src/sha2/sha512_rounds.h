/*
 * The rounds of SHA-512 (FIPS 180-4 section 6.4.2). Eight words of state; the roles move by one from round to round, in the
 * argument order.
 */
#ifndef NONCRYPTO_SRC_SHA512_ROUNDS_H
#define NONCRYPTO_SRC_SHA512_ROUNDS_H

#include "bytes.h"

/* Section 4.1.3. */
#define SHA512_CHOOSE(e, f, g)   ((g) ^ ((e) & ((f) ^ (g))))
#define SHA512_MAJORITY(a, b, c) (((a) & (b)) | ((c) & ((a) | (b))))
#define SHA512_SUM0(x)           (rotr64(x, 28) ^ rotr64(x, 34) ^ rotr64(x, 39))
#define SHA512_SUM1(x)           (rotr64(x, 14) ^ rotr64(x, 18) ^ rotr64(x, 41))
#define SHA512_SIGMA0(x)         (rotr64(x, 1) ^ rotr64(x, 8) ^ (x) >> 7)
#define SHA512_SIGMA1(x)         (rotr64(x, 19) ^ rotr64(x, 61) ^ (x) >> 6)

/* One round, with the sum of its constant and its message word. */
#define SHA512_ROUND(a, b, c, d, e, f, g, h, k_and_word)             \
    do {                                                             \
        h += SHA512_SUM1(e) + SHA512_CHOOSE(e, f, g) + (k_and_word); \
        d += h;                                                      \
        h += SHA512_SUM0(a) + SHA512_MAJORITY(a, b, c);              \
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
