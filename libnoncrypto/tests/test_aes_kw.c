#include "aes_helpers.h"

#include <noncrypto/aes_kw.h>

#define KEK_128 "000102030405060708090a0b0c0d0e0f"
#define KEK_192 "000102030405060708090a0b0c0d0e0f1011121314151617"
#define KEK_256 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* RFC 3394 section 4. */
static const struct {
    const char *kek, *key, *wrapped;
} examples[] = {
    {KEK_128, "00112233445566778899aabbccddeeff",
     "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
    {KEK_192, "00112233445566778899aabbccddeeff",
     "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"},
    {KEK_256, "00112233445566778899aabbccddeeff",
     "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
    {KEK_192, "00112233445566778899aabbccddeeff0001020304050607",
     "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"},
    {KEK_256, "00112233445566778899aabbccddeeff0001020304050607",
     "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"},
    {KEK_256, "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
     "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
};

/* RFC 5649 section 6. */
static const struct {
    const char *kek, *key, *wrapped;
} padded_examples[] = {
    {"5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "c37b7e6492584340bed12207808941155068f738",
     "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"},
    {"5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "466f7250617369",
     "afbeb0f07dfbf5419200f2ccb50bb24f"},
};

static struct noncrypto_aes kek_of(const char *hex)
{
    struct bytes key = unhex(hex);
    struct noncrypto_aes kek;

    ck_assert_int_eq(noncrypto_aes_init(&kek, key.data, key.len), 0);
    return kek;
}

START_TEST(wrapped_keys_are_those_of_rfc_3394)
{
    uint8_t out[64], back[64];

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct noncrypto_aes kek = kek_of(examples[i].kek);
        struct bytes key = unhex(examples[i].key);
        ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, out, key.data, key.len), 0);
        check_hex(out, key.len + 8, examples[i].wrapped);
        ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, back, out, key.len + 8), 0);
        ck_assert_mem_eq(back, key.data, key.len);
    }
}
END_TEST

START_TEST(wrapped_keys_are_those_of_rfc_5649)
{
    uint8_t out[64], back[64];
    size_t back_len;

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof padded_examples / sizeof padded_examples[0]; i++) {
        struct noncrypto_aes kek = kek_of(padded_examples[i].kek);
        struct bytes key = unhex(padded_examples[i].key);
        size_t len = NONCRYPTO_AES_KWP_LEN(key.len);
        ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, out, key.data, key.len), 0);
        check_hex(out, len, padded_examples[i].wrapped);
        ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, back, &back_len, out, len), 0);
        ck_assert_uint_eq(back_len, key.len);
        ck_assert_mem_eq(back, key.data, key.len);
    }
}
END_TEST

/* Also that the back ends agree: what one has wrapped the other unwraps. */
START_TEST(every_length_comes_back)
{
    uint64_t seed = check_seed();
    struct noncrypto_aes kek = kek_of(KEK_256);
    uint8_t key[300], out[400], back[400];
    size_t back_len;

    if (!use_backend(_i))
        return;
    for (size_t len = 1; len <= 300; len++) {
        fill_random(key, sizeof key, &seed);
        ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, out, key, len), 0);
        use_backend(0);
        memset(back, 0xaa, sizeof back);
        size_t wrapped = NONCRYPTO_AES_KWP_LEN(len);
        ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, back, &back_len, out, wrapped), 0);
        ck_assert_uint_eq(back_len, len);
        ck_assert_mem_eq(back, key, len);
        ck_assert(all_zero(back + len, wrapped - 8 - len));
        ck_assert_uint_eq(back[wrapped - 8], 0xaa);
        use_backend(_i);
        if (len % 8 != 0 || len < 16)
            continue;
        ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, out, key, len), 0);
        use_backend(0);
        ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, back, out, len + 8), 0);
        ck_assert_mem_eq(back, key, len);
        use_backend(_i);
    }
}
END_TEST

START_TEST(a_changed_wrapping_is_refused_and_erased)
{
    struct noncrypto_aes kek = kek_of(KEK_128);
    uint8_t key[32] = {1, 2, 3}, out[40], back[32];
    size_t back_len;

    if (!use_backend(_i))
        return;
    ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, out, key, 32), 0);
    for (unsigned bit = 0; bit < 320; bit++) {
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        memset(back, 0xaa, sizeof back);
        ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, back, out, 40), NONCRYPTO_E_VERIFY);
        ck_assert(all_zero(back, sizeof back));
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* A plain wrapping is no padded one, nor the reverse. */
    ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, back, &back_len, out, 40), NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, out, key, 27), 0);
    ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, back, out, 40), NONCRYPTO_E_VERIFY);
    for (unsigned bit = 0; bit < 320; bit++) {
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        memset(back, 0xaa, sizeof back);
        ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, back, &back_len, out, 40),
                         NONCRYPTO_E_VERIFY);
        ck_assert_uint_eq(back_len, 0);
        ck_assert(all_zero(back, sizeof back));
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

