#include <check_main.h>

#include <noncrypto/blake2b.h>

static void hash(uint8_t *out, size_t out_len, const void *key, size_t key_len, const void *data,
                 size_t len)
{
    struct noncrypto_blake2b ctx;
    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, out_len, key, key_len), 0);
    noncrypto_blake2b_update(&ctx, data, len);
    noncrypto_blake2b_final(&ctx, out);
}

START_TEST(the_example_of_the_rfc_holds)
{
    uint8_t expected[64], out[64];
    check_unhex(expected, sizeof expected,
                "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab"
                "792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    hash(out, sizeof out, NULL, 0, "abc", 3);
    ck_assert_mem_eq(out, expected, sizeof out);
}
END_TEST

/* The deterministic sequence of RFC 7693 appendix E. */
static void sequence(uint8_t *out, size_t len, uint32_t seed)
{
    uint32_t a = 0xdead4bad * seed;
    uint32_t b = 1;

    for (size_t i = 0; i < len; i++) {
        uint32_t t = a + b;
        a = b;
        b = t;
        out[i] = (uint8_t)(t >> 24);
    }
}

/* RFC 7693 appendix E: a hash over unkeyed and keyed hashes of several lengths. */
START_TEST(the_grand_hash_of_the_rfc_holds)
{
    static const size_t out_lens[] = {20, 32, 48, 64};
    static const size_t in_lens[] = {0, 3, 128, 129, 255, 1024};
    uint8_t in[1024], key[64], out[64], expected[32];
    struct noncrypto_blake2b ctx;

    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 32, NULL, 0), 0);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 6; j++) {
            sequence(in, in_lens[j], (uint32_t)in_lens[j]);
            hash(out, out_lens[i], NULL, 0, in, in_lens[j]);
            noncrypto_blake2b_update(&ctx, out, out_lens[i]);
            sequence(key, out_lens[i], (uint32_t)out_lens[i]);
            hash(out, out_lens[i], key, out_lens[i], in, in_lens[j]);
            noncrypto_blake2b_update(&ctx, out, out_lens[i]);
        }
    }
    noncrypto_blake2b_final(&ctx, out);
    check_unhex(expected, sizeof expected,
                "c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475");
    ck_assert_mem_eq(out, expected, sizeof expected);
}
END_TEST

START_TEST(two_updates_give_the_same_at_every_cut)
{
    enum { LEN = 520 };
    uint8_t in[LEN], expected[64], out[64];
    struct noncrypto_blake2b ctx;

    sequence(in, LEN, 7);
    hash(expected, 64, "key", 3, in, LEN);
    for (size_t cut = 0; cut <= LEN; cut++) {
        ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 64, "key", 3), 0);
        noncrypto_blake2b_update(&ctx, in, cut);
        noncrypto_blake2b_update(&ctx, in + cut, LEN - cut);
        noncrypto_blake2b_final(&ctx, out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

START_TEST(lengths_out_of_range_are_refused)
{
    struct noncrypto_blake2b ctx, before;
    uint8_t key[65] = {0};

    memset(&ctx, 0x5a, sizeof ctx);
    before = ctx;
    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 0, NULL, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 65, NULL, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 64, key, 65), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(&ctx, &before, sizeof ctx);
    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 1, key, 64), 0);
}
END_TEST

/* The state after 0, 1, ... 300 bytes goes on as if nothing had happened, whatever stands behind the bytes that wait. */
START_TEST(a_state_that_was_taken_out_goes_on)
{
    uint8_t data[300], state[NONCRYPTO_BLAKE2B_STATE_LEN], expected[64], out[64];

    sequence(data, sizeof data, 7);
    hash(expected, sizeof expected, NULL, 0, data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        struct noncrypto_blake2b ctx, other;
        ck_assert_int_eq(noncrypto_blake2b_init(&ctx, sizeof out, NULL, 0), 0);
        noncrypto_blake2b_update(&ctx, data, cut);
        noncrypto_blake2b_export(state, &ctx);
        for (size_t i = state[200]; i < NONCRYPTO_BLAKE2B_BLOCK_LEN; i++) {
            ck_assert_uint_eq(state[i], 0);
            state[i] = 0xaa;
        }
        memset(&other, 0x55, sizeof other);
        ck_assert_int_eq(noncrypto_blake2b_import(&other, sizeof out, state), 0);
        noncrypto_blake2b_update(&other, data + cut, sizeof data - cut);
        noncrypto_blake2b_final(&other, out);
        ck_assert_mem_eq(out, expected, sizeof out);
    }
}
END_TEST

