/* The group of Ed25519 and its scalars, with each back end. */
#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/x25519.h>

#include "curve25519_backends.h"

static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                  0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

/* All encodings of points whose order divides 8; the first is the neutral element. */
static const char *const small_order[8] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

static void set_backend(int i)
{
    noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
}

static void random_bytes(uint8_t *out, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(seed);
}

static struct noncrypto_edwards25519 decoded(const char *hex)
{
    uint8_t bytes[32];
    struct noncrypto_edwards25519 p;

    check_unhex(bytes, 32, hex);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&p, bytes), 0);
    return p;
}

static struct noncrypto_edwards25519 random_point(uint64_t *seed)
{
    uint8_t scalar[32];
    struct noncrypto_edwards25519 p;

    random_bytes(scalar, 32, seed);
    noncrypto_edwards25519_mul_base(&p, scalar);
    return p;
}

/* A point with a part of small order. */
static struct noncrypto_edwards25519 mixed_point(uint64_t *seed)
{
    struct noncrypto_edwards25519 p = random_point(seed);
    struct noncrypto_edwards25519 t = decoded(small_order[1 + check_random(seed) % 7]);

    noncrypto_edwards25519_add(&p, &p, &t);
    return p;
}

static void check_same(const struct noncrypto_edwards25519 *p,
                       const struct noncrypto_edwards25519 *q)
{
    uint8_t a[32], b[32];

    noncrypto_edwards25519_encode(a, p);
    noncrypto_edwards25519_encode(b, q);
    ck_assert_mem_eq(a, b, 32);
    ck_assert_int_eq(noncrypto_edwards25519_equal(p, q), 1);
}

/* out = x mod L by shifting and subtracting, x of nbits bits */
static void slow_reduce(uint8_t out[32], const uint8_t *x, unsigned nbits)
{
    memset(out, 0, 32);
    for (unsigned i = nbits; i-- > 0;) {
        unsigned carry = x[i / 8] >> i % 8 & 1;
        uint8_t less[32];
        int borrow = 0;
        for (unsigned j = 0; j < 32; j++) {
            carry |= (unsigned)out[j] << 1;
            out[j] = (uint8_t)carry;
            carry >>= 8;
        }
        for (unsigned j = 0; j < 32; j++) {
            int d = out[j] - order[j] - borrow;
            borrow = d < 0;
            less[j] = (uint8_t)d;
        }
        if (!borrow)
            memcpy(out, less, 32);
    }
}

/* out = a b + c mod L */
static void slow_mul_add(uint8_t out[32], const uint8_t a[32], const uint8_t b[32],
                         const uint8_t c[32])
{
    uint8_t sum[64] = {0};

    memcpy(sum, c, 32);
    for (unsigned i = 0; i < 32; i++) {
        unsigned carry = 0;
        for (unsigned j = 0; i + j < 64; j++) {
            carry += sum[i + j] + (j < 32 ? (unsigned)a[i] * b[j] : 0);
            sum[i + j] = (uint8_t)carry;
            carry >>= 8;
        }
    }
    slow_reduce(out, sum, 512);
}

/* Random, and from time to time near 0, L, a multiple of L or 2^256. */
static void random_scalar(uint8_t out[32], uint64_t *seed)
{
    uint64_t kind = check_random(seed) % 8;

    random_bytes(out, 32, seed);
    if (kind == 0)
        memset(out + 1, 0, 31);
    if (kind == 1)
        memset(out + 1, 0xff, 31);
    if (kind == 2) {
        memcpy(out, order, 32);
        out[0] = (uint8_t)(out[0] + check_random(seed) % 3 - 1);
    }
    if (kind == 3) {
        memcpy(out, order, 32);
        for (unsigned i = 32; i-- > 1;)
            out[i] = (uint8_t)(out[i] << 3 | out[i - 1] >> 5);
        out[0] = (uint8_t)(out[0] << 3);
    }
}

