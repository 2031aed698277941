/* Each representation of the field against school arithmetic on digits of 8 bits. */
#include <check_main.h>

#include "curve25519_backends.h"

static const struct field_backend *const backends[] = {
    &field_backend_25,
#ifdef __SIZEOF_INT128__
    &field_backend_51,
#endif
#if NONCRYPTO_X86_64
    &field_backend_bmi2,
#endif
};

#define NBACKENDS (sizeof backends / sizeof backends[0])
#define ROUNDS    3000

/* A backend, or NULL with a printed reason if this processor cannot run it. */
static const struct field_backend *backend(int i)
{
    if ((noncrypto_cpu_detect() & backends[i]->features) == backends[i]->features)
        return backends[i];
    printf("# skipped: this processor cannot do %s\n", backends[i]->name);
    return NULL;
}

static const uint8_t prime[32] = {[0] = 0xed, [1 ... 30] = 0xff, [31] = 0x7f};

/* digits (64 of them, each below 2^24) mod p */
static void slow_reduce(uint8_t out[32], const uint32_t digits[64])
{
    uint32_t d[34] = {0};
    uint32_t carry;

    for (unsigned i = 0; i < 32; i++)
        d[i] = digits[i];
    for (unsigned i = 32; i < 64; i++)
        d[i - 32] += 38 * digits[i];
    for (unsigned round = 0; round < 4; round++) {
        carry = 0;
        for (unsigned i = 0; i < 32; i++) {
            carry += d[i];
            d[i] = carry & 0xff;
            carry >>= 8;
        }
        d[0] += 38 * carry;
    }
    /* Below 2^256 now: p is subtracted as often as it can be. */
    for (unsigned round = 0; round < 3; round++) {
        int borrow = 0;
        uint8_t less[32];
        for (unsigned i = 0; i < 32; i++) {
            int x = (int)d[i] - prime[i] - borrow;
            borrow = x < 0;
            less[i] = (uint8_t)x;
        }
        for (unsigned i = 0; i < 32 && !borrow; i++)
            d[i] = less[i];
    }
    for (unsigned i = 0; i < 32; i++)
        out[i] = (uint8_t)d[i];
}

static void slow_mul(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    uint32_t digits[64] = {0};

    for (unsigned i = 0; i < 32; i++)
        for (unsigned j = 0; j < 32; j++)
            digits[i + j] += (uint32_t)a[i] * b[j];
    slow_reduce(out, digits);
}

static void slow_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    uint32_t digits[64] = {0};

    for (unsigned i = 0; i < 32; i++)
        digits[i] = (uint32_t)a[i] + b[i];
    slow_reduce(out, digits);
}

/* -a = (p - 1) a */
static void slow_negate(uint8_t out[32], const uint8_t a[32])
{
    uint8_t minus_one[32];

    memcpy(minus_one, prime, sizeof minus_one);
    minus_one[0]--;
    slow_mul(out, minus_one, a);
}

static void slow_sub(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    uint8_t minus[32];

    slow_negate(minus, b);
    slow_add(out, a, minus);
}

/* a^e, e of 32 bytes */
static void slow_power(uint8_t out[32], const uint8_t a[32], const uint8_t e[32])
{
    uint8_t x[32] = {1};

    for (unsigned i = 256; i-- > 0;) {
        slow_mul(x, x, x);
        if (e[i / 8] >> i % 8 & 1)
            slow_mul(x, x, a);
    }
    memcpy(out, x, 32);
}

