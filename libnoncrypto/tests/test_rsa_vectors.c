/*
 * Wycheproof for RSA. What the vectors leave open ("acceptable"), a DigestInfo without its NULL, is refused.
 */
#include <check_main.h>

#include <noncrypto/rsa.h>
#include <noncrypto/sha2.h>
#include <vector_json.h>

struct counts {
    unsigned valid, invalid, acceptable;
};

typedef int verify_function(const struct noncrypto_rsa_public_key *key, const uint8_t *hash,
                            const uint8_t *signature, size_t len);

static int verify_pkcs1(const struct noncrypto_rsa_public_key *key, const uint8_t *hash,
                        const uint8_t *signature, size_t len)
{
    return noncrypto_rsa_pkcs1_verify(key, NONCRYPTO_RSA_SHA256, hash, 32, signature, len);
}

static int verify_pss(const struct noncrypto_rsa_public_key *key, const uint8_t *hash,
                      const uint8_t *signature, size_t len)
{
    return noncrypto_rsa_pss_verify(key, NONCRYPTO_RSA_SHA256, 32, hash, 32, signature, len);
}

static void run(const struct noncrypto_rsa_public_key *key, const json_t *test,
                verify_function *verify, struct counts *counts)
{
    const char *wanted = vector_json_string(test, "result");
    size_t msg_len, sig_len;
    uint8_t *msg = vector_json_hex(test, "msg", &msg_len);
    uint8_t *sig = vector_json_hex(test, "sig", &sig_len);
    uint8_t hash[32];

    noncrypto_sha256(hash, msg, msg_len);
    int result = verify(key, hash, sig, sig_len);
    if (strcmp(wanted, "valid") == 0) {
        ck_assert_int_eq(result, 0);
        counts->valid++;
    } else {
        ck_assert_int_eq(result, NONCRYPTO_E_VERIFY);
        *(strcmp(wanted, "invalid") == 0 ? &counts->invalid : &counts->acceptable) += 1;
    }
    free(msg);
    free(sig);
}

static void run_file(const char *path, verify_function *verify)
{
    json_t *root = vector_json_read(path), *group, *test;
    struct counts counts = {0, 0, 0};
    size_t i, j;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        struct noncrypto_rsa_public_key key;
        size_t len;
        uint8_t *der = vector_json_hex(group, "publicKeyAsn", &len);
        ck_assert_int_eq(noncrypto_rsa_public_key_from_der(&key, der, len), 0);
        free(der);
        json_array_foreach(json_object_get(group, "tests"), j, test)
            run(&key, test, verify, &counts);
    }
    printf("# %s: %u valid, %u invalid, %u acceptable refused\n", path, counts.valid,
           counts.invalid, counts.acceptable);
    ck_assert_uint_eq(counts.valid + counts.invalid + counts.acceptable,
                      (unsigned)json_integer_value(json_object_get(root, "numberOfTests")));
    ck_assert_uint_gt(counts.valid, 0);
    json_decref(root);
}

START_TEST(wycheproof_pkcs1)
{
    run_file("crypto/wycheproof/rsa_signature_2048_sha256_test.json", verify_pkcs1);
}
END_TEST

START_TEST(wycheproof_pss)
{
    run_file("crypto/wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json", verify_pss);
}
END_TEST

static Suite *rsa_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto rsa vectors");
    TCase *tc = tcase_create("rsa vectors");
    tcase_add_test(tc, wycheproof_pkcs1);
    tcase_add_test(tc, wycheproof_pss);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(rsa_vectors_suite)
