/*
 * Fr: powers and inverses. Exponents are public, so the sequence of operations is the same for
 * every input.
 */
#include <nonzk/fr.h>

void nonzk_fr_power(struct nonzk_fr *out, const struct nonzk_fr *a, uint64_t exponent)
{
    struct nonzk_fr base = *a, t;

    nonzk_fr_set_one(&t);
    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            nonzk_fr_mul(&t, &t, &base);
        nonzk_fr_square(&base, &base);
    }
    *out = t;
}

int nonzk_fr_invert(struct nonzk_fr *out, const struct nonzk_fr *a)
{
    /* r - 2 in digits of four bits, the highest first */
    static const char exponent[] = "\7\3\xe\xd\xa\7\5\3\2\x9\x9\xd\7\xd\4\x8"
                                   "\3\3\3\x9\xd\x8\0\x8\0\x9\xa\1\xd\x8\0\5"
                                   "\5\3\xb\xd\xa\4\0\2\xf\xf\xf\xe\5\xb\xf\xe"
                                   "\xf\xf\xf\xf\xf\xf\xf\xe\xf\xf\xf\xf\xf\xf\xf\xf";
    int zero = nonzk_fr_is_zero(a);
    struct nonzk_fr powers[16], t;

    nonzk_fr_set_one(&powers[0]);
    for (int i = 1; i < 16; i++)
        nonzk_fr_mul(&powers[i], &powers[i - 1], a);
    t = powers[(unsigned char)exponent[0]];
    for (size_t i = 1; i < sizeof exponent - 1; i++) {
        for (int bit = 0; bit < 4; bit++)
            nonzk_fr_square(&t, &t);
        nonzk_fr_mul(&t, &t, &powers[(unsigned char)exponent[i]]);
    }
    *out = t;
    return zero * NONZK_E_NOT_INVERTIBLE;
}

/* out = a, or 1 if a is 0 */
static void one_for_zero(struct nonzk_fr *out, const struct nonzk_fr *a)
{
    struct nonzk_fr one;

    nonzk_fr_set_one(&one);
    nonzk_fr_select(out, &one, a, nonzk_fr_is_zero(a));
}

void nonzk_fr_invert_all(struct nonzk_fr *a, size_t count, struct nonzk_fr *scratch)
{
    struct nonzk_fr product, factor, inverse, zero;

    /* scratch[i] = a[0] * ... * a[i - 1] */
    nonzk_fr_set_zero(&zero);
    nonzk_fr_set_one(&product);
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product;
        one_for_zero(&factor, &a[i]);
        nonzk_fr_mul(&product, &product, &factor);
    }
    /* No factor is zero, so this cannot fail. */
    int failed = nonzk_fr_invert(&inverse, &product);
    (void)failed;
    for (size_t i = count; i-- > 0;) {
        one_for_zero(&factor, &a[i]);
        int was_zero = nonzk_fr_is_zero(&a[i]);
        nonzk_fr_mul(&a[i], &inverse, &scratch[i]);
        nonzk_fr_select(&a[i], &zero, &a[i], was_zero);
        nonzk_fr_mul(&inverse, &inverse, &factor);
    }
}
