/*
 * ML-KEM-768 against NIST's ACVP vectors and Project Wycheproof's, with each back end.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/mlkem768.h>
#include <vector_json.h>

#define ACVP "crypto/acvp/ml-kem/"

static struct noncrypto_mlkem768_workspace workspace;

/* Loop tests run with what the processor has, and with portable C alone. */
static void choose_back_end(int i)
{
    noncrypto_cpu_set_features(i == 0 ? noncrypto_cpu_detect() : 0);
}

/* A member that must have a certain length goes to `out`. */
static void get_exactly(uint8_t *out, size_t len, const json_t *object, const char *name)
{
    ck_assert_uint_eq(check_unhex(out, len, vector_json_string(object, name)), len);
}

/* The expected results of test `id`. */
static const json_t *expected_of(const json_t *expected, json_int_t id)
{
    size_t i, j;
    json_t *group, *test;

    json_array_foreach(json_object_get(expected, "testGroups"), i, group) json_array_foreach(
        json_object_get(group, "tests"), j,
        test) if (json_integer_value(json_object_get(test, "tcId")) == id) return test;
    ck_abort_msg("no expected result of test %d", (int)id);
    return NULL;
}

static void check_keygen(const json_t *test, const json_t *expected)
{
    uint8_t seed[NONCRYPTO_MLKEM768_SEED_LEN];
    uint8_t ek[2][NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN];
    uint8_t dk[2][NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];

    get_exactly(seed, 32, test, "d");
    get_exactly(seed + 32, 32, test, "z");
    get_exactly(ek[1], sizeof ek[1], expected, "ek");
    get_exactly(dk[1], sizeof dk[1], expected, "dk");
    ck_assert_int_eq(noncrypto_mlkem768_keygen(ek[0], dk[0], seed, sizeof seed, &workspace), 0);
    ck_assert_mem_eq(ek[0], ek[1], sizeof ek[0]);
    ck_assert_mem_eq(dk[0], dk[1], sizeof dk[0]);
}

static void check_encapsulation(const json_t *test, const json_t *expected)
{
    uint8_t m[NONCRYPTO_MLKEM768_RANDOM_LEN];
    uint8_t ct[2][NONCRYPTO_MLKEM768_CIPHERTEXT_LEN];
    uint8_t key[2][NONCRYPTO_MLKEM768_SHARED_LEN];
    size_t ek_len;
    uint8_t *ek = vector_json_hex(test, "ek", &ek_len);

    get_exactly(m, sizeof m, test, "m");
    get_exactly(ct[1], sizeof ct[1], expected, "c");
    get_exactly(key[1], sizeof key[1], expected, "k");
    ck_assert_int_eq(noncrypto_mlkem768_encaps(ct[0], key[0], ek, ek_len, m, &workspace), 0);
    ck_assert_mem_eq(ct[0], ct[1], sizeof ct[0]);
    ck_assert_mem_eq(key[0], key[1], sizeof key[0]);
    free(ek);
}

static void check_decapsulation(const json_t *test, const json_t *expected)
{
    uint8_t key[2][NONCRYPTO_MLKEM768_SHARED_LEN];
    size_t dk_len, ct_len;
    uint8_t *dk = vector_json_hex(test, "dk", &dk_len);
    uint8_t *ct = vector_json_hex(test, "c", &ct_len);

    get_exactly(key[1], sizeof key[1], expected, "k");
    ck_assert_int_eq(noncrypto_mlkem768_decaps(key[0], dk, dk_len, ct, ct_len, &workspace), 0);
    ck_assert_mem_eq(key[0], key[1], sizeof key[0]);
    free(dk);
    free(ct);
}

static void check_key_check(const json_t *test, const json_t *expected, const char *member,
                            int (*check)(const uint8_t *, size_t))
{
    size_t len;
    uint8_t *key = vector_json_hex(test, member, &len);
    int good = json_is_true(json_object_get(expected, "testPassed"));

    ck_assert_int_eq(check(key, len), good ? 0 : NONCRYPTO_E_INVALID);
    free(key);
}

