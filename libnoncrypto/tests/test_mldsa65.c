/*
 * ML-DSA-65: the interface with each back end. The operations are in test_mldsa65_parts.c.
 */
#include <check_main.h>

#include <noncrypto/mldsa65.h>
#include <noncrypto/sha3.h>

#include "mldsa/mldsa.h"

#define PK_LEN  NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN
#define SK_LEN  NONCRYPTO_MLDSA65_SECRET_KEY_LEN
#define SIG_LEN NONCRYPTO_MLDSA65_SIGNATURE_LEN

static struct noncrypto_mldsa65_workspace workspace;
static struct noncrypto_mldsa65_sign_workspace sign_workspace;
static uint8_t seed[NONCRYPTO_MLDSA65_SEED_LEN], pk[PK_LEN], sk[SK_LEN], sig[SIG_LEN];
static uint8_t random_bytes[NONCRYPTO_MLDSA65_RANDOM_LEN];
static const uint8_t message[] = "All that is gold does not glitter";
static const uint8_t context[256] = "context";
#define CONTEXT_LEN 7

static void fill(void *out, size_t len, uint64_t *state)
{
    uint8_t *p = out;
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(state);
}

static int is_zero(const void *data, size_t len)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

/* Loop tests run with what the processor has, and with portable C alone. */
static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

static int sign(const uint8_t *random)
{
    return noncrypto_mldsa65_sign(sig, sk, SK_LEN, message, sizeof message, context, CONTEXT_LEN,
                                  random, &sign_workspace);
}

static int verify(void)
{
    return noncrypto_mldsa65_verify(pk, PK_LEN, message, sizeof message, context, CONTEXT_LEN, sig,
                                    SIG_LEN, &workspace);
}

static void make_key_and_signature(void)
{
    uint64_t state = check_seed();
    fill(seed, sizeof seed, &state);
    fill(random_bytes, sizeof random_bytes, &state);
    ck_assert_int_eq(noncrypto_mldsa65_keygen(pk, sk, seed, sizeof seed, &workspace), 0);
    ck_assert_int_eq(sign(NULL), 0);
    ck_assert_int_eq(verify(), 0);
}

START_TEST(back_ends_make_the_same_keys_and_signatures)
{
    uint8_t first[PK_LEN + SK_LEN + SIG_LEN];
    uint64_t state = check_seed();

    for (int round = 0; round < 50; round++) {
        fill(seed, sizeof seed, &state);
        fill(random_bytes, sizeof random_bytes, &state);
        for (int i = 0; i < 2; i++) {
            choose_back_end(i);
            ck_assert_int_eq(noncrypto_mldsa65_keygen(pk, sk, seed, sizeof seed, &workspace), 0);
            ck_assert_int_eq(sign(round % 2 ? random_bytes : NULL), 0);
            ck_assert_int_eq(verify(), 0);
            if (i == 0) {
                memcpy(first, pk, PK_LEN);
                memcpy(first + PK_LEN, sk, SK_LEN);
                memcpy(first + PK_LEN + SK_LEN, sig, SIG_LEN);
            }
        }
        ck_assert_mem_eq(pk, first, PK_LEN);
        ck_assert_mem_eq(sk, first + PK_LEN, SK_LEN);
        ck_assert_mem_eq(sig, first + PK_LEN + SK_LEN, SIG_LEN);
    }
}
END_TEST

START_TEST(a_hedged_signature_depends_on_the_random_bytes_and_another_is_repeated)
{
    uint8_t other[SIG_LEN];

    make_key_and_signature();
    memcpy(other, sig, sizeof sig);
    ck_assert_int_eq(sign(NULL), 0);
    ck_assert_mem_eq(sig, other, sizeof sig);
    memset(random_bytes, 0, sizeof random_bytes);
    ck_assert_int_eq(sign(random_bytes), 0);
    ck_assert_mem_eq(sig, other, sizeof sig);
    random_bytes[31] = 1;
    ck_assert_int_eq(sign(random_bytes), 0);
    ck_assert_mem_ne(sig, other, sizeof sig);
    ck_assert_int_eq(verify(), 0);
}
END_TEST

