#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/rsa.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>

#include "rsa_vectors.h"

#define NVECTORS (sizeof rsa_vectors / sizeof rsa_vectors[0])
#define NFORGED  (sizeof rsa_forged / sizeof rsa_forged[0])

static size_t hash_message(uint8_t out[64], enum noncrypto_rsa_hash algorithm)
{
    const char *msg = RSA_VECTOR_MESSAGE;

    switch (algorithm) {
    case NONCRYPTO_RSA_SHA1:
        noncrypto_sha1(out, msg, strlen(msg));
        return 20;
    case NONCRYPTO_RSA_SHA256:
        noncrypto_sha256(out, msg, strlen(msg));
        return 32;
    case NONCRYPTO_RSA_SHA384:
        noncrypto_sha384(out, msg, strlen(msg));
        return 48;
    default:
        noncrypto_sha512(out, msg, strlen(msg));
        return 64;
    }
}

static void key_of(struct noncrypto_rsa_public_key *key, const char *modulus, const char *exponent)
{
    uint8_t n[512], e[8];
    size_t n_len = check_unhex(n, sizeof n, modulus);
    size_t e_len = check_unhex(e, sizeof e, exponent);

    ck_assert_int_eq(noncrypto_rsa_public_key(key, n, n_len, e, e_len), 0);
}

static int verify(const struct noncrypto_rsa_public_key *key, const struct rsa_vector *v,
                  const uint8_t *hash, size_t hash_len, const uint8_t *signature, size_t len)
{
    if (v->kind == RSA_PKCS1)
        return noncrypto_rsa_pkcs1_verify(key, v->algorithm, hash, hash_len, signature, len);
    if (v->kind == RSA_RAW)
        return noncrypto_rsa_pkcs1_verify_raw(key, hash, hash_len, signature, len);
    return noncrypto_rsa_pss_verify(key, v->algorithm, v->salt_len, hash, hash_len, signature, len);
}

