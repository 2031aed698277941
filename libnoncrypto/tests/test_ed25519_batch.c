/* A batch says of any mixture of signatures what verifying one by one says. */
#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/sha2.h>

#include "ed25519_cases.h"

#define POOL 160
#define MAX  24

struct signed_case {
    uint8_t public_key[32], signature[64], message[32];
    int result;
};

static uint64_t workspace[MAX * NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN / 8];

static void set_backend(int i)
{
    noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
}

static void random_bytes(uint8_t *out, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(seed);
}

static void make_good(struct signed_case *c, uint64_t *seed)
{
    struct noncrypto_ed25519_key key;
    uint8_t bytes[32];

    random_bytes(bytes, 32, seed);
    random_bytes(c->message, 32, seed);
    noncrypto_ed25519_key_from_seed(&key, bytes);
    noncrypto_ed25519_sign(c->signature, &key, c->message, 32);
    memcpy(c->public_key, key.public_key, 32);
}

/* The signature S = k a + r with points of small order in A and R. */
static void make_mixed(struct signed_case *c, unsigned a, unsigned r, uint64_t *seed)
{
    struct noncrypto_edwards25519 p, t;
    struct noncrypto_sha512 ctx;
    uint8_t secret[32], nonce[32], digest[64], bytes[32];

    random_bytes(secret, 32, seed);
    random_bytes(nonce, 32, seed);
    random_bytes(c->message, 32, seed);
    noncrypto_edwards25519_mul_base(&p, secret);
    check_unhex(bytes, 32, small_order[a]);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&t, bytes), 0);
    noncrypto_edwards25519_add(&p, &p, &t);
    noncrypto_edwards25519_encode(c->public_key, &p);
    noncrypto_edwards25519_mul_base(&p, nonce);
    check_unhex(bytes, 32, small_order[r]);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&t, bytes), 0);
    noncrypto_edwards25519_add(&p, &p, &t);
    noncrypto_edwards25519_encode(c->signature, &p);
    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, c->signature, 32);
    noncrypto_sha512_update(&ctx, c->public_key, 32);
    noncrypto_sha512_update(&ctx, c->message, 32);
    noncrypto_sha512_final(&ctx, digest);
    noncrypto_edwards25519_scalar_reduce64(digest, digest);
    noncrypto_edwards25519_scalar_mul_add(c->signature + 32, digest, secret, nonce);
}

/* Good ones, the disputed ones, mixed ones, points of small order, encodings that are not canonical, and damaged ones. */
static void make_pool(struct signed_case pool[POOL], uint64_t *seed)
{
    for (unsigned i = 0; i < POOL; i++) {
        struct signed_case *c = &pool[i];
        make_good(c, seed);
        if (i < NTAMING) {
            check_unhex(c->public_key, 32, taming[i].public_key);
            check_unhex(c->signature, 64, taming[i].signature);
            check_unhex(c->message, 32, taming[i].message);
        } else if (i < 40) {
            make_mixed(c, i % 8, (i / 2) % 8, seed);
        } else if (i < 48) {
            check_unhex(c->public_key, 32, small_order[i % 8]);
        } else if (i < 56) {
            check_unhex(c->signature, 32, small_order[i % 8]);
        } else if (i < 64) {
            memset(i % 2 ? c->public_key : c->signature, 0xff, 32);
            *(i % 2 ? c->public_key : c->signature) = (uint8_t)(0xed + i % 19);
        } else if (i < 70) {
            memset(i % 2 ? c->public_key : c->signature, 0, 32);
            *(i % 2 ? c->public_key : c->signature) = 2;
        } else if (i < 80) {
            c->signature[i % 64] ^= 1;
        } else if (i < 90) {
            c->message[i % 32] ^= 4;
        }
        c->result = noncrypto_ed25519_verify(c->signature, c->public_key, c->message, 32);
    }
}

