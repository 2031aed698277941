#include "curve/g1_table.h"
#include "curve/affine_all.h"

#include <string.h>

#define TOGETHER 4 /* scalars that share doublings, each of two digits */

void g1_table_make(struct g1_table *table, const struct nonzk_g1_affine *a)
{
    struct nonzk_g1 odd[G1_TABLE_LEN], twice;

    nonzk_g1_from_affine(&odd[0], a);
    nonzk_g1_double(&twice, &odd[0]);
    for (int i = 1; i < G1_TABLE_LEN; i++)
        nonzk_g1_add(&odd[i], &odd[i - 1], &twice);
    nonzk_g1_to_affine_all(table->odd, odd, G1_TABLE_LEN);
}

/* sum = sum + value * point of the table, times t^2 if `digit` is 1; value is odd or 0 */
static void add_digit(struct nonzk_g1 *sum, const struct g1_table *table, int value, int digit)
{
    if (value == 0)
        return;
    struct nonzk_g1_affine term = table->odd[(value < 0 ? -value : value) / 2];
    if (digit)
        g1_affine_endomorphism(&term, &term);
    if (value < 0)
        nonzk_fp_neg(&term.y, &term.y);
    nonzk_g1_add_affine(sum, sum, &term);
}

static void sum_together(struct nonzk_g1 *out, const struct g1_table *tables,
                         const uint64_t (*scalars)[SCALAR_LIMBS], size_t n)
{
    int8_t naf[TOGETHER][2][SCALAR_NAF_LEN];
    uint64_t digits[SCALAR_LIMBS];
    struct nonzk_g1 sum;

    memset(naf, 0, sizeof naf);
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        scalar_split_t2(digits, scalars[i]);
        for (size_t digit = 0; digit < 2; digit++) {
            size_t len = scalar_naf_vartime(naf[i][digit], &digits[2 * digit], 2);
            longest = len > longest ? len : longest;
        }
    }
    nonzk_g1_set_infinity(&sum);
    for (size_t at = longest; at-- > 0;) {
        nonzk_g1_double(&sum, &sum);
        for (size_t i = 0; i < n; i++) {
            add_digit(&sum, &tables[i], naf[i][0][at], 0);
            add_digit(&sum, &tables[i], naf[i][1][at], 1);
        }
    }
    nonzk_g1_add(out, out, &sum);
}

void g1_table_sum_vartime(struct nonzk_g1 *out, const struct g1_table *tables,
                          const uint64_t (*scalars)[SCALAR_LIMBS], size_t n)
{
    for (size_t i = 0; i < n; i += TOGETHER)
        sum_together(out, &tables[i], &scalars[i], n - i < TOGETHER ? n - i : TOGETHER);
}

void g1_mul_short_vartime(struct nonzk_g1 *out, const struct nonzk_g1_affine *a,
                          const uint64_t digits[2])
{
    int8_t naf[2][SCALAR_NAF_LEN];
    struct g1_table table;
    struct nonzk_g1 sum;
    size_t len[2];

    g1_table_make(&table, a);
    for (size_t i = 0; i < 2; i++)
        len[i] = scalar_naf_vartime(naf[i], &digits[i], 1);
    nonzk_g1_set_infinity(&sum);
    for (size_t at = len[0] > len[1] ? len[0] : len[1]; at-- > 0;) {
        nonzk_g1_double(&sum, &sum);
        for (int i = 0; i < 2; i++)
            add_digit(&sum, &table, at < len[i] ? naf[i][at] : 0, i);
    }
    *out = sum;
}
