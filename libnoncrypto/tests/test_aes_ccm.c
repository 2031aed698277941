#include "aes_helpers.h"

#include <noncrypto/aes_ccm.h>

/* SP 800-38C appendix C.1 to C.3, RFC 3610 section 8. */
static const struct {
    const char *key, *nonce, *aad, *plain, *cipher, *tag;
} examples[] = {
    {"404142434445464748494a4b4c4d4e4f", "10111213141516", "0001020304050607", "20212223",
     "7162015b", "4dac255d"},
    {"404142434445464748494a4b4c4d4e4f", "1011121314151617", "000102030405060708090a0b0c0d0e0f",
     "202122232425262728292a2b2c2d2e2f", "d2a1f0e051ea5f62081a7792073d593d", "1fc64fbfaccd"},
    {"404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
     "000102030405060708090a0b0c0d0e0f10111213", "202122232425262728292a2b2c2d2e2f3031323334353637",
     "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5", "484392fbc1b09951"},
    {"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000003020100a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
     "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384", "17e8d12cfdf926e0"},
    {"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000004030201a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3b", "a091d56e10400916"},
    {"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000006050403a0a1a2a3a4a5", "000102030405060708090a0b",
     "0c0d0e0f101112131415161718191a1b1c1d1e", "a28c6865939a9a79faaa5c4c2a9d4a91cdac8c",
     "96c861b9c9e61ef1"},
    {"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000009080706a0a1a2a3a4a5", "0001020304050607",
     "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
     "0135d1b2c95f41d5d1d4fec185d166b8094e999dfed96c", "048c56602c97acbb7490"},
};

static void be(uint8_t *out, size_t size, uint64_t x)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(8 * (size - 1 - i) < 64 ? x >> (8 * (size - 1 - i)) : 0);
}

/* mac = E(mac ^ block) over data and the zeros after it. */
static void reference_mac(const struct noncrypto_aes *aes, uint8_t mac[16], const uint8_t *data,
                          size_t len)
{
    for (size_t i = 0; i < len; i++) {
        mac[i % 16] ^= data[i];
        if (i % 16 == 15 || i + 1 == len)
            noncrypto_aes_encrypt(aes, mac, mac);
    }
}

/* The definition, RFC 3610 section 2, for less than 65280 bytes of associated data. */
static void reference_seal(const struct noncrypto_aes *aes, uint8_t *out, uint8_t tag[16],
                           size_t tag_len, const uint8_t *in, size_t len, const uint8_t *aad,
                           size_t aad_len, const uint8_t *nonce, size_t nonce_len)
{
    static uint8_t with_length[70000];
    uint8_t block[16], stream[16];
    size_t l = 15 - nonce_len;

    memset(tag, 0, 16);
    block[0] = (uint8_t)(64 * (aad_len > 0) + 8 * ((tag_len - 2) / 2) + (l - 1));
    memcpy(block + 1, nonce, nonce_len);
    be(block + 1 + nonce_len, l, len);
    reference_mac(aes, tag, block, 16);
    be(with_length, 2, aad_len);
    memcpy(with_length + 2, aad, aad_len);
    if (aad_len > 0)
        reference_mac(aes, tag, with_length, aad_len + 2);
    reference_mac(aes, tag, in, len);

    block[0] = (uint8_t)(l - 1);
    for (size_t i = 0; i < len; i++) {
        be(block + 1 + nonce_len, l, i / 16 + 1);
        if (i % 16 == 0)
            noncrypto_aes_encrypt(aes, stream, block);
        out[i] = in[i] ^ stream[i % 16];
    }
    be(block + 1 + nonce_len, l, 0);
    noncrypto_aes_encrypt(aes, stream, block);
    for (unsigned i = 0; i < 16; i++)
        tag[i] ^= stream[i];
}

START_TEST(messages_are_those_of_the_standards)
{
    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bytes key = unhex(examples[i].key), nonce = unhex(examples[i].nonce);
        struct bytes aad = unhex(examples[i].aad), text = unhex(examples[i].plain);
        size_t tag_len = strlen(examples[i].tag) / 2;
        struct noncrypto_aes aes;
        uint8_t tag[16];
        ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
        ck_assert_int_eq(noncrypto_aes_ccm_seal(&aes, text.data, tag, tag_len, text.data, text.len,
                                                aad.data, aad.len, nonce.data, nonce.len),
                         0);
        check_hex(text.data, text.len, examples[i].cipher);
        check_hex(tag, tag_len, examples[i].tag);
        ck_assert_int_eq(noncrypto_aes_ccm_open(&aes, text.data, tag, tag_len, text.data, text.len,
                                                aad.data, aad.len, nonce.data, nonce.len),
                         0);
        check_hex(text.data, text.len, examples[i].plain);
    }
}
END_TEST

