#include <check_main.h>

#include <noncrypto/cpu.h>
#include <noncrypto/p256.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>

#define ORDER      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ORDER_LESS "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define PRIME      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
#define ZERO       "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE        "0000000000000000000000000000000000000000000000000000000000000001"
#define G_X        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define G_Y        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

/* RFC 6979, appendix A.2.5 */
#define RFC6979_SECRET "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define RFC6979_PUBLIC                                                                         \
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9" \
    "e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"

enum { PORTABLE, PROCESSOR };

/* Each test runs once with the portable code and once with what the processor has. */
static void use_backend(int which)
{
    noncrypto_cpu_set_features(which == PORTABLE ? 0 : noncrypto_cpu_detect());
}

static void unhex32(uint8_t out[32], const char *hex)
{
    ck_assert_uint_eq(check_unhex(out, 32, hex), 32);
}

static int all_zeros(const uint8_t *bytes, size_t len)
{
    uint8_t any = 0;

    for (size_t i = 0; i < len; i++)
        any |= bytes[i];
    return any == 0;
}

static void random_bytes(uint8_t *out, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(seed);
}

static void random_key(uint8_t secret[32], uint8_t public[65], uint64_t *seed)
{
    uint8_t bytes[32];

    do
        random_bytes(bytes, sizeof bytes, seed);
    while (noncrypto_p256_secret_key(secret, bytes) != 0);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
}

START_TEST(signatures_are_those_of_rfc_6979)
{
    static const struct {
        const char *message, *signature;
    } vectors[] = {
        {"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                   "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
        {"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
                 "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
    };
    uint8_t secret[32], public[65], expected_public[65], hash[32], signature[64], expected[64];

    use_backend(_i);
    unhex32(secret, RFC6979_SECRET);
    check_unhex(expected_public, sizeof expected_public, RFC6979_PUBLIC);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
    ck_assert_mem_eq(public, expected_public, 65);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        noncrypto_sha256(hash, vectors[i].message, strlen(vectors[i].message));
        check_unhex(expected, sizeof expected, vectors[i].signature);
        ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature, secret, hash, 32), 0);
        ck_assert_mem_eq(signature, expected, 64);
        ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature), 0);
    }
}
END_TEST

/* The nonces of these are made with other hashes; here they show what becomes of short and long hashes. */
START_TEST(hashes_of_other_lengths_verify_as_in_rfc_6979)
{
    static const char sha1[] = "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32"
                               "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb";
    static const char sha384[] = "0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef7719"
                                 "4861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954";
    static const char sha512[] = "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00"
                                 "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe";
    uint8_t public[65], hash[64], signature[64];

    use_backend(_i);
    check_unhex(public, sizeof public, RFC6979_PUBLIC);
    noncrypto_sha1(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha1);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 20, signature), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 19, signature),
                     NONCRYPTO_E_VERIFY);
    noncrypto_sha384(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha384);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 48, signature), 0);
    noncrypto_sha512(hash, "sample", 6);
    check_unhex(signature, sizeof signature, sha512);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 64, signature), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature), 0);
}
END_TEST

START_TEST(any_change_of_a_signature_hash_or_key_is_refused)
{
    uint64_t seed = check_seed();
    uint8_t secret[32], public[65], hash[32], signature[64], other[65];

    use_backend(_i);
    random_key(secret, public, &seed);
    random_bytes(hash, sizeof hash, &seed);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature, secret, hash, 32), 0);
    for (size_t bit = 0; bit < 8 * 64; bit += 7) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature),
                         NONCRYPTO_E_VERIFY);
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    hash[31] ^= 1;
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature),
                     NONCRYPTO_E_VERIFY);
    hash[31] ^= 1;
    random_key(secret, other, &seed);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(other, 65, hash, 32, signature),
                     NONCRYPTO_E_VERIFY);
    public[64] ^= 1;
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature),
                     NONCRYPTO_E_INVALID);
    public[64] ^= 1;
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature), 0);
}
END_TEST

START_TEST(numbers_out_of_range_are_no_signature)
{
    static const char *const bad[] = {
        ZERO, ORDER,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "fff"};
    uint8_t secret[32], public[65], hash[32] = {1}, signature[64];

    use_backend(_i);
    unhex32(secret, RFC6979_SECRET);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (int part = 0; part < 2; part++) {
            ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature, secret, hash, 32), 0);
            unhex32(signature + 32 * part, bad[i]);
            ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature),
                             NONCRYPTO_E_VERIFY);
        }
}
END_TEST

