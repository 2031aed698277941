/*
 * The large sets: Wycheproof's AES-GCM, and the protected frames of IEEE 802.11 as hostap has them.
 */
#include "aes_helpers.h"

#include <vector_json.h>

#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>

#define WYCHEPROOF_GCM "crypto/wycheproof/aes_gcm_test.json"
#define HOSTAP         "wifi/hostap_vectors.json"
#define GCMP_128       "wifi/gcmp_128.json"

struct gcm_case {
    uint8_t *key, *iv, *aad, *msg, *ct, *tag;
    size_t key_len, iv_len, aad_len, msg_len, ct_len, tag_len;
};

static struct gcm_case gcm_case_read(const json_t *test)
{
    struct gcm_case c;

    c.key = vector_json_hex(test, "key", &c.key_len);
    c.iv = vector_json_hex(test, "iv", &c.iv_len);
    c.aad = vector_json_hex(test, "aad", &c.aad_len);
    c.msg = vector_json_hex(test, "msg", &c.msg_len);
    c.ct = vector_json_hex(test, "ct", &c.ct_len);
    c.tag = vector_json_hex(test, "tag", &c.tag_len);
    return c;
}

static void gcm_case_free(struct gcm_case *c)
{
    free(c->key);
    free(c->iv);
    free(c->aad);
    free(c->msg);
    free(c->ct);
    free(c->tag);
}

/* An invalid case has either a wrong tag or no IV, which is the only parameter in the file that GCM does not allow. */
static void check_wycheproof_case(const struct gcm_case *c, int valid, int id)
{
    struct noncrypto_aes_gcm gcm;
    uint8_t *out = malloc(c->ct_len + 1), tag[16];
    int expected = valid ? 0 : c->iv_len == 0 ? NONCRYPTO_E_INVALID : NONCRYPTO_E_VERIFY;

    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, c->key, c->key_len), 0);
    int result = noncrypto_aes_gcm_open(&gcm, out, c->tag, c->tag_len, c->ct, c->ct_len, c->aad,
                                        c->aad_len, c->iv, c->iv_len);
    ck_assert_msg(result == expected, "case %d: opened with %d, not %d", id, result, expected);
    if (valid)
        ck_assert_msg(memcmp(out, c->msg, c->msg_len) == 0, "case %d: plaintext", id);

    result = noncrypto_aes_gcm_seal(&gcm, out, tag, c->tag_len, c->msg, c->msg_len, c->aad,
                                    c->aad_len, c->iv, c->iv_len);
    ck_assert_int_eq(result, c->iv_len == 0 ? NONCRYPTO_E_INVALID : 0);
    if (result == 0) {
        int same = c->ct_len == c->msg_len && memcmp(out, c->ct, c->ct_len) == 0 &&
                   memcmp(tag, c->tag, c->tag_len) == 0;
        ck_assert_msg(same == valid, "case %d: sealing gave %s", id, same ? "it" : "another");
    }
    free(out);
}

