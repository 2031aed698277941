#include <check_main.h>

#include <noncrypto/hmac.h>

#include "backends.h"

enum { SHA1, SHA256, SHA384, SHA512, NALGORITHMS };

static const size_t tag_lens[NALGORITHMS] = {20, 32, 48, 64};
static const size_t block_lens[NALGORITHMS] = {64, 64, 128, 128};

static void init(struct noncrypto_hmac *ctx, int algorithm, const void *key, size_t key_len)
{
    static void (*const inits[NALGORITHMS])(struct noncrypto_hmac *, const void *, size_t) = {
        noncrypto_hmac_sha1_init,
        noncrypto_hmac_sha256_init,
        noncrypto_hmac_sha384_init,
        noncrypto_hmac_sha512_init,
    };
    inits[algorithm](ctx, key, key_len);
}

static void one_shot(int algorithm, uint8_t *out, const void *key, size_t key_len, const void *data,
                     size_t len)
{
    static void (*const functions[NALGORITHMS])(uint8_t *, const void *, size_t, const void *,
                                                size_t) = {
        noncrypto_hmac_sha1,
        noncrypto_hmac_sha256,
        noncrypto_hmac_sha384,
        noncrypto_hmac_sha512,
    };
    functions[algorithm](out, key, key_len, data, len);
}

/* RFC 2202 section 3 (SHA-1) and RFC 4231 section 4 (the others). */
static const struct {
    const char *key, *message;
    const char *tags[NALGORITHMS];
} vectors[] = {
    /* Test case 1 of RFC 2202 */
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
     "4869205468657265",
     {"b617318655057264e28bc0b6fb378c8ef146be00", NULL, NULL, NULL}},
    /* Test case 1 of RFC 4231 */
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
     "4869205468657265",
     {NULL, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076e"
      "de7f4af152e8b2fa9cb6",
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8"
      "a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"}},
    /* Test case 2 of RFC 2202 */
    {"4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     {"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", NULL, NULL, NULL}},
    /* Test case 2 of RFC 4231 */
    {"4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     {NULL, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69"
      "e2c78b3239ecfab21649",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a"
      "994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"}},
    /* Test case 3 of RFC 2202 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddddddd",
     {"125d7342b9ac11cd91a39af48aa17b4f63f175d3", NULL, NULL, NULL}},
    /* Test case 3 of RFC 4231 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
     "dddddddddddddddddddddddd",
     {NULL, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
      "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc138"
      "14b94e3ab6e101a34f27",
      "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a7"
      "22c806b485a47e67c807b946a337bee8942674278859e13292fb"}},
    /* Test case 4 of RFC 2202 */
    {"0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcdcdcd",
     {"4c9007f4026250c6bc8414f9bf50c86c2d7235da", NULL, NULL, NULL}},
    /* Test case 4 of RFC 4231 */
    {"0102030405060708090a0b0c0d0e0f10111213141516171819",
     "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
     "cdcdcdcdcdcdcdcdcdcdcdcd",
     {NULL, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
      "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7"
      "d679ccf8a386c674cffb",
      "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa2"
      "5eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"}},
    /* Test case 5 of RFC 2202 */
    {"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
     "546573742057697468205472756e636174696f6e",
     {"4c1a03424b55e07fe7f27be1d58bb9324a9a5a04", NULL, NULL, NULL}},
    /* Test case 5 of RFC 4231 */
    {"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
     "546573742057697468205472756e636174696f6e",
     {NULL, "a3b6167473100ee06e0c796c2955552bfa6f7c0a6a8aef8b93f860aab0cd20c5",
      "3abf34c3503b2a23a46efc619baef897f4c8e42c934ce55ccbae9740fcbc1af4ca62269e2a37"
      "cd88ba926341efe4aeea",
      "415fad6271580a531d4179bc891d87a650188707922a4fbb36663a1eb16da008711c5b50ddd0"
      "fc235084eb9d3364a1454fb2ef67cd1d29fe6773068ea266e96b"}},
    /* Test case 6 of RFC 2202 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920"
     "2d2048617368204b6579204669727374",
     {"aa4ae5e15272d00e95705637ce8a3b55ed402112", NULL, NULL, NULL}},
    /* Test case 6 of RFC 4231 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920"
     "2d2048617368204b6579204669727374",
     {NULL, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030"
      "fe8296248df163f44952",
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f"
      "2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"}},
    /* Test case 7 of RFC 2202 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaa",
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920"
     "616e64204c6172676572205468616e204f6e6520426c6f636b2d53697a652044617461",
     {"e8e99d0f45237d786d6bbaa7965c7808bbff1a91", NULL, NULL, NULL}},
    /* Test case 7 of RFC 4231 */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f"
     "636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d7369"
     "7a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265"
     "666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
     {NULL, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
      "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799"
      "176d3860e6110c46523e",
      "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c49"
      "82b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"}},
};

