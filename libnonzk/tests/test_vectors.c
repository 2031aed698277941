/*
 * Vectors of others, by the runners of `nonzk selftest --vectors`: how many cases there are is
 * known here, so that none is lost.
 */
#include <check_main.h>
#include <vector_file.h>

#include <command.h>
#include <vectors/vectors.h>

const struct command this_command = {"test_vectors", NULL, 0};

static const struct {
    const char *path;
    unsigned passed, skipped;
} files[] = {
    {"zk/hash-to-curve/BLS12381G1_XMD:SHA-256_SSWU_NU_.json", 5, 0},
    {"zk/hash-to-curve/BLS12381G1_XMD:SHA-256_SSWU_RO_.json", 5, 0},
    {"zk/hash-to-curve/BLS12381G2_XMD:SHA-256_SSWU_NU_.json", 5, 0},
    {"zk/hash-to-curve/BLS12381G2_XMD:SHA-256_SSWU_RO_.json", 5, 0},
    {"zk/hash-to-curve/expand_message_xmd_SHA256_38.json", 10, 0},
    {"zk/hash-to-curve/expand_message_xmd_SHA256_256.json", 10, 0},
    {"zk/poseidon/test_vectors.txt", 2, 2},
    {"zk/snarkjs/n1_mul/vk.json", 1, 0},
    {"zk/snarkjs/n4_poly/w.wtns", 1, 0},
    {"zk/snarkjs/n8_lin/bad_alias.json", 1, 0},
    {"zk/snarkjs/n8_lin/ok_negA_negB.json", 1, 0},
    {"zk/snarkjs/n8_lin/public.json", 0, 1},
    {"zk/zkcrypto/g1_compressed_valid_test_vectors.dat", 1000, 0},
    {"zk/zkcrypto/g1_uncompressed_valid_test_vectors.dat", 1000, 0},
    {"zk/zkcrypto/g2_compressed_valid_test_vectors.dat", 1000, 0},
    {"zk/zkcrypto/g2_uncompressed_valid_test_vectors.dat", 1000, 0},
};

#define NFILES (int)(sizeof files / sizeof files[0])

/* Runs bytes as a file of that name. Returns what vectors_recognize() does. */
static int run(struct vectors *v, const char *name, char *text, size_t len)
{
    json_t *root = json_loadb(text, len, 0, NULL);
    *v = (struct vectors){.name = name};
    int result = vectors_recognize(v, root, text, len);
    json_decref(root);
    return result;
}

START_TEST(all_cases_of_a_file_pass)
{
    static struct vectors v;
    char name[1024];
    size_t len;
    char *text = vector_file_read(files[_i].path, &len);
    if (!text)
        return;
    snprintf(name, sizeof name, "%s/%s", getenv("NONOS_VECTORS"), files[_i].path);
    ck_assert_int_eq(run(&v, name, text, len), 0);
    printf("# %s: %u cases\n", files[_i].path, (unsigned)v.passed);
    ck_assert_uint_eq(v.failed, 0);
    ck_assert_uint_eq(v.passed, files[_i].passed);
    ck_assert_uint_eq(v.skipped, files[_i].skipped);
    free(text);
}
END_TEST

/* The runners must be able to fail. */
START_TEST(a_changed_case_fails)
{
    static const char *const changed[] = {
        "zk/hash-to-curve/BLS12381G1_XMD:SHA-256_SSWU_RO_.json",
        "zk/hash-to-curve/BLS12381G2_XMD:SHA-256_SSWU_NU_.json",
        "zk/hash-to-curve/expand_message_xmd_SHA256_38.json",
    };
    static struct vectors v;
    size_t len;
    char *text = vector_file_read(changed[_i], &len);
    if (!text)
        return;
    char *message = strstr(text, "abcdef0123456789");
    ck_assert_ptr_nonnull(message);
    *message = 'b';
    ck_assert_int_eq(run(&v, "changed", text, len), 0);
    ck_assert_uint_eq(v.failed, 1);
    free(text);
}
END_TEST

START_TEST(an_encoding_that_is_another_point_fails)
{
    static struct vectors v;
    uint8_t bytes[96] = {0xc0, [48] = 0xc0};
    ck_assert_int_eq(run(&v, "g1_compressed_x.dat", (char *)bytes, sizeof bytes), 0);
    ck_assert_uint_eq(v.passed, 1);
    ck_assert_uint_eq(v.failed, 1);
    ck_assert_int_eq(run(&v, "g1_compressed_x.dat", (char *)bytes, 95), -1);
    ck_assert_int_eq(run(&v, "other_compressed.dat", (char *)bytes, 96), -1);
}
END_TEST

static Suite *vectors_suite(void)
{
    Suite *suite = suite_create("nonzk vectors");
    TCase *tc = tcase_create("vectors");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, all_cases_of_a_file_pass, 0, NFILES);
    tcase_add_loop_test(tc, a_changed_case_fails, 0, 3);
    tcase_add_test(tc, an_encoding_that_is_another_point_fails);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vectors_suite)
