/*
 * P-256 (SP 800-186, section 3.2.1.3) as its files share it. Coordinates are in Montgomery form with R = 2^256, below p;
 * scalars and other integers are plain. Limbs are 64 bits, least significant first. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_P256_PRIVATE_H
#define NONCRYPTO_SRC_P256_PRIVATE_H

#include <noncrypto/p256_group.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

struct fe {
    uint64_t v[4];
};

#include "weierstrass/point.h"

/*
 * What is computed in the field, once for each way to multiply. Masks are all ones or zeros. Everything is constant time
 * but what ends in _vartime.
 */
struct p256_backend {
    /* out = k G and out = k a, for k below n and any a; `out` may be a. */
    void (*multiply_base)(struct point *out, const uint64_t k[4]);
    void (*multiply)(struct point *out, const uint64_t k[4], const struct point *a);
    /* out = j G + k a */
    void (*multiply_two_vartime)(struct point *out, const uint64_t j[4], const uint64_t k[4],
                                 const struct affine *a);
    /* out = a + b in all cases; `out` may be either. */
    void (*add)(struct point *out, const struct point *a, const struct point *b);
    void (*negate)(struct point *a);
    /* The plain coordinates, zeros for infinity. Returns a mask of infinity. `y` may be NULL. */
    uint64_t (*to_integers)(uint64_t x[4], uint64_t y[4], const struct point *a);
    /* Returns a mask of validity: x and y are below p and on the curve. */
    uint64_t (*from_integers)(struct affine *out, const uint64_t x[4], const uint64_t y[4]);
    /* The point with this x whose y has parity `odd`. Returns a mask of validity: there is one, and x is below p. */
    uint64_t (*from_x)(struct affine *out, const uint64_t x[4], uint64_t odd);
    /* RFC 9380, section 6.6.2: out is the image of u (below 2^512) mod p. */
    void (*map)(struct point *out, const uint64_t u[8]);
    /* Whether the x coordinate of a, which is not infinity, is r modulo n; r is below n. */
    int (*x_is_vartime)(const struct point *a, const uint64_t r[4]);
};

extern const struct p256_backend p256_backend_portable;
#if NONCRYPTO_X86_64
extern const struct p256_backend p256_backend_adx;
#endif

static inline const struct p256_backend *p256_backend(void)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX))
        return &p256_backend_adx;
#endif
    return &p256_backend_portable;
}

#define P256_BASE_WINDOWS 52 /* of 5 bits */
#define P256_BASE_ENTRIES 16
#define P256_ODD_ENTRIES  64

/* p256_base_table[i][j] = (j + 1) 32^i G; p256_odd_table[i] = (2 i + 1) G */
extern const struct affine p256_base_table[P256_BASE_WINDOWS][P256_BASE_ENTRIES];
extern const struct affine p256_odd_table[P256_ODD_ENTRIES];

/* The prime p and the order n of the group. */
extern const uint64_t p256_prime[4];
extern const uint64_t p256_order[4];

/* Integers modulo n; arguments and results are below n. `out` may be any argument. */
void p256_scalar_add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4]);
void p256_scalar_multiply(uint64_t out[4], const uint64_t a[4], const uint64_t b[4]);
/* 1/a, and 0 for 0. */
void p256_scalar_invert(uint64_t out[4], const uint64_t a[4]);
void p256_scalar_invert_vartime(uint64_t out[4], const uint64_t a[4]);
/* Big-endian bytes. Returns a mask of validity: 0 < scalar < n. */
uint64_t p256_scalar_decode(uint64_t out[4], const uint8_t bytes[32]);
/* Any integer below 2^256. */
void p256_scalar_reduce(uint64_t out[4], const uint64_t a[4]);

/* Decodes 33 or 65 bytes (SEC 1, section 2.3.4). Returns 0 or NONCRYPTO_E_INVALID; not constant time. */
int p256_public_key_decode(struct affine *out, const uint8_t *bytes, size_t len);

void p256_point_set_affine(struct point *out, const struct affine *a);

/* The public structure and back. */
void p256_point_load(struct point *out, const struct noncrypto_p256_point *a);
void p256_point_store(struct noncrypto_p256_point *out, const struct point *a);

#endif