START_TEST(scalars_are_computed_modulo_the_order)
{
    static const uint8_t zero[32], one[32] = {1};
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], c[32], minus_one[32], out[32], expected[32];

    memcpy(minus_one, order, 32);
    minus_one[0]--;
    for (unsigned i = 0; i < 2000; i++) {
        random_scalar(a, &seed);
        random_scalar(b, &seed);
        random_scalar(c, &seed);
        noncrypto_edwards25519_scalar_mul_add(out, a, b, c);
        slow_mul_add(expected, a, b, c);
        ck_assert_mem_eq(out, expected, 32);
        noncrypto_edwards25519_scalar_mul(out, a, b);
        slow_mul_add(expected, a, b, zero);
        ck_assert_mem_eq(out, expected, 32);
        noncrypto_edwards25519_scalar_add(out, a, b);
        slow_mul_add(expected, a, one, b);
        ck_assert_mem_eq(out, expected, 32);
        noncrypto_edwards25519_scalar_negate(out, a);
        slow_mul_add(expected, a, minus_one, zero);
        ck_assert_mem_eq(out, expected, 32);
        noncrypto_edwards25519_scalar_reduce32(out, a);
        slow_reduce(expected, a, 256);
        ck_assert_mem_eq(out, expected, 32);
        ck_assert_int_eq(noncrypto_edwards25519_scalar_is_canonical(a),
                         memcmp(a, expected, 32) == 0);
        memcpy(out, a, 32);
        noncrypto_edwards25519_scalar_mul_add(out, out, out, out);
        slow_mul_add(expected, a, a, a);
        ck_assert_mem_eq(out, expected, 32);
    }
}
END_TEST

START_TEST(scalars_of_64_bytes_are_reduced)
{
    uint64_t seed = check_seed();
    uint8_t x[64], out[32], expected[32];

    for (unsigned i = 0; i < 2000; i++) {
        random_bytes(x, 64, &seed);
        if (i < 66)
            memset(x + (i < 64 ? i : 0), i % 2 ? 0xff : 0, i < 64 ? 64 - i : 64);
        if (i % 7 == 0)
            memset(x + 32, 0xff, 32);
        noncrypto_edwards25519_scalar_reduce64(out, x);
        slow_reduce(expected, x, 512);
        ck_assert_mem_eq(out, expected, 32);
    }
}
END_TEST

START_TEST(clamping_sets_and_clears_the_bits_of_rfc_8032)
{
    uint8_t ones[32], zeros[32] = {0};

    memset(ones, 0xff, 32);
    noncrypto_edwards25519_scalar_clamp(ones);
    noncrypto_edwards25519_scalar_clamp(zeros);
    ck_assert_uint_eq(ones[0], 0xf8);
    ck_assert_uint_eq(ones[1], 0xff);
    ck_assert_uint_eq(ones[31], 0x7f);
    ck_assert_uint_eq(zeros[0], 0);
    ck_assert_uint_eq(zeros[31], 0x40);
}
END_TEST

START_TEST(small_multiples_of_the_base_point_are_sums)
{
    struct noncrypto_edwards25519 base =
        decoded("5866666666666666666666666666666666666666666666666666666666666666");
    struct noncrypto_edwards25519 sum = decoded(small_order[0]), p, q, neutral = sum;
    uint8_t zero[32] = {0};

    set_backend(_i);
    for (unsigned n = 0; n < 300; n++) {
        uint8_t scalar[32] = {(uint8_t)n, (uint8_t)(n >> 8)};
        noncrypto_edwards25519_mul_base(&p, scalar);
        check_same(&p, &sum);
        noncrypto_edwards25519_mul(&p, scalar, &base);
        check_same(&p, &sum);
        noncrypto_edwards25519_mul_add_vartime(&p, scalar, &base, zero);
        check_same(&p, &sum);
        noncrypto_edwards25519_mul_add_vartime(&p, zero, &neutral, scalar);
        check_same(&p, &sum);
        noncrypto_edwards25519_sub(&q, &sum, &base);
        noncrypto_edwards25519_add(&q, &q, &base);
        check_same(&q, &sum);
        noncrypto_edwards25519_add(&sum, &sum, &base);
    }
}
END_TEST

/* Double and add. */
static struct noncrypto_edwards25519 slow_multiple(const uint8_t scalar[32],
                                                   const struct noncrypto_edwards25519 *p)
{
    struct noncrypto_edwards25519 sum = decoded(small_order[0]);

    for (unsigned i = 256; i-- > 0;) {
        noncrypto_edwards25519_add(&sum, &sum, &sum);
        if (scalar[i / 8] >> i % 8 & 1)
            noncrypto_edwards25519_add(&sum, &sum, p);
    }
    return sum;
}

