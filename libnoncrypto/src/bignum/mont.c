/*
 * Montgomery multiplication of many limbs: the whole product first, then the reduction, both in rows, which are all that
 * a back end has to do. Squaring saves a quarter of the rows.
 */
#include "bignum/mont.h"

#include <string.h>

typedef uint64_t row_function(uint64_t *t, const uint64_t *a, uint64_t w, size_t n);

static uint64_t row_portable(uint64_t *t, const uint64_t *a, uint64_t w, size_t n)
{
    uint64_t carry = 0;

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
        uint64_t top = row(t + i, m, q, n);
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
        t[i + n] = row(t + i, a, b[i], n);
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

void mont_sqr_large(uint64_t *out, const uint64_t *a, const uint64_t *m, uint64_t m0, size_t n)
{
    uint64_t t[2 * MONT_LIMBS_MAX];
    row_function *row = row_of_processor();

    memset(t, 0, 2 * n * sizeof t[0]);
    for (size_t i = 0; i + 1 < n; i++)
        t[n + i] = row(t + 2 * i + 1, a + i + 1, a[i], n - 1 - i);
    double_and_add_squares(t, a, n);
    reduce(out, t, m, m0, n, row);
}
