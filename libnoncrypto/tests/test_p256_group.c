#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/hmac.h>
#include <noncrypto/p256_group.h>

#include "p256_hash_vectors.h"

#define ORDER      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ORDER_LESS "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define ORDER_MORE "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552"
#define PRIME      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"

static void use_backend(int which)
{
    noncrypto_cpu_set_features(which == 0 ? 0 : noncrypto_cpu_detect());
}

static struct noncrypto_p256_point multiple_of_generator(unsigned k)
{
    struct noncrypto_p256_point p;
    uint8_t scalar[32] = {0};

    scalar[30] = (uint8_t)(k >> 8);
    scalar[31] = (uint8_t)k;
    noncrypto_p256_point_multiply_base(&p, scalar);
    return p;
}

static void assert_same(const struct noncrypto_p256_point *a, const struct noncrypto_p256_point *b)
{
    uint8_t x[65], y[65];

    ck_assert_int_eq(noncrypto_p256_point_encode(x, a), noncrypto_p256_point_encode(y, b));
    ck_assert_mem_eq(x, y, 65);
}

static void assert_infinite(const struct noncrypto_p256_point *a)
{
    uint8_t bytes[65], zeros[65] = {0};

    ck_assert_int_eq(noncrypto_p256_point_is_infinity(a), 1);
    memset(bytes, 0xaa, sizeof bytes);
    ck_assert_int_eq(noncrypto_p256_point_encode(bytes, a), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(bytes, zeros, 65);
    memset(bytes, 0xaa, sizeof bytes);
    ck_assert_int_eq(noncrypto_p256_point_encode_compressed(bytes, a), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(bytes, zeros, 33);
}

static void assert_coordinates(const struct noncrypto_p256_point *a, const char *hex)
{
    uint8_t bytes[65], expected[64];

    ck_assert_int_eq(noncrypto_p256_point_encode(bytes, a), 0);
    ck_assert_uint_eq(check_unhex(expected, sizeof expected, hex), 64);
    ck_assert_mem_eq(bytes + 1, expected, 64);
}

static void random_bytes(uint8_t *out, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(seed);
}

/* i G + j G = (i + j) G, with i = j, i = -j and infinity among them. */
START_TEST(addition_is_complete)
{
    use_backend(_i);
    for (int i = -20; i <= 20; i++)
        for (int j = -20; j <= 20; j++) {
            struct noncrypto_p256_point a = multiple_of_generator((unsigned)abs(i));
            struct noncrypto_p256_point b = multiple_of_generator((unsigned)abs(j));
            struct noncrypto_p256_point sum = multiple_of_generator((unsigned)abs(i + j));
            struct noncrypto_p256_point out;
            if (i < 0)
                noncrypto_p256_point_negate(&a, &a);
            if (j < 0)
                noncrypto_p256_point_negate(&b, &b);
            if (i + j < 0)
                noncrypto_p256_point_negate(&sum, &sum);
            noncrypto_p256_point_add(&out, &a, &b);
            assert_same(&out, &sum);
            ck_assert_int_eq(noncrypto_p256_point_is_infinity(&out), i + j == 0);
            noncrypto_p256_point_add(&a, &a, &b);
            assert_same(&a, &sum);
        }
}
END_TEST

/* The same points in other coordinates: the sum may not depend on how a point was computed. */
START_TEST(addition_sees_equal_points_in_different_coordinates)
{
    struct noncrypto_p256_point a, b, sum;
    uint8_t two[32] = {0}, three[32] = {0};

    use_backend(_i);
    two[31] = 2;
    three[31] = 3;
    a = multiple_of_generator(6);
    b = multiple_of_generator(3);
    noncrypto_p256_point_multiply(&b, two, &b);
    noncrypto_p256_point_add(&sum, &a, &b);
    struct noncrypto_p256_point twelve = multiple_of_generator(12);
    assert_same(&sum, &twelve);
    noncrypto_p256_point_negate(&b, &b);
    noncrypto_p256_point_add(&sum, &a, &b);
    assert_infinite(&sum);
    noncrypto_p256_point_multiply(&sum, three, &sum);
    assert_infinite(&sum);
}
END_TEST

START_TEST(small_and_large_multiples_are_sums)
{
    struct noncrypto_p256_point g = multiple_of_generator(1);
    struct noncrypto_p256_point sum = {{0}};
    struct noncrypto_p256_point p, minus;
    uint8_t k[32] = {0}, order_less_k[32];

    use_backend(_i);
    check_unhex(order_less_k, 32, ORDER);
    for (unsigned i = 0; i <= 100; i++) {
        k[31] = (uint8_t)i;
        noncrypto_p256_point_multiply(&p, k, &g);
        assert_same(&p, &sum);
        noncrypto_p256_point_multiply_base(&p, k);
        assert_same(&p, &sum);
        noncrypto_p256_point_negate(&minus, &sum);
        noncrypto_p256_point_multiply(&p, order_less_k, &g);
        assert_same(&p, &minus);
        noncrypto_p256_point_multiply_base(&p, order_less_k);
        assert_same(&p, &minus);
        noncrypto_p256_point_add(&sum, &sum, &g);
        for (int at = 31; order_less_k[at]-- == 0;)
            at--;
    }
}
END_TEST

START_TEST(scalars_are_taken_modulo_the_order)
{
    static const struct {
        const char *scalar;
        unsigned multiple;
        int minus;
    } cases[] = {
        {"0000000000000000000000000000000000000000000000000000000000000000", 0, 0},
        {"0000000000000000000000000000000000000000000000000000000000000001", 1, 0},
        {ORDER_LESS, 1, 1},
        {ORDER, 0, 0},
        {ORDER_MORE, 1, 0},
    };
    struct noncrypto_p256_point g = multiple_of_generator(1);
    struct noncrypto_p256_point p;
    uint8_t k[32];

    use_backend(_i);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct noncrypto_p256_point expected = multiple_of_generator(cases[i].multiple);
        if (cases[i].minus)
            noncrypto_p256_point_negate(&expected, &expected);
        check_unhex(k, sizeof k, cases[i].scalar);
        noncrypto_p256_point_multiply(&p, k, &g);
        assert_same(&p, &expected);
        noncrypto_p256_point_multiply_base(&p, k);
        assert_same(&p, &expected);
    }
}
END_TEST

START_TEST(multiplication_distributes_over_scalars_and_points)
{
    uint64_t seed = check_seed();
    struct noncrypto_p256_point p, q, left, right, t;
    uint8_t a[32], b[32], c[32];

    use_backend(_i);
    for (int i = 0; i < 30; i++) {
        random_bytes(a, sizeof a, &seed);
        random_bytes(b, sizeof b, &seed);
        random_bytes(c, sizeof c, &seed);
        noncrypto_p256_point_multiply_base(&p, c);
        noncrypto_p256_point_multiply(&left, a, &p);
        noncrypto_p256_point_multiply(&right, b, &p);
        noncrypto_p256_point_add(&right, &left, &right);
        noncrypto_p256_scalar_add(c, a, b);
        noncrypto_p256_point_multiply(&left, c, &p);
        assert_same(&left, &right);
        noncrypto_p256_scalar_multiply(c, a, b);
        noncrypto_p256_point_multiply(&left, c, &p);
        noncrypto_p256_point_multiply(&right, b, &p);
        noncrypto_p256_point_multiply(&right, a, &right);
        assert_same(&left, &right);
        noncrypto_p256_point_multiply_base(&q, b);
        noncrypto_p256_point_add(&t, &p, &q);
        noncrypto_p256_point_multiply(&left, a, &t);
        noncrypto_p256_point_multiply(&p, a, &p);
        noncrypto_p256_point_multiply(&q, a, &q);
        noncrypto_p256_point_add(&right, &p, &q);
        assert_same(&left, &right);
    }
}
END_TEST

START_TEST(scalar_edges_hold)
{
    uint8_t a[32], b[32] = {0}, out[32], expected[32];

    check_unhex(a, sizeof a, ORDER_LESS);
    b[31] = 2;
    memset(expected, 0, sizeof expected);
    expected[31] = 1;
    noncrypto_p256_scalar_add(out, a, b);
    ck_assert_mem_eq(out, expected, 32);
    noncrypto_p256_scalar_multiply(out, a, a); /* (-1)^2 */
    ck_assert_mem_eq(out, expected, 32);
    ck_assert_int_eq(noncrypto_p256_scalar_check(a), 0);
    ck_assert_int_eq(noncrypto_p256_scalar_check(expected), 0);
    check_unhex(b, sizeof b, ORDER);
    ck_assert_int_eq(noncrypto_p256_scalar_check(b), NONCRYPTO_E_INVALID);
    memset(b, 0, sizeof b);
    ck_assert_int_eq(noncrypto_p256_scalar_check(b), NONCRYPTO_E_INVALID);
    noncrypto_p256_scalar_from_hash(out, b);
    ck_assert_mem_eq(out, expected, 32);
    noncrypto_p256_scalar_from_hash(out, a); /* n - 1 is 0 here */
    ck_assert_mem_eq(out, expected, 32);
    check_unhex(b, sizeof b, ORDER);
    noncrypto_p256_scalar_from_hash(out, b);
    expected[31] = 2;
    ck_assert_mem_eq(out, expected, 32);
    check_unhex(b, sizeof b, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f");
    noncrypto_p256_scalar_from_hash(out, b);
    ck_assert_mem_eq(out, a, 32);
}
END_TEST

START_TEST(encodings_come_back)
{
    struct noncrypto_p256_point p, q;
    uint8_t bytes[65];

    use_backend(_i);
    for (unsigned i = 1; i < 40; i++) {
        p = multiple_of_generator(i);
        ck_assert_int_eq(noncrypto_p256_point_encode(bytes, &p), 0);
        ck_assert_int_eq(noncrypto_p256_point_decode(&q, bytes, 65), 0);
        assert_same(&p, &q);
        ck_assert_int_eq(noncrypto_p256_point_decode(&q, bytes + 1, 64), 0);
        assert_same(&p, &q);
        ck_assert_int_eq(noncrypto_p256_point_encode_compressed(bytes, &p), 0);
        ck_assert_int_eq(noncrypto_p256_point_decode(&q, bytes, 33), 0);
        assert_same(&p, &q);
        ck_assert_int_eq(noncrypto_p256_point_from_x(&q, bytes + 1, bytes[0] & 1u), 1);
        assert_same(&p, &q);
    }
}
END_TEST

START_TEST(decoding_what_is_not_a_point_gives_infinity)
{
    struct noncrypto_p256_point p = multiple_of_generator(1);
    uint8_t bytes[65];

    use_backend(_i);
    ck_assert_int_eq(noncrypto_p256_point_encode(bytes, &p), 0);
    bytes[64] ^= 1;
    ck_assert_int_eq(noncrypto_p256_point_decode(&p, bytes, 65), NONCRYPTO_E_INVALID);
    assert_infinite(&p);
    p = multiple_of_generator(1);
    ck_assert_int_eq(noncrypto_p256_point_decode(&p, bytes + 1, 64), NONCRYPTO_E_INVALID);
    assert_infinite(&p);
    p = multiple_of_generator(1);
    bytes[64] ^= 1;
    ck_assert_int_eq(noncrypto_p256_point_decode(&p, bytes, 64), NONCRYPTO_E_INVALID);
    assert_infinite(&p);
    bytes[0] = 0;
    ck_assert_int_eq(noncrypto_p256_point_decode(&p, bytes, 1), NONCRYPTO_E_INVALID);
    p = multiple_of_generator(1);
    check_unhex(bytes, sizeof bytes, PRIME);
    ck_assert_int_eq(noncrypto_p256_point_from_x(&p, bytes, 0), 0);
    assert_infinite(&p);
}
END_TEST

/* About half of all x are those of a point. */
START_TEST(square_roots_exist_for_half_of_the_candidates)
{
    uint64_t seed = check_seed();
    int found = 0;

    use_backend(_i);
    for (int i = 0; i < 200; i++) {
        struct noncrypto_p256_point p;
        uint8_t x[32], bytes[33];
        random_bytes(x, sizeof x, &seed);
        x[0] &= 0x7f;
        if (!noncrypto_p256_point_from_x(&p, x, (unsigned)i)) {
            assert_infinite(&p);
            continue;
        }
        found++;
        ck_assert_int_eq(noncrypto_p256_point_encode_compressed(bytes, &p), 0);
        ck_assert_mem_eq(bytes + 1, x, 32);
        ck_assert_int_eq(bytes[0] & 1, i & 1);
        ck_assert_int_eq(noncrypto_p256_point_decode(&p, bytes, 33), 0); /* is on the curve */
    }
    ck_assert_int_gt(found, 70);
    ck_assert_int_lt(found, 130);
}
END_TEST

START_TEST(hashing_to_the_curve_is_that_of_rfc_9380)
{
    use_backend(_i);
    for (size_t i = 0; i < sizeof p256_hash_vectors / sizeof p256_hash_vectors[0]; i++) {
        const struct p256_hash_vector *v = &p256_hash_vectors[i];
        struct noncrypto_p256_point q[2], p;
        uint8_t u[32], msg[600];
        size_t len = strlen(v->msg);

        memcpy(msg, v->msg, len);
        memset(msg + len, v->repeat, (size_t)v->nrepeats);
        len += (size_t)v->nrepeats;
        for (int j = 0; j < 2; j++) {
            check_unhex(u, sizeof u, v->u[j]);
            ck_assert_int_eq(noncrypto_p256_map_to_curve(&q[j], u, sizeof u), 0);
            assert_coordinates(&q[j], v->q[j]);
        }
        noncrypto_p256_point_add(&p, &q[0], &q[1]);
        assert_coordinates(&p, v->p);
        ck_assert_int_eq(
            noncrypto_p256_hash_to_curve(&p, msg, len, P256_HASH_DST, sizeof P256_HASH_DST - 1), 0);
        assert_coordinates(&p, v->p);
    }
}
END_TEST

START_TEST(long_tags_are_hashed_and_empty_ones_refused)
{
    struct noncrypto_p256_point a = multiple_of_generator(1), b, c;
    uint8_t dst[300];

    use_backend(_i);
    memset(dst, 'D', sizeof dst);
    ck_assert_int_eq(noncrypto_p256_hash_to_curve(&a, "m", 1, dst, 0), NONCRYPTO_E_INVALID);
    assert_infinite(&a);
    ck_assert_int_eq(noncrypto_p256_hash_to_curve(&a, "m", 1, dst, 255), 0);
    ck_assert_int_eq(noncrypto_p256_hash_to_curve(&b, "m", 1, dst, 256), 0);

    /* RFC 9380, section 5.3.3: the tag that is used instead */
    uint8_t input[17 + 256], hashed[32];
    memcpy(input, "H2C-OVERSIZE-DST-", 17);
    memcpy(input + 17, dst, 256);
    noncrypto_sha256(hashed, input, sizeof input);
    ck_assert_int_eq(noncrypto_p256_hash_to_curve(&c, "m", 1, hashed, 32), 0);
    assert_same(&b, &c);
    uint8_t x[65], y[65];
    ck_assert_int_eq(noncrypto_p256_point_encode(x, &a), 0);
    ck_assert_int_eq(noncrypto_p256_point_encode(y, &b), 0);
    ck_assert_mem_ne(x, y, 65);
}
END_TEST

/* 0 and the roots of Z^2 u^4 + Z u^2 are the exceptional case; -u maps to the opposite; p + u and u are the same. */
START_TEST(map_edges_hold)
{
    struct noncrypto_p256_point p, q;
    uint8_t u[65] = {0};

    use_backend(_i);
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&p, u, 32), 0);
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&q, NULL, 0), 0);
    assert_same(&p, &q);
    uint8_t bytes[65];
    ck_assert_int_eq(noncrypto_p256_point_encode(bytes, &p), 0);
    ck_assert_int_eq(noncrypto_p256_point_decode(&q, bytes, 65), 0);

    check_unhex(u, 32, PRIME);
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&q, u, 32), 0);
    assert_same(&p, &q);
    u[31] = 0xfe; /* -1 */
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&q, u, 32), 0);
    memset(u, 0, sizeof u);
    u[0] = 1;
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&p, u, 1), 0);
    noncrypto_p256_point_negate(&p, &p);
    assert_same(&p, &q);

    memset(u, 0xff, sizeof u);
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&p, u, 64), 0);
    ck_assert_int_eq(noncrypto_p256_map_to_curve(&p, u, 65), NONCRYPTO_E_INVALID);
    assert_infinite(&p);
}
END_TEST