START_TEST(wycheproof_gcm_is_as_it_says)
{
    json_t *root = vector_json_read(WYCHEPROOF_GCM);
    size_t g, t;
    const json_t *group, *test;
    unsigned valid = 0, wrong = 0, no_iv = 0;

    if (!root || !use_backend(_i))
        return;
    json_array_foreach(json_object_get(root, "testGroups"), g, group)
    {
        json_array_foreach(json_object_get(group, "tests"), t, test)
        {
            struct gcm_case c = gcm_case_read(test);
            int is_valid = strcmp(vector_json_string(test, "result"), "valid") == 0;
            check_wycheproof_case(&c, is_valid,
                                  (int)json_integer_value(json_object_get(test, "tcId")));
            valid += (unsigned)is_valid;
            wrong += (unsigned)(!is_valid && c.iv_len > 0);
            no_iv += (unsigned)(!is_valid && c.iv_len == 0);
            gcm_case_free(&c);
        }
    }
    printf("# %s, back end %d: %u valid, %u with a wrong tag refused, %u without an IV refused\n",
           WYCHEPROOF_GCM, _i, valid, wrong, no_iv);
    ck_assert_int_eq(valid + wrong + no_iv,
                     json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}
END_TEST

/* A frame before protection, split as IEEE Std 802.11-2020 sections 12.5.3.3 and 12.5.5.3 say. */
struct frame {
    struct bytes data;
    size_t header_len;
    uint8_t aad[32];
    size_t aad_len;
    uint8_t nonce[13]; /* of CCMP; the one of GCMP is all but the first byte */
};

static struct frame frame_read(const json_t *arrays)
{
    struct frame f = {.data = unhex(vector_json_string(arrays, "frame")), .header_len = 24};
    struct bytes pn = unhex(vector_json_string(arrays, "pn"));
    const uint8_t *p = f.data.data;
    int data = (p[0] & 0x0c) == 0x08, qos = data && (p[0] & 0x80), four = (p[1] & 3) == 3;
    size_t n = 22;

    f.aad[0] = data ? p[0] & 0x8f : p[0];
    f.aad[1] = (uint8_t)((p[1] & (qos ? 0x47 : 0xc7)) | 0x40);
    memcpy(f.aad + 2, p + 4, 18);
    f.aad[20] = p[22] & 0x0f;
    if (four) {
        memcpy(f.aad + n, p + 24, 6);
        f.header_len += 6;
        n += 6;
    }
    f.nonce[0] = data ? 0 : 0x10;
    if (qos) {
        f.nonce[0] = f.aad[n] = p[f.header_len] & 0x0f;
        f.header_len += 2;
        n += 2;
    }
    f.aad_len = n;
    memcpy(f.nonce + 1, p + 10, 6);
    ck_assert_uint_eq(pn.len, 6);
    memcpy(f.nonce + 7, pn.data, 6);
    return f;
}

static const json_t *hostap_arrays(const json_t *root, const char *group, const char *name)
{
    const json_t *arrays =
        json_object_get(json_object_get(json_object_get(root, group), name), "arrays");

    ck_assert_msg(arrays != NULL, "%s is not in %s", name, HOSTAP);
    return arrays;
}

static void check_ccmp(const json_t *arrays, size_t tag_len, const char *expected)
{
    struct frame f = frame_read(arrays);
    struct bytes key = unhex(vector_json_string(arrays, "tk"));
    uint8_t *text = f.data.data + f.header_len, out[512];
    size_t len = f.data.len - f.header_len;
    struct noncrypto_aes aes;

    ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
    ck_assert_int_eq(noncrypto_aes_ccm_seal(&aes, out, out + len, tag_len, text, len, f.aad,
                                            f.aad_len, f.nonce, 13),
                     0);
    check_hex(out, len + tag_len, expected);
    ck_assert_int_eq(noncrypto_aes_ccm_open(&aes, out, out + len, tag_len, out, len, f.aad,
                                            f.aad_len, f.nonce, 13),
                     0);
    ck_assert_mem_eq(out, text, len);
}

static void check_gcmp(const json_t *arrays, struct frame f, const char *cipher, const char *tag)
{
    struct bytes key = unhex(vector_json_string(arrays, "tk"));
    uint8_t *text = f.data.data + f.header_len, out[512], mic[16];
    size_t len = f.data.len - f.header_len;
    struct noncrypto_aes_gcm gcm;

    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key.data, key.len), 0);
    ck_assert_int_eq(
        noncrypto_aes_gcm_seal(&gcm, out, mic, 16, text, len, f.aad, f.aad_len, f.nonce + 1, 12),
        0);
    ck_assert_uint_ge(strlen(cipher), 2 * len);
    struct bytes expected = unhex(cipher);
    ck_assert_mem_eq(out, expected.data, len);
    check_hex(mic, sizeof mic, tag);
    ck_assert_int_eq(
        noncrypto_aes_gcm_open(&gcm, out, mic, 16, out, len, f.aad, f.aad_len, f.nonce + 1, 12), 0);
    ck_assert_mem_eq(out, text, len);
}

/* The ciphertext of CCMP-128 is not in the file but in the standard, annex J.6.4. */
START_TEST(ccmp_and_gcmp_frames_are_those_of_the_standard)
{
    json_t *root = vector_json_read(HOSTAP), *gcmp_128 = vector_json_read(GCMP_128);
    size_t i;
    const json_t *arrays;

    if (!root || !gcmp_128 || !use_backend(_i))
        return;
    check_ccmp(hostap_arrays(root, "wlantest_test_vectors", "test_vector_ccmp"), 8,
               "f3d0a2fe9a3dbf2342a643e43246e80c3c04d0197845ce0b16f97623");
    arrays = hostap_arrays(root, "wlantest_test_vectors", "test_vector_ccmp_256");
    size_t skip = 2 * (24 + 8); /* header, CCMP header */
    check_ccmp(arrays, 16, vector_json_string(arrays, "encr") + skip);

    arrays = hostap_arrays(root, "wlantest_test_vectors", "test_vector_gcmp_256");
    struct frame f = frame_read(arrays);
    const char *encr = vector_json_string(arrays, "encr") + 2 * (f.header_len + 8);
    check_gcmp(arrays, f, encr, encr + 2 * (f.data.len - f.header_len));
    json_array_foreach(gcmp_128, i, arrays)
    {
        f = frame_read(arrays);
        if (i == 0) /* an example from before the Protected Frame bit was set in it */
            f.aad[1] &= 0xbf;
        check_gcmp(arrays, f, vector_json_string(arrays, "encr"),
                   vector_json_string(arrays, "mic"));
    }
    printf("# %s: CCMP-128, CCMP-256, GCMP-256; %s: %zu\n", HOSTAP, GCMP_128, i);
    printf("# not run: ccmp_mgmt, ccmp_pv1, bip, bip_s1g_beacon*, omac1 (the file has no expected "
           "value), bip_gmac_*_s1g_beacon* (layout of 802.11ah), TKIP, SIV, EAX (not in here)\n");
    json_decref(root);
    json_decref(gcmp_128);
}
END_TEST

