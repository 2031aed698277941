/*
 * Every representation of GF(2^255 - 19) that can be compiled here, as tables of functions on 32-byte operands, and the
 * whole curve over limbs of 25.5 bits, which the library itself uses only where there is no 128-bit product.
 */
#ifndef NONCRYPTO_TESTS_CURVE25519_BACKENDS_H
#define NONCRYPTO_TESTS_CURVE25519_BACKENDS_H

#include "cpu.h"
#include "curve25519/curve25519.h"

/*
 * Operands are little-endian numbers below 2^256, results canonical. The last products first add or subtract their
 * operands in the way that the curve does, so that products meet operands as wide as they can be:
 * mul_of_sums = (a + b) (a - b), mul_of_loose = -a^2 b^2 (a^2 + b^2).
 */
struct field_backend {
    const char *name;
    uint32_t features; /* what it needs of the processor */
    void (*reduce)(uint8_t out[32], const uint8_t a[32]);
    void (*add)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
    void (*sub)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
    void (*mul)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
    void (*sq)(uint8_t out[32], const uint8_t a[32]);
    void (*mul_small)(uint8_t out[32], const uint8_t a[32], uint32_t n);
    void (*mul_of_sums)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
    void (*mul_of_loose)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32]);
    void (*select)(uint8_t out[32], const uint8_t a[32], const uint8_t b[32], uint64_t mask);
    void (*invert)(uint8_t out[32], const uint8_t a[32]);
    void (*power_252_3)(uint8_t out[32], const uint8_t a[32]);
};

extern const struct field_backend field_backend_25;
#ifdef __SIZEOF_INT128__
extern const struct field_backend field_backend_51;
#endif
#if NONCRYPTO_X86_64
extern const struct field_backend field_backend_bmi2;
#endif

#define CURVE25519_TEST25(name) curve25519_test25_##name
CURVE25519_OPERATIONS(CURVE25519_TEST25)

#endif