/* Of "abc" before anything was compressed: RFC 7693, sections 2.6 and 3.3. */
START_TEST(a_state_has_its_documented_layout)
{
    uint8_t state[NONCRYPTO_BLAKE2B_STATE_LEN];
    struct noncrypto_blake2b ctx;

    ck_assert_int_eq(noncrypto_blake2b_init(&ctx, 64, NULL, 0), 0);
    noncrypto_blake2b_update(&ctx, "abc", 3);
    noncrypto_blake2b_export(state, &ctx);
    ck_assert_mem_eq(state, "abc\0\0", 5);
    ck_assert_mem_eq(state + 128, "\x48\xc9\xbd\xf2\x67\xe6\x09\x6a", 8);
    ck_assert_mem_eq(state + 192, "\0\0\0\0\0\0\0\0\3", 9);
}
END_TEST

START_TEST(a_state_that_cannot_be_is_refused)
{
    uint8_t state[NONCRYPTO_BLAKE2B_STATE_LEN] = {0};
    struct noncrypto_blake2b ctx, before;

    memset(&ctx, 0x55, sizeof ctx);
    before = ctx;
    ck_assert_int_eq(noncrypto_blake2b_import(&ctx, 0, state), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_blake2b_import(&ctx, 65, state), NONCRYPTO_E_INVALID);
    state[200] = 129;
    ck_assert_int_eq(noncrypto_blake2b_import(&ctx, 64, state), NONCRYPTO_E_INVALID);
    state[200] = 128;
    state[192] = 127;
    ck_assert_int_eq(noncrypto_blake2b_import(&ctx, 64, state), NONCRYPTO_E_INVALID);
    ck_assert_mem_eq(&ctx, &before, sizeof ctx);
    state[192] = 128;
    ck_assert_int_eq(noncrypto_blake2b_import(&ctx, 64, state), 0);
}
END_TEST

START_TEST(final_writes_only_what_was_asked_for_and_wipes_the_context)
{
    static const struct noncrypto_blake2b zero;
    struct noncrypto_blake2b ctx;
    uint8_t out[65];

    for (size_t len = 1; len <= 64; len++) {
        memset(&ctx, 0, sizeof ctx);
        memset(out, 0xee, sizeof out);
        ck_assert_int_eq(noncrypto_blake2b_init(&ctx, len, NULL, 0), 0);
        noncrypto_blake2b_final(&ctx, out);
        ck_assert_uint_eq(out[len], 0xee);
        ck_assert_mem_eq(&ctx, &zero, sizeof ctx);
    }
}
END_TEST

static Suite *blake2b_suite(void)
{
    Suite *suite = suite_create("noncrypto blake2b");
    TCase *tc = tcase_create("blake2b");
    tcase_add_test(tc, the_example_of_the_rfc_holds);
    tcase_add_test(tc, the_grand_hash_of_the_rfc_holds);
    tcase_add_test(tc, two_updates_give_the_same_at_every_cut);
    tcase_add_test(tc, lengths_out_of_range_are_refused);
    tcase_add_test(tc, a_state_that_was_taken_out_goes_on);
    tcase_add_test(tc, a_state_has_its_documented_layout);
    tcase_add_test(tc, a_state_that_cannot_be_is_refused);
    tcase_add_test(tc, final_writes_only_what_was_asked_for_and_wipes_the_context);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(blake2b_suite)
