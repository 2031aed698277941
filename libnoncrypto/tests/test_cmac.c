#include "aes_helpers.h"

#include <noncrypto/cmac.h>

#define KEY_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY_192 "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define KEY_256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define MESSAGE                                                        \
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" \
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

/* RFC 4493 section 4 and SP 800-38B appendix D: the beginning of one message. */
static const struct {
    const char *key;
    size_t len;
    const char *tag;
} examples[] = {
    {KEY_128, 0, "bb1d6929e95937287fa37d129b756746"},
    {KEY_128, 16, "070a16b46b4d4144f79bdd9dd04a287c"},
    {KEY_128, 40, "dfa66747de9ae63030ca32611497c827"},
    {KEY_128, 64, "51f0bebf7e3b9d92fc49741779363cfe"},
    {KEY_192, 0, "d17ddf46adaacde531cac483de7a9367"},
    {KEY_192, 16, "9e99a7bf31e710900662f65e617c5184"},
    {KEY_192, 40, "8a1de5be2eb31aad089a82e6ee908b0e"},
    {KEY_192, 64, "a1d5df0eed790f794d77589659f39a11"},
    {KEY_256, 0, "028962f61b7bf89efc6b551f4667d983"},
    {KEY_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
    {KEY_256, 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
    {KEY_256, 64, "e1992190549f6ed5696a2c056c315410"},
};

START_TEST(tags_are_those_of_the_standards)
{
    struct bytes message = unhex(MESSAGE);
    uint8_t tag[16];

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bytes key = unhex(examples[i].key);
        ck_assert_int_eq(noncrypto_cmac(tag, key.data, key.len, message.data, examples[i].len), 0);
        check_hex(tag, sizeof tag, examples[i].tag);
    }
}
END_TEST

/* SP 800-38B section 6.2, over the single block operation. */
static void reference(const struct noncrypto_aes *aes, uint8_t tag[16], const uint8_t *data,
                      size_t len)
{
    uint8_t k[16] = {0}, block[16] = {0};
    size_t last = len == 0 ? 0 : (len - 1) / 16 * 16;

    noncrypto_aes_encrypt(aes, k, k);
    for (unsigned times = len - last == 16 ? 1 : 2; times > 0; times--) {
        unsigned carry = k[0] >> 7;
        for (unsigned i = 0; i < 15; i++)
            k[i] = (uint8_t)(k[i] << 1 | k[i + 1] >> 7);
        k[15] = (uint8_t)(k[15] << 1 ^ carry * 0x87);
    }
    memset(tag, 0, 16);
    for (size_t i = 0; i < last; i++) {
        tag[i % 16] ^= data[i];
        if (i % 16 == 15)
            noncrypto_aes_encrypt(aes, tag, tag);
    }
    if (len > last)
        memcpy(block, data + last, len - last);
    if (len - last < 16)
        block[len - last] = 0x80;
    for (unsigned i = 0; i < 16; i++)
        tag[i] ^= block[i] ^ k[i];
    noncrypto_aes_encrypt(aes, tag, tag);
}

START_TEST(every_length_is_the_definition)
{
    uint64_t seed = check_seed();
    uint8_t key[32], data[1200], tag[16], expected[16];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    for (size_t len = 0; len <= 1100; len++) {
        size_t key_len = 16 + 8 * (len % 3);
        fill_random(key, sizeof key, &seed);
        fill_random(data, sizeof data, &seed);
        ck_assert_int_eq(noncrypto_aes_init(&aes, key, key_len), 0);
        reference(&aes, expected, data + len % 16, len);
        ck_assert_int_eq(noncrypto_cmac(tag, key, key_len, data + len % 16, len), 0);
        ck_assert_mem_eq(tag, expected, sizeof tag);
    }
}
END_TEST

START_TEST(a_message_in_parts_is_the_message_in_one)
{
    uint64_t seed = check_seed();
    uint8_t key[16], data[100], tag[16], expected[16];
    struct noncrypto_cmac start, cmac;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(data, sizeof data, &seed);
    ck_assert_int_eq(noncrypto_cmac_init(&start, key, sizeof key), 0);
    for (size_t len = 0; len <= sizeof data; len++) {
        ck_assert_int_eq(noncrypto_cmac(expected, key, sizeof key, data, len), 0);
        for (size_t at = 0; at <= len; at++) {
            cmac = start;
            noncrypto_cmac_update(&cmac, data, at);
            noncrypto_cmac_update(&cmac, data + at, len - at);
            noncrypto_cmac_final(&cmac, tag);
            ck_assert_mem_eq(tag, expected, sizeof tag);
        }
        cmac = start;
        for (size_t i = 0; i < len; i++)
            noncrypto_cmac_update(&cmac, data + i, 1);
        noncrypto_cmac_final(&cmac, tag);
        ck_assert_mem_eq(tag, expected, sizeof tag);
    }
}
END_TEST

START_TEST(the_tag_may_be_in_the_data)
{
    uint8_t key[16] = {1}, data[48] = {2}, tag[16];

    ck_assert_int_eq(noncrypto_cmac(tag, key, sizeof key, data, sizeof data), 0);
    ck_assert_int_eq(noncrypto_cmac(data + 20, key, sizeof key, data, sizeof data), 0);
    ck_assert_mem_eq(tag, data + 20, sizeof tag);
}
END_TEST

START_TEST(the_context_is_erased_at_the_end)
{
    uint8_t key[16] = {1}, tag[16];
    struct noncrypto_cmac cmac;

    ck_assert_int_eq(noncrypto_cmac_init(&cmac, key, sizeof key), 0);
    noncrypto_cmac_update(&cmac, NULL, 0);
    noncrypto_cmac_final(&cmac, tag);
    ck_assert(all_zero((const uint8_t *)&cmac, sizeof cmac));
}
END_TEST

START_TEST(key_of_another_length_is_refused)
{
    uint8_t key[33] = {0}, tag[16] = {0xaa};
    struct noncrypto_cmac cmac;

    for (size_t len = 0; len <= sizeof key; len++) {
        if (len == 16 || len == 24 || len == 32)
            continue;
        memset(&cmac, 0xff, sizeof cmac);
        ck_assert_int_eq(noncrypto_cmac_init(&cmac, key, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zero((const uint8_t *)&cmac, sizeof cmac));
        ck_assert_int_eq(noncrypto_cmac(tag, key, len, NULL, 0), NONCRYPTO_E_INVALID);
        ck_assert_uint_eq(tag[0], 0xaa);
    }
}
END_TEST

static Suite *cmac_suite(void)
{
    Suite *suite = suite_create("noncrypto cmac");
    TCase *tc = tcase_create("cmac");
    tcase_add_loop_test(tc, tags_are_those_of_the_standards, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, a_message_in_parts_is_the_message_in_one, 0, BACKENDS);
    tcase_add_test(tc, the_tag_may_be_in_the_data);
    tcase_add_test(tc, the_context_is_erased_at_the_end);
    tcase_add_test(tc, key_of_another_length_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(cmac_suite)
