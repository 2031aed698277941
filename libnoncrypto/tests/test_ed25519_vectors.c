/* Wycheproof's ed25519_test.json, and tor's keys, blinded keys and signatures (rend-spec-v3 appendix A.2). */
#include <vector_json.h>

#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/memory.h>
#include <noncrypto/sha2.h>

#define WYCHEPROOF "crypto/wycheproof/ed25519_test.json"
#define BLINDING   "onion/ed25519_blinding.json"

static void set_backend(int i)
{
    noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
}

static int check_case(const json_t *test, const uint8_t public_key[32])
{
    size_t len, signature_len;
    uint8_t *message = vector_json_hex(test, "msg", &len);
    uint8_t *signature = vector_json_hex(test, "sig", &signature_len);
    int valid = strcmp(vector_json_string(test, "result"), "valid") == 0;

    /* A signature of another length is not one: the interface has no length. */
    if (signature_len != 64)
        ck_assert_int_eq(valid, 0);
    else
        ck_assert_msg(noncrypto_ed25519_verify(signature, public_key, message, len) ==
                          (valid ? 0 : NONCRYPTO_E_VERIFY),
                      "case %d: %s", (int)json_integer_value(json_object_get(test, "tcId")),
                      vector_json_string(test, "comment"));
    free(message);
    free(signature);
    return signature_len == 64;
}

START_TEST(wycheproof_vectors_hold)
{
    json_t *root = vector_json_read(WYCHEPROOF), *group, *test;
    unsigned n = 0, checked = 0;
    size_t i, j, len;

    if (!root)
        return;
    set_backend(_i);
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        uint8_t *key = vector_json_hex(json_object_get(group, "publicKey"), "pk", &len);
        ck_assert_uint_eq(len, 32);
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            checked += (unsigned)check_case(test, key);
            n++;
        }
        free(key);
    }
    ck_assert_uint_eq(n, json_integer_value(json_object_get(root, "numberOfTests")));
    ck_assert_uint_gt(checked, 100);
    printf("# %s: %u cases, %u more have no signature of 64 bytes\n", WYCHEPROOF, checked,
           n - checked);
    json_decref(root);
}
END_TEST

static void entry(uint8_t *out, size_t size, const json_t *vectors, const char *name, size_t i)
{
    const char *hex = json_string_value(json_array_get(json_object_get(vectors, name), i));
    ck_assert_msg(hex != NULL, "%s %zu", name, i);
    ck_assert_uint_eq(check_unhex(out, size, hex), size);
}

/* The blinded secret key: h a and SHA-512("Derive ..." || prefix), as tor computes them */
static void blind_secret(uint8_t out[64], const uint8_t expanded[64], const uint8_t factor[32])
{
    static const char string[] = "Derive temporary signing key hash input";
    struct noncrypto_sha512 ctx;
    uint8_t digest[64];

    noncrypto_edwards25519_scalar_mul(out, factor, expanded);
    noncrypto_sha512_init(&ctx);
    noncrypto_sha512_update(&ctx, string, sizeof string - 1);
    noncrypto_sha512_update(&ctx, expanded + 32, 32);
    noncrypto_sha512_final(&ctx, digest);
    memcpy(out + 32, digest, 32);
}

static void check_tor_key(const json_t *vectors, size_t i)
{
    struct noncrypto_ed25519_key key, blinded;
    struct noncrypto_edwards25519 p;
    uint8_t seed[32], expanded[64], expected[64], factor[32], signature[64], bytes[32];

    entry(seed, 32, vectors, "ED25519_SECRET_KEYS", i);
    entry(expanded, 64, vectors, "ED25519_EXPANDED_SECRET_KEYS", i);
    noncrypto_ed25519_key_from_seed(&key, seed);
    ck_assert_mem_eq(key.scalar, expanded, 32);
    ck_assert_mem_eq(key.prefix, expanded + 32, 32);
    entry(expected, 32, vectors, "ED25519_PUBLIC_KEYS", i);
    ck_assert_mem_eq(key.public_key, expected, 32);
    ck_assert_int_eq(noncrypto_edwards25519_decode(&p, key.public_key), 0);
    ck_assert_int_eq(noncrypto_edwards25519_is_torsion_free_vartime(&p), 1);
    entry(expected, 64, vectors, "ED25519_SELF_SIGNATURES", i);
    noncrypto_ed25519_sign(signature, &key, key.public_key, 32);
    ck_assert_mem_eq(signature, expected, 64);
    ck_assert_int_eq(noncrypto_ed25519_verify(signature, key.public_key, key.public_key, 32), 0);
    entry(expected, 32, vectors, "ED25519_CURVE25519_PUBLIC_KEYS", i);
    noncrypto_edwards25519_to_montgomery(bytes, &p);
    ck_assert_mem_eq(bytes, expected, 32);

    entry(factor, 32, vectors, "ED25519_BLINDING_PARAMS", i);
    noncrypto_edwards25519_scalar_clamp(factor);
    entry(expected, 64, vectors, "ED25519_BLINDED_SECRET_KEYS", i);
    blind_secret(expanded, expanded, factor);
    ck_assert_mem_eq(expanded, expected, 64);
    entry(expected, 32, vectors, "ED25519_BLINDED_PUBLIC_KEYS", i);
    noncrypto_edwards25519_mul(&p, factor, &p);
    noncrypto_edwards25519_encode(bytes, &p);
    ck_assert_mem_eq(bytes, expected, 32);
    noncrypto_ed25519_key_from_expanded(&blinded, expanded);
    ck_assert_mem_eq(blinded.public_key, expected, 32);
    noncrypto_ed25519_sign(signature, &blinded, "descriptor", 10);
    ck_assert_int_eq(noncrypto_ed25519_verify(signature, bytes, "descriptor", 10), 0);
}

START_TEST(keys_are_blinded_as_tor_does)
{
    json_t *root = vector_json_read(BLINDING);

    if (!root)
        return;
    set_backend(_i);
    const json_t *vectors = json_object_get(root, "vectors");
    size_t n = json_array_size(json_object_get(vectors, "ED25519_SECRET_KEYS"));
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++)
        check_tor_key(vectors, i);
    printf("# %s: %zu keys\n", BLINDING, n);
    json_decref(root);
}
END_TEST

static Suite *ed25519_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto ed25519 vectors");
    TCase *tc = tcase_create("vectors");

    tcase_add_loop_test(tc, wycheproof_vectors_hold, 0, 2);
    tcase_add_loop_test(tc, keys_are_blinded_as_tor_does, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ed25519_vectors_suite)
