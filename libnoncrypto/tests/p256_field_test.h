/*
 * The field of one back end of P-256 against slow arithmetic: the text of a test program, after the back end's source.
 */
#include <check_main.h>

/* 256-bit numbers as 32 bytes, least significant first: slow, but nothing in it is clever. */
struct slow {
    uint8_t v[32];
};

static struct slow slow_from(const struct fe *a)
{
    struct slow out;
    for (int i = 0; i < 32; i++)
        out.v[i] = (uint8_t)(a->v[i / 8] >> 8 * (i % 8));
    return out;
}

static struct slow slow_p(void)
{
    struct fe p;
    memcpy(p.v, fe_p, sizeof p.v);
    return slow_from(&p);
}

/* a - b, and whether that is negative. */
static int slow_sub(struct slow *out, const struct slow *a, const struct slow *b)
{
    int borrow = 0;
    for (int i = 0; i < 32; i++) {
        int t = a->v[i] - b->v[i] - borrow;
        borrow = t < 0;
        out->v[i] = (uint8_t)t;
    }
    return borrow;
}

static struct slow slow_add_mod(const struct slow *a, const struct slow *b)
{
    struct slow p = slow_p(), sum, less;
    int carry = 0;
    for (int i = 0; i < 32; i++) {
        int t = a->v[i] + b->v[i] + carry;
        carry = t >> 8;
        sum.v[i] = (uint8_t)t;
    }
    int negative = slow_sub(&less, &sum, &p);
    return carry || !negative ? less : sum;
}

static struct slow slow_mul_mod(const struct slow *a, const struct slow *b)
{
    struct slow out = {{0}};
    for (int bit = 255; bit >= 0; bit--) {
        out = slow_add_mod(&out, &out);
        if (a->v[bit / 8] >> bit % 8 & 1)
            out = slow_add_mod(&out, b);
    }
    return out;
}

static void assert_slow(const struct fe *a, const struct slow *expected)
{
    struct slow x = slow_from(a);
    ck_assert_mem_eq(x.v, expected->v, 32);
}

#define NEDGES 24

/* Limbs of all kinds: those of p and its neighbours, of 2^256 mod p, single bits, zeros and ones. */
static struct fe edge(unsigned i)
{
    struct fe a = {{0}};

    if (i == 0)
        return a;
    if (i < 6) { /* p - 1 .. p - 5 */
        memcpy(a.v, fe_p, sizeof a.v);
        a.v[0] -= i;
    } else if (i < 10) {
        a.v[i - 6] = 1;
    } else if (i < 14) {
        a.v[i - 10] = i == 13 ? 0x8000000000000000 : UINT64_MAX;
    } else if (i == 14) {
        a = FE_ONE;
    } else if (i == 15) {
        a = fe_rr;
    } else { /* each limb 0 or ones, below p */
        for (unsigned j = 0; j < 4; j++)
            a.v[j] = (i - 15) >> j & 1 ? (j == 3 ? 0xffffffff00000000 : UINT64_MAX) : 0;
    }
    return a;
}

static struct fe random_element(uint64_t *seed)
{
    struct fe a;
    for (int i = 0; i < 4; i++)
        a.v[i] = check_random(seed);
    if (!limbs_are_less(a.v, fe_p, 4))
        a.v[3] >>= 1;
    return a;
}

/* The pairs of edges, then random ones. */
static void pair(struct fe *a, struct fe *b, unsigned i, uint64_t *seed)
{
    *a = i < NEDGES * NEDGES ? edge(i / NEDGES) : random_element(seed);
    *b = i < NEDGES * NEDGES ? edge(i % NEDGES) : random_element(seed);
}

START_TEST(sums_differences_and_halves_are_those_of_slow_arithmetic)
{
    uint64_t seed = check_seed();
    struct fe a, b, t, u;

    for (unsigned i = 0; i < NEDGES * NEDGES + 2000; i++) {
        pair(&a, &b, i, &seed);
        struct slow sa = slow_from(&a), sb = slow_from(&b), sum = slow_add_mod(&sa, &sb);
        fe_add(&t, &a, &b);
        assert_slow(&t, &sum);
        fe_sub(&u, &t, &b); /* a + b - b */
        assert_slow(&u, &sa);
        fe_sub(&u, &a, &b);
        ck_assert(limbs_are_less(u.v, fe_p, 4) != 0);
        fe_add(&u, &u, &b);
        assert_slow(&u, &sa);
        fe_half(&u, &a);
        ck_assert(limbs_are_less(u.v, fe_p, 4) != 0);
        fe_add(&u, &u, &u);
        assert_slow(&u, &sa);
        fe_add(&a, &a, &b); /* in place */
        assert_slow(&a, &sum);
    }
}
END_TEST

