/*
 * P-384 (SP 800-186, section 3.2.1.4), for verification only: nothing here is constant time.
 */
#include <noncrypto/p384.h>

#include <string.h>

#include "bignum/mont.h"
#include "ecdsa/ecdsa.h"
#include "weierstrass/wnaf.h"

#define LIMBS 6
#define BYTES 48
#define WIDTH 4 /* of the non-adjacent forms */

/* A coordinate below p, in Montgomery form with R = 2^384. */
struct fe {
    uint64_t v[LIMBS];
};

#include "weierstrass/point.h"

#define PRIME_M0 UINT64_C(0x0000000100000001) /* -1/p mod 2^64 */
#define ORDER_M0 UINT64_C(0x6ed46089e88fdc45) /* -1/n mod 2^64 */

static const uint64_t prime[LIMBS] = {0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe,
                                      0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff};
static const uint64_t order[LIMBS] = {0xecec196accc52973, 0x581a0db248b0a77a, 0xc7634d81f4372ddf,
                                      0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff};
/* 2^768 mod p and mod n */
static const struct fe prime_rr = {{0xfffffffe00000001, 0x0000000200000000, 0xfffffffe00000000,
                                    0x0000000200000000, 0x0000000000000001, 0x0000000000000000}};
static const uint64_t order_rr[LIMBS] = {0x2d319b2419b409a9, 0xff3d81e5df1aa419,
                                         0xbc3e483afcb82947, 0xd40d49174aab1cc5,
                                         0x3fb05b7a28266895, 0x0c84ee012b39bf21};
static const struct fe FE_ONE = {{0xffffffff00000001, 0x00000000ffffffff, 0x0000000000000001,
                                  0x0000000000000000, 0x0000000000000000, 0x0000000000000000}};
static const struct fe curve_b = {{0x081188719d412dcc, 0xf729add87a4c32ec, 0x77f2209b1920022e,
                                   0xe3374bee94938ae2, 0xb62b21f41f022094, 0xcd08114b604fbff9}};
static const struct affine generator = {
    {{0x3dd0756649c0b528, 0x20e378e2a0d6ce38, 0x879c3afc541b4d6e, 0x6454868459a30eff,
      0x812ff723614ede2b, 0x4d3aadc2299e1513}},
    {{0x23043dad4b03a4fe, 0xa1bfa8bf7bb4a9ac, 0x8bade7562e83b050, 0xc6c3521968f4ffd9,
      0xdd8002263969a840, 0x2b78abc25a15c5e9}}};

/* A frame of its own, and one copy. */
#define OUT_OF_LINE __attribute__((__noinline__))

OUT_OF_LINE static void fe_mul(struct fe *out, const struct fe *a, const struct fe *b)
{
    uint64_t t[LIMBS + 2];
    mont_mul_inline(out->v, a->v, b->v, prime, PRIME_M0, t, LIMBS);
}

static void fe_sqr(struct fe *out, const struct fe *a)
{
    fe_mul(out, a, a);
}

static void fe_add(struct fe *out, const struct fe *a, const struct fe *b)
{
    limbs_add_mod(out->v, a->v, b->v, prime, LIMBS);
}

static void fe_sub(struct fe *out, const struct fe *a, const struct fe *b)
{
    limbs_sub_mod(out->v, a->v, b->v, prime, LIMBS);
}

/* out = a / 2: a or a + p, whichever is even, shifted. */
OUT_OF_LINE static void fe_half(struct fe *out, const struct fe *a)
{
    uint64_t t[LIMBS + 1];
    uint64_t mask = 0 - (a->v[0] & 1);
    uint64_t carry = 0;

    for (int i = 0; i < LIMBS; i++)
        t[i] = limb_add(a->v[i], prime[i] & mask, &carry);
    t[LIMBS] = carry;
    for (int i = 0; i < LIMBS; i++)
        out->v[i] = t[i] >> 1 | t[i + 1] << 63;
}

static void fe_select(struct fe *out, uint64_t mask, const struct fe *a, const struct fe *b)
{
    limbs_select(out->v, mask, a->v, b->v, LIMBS);
}

static uint64_t fe_is_zero(const struct fe *a)
{
    return limbs_are_zero(a->v, LIMBS);
}

#include "weierstrass/jacobian.h"

