/*
 * Fr in Montgomery form with R = 2^256. Invariant: every stored element is below r.
 */
#include <nonzk/fr.h>

#include "field/montgomery.h"

#define MINUS_R_INVERSE UINT64_C(0xfffffffeffffffff) /* -1/r mod 2^64 */

static const uint64_t modulus[4] = {
    UINT64_C(0xffffffff00000001),
    UINT64_C(0x53bda402fffe5bfe),
    UINT64_C(0x3339d80809a1d805),
    UINT64_C(0x73eda753299d7d48),
};

/* 2^256 mod r, which is 1 in Montgomery form. */
static const struct nonzk_fr one = {{
    UINT64_C(0x00000001fffffffe),
    UINT64_C(0x5884b7fa00034802),
    UINT64_C(0x998c4fefecbc4ff5),
    UINT64_C(0x1824b159acc5056f),
}};

/* 2^512 mod r: multiplying by it brings an integer into Montgomery form. */
static const struct nonzk_fr r_squared = {{
    UINT64_C(0xc999e990f3f29c6d),
    UINT64_C(0x2b6cedcb87925c23),
    UINT64_C(0x05d314967254398f),
    UINT64_C(0x0748d9d99f59ff11),
}};

/* 2^768 mod r: multiplying by it does the same to an integer times 2^256. */
static const struct nonzk_fr r_cubed = {{
    UINT64_C(0xc62c1807439b73af),
    UINT64_C(0x1b3e0d188cf06990),
    UINT64_C(0x73d13c71c7b5f418),
    UINT64_C(0x6e2a5bb9c8db33e9),
}};

void nonzk_fr_set_zero(struct nonzk_fr *out)
{
    *out = (struct nonzk_fr){{0}};
}

void nonzk_fr_set_one(struct nonzk_fr *out)
{
    *out = one;
}

void nonzk_fr_set_u64(struct nonzk_fr *out, uint64_t value)
{
    const struct nonzk_fr integer = {{value}};

    nonzk_fr_mul(out, &integer, &r_squared);
}

void nonzk_fr_add(struct nonzk_fr *out, const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    montgomery_add(out->limb, a->limb, b->limb, modulus, 4);
}

void nonzk_fr_sub(struct nonzk_fr *out, const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    montgomery_sub(out->limb, a->limb, b->limb, modulus, 4);
}

void nonzk_fr_neg(struct nonzk_fr *out, const struct nonzk_fr *a)
{
    static const struct nonzk_fr zero;

    nonzk_fr_sub(out, &zero, a);
}

void nonzk_fr_mul(struct nonzk_fr *out, const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    montgomery_mul(out->limb, a->limb, b->limb, modulus, MINUS_R_INVERSE, 4);
}

void nonzk_fr_square(struct nonzk_fr *out, const struct nonzk_fr *a)
{
    nonzk_fr_mul(out, a, a);
}

int nonzk_fr_equal(const struct nonzk_fr *a, const struct nonzk_fr *b)
{
    uint64_t difference = 0;

    for (int i = 0; i < 4; i++)
        difference |= a->limb[i] ^ b->limb[i];
    return (int)limb_is_zero(difference);
}

int nonzk_fr_is_zero(const struct nonzk_fr *a)
{
    static const struct nonzk_fr zero;

    return nonzk_fr_equal(a, &zero);
}

void nonzk_fr_select(struct nonzk_fr *out, const struct nonzk_fr *a, const struct nonzk_fr *b,
                     int choice)
{
    uint64_t take_a = limb_mask((uint64_t)choice);

    for (int i = 0; i < 4; i++)
        out->limb[i] = (a->limb[i] & take_a) | (b->limb[i] & ~take_a);
}

/*
 * `step` is 1 for little-endian bytes, -1 for big-endian ones; `in` is the least significant byte.
 */
static void load_integer(struct nonzk_fr *integer, const uint8_t *in, ptrdiff_t step)
{
    *integer = (struct nonzk_fr){{0}};
    for (int i = 0; i < NONZK_FR_LEN; i++)
        integer->limb[i / 8] |= (uint64_t)in[i * step] << (8 * (i % 8));
}

static int decode(struct nonzk_fr *out, const uint8_t *in, ptrdiff_t step)
{
    struct nonzk_fr integer;
    uint64_t reduced[4];

    load_integer(&integer, in, step);
    if (!montgomery_reduce_once(reduced, integer.limb, modulus, 4))
        return NONZK_E_ENCODING;
    nonzk_fr_mul(out, &integer, &r_squared);
    return 0;
}

static void encode(uint8_t *out, const struct nonzk_fr *a, ptrdiff_t step)
{
    static const struct nonzk_fr integer_one = {{1}};
    struct nonzk_fr integer;

    nonzk_fr_mul(&integer, a, &integer_one);
    for (int i = 0; i < NONZK_FR_LEN; i++)
        out[i * step] = (uint8_t)(integer.limb[i / 8] >> (8 * (i % 8)));
}

int nonzk_fr_from_bytes(struct nonzk_fr *out, const uint8_t in[NONZK_FR_LEN])
{
    return decode(out, in + NONZK_FR_LEN - 1, -1);
}

void nonzk_fr_to_bytes(uint8_t out[NONZK_FR_LEN], const struct nonzk_fr *a)
{
    encode(out + NONZK_FR_LEN - 1, a, -1);
}

int nonzk_fr_from_bytes_le(struct nonzk_fr *out, const uint8_t in[NONZK_FR_LEN])
{
    return decode(out, in, 1);
}

void nonzk_fr_to_bytes_le(uint8_t out[NONZK_FR_LEN], const struct nonzk_fr *a)
{
    encode(out, a, 1);
}

void nonzk_fr_from_wide(struct nonzk_fr *out, const uint8_t in[NONZK_FR_WIDE_LEN])
{
    struct nonzk_fr high, low;

    /*
     * A half may be any number below 2^256. Multiplied by a reduced element it still leaves the sum
     * below 2r before the last subtraction: (2^256 * r + 2^256 * r) / 2^256.
     */
    load_integer(&high, in + NONZK_FR_LEN - 1, -1);
    load_integer(&low, in + NONZK_FR_WIDE_LEN - 1, -1);
    nonzk_fr_mul(&high, &r_cubed, &high);
    nonzk_fr_mul(&low, &r_squared, &low);
    nonzk_fr_add(out, &high, &low);
}
