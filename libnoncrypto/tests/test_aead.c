#include <check_main.h>

#include <noncrypto/aead.h>
#include <noncrypto/chacha20.h>
#include <noncrypto/cpu.h>
#include <noncrypto/poly1305.h>

#include "rfc8439_texts.h"

#define INTERNET_DRAFTS                                                                          \
    "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, " \
    "replaced, or obsoleted by other documents at any time. It is inappropriate to use "         \
    "Internet-Drafts as reference material or to cite them other than as /\u201cwork in "        \
    "progress./"                                                                                 \
    "\u201d"

/* RFC 8439 section 2.8.2 and appendix A.5; draft-irtf-cfrg-xchacha-03 appendix A.3.1. */
static const struct {
    const char *key, *nonce, *ad, *plaintext, *ciphertext, *tag;
} vectors[] = {
    {"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "070000004041424344454647",
     "50515253c0c1c2c3c4c5c6c7", RFC8439_SUNSCREEN,
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
     "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
     "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116",
     "1ae10b594f09e26a7e902ecbd0600691"},
    {"1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0", "000000000102030405060708",
     "f33388860000000000004e91", INTERNET_DRAFTS,
     "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e"
     "382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd"
     "60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c76"
     "7b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a"
     "0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a67276"
     "27097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b0270"
     "9b",
     "eead9d67890cbb22392336fea1851f38"},
    {"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "404142434445464748494a4b4c4d4e4f5051525354555657", "50515253c0c1c2c3c4c5c6c7",
     RFC8439_SUNSCREEN,
     "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f"
     "4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f"
     "76b2383565d3fff921f9664c97637da9768812f615c68b13b52e",
     "c0875924c1c7987947deafd8780acf49"},
};
#define NVECTORS (sizeof vectors / sizeof vectors[0])

static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
#define NBACK_ENDS (sizeof back_ends / sizeof back_ends[0])

static void use_back_end(size_t i)
{
    noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[i]);
}

static int seal(size_t nonce_len, uint8_t *out, uint8_t tag[16], const uint8_t *in, size_t len,
                const void *ad, size_t ad_len, const uint8_t *nonce, const uint8_t key[32])
{
    if (nonce_len == NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN)
        return noncrypto_xchacha20_poly1305_seal(out, tag, in, len, ad, ad_len, nonce, key);
    return noncrypto_chacha20_poly1305_seal(out, tag, in, len, ad, ad_len, nonce, key);
}

static int open(size_t nonce_len, uint8_t *out, const uint8_t *in, size_t len,
                const uint8_t tag[16], const void *ad, size_t ad_len, const uint8_t *nonce,
                const uint8_t key[32])
{
    if (nonce_len == NONCRYPTO_XCHACHA20_POLY1305_NONCE_LEN)
        return noncrypto_xchacha20_poly1305_open(out, in, len, tag, ad, ad_len, nonce, key);
    return noncrypto_chacha20_poly1305_open(out, in, len, tag, ad, ad_len, nonce, key);
}