static void fe_from_integer(struct fe *out, const uint64_t a[LIMBS])
{
    memcpy(out->v, a, sizeof out->v);
    fe_mul(out, out, &prime_rr);
}

static int fe_is_equal(const struct fe *a, const struct fe *b)
{
    return limbs_are_equal(a->v, b->v, LIMBS) != 0;
}

static void fe_to_integer(uint64_t out[LIMBS], const struct fe *a)
{
    static const struct fe one = {{1, 0, 0, 0, 0, 0}};
    struct fe plain;

    fe_mul(&plain, a, &one);
    memcpy(out, plain.v, sizeof plain.v);
}

/* out = x^3 - 3 x + b */
static void curve_equation(struct fe *out, const struct fe *x)
{
    struct fe t;

    fe_sqr(&t, x);
    fe_mul(&t, &t, x);
    for (int i = 0; i < 3; i++)
        fe_sub(&t, &t, x);
    fe_add(out, &t, &curve_b);
}

static int on_curve(const struct affine *a)
{
    struct fe left, right;

    fe_sqr(&left, &a->y);
    curve_equation(&right, &a->x);
    return fe_is_equal(&left, &right);
}

/* A square root of the curve equation, if there is one: its power (p + 1) / 4, bit by bit. */
OUT_OF_LINE static void y_from_x(struct fe *out, const struct fe *x)
{
    uint64_t exponent[LIMBS];
    struct fe square;

    memcpy(exponent, prime, sizeof exponent);
    exponent[0]++;
    curve_equation(&square, x);
    *out = FE_ONE;
    for (unsigned at = 64 * LIMBS; at-- > 2;) {
        fe_sqr(out, out);
        if (limbs_bits(exponent, LIMBS, at) & 1)
            fe_mul(out, out, &square);
    }
}

OUT_OF_LINE static int public_key_decode(struct affine *out, const uint8_t *bytes, size_t len)
{
    uint64_t integer[LIMBS];
    struct fe zero = {{0}};
    int compressed = len == NONCRYPTO_P384_PUBLIC_KEY_SHORT_LEN && (bytes[0] & 0xfe) == 2;

    if (!compressed && (len != NONCRYPTO_P384_PUBLIC_KEY_LEN || bytes[0] != 4))
        return NONCRYPTO_E_INVALID;
    limbs_from_bytes(integer, bytes + 1, LIMBS);
    if (!limbs_are_less(integer, prime, LIMBS))
        return NONCRYPTO_E_INVALID;
    fe_from_integer(&out->x, integer);
    if (compressed) {
        y_from_x(&out->y, &out->x);
        fe_to_integer(integer, &out->y);
        if ((integer[0] & 1) != (bytes[0] & 1u))
            fe_sub(&out->y, &zero, &out->y);
    } else {
        limbs_from_bytes(integer, bytes + 1 + BYTES, LIMBS);
        if (!limbs_are_less(integer, prime, LIMBS))
            return NONCRYPTO_E_INVALID;
        fe_from_integer(&out->y, integer);
    }
    return on_curve(out) ? 0 : NONCRYPTO_E_INVALID;
}

/* out = a b / 2^384 mod n, for a below 2^384 and b below n. */
OUT_OF_LINE static void order_mul(uint64_t out[LIMBS], const uint64_t a[LIMBS],
                                  const uint64_t b[LIMBS])
{
    uint64_t t[LIMBS + 2];
    mont_mul_inline(out, a, b, order, ORDER_M0, t, LIMBS);
}

/* out = 2^384 / a mod n, which is the inverse in Montgomery form: the power n - 2. */
OUT_OF_LINE static void order_invert(uint64_t out[LIMBS], const uint64_t a[LIMBS])
{
    uint64_t exponent[LIMBS], base[LIMBS], t[LIMBS];

    memcpy(exponent, order, sizeof exponent);
    exponent[0] -= 2;
    order_mul(base, a, order_rr);
    memcpy(t, base, sizeof t);
    for (unsigned at = 64 * LIMBS - 1; at-- > 0;) {
        order_mul(t, t, t);
        if (limbs_bits(exponent, LIMBS, at) & 1)
            order_mul(t, t, base);
    }
    memcpy(out, t, sizeof t);
}