/* 0, 1, 2, p - 1, p, p + 1, 2^255 - 1, 2^255, 2 p - 1, 2 p, 2 p + 1, 2^256 - 1, and words and limbs full of ones */
static unsigned edge_values(uint8_t edges[40][32])
{
    static const struct {
        uint8_t first, middle, last;
    } patterns[] = {
        {0x00, 0x00, 0x00}, {0x01, 0x00, 0x00}, {0x02, 0x00, 0x00}, {0x12, 0x00, 0x00},
        {0x13, 0x00, 0x00}, {0x26, 0x00, 0x00}, {0xec, 0xff, 0x7f}, {0xed, 0xff, 0x7f},
        {0xee, 0xff, 0x7f}, {0xff, 0xff, 0x7f}, {0x00, 0x00, 0x80}, {0xd9, 0xff, 0xff},
        {0xda, 0xff, 0xff}, {0xdb, 0xff, 0xff}, {0xff, 0xff, 0xff}, {0xfe, 0xff, 0xff},
        {0x00, 0xff, 0x7f}, {0x00, 0xff, 0xff}, {0x00, 0x00, 0x40}, {0xff, 0x00, 0x00},
        {0xff, 0x00, 0xff}, {0x55, 0x55, 0x55}, {0xaa, 0xaa, 0xaa},
    };
    unsigned n = 0;

    for (; n < sizeof patterns / sizeof patterns[0]; n++) {
        memset(edges[n], patterns[n].middle, 32);
        edges[n][0] = patterns[n].first;
        edges[n][31] = patterns[n].last;
    }
    for (unsigned word = 0; word < 4; word++, n += 2) {
        memset(edges[n], 0, 32);
        memset(edges[n] + (size_t)8 * word, 0xff, 8);
        memset(edges[n + 1], 0xff, 32);
        memset(edges[n + 1] + (size_t)8 * word, 0, 8);
    }
    return n;
}

/* The edge values by pairs, then random ones, some of them next to edges. */
static void operands(unsigned round, uint64_t *seed, uint8_t a[32], uint8_t b[32])
{
    uint8_t edges[40][32];
    unsigned n = edge_values(edges);

    if (round < n * n) {
        memcpy(a, edges[round / n], 32);
        memcpy(b, edges[round % n], 32);
        return;
    }
    for (unsigned i = 0; i < 32; i++) {
        a[i] = (uint8_t)check_random(seed);
        b[i] = (uint8_t)check_random(seed);
    }
    if (round % 3 == 0)
        memset(a + 1 + round % 8, 0xff, 23);
    if (round % 5 == 0)
        memset(b + round % 8, 0, 24);
}

#define CHECK_PAIRS(operation, reference)                                                  \
    START_TEST(field_##operation##_is_right)                                               \
    {                                                                                      \
        const struct field_backend *f = backend(_i);                                       \
        uint64_t seed = check_seed();                                                      \
        uint8_t a[32], b[32], out[32], expected[32];                                       \
        for (unsigned round = 0; f && round < ROUNDS; round++) {                           \
            operands(round, &seed, a, b);                                                  \
            f->operation(out, a, b);                                                       \
            reference(expected, a, b);                                                     \
            ck_assert_msg(memcmp(out, expected, 32) == 0, "%s, round %u", f->name, round); \
        }                                                                                  \
    }                                                                                      \
    END_TEST

static void slow_mul_of_sums(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    uint8_t sum[32], difference[32];

    slow_add(sum, a, b);
    slow_sub(difference, a, b);
    slow_mul(out, sum, difference);
}

static void slow_mul_of_loose(uint8_t out[32], const uint8_t a[32], const uint8_t b[32])
{
    uint8_t aa[32], bb[32], sum[32];

    slow_mul(aa, a, a);
    slow_mul(bb, b, b);
    slow_add(sum, aa, bb);
    slow_mul(out, aa, bb);
    slow_mul(out, out, sum);
    slow_negate(out, out);
}

CHECK_PAIRS(add, slow_add)
CHECK_PAIRS(sub, slow_sub)
CHECK_PAIRS(mul, slow_mul)
CHECK_PAIRS(mul_of_sums, slow_mul_of_sums)
CHECK_PAIRS(mul_of_loose, slow_mul_of_loose)

START_TEST(field_functions_of_one_element_are_right)
{
    static const uint8_t one[32] = {1};
    const struct field_backend *f = backend(_i);
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], out[32], expected[32];

    for (unsigned round = 0; f && round < ROUNDS; round++) {
        operands(round, &seed, a, b);
        f->reduce(out, a);
        slow_mul(expected, a, one);
        ck_assert_msg(memcmp(out, expected, 32) == 0, "%s reduces, round %u", f->name, round);
        f->sq(out, a);
        slow_mul(expected, a, a);
        ck_assert_msg(memcmp(out, expected, 32) == 0, "%s squares, round %u", f->name, round);
        uint32_t n = round % 2 ? 121666 : (uint32_t)check_random(&seed) & 0x1ffff;
        uint8_t small[32] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16)};
        f->mul_small(out, a, n);
        slow_mul(expected, a, small);
        ck_assert_msg(memcmp(out, expected, 32) == 0, "%s by %u, round %u", f->name, n, round);
    }
}
END_TEST

