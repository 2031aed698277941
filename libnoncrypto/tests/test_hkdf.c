#include <check_main.h>

#include <noncrypto/hkdf.h>

enum { SHA256, SHA384, SHA512, NALGORITHMS };

static const size_t hash_lens[NALGORITHMS] = {32, 48, 64};

static void extract(int algorithm, uint8_t *prk, const void *salt, size_t salt_len, const void *ikm,
                    size_t ikm_len)
{
    static void (*const functions[NALGORITHMS])(uint8_t *, const void *, size_t, const void *,
                                                size_t) = {
        noncrypto_hkdf_sha256_extract,
        noncrypto_hkdf_sha384_extract,
        noncrypto_hkdf_sha512_extract,
    };
    functions[algorithm](prk, salt, salt_len, ikm, ikm_len);
}

static int expand(int algorithm, uint8_t *out, size_t out_len, const void *prk, size_t prk_len,
                  const void *info, size_t info_len)
{
    static int (*const functions[NALGORITHMS])(uint8_t *, size_t, const void *, size_t,
                                               const void *, size_t) = {
        noncrypto_hkdf_sha256_expand,
        noncrypto_hkdf_sha384_expand,
        noncrypto_hkdf_sha512_expand,
    };
    return functions[algorithm](out, out_len, prk, prk_len, info, info_len);
}

/*
 * RFC 5869 appendix A.1 to A.3 for SHA-256; the same inputs for the others, computed with Python's hmac.
 */
static const struct {
    int algorithm;
    const char *ikm, *salt, *info, *prk, *okm;
} vectors[] = {
    {SHA256, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
     "f0f1f2f3f4f5f6f7f8f9", "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b8"
     "87185865"},
    {SHA256,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425"
     "262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b"
     "4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485"
     "868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaab"
     "acadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5"
     "d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafb"
     "fcfdfeff",
     "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7"
     "827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5"
     "c1f3434f1d87"},
    {SHA256, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4"
     "b61a96c8"},
    {SHA384, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
     "f0f1f2f3f4f5f6f7f8f9",
     "704b39990779ce1dc548052c7dc39f303570dd13fb39f7acc564680bef80e8dec70ee9a7e1f3"
     "e293ef68eceb072a5ade",
     "9b5097a86038b805309076a44b3a9f38063e25b516dcbf369f394cfab43685f748b6457763e4"
     "f0204fc5"},
    {SHA384,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425"
     "262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b"
     "4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485"
     "868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaab"
     "acadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5"
     "d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafb"
     "fcfdfeff",
     "b319f6831dff9314efb643baa29263b30e4a8d779fe31e9c901efd7de737c85b62e676d4dc87"
     "b0895c6a7dc97b52cebb",
     "484ca052b8cc724fd1c4ec64d57b4e818c7e25a8e0f4569ed72a6a05fe0649eebf69f8d5c832"
     "856bf4e4fbc17967d54975324a94987f7f41835817d8994fdbd6f4c09c5500dca24a56222fea"
     "53d8967a8b2e"},
    {SHA384, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "10e40cf072a4c5626e43dd22c1cf727d4bb140975c9ad0cbc8e45b40068f8f0ba57cdb598af9"
     "dfa6963a96899af047e5",
     "c8c96e710f89b0d7990bca68bcdec8cf854062e54c73a7abc743fade9b242daacc1cea567041"
     "5b52849c"},
    {SHA512, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
     "f0f1f2f3f4f5f6f7f8f9",
     "665799823737ded04a88e47e54a5890bb2c3d247c7a4254a8e61350723590a26c36238127d86"
     "61b88cf80ef802d57e2f7cebcf1e00e083848be19929c61b4237",
     "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9"
     "f925d7cb"},
    {SHA512,
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425"
     "262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b"
     "4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485"
     "868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaab"
     "acadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5"
     "d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafb"
     "fcfdfeff",
     "35672542907d4e142c00e84499e74e1de08be86535f924e022804ad775dde27ec86cd1e5b7d1"
     "78c74489bdbeb30712beb82d4f97416c5a94ea81ebdf3e629e4a",
     "ce6c97192805b346e6161e821ed165673b84f400a2b514b2fe23d84cd189ddf1b695b48cbd1c"
     "8388441137b3ce28f16aa64ba33ba466b24df6cfcb021ecff235f6a2056ce3af1de44d572097"
     "a8505d9e7a93"},
    {SHA512, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "fd200c4987ac491313bd4a2a13287121247239e11c9ef82802044b66ef357e5b194498d06826"
     "11382348572a7b1611de54764094286320578a863f36562b0df6",
     "f5fa02b18298a72a8c23898a8703472c6eb179dc204c03425c970e3b164bf90fff22d04836d0"
     "e2343bac"},
};

