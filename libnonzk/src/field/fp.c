/*
 * Fp in Montgomery form with R = 2^384: what needs no power. Invariant: every stored element is
 * below p.
 */
#include <nonzk/fp.h>

#include "field/fp_private.h"
#include "field/fp_x86_64.h"
#include "field/montgomery.h"

#if FP_X86_64
#include "field/fp_add_x86_64.h"
#endif

#define MINUS_P_INVERSE UINT64_C(0x89f3fffcfffcfffd) /* -1/p mod 2^64 */

const uint64_t fp_modulus[6] = {
    UINT64_C(0xb9feffffffffaaab), UINT64_C(0x1eabfffeb153ffff), UINT64_C(0x6730d2a0f6b0f624),
    UINT64_C(0x64774b84f38512bf), UINT64_C(0x4b1ba7b6434bacd7), UINT64_C(0x1a0111ea397fe69a),
};

/* R mod p, which is 1 in Montgomery form. */
static const struct nonzk_fp one = {{
    UINT64_C(0x760900000002fffd),
    UINT64_C(0xebf4000bc40c0002),
    UINT64_C(0x5f48985753c758ba),
    UINT64_C(0x77ce585370525745),
    UINT64_C(0x5c071a97a256ec6d),
    UINT64_C(0x15f65ec3fa80e493),
}};

/* R^2 mod p: multiplying by it brings an integer into Montgomery form. */
static const struct nonzk_fp r_squared = {{
    UINT64_C(0xf4df1f341c341746),
    UINT64_C(0x0a76e6a609d104f1),
    UINT64_C(0x8de5476c4c95b6d5),
    UINT64_C(0x67eb88a9939d83c0),
    UINT64_C(0x9a793e85b519952d),
    UINT64_C(0x11988fe592cae3aa),
}};

void nonzk_fp_set_zero(struct nonzk_fp *out)
{
    *out = (struct nonzk_fp){{0}};
}

void nonzk_fp_set_one(struct nonzk_fp *out)
{
    *out = one;
}

void nonzk_fp_set_u64(struct nonzk_fp *out, uint64_t value)
{
    const struct nonzk_fp integer = {{value}};

    nonzk_fp_mul(out, &integer, &r_squared);
}

void nonzk_fp_add(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b)
{
#if FP_X86_64
    fp_add_x86_64(out, a, b);
#else
    montgomery_add(out->limb, a->limb, b->limb, fp_modulus, 6);
#endif
}

void nonzk_fp_sub(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b)
{
#if FP_X86_64
    fp_sub_x86_64(out, a, b);
#else
    montgomery_sub(out->limb, a->limb, b->limb, fp_modulus, 6);
#endif
}

void nonzk_fp_neg(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    static const struct nonzk_fp zero;

    nonzk_fp_sub(out, &zero, a);
}

void nonzk_fp_halve(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    uint64_t t[6];
    uint64_t carry = 0;
    uint64_t odd = limb_mask(a->limb[0] & 1);

    for (int i = 0; i < 6; i++)
        t[i] = limb_add(a->limb[i], fp_modulus[i] & odd, &carry);
    for (int i = 0; i < 5; i++)
        out->limb[i] = t[i] >> 1 | t[i + 1] << 63;
    out->limb[5] = t[5] >> 1;
}

void nonzk_fp_mul(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b)
{
#if FP_X86_64
    if (fp_has_adx()) {
        fp_mul_adx(out, a, b);
        return;
    }
#endif
    montgomery_mul(out->limb, a->limb, b->limb, fp_modulus, MINUS_P_INVERSE, 6);
}

void nonzk_fp_square(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    /*
     * The 15 products that a square saves are eaten up by the carries of doubling and of a separate
     * reduction, as measured on x86-64 with compiled code.
     */
    nonzk_fp_mul(out, a, a);
}

int nonzk_fp_equal(const struct nonzk_fp *a, const struct nonzk_fp *b)
{
    uint64_t difference = 0;

    for (int i = 0; i < 6; i++)
        difference |= a->limb[i] ^ b->limb[i];
    return (int)limb_is_zero(difference);
}

int nonzk_fp_is_zero(const struct nonzk_fp *a)
{
    static const struct nonzk_fp zero;

    return nonzk_fp_equal(a, &zero);
}

void nonzk_fp_select(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b,
                     int choice)
{
    uint64_t take_a = limb_mask((uint64_t)choice);

    for (int i = 0; i < 6; i++)
        out->limb[i] = (a->limb[i] & take_a) | (b->limb[i] & ~take_a);
}

/* Out of Montgomery form. */
static void to_integer(uint64_t integer[6], const struct nonzk_fp *a)
{
    static const struct nonzk_fp integer_one = {{1}};
    struct nonzk_fp t;

    nonzk_fp_mul(&t, a, &integer_one);
    for (int i = 0; i < 6; i++)
        integer[i] = t.limb[i];
}

int nonzk_fp_is_large(const struct nonzk_fp *a)
{
    uint64_t integer[6], twice[6];

    /* a > (p - 1) / 2 exactly when 2a > p - 1, that is, not 2a < p. */
    to_integer(integer, a);
    twice[0] = integer[0] << 1;
    for (int i = 1; i < 6; i++)
        twice[i] = integer[i] << 1 | integer[i - 1] >> 63;
    return (int)(1 ^ montgomery_reduce_once(integer, twice, fp_modulus, 6));
}

int nonzk_fp_from_bytes(struct nonzk_fp *out, const uint8_t in[NONZK_FP_LEN])
{
    struct nonzk_fp integer = {{0}};
    uint64_t reduced[6];

    for (unsigned i = 0; i < NONZK_FP_LEN; i++)
        integer.limb[5 - i / 8] |= (uint64_t)in[i] << (56 - 8 * (i % 8));
    if (!montgomery_reduce_once(reduced, integer.limb, fp_modulus, 6))
        return NONZK_E_ENCODING;
    nonzk_fp_mul(out, &integer, &r_squared);
    return 0;
}

void nonzk_fp_to_bytes(uint8_t out[NONZK_FP_LEN], const struct nonzk_fp *a)
{
    uint64_t integer[6];

    to_integer(integer, a);
    for (unsigned i = 0; i < NONZK_FP_LEN; i++)
        out[i] = (uint8_t)(integer[5 - i / 8] >> (56 - 8 * (i % 8)));
}

int nonzk_fp_from_montgomery(struct nonzk_fp *out, const uint8_t in[NONZK_FP_LEN])
{
    struct nonzk_fp element = {{0}};
    uint64_t reduced[6];

    for (unsigned i = 0; i < NONZK_FP_LEN; i++)
        element.limb[i / 8] |= (uint64_t)in[i] << (8 * (i % 8));
    if (!montgomery_reduce_once(reduced, element.limb, fp_modulus, 6))
        return NONZK_E_ENCODING;
    *out = element;
    return 0;
}

void nonzk_fp_to_montgomery(uint8_t out[NONZK_FP_LEN], const struct nonzk_fp *a)
{
    for (unsigned i = 0; i < NONZK_FP_LEN; i++)
        out[i] = (uint8_t)(a->limb[i / 8] >> (8 * (i % 8)));
}
