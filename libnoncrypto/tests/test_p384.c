#include <check_main.h>

#include <noncrypto/p384.h>
#include <noncrypto/sha2.h>

/* RFC 6979, appendix A.2.6 */
#define PUBLIC_X                                                                                   \
    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480" \
    "bc13"
#define PUBLIC_Y                                                                                   \
    "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd253326" \
    "4720"
#define PRIME                                                                                      \
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffff" \
    "ffff"
#define ORDER                                                                                      \
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc5" \
    "2973"
#define ZERO                                                                                       \
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
    "0000"

static const char sha384_signature[] = "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95a"
                                       "d133c81a648152e44acf96e36dd1e80fabe46"
                                       "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a"
                                       "3a94fa329c145786e679e7b82c71a38628ac8";
static const char sha256_signature[] = "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3"
                                       "daa33bde1e888e63355d92fa2b3c36d8fb2cd"
                                       "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d"
                                       "1feebefdc63eccd1ac42ec0cb8668a4fa0ab0";
static const char sha512_signature[] = "ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4"
                                       "a799cfe30f35cc900056d7c99cd7882433709"
                                       "512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068"
                                       "e5112dc7cc3ef3446defceb01a45c2667fdd5";

START_TEST(signatures_of_rfc_6979_verify)
{
    uint8_t key[97], compressed[49], hash[64], signature[96];

    check_unhex(key, sizeof key, "04" PUBLIC_X PUBLIC_Y);
    compressed[0] = (uint8_t)(2 | (key[96] & 1));
    memcpy(compressed + 1, key + 1, 48);
    ck_assert_int_eq(noncrypto_p384_public_key_check(compressed, 49), 0);
    noncrypto_sha256(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha256_signature);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 32, signature), 0);
    noncrypto_sha512(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha512_signature);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 64, signature), 0);
    noncrypto_sha384(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha384_signature);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 48, signature), 0);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify(compressed, 49, hash, 48, signature), 0);
    compressed[0] ^= 1;
    ck_assert_int_eq(noncrypto_p384_public_key_check(compressed, 49), 0);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify(compressed, 49, hash, 48, signature),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(changed_signatures_and_numbers_out_of_range_are_refused)
{
    uint8_t key[97], hash[48], signature[96];

    check_unhex(key, sizeof key, "04" PUBLIC_X PUBLIC_Y);
    noncrypto_sha384(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha384_signature);
    for (size_t bit = 0; bit < 8 * 96; bit += 29) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 48, signature),
                         NONCRYPTO_E_VERIFY);
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (int part = 0; part < 2; part++) {
        check_unhex(signature, sizeof signature, sha384_signature);
        check_unhex(signature + 48 * part, 48, ZERO);
        ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 48, signature),
                         NONCRYPTO_E_VERIFY);
        check_unhex(signature + 48 * part, 48, ORDER);
        ck_assert_int_eq(noncrypto_p384_ecdsa_verify(key, 97, hash, 48, signature),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

START_TEST(der_signatures_verify_and_longer_forms_do_not)
{
    uint8_t key[97], hash[48], der[120];

    check_unhex(key, sizeof key, "04" PUBLIC_X PUBLIC_Y);
    noncrypto_sha384(hash, "sample", 6);
    /* Both numbers have their top bit set. */
    der[0] = 0x30;
    der[1] = 102;
    for (size_t part = 0; part < 2; part++) {
        der[2 + 51 * part] = 2;
        der[3 + 51 * part] = 49;
        der[4 + 51 * part] = 0;
    }
    uint8_t signature[96];
    check_unhex(signature, sizeof signature, sha384_signature);
    memcpy(der + 5, signature, 48);
    memcpy(der + 56, signature + 48, 48);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(key, 97, hash, 48, der, 104), 0);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(key, 97, hash, 48, der, 103),
                     NONCRYPTO_E_VERIFY);
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(key, 97, hash, 48, der, 105),
                     NONCRYPTO_E_VERIFY);
    memmove(der + 3, der + 2, 102);
    der[1] = 0x81;
    der[2] = 102;
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(key, 97, hash, 48, der, 105),
                     NONCRYPTO_E_VERIFY);
    key[96] ^= 1;
    ck_assert_int_eq(noncrypto_p384_ecdsa_verify_der(key, 97, hash, 48, der, 105),
                     NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(what_is_no_public_key_is_refused)
{
    static const char *const bad[] = {
        "00",
        "04" PUBLIC_X,
        "04" PUBLIC_X PUBLIC_X,
        "04" PUBLIC_X PUBLIC_Y "00",
        "05" PUBLIC_X PUBLIC_Y,
        "06" PUBLIC_X PUBLIC_Y,
        "04" ZERO ZERO,
        "04" PRIME PUBLIC_Y,
        "04" PUBLIC_X PRIME,
        "02" PRIME,
        "04" PUBLIC_X,
        /* x = 1 has no y. */
        "020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "0"
        "0000001",
    };
    uint8_t key[100];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = check_unhex(key, sizeof key, bad[i]);
        ck_assert_int_eq(noncrypto_p384_public_key_check(key, len), NONCRYPTO_E_INVALID);
    }
    ck_assert_int_eq(noncrypto_p384_public_key_check(NULL, 0), NONCRYPTO_E_INVALID);
}
END_TEST

static Suite *p384_suite(void)
{
    Suite *suite = suite_create("noncrypto p384");
    TCase *tc = tcase_create("p384");
    tcase_add_test(tc, signatures_of_rfc_6979_verify);
    tcase_add_test(tc, changed_signatures_and_numbers_out_of_range_are_refused);
    tcase_add_test(tc, der_signatures_verify_and_longer_forms_do_not);
    tcase_add_test(tc, what_is_no_public_key_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(p384_suite)