/* With each back end. */
START_TEST(signatures_of_all_sizes_and_kinds_verify_and_changed_ones_do_not)
{
    const struct rsa_vector *v = &rsa_vectors[_i / 2];
    struct noncrypto_rsa_public_key key;
    uint8_t hash[64], signature[513];

    noncrypto_cpu_set_features(_i % 2 ? noncrypto_cpu_detect() : 0);
    key_of(&key, v->modulus, v->exponent);
    size_t hash_len = hash_message(hash, v->algorithm);
    size_t len = check_unhex(signature, sizeof signature, v->signature);
    ck_assert_uint_eq(noncrypto_rsa_modulus_len(&key), len);
    ck_assert_uint_eq((v->bits + 7) / 8, len);
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len), 0);

    hash[hash_len - 1] ^= 1;
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
    hash[hash_len - 1] ^= 1;
    for (size_t at = 0; at < len; at += 37) {
        signature[at] ^= 0x10;
        ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
        signature[at] ^= 0x10;
    }
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len - 1), NONCRYPTO_E_VERIFY);
    signature[len] = 0;
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len + 1), NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(verify(&key, v, hash, hash_len, NULL, 0), NONCRYPTO_E_VERIFY);
    memset(signature, 0xff, sizeof signature);
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
    memset(signature, 0, sizeof signature);
    ck_assert_int_eq(verify(&key, v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(salts_of_another_length_are_refused_unless_any_will_do)
{
    for (size_t i = 0; i < NVECTORS; i++) {
        struct rsa_vector v = rsa_vectors[i];
        struct noncrypto_rsa_public_key key;
        uint8_t hash[64], signature[512];
        if (v.kind != RSA_PSS)
            continue;
        key_of(&key, v.modulus, v.exponent);
        size_t hash_len = hash_message(hash, v.algorithm);
        size_t len = check_unhex(signature, sizeof signature, v.signature);
        ck_assert_int_eq(noncrypto_rsa_pss_verify(&key, v.algorithm, NONCRYPTO_RSA_SALT_ANY, hash,
                                                  hash_len, signature, len),
                         0);
        v.salt_len++;
        ck_assert_int_eq(verify(&key, &v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
        v.salt_len = 400;
        ck_assert_int_eq(verify(&key, &v, hash, hash_len, signature, len), NONCRYPTO_E_VERIFY);
    }
}
END_TEST

/* The first of the blocks of each kind is right: it shows that the others are refused for what is wrong with them. */
START_TEST(forged_blocks_are_refused)
{
    struct noncrypto_rsa_public_key key;
    uint8_t hash[64], signature[128];
    size_t hash_len = hash_message(hash, NONCRYPTO_RSA_SHA256);
    int pss = strncmp(rsa_forged[_i].what, "PSS", 3) == 0;
    int right = strstr(rsa_forged[_i].what, "the right block") != NULL;
    int result;

    key_of(&key, RSA_FORGED_MODULUS, "03");
    ck_assert_uint_eq(check_unhex(signature, sizeof signature, rsa_forged[_i].signature), 128);
    if (pss)
        result = noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA256, 32, hash, hash_len, signature,
                                          128);
    else
        result =
            noncrypto_rsa_pkcs1_verify(&key, NONCRYPTO_RSA_SHA256, hash, hash_len, signature, 128);
    ck_assert_msg(result == (right ? 0 : NONCRYPTO_E_VERIFY), "%s: %d", rsa_forged[_i].what,
                  result);

    result = noncrypto_rsa_pkcs1_verify_raw(&key, hash, hash_len, signature, 128);
    ck_assert_int_eq(result,
                     strcmp(rsa_forged[_i].what, "no DigestInfo") == 0 ? 0 : NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(the_operation_alone_gives_the_block)
{
    const struct rsa_vector *v = &rsa_vectors[0];
    struct noncrypto_rsa_public_key key;
    uint8_t hash[64], block[128], n[128];
    size_t hash_len = hash_message(hash, v->algorithm);

    key_of(&key, v->modulus, v->exponent);
    check_unhex(block, sizeof block, v->signature);
    ck_assert_int_eq(noncrypto_rsa_public_operation(&key, block, block, 128), 0);
    ck_assert_uint_eq(block[0], 0);
    ck_assert_uint_eq(block[1], 1);
    ck_assert_mem_eq(block + 128 - hash_len, hash, hash_len);

    memset(block, 0, sizeof block);
    block[127] = 1;
    ck_assert_int_eq(noncrypto_rsa_public_operation(&key, n, block, 128), 0);
    ck_assert_mem_eq(n, block, 128);
    /* -1 to an odd power, and n itself, which is refused */
    check_unhex(block, sizeof block, v->modulus);
    block[127] ^= 1;
    ck_assert_int_eq(noncrypto_rsa_public_operation(&key, n, block, 128), 0);
    ck_assert_mem_eq(n, block, 128);
    block[127] ^= 1;
    ck_assert_int_eq(noncrypto_rsa_public_operation(&key, n, block, 128), NONCRYPTO_E_VERIFY);
    for (size_t i = 0; i < sizeof n; i++)
        ck_assert_uint_eq(n[i], 0);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    struct noncrypto_rsa_public_key key;
    uint8_t hash[128] = {0}, signature[128] = {0};

    key_of(&key, rsa_vectors[0].modulus, rsa_vectors[0].exponent);
    ck_assert_int_eq(
        noncrypto_rsa_pkcs1_verify(&key, NONCRYPTO_RSA_SHA256, hash, 31, signature, 128),
        NONCRYPTO_E_INVALID);
    ck_assert_int_eq(
        noncrypto_rsa_pkcs1_verify(&key, (enum noncrypto_rsa_hash)9, hash, 0, signature, 128),
        NONCRYPTO_E_INVALID);
    ck_assert_int_eq(
        noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA256, 32, hash, 20, signature, 128),
        NONCRYPTO_E_INVALID);
    ck_assert_int_eq(
        noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA1, 20, hash, 20, signature, 128),
        NONCRYPTO_E_UNSUPPORTED);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify_raw(&key, hash, 0, signature, 128),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify_raw(&key, hash, 117, signature, 128),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify_raw(&key, hash, 118, signature, 128),
                     NONCRYPTO_E_INVALID);
    /* SHA-512 and its salt of 64 bytes have no room in 1024 bits, which is as good as a wrong signature */
    ck_assert_int_eq(
        noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA512, 64, hash, 64, signature, 128),
        NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(keys_that_are_none_are_refused_and_verify_nothing)
{
    static const uint8_t f4[] = {1, 0, 1}, even[] = {1, 0, 0}, one[] = {0, 1}, zero[] = {0};
    static const uint8_t large[] = {1, 0, 0, 0, 1}, padded[] = {0, 0, 0, 1, 0, 1};
    struct noncrypto_rsa_public_key key;
    uint8_t n[514], hash[32] = {0};

    memset(n, 0xff, sizeof n);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, f4, 3), 0);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 512, padded, 6), 0);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 513, f4, 3), NONCRYPTO_E_UNSUPPORTED);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, even, 3), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, one, 2), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, zero, 1), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, NULL, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, NULL, 0, f4, 3), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, large, 5), NONCRYPTO_E_UNSUPPORTED);
    n[0] = 0x7f;
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 128, f4, 3), NONCRYPTO_E_UNSUPPORTED);
    n[0] = 0;
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 513, f4, 3), 0);
    n[512] = 0xfe;
    ck_assert_int_eq(noncrypto_rsa_public_key(&key, n, 513, f4, 3), NONCRYPTO_E_INVALID);

    ck_assert_uint_eq(noncrypto_rsa_modulus_len(&key), 0);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify(&key, NONCRYPTO_RSA_SHA256, hash, 32, n, 512),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify(&key, NONCRYPTO_RSA_SHA256, hash, 32, NULL, 0),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_rsa_pss_verify(&key, NONCRYPTO_RSA_SHA256, 32, hash, 32, NULL, 0),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_rsa_pkcs1_verify_raw(&key, hash, 32, NULL, 0), NONCRYPTO_E_INVALID);
}
END_TEST