START_TEST(the_zero_hash_is_signed_like_any_other)
{
    uint8_t secret[32], public[65], hash[32] = {0}, signature[64];

    use_backend(_i);
    unhex32(secret, RFC6979_SECRET);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature, secret, NULL, 0), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature), 0);
    unhex32(hash, ORDER);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, signature), 0);
}
END_TEST

START_TEST(hedged_signatures_verify_and_differ)
{
    uint64_t seed = check_seed();
    uint8_t secret[32], public[65], hash[32], random[32], plain[64], first[64], second[64];

    use_backend(_i);
    random_key(secret, public, &seed);
    random_bytes(hash, sizeof hash, &seed);
    random_bytes(random, sizeof random, &seed);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(plain, secret, hash, 32), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign_hedged(first, secret, hash, 32, random), 0);
    random[0] ^= 1;
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign_hedged(second, secret, hash, 32, random), 0);
    ck_assert_mem_ne(plain, first, 32);
    ck_assert_mem_ne(plain, second, 32);
    ck_assert_mem_ne(first, second, 32);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, first), 0);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public, 65, hash, 32, second), 0);
}
END_TEST

START_TEST(both_sides_agree)
{
    uint64_t seed = check_seed();
    uint8_t secret_a[32], public_a[65], secret_b[32], public_b[65], short_b[33];
    uint8_t shared_a[32], shared_b[32];

    use_backend(_i);
    for (int i = 0; i < 20; i++) {
        random_key(secret_a, public_a, &seed);
        random_key(secret_b, public_b, &seed);
        ck_assert_int_eq(noncrypto_p256_public_key_compress(short_b, public_b, 65), 0);
        ck_assert_int_eq(noncrypto_p256_ecdh(shared_a, secret_a, short_b, 33), 0);
        ck_assert_int_eq(noncrypto_p256_ecdh(shared_b, secret_b, public_a, 65), 0);
        ck_assert_mem_eq(shared_a, shared_b, 32);
    }
}
END_TEST

START_TEST(secret_keys_out_of_range_are_refused_and_outputs_wiped)
{
    static const char *const bad[] = {ZERO, ORDER, PRIME};
    uint8_t secret[32], out[65], public[65], hash[32] = {0};

    use_backend(_i);
    check_unhex(public, sizeof public, RFC6979_PUBLIC);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        unhex32(secret, bad[i]);
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_secret_key(out, secret), NONCRYPTO_E_ENTROPY);
        ck_assert(all_zeros(out, 32));
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_public_key(out, secret), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 65));
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_ecdh(out, secret, public, 65), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 32));
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_ecdsa_sign(out, secret, hash, 32), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 64));
    }
    unhex32(secret, ORDER_LESS);
    ck_assert_int_eq(noncrypto_p256_secret_key(out, secret), 0);
    ck_assert_mem_eq(out, secret, 32);
}
END_TEST

START_TEST(the_public_keys_of_1_and_minus_1_are_the_generator_and_its_opposite)
{
    uint8_t secret[32], public[65], coordinate[32];

    use_backend(_i);
    unhex32(secret, ONE);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
    unhex32(coordinate, G_X);
    ck_assert_mem_eq(public + 1, coordinate, 32);
    unhex32(coordinate, G_Y);
    ck_assert_mem_eq(public + 33, coordinate, 32);
    unhex32(secret, ORDER_LESS);
    ck_assert_int_eq(noncrypto_p256_public_key(public, secret), 0);
    unhex32(coordinate, G_X);
    ck_assert_mem_eq(public + 1, coordinate, 32);
    ck_assert_int_eq(public[64] & 1, 0); /* the generator's is odd */
}
END_TEST

