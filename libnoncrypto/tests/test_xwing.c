/* X-Wing: the test vectors of draft-connolly-cfrg-xwing-kem-10 appendix C, and the interface. */
#include <check_main.h>

#include <noncrypto/memory.h>
#include <noncrypto/xwing.h>

#define PK_LEN NONCRYPTO_XWING_PUBLIC_KEY_LEN
#define CT_LEN NONCRYPTO_XWING_CIPHERTEXT_LEN

static struct noncrypto_xwing_workspace workspace;
static uint8_t seed[32], random64[64], pk[PK_LEN], ct[CT_LEN], shared[32], opened[32];

/*
 * Of the long values the beginning (from ML-KEM) and the end (from X25519): the shared secret depends on a hash of the whole
 * public key, and the body of the ciphertext is what ML-KEM's own vectors hold to.
 */
static const struct {
    const char *seed, *eseed, *ss, *pk_begin, *pk_end, *ct_begin, *ct_end;
} vectors[] = {
    {"7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
     "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
     "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
     "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
     "e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5b19cfc3d",
     "eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534",
     "b83aa828d4d62b9a83ceffe1d3d3bb1ef31264643c070c5798927e41fb07914a273f8f96",
     "7f31ed6f7cb1600de56f17576740ce2a32fc5145030145cfb97e63e0e41d354274a079d3e6fb2e15"},
    {"badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
     "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
     "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
     "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
     "0333285fa253661508c9fb444852caa4061636cb060e69943b431400134ae1fbc0228724",
     "cbb48fd4c562a576549f85b528c953926d96ea8a160b8843f1c89c62",
     "c93beb22326705699bbc3d1d0aa6339be7a405debe61a7c337e1a91453c097a6f77c1306",
     "00342d123f618aa8c91bdf6e0e03200693c9651e469aee6f91c98bea4127ae66312f4ae3ea155b67"},
    {"ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
     "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619"
     "f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
     "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
     "36244278824f77c621c660892c1c3886a9560caa52a97c461fd3958a598e749bbc8c7798",
     "c1c013747dfee80fb35b5299f555dcc2b787ea4f6f16ffdf66952461",
     "0d2e38cbf17a2e2e4e0c87a94ca1e7701ae1552e02509b3b00f9c82c39e3fd435b05b912",
     "64de6b6e1c3c8e03db5971a445992227c825590688d203523f527161137334"},
};

static void expect_begin(const uint8_t *data, const char *hex)
{
    uint8_t expected[64];
    size_t n = check_unhex(expected, sizeof expected, hex);
    ck_assert_mem_eq(data, expected, n);
}

static void expect_end(const uint8_t *data, size_t len, const char *hex)
{
    expect_begin(data + len - strlen(hex) / 2, hex);
}

START_TEST(the_vectors_of_the_draft_hold)
{
    check_unhex(seed, sizeof seed, vectors[_i].seed);
    check_unhex(random64, sizeof random64, vectors[_i].eseed);
    ck_assert_int_eq(noncrypto_xwing_public_key(pk, seed, sizeof seed, &workspace), 0);
    expect_begin(pk, vectors[_i].pk_begin);
    expect_end(pk, sizeof pk, vectors[_i].pk_end);
    ck_assert_int_eq(noncrypto_xwing_encaps(ct, shared, pk, sizeof pk, random64, &workspace), 0);
    expect_begin(ct, vectors[_i].ct_begin);
    expect_end(ct, sizeof ct, vectors[_i].ct_end);
    expect_begin(shared, vectors[_i].ss);
    ck_assert_int_eq(noncrypto_xwing_decaps(opened, seed, sizeof seed, ct, sizeof ct, &workspace),
                     0);
    ck_assert_mem_eq(opened, shared, sizeof shared);
}
END_TEST

static void fresh(void)
{
    uint64_t state = check_seed();
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)check_random(&state);
    for (size_t i = 0; i < sizeof random64; i++)
        random64[i] = (uint8_t)check_random(&state);
    ck_assert_int_eq(noncrypto_xwing_public_key(pk, seed, sizeof seed, &workspace), 0);
    ck_assert_int_eq(noncrypto_xwing_encaps(ct, shared, pk, sizeof pk, random64, &workspace), 0);
}

