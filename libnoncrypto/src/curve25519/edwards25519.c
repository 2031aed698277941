/* The public face of the group and of the scalars. */
#include <noncrypto/edwards25519.h>

#include <noncrypto/memory.h>

#include <string.h>

#include "ct.h"
#include "curve25519/curve25519.h"
#include "curve25519/encoding.h"
#include "curve25519/scalar.h"

static const uint8_t scalar_one[32] = {1};
static const uint8_t scalar_zero[32];
static const uint8_t scalar_order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
static const struct noncrypto_edwards25519 neutral = {{0}, {1}, {1}, {0}};

void noncrypto_edwards25519_scalar_reduce32(uint8_t out[32], const uint8_t in[32])
{
    noncrypto_scalar25519_reduce32(out, in);
}

void noncrypto_edwards25519_scalar_reduce64(uint8_t out[32], const uint8_t in[64])
{
    noncrypto_scalar25519_reduce64(out, in);
}

void noncrypto_edwards25519_scalar_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    noncrypto_scalar25519_mul_add(out, a, scalar_one, b);
}

void noncrypto_edwards25519_scalar_negate(uint8_t out[32], const uint8_t a[32])
{
    noncrypto_scalar25519_negate(out, a);
}

void noncrypto_edwards25519_scalar_mul(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    noncrypto_scalar25519_mul_add(out, a, b, NULL);
}

void noncrypto_edwards25519_scalar_mul_add(uint8_t out[32], const uint8_t a[32],
                                           const uint8_t b[32], const uint8_t c[32])
{
    noncrypto_scalar25519_mul_add(out, a, b, c);
}

void noncrypto_edwards25519_scalar_clamp(uint8_t scalar[32])
{
    scalar[0] &= 0xf8;
    scalar[31] = (scalar[31] & 0x7f) | 0x40;
}

int noncrypto_edwards25519_scalar_is_canonical(const uint8_t scalar[32])
{
    return (int)(noncrypto_scalar25519_canonical_mask(scalar) & 1);
}

/* Makes the point the neutral element unless the mask is ones. Whether bytes are a point is public, whatever they hold. */
static int accept_point(struct noncrypto_edwards25519 *p, uint64_t mask)
{
    if (ct_public((int)(mask & 1)))
        return 0;
    *p = neutral;
    return NONCRYPTO_E_INVALID;
}

int noncrypto_edwards25519_decode(struct noncrypto_edwards25519 *p, const uint8_t bytes[32])
{
    uint64_t canonical = encoding_canonical_mask(bytes);

    return accept_point(p, noncrypto_curve25519_decode(p, bytes) & canonical);
}

void noncrypto_edwards25519_encode(uint8_t bytes[32], const struct noncrypto_edwards25519 *p)
{
    noncrypto_curve25519_encode(bytes, p);
}

int noncrypto_edwards25519_equal(const struct noncrypto_edwards25519 *p,
                                 const struct noncrypto_edwards25519 *q)
{
    struct noncrypto_edwards25519 difference;

    noncrypto_curve25519_add(&difference, p, q, 1);
    int equal = noncrypto_edwards25519_is_identity(&difference);
    noncrypto_wipe(&difference, sizeof difference);
    return equal;
}

int noncrypto_edwards25519_is_identity(const struct noncrypto_edwards25519 *p)
{
    return (int)(noncrypto_curve25519_identity_mask(p, 0) & 1);
}

int noncrypto_edwards25519_is_small_order(const struct noncrypto_edwards25519 *p)
{
    return (int)(noncrypto_curve25519_identity_mask(p, 1) & 1);
}

int noncrypto_edwards25519_is_torsion_free_vartime(const struct noncrypto_edwards25519 *p)
{
    struct noncrypto_edwards25519 multiple;

    noncrypto_curve25519_mul_add_vartime(&multiple, scalar_order, p, scalar_zero);
    return noncrypto_edwards25519_is_identity(&multiple);
}

void noncrypto_edwards25519_add(struct noncrypto_edwards25519 *out,
                                const struct noncrypto_edwards25519 *p,
                                const struct noncrypto_edwards25519 *q)
{
    noncrypto_curve25519_add(out, p, q, 0);
}

void noncrypto_edwards25519_sub(struct noncrypto_edwards25519 *out,
                                const struct noncrypto_edwards25519 *p,
                                const struct noncrypto_edwards25519 *q)
{
    noncrypto_curve25519_add(out, p, q, 1);
}

void noncrypto_edwards25519_mul(struct noncrypto_edwards25519 *out, const uint8_t scalar[32],
                                const struct noncrypto_edwards25519 *p)
{
    noncrypto_curve25519_mul(out, scalar, p);
}

void noncrypto_edwards25519_mul_base(struct noncrypto_edwards25519 *out, const uint8_t scalar[32])
{
    uint8_t reduced[32];

    noncrypto_scalar25519_reduce32(reduced, scalar);
    noncrypto_curve25519_mul_base(out, reduced);
    noncrypto_wipe(reduced, sizeof reduced);
}

void noncrypto_edwards25519_mul_add_vartime(struct noncrypto_edwards25519 *out, const uint8_t a[32],
                                            const struct noncrypto_edwards25519 *p,
                                            const uint8_t b[32])
{
    uint8_t reduced[32];

    noncrypto_scalar25519_reduce32(reduced, b);
    noncrypto_curve25519_mul_add_vartime(out, a, p, reduced);
}

void noncrypto_edwards25519_to_montgomery(uint8_t u[32], const struct noncrypto_edwards25519 *p)
{
    noncrypto_curve25519_encode_montgomery(u, p);
}

int noncrypto_edwards25519_from_montgomery(struct noncrypto_edwards25519 *p, const uint8_t u[32],
                                           int sign)
{
    /* The map would give y = 0 for u = -1, which has no counterpart; y = 0 comes of u = 1 only. */
    static const uint8_t minus_one[32] = {[0] = 0xec, [1 ... 30] = 0xff, [31] = 0x7f};
    uint8_t bytes[32];

    if (sign != 0 && sign != 1) {
        *p = neutral;
        return NONCRYPTO_E_INVALID;
    }
    memcpy(bytes, u, sizeof bytes);
    bytes[31] &= 0x7f;
    int is_minus_one = noncrypto_compare(bytes, minus_one, sizeof bytes) == 0;
    noncrypto_curve25519_montgomery_to_y(bytes, u);
    bytes[31] |= (uint8_t)(sign << 7);
    uint64_t valid = noncrypto_curve25519_decode(p, bytes);
    return accept_point(p, valid & ((uint64_t)is_minus_one - 1));
}
