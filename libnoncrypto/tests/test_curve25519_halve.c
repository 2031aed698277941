/* Halving of scalars: what comes out is short, and is what it should be modulo the order. */
#include "../src/curve25519/halve.c"
#include "../src/curve25519/scalar.c"

#include <check_main.h>
#include <string.h>

/* The highest bit of 32 bytes, plus one. */
static unsigned bits_of(const uint8_t x[32])
{
    unsigned bits = 256;

    while (bits > 0 && !(x[(bits - 1) / 8] >> (bits - 1) % 8 & 1))
        bits--;
    return bits;
}

static void assert_halved(const uint8_t k[32])
{
    uint8_t u[32], v[32], product[32], expected[32];
    int negative = noncrypto_scalar25519_halve_vartime(u, v, k);

    ck_assert_uint_le(bits_of(u), 127);
    ck_assert_uint_le(bits_of(v), 126);
    ck_assert_uint_gt(bits_of(v), 0);
    noncrypto_scalar25519_mul_add(product, v, k, NULL);
    noncrypto_scalar25519_reduce32(expected, u);
    if (negative)
        noncrypto_scalar25519_negate(expected, expected);
    ck_assert_mem_eq(product, expected, 32);
}

START_TEST(scalars_at_the_edges_are_halved)
{
    static const uint8_t zero[32], one[32] = {1};
    uint8_t k[32];

    assert_halved(zero);
    for (unsigned bit = 0; bit < 253; bit++) {
        uint8_t power[32] = {0};
        power[bit / 8] = (uint8_t)(1u << bit % 8);
        noncrypto_scalar25519_reduce32(power, power);
        assert_halved(power);
        /* 2^bit - 1, L - 2^bit and L + 1 - 2^bit */
        noncrypto_scalar25519_negate(k, one);
        noncrypto_scalar25519_mul_add(k, k, one, power);
        assert_halved(k);
        noncrypto_scalar25519_negate(k, power);
        assert_halved(k);
        noncrypto_scalar25519_mul_add(k, k, one, one);
        assert_halved(k);
    }
}
END_TEST

/* Such a scalar has a short multiple that is a power of two, so that there is a large quotient at some place. */
START_TEST(short_numbers_divided_by_powers_of_two_are_halved)
{
    uint64_t seed = check_seed();

    for (unsigned round = 0; round < 2000; round++) {
        uint8_t k[32] = {0};
        k[0] = (uint8_t)check_random(&seed);
        k[round % 16] |= 1;
        for (unsigned n = (unsigned)check_random(&seed) % 253; n > 0; n--) {
            static const uint8_t half[32] = {0xf7, 0xe9, 0x7a, 0x2e, 0x8d, 0x31, 0x09, 0x2c,
                                             0x6b, 0xce, 0x7b, 0x51, 0xef, 0x7c, 0x6f, 0x0a,
                                             0,    0,    0,    0,    0,    0,    0,    0,
                                             0,    0,    0,    0,    0,    0,    0,    8};
            noncrypto_scalar25519_mul_add(k, k, half, NULL);
        }
        assert_halved(k);
    }
}
END_TEST

START_TEST(random_scalars_are_halved)
{
    uint64_t seed = check_seed();

    for (unsigned round = 0; round < 20000; round++) {
        uint8_t k[32];
        unsigned from = (unsigned)check_random(&seed) % 24;
        for (unsigned i = 0; i < 32; i++)
            k[i] = (uint8_t)check_random(&seed);
        /* A third of them with a run of zeros, a third with one of ones. */
        if (round % 3 != 0)
            memset(k + from, round % 3 == 1 ? 0 : 0xff, 8);
        noncrypto_scalar25519_reduce32(k, k);
        assert_halved(k);
    }
}
END_TEST

static Suite *halve_suite(void)
{
    Suite *suite = suite_create("noncrypto curve25519 halving");
    TCase *tc = tcase_create("halving");

    tcase_add_test(tc, scalars_at_the_edges_are_halved);
    tcase_add_test(tc, short_numbers_divided_by_powers_of_two_are_halved);
    tcase_add_test(tc, random_scalars_are_halved);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(halve_suite)
