#include "curve/scalar.h"

#include "field/limb.h"

const uint64_t scalar_order[SCALAR_LIMBS] = {
    UINT64_C(0xffffffff00000001),
    UINT64_C(0x53bda402fffe5bfe),
    UINT64_C(0x3339d80809a1d805),
    UINT64_C(0x73eda753299d7d48),
};

/* Takes `b` from `a` of `n` limbs if a carry stands above `a` or a >= b; returns 1 if it did. */
static uint64_t subtract_if_not_below(uint64_t *a, uint64_t above, const uint64_t *b, size_t n)
{
    uint64_t difference[SCALAR_LIMBS];
    uint64_t borrow = 0;

    for (size_t i = 0; i < n; i++)
        difference[i] = limb_sub(a[i], b[i], &borrow);
    uint64_t take = above | (borrow ^ 1);
    uint64_t mask = limb_mask(take);
    for (size_t i = 0; i < n; i++)
        a[i] = (difference[i] & mask) | (a[i] & ~mask);
    return take;
}

void scalar_load(uint64_t out[SCALAR_LIMBS], const uint8_t in[32])
{
    for (int i = 0; i < SCALAR_LIMBS; i++)
        out[i] = 0;
    for (unsigned i = 0; i < 32; i++)
        out[3 - i / 8] |= (uint64_t)in[i] << (56 - 8 * (i % 8));
    /* 2^256 < 3 r */
    subtract_if_not_below(out, 0, scalar_order, SCALAR_LIMBS);
    subtract_if_not_below(out, 0, scalar_order, SCALAR_LIMBS);
}

void scalar_divide(uint64_t *quotient, uint64_t *a, size_t nlimbs, const uint64_t *divisor,
                   size_t ndivisor)
{
    uint64_t remainder[SCALAR_LIMBS] = {0};

    for (size_t i = nlimbs; i-- > 0;) {
        uint64_t bits = 0;
        for (int bit = 63; bit >= 0; bit--) {
            uint64_t in = a[i] >> bit & 1;
            for (size_t j = 0; j < ndivisor; j++) {
                uint64_t out = remainder[j] >> 63;
                remainder[j] = remainder[j] << 1 | in;
                in = out;
            }
            bits = bits << 1 | subtract_if_not_below(remainder, in, divisor, ndivisor);
        }
        if (quotient)
            quotient[i] = bits;
    }
    for (size_t i = 0; i < nlimbs; i++)
        a[i] = i < ndivisor ? remainder[i] : 0;
}

void scalar_split_t(uint64_t digits[SCALAR_DIGITS], const uint64_t scalar[SCALAR_LIMBS])
{
    static const uint64_t t = CURVE_T;
    uint64_t rest[SCALAR_LIMBS], quotient[SCALAR_LIMBS];

    for (int i = 0; i < SCALAR_LIMBS; i++)
        rest[i] = scalar[i];
    for (int digit = 0; digit < SCALAR_DIGITS - 1; digit++) {
        /* What is left is below t^(4 - digit), so it has that many limbs. */
        size_t nlimbs = (size_t)(SCALAR_LIMBS - digit);
        scalar_divide(quotient, rest, nlimbs, &t, 1);
        digits[digit] = rest[0];
        for (size_t i = 0; i < nlimbs; i++)
            rest[i] = quotient[i];
    }
    digits[SCALAR_DIGITS - 1] = rest[0];
}

/* out += a * b */
static void add_product(uint64_t *out, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
    for (size_t i = 0; i < na; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < nb; j++)
            out[i + j] = limb_mul_add(out[i + j], a[i], b[j], &carry);
        out[i + nb] = carry;
    }
}

/*
 * With m = floor(2^255 / t^2) and a scalar k below 2^255, k / t^2 - k m / 2^255 is at least 0 and below
 * k / 2^255, which is below 1: the quotient by m is right or one too small (Barrett). What is left then
 * is below 2 t^2, which has 129 bits.
 */
void scalar_split_t2(uint64_t digits[SCALAR_DIGITS], const uint64_t scalar[SCALAR_LIMBS])
{
    static const uint64_t t2[2] = {UINT64_C(0x0000000100000000), UINT64_C(0xac45a4010001a402)};
    static const uint64_t reciprocal[2] = {UINT64_C(0xb1fb72917b67f717),
                                           UINT64_C(0xbe35f678f00fd56e)};
    uint64_t product[SCALAR_LIMBS + 2] = {0}, multiple[SCALAR_LIMBS] = {0}, borrow = 0, carry = 0;
    uint64_t rest[3];

    add_product(product, scalar, SCALAR_LIMBS, reciprocal, 2);
    const uint64_t quotient[2] = {product[3] >> 63 | product[4] << 1,
                                  product[4] >> 63 | product[5] << 1};
    add_product(multiple, quotient, 2, t2, 2);
    for (int i = 0; i < 3; i++)
        rest[i] = limb_sub(scalar[i], multiple[i], &borrow);
    uint64_t more = subtract_if_not_below(rest, rest[2], t2, 2);
    digits[0] = rest[0];
    digits[1] = rest[1];
    digits[2] = limb_add(quotient[0], more, &carry);
    digits[3] = quotient[1] + carry;
}

size_t scalar_naf_vartime(int8_t naf[SCALAR_NAF_LEN], const uint64_t *k, size_t nlimbs)
{
    const int half = 1 << (SCALAR_NAF_WIDTH - 1);
    size_t len = 0, nbits = 64 * nlimbs, i = 0;
    int carry = 0;

    while (i < nbits + 1) {
        int bit = i < nbits ? (int)(k[i / 64] >> (i % 64) & 1) : 0;
        if (bit == carry) {
            naf[i++] = 0;
            continue;
        }
        int digit = carry;
        for (size_t j = 0; j < SCALAR_NAF_WIDTH && i + j < nbits; j++)
            digit += (int)(k[(i + j) / 64] >> ((i + j) % 64) & 1) << j;
        carry = digit >= half;
        if (carry)
            digit -= 2 * half;
        naf[i] = (int8_t)digit;
        len = i + 1;
        for (size_t j = 1; j < SCALAR_NAF_WIDTH && i + j < nbits + 1; j++)
            naf[i + j] = 0;
        i += SCALAR_NAF_WIDTH;
    }
    return len;
}