/* out += digit * a, with the odd multiples of a. */
OUT_OF_LINE static void add_digit(struct point *out, const struct point *multiples, int digit)
{
    struct point term = multiples[(digit < 0 ? -digit : digit) / 2];

    if (digit < 0)
        fe_negate_if(&term.y, ~UINT64_C(0));
    point_add_vartime(out, out, &term);
}

/* out = j G + k a */
OUT_OF_LINE static void multiply_two(struct point *out, const uint64_t j[LIMBS],
                                     const uint64_t k[LIMBS], const struct affine *a)
{
    struct point multiples[2][1 << (WIDTH - 2)];
    int8_t digits[2][64 * LIMBS + 1];
    unsigned nj = wnaf_vartime(digits[0], j, LIMBS, WIDTH);
    unsigned nk = wnaf_vartime(digits[1], k, LIMBS, WIDTH);

    point_odd_multiples_vartime(multiples[0], 1 << (WIDTH - 2), &generator);
    point_odd_multiples_vartime(multiples[1], 1 << (WIDTH - 2), a);
    memset(out, 0, sizeof *out);
    for (unsigned i = nj > nk ? nj : nk; i-- > 0;) {
        point_double(out, out);
        for (int which = 0; which < 2; which++)
            if (digits[which][i] != 0)
                add_digit(out, multiples[which], digits[which][i]);
    }
}

/* Whether the x coordinate of a is r modulo n: it is r or r + n, both below p. */
OUT_OF_LINE static int x_is(const struct point *a, const uint64_t r[LIMBS])
{
    struct fe square, x;
    uint64_t sum[LIMBS];

    fe_sqr(&square, &a->z);
    fe_from_integer(&x, r);
    fe_mul(&x, &x, &square);
    if (fe_is_equal(&x, &a->x))
        return 1;
    if (limbs_add(sum, r, order, LIMBS) || !limbs_are_less(sum, prime, LIMBS))
        return 0;
    fe_from_integer(&x, sum);
    fe_mul(&x, &x, &square);
    return fe_is_equal(&x, &a->x);
}

/* r or s: 0 < out < n, or NONCRYPTO_E_VERIFY. */
static int signature_part(uint64_t out[LIMBS], const uint8_t bytes[BYTES])
{
    limbs_from_bytes(out, bytes, LIMBS);
    if (limbs_are_zero(out, LIMBS) || !limbs_are_less(out, order, LIMBS))
        return NONCRYPTO_E_VERIFY;
    return 0;
}

int noncrypto_p384_public_key_check(const uint8_t *public_key, size_t public_key_len)
{
    struct affine q;
    return public_key_decode(&q, public_key, public_key_len);
}

int noncrypto_p384_ecdsa_verify(const uint8_t *public_key, size_t public_key_len,
                                const uint8_t *hash, size_t hash_len,
                                const uint8_t signature[NONCRYPTO_P384_SIGNATURE_LEN])
{
    struct affine q;
    struct point p;
    uint8_t hash_bytes[BYTES];
    uint64_t r[LIMBS], s[LIMBS], u1[LIMBS], u2[LIMBS];
    int result = public_key_decode(&q, public_key, public_key_len);

    if (result != 0)
        return result;
    if (signature_part(r, signature) != 0 || signature_part(s, signature + BYTES) != 0)
        return NONCRYPTO_E_VERIFY;
    ecdsa_hash_to_integer(hash_bytes, sizeof hash_bytes, hash, hash_len);
    limbs_from_bytes(u1, hash_bytes, LIMBS);
    order_invert(s, s);
    order_mul(u1, u1, s);
    order_mul(u2, r, s);
    multiply_two(&p, u1, u2, &q);
    if (fe_is_zero(&p.z) || !x_is(&p, r))
        return NONCRYPTO_E_VERIFY;
    return 0;
}

int noncrypto_p384_ecdsa_verify_der(const uint8_t *public_key, size_t public_key_len,
                                    const uint8_t *hash, size_t hash_len, const uint8_t *signature,
                                    size_t signature_len)
{
    uint8_t raw[NONCRYPTO_P384_SIGNATURE_LEN] = {0};
    int decoded = ecdsa_signature_from_der(raw, BYTES, signature, signature_len);
    int result = noncrypto_p384_ecdsa_verify(public_key, public_key_len, hash, hash_len, raw);

    return result == 0 && decoded != 0 ? NONCRYPTO_E_VERIFY : result;
}