START_TEST(every_way_of_multiplying_gives_the_same)
{
    uint64_t seed = check_seed();
    uint8_t a[32], b[32];

    set_backend(_i);
    for (unsigned i = 0; i < 100; i++) {
        struct noncrypto_edwards25519 p = mixed_point(&seed), q, r, expected;
        random_scalar(a, &seed);
        random_scalar(b, &seed);
        expected = slow_multiple(a, &p);
        noncrypto_edwards25519_mul(&q, a, &p);
        check_same(&q, &expected);
        noncrypto_edwards25519_mul_base(&r, b);
        noncrypto_edwards25519_add(&expected, &expected, &r);
        noncrypto_edwards25519_mul_add_vartime(&q, a, &p, b);
        check_same(&q, &expected);
        q = p;
        noncrypto_edwards25519_mul_add_vartime(&q, a, &q, b);
        check_same(&q, &expected);
    }
}
END_TEST

START_TEST(points_are_encoded_and_decoded)
{
    uint64_t seed = check_seed();
    uint8_t bytes[32], again[32];
    struct noncrypto_edwards25519 p, q;

    set_backend(_i);
    for (unsigned i = 0; i < 200; i++) {
        p = mixed_point(&seed);
        noncrypto_edwards25519_encode(bytes, &p);
        ck_assert_int_eq(noncrypto_edwards25519_decode(&q, bytes), 0);
        noncrypto_edwards25519_encode(again, &q);
        ck_assert_mem_eq(bytes, again, 32);
        check_same(&p, &q);
        bytes[31] ^= 0x80;
        ck_assert_int_eq(noncrypto_edwards25519_decode(&q, bytes), 0);
        ck_assert_int_eq(noncrypto_edwards25519_equal(&p, &q), 0);
        noncrypto_edwards25519_add(&q, &p, &q);
        ck_assert_int_eq(noncrypto_edwards25519_is_identity(&q), 1);
    }
}
END_TEST

START_TEST(encodings_that_are_not_canonical_are_refused)
{
    uint8_t bytes[32];
    struct noncrypto_edwards25519 p;

    set_backend(_i);
    for (unsigned i = 0; i < 38; i++) {
        memset(bytes, 0xff, 32);
        bytes[0] = (uint8_t)(0xed + i / 2);
        bytes[31] = i % 2 ? 0xff : 0x7f;
        ck_assert_int_eq(noncrypto_edwards25519_decode(&p, bytes), NONCRYPTO_E_INVALID);
        ck_assert_int_eq(noncrypto_edwards25519_is_identity(&p), 1);
    }
    /* x = 0 with a sign: y = 1 and y = -1 */
    check_unhex(bytes, 32, small_order[0]);
    bytes[31] |= 0x80;
    ck_assert_int_eq(noncrypto_edwards25519_decode(&p, bytes), NONCRYPTO_E_INVALID);
    check_unhex(bytes, 32, small_order[1]);
    bytes[31] |= 0x80;
    ck_assert_int_eq(noncrypto_edwards25519_decode(&p, bytes), NONCRYPTO_E_INVALID);
}
END_TEST

/* Which y from 0 to 63 have a point: computed by Euler's criterion outside of this project's code. */
START_TEST(numbers_that_no_point_has_are_refused)
{
    static const uint64_t on_curve = 0xf7d91dab7fadc67b;
    struct noncrypto_edwards25519 p;

    set_backend(_i);
    for (unsigned y = 0; y < 64; y++) {
        uint8_t bytes[32] = {(uint8_t)y};
        ck_assert_int_eq(noncrypto_edwards25519_decode(&p, bytes),
                         on_curve >> y & 1 ? 0 : NONCRYPTO_E_INVALID);
    }
}
END_TEST

