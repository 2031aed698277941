/*
 * Montgomery multiplication of many limbs: the whole product first, then the reduction, both in rows, which are all that
 * a back end has to do. Squaring saves a quarter of the rows.
 */
#include "bignum/mont.h"

#include <string.h>

/* t += a w + carry for n limbs; returns the carry. */
typedef uint64_t row_function(uint64_t *t, const uint64_t *a, uint64_t w, size_t n, uint64_t carry);

static uint64_t row_portable(uint64_t *t, const uint64_t *a, uint64_t w, size_t n, uint64_t carry)
{
    LIMBS_UNROLL
    for (size_t i = 0; i < n; i++)
        t[i] = limb_mac(a[i], w, t[i], &carry);
    return carry;
}

static row_function *row_of_processor(void)
{
#if NONCRYPTO_X86_64
    if (cpu_has(NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX))
        return mont_row_adx;
#endif
    return row_portable;
}

/* out = t / R mod m for t of 2 n limbs and below R m; t is destroyed. */
static void reduce(uint64_t *out, uint64_t *t, const uint64_t *m, uint64_t m0, size_t n,
                   row_function *row)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t q = limb_mul_low(t[i], m0);
        uint64_t top = row(t + i, m, q, n, 0);
        t[i + n] = limb_add(t[i + n], top, &carry);
    }
    limbs_reduce_once(out, carry, t + n, m, n);
}

void mont_mul_large(uint64_t *out, const uint64_t *a, const uint64_t *b, const uint64_t *m,
                    uint64_t m0, size_t n)
{
    uint64_t t[2 * MONT_LIMBS_MAX];
    row_function *row = row_of_processor();

    memset(t, 0, n * sizeof t[0]);
    for (size_t i = 0; i < n; i++)
        t[i + n] = row(t + i, a, b[i], n, 0);
    reduce(out, t, m, m0, n, row);
}

/* t = 2 t + the squares of the limbs of a. */
static void double_and_add_squares(uint64_t *t, const uint64_t *a, size_t n)
{
    uint64_t shifted = 0, carry = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t low = t[2 * i], high = t[2 * i + 1];
        uint64_t square_high = 0;
        uint64_t square_low = limb_mac(a[i], a[i], 0, &square_high);
        t[2 * i] = limb_add(low << 1 | shifted, square_low, &carry);
        t[2 * i + 1] = limb_add(high << 1 | low >> 63, square_high, &carry);
        shifted = high >> 63;
    }
}

/*
 * t = the products of different limbs of a. Rows have a multiple of 4 limbs, so a row starts at the end of the block of
 * four that its limb is in; the products within the block come one by one.
 */
static void cross_products(uint64_t *t, const uint64_t *a, size_t n, row_function *row)
{
    memset(t, 0, 2 * n * sizeof t[0]);
    for (size_t i = 0; i < n; i++) {
        size_t end = (i | 3) + 1;
        uint64_t carry = 0;
        for (size_t j = i + 1; j < end; j++)
            t[i + j] = limb_mac(a[i], a[j], t[i + j], &carry);
        t[i + n] = row(t + i + end, a + end, a[i], n - end, carry);
    }
}

void mont_sqr_large(uint64_t *out, const uint64_t *a, const uint64_t *m, uint64_t m0, size_t n)
{
    uint64_t t[2 * MONT_LIMBS_MAX];
    row_function *row = row_of_processor();

    cross_products(t, a, n, row);
    double_and_add_squares(t, a, n);
    reduce(out, t, m, m0, n, row);
}
