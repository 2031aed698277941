/*
 * Composite signatures: each half against the scheme it is of, over the representative that the draft's section 2.2 writes
 * down, and every way in which one is not valid.
 */
#include <check_main.h>

#include <noncrypto/memory.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/sha2.h>

#define PK_LEN  NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN
#define SIG_LEN NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN

static const char label[] = "COMPSIG-MLDSA65-Ed25519-SHA512";
/* The message and the context of the draft's example of a representative (appendix D). */
static const uint8_t message[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t context[8] = {0x08, 0x13, 0x06, 0x12, 0x05, 0x16, 0x26, 0x23};

static struct noncrypto_mldsa65_ed25519_workspace workspace;
static struct noncrypto_mldsa65_ed25519_sign_workspace sign_workspace;
static uint8_t seed[64], pk[PK_LEN], sig[SIG_LEN];

static void sign_example(void)
{
    uint64_t state = check_seed();
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)check_random(&state);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_public_key(pk, seed, sizeof seed, &workspace), 0);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_sign(sig, seed, sizeof seed, message, sizeof message,
                                                    context, sizeof context, NULL, &sign_workspace),
                     0);
}

static int verify(void)
{
    return noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, message, sizeof message, context,
                                            sizeof context, sig, sizeof sig, &workspace);
}

START_TEST(each_half_signs_the_representative)
{
    /* Prefix, label, length of the context, context, SHA-512 of the message: the last two as the draft prints them. */
    static const char head[] = "436f6d706f73697465416c676f726974686d5369676e6174757265733230"
                               "3235";
    static const char tail[] =
        "080813061205162623"
        "0f89ee1fcb7b0a4f7809d1267a029719004c5a5e5ec323a7c3523a20974f"
        "9a3f202f56fadba4cd9e8d654ab9f2e96dc5c795ea176fa20ede8d854c342f903533";
    uint8_t m[32 + sizeof label - 1 + 9 + 64];

    size_t len = check_unhex(m, sizeof m, head);
    memcpy(m + len, label, sizeof label - 1);
    len += sizeof label - 1;
    len += check_unhex(m + len, sizeof m - len, tail);
    ck_assert_uint_eq(len, sizeof m);
    ck_assert_int_eq(noncrypto_mldsa65_verify(pk, 1952, m, len, (const uint8_t *)label,
                                              sizeof label - 1, sig, 3309, &workspace.mldsa),
                     0);
    ck_assert_int_eq(noncrypto_ed25519_verify(sig + 3309, pk + 1952, m, len), 0);
}
END_TEST

START_TEST(the_public_key_is_both_public_keys)
{
    struct noncrypto_ed25519_key key;
    uint8_t mldsa_pk[1952], mldsa_sk[4032];

    ck_assert_int_eq(noncrypto_mldsa65_keygen(mldsa_pk, mldsa_sk, seed, 32, &workspace.mldsa), 0);
    ck_assert_mem_eq(pk, mldsa_pk, sizeof mldsa_pk);
    noncrypto_ed25519_key_from_seed(&key, seed + 32);
    ck_assert_mem_eq(pk + 1952, key.public_key, 32);
}
END_TEST

START_TEST(a_valid_signature_verifies_also_from_a_digest)
{
    struct noncrypto_sha512 ctx;
    uint8_t digest[64];

    ck_assert_int_eq(verify(), 0);
    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, message, 3);
    noncrypto_sha512_update(&ctx, message + 3, sizeof message - 3);
    noncrypto_sha512_final(&ctx, digest);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify_digest(pk, sizeof pk, digest, context,
                                                             sizeof context, sig, sizeof sig,
                                                             &workspace),
                     0);
}
END_TEST

START_TEST(damage_in_either_half_is_found)
{
    static const size_t at[] = {0, 31, 2000, 3308, 3309, 3340, 3341, SIG_LEN - 1};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        sig[at[i]] ^= 1;
        ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
        sig[at[i]] ^= 1;
    }
    ck_assert_int_eq(verify(), 0);
}
END_TEST

START_TEST(another_message_context_or_key_does_not_verify)
{
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, message, sizeof message - 1,
                                                      context, sizeof context, sig, sizeof sig,
                                                      &workspace),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, message, sizeof message,
                                                      context, sizeof context - 1, sig, sizeof sig,
                                                      &workspace),
                     NONCRYPTO_E_VERIFY);
    pk[7] ^= 1;
    ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(halves_of_two_signatures_do_not_make_one)
{
    uint8_t other[SIG_LEN];

    ck_assert_int_eq(noncrypto_mldsa65_ed25519_sign(other, seed, sizeof seed, message, 4, context,
                                                    sizeof context, NULL, &sign_workspace),
                     0);
    memcpy(sig, other, 3309);
    ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(lengths_are_checked)
{
    static const uint8_t zeros[SIG_LEN], long_context[256];
    uint8_t out[SIG_LEN];

    memset(out, 1, sizeof out);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_sign(out, seed, 63, message, sizeof message, NULL, 0,
                                                    NULL, &sign_workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(out, zeros, sizeof out);
    memset(out, 1, sizeof out);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_sign(out, seed, 64, message, sizeof message,
                                                    long_context, 256, NULL, &sign_workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(out, zeros, sizeof out);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, message, sizeof message,
                                                      context, sizeof context, sig, sizeof sig - 1,
                                                      &workspace),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk - 1, message, sizeof message,
                                                      context, sizeof context, sig, sizeof sig,
                                                      &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, message, sizeof message,
                                                      long_context, 256, sig, sizeof sig,
                                                      &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_public_key(pk, seed, 65, &workspace),
                     NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(pk, zeros, sizeof pk);
}
END_TEST

START_TEST(the_longest_context_and_a_hedged_signature_verify)
{
    static const uint8_t long_context[255] = {1}, random[32] = {2};

    ck_assert_int_eq(noncrypto_mldsa65_ed25519_sign(sig, seed, sizeof seed, NULL, 0, long_context,
                                                    255, random, &sign_workspace),
                     0);
    ck_assert_int_eq(noncrypto_mldsa65_ed25519_verify(pk, sizeof pk, NULL, 0, long_context, 255,
                                                      sig, sizeof sig, &workspace),
                     0);
}
END_TEST

START_TEST(workspaces_are_erased_after_secrets)
{
    static const struct noncrypto_mldsa65_ed25519_sign_workspace sign_zeros;
    static const struct noncrypto_mldsa65_ed25519_workspace zeros;

    ck_assert_mem_eq(&sign_workspace, &sign_zeros, sizeof sign_zeros);
    ck_assert_mem_eq(&workspace, &zeros, sizeof zeros);
}
END_TEST

static Suite *composite_suite(void)
{
    Suite *suite = suite_create("noncrypto mldsa65_ed25519");
    TCase *tc = tcase_create("composite");
    tcase_add_checked_fixture(tc, sign_example, NULL);
    tcase_add_test(tc, each_half_signs_the_representative);
    tcase_add_test(tc, the_public_key_is_both_public_keys);
    tcase_add_test(tc, a_valid_signature_verifies_also_from_a_digest);
    tcase_add_test(tc, damage_in_either_half_is_found);
    tcase_add_test(tc, another_message_context_or_key_does_not_verify);
    tcase_add_test(tc, halves_of_two_signatures_do_not_make_one);
    tcase_add_test(tc, lengths_are_checked);
    tcase_add_test(tc, the_longest_context_and_a_hedged_signature_verify);
    tcase_add_test(tc, workspaces_are_erased_after_secrets);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(composite_suite)
