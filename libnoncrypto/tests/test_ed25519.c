#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/sha2.h>

#include "ed25519_cases.h"

/* RFC 8032 section 7.1; the message of 1023 bytes is among Wycheproof's, too. */
static const struct {
    const char *seed, *public_key, *message, *signature;
} rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

/* Section 7.2 */
static const struct {
    const char *seed, *public_key, *message, *context, *signature;
} rfc8032_ctx[] = {
    {"0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
     "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
     "f726936d19c800494e3fdaff20b276a8", "foo",
     "55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a"
     "8b36950b95130022907a7fb7c4e9b2d5f6cca685a587b4b21f4b888e4e7edb0d"},
    {"0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
     "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
     "f726936d19c800494e3fdaff20b276a8", "bar",
     "fc60d5872fc46b3aa69f8b5b4351d5808f92bcc044606db097abab6dbcb1aee3"
     "216c48e8b3b66431b5b186d1d28f8ee15a5ca2df6668346291c2043d4eb3e90d"},
    {"0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
     "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
     "508e9e6882b979fea900f62adceaca35", "foo",
     "8b70c1cc8310e1de20ac53ce28ae6e7207f33c3295e03bb5c0732a1d20dc6490"
     "8922a8b052cf99b7c4fe107a5abb5b2c4085ae75890d02df26269d8945f84b0b"},
    {"ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
     "0f1d1274943b91415889152e893d80e93275a1fc0b65fd71b4b0dda10ad7d772",
     "f726936d19c800494e3fdaff20b276a8", "foo",
     "21655b5f1aa965996b3f97b3c849eafba922a0a62992f73b3d1b73106a84ad85"
     "e9b86a7b6005ea868337ff2d20a7f5fbd4cd10b0be49a68da2b2e0dc0ad8960f"},
};

/* Section 7.3, of "abc" */
static const char ph_seed[] = "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42";
static const char ph_signature[] =
    "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
    "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";

static void set_backend(int i)
{
    noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
}

static void random_bytes(uint8_t *out, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(seed);
}

static struct noncrypto_ed25519_key key_of(const char *seed_hex)
{
    struct noncrypto_ed25519_key key;
    uint8_t seed[32];

    check_unhex(seed, 32, seed_hex);
    noncrypto_ed25519_key_from_seed(&key, seed);
    return key;
}

static struct noncrypto_ed25519_key random_key(uint64_t *seed)
{
    struct noncrypto_ed25519_key key;
    uint8_t bytes[32];

    random_bytes(bytes, 32, seed);
    noncrypto_ed25519_key_from_seed(&key, bytes);
    return key;
}

START_TEST(signatures_are_those_of_rfc_8032)
{
    uint8_t message[64], expected[64], signature[64];

    set_backend(_i);
    for (size_t i = 0; i < sizeof rfc8032 / sizeof rfc8032[0]; i++) {
        struct noncrypto_ed25519_key key = key_of(rfc8032[i].seed);
        size_t len = check_unhex(message, sizeof message, rfc8032[i].message);
        check_unhex(expected, 64, rfc8032[i].public_key);
        ck_assert_mem_eq(key.public_key, expected, 32);
        check_unhex(expected, 64, rfc8032[i].signature);
        noncrypto_ed25519_sign(signature, &key, len ? message : NULL, len);
        ck_assert_mem_eq(signature, expected, 64);
        ck_assert_int_eq(
            noncrypto_ed25519_verify(signature, key.public_key, len ? message : NULL, len), 0);
    }
}
END_TEST