START_TEST(messages_are_those_of_the_specifications)
{
    uint8_t key[32], nonce[24], ad[16], expected[512], expected_tag[16], out[512], tag[16];
    check_unhex(key, sizeof key, vectors[_i].key);
    size_t nonce_len = check_unhex(nonce, sizeof nonce, vectors[_i].nonce);
    size_t ad_len = check_unhex(ad, sizeof ad, vectors[_i].ad);
    size_t len = check_unhex(expected, sizeof expected, vectors[_i].ciphertext);
    check_unhex(expected_tag, sizeof expected_tag, vectors[_i].tag);
    const uint8_t *plaintext = (const uint8_t *)vectors[_i].plaintext;
    ck_assert_uint_eq(strlen(vectors[_i].plaintext), len);
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        use_back_end(b);
        ck_assert_int_eq(seal(nonce_len, out, tag, plaintext, len, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(out, expected, len);
        ck_assert_mem_eq(tag, expected_tag, sizeof tag);
        ck_assert_int_eq(open(nonce_len, out, out, len, tag, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(out, plaintext, len);
    }
}
END_TEST

static void fill(uint8_t *p, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(seed);
}

/* The construction of RFC 8439 section 2.8 from its parts, in portable C. */
static void seal_by_definition(uint8_t *out, uint8_t tag[16], const uint8_t *in, size_t len,
                               const uint8_t *ad, size_t ad_len, const uint8_t nonce[12],
                               const uint8_t key[32])
{
    static const uint8_t zeros[16];
    struct noncrypto_chacha20 stream;
    struct noncrypto_poly1305 mac;
    uint8_t mac_key[32] = {0}, lengths[16] = {0};

    noncrypto_cpu_set_features(0);
    noncrypto_chacha20_init(&stream, key, nonce, 0);
    ck_assert_int_eq(noncrypto_chacha20_xor(&stream, mac_key, mac_key, sizeof mac_key), 0);
    noncrypto_chacha20_seek(&stream, 1);
    ck_assert_int_eq(noncrypto_chacha20_xor(&stream, out, in, len), 0);
    for (int i = 0; i < 8; i++) {
        lengths[i] = (uint8_t)((uint64_t)ad_len >> 8 * i);
        lengths[8 + i] = (uint8_t)((uint64_t)len >> 8 * i);
    }
    noncrypto_poly1305_init(&mac, mac_key);
    noncrypto_poly1305_update(&mac, ad, ad_len);
    noncrypto_poly1305_update(&mac, zeros, (16 - ad_len % 16) % 16);
    noncrypto_poly1305_update(&mac, out, len);
    noncrypto_poly1305_update(&mac, zeros, (16 - len % 16) % 16);
    noncrypto_poly1305_update(&mac, lengths, sizeof lengths);
    noncrypto_poly1305_final(&mac, tag);
}

#define LEN_MAX 9000

static void check_length(size_t len, uint64_t *seed)
{
    static uint8_t in[LEN_MAX + 32], out[LEN_MAX + 64], expected[LEN_MAX];
    uint8_t key[32], nonce[12], ad[48], expected_tag[16], tag[16];
    size_t from = check_random(seed) % 32, to = check_random(seed) % 32;
    size_t ad_len = check_random(seed) % sizeof ad;

    fill(key, sizeof key, seed);
    fill(nonce, sizeof nonce, seed);
    fill(ad, sizeof ad, seed);
    fill(in + from, len, seed);
    seal_by_definition(expected, expected_tag, in + from, len, ad, ad_len, nonce, key);
    for (size_t b = 0; b < NBACK_ENDS; b++) {
        use_back_end(b);
        memset(out, 0x5a, to + len + 32);
        ck_assert_int_eq(seal(12, out + to, tag, in + from, len, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(tag, expected_tag, sizeof tag);
        ck_assert_mem_eq(out + to, expected, len);
        ck_assert_uint_eq(out[to + len], 0x5a);
        ck_assert_uint_eq(to > 0 ? out[to - 1] : 0x5a, 0x5a);
        ck_assert_int_eq(open(12, out + to, out + to, len, tag, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(out + to, in + from, len);
        ck_assert_int_eq(seal(12, out + to, tag, out + to, len, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(tag, expected_tag, sizeof tag);
        ck_assert_mem_eq(out + to, expected, len);
        ck_assert_int_eq(open(12, out + to, expected, len, tag, ad, ad_len, nonce, key), 0);
        ck_assert_mem_eq(out + to, in + from, len);
        ck_assert_uint_eq(out[to + len], 0x5a);
    }
}

START_TEST(back_ends_agree_with_the_construction_on_every_length)
{
    uint64_t seed = check_seed() + (uint64_t)_i;
    for (size_t len = (size_t)_i; len <= 2200; len += 4)
        check_length(len, &seed);
    for (int i = 0; i < 40; i++)
        check_length(2200 + check_random(&seed) % (LEN_MAX - 2200), &seed);
}
END_TEST

/* Each bit of the tag, and some of each other argument; and with all back ends nothing but zeros is left. */
START_TEST(a_change_of_anything_is_refused_and_the_output_wiped)
{
    static uint8_t in[2100], sealed[2100], out[2100], zeros[2100];
    static const size_t lengths[] = {0, 1, 63, 64, 65, 300, 512, 1100, 2100};
    uint64_t seed = check_seed();
    size_t nonce_len = _i ? 24 : 12;
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        size_t len = lengths[l];
        uint8_t key[32], nonce[24], ad[20], tag[16];
        fill(key, sizeof key, &seed);
        fill(nonce, sizeof nonce, &seed);
        fill(ad, sizeof ad, &seed);
        fill(in, len, &seed);
        ck_assert_int_eq(seal(nonce_len, sealed, tag, in, len, ad, 20, nonce, key), 0);
        struct {
            uint8_t *at;
            size_t len;
        } parts[] = {{tag, 16}, {key, 32}, {nonce, nonce_len}, {ad, 20}, {sealed, len}};
        for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
            for (size_t bit = 0; bit < 8 * parts[p].len;
                 bit += p == 0 ? 1 : 1 + check_random(&seed) % 97) {
                parts[p].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
                use_back_end(bit % NBACK_ENDS);
                memset(out, 0x5a, sizeof out);
                ck_assert_int_eq(open(nonce_len, out, sealed, len, tag, ad, 20, nonce, key),
                                 NONCRYPTO_E_VERIFY);
                ck_assert_mem_eq(out, zeros, len);
                ck_assert_msg(len == sizeof out || out[len] == 0x5a, "wiped too much");
                memcpy(out, sealed, len);
                ck_assert_int_eq(open(nonce_len, out, out, len, tag, ad, 20, nonce, key),
                                 NONCRYPTO_E_VERIFY);
                ck_assert_mem_eq(out, zeros, len);
                parts[p].at[bit / 8] ^= (uint8_t)(1u << bit % 8);
            }
        /* A byte more or less of the associated data, too. */
        ck_assert_int_eq(open(nonce_len, out, sealed, len, tag, ad, 19, nonce, key),
                         NONCRYPTO_E_VERIFY);
        ck_assert_int_eq(open(nonce_len, out, sealed, len, tag, ad, 20, nonce, key), 0);
        ck_assert_mem_eq(out, in, len);
    }
}
END_TEST

START_TEST(a_message_of_more_blocks_than_the_counter_has_is_refused)
{
#if SIZE_MAX > UINT32_MAX
    uint8_t out[16] = {1}, tag[16] = {2}, key[32] = {3}, nonce[24] = {4};
    size_t len = (size_t)NONCRYPTO_CHACHA20_POLY1305_LEN_MAX + 1;
    ck_assert_uint_eq(NONCRYPTO_CHACHA20_POLY1305_LEN_MAX, ((UINT64_C(1) << 32) - 1) * 64);
    for (size_t nonce_len = 12; nonce_len <= 24; nonce_len += 12) {
        ck_assert_int_eq(seal(nonce_len, out, tag, out, len, NULL, 0, nonce, key),
                         NONCRYPTO_E_INVALID);
        ck_assert_int_eq(open(nonce_len, out, out, len, tag, NULL, 0, nonce, key),
                         NONCRYPTO_E_INVALID);
        ck_assert_int_eq(seal(nonce_len, out, tag, out, SIZE_MAX, NULL, 0, nonce, key),
                         NONCRYPTO_E_INVALID);
    }
    ck_assert_uint_eq(out[0], 1);
    ck_assert_uint_eq(tag[0], 2);
#endif
}
END_TEST

START_TEST(the_tag_may_follow_the_message)
{
    static uint8_t record[600 + 16];
    const uint8_t key[32] = {3}, nonce[24] = {4};
    for (size_t len = 0; len <= 600; len += 7) {
        memset(record, 7, len);
        ck_assert_int_eq(seal(24, record, record + len, record, len, NULL, 0, nonce, key), 0);
        ck_assert_int_eq(open(24, record, record, len, record + len, NULL, 0, nonce, key), 0);
        for (size_t i = 0; i < len; i++)
            ck_assert_uint_eq(record[i], 7);
    }
}
END_TEST

START_TEST(nothing_at_all_can_be_sealed)
{
    uint8_t tag[16], key[32] = {1}, nonce[24] = {2};
    for (size_t nonce_len = 12; nonce_len <= 24; nonce_len += 12) {
        ck_assert_int_eq(seal(nonce_len, NULL, tag, NULL, 0, NULL, 0, nonce, key), 0);
        ck_assert_int_eq(open(nonce_len, NULL, NULL, 0, tag, NULL, 0, nonce, key), 0);
        tag[3] ^= 4;
        ck_assert_int_eq(open(nonce_len, NULL, NULL, 0, tag, NULL, 0, nonce, key),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

static Suite *aead_suite(void)
{
    Suite *suite = suite_create("noncrypto aead");
    TCase *tc = tcase_create("aead");
    tcase_add_loop_test(tc, messages_are_those_of_the_specifications, 0, NVECTORS);
    tcase_add_loop_test(tc, back_ends_agree_with_the_construction_on_every_length, 0, 4);
    tcase_add_loop_test(tc, a_change_of_anything_is_refused_and_the_output_wiped, 0, 2);
    tcase_add_test(tc, a_message_of_more_blocks_than_the_counter_has_is_refused);
    tcase_add_test(tc, the_tag_may_follow_the_message);
    tcase_add_test(tc, nothing_at_all_can_be_sealed);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aead_suite)
