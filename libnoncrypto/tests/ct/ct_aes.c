#include "taint.h"

#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/cmac.h>
#include <noncrypto/cpu.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LEN 700 /* head, whole batches and end of a message of GCM */

int ct_aes(void);

/* What is public afterwards is looked at, so that a result which is still poisoned is reported here. */
static int expect(int result, int expected, void *data, size_t len)
{
    untaint(data, len);
    return result != expected;
}

static int ct_modes(const uint8_t key[32], size_t key_len, uint8_t text[LEN], uint8_t iv[16])
{
    struct noncrypto_aes_gcm gcm;
    struct noncrypto_aes_ctr ctr;
    uint8_t tag[16];
    int failed = 0;

    failed |= noncrypto_aes_gcm_init(&gcm, key, key_len) != 0;
    for (size_t iv_len = 12; iv_len <= 16; iv_len += 4) {
        failed |= noncrypto_aes_gcm_seal(&gcm, text, tag, 16, text, LEN, text, 21, iv, iv_len) != 0;
        untaint(text, LEN);
        failed |=
            expect(noncrypto_aes_gcm_open(&gcm, text, tag, 16, text, LEN, text, 21, iv, iv_len),
                   NONCRYPTO_E_VERIFY, text, LEN);
        taint(text, LEN);
    }
    for (size_t len = 0; len <= LEN; len += LEN / 2) {
        uint8_t out[LEN];
        failed |= noncrypto_aes_gcm_seal(&gcm, out, tag, 16, text, len, NULL, 0, iv, 12) != 0;
        failed |= noncrypto_aes_gcm_open(&gcm, out, tag, 16, out, len, NULL, 0, iv, 12) != 0;
        failed |= noncrypto_aes_ccm_seal(&gcm.aes, out, tag, 8, text, len, text, 30, iv, 13) != 0;
        failed |= noncrypto_aes_ccm_open(&gcm.aes, out, tag, 8, out, len, text, 30, iv, 13) != 0;
        tag[0] ^= 1;
        failed |= noncrypto_aes_ccm_open(&gcm.aes, out, tag, 8, out, len, text, 30, iv, 13) !=
                  NONCRYPTO_E_VERIFY;
    }
    failed |= noncrypto_aes_ctr_init(&ctr, key, key_len, iv) != 0;
    noncrypto_aes_ctr_xor(&ctr, text, text, 509);
    noncrypto_aes_ctr_xor(&ctr, text, text, LEN);
    failed |= noncrypto_cmac(tag, key, key_len, text, LEN) != 0;
    noncrypto_aes_decrypt(&gcm.aes, tag, tag);
    return failed;
}

static int ct_key_wrap(const uint8_t key[32], size_t key_len, const uint8_t secret[40])
{
    struct noncrypto_aes aes;
    uint8_t out[48], back[48];
    size_t len;
    int failed = noncrypto_aes_init(&aes, key, key_len) != 0;

    failed |= noncrypto_aes_kw_wrap(&aes, out, secret, 40) != 0;
    failed |= noncrypto_aes_kw_unwrap(&aes, back, out, 48) != 0;
    out[5] ^= 1;
    failed |= noncrypto_aes_kw_unwrap(&aes, back, out, 48) != NONCRYPTO_E_VERIFY;
    for (size_t n = 5; n <= 35; n += 15) {
        size_t wrapped = NONCRYPTO_AES_KWP_LEN(n);
        failed |= noncrypto_aes_kwp_wrap(&aes, out, secret, n) != 0;
        failed |= noncrypto_aes_kwp_unwrap(&aes, back, &len, out, wrapped) != 0 || len != n;
        out[5] ^= 1;
        failed |= noncrypto_aes_kwp_unwrap(&aes, back, &len, out, wrapped) != NONCRYPTO_E_VERIFY;
    }
    return failed;
}

int ct_aes(void)
{
    static const uint32_t features[] = {0, NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI,
                                        NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI |
                                            NONCRYPTO_CPU_AVX2};
    int failed = 0;

    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        noncrypto_cpu_set_features(features[i] & noncrypto_cpu_detect());
        for (size_t key_len = 16; key_len <= 32; key_len += 8) {
            uint8_t key[32], text[LEN], iv[16], secret[40];
            memset(key, 0x5a, sizeof key);
            memset(text, 0xa5, sizeof text);
            memset(iv, 1, sizeof iv);
            memset(secret, 2, sizeof secret);
            taint(key, sizeof key);
            taint(text, sizeof text);
            taint(secret, sizeof secret);
            failed |= ct_modes(key, key_len, text, iv);
            failed |= ct_key_wrap(key, key_len, secret);
        }
    }
    return failed;
}