/* BIP-GMAC, section 12.5.4.5: nonce A2 || IPN, message the masked header, the body and the element with an empty MIC. */
START_TEST(bip_gmac_frames_are_those_of_the_standard)
{
    static const char *const names[] = {"test_vector_bip_gmac_128", "test_vector_bip_gmac_256"};
    json_t *root = vector_json_read(HOSTAP);

    if (!root || !use_backend(_i))
        return;
    for (size_t i = 0; i < 2; i++) {
        const json_t *arrays = hostap_arrays(root, "wlantest_test_vectors", names[i]);
        struct bytes key = unhex(vector_json_string(arrays, "igtk"));
        struct bytes ipn = unhex(vector_json_string(arrays, "ipn"));
        struct bytes frame = unhex(vector_json_string(arrays, "res"));
        uint8_t nonce[12], mic[16], expected[16], data[256];
        size_t len = 20 + frame.len - 24; /* no duration, no sequence control */
        struct noncrypto_aes_gcm gcm;

        memcpy(expected, frame.data + frame.len - 16, 16);
        memset(frame.data + frame.len - 16, 0, 16);
        memcpy(nonce, frame.data + 10, 6);
        for (size_t k = 0; k < 6; k++)
            nonce[6 + k] = ipn.data[5 - k];
        data[0] = frame.data[0];
        data[1] = frame.data[1] & 0xc7;
        memcpy(data + 2, frame.data + 4, 18);
        memcpy(data + 20, frame.data + 24, frame.len - 24);
        ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key.data, key.len), 0);
        ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, NULL, mic, 16, NULL, 0, data, len, nonce, 12),
                         0);
        ck_assert_mem_eq(mic, expected, 16);
        ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, NULL, mic, 16, NULL, 0, data, len, nonce, 12),
                         0);
    }
    printf("# %s: BIP-GMAC-128 and -256\n", HOSTAP);
    json_decref(root);
}
END_TEST

START_TEST(hostap_key_wrap_and_ctr_are_ours)
{
    json_t *root = vector_json_read(HOSTAP);
    char kek[8], plain[16], cipher[16], counter[16];
    uint8_t out[64];

    if (!root || !use_backend(_i))
        return;
    const json_t *arrays = hostap_arrays(root, "crypto_module_tests", "test_key_wrap");
    for (int i = 41; i <= 46; i++) {
        snprintf(kek, sizeof kek, "kek%d", i);
        snprintf(plain, sizeof plain, "plain%d", i);
        snprintf(cipher, sizeof cipher, "crypt%d", i);
        struct bytes key = unhex(vector_json_string(arrays, kek));
        struct bytes text = unhex(vector_json_string(arrays, plain));
        struct noncrypto_aes aes;
        ck_assert_int_eq(noncrypto_aes_init(&aes, key.data, key.len), 0);
        ck_assert_int_eq(noncrypto_aes_kw_wrap(&aes, out, text.data, text.len), 0);
        check_hex(out, text.len + 8, vector_json_string(arrays, cipher));
        ck_assert_int_eq(noncrypto_aes_kw_unwrap(&aes, out, out, text.len + 8), 0);
        ck_assert_mem_eq(out, text.data, text.len);
    }
    arrays = hostap_arrays(root, "crypto_module_tests", "test_aes_ctr");
    for (int bits = 128; bits <= 256; bits += 64) {
        snprintf(kek, sizeof kek, "key%d", bits);
        snprintf(plain, sizeof plain, "plain%d", bits);
        snprintf(cipher, sizeof cipher, "cipher%d", bits);
        snprintf(counter, sizeof counter, "counter%d", bits);
        struct bytes key = unhex(vector_json_string(arrays, kek));
        struct bytes iv = unhex(vector_json_string(arrays, counter));
        struct bytes text = unhex(vector_json_string(arrays, plain));
        struct noncrypto_aes_ctr ctr;
        ck_assert_int_eq(noncrypto_aes_ctr_init(&ctr, key.data, key.len, iv.data), 0);
        noncrypto_aes_ctr_xor(&ctr, text.data, text.data, text.len);
        check_hex(text.data, text.len, vector_json_string(arrays, cipher));
    }
    printf("# %s: 6 key wraps, 3 CTR\n", HOSTAP);
    json_decref(root);
}
END_TEST

static Suite *aes_vectors_suite(void)
{
    Suite *suite = suite_create("noncrypto aes vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_loop_test(tc, wycheproof_gcm_is_as_it_says, 0, BACKENDS);
    tcase_add_loop_test(tc, ccmp_and_gcmp_frames_are_those_of_the_standard, 0, BACKENDS);
    tcase_add_loop_test(tc, bip_gmac_frames_are_those_of_the_standard, 0, BACKENDS);
    tcase_add_loop_test(tc, hostap_key_wrap_and_ctr_are_ours, 0, BACKENDS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_vectors_suite)
