#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/x25519.h>

#include "curve25519_backends.h"

/* RFC 7748 section 5.2 */
static const struct {
    const char *scalar, *u, *out;
} rfc7748[] = {
    {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
    {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
     "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
     "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
};

/* Section 6.1 */
static const char alice_private[] =
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
static const char alice_public[] =
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
static const char bob_private[] =
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
static const char bob_public[] = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
static const char alice_and_bob[] =
    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

/* Low order and their non-canonical forms: 0, 1, p - 1, p, p + 1 and the two points of order 8. */
static const char *const small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
};

static void set_backend(int i)
{
    noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
}

static void random_bytes(uint8_t out[32], uint64_t *seed)
{
    for (unsigned i = 0; i < 32; i++)
        out[i] = (uint8_t)check_random(seed);
}

START_TEST(x25519_gives_the_results_of_rfc_7748)
{
    uint8_t scalar[32], u[32], expected[32], out[32];

    set_backend(_i);
    for (unsigned i = 0; i < sizeof rfc7748 / sizeof rfc7748[0]; i++) {
        check_unhex(scalar, 32, rfc7748[i].scalar);
        check_unhex(u, 32, rfc7748[i].u);
        check_unhex(expected, 32, rfc7748[i].out);
        ck_assert_int_eq(noncrypto_x25519(out, scalar, u), 0);
        ck_assert_mem_eq(out, expected, 32);
    }
}
END_TEST

static void iterate(unsigned from, unsigned to, uint8_t k[32], uint8_t u[32])
{
    for (unsigned i = from; i < to; i++) {
        uint8_t out[32];
        ck_assert_int_eq(noncrypto_x25519(out, k, u), 0);
        memcpy(u, k, 32);
        memcpy(k, out, 32);
    }
}

static void check_iterated(const uint8_t k[32], const char *hex)
{
    uint8_t expected[32];
    check_unhex(expected, 32, hex);
    ck_assert_mem_eq(k, expected, 32);
}

START_TEST(x25519_iterated_gives_the_results_of_rfc_7748)
{
    uint8_t k[32] = {9}, u[32] = {9};

    set_backend(_i);
    iterate(0, 1, k, u);
    check_iterated(k, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    iterate(1, 1000, k, u);
    check_iterated(k, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    if (!getenv("NONOS_LONG")) {
        printf("# skipped: NONOS_LONG is not set, x25519 was not iterated 1000000 times\n");
        return;
    }
    iterate(1000, 1000000, k, u);
    check_iterated(k, "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424");
}
END_TEST

START_TEST(two_sides_have_the_same_secret)
{
    uint64_t seed = check_seed();
    uint8_t a[32], b[32], pa[32], pb[32], sa[32], sb[32];

    set_backend(_i);
    for (unsigned i = 0; i < 50; i++) {
        random_bytes(a, &seed);
        random_bytes(b, &seed);
        noncrypto_x25519_base(pa, a);
        noncrypto_x25519_base(pb, b);
        ck_assert_int_eq(noncrypto_x25519(sa, a, pb), 0);
        ck_assert_int_eq(noncrypto_x25519(sb, b, pa), 0);
        ck_assert_mem_eq(sa, sb, 32);
    }
}
END_TEST

static void check_exchange(const char *own_private, const char *own_public, const char *peer)
{
    uint8_t private_key[32], public_key[32], expected[32], out[32];

    check_unhex(private_key, 32, own_private);
    check_unhex(public_key, 32, peer);
    check_unhex(expected, 32, alice_and_bob);
    ck_assert_int_eq(noncrypto_x25519(out, private_key, public_key), 0);
    ck_assert_mem_eq(out, expected, 32);
    check_unhex(expected, 32, own_public);
    noncrypto_x25519_base(out, private_key);
    ck_assert_mem_eq(out, expected, 32);
}

START_TEST(the_exchange_of_rfc_7748_section_6_1_comes_out)
{
    set_backend(_i);
    check_exchange(alice_private, alice_public, bob_public);
    check_exchange(bob_private, bob_public, alice_public);
}
END_TEST

START_TEST(the_base_point_multiplies_as_9_does)
{
    static const uint8_t nine[32] = {9};
    uint64_t seed = check_seed();
    uint8_t scalar[32], a[32], b[32];

    set_backend(_i);
    for (unsigned i = 0; i < 200; i++) {
        random_bytes(scalar, &seed);
        if (i < 4)
            memset(scalar, i % 2 ? 0xff : 0x00, 32);
        if (i == 2 || i == 3)
            memset(scalar, i == 2 ? 0x88 : 0x77, 32);
        noncrypto_x25519_base(a, scalar);
        ck_assert_int_eq(noncrypto_x25519(b, scalar, nine), 0);
        ck_assert_mem_eq(a, b, 32);
    }
}
END_TEST

START_TEST(a_point_of_small_order_is_an_error_and_gives_zeros)
{
    static const uint8_t zero[32];
    uint64_t seed = check_seed();
    uint8_t scalar[32], u[32], out[32];

    set_backend(_i);
    for (unsigned i = 0; i < 2 * sizeof small_order / sizeof small_order[0]; i++) {
        random_bytes(scalar, &seed);
        check_unhex(u, 32, small_order[i / 2]);
        u[31] |= i % 2 ? 0x80 : 0;
        memset(out, 0xee, sizeof out);
        ck_assert_int_eq(noncrypto_x25519(out, scalar, u), NONCRYPTO_E_INVALID);
        ck_assert_mem_eq(out, zero, 32);
    }
}
END_TEST

START_TEST(bit_255_and_multiples_of_p_do_not_matter)
{
    uint64_t seed = check_seed();
    uint8_t scalar[32], u[32], same[32], a[32], b[32];

    set_backend(_i);
    random_bytes(scalar, &seed);
    for (unsigned i = 2; i < 19; i++) {
        memset(u, 0, 32);
        u[0] = (uint8_t)i;
        memset(same, 0xff, 32);
        same[0] = (uint8_t)(0xed + i);
        same[31] = i % 2 ? 0xff : 0x7f;
        ck_assert_int_eq(noncrypto_x25519(a, scalar, u), 0);
        ck_assert_int_eq(noncrypto_x25519(b, scalar, same), 0);
        ck_assert_mem_eq(a, b, 32);
    }
}
END_TEST

START_TEST(the_bits_that_clamping_fixes_do_not_matter)
{
    uint64_t seed = check_seed();
    uint8_t scalar[32], other[32], u[32], a[32], b[32];

    set_backend(_i);
    random_bytes(scalar, &seed);
    random_bytes(u, &seed);
    memcpy(other, scalar, 32);
    other[0] ^= 7;
    other[31] ^= 0xc0;
    ck_assert_int_eq(noncrypto_x25519(a, scalar, u), 0);
    ck_assert_int_eq(noncrypto_x25519(b, other, u), 0);
    ck_assert_mem_eq(a, b, 32);
    noncrypto_x25519_base(a, scalar);
    noncrypto_x25519_base(b, other);
    ck_assert_mem_eq(a, b, 32);
}
END_TEST

START_TEST(the_output_may_be_an_input)
{
    uint64_t seed = check_seed();
    uint8_t scalar[32], u[32], expected[32], out[32];

    set_backend(_i);
    random_bytes(scalar, &seed);
    random_bytes(u, &seed);
    ck_assert_int_eq(noncrypto_x25519(expected, scalar, u), 0);
    memcpy(out, scalar, 32);
    ck_assert_int_eq(noncrypto_x25519(out, out, u), 0);
    ck_assert_mem_eq(out, expected, 32);
    memcpy(out, u, 32);
    ck_assert_int_eq(noncrypto_x25519(out, scalar, out), 0);
    ck_assert_mem_eq(out, expected, 32);
    noncrypto_x25519_base(expected, scalar);
    memcpy(out, scalar, 32);
    noncrypto_x25519_base(out, out);
    ck_assert_mem_eq(out, expected, 32);
}
END_TEST

START_TEST(all_back_ends_agree)
{
    uint64_t seed = check_seed();
    uint8_t scalar[32], u[32], a[32], b[32], c[32];

    for (unsigned i = 0; i < 300; i++) {
        random_bytes(scalar, &seed);
        random_bytes(u, &seed);
        if (i < 32)
            memset(u + i % 16, i % 2 ? 0xff : 0, 16);
        scalar[0] &= 0xf8;
        scalar[31] = (scalar[31] & 0x3f) | 0x40;
        CURVE25519_TEST25(x25519)(a, scalar, u);
        set_backend(0);
        (void)!noncrypto_x25519(b, scalar, u);
        set_backend(1);
        (void)!noncrypto_x25519(c, scalar, u);
        ck_assert_mem_eq(a, b, 32);
        ck_assert_mem_eq(a, c, 32);
    }
}
END_TEST

static Suite *x25519_suite(void)
{
    Suite *suite = suite_create("noncrypto x25519");
    TCase *tc = tcase_create("x25519");

    tcase_add_loop_test(tc, x25519_gives_the_results_of_rfc_7748, 0, 2);
    tcase_add_loop_test(tc, the_exchange_of_rfc_7748_section_6_1_comes_out, 0, 2);
    tcase_add_loop_test(tc, two_sides_have_the_same_secret, 0, 2);
    tcase_add_loop_test(tc, the_base_point_multiplies_as_9_does, 0, 2);
    tcase_add_loop_test(tc, a_point_of_small_order_is_an_error_and_gives_zeros, 0, 2);
    tcase_add_loop_test(tc, bit_255_and_multiples_of_p_do_not_matter, 0, 2);
    tcase_add_loop_test(tc, the_bits_that_clamping_fixes_do_not_matter, 0, 2);
    tcase_add_loop_test(tc, the_output_may_be_an_input, 0, 2);
    tcase_add_test(tc, all_back_ends_agree);
    suite_add_tcase(suite, tc);

    /* A million times takes minutes of a busy machine. */
    tc = tcase_create("iterated");
    tcase_set_timeout(tc, 3600);
    tcase_add_loop_test(tc, x25519_iterated_gives_the_results_of_rfc_7748, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(x25519_suite)
