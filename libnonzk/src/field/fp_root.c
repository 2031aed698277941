/*
 * Fp: what needs a power. The exponent is public and fixed, so the sequence of operations is the same for every input.
 */
#include <nonzk/fp.h>

#include "field/fp_private.h"

/* (p - 3) / 4 in hexadecimal digits, the highest first: each is a window of four bits. */
static const char root_exponent[] =
    "680447a8e5ff9a692c6e9ed90d2eb35d91dd2e13ce144afd9cc34a83dac3d89"
    "07aaffffac54ffffee7fbfffffffeaaa";

static unsigned digit_value(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void nonzk_fp_root_power(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    struct nonzk_fp powers[16];
    struct nonzk_fp t;

    nonzk_fp_set_one(&powers[0]);
    for (int i = 1; i < 16; i++)
        nonzk_fp_mul(&powers[i], &powers[i - 1], a);
    t = powers[digit_value(root_exponent[0])];
    for (size_t i = 1; i < sizeof root_exponent - 1; i++) {
        for (int bit = 0; bit < 4; bit++)
            nonzk_fp_square(&t, &t);
        unsigned digit = digit_value(root_exponent[i]);
        if (digit != 0)
            nonzk_fp_mul(&t, &t, &powers[digit]);
    }
    *out = t;
}

int nonzk_fp_invert(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    int zero = nonzk_fp_is_zero(a);
    struct nonzk_fp t;

    /* a^(p - 2) = (a^((p - 3) / 4))^4 * a */
    nonzk_fp_root_power(&t, a);
    nonzk_fp_square(&t, &t);
    nonzk_fp_square(&t, &t);
    nonzk_fp_mul(out, &t, a);
    return zero * NONZK_E_NOT_INVERTIBLE;
}

int nonzk_fp_sqrt(struct nonzk_fp *out, const struct nonzk_fp *a)
{
    struct nonzk_fp root, check;

    nonzk_fp_root_power(&root, a);
    nonzk_fp_mul(&root, &root, a);
    nonzk_fp_square(&check, &root);
    if (!nonzk_fp_equal(&check, a))
        return NONZK_E_NO_ROOT;
    *out = root;
    return 0;
}

int nonzk_fp_legendre(const struct nonzk_fp *a)
{
    struct nonzk_fp t, one;

    nonzk_fp_set_one(&one);
    nonzk_fp_root_power(&t, a);
    nonzk_fp_square(&t, &t);
    nonzk_fp_mul(&t, &t, a);
    int is_one = nonzk_fp_equal(&t, &one);
    int is_zero = nonzk_fp_is_zero(&t);
    return is_one - (1 - is_one) * (1 - is_zero);
}