START_TEST(the_eight_points_of_small_order_are_a_group)
{
    struct noncrypto_edwards25519 base =
        decoded("5866666666666666666666666666666666666666666666666666666666666666");
    struct noncrypto_edwards25519 sum;
    uint8_t bytes[32], known[32];

    set_backend(_i);
    for (unsigned i = 0; i < 8; i++) {
        struct noncrypto_edwards25519 p = decoded(small_order[i]);
        ck_assert_int_eq(noncrypto_edwards25519_is_small_order(&p), 1);
        ck_assert_int_eq(noncrypto_edwards25519_is_identity(&p), i == 0);
        ck_assert_int_eq(noncrypto_edwards25519_is_torsion_free_vartime(&p), i == 0);
        for (unsigned j = 0; j < 8; j++) {
            struct noncrypto_edwards25519 q = decoded(small_order[j]);
            noncrypto_edwards25519_add(&sum, &p, &q);
            noncrypto_edwards25519_encode(bytes, &sum);
            unsigned found = 0;
            for (unsigned k = 0; k < 8; k++) {
                check_unhex(known, 32, small_order[k]);
                found += memcmp(bytes, known, 32) == 0;
            }
            ck_assert_uint_eq(found, 1);
        }
        noncrypto_edwards25519_add(&sum, &p, &base);
        ck_assert_int_eq(noncrypto_edwards25519_is_small_order(&sum), 0);
        ck_assert_int_eq(noncrypto_edwards25519_is_torsion_free_vartime(&sum), i == 0);
    }
}
END_TEST

START_TEST(the_order_times_a_point_leaves_its_part_of_small_order)
{
    uint64_t seed = check_seed();

    set_backend(_i);
    for (unsigned i = 0; i < 8; i++) {
        struct noncrypto_edwards25519 p = random_point(&seed), q, t = decoded(small_order[i]);
        noncrypto_edwards25519_mul(&q, order, &p);
        ck_assert_int_eq(noncrypto_edwards25519_is_identity(&q), 1);
        noncrypto_edwards25519_add(&p, &p, &t);
        noncrypto_edwards25519_mul(&p, order, &p);
        noncrypto_edwards25519_mul(&t, order, &t);
        check_same(&p, &t);
    }
}
END_TEST

START_TEST(outputs_may_be_inputs)
{
    uint64_t seed = check_seed();
    struct noncrypto_edwards25519 p = random_point(&seed), q = random_point(&seed), r, s;
    uint8_t scalar[32];

    set_backend(_i);
    random_bytes(scalar, 32, &seed);
    noncrypto_edwards25519_sub(&r, &p, &q);
    s = p;
    noncrypto_edwards25519_sub(&s, &s, &q);
    check_same(&r, &s);
    s = q;
    noncrypto_edwards25519_sub(&s, &p, &s);
    check_same(&r, &s);
    noncrypto_edwards25519_mul(&r, scalar, &p);
    s = p;
    noncrypto_edwards25519_mul(&s, scalar, &s);
    check_same(&r, &s);
    noncrypto_edwards25519_sub(&s, &s, &s);
    ck_assert_int_eq(noncrypto_edwards25519_is_identity(&s), 1);
}
END_TEST

START_TEST(montgomery_and_edwards_points_are_the_same_points)
{
    uint64_t seed = check_seed();
    uint8_t scalar[32], u[32], expected[32], bytes[32];

    set_backend(_i);
    for (unsigned i = 0; i < 50; i++) {
        struct noncrypto_edwards25519 p, q;
        random_bytes(scalar, 32, &seed);
        noncrypto_x25519_base(expected, scalar);
        noncrypto_edwards25519_scalar_clamp(scalar);
        noncrypto_edwards25519_mul_base(&p, scalar);
        noncrypto_edwards25519_to_montgomery(u, &p);
        ck_assert_mem_eq(u, expected, 32);
        noncrypto_edwards25519_encode(bytes, &p);
        int sign = bytes[31] >> 7;
        ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&q, u, sign), 0);
        check_same(&p, &q);
        u[31] |= 0x80;
        ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&q, u, !sign), 0);
        noncrypto_edwards25519_add(&q, &p, &q);
        ck_assert_int_eq(noncrypto_edwards25519_is_identity(&q), 1);
    }
}
END_TEST