START_TEST(maps_of_both_back_ends_are_the_same)
{
    uint64_t seed = check_seed();
    struct noncrypto_p256_point p[2];
    uint8_t u[64];

    for (int i = 0; i < 100; i++) {
        random_bytes(u, sizeof u, &seed);
        if (i % 4 == 0)
            memset(u + 8, i % 8 ? 0xff : 0, 48);
        for (int which = 0; which < 2; which++) {
            use_backend(which);
            ck_assert_int_eq(noncrypto_p256_map_to_curve(&p[which], u, (size_t)(i % 65)), 0);
        }
        assert_same(&p[0], &p[1]);
    }
}
END_TEST

/* IEEE Std 802.11-2020, annex J.10: the secret element PT and the password element PWE of SAE. */
START_TEST(password_element_of_sae_is_that_of_802_11)
{
    static const char info[2][26] = {"SAE Hash to Element u1 P1", "SAE Hash to Element u2 P2"};
    static const uint8_t addresses[12] = {0x00, 0x0b, 0x6b, 0xd9, 0x02, 0x46,
                                          0x00, 0x09, 0x5b, 0x66, 0xec, 0x1e};
    static const char password[] = "mekmitasdigoatpsk4internet";
    uint8_t seed[32], u[48], zeros[32] = {0}, value[32];
    struct noncrypto_p256_point p[2], pt, pwe;

    use_backend(_i);
    noncrypto_hmac_sha256(seed, "byteme", 6, password, sizeof password - 1);
    for (int i = 0; i < 2; i++) {
        /* HKDF-Expand, RFC 5869, section 2.3 */
        uint8_t okm[64], block[32 + 25 + 1];
        memcpy(block, info[i], 25);
        block[25] = 1;
        noncrypto_hmac_sha256(okm, seed, 32, block, 26);
        memcpy(block, okm, 32);
        memcpy(block + 32, info[i], 25);
        block[57] = 2;
        noncrypto_hmac_sha256(okm + 32, seed, 32, block, 58);
        memcpy(u, okm, 48);
        ck_assert_int_eq(noncrypto_p256_map_to_curve(&p[i], u, 48), 0);
    }
    noncrypto_p256_point_add(&pt, &p[0], &p[1]);
    noncrypto_hmac_sha256(value, zeros, 32, addresses, 12);
    noncrypto_p256_scalar_from_hash(value, value);
    noncrypto_p256_point_multiply(&pwe, value, &pt);
    assert_coordinates(&pwe, "c93049b9e64000f848201649e999f2b5c22dea69b5632c9df4d633b8aa1f6c1e"
                             "73634e94b53d82e7383a8d258199d9dc1a5ee8269d060382ccbf33e614ff59a0");
}
END_TEST