START_TEST(acvp_key_generation_holds)
{
    json_t *prompt = vector_json_read(ACVP "keyGen768.prompt.json");
    json_t *expected = vector_json_read(ACVP "keyGen768.expected.json");
    json_t *group, *test;
    size_t i, j, n = 0;

    if (!prompt || !expected)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(prompt, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        json_int_t id = json_integer_value(json_object_get(test, "tcId"));
        check_keygen(test, expected_of(expected, id));
        n++;
    }
    printf("# keyGen768: %zu cases\n", n);
    ck_assert_uint_eq(n, 25);
    json_decref(prompt);
    json_decref(expected);
}
END_TEST

static void check_acvp_case(const char *function, const json_t *test, const json_t *expected)
{
    if (strcmp(function, "encapsulation") == 0)
        check_encapsulation(test, expected);
    else if (strcmp(function, "decapsulation") == 0)
        check_decapsulation(test, expected);
    else if (strcmp(function, "encapsulationKeyCheck") == 0)
        check_key_check(test, expected, "ek", noncrypto_mlkem768_check_encaps_key);
    else if (strcmp(function, "decapsulationKeyCheck") == 0)
        check_key_check(test, expected, "dk", noncrypto_mlkem768_check_decaps_key);
    else
        ck_abort_msg("unknown function %s", function);
}

START_TEST(acvp_encapsulation_decapsulation_and_key_checks_hold)
{
    json_t *prompt = vector_json_read(ACVP "encapDecap768.prompt.json");
    json_t *expected = vector_json_read(ACVP "encapDecap768.expected.json");
    json_t *group, *test;
    size_t i, j, n = 0;

    if (!prompt || !expected)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(prompt, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        json_int_t id = json_integer_value(json_object_get(test, "tcId"));
        check_acvp_case(vector_json_string(group, "function"), test, expected_of(expected, id));
        n++;
    }
    printf("# encapDecap768: %zu cases\n", n);
    ck_assert_uint_eq(n, 55);
    json_decref(prompt);
    json_decref(expected);
}
END_TEST

/* Returns the first error of making a key pair of the seed and decapsulating. */
static int wycheproof_run(const json_t *test, uint8_t *ek, uint8_t *key)
{
    static uint8_t dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];
    size_t seed_len, ct_len;
    uint8_t *seed = vector_json_hex(test, "seed", &seed_len);
    uint8_t *ct = vector_json_hex(test, "c", &ct_len);

    int result = noncrypto_mlkem768_keygen(ek, dk, seed, seed_len, &workspace);
    if (result == 0)
        result = noncrypto_mlkem768_decaps(key, dk, sizeof dk, ct, ct_len, &workspace);
    free(seed);
    free(ct);
    return result;
}

static void check_wycheproof_case(const json_t *test)
{
    uint8_t ek[2][NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN];
    uint8_t key[2][NONCRYPTO_MLKEM768_SHARED_LEN];

    int result = wycheproof_run(test, ek[0], key[0]);
    if (strcmp(vector_json_string(test, "result"), "valid") != 0) {
        ck_assert_int_eq(result, NONCRYPTO_E_INVALID);
        return;
    }
    ck_assert_int_eq(result, 0);
    get_exactly(ek[1], sizeof ek[1], test, "ek");
    get_exactly(key[1], sizeof key[1], test, "K");
    ck_assert_mem_eq(ek[0], ek[1], sizeof ek[0]);
    ck_assert_mem_eq(key[0], key[1], sizeof key[0]);
}

START_TEST(wycheproof_seeds_and_ciphertexts_hold)
{
    json_t *root = vector_json_read("crypto/wycheproof/mlkem_768_test.json");
    json_t *group, *test;
    size_t i, j, n = 0;

    if (!root)
        return;
    choose_back_end(_i);
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test)
    {
        check_wycheproof_case(test);
        n++;
    }
    printf("# mlkem_768_test: %zu cases\n", n);
    ck_assert_uint_eq(n, (size_t)json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}
END_TEST

static Suite *mlkem768_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto mlkem768 vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, acvp_key_generation_holds, 0, 2);
    tcase_add_loop_test(tc, acvp_encapsulation_decapsulation_and_key_checks_hold, 0, 2);
    tcase_add_loop_test(tc, wycheproof_seeds_and_ciphertexts_hold, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mlkem768_vectors_suite)