START_TEST(vectors_of_the_rfc_hold)
{
    uint8_t ikm[100], salt[100], info[100], prk[64], okm[100], got_prk[64], got_okm[100];
    size_t ikm_len = check_unhex(ikm, sizeof ikm, vectors[_i].ikm);
    size_t salt_len = check_unhex(salt, sizeof salt, vectors[_i].salt);
    size_t info_len = check_unhex(info, sizeof info, vectors[_i].info);
    size_t prk_len = check_unhex(prk, sizeof prk, vectors[_i].prk);
    size_t okm_len = check_unhex(okm, sizeof okm, vectors[_i].okm);
    int a = vectors[_i].algorithm;

    extract(a, got_prk, salt, salt_len, ikm, ikm_len);
    ck_assert_mem_eq(got_prk, prk, prk_len);
    /* Every shorter output is a prefix. */
    for (size_t len = 0; len <= okm_len; len++) {
        memset(got_okm, 0xee, sizeof got_okm);
        ck_assert_int_eq(expand(a, got_okm, len, prk, prk_len, info, info_len), 0);
        ck_assert_mem_eq(got_okm, okm, len);
        ck_assert_uint_eq(got_okm[len], 0xee);
    }
}
END_TEST

START_TEST(the_longest_output_is_255_hashes)
{
    static uint8_t out[255 * 64 + 1];
    size_t max = 255 * hash_lens[_i];
    uint8_t prk[64] = {1};

    memset(out, 0xee, sizeof out);
    ck_assert_int_eq(expand(_i, out, max + 1, prk, hash_lens[_i], NULL, 0), NONCRYPTO_E_INVALID);
    ck_assert_uint_eq(out[0], 0xee);
    ck_assert_int_eq(expand(_i, out, max, prk, hash_lens[_i], NULL, 0), 0);
    ck_assert_uint_eq(out[max], 0xee);
    ck_assert_mem_ne(out, out + max - hash_lens[_i], hash_lens[_i]);
}
END_TEST

START_TEST(a_short_pseudo_random_key_is_refused)
{
    uint8_t out[16] = {0xee}, prk[64] = {1};

    ck_assert_int_eq(expand(_i, out, sizeof out, prk, hash_lens[_i] - 1, NULL, 0),
                     NONCRYPTO_E_INVALID);
    ck_assert_uint_eq(out[0], 0xee);
    ck_assert_int_eq(expand(_i, out, sizeof out, prk, hash_lens[_i], NULL, 0), 0);
}
END_TEST

START_TEST(output_may_overlap_the_key)
{
    uint8_t expected[100], buffer[100] = {1, 2, 3};

    ck_assert_int_eq(expand(_i, expected, 100, buffer, hash_lens[_i], "info", 4), 0);
    ck_assert_int_eq(expand(_i, buffer, 100, buffer, hash_lens[_i], "info", 4), 0);
    ck_assert_mem_eq(buffer, expected, sizeof expected);
}
END_TEST

static Suite *hkdf_suite(void)
{
    Suite *suite = suite_create("noncrypto hkdf");
    TCase *tc = tcase_create("hkdf");
    tcase_add_loop_test(tc, vectors_of_the_rfc_hold, 0, sizeof vectors / sizeof vectors[0]);
    tcase_add_loop_test(tc, the_longest_output_is_255_hashes, 0, NALGORITHMS);
    tcase_add_loop_test(tc, a_short_pseudo_random_key_is_refused, 0, NALGORITHMS);
    tcase_add_loop_test(tc, output_may_overlap_the_key, 0, NALGORITHMS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hkdf_suite)