START_TEST(vectors_of_the_rfcs_hold)
{
    uint8_t key[200], message[200], expected[64], out[64];
    size_t key_len = check_unhex(key, sizeof key, vectors[_i].key);
    size_t len = check_unhex(message, sizeof message, vectors[_i].message);
    struct noncrypto_hmac ctx;

    for (int a = 0; a < NALGORITHMS; a++) {
        if (!vectors[_i].tags[a])
            continue;
        ck_assert_uint_eq(check_unhex(expected, sizeof expected, vectors[_i].tags[a]), tag_lens[a]);
        for (size_t b = 0; b < NBACKENDS; b++) {
            use_backend(b);
            one_shot(a, out, key, key_len, message, len);
            ck_assert_mem_eq(out, expected, tag_lens[a]);
            for (size_t cut = 0; cut <= len; cut++) {
                init(&ctx, a, key, key_len);
                noncrypto_hmac_update(&ctx, message, cut);
                noncrypto_hmac_update(&ctx, message + cut, len - cut);
                ck_assert_int_eq(noncrypto_hmac_verify(&ctx, expected, tag_lens[a]), 0);
            }
        }
    }
}
END_TEST

START_TEST(a_tag_with_any_bit_changed_is_refused)
{
    uint8_t tag[64];
    struct noncrypto_hmac ctx;

    one_shot(_i, tag, "key", 3, "message", 7);
    for (size_t bit = 0; bit < 8 * tag_lens[_i]; bit++) {
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
        init(&ctx, _i, "key", 3);
        noncrypto_hmac_update(&ctx, "message", 7);
        ck_assert_int_eq(noncrypto_hmac_verify(&ctx, tag, tag_lens[_i]), NONCRYPTO_E_VERIFY);
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

START_TEST(a_truncated_tag_verifies_down_to_80_bits)
{
    uint8_t tag[65] = {0};
    struct noncrypto_hmac ctx;

    one_shot(_i, tag, "key", 3, "message", 7);
    for (size_t len = 0; len <= sizeof tag; len++) {
        int expected =
            len >= NONCRYPTO_HMAC_TAG_MIN && len <= tag_lens[_i] ? 0 : NONCRYPTO_E_INVALID;
        init(&ctx, _i, "key", 3);
        noncrypto_hmac_update(&ctx, "message", 7);
        ck_assert_int_eq(noncrypto_hmac_verify(&ctx, tag, len), expected);
    }
}
END_TEST

/* RFC 2104: the key is padded with zeros to a block; a longer one is hashed first. */
START_TEST(keys_at_the_block_length_are_treated_as_the_rfc_says)
{
    uint8_t key[300] = {0}, digest[64], a[64], b[64];
    size_t block = block_lens[_i];

    memset(key, 0x41, block);
    one_shot(_i, a, key, block, "m", 1);
    one_shot(_i, b, key, block + 1, "m", 1);
    ck_assert_mem_ne(a, b, tag_lens[_i]);
    one_shot(_i, a, key, 5, "m", 1);
    memset(key + 5, 0, sizeof key - 5);
    one_shot(_i, b, key, block, "m", 1);
    ck_assert_mem_eq(a, b, tag_lens[_i]);

    memset(key, 0x42, sizeof key);
    if (_i == SHA1)
        noncrypto_sha1(digest, key, block + 1);
    else if (_i == SHA256)
        noncrypto_sha256(digest, key, block + 1);
    else if (_i == SHA384)
        noncrypto_sha384(digest, key, block + 1);
    else
        noncrypto_sha512(digest, key, block + 1);
    one_shot(_i, a, key, block + 1, "m", 1);
    one_shot(_i, b, digest, tag_lens[_i], "m", 1);
    ck_assert_mem_eq(a, b, tag_lens[_i]);
}
END_TEST

START_TEST(a_keyed_context_can_be_kept_and_copied)
{
    struct noncrypto_hmac keyed, ctx;
    uint8_t expected[64], out[64];

    init(&keyed, _i, "key", 3);
    one_shot(_i, expected, "key", 3, "message", 7);
    for (int i = 0; i < 3; i++) {
        ctx = keyed;
        noncrypto_hmac_update(&ctx, "message", 7);
        noncrypto_hmac_final(&ctx, out);
        ck_assert_mem_eq(out, expected, tag_lens[_i]);
    }
}
END_TEST

START_TEST(final_and_verify_wipe_the_context)
{
    static const struct noncrypto_hmac zero;
    struct noncrypto_hmac ctx;
    uint8_t out[64];

    for (int i = 0; i < 3; i++) {
        memset(&ctx, 0, sizeof ctx);
        init(&ctx, _i, "key", 3);
        if (i == 0)
            noncrypto_hmac_final(&ctx, out);
        else
            ck_assert_int_ne(noncrypto_hmac_verify(&ctx, out, i == 1 ? 0 : 20), 1);
        ck_assert_mem_eq(&ctx.inner, &zero.inner, sizeof zero.inner);
        ck_assert_mem_eq(&ctx.outer, &zero.outer, sizeof zero.outer);
    }
}
END_TEST

START_TEST(empty_key_and_message_may_be_null_pointers)
{
    uint8_t a[64], b[64];

    one_shot(_i, a, "", 0, "", 0);
    one_shot(_i, b, NULL, 0, NULL, 0);
    ck_assert_mem_eq(a, b, tag_lens[_i]);
}
END_TEST

START_TEST(output_may_overlap_key_and_message)
{
    uint8_t expected[64], buffer[100];

    memset(buffer, 7, sizeof buffer);
    one_shot(_i, expected, buffer, 50, buffer + 10, 90);
    one_shot(_i, buffer, buffer, 50, buffer + 10, 90);
    ck_assert_mem_eq(buffer, expected, tag_lens[_i]);
}
END_TEST

static Suite *hmac_suite(void)
{
    Suite *suite = suite_create("noncrypto hmac");
    TCase *tc = tcase_create("hmac");
    tcase_add_loop_test(tc, vectors_of_the_rfcs_hold, 0, sizeof vectors / sizeof vectors[0]);
    tcase_add_loop_test(tc, a_tag_with_any_bit_changed_is_refused, 0, NALGORITHMS);
    tcase_add_loop_test(tc, a_truncated_tag_verifies_down_to_80_bits, 0, NALGORITHMS);
    tcase_add_loop_test(tc, keys_at_the_block_length_are_treated_as_the_rfc_says, 0, NALGORITHMS);
    tcase_add_loop_test(tc, a_keyed_context_can_be_kept_and_copied, 0, NALGORITHMS);
    tcase_add_loop_test(tc, final_and_verify_wipe_the_context, 0, NALGORITHMS);
    tcase_add_loop_test(tc, empty_key_and_message_may_be_null_pointers, 0, NALGORITHMS);
    tcase_add_loop_test(tc, output_may_overlap_key_and_message, 0, NALGORITHMS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hmac_suite)
