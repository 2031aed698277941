/*
 * The curve of RFC 7748 and RFC 8032 as whole operations, which exist once for each back end; curve25519.c chooses. All
 * back ends share the format of points (include/noncrypto/edwards25519.h): words of any value below 2^256, so that a point
 * may be made by one and used by another.
 *
 * "Scalar" is 32 bytes, little endian. What says _vartime is for public values only.
 */
#ifndef NONCRYPTO_SRC_CURVE25519_CURVE25519_H
#define NONCRYPTO_SRC_CURVE25519_CURVE25519_H

#include <noncrypto/edwards25519.h>

#include "cpu.h"

/* Multiples of the base point as y + x, y - x, 2 d x y: row 8 i + j is (j + 1) 256^i B; row i is (2 i + 1) B. */
extern const uint64_t noncrypto_curve25519_comb[256][12];
extern const uint64_t noncrypto_curve25519_odd[32][12];

/* What one signature of a batch needs besides the tables of the back end. */
struct curve25519_batch_entry {
    const uint8_t *a, *r; /* encodings of the public key and of the signature's point; canonical */
    uint8_t a_scalar[32]; /* z k mod L */
    uint8_t r_scalar[32]; /* z, below 2^128 */
};

/* Bytes of workspace for each entry, in any back end. */
#define CURVE25519_BATCH_TABLES 3200

/* The back ends' functions are named by this. */
#define CURVE25519_OPERATIONS(NAME)                                                              \
    /* X25519 of RFC 7748 with a clamped scalar; `out` is 0 for a point of small order. */       \
    void NAME(x25519)(uint8_t out[32], const uint8_t scalar[32], const uint8_t point[32]);       \
    /* out = scalar B, scalar below 2^255 */                                                     \
    void NAME(mul_base)(struct noncrypto_edwards25519 * out, const uint8_t scalar[32]);          \
    /* out = scalar P, any scalar, not reduced */                                                \
    void NAME(mul)(struct noncrypto_edwards25519 * out, const uint8_t scalar[32],                \
                   const struct noncrypto_edwards25519 *p);                                      \
    /* out = a P + b B; any a, not reduced; b below L */                                         \
    void NAME(mul_add_vartime)(struct noncrypto_edwards25519 * out, const uint8_t a[32],         \
                               const struct noncrypto_edwards25519 *p, const uint8_t b[32]);     \
    /* out = p + q, or p - q if `subtract` is not 0 */                                           \
    void NAME(add)(struct noncrypto_edwards25519 * out, const struct noncrypto_edwards25519 *p,  \
                   const struct noncrypto_edwards25519 *q, int subtract);                        \
    /* All ones in return if p is the neutral element after 3 doublings, or after none. */       \
    uint64_t NAME(identity_mask)(const struct noncrypto_edwards25519 *p, int times_8);           \
    /* RFC 8032 section 5.1.2, and u = (1 + y) / (1 - y), 0 for the neutral element */           \
    void NAME(encode)(uint8_t out[32], const struct noncrypto_edwards25519 *p);                  \
    void NAME(encode_montgomery)(uint8_t out[32], const struct noncrypto_edwards25519 *p);       \
    /* RFC 8032 section 5.1.3 for y modulo p; returns all ones if there is such a point. */      \
    uint64_t NAME(decode)(struct noncrypto_edwards25519 * out, const uint8_t bytes[32]);         \
    /* y = (u - 1) / (u + 1) of a Montgomery u modulo p, as bytes with sign 0; u = -1 gives 0 */ \
    void NAME(montgomery_to_y)(uint8_t y[32], const uint8_t u[32]);                              \
    /* 1 if a and r are points and [8](s B - k A - R) is neutral. s and k are below L. */        \
    int NAME(verify_vartime)(const uint8_t a[32], const uint8_t r[32], const uint8_t k[32],      \
                             const uint8_t s[32]);                                               \
    /* 1 if all are points and [8](s B - sum a_scalar A - sum r_scalar R) is neutral */          \
    int NAME(batch_vartime)(const struct curve25519_batch_entry *entries, size_t count,          \
                            const uint8_t s[32], void *tables);

#ifdef __SIZEOF_INT128__
/* out = 1 / in modulo p = 2^255 - 19, 0 for 0; both are below p, no other representative will do. In constant time. */
void noncrypto_curve25519_invert(uint64_t out[4], const uint64_t in[4]);
#endif

#define CURVE25519_PORTABLE(name) noncrypto_curve25519_portable_##name
#define CURVE25519_BMI2(name)     noncrypto_curve25519_bmi2_##name
#define CURVE25519(name)          noncrypto_curve25519_##name

CURVE25519_OPERATIONS(CURVE25519)
CURVE25519_OPERATIONS(CURVE25519_PORTABLE)
#if NONCRYPTO_X86_64
CURVE25519_OPERATIONS(CURVE25519_BMI2)
#endif

#endif