START_TEST(field_select_takes_the_one_that_the_mask_says)
{
    const struct field_backend *f = backend(_i);
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], out[32], expected[32];

    for (unsigned round = 0; f && round < 100; round++) {
        operands(round, &seed, a, b);
        f->select(out, a, b, 0);
        f->reduce(expected, a);
        ck_assert_mem_eq(out, expected, 32);
        f->select(out, a, b, UINT64_MAX);
        f->reduce(expected, b);
        ck_assert_mem_eq(out, expected, 32);
    }
}
END_TEST

START_TEST(field_powers_are_right)
{
    static const uint8_t minus_two[32] = {[0] = 0xeb, [1 ... 30] = 0xff, [31] = 0x7f};
    static const uint8_t eighth[32] = {[0] = 0xfd, [1 ... 30] = 0xff, [31] = 0x0f};
    const struct field_backend *f = backend(_i);
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], out[32], expected[32];

    for (unsigned round = 0; f && round < 60; round++) {
        /* Each edge value stands first in one of the pairs. */
        operands(round < 31 ? 32 * round : 5000 + round, &seed, a, b);
        f->invert(out, a);
        slow_power(expected, a, minus_two);
        ck_assert_msg(memcmp(out, expected, 32) == 0, "%s inverts, round %u", f->name, round);
        f->power_252_3(out, a);
        slow_power(expected, a, eighth);
        ck_assert_msg(memcmp(out, expected, 32) == 0, "%s, power, round %u", f->name, round);
    }
}
END_TEST

START_TEST(field_inverses_multiply_to_one)
{
    static const uint8_t one[32] = {1};
    const struct field_backend *f = backend(_i);
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], out[32];

    for (unsigned round = 0; f && round < ROUNDS; round++) {
        operands(5000 + round, &seed, a, b);
        f->invert(out, a);
        f->mul(out, out, a);
        ck_assert_msg(memcmp(out, one, 32) == 0, "%s, round %u", f->name, round);
    }
}
END_TEST

static Suite *field_suite(void)
{
    Suite *suite = suite_create("noncrypto curve25519 field");
    TCase *tc = tcase_create("backends");
    int n = (int)NBACKENDS;

    tcase_add_loop_test(tc, field_add_is_right, 0, n);
    tcase_add_loop_test(tc, field_sub_is_right, 0, n);
    tcase_add_loop_test(tc, field_mul_is_right, 0, n);
    tcase_add_loop_test(tc, field_mul_of_sums_is_right, 0, n);
    tcase_add_loop_test(tc, field_mul_of_loose_is_right, 0, n);
    tcase_add_loop_test(tc, field_functions_of_one_element_are_right, 0, n);
    tcase_add_loop_test(tc, field_select_takes_the_one_that_the_mask_says, 0, n);
    tcase_add_loop_test(tc, field_powers_are_right, 0, n);
    tcase_add_loop_test(tc, field_inverses_multiply_to_one, 0, n);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(field_suite)
