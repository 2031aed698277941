#include "aes_helpers.h"

#include <noncrypto/aes_ctr.h>

#include "aes/aes_private.h"

#define PLAIN                                                          \
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" \
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
#define COUNTER "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

/* SP 800-38A sections F.5.1 to F.5.6. */
static const struct {
    const char *key, *cipher;
} examples[] = {
    {"2b7e151628aed2a6abf7158809cf4f3c",
     "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
     "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
    {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
     "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
     "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
    {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
     "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
     "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
};

/* The definition, a block at a time; `width` bytes of the counter count. */
static void reference(const struct noncrypto_aes *aes, const uint8_t iv[16], size_t width,
                      uint8_t *out, const uint8_t *in, size_t len)
{
    uint8_t counter[16], stream[16];

    memcpy(counter, iv, 16);
    for (size_t i = 0; i < len; i++) {
        if (i % 16 == 0) {
            noncrypto_aes_encrypt(aes, stream, counter);
            for (size_t at = 15; at >= 16 - width && ++counter[at] == 0 && at > 0; at--)
                ;
        }
        out[i] = in[i] ^ stream[i % 16];
    }
}

START_TEST(streams_are_those_of_sp_800_38a)
{
    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bytes key = unhex(examples[i].key), iv = unhex(COUNTER), text = unhex(PLAIN);
        struct noncrypto_aes_ctr ctr;
        ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key.data, key.len, iv.data), 0);
        noncrypto_aes_ctr_xor(&ctr, text.data, text.data, text.len);
        check_hex(text.data, text.len, examples[i].cipher);
    }
}
END_TEST

START_TEST(every_length_and_alignment_is_the_definition)
{
    uint64_t seed = check_seed();
    uint8_t key[32], iv[16], in[1200], out[1200], expected[1200];
    struct noncrypto_aes_ctr ctr;

    if (!use_backend(_i))
        return;
    for (size_t len = 0; len <= 1100; len++) {
        size_t from = len % 16, to = len / 3 % 16;
        fill_random(key, sizeof key, &seed);
        fill_random(iv, sizeof iv, &seed);
        fill_random(in, sizeof in, &seed);
        ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, 16 + 8 * (len % 3), iv), 0);
        reference(&ctr.aes, iv, 16, expected, in + from, len);
        memset(out, 0xaa, sizeof out);
        noncrypto_aes_ctr_xor(&ctr, out + to, in + from, len);
        ck_assert_mem_eq(out + to, expected, len);
        ck_assert_uint_eq(out[to + len], 0xaa);
    }
}
END_TEST

START_TEST(a_stream_in_two_calls_is_the_stream_in_one)
{
    uint64_t seed = check_seed();
    uint8_t key[32], iv[16], in[700], out[700], expected[700];
    struct noncrypto_aes_ctr start, ctr;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(iv, sizeof iv, &seed);
    fill_random(in, sizeof in, &seed);
    ck_assert_int_eq(noncrypto_aes_ctr_init(&start, key, sizeof key, iv), 0);
    reference(&start.aes, iv, 16, expected, in, sizeof in);
    for (size_t at = 0; at <= sizeof in; at++) {
        ctr = start;
        noncrypto_aes_ctr_xor(&ctr, out, in, at);
        noncrypto_aes_ctr_xor(&ctr, out + at, in + at, sizeof in - at);
        ck_assert_mem_eq(out, expected, sizeof in);
    }
}
END_TEST

/* 509 bytes is the payload of a relay cell; single bytes; and 1, 2, 3, ... bytes, which meet every position in a block. */
START_TEST(a_stream_in_many_calls_is_the_stream_in_one)
{
    static const size_t steps[] = {509, 1, 0};
    uint64_t seed = check_seed();
    uint8_t key[32], iv[16], in[6000], out[6000], expected[6000];
    struct noncrypto_aes_ctr start, ctr;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(iv, sizeof iv, &seed);
    fill_random(in, sizeof in, &seed);
    ck_assert_int_eq(noncrypto_aes_ctr_init(&start, key, 16, iv), 0);
    reference(&start.aes, iv, 16, expected, in, sizeof in);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        ctr = start;
        for (size_t at = 0, call = 1, n; at < sizeof in; at += n, call++) {
            n = steps[i] != 0 ? steps[i] : call;
            n = n < sizeof in - at ? n : sizeof in - at;
            noncrypto_aes_ctr_xor(&ctr, out + at, in + at, n);
        }
        ck_assert_mem_eq(out, expected, sizeof in);
    }
}
END_TEST