START_TEST(a_flip_in_any_byte_of_the_signature_is_found)
{
    uint64_t state = check_seed();

    choose_back_end(_i);
    make_key_and_signature();
    for (size_t i = 0; i < SIG_LEN; i++) {
        uint8_t flip = (uint8_t)(1u << check_random(&state) % 8);
        sig[i] ^= flip;
        ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
        sig[i] ^= flip;
    }
    ck_assert_int_eq(verify(), 0);
}
END_TEST

START_TEST(a_flip_in_the_public_key_is_found)
{
    make_key_and_signature();
    for (size_t i = 0; i < PK_LEN; i += 3) {
        pk[i] ^= 1;
        ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
        pk[i] ^= 1;
    }
}
END_TEST

static int verify_what(const uint8_t *text, size_t len, const uint8_t *ctx, size_t ctx_len)
{
    return noncrypto_mldsa65_verify(pk, PK_LEN, text, len, ctx, ctx_len, sig, SIG_LEN, &workspace);
}

START_TEST(message_and_context_are_both_signed)
{
    uint8_t other[sizeof message];

    make_key_and_signature();
    memcpy(other, message, sizeof message);
    for (size_t i = 0; i < sizeof message; i++) {
        other[i] ^= 0x20;
        ck_assert_int_eq(verify_what(other, sizeof other, context, CONTEXT_LEN),
                         NONCRYPTO_E_VERIFY);
        other[i] ^= 0x20;
    }
    ck_assert_int_eq(verify_what(message, sizeof message - 1, context, CONTEXT_LEN),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(verify_what(message, 0, context, CONTEXT_LEN), NONCRYPTO_E_VERIFY);
    for (size_t len = 0; len <= 255; len++)
        ck_assert_int_eq(verify_what(message, sizeof message, context, len),
                         len == CONTEXT_LEN ? 0 : NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(verify_what(message, sizeof message, message, CONTEXT_LEN),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(a_context_has_255_bytes_at_most)
{
    uint8_t mu[64];

    make_key_and_signature();
    for (size_t len = 254; len <= 256; len++) {
        int expected = len <= 255 ? 0 : NONCRYPTO_E_INVALID;
        memset(sig, 0xee, sizeof sig);
        memset(mu, 0xee, sizeof mu);
        ck_assert_int_eq(noncrypto_mldsa65_sign(sig, sk, SK_LEN, message, sizeof message, context,
                                                len, NULL, &sign_workspace),
                         expected);
        ck_assert_int_eq(verify_what(message, sizeof message, context, len), expected);
        ck_assert_int_eq(noncrypto_mldsa65_mu(mu, sk + 64, message, 5, context, len), expected);
        ck_assert_int_eq(is_zero(sig, sizeof sig), expected != 0);
        ck_assert_int_eq(is_zero(mu, sizeof mu), expected != 0);
    }
    ck_assert_int_eq(
        noncrypto_mldsa65_sign(sig, sk, SK_LEN, NULL, 0, NULL, 0, NULL, &sign_workspace), 0);
    ck_assert_int_eq(verify_what(NULL, 0, NULL, 0), 0);
}
END_TEST

START_TEST(wrong_lengths_are_refused)
{
    static uint8_t longer[SK_LEN + 1];

    make_key_and_signature();
    memcpy(longer, sig, SIG_LEN);
    for (size_t len = 0; len <= SIG_LEN + 1; len++)
        ck_assert_int_eq(noncrypto_mldsa65_verify(pk, PK_LEN, message, sizeof message, context,
                                                  CONTEXT_LEN, longer, len, &workspace),
                         len == SIG_LEN ? 0 : NONCRYPTO_E_VERIFY);
    memcpy(longer, pk, PK_LEN);
    for (size_t len = 0; len <= PK_LEN + 1; len++) {
        int expected = len == PK_LEN ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mldsa65_check_public_key(longer, len), expected);
        ck_assert_int_eq(noncrypto_mldsa65_verify(longer, len, message, sizeof message, context,
                                                  CONTEXT_LEN, sig, SIG_LEN, &workspace),
                         expected);
    }
    memcpy(longer, sk, SK_LEN);
    for (size_t len = SK_LEN - 1; len <= SK_LEN + 1; len++) {
        int expected = len == SK_LEN ? 0 : NONCRYPTO_E_INVALID;
        memset(sig, 0xee, sizeof sig);
        ck_assert_int_eq(noncrypto_mldsa65_check_secret_key(longer, len), expected);
        ck_assert_int_eq(noncrypto_mldsa65_sign(sig, longer, len, message, sizeof message, context,
                                                CONTEXT_LEN, NULL, &sign_workspace),
                         expected);
        ck_assert_int_eq(is_zero(sig, sizeof sig), expected != 0);
    }
    for (size_t len = 0; len <= sizeof seed + 1; len++) {
        int expected = len == sizeof seed ? 0 : NONCRYPTO_E_INVALID;
        ck_assert_int_eq(noncrypto_mldsa65_keygen(pk, sk, longer, len, &workspace), expected);
        ck_assert_int_eq(is_zero(pk, sizeof pk), expected != 0);
        ck_assert_int_eq(is_zero(sk, sizeof sk), expected != 0);
    }
}
END_TEST

START_TEST(a_secret_key_with_a_coefficient_out_of_range_is_refused)
{
    make_key_and_signature();
    for (size_t i = MLDSA_SK_S1; i < MLDSA_SK_T0; i++) {
        uint8_t kept = sk[i];
        for (unsigned half = 0; half < 16; half++) {
            int expected = half <= 8 ? 0 : NONCRYPTO_E_INVALID;
            sk[i] = (uint8_t)((kept & 0xf0) | half);
            ck_assert_int_eq(noncrypto_mldsa65_check_secret_key(sk, SK_LEN), expected);
            sk[i] = (uint8_t)((kept & 0xf) | half << 4);
            ck_assert_int_eq(noncrypto_mldsa65_check_secret_key(sk, SK_LEN), expected);
        }
        ck_assert_int_eq(sign(NULL), NONCRYPTO_E_INVALID);
        ck_assert(is_zero(sig, sizeof sig));
        sk[i] = kept;
    }
}
END_TEST

START_TEST(a_prehashed_message_is_another_message)
{
    uint8_t digest[64], mu[64], tr[64];

    make_key_and_signature();
    noncrypto_mldsa65_tr(tr, pk);
    ck_assert_mem_eq(tr, sk + MLDSA_SK_TR, sizeof tr);
    noncrypto_sha3_512(digest, message, sizeof message);
    ck_assert_int_eq(noncrypto_mldsa65_mu_prehashed(mu, tr, NONCRYPTO_MLDSA65_SHA3_512, digest, 64,
                                                    context, CONTEXT_LEN),
                     0);
    ck_assert_int_eq(noncrypto_mldsa65_sign_mu(sig, sk, SK_LEN, mu, NULL, &sign_workspace), 0);
    ck_assert_int_eq(noncrypto_mldsa65_verify_mu(pk, PK_LEN, mu, sig, SIG_LEN, &workspace), 0);
    ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(verify_what(digest, sizeof digest, context, CONTEXT_LEN), NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_mldsa65_mu_prehashed(mu, tr, NONCRYPTO_MLDSA65_SHA512, digest, 64,
                                                    context, CONTEXT_LEN),
                     0);
    ck_assert_int_eq(noncrypto_mldsa65_verify_mu(pk, PK_LEN, mu, sig, SIG_LEN, &workspace),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(a_digest_has_the_length_of_its_hash)
{
    /* Bytes, from NONCRYPTO_MLDSA65_SHA256 on. */
    static const size_t lengths[] = {32, 48, 64, 28, 28, 32, 28, 32, 48, 64, 32, 64};
    uint8_t digest[65] = {0}, mu[64];

    make_key_and_signature();
    for (int hash = 0; hash <= 13; hash++)
        for (size_t len = 0; len <= sizeof digest; len++) {
            int good = hash >= 1 && hash <= 12 && len == lengths[hash - 1];
            memset(mu, 0xee, sizeof mu);
            ck_assert_int_eq(noncrypto_mldsa65_mu_prehashed(mu, sk + 64,
                                                            (enum noncrypto_mldsa65_prehash)hash,
                                                            digest, len, context, CONTEXT_LEN),
                             good ? 0 : NONCRYPTO_E_INVALID);
            ck_assert_int_eq(is_zero(mu, sizeof mu), !good);
        }
    ck_assert_int_eq(noncrypto_mldsa65_mu_prehashed(mu, sk + 64, NONCRYPTO_MLDSA65_SHA256, digest,
                                                    32, context, 256),
                     NONCRYPTO_E_INVALID);
}
END_TEST

/* Every other encoding of the hints of a signature: none may verify, or signatures could be changed by anybody. */
START_TEST(hints_have_one_encoding)
{
    uint8_t kept[MLDSA_OMEGA + MLDSA_K];
    uint8_t *hint = sig + MLDSA_SIG_HINT, *ends = hint + MLDSA_OMEGA;
    unsigned nswaps = 0, nrepeats = 0;

    make_key_and_signature();
    memcpy(kept, hint, sizeof kept);
    unsigned total = ends[MLDSA_K - 1];
    ck_assert_uint_gt(total, 1);
    ck_assert_uint_lt(total, MLDSA_OMEGA);
    for (unsigned i = 0, first = 0; i < MLDSA_K; first = kept[MLDSA_OMEGA + i++])
        for (unsigned j = first; j + 1 < kept[MLDSA_OMEGA + i]; j++) {
            hint[j] = kept[j + 1]; /* wrong order */
            hint[j + 1] = kept[j];
            ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
            nswaps++;
            memcpy(hint, kept, sizeof kept); /* the same twice, all others as they were */
            memmove(hint + j + 1, hint + j, total - j);
            for (unsigned k = i; k < MLDSA_K; k++)
                ends[k]++;
            ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
            nrepeats++;
            memcpy(hint, kept, sizeof kept);
        }
    ck_assert_uint_gt(nswaps, 0);
    ck_assert_uint_gt(nrepeats, 0);
    for (unsigned j = total; j < MLDSA_OMEGA; j++) { /* something after the last */
        hint[j] = 1;
        ck_assert_int_eq(verify(), NONCRYPTO_E_VERIFY);
        hint[j] = 0;
    }
    for (unsigned i = 0; i < MLDSA_K; i++) { /* other ends: too many, falling, above omega */
        for (unsigned end = 0; end < 256; end++) {
            ends[i] = (uint8_t)end;
            ck_assert_int_eq(verify(), end == kept[MLDSA_OMEGA + i] ? 0 : NONCRYPTO_E_VERIFY);
        }
        ends[i] = kept[MLDSA_OMEGA + i];
    }
    ck_assert_int_eq(verify(), 0);
}
END_TEST

START_TEST(the_workspace_holds_no_secret_after_a_call)
{
    choose_back_end(_i);
    make_key_and_signature();
    memset(&workspace, 0xee, sizeof workspace);
    memset(&sign_workspace, 0xee, sizeof sign_workspace);
    ck_assert_int_eq(noncrypto_mldsa65_keygen(pk, sk, seed, sizeof seed, &workspace), 0);
    ck_assert(is_zero(&workspace, sizeof workspace));
    ck_assert_int_eq(sign(NULL), 0);
    ck_assert(is_zero(&sign_workspace, sizeof sign_workspace));
}
END_TEST

static Suite *mldsa65_suite(void)
{
    Suite *suite = suite_create("noncrypto mldsa65");
    TCase *tc = tcase_create("interface");
    tcase_add_test(tc, back_ends_make_the_same_keys_and_signatures);
    tcase_add_test(tc, a_hedged_signature_depends_on_the_random_bytes_and_another_is_repeated);
    tcase_add_loop_test(tc, a_flip_in_any_byte_of_the_signature_is_found, 0, 2);
    tcase_add_test(tc, a_flip_in_the_public_key_is_found);
    tcase_add_test(tc, message_and_context_are_both_signed);
    tcase_add_test(tc, a_context_has_255_bytes_at_most);
    tcase_add_test(tc, wrong_lengths_are_refused);
    tcase_add_test(tc, a_secret_key_with_a_coefficient_out_of_range_is_refused);
    tcase_add_test(tc, a_prehashed_message_is_another_message);
    tcase_add_test(tc, a_digest_has_the_length_of_its_hash);
    tcase_add_test(tc, hints_have_one_encoding);
    tcase_add_loop_test(tc, the_workspace_holds_no_secret_after_a_call, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mldsa65_suite)