static Suite *p256_group_suite(void)
{
    Suite *suite = suite_create("noncrypto p256_group");
    TCase *tc = tcase_create("p256_group");
    tcase_add_loop_test(tc, addition_is_complete, 0, 2);
    tcase_add_loop_test(tc, addition_sees_equal_points_in_different_coordinates, 0, 2);
    tcase_add_loop_test(tc, small_and_large_multiples_are_sums, 0, 2);
    tcase_add_loop_test(tc, scalars_are_taken_modulo_the_order, 0, 2);
    tcase_add_loop_test(tc, multiplication_distributes_over_scalars_and_points, 0, 2);
    tcase_add_test(tc, scalar_edges_hold);
    tcase_add_loop_test(tc, encodings_come_back, 0, 2);
    tcase_add_loop_test(tc, decoding_what_is_not_a_point_gives_infinity, 0, 2);
    tcase_add_loop_test(tc, square_roots_exist_for_half_of_the_candidates, 0, 2);
    tcase_add_loop_test(tc, hashing_to_the_curve_is_that_of_rfc_9380, 0, 2);
    tcase_add_loop_test(tc, long_tags_are_hashed_and_empty_ones_refused, 0, 2);
    tcase_add_loop_test(tc, map_edges_hold, 0, 2);
    tcase_add_test(tc, maps_of_both_back_ends_are_the_same);
    tcase_add_loop_test(tc, password_element_of_sae_is_that_of_802_11, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(p256_group_suite)