/* SP 800-38C appendix C.4: associated data so long that its length takes six bytes. */
START_TEST(long_associated_data_is_that_of_the_standard)
{
    static uint8_t aad[65536];
    struct bytes key = unhex("404142434445464748494a4b4c4d4e4f");
    struct bytes nonce = unhex("101112131415161718191a1b1c");
    uint8_t text[32], tag[14];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof aad; i++)
        aad[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(0x20 + i);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
    ck_assert_int_eq(noncrypto_aes_ccm_seal(&aes, text, tag, sizeof tag, text, sizeof text, aad,
                                            sizeof aad, nonce.data, nonce.len),
                     0);
    check_hex(text, sizeof text,
              "69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72");
    check_hex(tag, sizeof tag, "b4ac6bec93e8598e7f0dadbcea5b");
}
END_TEST

/* Seals and opens in place and apart and compares with the definition. */
static void check_message(const struct noncrypto_aes *aes, uint8_t *in, uint8_t *out, size_t len,
                          size_t tag_len, const uint8_t *aad, size_t aad_len, const uint8_t *nonce,
                          size_t nonce_len)
{
    static uint8_t expected[2048], plain[2048];
    uint8_t tag[17], expected_tag[16];

    memcpy(plain, in, len);
    reference_seal(aes, expected, expected_tag, tag_len, in, len, aad, aad_len, nonce, nonce_len);
    out[len] = tag[tag_len] = 0xaa;
    ck_assert_int_eq(
        noncrypto_aes_ccm_seal(aes, out, tag, tag_len, in, len, aad, aad_len, nonce, nonce_len), 0);
    ck_assert_mem_eq(out, expected, len);
    ck_assert_mem_eq(tag, expected_tag, tag_len);
    ck_assert_uint_eq(out[len], 0xaa);
    ck_assert_uint_eq(tag[tag_len], 0xaa);
    ck_assert_int_eq(
        noncrypto_aes_ccm_open(aes, in, tag, tag_len, out, len, aad, aad_len, nonce, nonce_len), 0);
    ck_assert_mem_eq(in, plain, len);
    ck_assert_int_eq(
        noncrypto_aes_ccm_seal(aes, in, tag, tag_len, in, len, aad, aad_len, nonce, nonce_len), 0);
    ck_assert_mem_eq(in, expected, len);
    ck_assert_int_eq(
        noncrypto_aes_ccm_open(aes, in, tag, tag_len, in, len, aad, aad_len, nonce, nonce_len), 0);
    ck_assert_mem_eq(in, plain, len);
}

START_TEST(every_length_alignment_and_parameter_is_the_definition)
{
    uint64_t seed = check_seed();
    uint8_t key[32], nonce[13], aad[64], in[1200], out[1200];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    for (size_t len = 0; len <= 1100; len++) {
        fill_random(key, sizeof key, &seed);
        fill_random(nonce, sizeof nonce, &seed);
        fill_random(aad, sizeof aad, &seed);
        fill_random(in, sizeof in, &seed);
        ck_assert_int_eq(noncrypto_aes_init(&aes, key, 16 + 8 * (len % 3)), 0);
        check_message(&aes, in + len % 16, out + len / 5 % 16, len, 4 + 2 * (len % 7), aad,
                      len % 50, nonce, 7 + len / 3 % 7);
    }
}
END_TEST

/* The last one is the longest whose length takes two bytes. */
START_TEST(every_length_of_associated_data_is_the_definition)
{
    static uint8_t aad[65280];
    uint64_t seed = check_seed();
    uint8_t key[32], nonce[13], in[64], out[64];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(nonce, sizeof nonce, &seed);
    fill_random(aad, sizeof aad, &seed);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, sizeof key), 0);
    for (size_t len = 0; len <= 100; len++) {
        fill_random(in, sizeof in, &seed);
        check_message(&aes, in, out, 20, 8, aad, len, nonce, sizeof nonce);
    }
    check_message(&aes, in, out, 20, 8, aad, 65279, nonce, sizeof nonce);
}
END_TEST