START_TEST(what_is_no_public_key_is_refused_and_outputs_wiped)
{
    static const char *const bad[] = {
        "00",              /* infinity */
        "04" G_X,          /* too short */
        "04" G_X G_Y "00", /* too long */
        "05" G_X G_Y,      /* no such form */
        "06" G_X G_Y,      /* hybrid */
        "07" G_X G_Y,      /* hybrid, of the right parity */
        "02" G_X G_Y,      /* compressed, too long */
        "04" G_X,          /* without y */
        "01" G_X,          /* no such form */
        "04" G_X G_X,      /* not on the curve */
        "04" ZERO ZERO,    /* not on the curve */
        "02" PRIME,        /* x is p */
        "04" PRIME ZERO,   /* x is p */
        G_X G_Y,           /* coordinates alone are no public key */
        "020000000000000000000000000000000000000000000000000000000000000001", /* no root */
        /* x is p, which would be 0, and there is a point with that */
        "03ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    };
    uint8_t key[80], secret[32], out[65];

    use_backend(_i);
    unhex32(secret, RFC6979_SECRET);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = check_unhex(key, sizeof key, bad[i]);
        ck_assert_int_eq(noncrypto_p256_public_key_check(key, len), NONCRYPTO_E_INVALID);
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_ecdh(out, secret, key, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 32));
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_public_key_compress(out, key, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 33));
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_public_key_uncompress(out, key, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 65));
    }
    ck_assert_int_eq(noncrypto_p256_public_key_check(NULL, 0), NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(compressed_keys_of_both_parities_come_back)
{
    uint64_t seed = check_seed();
    uint8_t secret[32], public[65], compressed[33], again[65];
    int parities[2] = {0, 0};

    use_backend(_i);
    for (int i = 0; i < 40; i++) {
        random_key(secret, public, &seed);
        ck_assert_int_eq(noncrypto_p256_public_key_compress(compressed, public, 65), 0);
        ck_assert_int_eq(noncrypto_p256_public_key_uncompress(again, compressed, 33), 0);
        ck_assert_mem_eq(again, public, 65);
        parities[compressed[0] & 1]++;
    }
    ck_assert_int_gt(parities[0], 0);
    ck_assert_int_gt(parities[1], 0);
}
END_TEST

START_TEST(outputs_may_lie_on_inputs)
{
    uint64_t seed = check_seed();
    uint8_t secret[32], public[65], expected[65], buffer[65], hash[64];

    use_backend(_i);
    random_key(secret, public, &seed);
    random_bytes(hash, sizeof hash, &seed);

    memcpy(buffer, secret, 32);
    ck_assert_int_eq(noncrypto_p256_public_key(buffer, buffer), 0);
    ck_assert_mem_eq(buffer, public, 65);

    ck_assert_int_eq(noncrypto_p256_ecdh(expected, secret, public, 65), 0);
    memcpy(buffer, public, 65);
    ck_assert_int_eq(noncrypto_p256_ecdh(buffer, secret, buffer, 65), 0);
    ck_assert_mem_eq(buffer, expected, 32);

    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(expected, secret, hash, 64), 0);
    memcpy(buffer, hash, 64);
    ck_assert_int_eq(noncrypto_p256_ecdsa_sign(buffer, secret, buffer, 64), 0);
    ck_assert_mem_eq(buffer, expected, 64);

    ck_assert_int_eq(noncrypto_p256_public_key_compress(expected, public, 65), 0);
    memcpy(buffer, public, 65);
    ck_assert_int_eq(noncrypto_p256_public_key_compress(buffer, buffer, 65), 0);
    ck_assert_mem_eq(buffer, expected, 33);
    ck_assert_int_eq(noncrypto_p256_public_key_uncompress(buffer, buffer, 33), 0);
    ck_assert_mem_eq(buffer, public, 65);
}
END_TEST

START_TEST(der_signatures_come_back)
{
    static const char *const parts[] = {
        ONE,
        ORDER_LESS,
        G_X,
        ZERO,
        "0000000000000000000000000000000000000000000000000000000000000"
        "080",
        "00000000000000000000000000000000000000000000000000000000000"
        "08000"};
    size_t nparts = sizeof parts / sizeof parts[0];
    uint8_t raw[64], again[64], der[NONCRYPTO_P256_SIGNATURE_DER_MAX_LEN];
    size_t len;

    for (size_t i = 0; i < nparts * nparts; i++) {
        unhex32(raw, parts[i / nparts]);
        unhex32(raw + 32, parts[i % nparts]);
        noncrypto_p256_signature_to_der(der, &len, raw);
        ck_assert_uint_le(len, sizeof der);
        ck_assert_int_eq(noncrypto_p256_signature_from_der(again, der, len), 0);
        ck_assert_mem_eq(again, raw, 64);
    }
}
END_TEST

