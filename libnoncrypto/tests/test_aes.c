#include "aes_helpers.h"

#include <noncrypto/aes.h>

#include "aes/aes_private.h"

/* FIPS 197 appendix C, and SP 800-38A sections F.1.1, F.1.3 and F.1.5. */
static const struct {
    const char *key, *plain, *cipher;
} examples[] = {
    {"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
     "69c4e0d86a7b0430d8cdb78070b4c55a"},
    {"000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff",
     "dda97ca4864cdfe06eaf70a0ec0d7191"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089"},
    {"2b7e151628aed2a6abf7158809cf4f3c", "6bc1bee22e409f96e93d7e117393172a",
     "3ad77bb40d7a3660a89ecaf32466ef97"},
    {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "6bc1bee22e409f96e93d7e117393172a",
     "bd334f1d6e45f25ff712a214571fa5cc"},
    {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
     "6bc1bee22e409f96e93d7e117393172a", "f3eed1bdb5d2a03c064b5a7e3db181f8"},
};

START_TEST(blocks_are_those_of_fips_197)
{
    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bytes key = unhex(examples[i].key), block = unhex(examples[i].plain);
        struct noncrypto_aes aes;
        ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
        noncrypto_aes_encrypt(&aes, block.data, block.data);
        check_hex(block.data, 16, examples[i].cipher);
        noncrypto_aes_decrypt(&aes, block.data, block.data);
        check_hex(block.data, 16, examples[i].plain);
    }
}
END_TEST

/* FIPS 197 appendix A: the last round key. */
START_TEST(round_keys_are_those_of_fips_197)
{
    static const struct {
        const char *key, *last;
    } cases[] = {
        {"2b7e151628aed2a6abf7158809cf4f3c", "d014f9a8c9ee2589e13f0cc8b6630ca6"},
        {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "e98ba06f448c773c8ecc720401002202"},
        {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
         "fe4890d1e6188d0b046df344706c631e"},
    };

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes key = unhex(cases[i].key);
        struct noncrypto_aes aes;
        ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
        ck_assert_mem_eq(aes.round_keys[0], key.data, 16);
        check_hex(aes.round_keys[aes.rounds], 16, cases[i].last);
    }
}
END_TEST

START_TEST(key_of_another_length_is_refused)
{
    uint8_t key[64] = {1};
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    for (size_t len = 0; len <= sizeof key; len++) {
        int expected = len == 16 || len == 24 || len == 32 ? 0 : NONCRYPTO_E_INVALID;
        memset(&aes, 0xff, sizeof aes);
        ck_assert_int_eq(noncrypto_aes_init(&aes, key, len), expected);
        ck_assert_int_eq(all_zero((const uint8_t *)&aes, sizeof aes), expected != 0);
    }
}
END_TEST

/* Each of the 256 values in each of the 16 places, so each input of the S-box in each lane of the bitsliced state. */
START_TEST(back_ends_agree_on_blocks)
{
    uint64_t seed = check_seed();
    uint8_t key[32], block[16], portable[16], again[16];
    struct noncrypto_aes aes, from_portable;

    if (!use_backend(_i))
        return;
    for (unsigned i = 0; i < 3 * 256 * 16; i++) {
        size_t key_len = 16 + 8 * (i % 3);
        fill_random(key, sizeof key, &seed);
        fill_random(block, sizeof block, &seed);
        block[i / 3 % 16] = (uint8_t)(i / 48) ^ key[i / 3 % 16];
        ck_assert_int_eq(noncrypto_aes_init(&aes, key, key_len), 0);
        noncrypto_aes_encrypt(&aes, portable, block);
        noncrypto_aes_decrypt(&aes, again, portable);
        ck_assert_mem_eq(again, block, 16);
        use_backend(0);
        ck_assert_int_eq(noncrypto_aes_init(&from_portable, key, key_len), 0);
        ck_assert_mem_eq(&aes, &from_portable, sizeof aes);
        noncrypto_aes_encrypt(&from_portable, again, block);
        ck_assert_mem_eq(again, portable, 16);
        noncrypto_aes_decrypt(&from_portable, again, portable);
        ck_assert_mem_eq(again, block, 16);
        use_backend(_i);
    }
}
END_TEST

START_TEST(blocks_may_overlap)
{
    uint64_t seed = check_seed();
    uint8_t key[16], buffer[64], block[16], expected[16];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, sizeof key), 0);
    for (size_t to = 0; to <= 32; to++) {
        fill_random(buffer, sizeof buffer, &seed);
        memcpy(block, buffer + 16, 16);
        noncrypto_aes_encrypt(&aes, expected, block);
        noncrypto_aes_encrypt(&aes, buffer + to, buffer + 16);
        ck_assert_mem_eq(buffer + to, expected, 16);
        memmove(buffer + 16, buffer + to, 16);
        noncrypto_aes_decrypt(&aes, buffer + to, buffer + 16);
        ck_assert_mem_eq(buffer + to, block, 16);
    }
}
END_TEST

/* Each number of blocks in a batch, each block different. */
START_TEST(independent_blocks_are_encrypted_each_by_itself)
{
    uint64_t seed = check_seed();
    uint8_t key[32], in[20 * 16], out[20 * 16], one[16];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    for (unsigned i = 0; i < 3 * 20; i++) {
        size_t n = i / 3 + 1;
        fill_random(key, sizeof key, &seed);
        fill_random(in, sizeof in, &seed);
        ck_assert_int_eq(noncrypto_aes_init(&aes, key, 16 + 8 * (i % 3)), 0);
        noncrypto_aes_encrypt_blocks(&aes, out, in, n);
        for (size_t block = 0; block < n; block++) {
            noncrypto_aes_encrypt(&aes, one, in + 16 * block);
            ck_assert_mem_eq(out + 16 * block, one, 16);
        }
    }
}
END_TEST

static Suite *aes_suite(void)
{
    Suite *suite = suite_create("noncrypto aes");
    TCase *tc = tcase_create("aes");
    tcase_add_loop_test(tc, blocks_are_those_of_fips_197, 0, BACKENDS);
    tcase_add_loop_test(tc, round_keys_are_those_of_fips_197, 0, BACKENDS);
    tcase_add_loop_test(tc, key_of_another_length_is_refused, 0, BACKENDS);
    tcase_add_loop_test(tc, back_ends_agree_on_blocks, 0, BACKENDS);
    tcase_add_loop_test(tc, blocks_may_overlap, 0, BACKENDS);
    tcase_add_loop_test(tc, independent_blocks_are_encrypted_each_by_itself, 0, BACKENDS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_suite)