/* RSAPublicKey of 1024 bits and exponent 65537: the modulus is at 7, the exponent at 136. */
#define DER_LEN 140

static void make_der(uint8_t der[DER_LEN])
{
    static const uint8_t head[7] = {0x30, 0x81, 0x89, 0x02, 0x81, 0x81, 0x00};
    static const uint8_t tail[5] = {0x02, 0x03, 0x01, 0x00, 0x01};

    memcpy(der, head, sizeof head);
    memset(der + 7, 0xff, 128);
    memcpy(der + 135, tail, sizeof tail);
}

START_TEST(keys_in_der_are_those_in_bytes)
{
    static const uint8_t f4[] = {1, 0, 1};
    struct noncrypto_rsa_public_key key, expected;
    uint8_t der[DER_LEN];

    make_der(der);
    ck_assert_int_eq(noncrypto_rsa_public_key(&expected, der + 7, 128, f4, 3), 0);
    ck_assert_int_eq(noncrypto_rsa_public_key_from_der(&key, der, DER_LEN), 0);
    ck_assert_mem_eq(&key, &expected, sizeof key);
}
END_TEST

START_TEST(keys_in_anything_but_strict_der_are_refused)
{
    /* Each change of one byte, at `at`, makes it something else. */
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {
        {0, 0x31},   {1, 0x80}, {1, 0x82}, {2, 0x88}, {2, 0x8a},   {3, 0x03},
        {4, 0x80},   {4, 0x82}, {5, 0x80}, {5, 0x82}, {7, 0x7f},   {134, 0xfe},
        {135, 0x03}, {136, 2},  {136, 4},  {137, 0},  {137, 0x81},
    };
    struct noncrypto_rsa_public_key key;
    uint8_t der[DER_LEN + 2];

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        make_der(der);
        ck_assert_uint_ne(der[changes[i].at], changes[i].byte);
        der[changes[i].at] = changes[i].byte;
        ck_assert_int_ne(noncrypto_rsa_public_key_from_der(&key, der, DER_LEN), 0);
        ck_assert_uint_eq(noncrypto_rsa_modulus_len(&key), 0);
    }
    make_der(der);
    for (size_t len = 0; len < DER_LEN; len++)
        ck_assert_int_eq(noncrypto_rsa_public_key_from_der(&key, der, len), NONCRYPTO_E_INVALID);
    der[DER_LEN] = 0;
    ck_assert_int_eq(noncrypto_rsa_public_key_from_der(&key, der, DER_LEN + 1),
                     NONCRYPTO_E_INVALID);
    /* a third thing in the sequence */
    make_der(der);
    der[2] += 2;
    der[DER_LEN] = 5;
    der[DER_LEN + 1] = 0;
    ck_assert_int_eq(noncrypto_rsa_public_key_from_der(&key, der, DER_LEN + 2),
                     NONCRYPTO_E_INVALID);
}
END_TEST

static Suite *rsa_suite(void)
{
    Suite *suite = suite_create("noncrypto rsa");
    TCase *tc = tcase_create("rsa");
    tcase_add_loop_test(tc, signatures_of_all_sizes_and_kinds_verify_and_changed_ones_do_not, 0,
                        2 * (int)NVECTORS);
    tcase_add_test(tc, salts_of_another_length_are_refused_unless_any_will_do);
    tcase_add_loop_test(tc, forged_blocks_are_refused, 0, (int)NFORGED);
    tcase_add_test(tc, the_operation_alone_gives_the_block);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, keys_that_are_none_are_refused_and_verify_nothing);
    tcase_add_test(tc, keys_in_der_are_those_in_bytes);
    tcase_add_test(tc, keys_in_anything_but_strict_der_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(rsa_suite)