START_TEST(products_and_squares_are_those_of_slow_arithmetic)
{
    uint64_t seed = check_seed();
    struct fe a, b, t;
    struct slow r = slow_from(&FE_ONE); /* 2^256 mod p */

    for (unsigned i = 0; i < NEDGES * NEDGES + 300; i++) {
        pair(&a, &b, i, &seed);
        struct slow sa = slow_from(&a), sb = slow_from(&b), product = slow_mul_mod(&sa, &sb);
        fe_mul(&t, &a, &b);
        struct slow st = slow_from(&t), back = slow_mul_mod(&st, &r);
        ck_assert(limbs_are_less(t.v, fe_p, 4) != 0);
        ck_assert_mem_eq(back.v, product.v, 32);
        fe_mul(&a, &a, &b); /* in place */
        assert_slow(&a, &st);

        fe_mul(&t, &b, &b);
        st = slow_from(&t);
        fe_sqr(&t, &b);
        assert_slow(&t, &st);
        fe_sqr(&b, &b);
        assert_slow(&b, &st);
    }
}
END_TEST

/* One factor may be any number below 2^256. */
START_TEST(integers_that_are_not_reduced_are_reduced)
{
    static const uint64_t all[4] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    struct fe a;
    uint64_t out[4], expected[4];

    fe_from_integer(&a, fe_p);
    ck_assert(fe_is_zero(&a) != 0);
    fe_from_integer(&a, all);
    fe_to_integer(out, &a);
    (void)limbs_sub(expected, all, fe_p, 4);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

START_TEST(inverses_and_roots_are_what_they_say)
{
    uint64_t seed = check_seed();
    struct fe a, b, t, u;

    for (unsigned i = 0; i < NEDGES + 40; i++) {
        a = i < NEDGES ? edge(i) : random_element(&seed);
        fe_invert(&t, &a);
        fe_mul(&u, &t, &a);
        ck_assert(fe_is_equal(&u, fe_is_zero(&a) ? &a : &FE_ONE) != 0);
        /* a^2 / 1 is a square; Z a^2 is none, and then the root of Z^2 a^2 comes. */
        fe_sqr(&t, &a);
        ck_assert(sqrt_ratio(&u, &t, &FE_ONE) != 0);
        fe_sqr(&u, &u);
        ck_assert(fe_is_equal(&u, &t) != 0);
        fe_mul(&b, &t, &map_z);
        ck_assert((sqrt_ratio(&u, &b, &FE_ONE) == 0) == (fe_is_zero(&a) == 0));
        fe_sqr(&u, &u);
        fe_mul(&b, &b, &map_z);
        ck_assert(fe_is_equal(&u, &b) != 0);
    }
}
END_TEST

/* Every digit of every window, added up again. */
START_TEST(signed_digits_add_up_to_the_scalar)
{
    uint64_t seed = check_seed();

    for (int i = 0; i < 200; i++) {
        uint64_t k[4], sum[5] = {0};
        for (int j = 0; j < 4; j++)
            k[j] = i == 0 ? UINT64_MAX : check_random(&seed);
        for (unsigned window = P256_BASE_WINDOWS; window-- > 0;) {
            uint64_t minus, digit = signed_digit(&minus, k, window);
            ck_assert_uint_le(digit, 16);
            for (int bit = 0; bit < 5; bit++)
                (void)limbs_add(sum, sum, sum, 5);
            uint64_t term[5] = {digit, 0, 0, 0, 0};
            if (minus)
                (void)limbs_sub(sum, sum, term, 5);
            else
                (void)limbs_add(sum, sum, term, 5);
        }
        ck_assert_mem_eq(sum, k, sizeof k);
        ck_assert_uint_eq(sum[4], 0);
    }
}
END_TEST

static Suite *p256_field_suite(void)
{
    Suite *suite = suite_create("noncrypto p256 field");
    TCase *tc = tcase_create("p256 field");
    tcase_add_test(tc, sums_differences_and_halves_are_those_of_slow_arithmetic);
    tcase_add_test(tc, products_and_squares_are_those_of_slow_arithmetic);
    tcase_add_test(tc, integers_that_are_not_reduced_are_reduced);
    tcase_add_test(tc, inverses_and_roots_are_what_they_say);
    tcase_add_test(tc, signed_digits_add_up_to_the_scalar);
    suite_add_tcase(suite, tc);
    return suite;
}