START_TEST(montgomery_points_without_a_counterpart_are_refused)
{
    static const uint8_t twist[32] = {2}, zero[32], nine[32] = {9};
    static const uint8_t minus_one[32] = {[0] = 0xec, [1 ... 30] = 0xff, [31] = 0x7f};
    uint8_t u[32];
    struct noncrypto_edwards25519 p;

    set_backend(_i);
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, twist, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_edwards25519_is_identity(&p), 1);
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, minus_one, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, nine, 2), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, nine, -1), NONCRYPTO_E_INVALID);
    /* u = 0 is y = -1, the point of order 2, whose x is 0. */
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, zero, 1), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_edwards25519_from_montgomery(&p, zero, 0), 0);
    ck_assert_int_eq(noncrypto_edwards25519_is_identity(&p), 0);
    noncrypto_edwards25519_to_montgomery(u, &p);
    ck_assert_mem_eq(u, zero, 32);
    noncrypto_edwards25519_add(&p, &p, &p);
    ck_assert_int_eq(noncrypto_edwards25519_is_identity(&p), 1);
    noncrypto_edwards25519_to_montgomery(u, &p);
    ck_assert_mem_eq(u, zero, 32);
}
END_TEST

/* Points and results pass from one back end to the other, and to that on limbs of 25.5 bits. */
START_TEST(back_ends_share_their_points)
{
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], bytes[3][32];

    for (unsigned i = 0; i < 60; i++) {
        struct noncrypto_edwards25519 p, q[3];
        set_backend((int)(i % 2));
        p = mixed_point(&seed);
        random_scalar(a, &seed);
        random_scalar(b, &seed);
        noncrypto_edwards25519_scalar_reduce32(b, b);
        for (int n = 0; n < 2; n++) {
            set_backend(n);
            noncrypto_edwards25519_mul(&q[n], a, &p);
            noncrypto_edwards25519_mul_add_vartime(&q[n], b, &q[n], b);
        }
        CURVE25519_TEST25(mul)(&q[2], a, &p);
        CURVE25519_TEST25(mul_add_vartime)(&q[2], b, &q[2], b);
        check_same(&q[0], &q[1]);
        check_same(&q[0], &q[2]);
        noncrypto_edwards25519_mul_base(&q[0], b);
        set_backend(0);
        noncrypto_edwards25519_mul_base(&q[1], b);
        CURVE25519_TEST25(mul_base)(&q[2], b);
        for (unsigned n = 0; n < 3; n++) {
            CURVE25519_TEST25(encode)(bytes[n], &q[n]);
            ck_assert_mem_eq(bytes[n], bytes[0], 32);
        }
        struct noncrypto_edwards25519 r;
        set_backend(1);
        ck_assert_int_eq(CURVE25519_TEST25(decode)(&r, bytes[0]) != 0, 1);
        check_same(&r, &q[1]);
    }
}
END_TEST

static Suite *edwards25519_suite(void)
{
    Suite *suite = suite_create("noncrypto edwards25519");
    TCase *tc = tcase_create("edwards25519");

    tcase_add_test(tc, scalars_are_computed_modulo_the_order);
    tcase_add_test(tc, scalars_of_64_bytes_are_reduced);
    tcase_add_test(tc, clamping_sets_and_clears_the_bits_of_rfc_8032);
    tcase_add_loop_test(tc, small_multiples_of_the_base_point_are_sums, 0, 2);
    tcase_add_loop_test(tc, every_way_of_multiplying_gives_the_same, 0, 2);
    tcase_add_loop_test(tc, points_are_encoded_and_decoded, 0, 2);
    tcase_add_loop_test(tc, encodings_that_are_not_canonical_are_refused, 0, 2);
    tcase_add_loop_test(tc, numbers_that_no_point_has_are_refused, 0, 2);
    tcase_add_loop_test(tc, the_eight_points_of_small_order_are_a_group, 0, 2);
    tcase_add_loop_test(tc, the_order_times_a_point_leaves_its_part_of_small_order, 0, 2);
    tcase_add_loop_test(tc, outputs_may_be_inputs, 0, 2);
    tcase_add_loop_test(tc, montgomery_and_edwards_points_are_the_same_points, 0, 2);
    tcase_add_loop_test(tc, montgomery_points_without_a_counterpart_are_refused, 0, 2);
    tcase_add_test(tc, back_ends_share_their_points);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(edwards25519_suite)