START_TEST(what_is_not_strict_der_is_refused)
{
    static const char *const bad[] = {
        "",
        "30",
        "3000",
        "3003020101",               /* one number */
        "30080201010201010500",     /* three things */
        "300602010102010100",       /* bytes behind */
        "3005020101020101",         /* too short a length */
        "3007020101020101",         /* too long a length */
        "308106020101020101",       /* length in two bytes */
        "30800201010201010000",     /* indefinite length */
        "300702810101020101",       /* length of a number in two bytes */
        "300702020001020101",       /* zero in front */
        "3006020181020101",         /* negative */
        "30050200020101",           /* no byte */
        "3006040101020101",         /* no integer */
        "3106020101020101",         /* no sequence */
        "3006020101020201",         /* a length beyond the end */
        "308400000006020101020101", /* zero in front of the length */
        "302602210100000000000000000000000000000000000000000000000000000000000000000201"
        "01", /* 257 bits */
        "30270222000100000000000000000000000000000000000000000000000000000000000000000"
        "020101",
    };
    uint8_t der[80], out[64];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len = check_unhex(der, sizeof der, bad[i]);
        memset(out, 0xaa, sizeof out);
        ck_assert_int_eq(noncrypto_p256_signature_from_der(out, der, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zeros(out, 64));
    }
    size_t len = check_unhex(der, sizeof der, "3006020101020101");
    ck_assert_int_eq(noncrypto_p256_signature_from_der(out, der, len), 0);
}
END_TEST

START_TEST(verification_tells_a_bad_key_from_a_bad_signature)
{
    uint8_t public[65], hash[32] = {0}, der[2] = {0x30, 0x00};

    check_unhex(public, sizeof public, RFC6979_PUBLIC);
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify_der(public, 65, hash, 32, der, sizeof der),
                     NONCRYPTO_E_VERIFY);
    public[0] = 5;
    ck_assert_int_eq(noncrypto_p256_ecdsa_verify_der(public, 65, hash, 32, der, sizeof der),
                     NONCRYPTO_E_INVALID);
}
END_TEST

/* Everything that goes through the field, on the same random arguments. */
START_TEST(both_back_ends_compute_the_same)
{
    uint64_t seed = check_seed();
    uint8_t secret[32], public[2][65], other_secret[32], other[65], shared[2][32], signature[2][64];
    uint8_t hash[32];

    for (int i = 0; i < 100; i++) {
        use_backend(PROCESSOR);
        random_key(secret, public[0], &seed);
        random_key(other_secret, other, &seed);
        random_bytes(hash, sizeof hash, &seed);
        for (int which = 0; which < 2; which++) {
            use_backend(which);
            ck_assert_int_eq(noncrypto_p256_public_key(public[which], secret), 0);
            ck_assert_int_eq(noncrypto_p256_ecdh(shared[which], secret, other, 65), 0);
            ck_assert_int_eq(noncrypto_p256_ecdsa_sign(signature[which], secret, hash, 32), 0);
        }
        ck_assert_mem_eq(public[0], public[1], 65);
        ck_assert_mem_eq(shared[0], shared[1], 32);
        ck_assert_mem_eq(signature[0], signature[1], 64);
        for (int which = 0; which < 2; which++) {
            use_backend(which);
            ck_assert_int_eq(noncrypto_p256_ecdsa_verify(public[0], 65, hash, 32, signature[0]), 0);
        }
    }
}
END_TEST

static Suite *p256_suite(void)
{
    Suite *suite = suite_create("noncrypto p256");
    TCase *tc = tcase_create("p256");
    tcase_add_loop_test(tc, signatures_are_those_of_rfc_6979, 0, 2);
    tcase_add_loop_test(tc, hashes_of_other_lengths_verify_as_in_rfc_6979, 0, 2);
    tcase_add_loop_test(tc, any_change_of_a_signature_hash_or_key_is_refused, 0, 2);
    tcase_add_loop_test(tc, numbers_out_of_range_are_no_signature, 0, 2);
    tcase_add_loop_test(tc, the_zero_hash_is_signed_like_any_other, 0, 2);
    tcase_add_loop_test(tc, hedged_signatures_verify_and_differ, 0, 2);
    tcase_add_loop_test(tc, both_sides_agree, 0, 2);
    tcase_add_loop_test(tc, secret_keys_out_of_range_are_refused_and_outputs_wiped, 0, 2);
    tcase_add_loop_test(tc, the_public_keys_of_1_and_minus_1_are_the_generator_and_its_opposite, 0,
                        2);
    tcase_add_loop_test(tc, what_is_no_public_key_is_refused_and_outputs_wiped, 0, 2);
    tcase_add_loop_test(tc, compressed_keys_of_both_parities_come_back, 0, 2);
    tcase_add_loop_test(tc, outputs_may_lie_on_inputs, 0, 2);
    tcase_add_test(tc, der_signatures_come_back);
    tcase_add_test(tc, what_is_not_strict_der_is_refused);
    tcase_add_test(tc, verification_tells_a_bad_key_from_a_bad_signature);
    tcase_add_test(tc, both_back_ends_compute_the_same);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(p256_suite)
