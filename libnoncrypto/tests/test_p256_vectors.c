/*
 * Wycheproof for P-256. What the vectors leave open ("acceptable") is decided so: a compressed public key is accepted; a
 * SubjectPublicKeyInfo that differs in any byte from the one of this curve is not, neither is one with parameters.
 */
#include <check_main.h>

#include <noncrypto/p256.h>
#include <noncrypto/sha2.h>
#include <vector_json.h>

/* SubjectPublicKeyInfo up to the point: what X.509 has in front of a key of this curve. */
static const uint8_t spki_uncompressed[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                            0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
static const uint8_t spki_compressed[] = {0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                          0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00};

/* The point in a SubjectPublicKeyInfo of this curve, or NULL. */
static const uint8_t *point_of(const uint8_t *spki, size_t *len)
{
    size_t head = sizeof spki_uncompressed;

    if (*len < head ||
        (memcmp(spki, spki_uncompressed, head) != 0 && memcmp(spki, spki_compressed, head) != 0))
        return NULL;
    *len -= head;
    return spki + head;
}

static void private_key(uint8_t out[32], const json_t *test)
{
    size_t len;
    uint8_t *bytes = vector_json_hex(test, "private", &len);
    size_t skip = len > 32 ? len - 32 : 0;

    for (size_t i = 0; i < skip; i++)
        ck_assert_uint_eq(bytes[i], 0);
    memset(out, 0, 32);
    memcpy(out + 32 - (len - skip), bytes + skip, len - skip);
    free(bytes);
}

struct counts {
    unsigned valid, invalid, acceptable_taken, acceptable_refused, other_encodings;
};

static void run_ecdh(const json_t *test, struct counts *counts)
{
    const char *wanted = vector_json_string(test, "result");
    size_t spki_len, shared_len;
    uint8_t *spki = vector_json_hex(test, "public", &spki_len);
    uint8_t *expected = vector_json_hex(test, "shared", &shared_len);
    uint8_t secret[32], shared[32];
    size_t len = spki_len;
    const uint8_t *point = point_of(spki, &len);
    int result = NONCRYPTO_E_INVALID;

    private_key(secret, test);
    if (point)
        result = noncrypto_p256_ecdh(shared, secret, point, len);
    else
        counts->other_encodings++;
    if (result == 0) {
        ck_assert_uint_eq(shared_len, 32);
        ck_assert_mem_eq(shared, expected, 32);
    } else {
        ck_assert_int_eq(result, NONCRYPTO_E_INVALID);
    }
    if (strcmp(wanted, "valid") == 0) {
        ck_assert_int_eq(result, 0);
        counts->valid++;
    } else if (strcmp(wanted, "invalid") == 0) {
        ck_assert_int_ne(result, 0);
        counts->invalid++;
    } else if (result == 0) {
        ck_assert_uint_eq(len, 33);
        counts->acceptable_taken++;
    } else {
        counts->acceptable_refused++;
    }
    free(spki);
    free(expected);
}

START_TEST(wycheproof_ecdh)
{
    static const char path[] = "crypto/wycheproof/ecdh_secp256r1_test.json";
    json_t *root = vector_json_read(path), *group, *test;
    struct counts counts = {0, 0, 0, 0, 0};
    size_t i, j;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
        json_array_foreach(json_object_get(group, "tests"), j, test) run_ecdh(test, &counts);
    printf("# %s: %u valid, %u invalid, %u acceptable taken, %u acceptable refused; of all, %u are "
           "not encoded as a key of this curve\n",
           path, counts.valid, counts.invalid, counts.acceptable_taken, counts.acceptable_refused,
           counts.other_encodings);
    ck_assert_uint_eq(counts.valid + counts.invalid + counts.acceptable_taken +
                          counts.acceptable_refused,
                      (unsigned)json_integer_value(json_object_get(root, "numberOfTests")));
    ck_assert_uint_gt(counts.valid, 300);
    ck_assert_uint_eq(counts.acceptable_taken, 1);
    json_decref(root);
}
END_TEST

START_TEST(wycheproof_ecdsa)
{
    static const char path[] = "crypto/wycheproof/ecdsa_secp256r1_sha256_test.json";
    json_t *root = vector_json_read(path), *group, *test;
    unsigned valid = 0, invalid = 0;
    size_t i, j;

    if (!root)
        return;
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        size_t key_len;
        uint8_t *key =
            vector_json_hex(json_object_get(group, "publicKey"), "uncompressed", &key_len);
        ck_assert_uint_eq(key_len, 65);
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            size_t msg_len, sig_len;
            uint8_t *msg = vector_json_hex(test, "msg", &msg_len);
            uint8_t *sig = vector_json_hex(test, "sig", &sig_len);
            uint8_t hash[32];
            int expected = 0;
            if (strcmp(vector_json_string(test, "result"), "valid") == 0) {
                valid++;
            } else {
                ck_assert_str_eq(vector_json_string(test, "result"), "invalid");
                expected = NONCRYPTO_E_VERIFY;
                invalid++;
            }
            noncrypto_sha256(hash, msg, msg_len);
            ck_assert_int_eq(noncrypto_p256_ecdsa_verify_der(key, key_len, hash, 32, sig, sig_len),
                             expected);
            free(msg);
            free(sig);
        }
        free(key);
    }
    printf("# %s: %u valid, %u invalid\n", path, valid, invalid);
    ck_assert_uint_eq(valid + invalid,
                      (unsigned)json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}
END_TEST

static Suite *p256_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto p256 vectors");
    TCase *tc = tcase_create("p256 vectors");
    tcase_add_test(tc, wycheproof_ecdh);
    tcase_add_test(tc, wycheproof_ecdsa);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(p256_vectors_suite)
