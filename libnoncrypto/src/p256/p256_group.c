#include <noncrypto/memory.h>
#include <noncrypto/p256_group.h>

#include <string.h>

#include "bignum/limb.h"
#include "p256/p256_private.h"

_Static_assert(sizeof(struct point) == sizeof(struct noncrypto_p256_point), "size of a point");

void p256_point_load(struct point *out, const struct noncrypto_p256_point *a)
{
    memcpy(out, a, sizeof *out);
}

void p256_point_store(struct noncrypto_p256_point *out, const struct point *a)
{
    memcpy(out, a, sizeof *out);
}

/* 1 in Montgomery form. */
static const struct fe one = {
    {0x0000000000000001, 0xffffffff00000000, 0xffffffffffffffff, 0x00000000fffffffe}};

void p256_point_set_affine(struct point *out, const struct affine *a)
{
    out->x = a->x;
    out->y = a->y;
    out->z = one;
}

/* Stores the point where the mask is ones, infinity where it is zeros. */
static void store_if(struct noncrypto_p256_point *out, uint64_t mask, const struct affine *a)
{
    for (unsigned i = 0; i < 4; i++) {
        out->words[i] = a->x.v[i] & mask;
        out->words[4 + i] = a->y.v[i] & mask;
        out->words[8 + i] = one.v[i] & mask;
    }
}

int noncrypto_p256_point_decode(struct noncrypto_p256_point *out, const uint8_t *bytes, size_t len)
{
    struct affine a;
    uint64_t x[4], y[4];
    int result;

    if (len == NONCRYPTO_P256_COORDINATES_LEN) {
        limbs_from_bytes(x, bytes, 4);
        limbs_from_bytes(y, bytes + 32, 4);
        uint64_t valid = p256_backend()->from_integers(&a, x, y);
        result = ct_public((int)(valid & 1)) ? 0 : NONCRYPTO_E_INVALID;
    } else {
        result = p256_public_key_decode(&a, bytes, len);
    }
    store_if(out, result == 0 ? ~UINT64_C(0) : 0, &a);
    noncrypto_wipe(&a, sizeof a);
    return result;
}

int noncrypto_p256_point_encode(uint8_t out[NONCRYPTO_P256_UNCOMPRESSED_LEN],
                                const struct noncrypto_p256_point *a)
{
    struct point p;
    uint64_t x[4], y[4];

    p256_point_load(&p, a);
    uint64_t infinite = p256_backend()->to_integers(x, y, &p);
    out[0] = (uint8_t)(~infinite & 4);
    limbs_to_bytes(out + 1, x, 4);
    limbs_to_bytes(out + 33, y, 4);
    noncrypto_wipe(&p, sizeof p);
    noncrypto_wipe(x, sizeof x);
    noncrypto_wipe(y, sizeof y);
    return ct_public((int)(infinite & 1)) ? NONCRYPTO_E_INVALID : 0;
}

int noncrypto_p256_point_encode_compressed(uint8_t out[NONCRYPTO_P256_COMPRESSED_LEN],
                                           const struct noncrypto_p256_point *a)
{
    uint8_t both[NONCRYPTO_P256_UNCOMPRESSED_LEN];
    int result = noncrypto_p256_point_encode(both, a);

    out[0] = (uint8_t)((both[0] >> 1) | (both[64] & 1));
    memcpy(out + 1, both + 1, 32);
    noncrypto_wipe(both, sizeof both);
    return result;
}

int noncrypto_p256_point_from_x(struct noncrypto_p256_point *out,
                                const uint8_t x[NONCRYPTO_P256_SCALAR_LEN], unsigned odd)
{
    struct affine a;
    uint64_t integer[4];

    limbs_from_bytes(integer, x, 4);
    uint64_t valid = p256_backend()->from_x(&a, integer, odd & 1);
    store_if(out, valid, &a);
    noncrypto_wipe(&a, sizeof a);
    noncrypto_wipe(integer, sizeof integer);
    return (int)(valid & 1);
}

int noncrypto_p256_point_is_infinity(const struct noncrypto_p256_point *a)
{
    return (int)(limbs_are_zero(a->words + 8, 4) & 1);
}

void noncrypto_p256_point_add(struct noncrypto_p256_point *out,
                              const struct noncrypto_p256_point *a,
                              const struct noncrypto_p256_point *b)
{
    struct point x, y;

    p256_point_load(&x, a);
    p256_point_load(&y, b);
    p256_backend()->add(&x, &x, &y);
    p256_point_store(out, &x);
    noncrypto_wipe(&x, sizeof x);
    noncrypto_wipe(&y, sizeof y);
}

