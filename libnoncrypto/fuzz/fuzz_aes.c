/*
 * What an attacker sends: wrapped keys and sealed messages. Whatever opens must be what sealing its content gives, the back
 * ends must agree, and what does not open must leave zeros.
 */
#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/cmac.h>
#include <noncrypto/cpu.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

static void require_zero(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        require(data[i] == 0);
}

static void fuzz_unwrap(const struct noncrypto_aes *kek, const uint8_t *data, size_t size)
{
    static uint8_t key[MAX], again[MAX + 16];
    size_t len = 0;

    int result = noncrypto_aes_kw_unwrap(kek, key, data, size);
    if (result == 0) {
        require(noncrypto_aes_kw_wrap(kek, again, key, size - 8) == 0);
        require(memcmp(again, data, size) == 0);
    } else if (result == NONCRYPTO_E_VERIFY) {
        require_zero(key, size - 8);
    }
    result = noncrypto_aes_kwp_unwrap(kek, key, &len, data, size);
    if (result == 0) {
        require(NONCRYPTO_AES_KWP_LEN(len) == size);
        require(noncrypto_aes_kwp_wrap(kek, again, key, len) == 0);
        require(memcmp(again, data, size) == 0);
    } else if (result == NONCRYPTO_E_VERIFY) {
        require(len == 0);
        require_zero(key, size - 8);
    }
    /* One block is plain AES, so that the checks behind the cipher are reached, too. */
    if (size >= 16) {
        uint8_t block[16];
        noncrypto_aes_encrypt(kek, block, data);
        if (noncrypto_aes_kwp_unwrap(kek, key, &len, block, 16) == 0)
            require(len >= 1 && len <= 8 && memcmp(key, data + 8, 8) == 0);
    }
}

/* Seals the data with lengths taken from it, and opens that and a changed copy with each back end. */
static void fuzz_modes(const struct noncrypto_aes_gcm *gcm, const uint8_t *data, size_t size)
{
    static uint8_t sealed[2][MAX], tag[2][16];
    size_t aad_len = size > 0 ? data[0] % (size + 1) : 0, iv_len = size > 1 ? data[1] % 40 + 1u : 1;
    size_t nonce_len = iv_len % 7 + 7;
    uint8_t iv[40] = {0};

    if (size > 0)
        memcpy(iv, data, size < sizeof iv ? size : sizeof iv);
    for (int i = 0; i < 2; i++) {
        noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
        require(noncrypto_aes_gcm_seal(gcm, sealed[i], tag[i], 16, data, size, data, aad_len, iv,
                                       iv_len) == 0);
    }
    require(memcmp(sealed[0], sealed[1], size) == 0 && memcmp(tag[0], tag[1], 16) == 0);
    require(noncrypto_aes_gcm_open(gcm, sealed[0], tag[0], 16, sealed[0], size, data, aad_len, iv,
                                   iv_len) == 0);
    require(memcmp(sealed[0], data, size) == 0);
    tag[1][iv_len % 16] ^= 1;
    require(noncrypto_aes_gcm_open(gcm, sealed[1], tag[1], 16, sealed[1], size, data, aad_len, iv,
                                   iv_len) == NONCRYPTO_E_VERIFY);
    require_zero(sealed[1], size);

    for (int i = 0; i < 2; i++) {
        noncrypto_cpu_set_features(i == 0 ? 0 : noncrypto_cpu_detect());
        require(noncrypto_aes_ccm_seal(&gcm->aes, sealed[i], tag[i], 8, data, size, data, aad_len,
                                       iv, nonce_len) == 0);
    }
    require(memcmp(sealed[0], sealed[1], size) == 0 && memcmp(tag[0], tag[1], 8) == 0);
    require(noncrypto_aes_ccm_open(&gcm->aes, sealed[0], tag[0], 8, sealed[0], size, data, aad_len,
                                   iv, nonce_len) == 0);
    require(memcmp(sealed[0], data, size) == 0);
}

/* A stream and a CMAC in pieces, against both in one. */
static void fuzz_pieces(const uint8_t key[32], const uint8_t *data, size_t size)
{
    static uint8_t out[2][MAX];
    struct noncrypto_aes_ctr ctr;
    struct noncrypto_cmac cmac;
    uint8_t tag[2][16];

    require(noncrypto_aes_ctr_init(&ctr, key, 16, key) == 0);
    noncrypto_aes_ctr_xor(&ctr, out[0], data, size);
    require(noncrypto_aes_ctr_init(&ctr, key, 16, key) == 0);
    require(noncrypto_cmac_init(&cmac, key, 16) == 0);
    for (size_t at = 0, n; at < size; at += n) {
        n = data[at] < size - at ? data[at] + 1u : size - at;
        n = n < size - at ? n : size - at;
        noncrypto_aes_ctr_xor(&ctr, out[1] + at, data + at, n);
        noncrypto_cmac_update(&cmac, data + at, n);
    }
    require(memcmp(out[0], out[1], size) == 0);
    noncrypto_cmac_final(&cmac, tag[0]);
    require(noncrypto_cmac(tag[1], key, 16, data, size) == 0);
    require(memcmp(tag[0], tag[1], 16) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct noncrypto_aes_gcm gcm;
    uint8_t key[32] = {0};

    if (size > MAX)
        return 0;
    if (size > 0)
        memcpy(key, data, size < sizeof key ? size : sizeof key);
    noncrypto_cpu_set_features(size % 2 ? noncrypto_cpu_detect() : 0);
    require(noncrypto_aes_gcm_init(&gcm, key, 16 + 8 * (size % 3)) == 0);
    fuzz_unwrap(&gcm.aes, data, size);
    fuzz_modes(&gcm, data, size);
    fuzz_pieces(key, data, size);
    return 0;
}
