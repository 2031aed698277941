/*
 * Wycheproof's x25519_test.json. What it calls acceptable is accepted here, as RFC 7748 demands, unless the shared secret is
 * zero.
 */
#include <vector_json.h>

#include <noncrypto/cpu.h>
#include <noncrypto/x25519.h>

#define VECTORS "crypto/wycheproof/x25519_test.json"

static void check_case(const json_t *test, unsigned *zeros)
{
    static const uint8_t zero[32];
    size_t len;
    uint8_t *private_key = vector_json_hex(test, "private", &len);
    ck_assert_uint_eq(len, 32);
    uint8_t *public_key = vector_json_hex(test, "public", &len);
    ck_assert_uint_eq(len, 32);
    uint8_t *shared = vector_json_hex(test, "shared", &len);
    ck_assert_uint_eq(len, 32);
    const char *comment = vector_json_string(test, "comment");
    int is_zero = memcmp(shared, zero, 32) == 0;
    uint8_t out[32];

    ck_assert_str_ne(vector_json_string(test, "result"), "invalid");
    ck_assert_msg(noncrypto_x25519(out, private_key, public_key) ==
                      (is_zero ? NONCRYPTO_E_INVALID : 0),
                  "%s", comment);
    ck_assert_msg(memcmp(out, shared, 32) == 0, "%s", comment);
    *zeros += (unsigned)is_zero;
    free(private_key);
    free(public_key);
    free(shared);
}

START_TEST(wycheproof_vectors_hold)
{
    json_t *root = vector_json_read(VECTORS), *group, *test;
    unsigned n = 0, zeros = 0;
    size_t i, j;

    if (!root)
        return;
    noncrypto_cpu_set_features(_i == 0 ? 0 : noncrypto_cpu_detect());
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        check_case(test, &zeros);
        n++;
    }
    ck_assert_uint_eq(n, json_integer_value(json_object_get(root, "numberOfTests")));
    ck_assert_uint_gt(zeros, 0);
    printf("# %s: %u cases, %u of them refused for a zero secret\n", VECTORS, n, zeros);
    json_decref(root);
}
END_TEST

static Suite *x25519_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto x25519 vectors");
    TCase *tc = tcase_create("wycheproof");

    tcase_add_loop_test(tc, wycheproof_vectors_hold, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(x25519_vectors_suite)
