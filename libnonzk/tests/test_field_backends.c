/*
 * The instructions of x86-64 give what portable C gives: with all features of the processor, and
 * with none.
 */
#include "field_helpers.h"

#include <noncrypto/cpu.h>

#define NEDGES 8
#define ROUNDS 20000

/* 0, 1, p - 1, ... first, then random elements; some of few bits, for which carries are rare. */
static struct nonzk_fp element(uint64_t *seed, int round)
{
    static const char *const edges[NEDGES] = {
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000",
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000001",
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffff"
        "ffaaaa",
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffff"
        "ffaaa9",
        "0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffff"
        "ffd555",
        "0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffff"
        "ffd556",
        "0fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffffff",
        "19ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffffff",
    };
    struct nonzk_fp a = round < NEDGES ? fp_hex(edges[round]) : fp_random(seed);
    if (round % 16 == 15)
        a = fp_u64(check_random(seed));
    /*
     * The limbs as they are stored are to have long runs of ones and zeros, too: any below p are an
     * element.
     */
    if (round % 16 == 14) {
        for (int i = 0; i < 6; i++)
            a.limb[i] = check_random(seed) & 1 ? ~UINT64_C(0) : 0;
        a.limb[5] = check_random(seed) & 1 ? UINT64_C(0x19ffffffffffffff) : 0;
    }
    return a;
}

struct results {
    struct nonzk_fp sum, difference, product;
    struct nonzk_fp2 product2, square2;
};

static void compute(struct results *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b)
{
    nonzk_fp_add(&out->sum, &a->c0, &b->c0);
    nonzk_fp_sub(&out->difference, &a->c0, &b->c0);
    nonzk_fp_mul(&out->product, &a->c0, &b->c0);
    nonzk_fp2_mul(&out->product2, a, b);
    nonzk_fp2_square(&out->square2, a);
}

START_TEST(back_ends_agree)
{
    uint64_t seed = check_seed();
    uint32_t features = noncrypto_cpu_detect();
    struct results portable, native;
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp2 a = {element(&seed, i % NEDGES + i / 64 % 32), element(&seed, i)};
        struct nonzk_fp2 b = {element(&seed, i / NEDGES), element(&seed, i / 3)};
        noncrypto_cpu_set_features(0);
        compute(&portable, &a, &b);
        noncrypto_cpu_set_features(features);
        compute(&native, &a, &b);
        ck_assert_mem_eq(&portable, &native, sizeof portable);
    }
    if (!(features & NONCRYPTO_CPU_ADX))
        printf("# this processor has no ADX: portable C was compared with itself\n");
}
END_TEST

/* a - b + b and a + b - b, which portable C and the instructions of every x86-64 do alike. */
START_TEST(sums_and_differences_cancel)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < ROUNDS; i++) {
        struct nonzk_fp a = element(&seed, i % 64), b = element(&seed, i / 64), c;
        nonzk_fp_sub(&c, &a, &b);
        nonzk_fp_add(&c, &c, &b);
        ck_assert_mem_eq(&c, &a, sizeof a);
        nonzk_fp_add(&c, &a, &b);
        nonzk_fp_sub(&c, &c, &b);
        ck_assert_mem_eq(&c, &a, sizeof a);
    }
}
END_TEST

static Suite *field_backends_suite(void)
{
    Suite *suite = suite_create("nonzk field back ends");
    TCase *tc = tcase_create("back ends");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, back_ends_agree);
    tcase_add_test(tc, sums_and_differences_cancel);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(field_backends_suite)