START_TEST(every_bit_of_the_tag_counts_and_a_wrong_one_erases_the_plaintext)
{
    uint8_t key[16] = {7}, nonce[13] = {9}, in[48], out[48], tag[16];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, sizeof key), 0);
    for (size_t tag_len = 4; tag_len <= 16; tag_len += 2) {
        size_t len = 3 * tag_len;
        memset(in, 0x55, sizeof in);
        ck_assert_int_eq(
            noncrypto_aes_ccm_seal(&aes, in, tag, tag_len, in, len, NULL, 0, nonce, 13), 0);
        for (unsigned bit = 0; bit < 8 * tag_len; bit++) {
            tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(out, 0xaa, sizeof out);
            ck_assert_int_eq(
                noncrypto_aes_ccm_open(&aes, out, tag, tag_len, in, len, NULL, 0, nonce, 13),
                NONCRYPTO_E_VERIFY);
            ck_assert(all_zero(out, len));
            ck_assert(len == sizeof out || out[len] == 0xaa);
            tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}
END_TEST

START_TEST(every_byte_of_message_data_and_nonce_counts)
{
    uint8_t key[32] = {7}, message[50 + 40 + 13], out[50], tag[8];
    uint8_t *aad = message + 50, *nonce = message + 90;
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    memset(message, 0x55, sizeof message);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, sizeof key), 0);
    ck_assert_int_eq(noncrypto_aes_ccm_seal(&aes, message, tag, 8, message, 50, aad, 40, nonce, 13),
                     0);
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] ^= 0x80;
        ck_assert_int_eq(noncrypto_aes_ccm_open(&aes, out, tag, 8, message, 50, aad, 40, nonce, 13),
                         NONCRYPTO_E_VERIFY);
        message[i] ^= 0x80;
    }
    ck_assert_int_eq(noncrypto_aes_ccm_open(&aes, out, tag, 8, message, 50, aad, 40, nonce, 13), 0);
}
END_TEST

static void check_refused(size_t tag_len, size_t len, size_t nonce_len, int expected)
{
    static uint8_t in[65536 + 1], out[65536 + 1];
    uint8_t key[16] = {7}, nonce[16] = {9}, tag[20];
    struct noncrypto_aes aes;

    ck_assert_int_eq(noncrypto_aes_init(&aes, key, sizeof key), 0);
    memset(tag, 0xaa, sizeof tag);
    memset(out, 0xaa, sizeof out);
    ck_assert_int_eq(
        noncrypto_aes_ccm_seal(&aes, out, tag, tag_len, in, len, NULL, 0, nonce, nonce_len),
        expected);
    if (expected == 0)
        return;
    ck_assert_int_eq(
        noncrypto_aes_ccm_open(&aes, out, tag, tag_len, in, len, NULL, 0, nonce, nonce_len),
        expected);
    ck_assert_uint_eq(out[0], 0xaa);
    ck_assert_uint_eq(tag[0], 0xaa);
}

START_TEST(other_lengths_are_refused)
{
    for (size_t len = 0; len <= 20; len++) {
        check_refused(len, 10, 13, len >= 4 && len <= 16 && len % 2 == 0 ? 0 : NONCRYPTO_E_INVALID);
        check_refused(8, 10, len, len >= 7 && len <= 13 ? 0 : NONCRYPTO_E_INVALID);
    }
    /* L = 2 counts to 65535, L = 3 further. */
    check_refused(8, 65535, 13, 0);
    check_refused(8, 65536, 13, NONCRYPTO_E_INVALID);
    check_refused(8, 65536, 12, 0);
#if SIZE_MAX > UINT32_MAX
    check_refused(8, (size_t)1 << 24, 12, NONCRYPTO_E_INVALID);
    check_refused(8, (size_t)1 << 32, 11, NONCRYPTO_E_INVALID);
    check_refused(8, (size_t)1 << 40, 10, NONCRYPTO_E_INVALID);
    check_refused(8, (size_t)1 << 48, 9, NONCRYPTO_E_INVALID);
    check_refused(8, (size_t)1 << 56, 8, NONCRYPTO_E_INVALID);
#endif
}
END_TEST

static Suite *aes_ccm_suite(void)
{
    Suite *suite = suite_create("noncrypto aes ccm");
    TCase *tc = tcase_create("ccm");
    tcase_add_loop_test(tc, messages_are_those_of_the_standards, 0, BACKENDS);
    tcase_add_loop_test(tc, long_associated_data_is_that_of_the_standard, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_alignment_and_parameter_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_of_associated_data_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, every_bit_of_the_tag_counts_and_a_wrong_one_erases_the_plaintext, 0,
                        BACKENDS);
    tcase_add_loop_test(tc, every_byte_of_message_data_and_nonce_counts, 0, BACKENDS);
    tcase_add_test(tc, other_lengths_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_ccm_suite)