START_TEST(the_counter_wraps_at_64_and_at_128_bits)
{
    uint64_t seed = check_seed();
    uint8_t key[32], in[40 * 16], out[40 * 16], expected[40 * 16], iv[16];
    struct noncrypto_aes_ctr ctr;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(in, sizeof in, &seed);
    for (unsigned before = 0; before <= 40; before++) {
        for (size_t low = 0; low <= 8; low += 8) { /* 2^128 and 2^64 less `before` */
            memset(iv, 0x11, sizeof iv);
            memset(iv + low, 0xff, sizeof iv - low);
            iv[15] = (uint8_t)(0xff - before);
            ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, 32, iv), 0);
            reference(&ctr.aes, iv, 16, expected, in, sizeof in);
            noncrypto_aes_ctr_xor(&ctr, out, in, sizeof in);
            ck_assert_mem_eq(out, expected, sizeof in);
        }
    }
}
END_TEST

/* What GCM uses: the 32-bit counter must not carry into the nonce, and must be where it should afterwards. */
START_TEST(the_32_bit_counter_wraps_by_itself)
{
    uint64_t seed = check_seed();
    uint8_t key[32], in[40 * 16], out[40 * 16], expected[40 * 16], iv[16], counter[16];
    struct noncrypto_aes aes;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(in, sizeof in, &seed);
    ck_assert_int_eq(noncrypto_aes_init(&aes, key, 32), 0);
    for (unsigned before = 0; before <= 40; before++) {
        memset(iv, 0xff, sizeof iv);
        iv[15] = (uint8_t)(0xff - before);
        reference(&aes, iv, 4, expected, in, sizeof in);
        memcpy(counter, iv, 16);
        noncrypto_aes_ctr_blocks(&aes, AES_COUNTER_32, counter, out, in, 13);
        noncrypto_aes_ctr_blocks(&aes, AES_COUNTER_32, counter, out + 13 * 16, in + 13 * 16, 27);
        ck_assert_mem_eq(out, expected, sizeof in);
    }
}
END_TEST

START_TEST(a_stream_goes_on_when_the_features_change)
{
    uint64_t seed = check_seed();
    uint8_t key[32], iv[16], in[900], out[900], expected[900];
    struct noncrypto_aes_ctr ctr;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(iv, sizeof iv, &seed);
    fill_random(in, sizeof in, &seed);
    ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, sizeof key, iv), 0);
    reference(&ctr.aes, iv, 16, expected, in, sizeof in);
    noncrypto_aes_ctr_xor(&ctr, out, in, 301);
    use_backend(_i == 0 ? 1 : 0);
    noncrypto_aes_ctr_xor(&ctr, out + 301, in + 301, 299);
    use_backend(_i);
    noncrypto_aes_ctr_xor(&ctr, out + 600, in + 600, 300);
    ck_assert_mem_eq(out, expected, sizeof in);
}
END_TEST

START_TEST(key_of_another_length_is_refused)
{
    uint8_t key[33] = {0}, iv[16] = {1};
    struct noncrypto_aes_ctr ctr;

    for (size_t len = 0; len <= sizeof key; len++) {
        if (len == 16 || len == 24 || len == 32)
            continue;
        memset(&ctr, 0xff, sizeof ctr);
        ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, len, iv), NONCRYPTO_E_INVALID);
        ck_assert(all_zero((const uint8_t *)&ctr, sizeof ctr));
    }
}
END_TEST

START_TEST(no_bytes_are_allowed)
{
    uint8_t key[16] = {0}, iv[16] = {1};
    struct noncrypto_aes_ctr ctr, before;

    ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key, sizeof key, iv), 0);
    before = ctr;
    noncrypto_aes_ctr_xor(&ctr, NULL, NULL, 0);
    ck_assert_mem_eq(&ctr, &before, sizeof ctr);
}
END_TEST

static Suite *aes_ctr_suite(void)
{
    Suite *suite = suite_create("noncrypto aes ctr");
    TCase *tc = tcase_create("ctr");
    tcase_add_loop_test(tc, streams_are_those_of_sp_800_38a, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_and_alignment_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, a_stream_in_two_calls_is_the_stream_in_one, 0, BACKENDS);
    tcase_add_loop_test(tc, a_stream_in_many_calls_is_the_stream_in_one, 0, BACKENDS);
    tcase_add_loop_test(tc, the_counter_wraps_at_64_and_at_128_bits, 0, BACKENDS);
    tcase_add_loop_test(tc, the_32_bit_counter_wraps_by_itself, 0, BACKENDS);
    tcase_add_loop_test(tc, a_stream_goes_on_when_the_features_change, 0, BACKENDS);
    tcase_add_test(tc, key_of_another_length_is_refused);
    tcase_add_test(tc, no_bytes_are_allowed);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_ctr_suite)