/* One block under KWP is plain AES, so a block with any value, length and padding can be made. */
START_TEST(wrong_value_length_or_padding_is_refused)
{
    static const struct {
        const char *block;
        int result;
        size_t len;
    } cases[] = {
        {"a65959a60000000811223344556677ff", 0, 8},
        {"a65959a6000000071122334455667700", 0, 7},
        {"a65959a6000000011100000000000000", 0, 1},
        {"a65959a6000000001100000000000000", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6000000000000000000000000", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6000000091122334455667700", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6ffffffff1122334455667700", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6800000071122334455667700", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6000000071122334455667701", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6000000011101000000000000", NONCRYPTO_E_VERIFY, 0},
        {"a65959a6000000011100000000000080", NONCRYPTO_E_VERIFY, 0},
        {"a65959a7000000081122334455667788", NONCRYPTO_E_VERIFY, 0},
        {"265959a6000000081122334455667788", NONCRYPTO_E_VERIFY, 0},
    };
    struct noncrypto_aes kek = kek_of(KEK_128);
    uint8_t out[8];
    size_t len;

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes block = unhex(cases[i].block);
        noncrypto_aes_encrypt(&kek, block.data, block.data);
        ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, out, &len, block.data, 16),
                         cases[i].result);
        ck_assert_uint_eq(len, cases[i].len);
        ck_assert_int_eq(all_zero(out, sizeof out), cases[i].result != 0);
    }
}
END_TEST

START_TEST(buffers_may_overlap)
{
    uint64_t seed = check_seed();
    struct noncrypto_aes kek = kek_of(KEK_192);
    uint8_t key[24], buffer[96], expected[32];
    size_t len;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    for (size_t to = 0; to <= 64; to++) {
        ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, expected, key, 24), 0);
        memcpy(buffer + 32, key, 24);
        ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, buffer + to, buffer + 32, 24), 0);
        ck_assert_mem_eq(buffer + to, expected, 32);
        memcpy(buffer + 32, expected, 32);
        ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, buffer + to, buffer + 32, 32), 0);
        ck_assert_mem_eq(buffer + to, key, 24);

        ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, expected, key, 21), 0);
        memcpy(buffer + 32, key, 24);
        ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, buffer + to, buffer + 32, 21), 0);
        ck_assert_mem_eq(buffer + to, expected, 32);
        memcpy(buffer + 32, expected, 32);
        ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, buffer + to, &len, buffer + 32, 32), 0);
        ck_assert_mem_eq(buffer + to, key, 21);
    }
}
END_TEST

START_TEST(other_lengths_are_refused)
{
    struct noncrypto_aes kek = kek_of(KEK_128);
    uint8_t in[64] = {0}, out[80];
    size_t len;

    memset(out, 0xaa, sizeof out);
    for (size_t n = 0; n <= 48; n++) {
        if (n % 8 != 0 || n < 16)
            ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, out, in, n), NONCRYPTO_E_INVALID);
        if (n % 8 != 0 || n < 24)
            ck_assert_int_eq(noncrypto_aes_kw_unwrap(&kek, out, in, n), NONCRYPTO_E_INVALID);
        if (n % 8 != 0 || n < 16)
            ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, out, &len, in, n), NONCRYPTO_E_INVALID);
    }
    ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, out, in, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_kw_wrap(&kek, out, in, SIZE_MAX - 7), NONCRYPTO_E_INVALID);
#if SIZE_MAX > UINT32_MAX
    ck_assert_int_eq(noncrypto_aes_kwp_wrap(&kek, out, in, (size_t)1 << 32), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_kwp_unwrap(&kek, out, &len, in, ((size_t)1 << 32) + 16),
                     NONCRYPTO_E_INVALID);
#endif
    ck_assert_uint_eq(out[0], 0xaa);
}
END_TEST

static Suite *aes_kw_suite(void)
{
    Suite *suite = suite_create("noncrypto aes kw");
    TCase *tc = tcase_create("kw");
    tcase_add_loop_test(tc, wrapped_keys_are_those_of_rfc_3394, 0, BACKENDS);
    tcase_add_loop_test(tc, wrapped_keys_are_those_of_rfc_5649, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_comes_back, 0, BACKENDS);
    tcase_add_loop_test(tc, a_changed_wrapping_is_refused_and_erased, 0, BACKENDS);
    tcase_add_loop_test(tc, wrong_value_length_or_padding_is_refused, 0, BACKENDS);
    tcase_add_loop_test(tc, buffers_may_overlap, 0, BACKENDS);
    tcase_add_test(tc, other_lengths_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_kw_suite)