START_TEST(signatures_with_a_context_are_those_of_rfc_8032)
{
    uint8_t message[16], expected[64], signature[64];

    set_backend(_i);
    for (size_t i = 0; i < sizeof rfc8032_ctx / sizeof rfc8032_ctx[0]; i++) {
        struct noncrypto_ed25519_key key = key_of(rfc8032_ctx[i].seed);
        const char *context = rfc8032_ctx[i].context;
        check_unhex(message, 16, rfc8032_ctx[i].message);
        check_unhex(expected, 64, rfc8032_ctx[i].signature);
        ck_assert_int_eq(noncrypto_ed25519ctx_sign(signature, &key, context, 3, message, 16), 0);
        ck_assert_mem_eq(signature, expected, 64);
        ck_assert_int_eq(
            noncrypto_ed25519ctx_verify(signature, key.public_key, context, 3, message, 16), 0);
        ck_assert_int_eq(
            noncrypto_ed25519ctx_verify(signature, key.public_key, "fop", 3, message, 16),
            NONCRYPTO_E_VERIFY);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, message, 16),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

START_TEST(signatures_of_a_hash_are_those_of_rfc_8032)
{
    struct noncrypto_ed25519_key key;
    uint8_t digest[64], expected[64], signature[64];

    set_backend(_i);
    key = key_of(ph_seed);
    noncrypto_sha512(digest, "abc", 3);
    check_unhex(expected, 64, ph_signature);
    ck_assert_int_eq(noncrypto_ed25519ph_sign(signature, &key, NULL, 0, digest), 0);
    ck_assert_mem_eq(signature, expected, 64);
    ck_assert_int_eq(noncrypto_ed25519ph_verify(signature, key.public_key, NULL, 0, digest), 0);
    ck_assert_int_eq(noncrypto_ed25519ph_verify(signature, key.public_key, "x", 1, digest),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, digest, 64),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(contexts_of_a_wrong_length_are_refused)
{
    static const uint8_t zero[64];
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint8_t context[256] = {0}, digest[64] = {0}, signature[64];

    memset(signature, 0xee, 64);
    ck_assert_int_eq(noncrypto_ed25519ctx_sign(signature, &key, context, 0, "m", 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(signature, zero, 64);
    ck_assert_int_eq(noncrypto_ed25519ctx_sign(signature, &key, context, 256, "m", 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_ed25519ph_sign(signature, &key, context, 256, digest),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_ed25519ctx_sign(signature, &key, context, 255, "m", 1), 0);
    ck_assert_int_eq(noncrypto_ed25519ctx_verify(signature, key.public_key, context, 255, "m", 1),
                     0);
    ck_assert_int_eq(noncrypto_ed25519ctx_verify(signature, key.public_key, context, 256, "m", 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_ed25519ctx_verify(signature, key.public_key, context, 0, "m", 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_ed25519ph_verify(signature, key.public_key, context, 256, digest),
                     NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(a_flipped_bit_anywhere_makes_a_signature_fail)
{
    uint64_t seed = check_seed();
    struct noncrypto_ed25519_key key;
    uint8_t all[32 + 64 + 20];

    set_backend(_i);
    key = random_key(&seed);
    memcpy(all, key.public_key, 32);
    random_bytes(all + 96, 20, &seed);
    noncrypto_ed25519_sign(all + 32, &key, all + 96, 20);
    ck_assert_int_eq(noncrypto_ed25519_verify(all + 32, all, all + 96, 20), 0);
    for (unsigned bit = 0; bit < 8 * sizeof all; bit++) {
        all[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(noncrypto_ed25519_verify(all + 32, all, all + 96, 20), 0);
        all[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert_int_eq(noncrypto_ed25519_verify(all + 32, all, all + 96, 19), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(the_signature_may_overlap_the_message)
{
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint8_t buffer[100], expected[64];

    for (unsigned i = 0; i < sizeof buffer; i++)
        buffer[i] = (uint8_t)i;
    noncrypto_ed25519_sign(expected, &key, buffer + 10, 80);
    noncrypto_ed25519_sign(buffer, &key, buffer + 10, 80);
    ck_assert_mem_eq(buffer, expected, 64);
}
END_TEST

START_TEST(an_expanded_key_signs_as_its_seed_does)
{
    uint64_t seed = check_seed();
    uint8_t expanded[64], a[64], b[64], bytes[32];
    struct noncrypto_ed25519_key key, other;

    set_backend(_i);
    random_bytes(bytes, 32, &seed);
    noncrypto_ed25519_key_from_seed(&key, bytes);
    noncrypto_sha512(expanded, bytes, 32);
    noncrypto_edwards25519_scalar_clamp(expanded);
    noncrypto_ed25519_key_from_expanded(&other, expanded);
    ck_assert_mem_eq(&key, &other, sizeof key);
    /* A scalar reduced modulo L, as key blinding leaves it, is the same key. */
    noncrypto_edwards25519_scalar_reduce32(expanded, expanded);
    noncrypto_ed25519_key_from_expanded(&other, expanded);
    ck_assert_mem_eq(key.public_key, other.public_key, 32);
    noncrypto_ed25519_sign(a, &key, "m", 1);
    noncrypto_ed25519_sign(b, &other, "m", 1);
    ck_assert_mem_eq(a, b, 64);
}
END_TEST

START_TEST(disputed_signatures_are_judged_by_the_rules_of_the_header)
{
    uint8_t message[32], public_key[32], signature[64];

    set_backend(_i);
    for (size_t i = 0; i < NTAMING; i++) {
        check_unhex(message, 32, taming[i].message);
        check_unhex(public_key, 32, taming[i].public_key);
        check_unhex(signature, 64, taming[i].signature);
        ck_assert_msg(noncrypto_ed25519_verify(signature, public_key, message, 32) ==
                          taming[i].result,
                      "case %zu", i);
    }
}
END_TEST

/* S = k a + r for R = r B + T and any A: what a signer makes whose public points may have a part of small order. */
static void sign_with_points(uint8_t signature[64], const struct noncrypto_ed25519_key *key,
                             const uint8_t public_key[32], const uint8_t nonce[32],
                             const struct noncrypto_edwards25519 *torsion, const void *message,
                             size_t len)
{
    struct noncrypto_edwards25519 r;
    struct noncrypto_sha512 ctx;
    uint8_t digest[64];

    noncrypto_edwards25519_mul_base(&r, nonce);
    noncrypto_edwards25519_add(&r, &r, torsion);
    noncrypto_edwards25519_encode(signature, &r);
    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, signature, 32);
    noncrypto_sha512_update(&ctx, public_key, 32);
    noncrypto_sha512_update(&ctx, message, len);
    noncrypto_sha512_final(&ctx, digest);
    noncrypto_edwards25519_scalar_reduce64(digest, digest);
    noncrypto_edwards25519_scalar_mul_add(signature + 32, digest, key->scalar, nonce);
}

static struct noncrypto_edwards25519 small_point(unsigned i)
{
    struct noncrypto_edwards25519 t;
    uint8_t bytes[32];

    check_unhex(bytes, 32, small_order[i]);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&t, bytes), 0);
    return t;
}

/* A signature by a random key whose public key and R carry the a-th and r-th point of small order. */
static void mixed_signature(uint8_t public_key[32], uint8_t signature[64], unsigned a, unsigned r,
                            const void *message, size_t len, uint64_t *seed)
{
    struct noncrypto_ed25519_key key = random_key(seed);
    struct noncrypto_edwards25519 p, ta = small_point(a), tr = small_point(r);
    uint8_t nonce[32];

    random_bytes(nonce, 32, seed);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&p, key.public_key), 0);
    noncrypto_edwards25519_add(&p, &p, &ta);
    noncrypto_edwards25519_encode(public_key, &p);
    sign_with_points(signature, &key, public_key, nonce, &tr, message, len);
}

START_TEST(parts_of_small_order_do_not_matter)
{
    uint64_t seed = check_seed();
    uint8_t public_key[32], signature[64];

    set_backend(_i);
    for (unsigned i = 0; i < 64; i++) {
        mixed_signature(public_key, signature, i / 8, i % 8, "mixed", 5, &seed);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, public_key, "mixed", 5), 0);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, public_key, "mixee", 5),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

START_TEST(points_of_small_order_are_refused)
{
    uint8_t public_key[32], signature[64] = {0};
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint64_t seed = check_seed();

    set_backend(_i);
    for (unsigned i = 0; i < 8; i++) {
        /* With S = 0 or the right S, the equation holds for R of small order. */
        uint8_t zero[32] = {0};
        struct noncrypto_edwards25519 t = small_point(i);
        sign_with_points(signature, &key, key.public_key, zero, &t, "m", 1);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, "m", 1),
                         NONCRYPTO_E_VERIFY);
        check_unhex(public_key, 32, small_order[i]);
        struct noncrypto_ed25519_key other = random_key(&seed);
        noncrypto_ed25519_sign(signature, &other, "m", 1);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, public_key, "m", 1),
                         NONCRYPTO_E_INVALID);
        memset(signature, 0, 64);
        signature[0] = 1;
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, public_key, "m", 1),
                         NONCRYPTO_E_INVALID);
    }
}
END_TEST

START_TEST(encodings_that_are_not_canonical_are_refused)
{
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint8_t good[64], signature[64], bad[32];

    set_backend(_i);
    noncrypto_ed25519_sign(good, &key, "m", 1);
    for (unsigned i = 0; i < 38; i++) {
        memset(bad, 0xff, 32);
        bad[0] = (uint8_t)(0xed + i / 2);
        bad[31] = i % 2 ? 0xff : 0x7f;
        ck_assert_int_eq(noncrypto_ed25519_verify(good, bad, "m", 1), NONCRYPTO_E_INVALID);
        memcpy(signature, good, 64);
        memcpy(signature, bad, 32);
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, "m", 1),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

START_TEST(what_is_not_a_point_is_refused)
{
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint8_t signature[64], two[32] = {2};

    set_backend(_i);
    noncrypto_ed25519_sign(signature, &key, "m", 1);
    ck_assert_int_eq(noncrypto_ed25519_verify(signature, two, "m", 1), NONCRYPTO_E_INVALID);
    memcpy(signature, two, 32);
    ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, "m", 1),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

/* S + L is the same scalar, and was accepted by the first implementations. */
START_TEST(a_scalar_that_is_not_reduced_is_refused)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct noncrypto_ed25519_key key = key_of(ph_seed);
    uint8_t signature[64];

    set_backend(_i);
    noncrypto_ed25519_sign(signature, &key, "m", 1);
    for (unsigned multiple = 1; multiple < 15; multiple++) {
        unsigned carry = 0;
        for (unsigned i = 0; i < 32; i++) {
            carry += (unsigned)signature[32 + i] + order[i];
            signature[32 + i] = (uint8_t)carry;
            carry >>= 8;
        }
        ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, "m", 1),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

static Suite *ed25519_suite(void)
{
    Suite *suite = suite_create("noncrypto ed25519");
    TCase *tc = tcase_create("ed25519");

    tcase_add_loop_test(tc, signatures_are_those_of_rfc_8032, 0, 2);
    tcase_add_loop_test(tc, signatures_with_a_context_are_those_of_rfc_8032, 0, 2);
    tcase_add_loop_test(tc, signatures_of_a_hash_are_those_of_rfc_8032, 0, 2);
    tcase_add_test(tc, contexts_of_a_wrong_length_are_refused);
    tcase_add_loop_test(tc, a_flipped_bit_anywhere_makes_a_signature_fail, 0, 2);
    tcase_add_test(tc, the_signature_may_overlap_the_message);
    tcase_add_loop_test(tc, an_expanded_key_signs_as_its_seed_does, 0, 2);
    tcase_add_loop_test(tc, disputed_signatures_are_judged_by_the_rules_of_the_header, 0, 2);
    tcase_add_loop_test(tc, parts_of_small_order_do_not_matter, 0, 2);
    tcase_add_loop_test(tc, points_of_small_order_are_refused, 0, 2);
    tcase_add_loop_test(tc, encodings_that_are_not_canonical_are_refused, 0, 2);
    tcase_add_loop_test(tc, what_is_not_a_point_is_refused, 0, 2);
    tcase_add_loop_test(tc, a_scalar_that_is_not_reduced_is_refused, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ed25519_suite)