START_TEST(a_changed_ciphertext_gives_another_secret)
{
    static const size_t at[] = {0, 500, NONCRYPTO_MLKEM768_CIPHERTEXT_LEN - 1,
                                NONCRYPTO_MLKEM768_CIPHERTEXT_LEN, CT_LEN - 2};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        ct[at[i]] ^= 4;
        ck_assert_int_eq(
            noncrypto_xwing_decaps(opened, seed, sizeof seed, ct, sizeof ct, &workspace), 0);
        ck_assert_mem_ne(opened, shared, sizeof shared);
        ct[at[i]] ^= 4;
    }
}
END_TEST

START_TEST(wrong_lengths_are_refused_and_outputs_zeroed)
{
    static const uint8_t zeros[CT_LEN > PK_LEN ? CT_LEN : PK_LEN];
    uint8_t key[PK_LEN];

    memcpy(key, pk, sizeof key);
    ck_assert_int_eq(noncrypto_xwing_encaps(ct, shared, key, sizeof key - 1, random64, &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(ct, zeros, sizeof ct);
    ck_assert_mem_eq(shared, zeros, sizeof shared);
    ck_assert_int_eq(noncrypto_xwing_public_key(pk, seed, 31, &workspace), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(pk, zeros, sizeof pk);
    memset(opened, 1, sizeof opened);
    ck_assert_int_eq(
        noncrypto_xwing_decaps(opened, seed, sizeof seed, ct, sizeof ct - 1, &workspace),
        NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(opened, zeros, sizeof opened);
    memset(opened, 1, sizeof opened);
    ck_assert_int_eq(noncrypto_xwing_decaps(opened, seed, 33, ct, sizeof ct, &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(opened, zeros, sizeof opened);
}
END_TEST

START_TEST(a_public_key_that_is_none_is_refused)
{
    static const uint8_t zeros[CT_LEN];

    memset(pk, 0xff, 3); /* two coefficients above the modulus */
    ck_assert_int_eq(noncrypto_xwing_encaps(ct, shared, pk, sizeof pk, random64, &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(ct, zeros, sizeof ct);
    ck_assert_mem_eq(shared, zeros, sizeof shared);
}
END_TEST

START_TEST(a_point_of_small_order_is_not_an_error)
{
    memset(pk + NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN, 0, 32);
    ck_assert_int_eq(noncrypto_xwing_encaps(ct, shared, pk, sizeof pk, random64, &workspace), 0);
    memset(ct + NONCRYPTO_MLKEM768_CIPHERTEXT_LEN, 0, 32);
    ck_assert_int_eq(noncrypto_xwing_decaps(opened, seed, sizeof seed, ct, sizeof ct, &workspace),
                     0);
}
END_TEST

START_TEST(the_workspace_is_erased)
{
    static const struct noncrypto_xwing_workspace zeros;

    ck_assert_mem_eq(&workspace, &zeros, sizeof zeros);
    memset(&workspace, 1, sizeof workspace);
    ck_assert_int_eq(noncrypto_xwing_decaps(opened, seed, sizeof seed, ct, sizeof ct, &workspace),
                     0);
    ck_assert_mem_eq(&workspace, &zeros, sizeof zeros);
}
END_TEST

static Suite *xwing_suite(void)
{
    Suite *suite = suite_create("noncrypto xwing");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, the_vectors_of_the_draft_hold, 0, sizeof vectors / sizeof vectors[0]);
    suite_add_tcase(suite, tc);
    tc = tcase_create("interface");
    tcase_add_checked_fixture(tc, fresh, NULL);
    tcase_add_test(tc, a_changed_ciphertext_gives_another_secret);
    tcase_add_test(tc, wrong_lengths_are_refused_and_outputs_zeroed);
    tcase_add_test(tc, a_public_key_that_is_none_is_refused);
    tcase_add_test(tc, a_point_of_small_order_is_not_an_error);
    tcase_add_test(tc, the_workspace_is_erased);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(xwing_suite)
