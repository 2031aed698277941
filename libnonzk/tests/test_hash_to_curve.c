/*
 * Hashing to curves with the vectors of RFC 9380 appendix J.9 and K.1.
 */
#include "point_helpers.h"

#include <nonzk/hash_to_curve.h>
#include <vector_json.h>

#define FOLDER "zk/hash-to-curve/"

static void expect_coordinate(const struct nonzk_fp *a, const char *hex)
{
    struct nonzk_fp expected = fp_hex(hex + 2);
    assert_fp_equal(a, &expected);
}

START_TEST(points_of_g1_are_those_of_the_rfc)
{
    static const char *const files[] = {FOLDER "BLS12381G1_XMD:SHA-256_SSWU_NU_.json",
                                        FOLDER "BLS12381G1_XMD:SHA-256_SSWU_RO_.json"};
    json_t *root = vector_json_read(files[_i]), *vector;
    size_t i;
    if (!root)
        return;
    const char *tag = vector_json_string(root, "dst");
    json_array_foreach(json_object_get(root, "vectors"), i, vector)
    {
        const char *message = vector_json_string(vector, "msg");
        const json_t *point = json_object_get(vector, "P");
        struct nonzk_g1 p;
        struct nonzk_g1_affine a;
        int result = _i == 0 ? nonzk_g1_encode(&p, message, strlen(message), tag, strlen(tag))
                             : nonzk_g1_hash(&p, message, strlen(message), tag, strlen(tag));
        ck_assert_int_eq(result, 0);
        nonzk_g1_to_affine(&a, &p);
        expect_coordinate(&a.x, vector_json_string(point, "x"));
        expect_coordinate(&a.y, vector_json_string(point, "y"));
        ck_assert_int_eq(nonzk_g1_affine_is_in_subgroup(&a), 1);
    }
    printf("# %s: %zu cases\n", files[_i], i);
    ck_assert_uint_eq(i, 5);
    json_decref(root);
}
END_TEST

/* "0x...,0x...": c0 and c1 */
static void expect_coordinate2(const struct nonzk_fp2 *a, const char *text)
{
    char c0[2 * NONZK_FP_LEN + 3];
    snprintf(c0, sizeof c0, "%.98s", text);
    expect_coordinate(&a->c0, c0);
    expect_coordinate(&a->c1, text + 99);
}

START_TEST(points_of_g2_are_those_of_the_rfc)
{
    static const char *const files[] = {FOLDER "BLS12381G2_XMD:SHA-256_SSWU_NU_.json",
                                        FOLDER "BLS12381G2_XMD:SHA-256_SSWU_RO_.json"};
    json_t *root = vector_json_read(files[_i]), *vector;
    size_t i;
    if (!root)
        return;
    const char *tag = vector_json_string(root, "dst");
    json_array_foreach(json_object_get(root, "vectors"), i, vector)
    {
        const char *message = vector_json_string(vector, "msg");
        const json_t *point = json_object_get(vector, "P");
        struct nonzk_g2 p;
        struct nonzk_g2_affine a;
        int result = _i == 0 ? nonzk_g2_encode(&p, message, strlen(message), tag, strlen(tag))
                             : nonzk_g2_hash(&p, message, strlen(message), tag, strlen(tag));
        ck_assert_int_eq(result, 0);
        nonzk_g2_to_affine(&a, &p);
        expect_coordinate2(&a.x, vector_json_string(point, "x"));
        expect_coordinate2(&a.y, vector_json_string(point, "y"));
        ck_assert_int_eq(nonzk_g2_affine_is_in_subgroup(&a), 1);
    }
    printf("# %s: %zu cases\n", files[_i], i);
    ck_assert_uint_eq(i, 5);
    json_decref(root);
}
END_TEST

START_TEST(expanded_messages_are_those_of_the_rfc)
{
    static const char *const files[] = {FOLDER "expand_message_xmd_SHA256_38.json",
                                        FOLDER "expand_message_xmd_SHA256_256.json"};
    json_t *root = vector_json_read(files[_i]), *vector;
    size_t i;
    if (!root)
        return;
    const char *tag = vector_json_string(root, "DST");
    json_array_foreach(json_object_get(root, "tests"), i, vector)
    {
        const char *message = vector_json_string(vector, "msg");
        size_t len, asked = strtoul(vector_json_string(vector, "len_in_bytes"), NULL, 0);
        uint8_t *expected = vector_json_hex(vector, "uniform_bytes", &len), out[256];
        ck_assert_uint_eq(len, asked);
        ck_assert_uint_le(len, sizeof out);
        ck_assert_int_eq(
            nonzk_expand_message_xmd(out, len, message, strlen(message), tag, strlen(tag)), 0);
        ck_assert_mem_eq(out, expected, len);
        free(expected);
    }
    printf("# %s: %zu cases\n", files[_i], i);
    ck_assert_uint_eq(i, 10);
    json_decref(root);
}
END_TEST

START_TEST(lengths_that_the_rfc_forbids_are_refused)
{
    static uint8_t out[NONZK_EXPAND_MAX_LEN + 1];
    struct nonzk_g1 p;
    struct nonzk_g2 q;
    ck_assert_int_eq(nonzk_expand_message_xmd(out, 0, "m", 1, "t", 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, sizeof out, "m", 1, "t", 1), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, sizeof out - 1, "m", 1, "t", 1), 0);
    ck_assert_int_eq(nonzk_expand_message_xmd(out, 1, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g1_hash(&p, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g1_encode(&p, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g2_hash(&q, "m", 1, "", 0), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_g2_encode(&q, "m", 1, "", 0), NONZK_E_INVALID);
}
END_TEST

static Suite *hash_to_curve_suite(void)
{
    Suite *suite = suite_create("nonzk hash to curve");
    TCase *tc = tcase_create("hash to curve");
    tcase_add_loop_test(tc, points_of_g1_are_those_of_the_rfc, 0, 2);
    tcase_add_loop_test(tc, points_of_g2_are_those_of_the_rfc, 0, 2);
    tcase_add_loop_test(tc, expanded_messages_are_those_of_the_rfc, 0, 2);
    tcase_add_test(tc, lengths_that_the_rfc_forbids_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hash_to_curve_suite)