void noncrypto_p256_point_negate(struct noncrypto_p256_point *out,
                                 const struct noncrypto_p256_point *a)
{
    struct point x;

    p256_point_load(&x, a);
    p256_backend()->negate(&x);
    p256_point_store(out, &x);
    noncrypto_wipe(&x, sizeof x);
}

static void scalar_load(uint64_t out[4], const uint8_t bytes[NONCRYPTO_P256_SCALAR_LEN])
{
    limbs_from_bytes(out, bytes, 4);
    p256_scalar_reduce(out, out);
}

void noncrypto_p256_point_multiply(struct noncrypto_p256_point *out,
                                   const uint8_t k[NONCRYPTO_P256_SCALAR_LEN],
                                   const struct noncrypto_p256_point *a)
{
    struct point x;
    uint64_t scalar[4];

    scalar_load(scalar, k);
    p256_point_load(&x, a);
    p256_backend()->multiply(&x, scalar, &x);
    p256_point_store(out, &x);
    noncrypto_wipe(&x, sizeof x);
    noncrypto_wipe(scalar, sizeof scalar);
}

void noncrypto_p256_point_multiply_base(struct noncrypto_p256_point *out,
                                        const uint8_t k[NONCRYPTO_P256_SCALAR_LEN])
{
    struct point x;
    uint64_t scalar[4];

    scalar_load(scalar, k);
    p256_backend()->multiply_base(&x, scalar);
    p256_point_store(out, &x);
    noncrypto_wipe(&x, sizeof x);
    noncrypto_wipe(scalar, sizeof scalar);
}

int noncrypto_p256_map_to_curve(struct noncrypto_p256_point *out, const uint8_t *u, size_t len)
{
    uint8_t padded[64] = {0};
    uint64_t integer[8];
    struct point x;

    memset(out, 0, sizeof *out);
    if (len > sizeof padded)
        return NONCRYPTO_E_INVALID;
    if (len > 0)
        memcpy(padded + sizeof padded - len, u, len);
    limbs_from_bytes(integer, padded, 8);
    p256_backend()->map(&x, integer);
    p256_point_store(out, &x);
    noncrypto_wipe(padded, sizeof padded);
    noncrypto_wipe(integer, sizeof integer);
    noncrypto_wipe(&x, sizeof x);
    return 0;
}

int noncrypto_p256_scalar_check(const uint8_t a[NONCRYPTO_P256_SCALAR_LEN])
{
    uint64_t scalar[4];
    uint64_t valid = p256_scalar_decode(scalar, a);

    noncrypto_wipe(scalar, sizeof scalar);
    return ct_public((int)(valid & 1)) ? 0 : NONCRYPTO_E_INVALID;
}

void noncrypto_p256_scalar_from_hash(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                                     const uint8_t a[NONCRYPTO_P256_SCALAR_LEN])
{
    static const uint64_t integer_one[4] = {1, 0, 0, 0};
    uint64_t order_less_one[4];
    uint64_t t[4];

    limbs_sub(order_less_one, p256_order, integer_one, 4);
    limbs_from_bytes(t, a, 4);
    /* 2^256 is less than twice n - 1, and what is added afterwards does not overflow. */
    limbs_reduce_once(t, 0, t, order_less_one, 4);
    limbs_add(t, t, integer_one, 4);
    limbs_to_bytes(out, t, 4);
    noncrypto_wipe(t, sizeof t);
}

void noncrypto_p256_scalar_add(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                               const uint8_t a[NONCRYPTO_P256_SCALAR_LEN],
                               const uint8_t b[NONCRYPTO_P256_SCALAR_LEN])
{
    uint64_t x[4], y[4];

    scalar_load(x, a);
    scalar_load(y, b);
    p256_scalar_add(x, x, y);
    limbs_to_bytes(out, x, 4);
    noncrypto_wipe(x, sizeof x);
    noncrypto_wipe(y, sizeof y);
}

void noncrypto_p256_scalar_multiply(uint8_t out[NONCRYPTO_P256_SCALAR_LEN],
                                    const uint8_t a[NONCRYPTO_P256_SCALAR_LEN],
                                    const uint8_t b[NONCRYPTO_P256_SCALAR_LEN])
{
    uint64_t x[4], y[4];

    scalar_load(x, a);
    scalar_load(y, b);
    p256_scalar_multiply(x, x, y);
    limbs_to_bytes(out, x, 4);
    noncrypto_wipe(x, sizeof x);
    noncrypto_wipe(y, sizeof y);
}