START_TEST(a_batch_agrees_with_single_verification_on_any_mixture)
{
    static struct signed_case pool[POOL];
    struct noncrypto_ed25519_signed batch[MAX];
    uint64_t seed = check_seed() + (uint64_t)_i;
    unsigned accepted = 0, refused = 0;
    uint8_t random[32];

    set_backend(_i);
    make_pool(pool, &seed);
    for (unsigned round = 0; round < 400; round++) {
        size_t count = check_random(&seed) % (MAX + 1);
        size_t capacity = 1 + check_random(&seed) % MAX;
        /* A third has only what is good by itself: mixed points and cases that other rules refuse among them. */
        int only_good = round % 3 == 0;
        int expected = 0;
        size_t first = 1000, bad = 1000;
        for (size_t i = 0; i < count; i++) {
            const struct signed_case *c;
            do
                c = &pool[check_random(&seed) % (round % 2 ? POOL : 40)];
            while ((only_good && c->result != 0) ||
                   (c->result != 0 && check_random(&seed) % 4 != 0));
            batch[i] =
                (struct noncrypto_ed25519_signed){c->public_key, c->signature, c->message, 32};
            if (c->result != 0 && expected == 0) {
                expected = c->result;
                first = i;
            }
        }
        random_bytes(random, 32, &seed);
        ck_assert_int_eq(
            noncrypto_ed25519_verify_batch(batch, count, random, workspace,
                                           capacity * NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN, &bad),
            expected);
        ck_assert_uint_eq(bad, first);
        accepted += expected == 0;
        refused += expected != 0;
    }
    ck_assert_uint_gt(accepted, 50);
    ck_assert_uint_gt(refused, 50);
}
END_TEST

/* Two wrong signatures whose errors cancel in a sum without random factors: S1 + 1 and S2 - 1. */
START_TEST(errors_that_cancel_are_found)
{
    static const uint8_t one[32] = {1};
    struct signed_case c[2];
    struct noncrypto_ed25519_signed batch[2];
    uint64_t seed = check_seed();
    uint8_t minus_one[32], random[32];
    size_t bad;

    set_backend(_i);
    noncrypto_edwards25519_scalar_negate(minus_one, one);
    for (unsigned i = 0; i < 2; i++) {
        make_good(&c[i], &seed);
        noncrypto_edwards25519_scalar_add(c[i].signature + 32, c[i].signature + 32,
                                          i ? minus_one : one);
        batch[i] =
            (struct noncrypto_ed25519_signed){c[i].public_key, c[i].signature, c[i].message, 32};
    }
    random_bytes(random, 32, &seed);
    ck_assert_int_eq(
        noncrypto_ed25519_verify_batch(batch, 2, random, workspace, sizeof workspace, &bad),
        NONCRYPTO_E_VERIFY);
    ck_assert_uint_eq(bad, 0);
}
END_TEST

START_TEST(each_place_of_a_bad_signature_is_named)
{
    struct signed_case c[MAX];
    struct noncrypto_ed25519_signed batch[MAX];
    uint64_t seed = check_seed();
    uint8_t random[32] = {0};
    size_t bad;

    set_backend(_i);
    for (unsigned i = 0; i < MAX; i++) {
        make_good(&c[i], &seed);
        batch[i] =
            (struct noncrypto_ed25519_signed){c[i].public_key, c[i].signature, c[i].message, 32};
    }
    for (unsigned i = 0; i < MAX; i++) {
        batch[i].len = 31;
        ck_assert_int_eq(noncrypto_ed25519_verify_batch(batch, MAX, random, workspace,
                                                        sizeof workspace / 3, &bad),
                         NONCRYPTO_E_VERIFY);
        ck_assert_uint_eq(bad, i);
        batch[i].len = 32;
    }
    ck_assert_int_eq(
        noncrypto_ed25519_verify_batch(batch, MAX, random, workspace, sizeof workspace, NULL), 0);
}
END_TEST

START_TEST(a_workspace_that_cannot_be_used_is_refused)
{
    struct signed_case c;
    uint64_t seed = check_seed();
    uint8_t random[32] = {0};
    size_t bad = 7;

    make_good(&c, &seed);
    struct noncrypto_ed25519_signed batch = {c.public_key, c.signature, c.message, 32};
    ck_assert_int_eq(noncrypto_ed25519_verify_batch(&batch, 1, random, workspace,
                                                    NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN - 1,
                                                    &bad),
                     NONCRYPTO_E_NO_SPACE);
    ck_assert_int_eq(noncrypto_ed25519_verify_batch(&batch, 1, random, (uint8_t *)workspace + 1,
                                                    NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN, &bad),
                     NONCRYPTO_E_INVALID);
    ck_assert_uint_eq(bad, 1);
    ck_assert_int_eq(noncrypto_ed25519_verify_batch(NULL, 0, random, NULL, 0, &bad), 0);
}
END_TEST

static Suite *batch_suite(void)
{
    Suite *suite = suite_create("noncrypto ed25519 batch");
    TCase *tc = tcase_create("batch");

    tcase_add_loop_test(tc, a_batch_agrees_with_single_verification_on_any_mixture, 0, 2);
    tcase_add_loop_test(tc, errors_that_cancel_are_found, 0, 2);
    tcase_add_loop_test(tc, each_place_of_a_bad_signature_is_named, 0, 2);
    tcase_add_test(tc, a_workspace_that_cannot_be_used_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(batch_suite)
