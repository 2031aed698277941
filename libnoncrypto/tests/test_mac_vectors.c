/*
 * Wycheproof's cases for HMAC and HKDF.
 */
#include <check_main.h>

#include <noncrypto/hkdf.h>
#include <noncrypto/hmac.h>
#include <vector_json.h>

#include "backends.h"

static int is_valid(const json_t *test)
{
    const char *result = vector_json_string(test, "result");
    ck_assert(strcmp(result, "valid") == 0 || strcmp(result, "invalid") == 0);
    return strcmp(result, "valid") == 0;
}

static size_t number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    ck_assert_msg(json_is_integer(value), "there is no number \"%s\"", name);
    return (size_t)json_integer_value(value);
}

static const struct {
    const char *file;
    void (*init)(struct noncrypto_hmac *ctx, const void *key, size_t key_len);
} hmac_files[] = {
    {"crypto/wycheproof/hmac_sha1_test.json", noncrypto_hmac_sha1_init},
    {"crypto/wycheproof/hmac_sha256_test.json", noncrypto_hmac_sha256_init},
};

START_TEST(tags_verify_or_are_refused)
{
    json_t *root = vector_json_read(hmac_files[_i].file);
    size_t g, t, ncases = 0, ninvalid = 0;
    json_t *group, *test;
    struct noncrypto_hmac ctx;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), g, group)
    {
        json_array_foreach(json_object_get(group, "tests"), t, test)
        {
            size_t key_len, len, tag_len;
            uint8_t *key = vector_json_hex(test, "key", &key_len);
            uint8_t *message = vector_json_hex(test, "msg", &len);
            uint8_t *tag = vector_json_hex(test, "tag", &tag_len);
            int valid = is_valid(test);

            ck_assert_uint_eq(tag_len, number(group, "tagSize") / 8);
            for (size_t b = 0; b < NBACKENDS; b++) {
                use_backend(b);
                hmac_files[_i].init(&ctx, key, key_len);
                noncrypto_hmac_update(&ctx, message, len);
                ck_assert_int_eq(noncrypto_hmac_verify(&ctx, tag, tag_len),
                                 valid ? 0 : NONCRYPTO_E_VERIFY);
            }
            ncases++;
            ninvalid += !valid;
            free(key);
            free(message);
            free(tag);
        }
    }
    printf("# %s: %zu cases, %zu of them invalid\n", hmac_files[_i].file, ncases, ninvalid);
    ck_assert_uint_eq(ncases, number(root, "numberOfTests"));
    ck_assert_uint_gt(ninvalid, 0);
    json_decref(root);
}
END_TEST

START_TEST(keys_are_derived_or_refused)
{
    json_t *root = vector_json_read("crypto/wycheproof/hkdf_sha256_test.json");
    size_t g, t, ncases = 0, ninvalid = 0;
    json_t *group, *test;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), g, group)
    {
        json_array_foreach(json_object_get(group, "tests"), t, test)
        {
            size_t ikm_len, salt_len, info_len, okm_len, size = number(test, "size");
            uint8_t *ikm = vector_json_hex(test, "ikm", &ikm_len);
            uint8_t *salt = vector_json_hex(test, "salt", &salt_len);
            uint8_t *info = vector_json_hex(test, "info", &info_len);
            uint8_t *okm = vector_json_hex(test, "okm", &okm_len);
            uint8_t *out = malloc(size);
            uint8_t prk[NONCRYPTO_SHA256_LEN];
            int valid = is_valid(test);

            ck_assert_ptr_nonnull(out);
            noncrypto_hkdf_sha256_extract(prk, salt, salt_len, ikm, ikm_len);
            ck_assert_int_eq(
                noncrypto_hkdf_sha256_expand(out, size, prk, sizeof prk, info, info_len),
                valid ? 0 : NONCRYPTO_E_INVALID);
            if (valid) {
                ck_assert_uint_eq(okm_len, size);
                ck_assert_mem_eq(out, okm, size);
            }
            ncases++;
            ninvalid += !valid;
            free(ikm);
            free(salt);
            free(info);
            free(okm);
            free(out);
        }
    }
    printf("# hkdf_sha256_test.json: %zu cases, %zu of them invalid\n", ncases, ninvalid);
    ck_assert_uint_eq(ncases, number(root, "numberOfTests"));
    ck_assert_uint_gt(ninvalid, 0);
    json_decref(root);
}
END_TEST

static Suite *vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto mac vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, tags_verify_or_are_refused, 0, 2);
    tcase_add_test(tc, keys_are_derived_or_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vectors_suite)
