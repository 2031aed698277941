/*
 * ChaCha20, Poly1305, the authenticated cipher and SipHash: keys and plaintexts are secret, nonces and lengths are not.
 */
#include <noncrypto/aead.h>
#include <noncrypto/chacha20.h>
#include <noncrypto/cpu.h>
#include <noncrypto/poly1305.h>
#include <noncrypto/siphash.h>
#include <stdint.h>
#include <string.h>

#include "taint.h"

int ct_symmetric(void);

#define LEN_MAX 1400

static int ct_aead(size_t len, const uint8_t nonce[24])
{
    static uint8_t text[LEN_MAX];
    uint8_t key[32], tag[16];
    int result = 0;

    memset(key, 7, sizeof key);
    memset(text, 9, len);
    taint(key, sizeof key);
    taint(text, len);
    result |= noncrypto_chacha20_poly1305_seal(text, tag, text, len, nonce, 24, nonce, key);
    /* A ciphertext and its tag are sent: they are public. */
    untaint(text, len);
    untaint(tag, sizeof tag);
    result |= noncrypto_chacha20_poly1305_open(text, text, len, tag, nonce, 24, nonce, key);
    untaint(text, len);
    for (size_t i = 0; i < len; i++)
        result |= text[i] != 9;
    taint(text, len);
    result |= noncrypto_xchacha20_poly1305_seal(text, tag, text, len, NULL, 0, nonce, key);
    untaint(text, len);
    untaint(tag, sizeof tag);
    tag[0] ^= 1;
    result |= noncrypto_xchacha20_poly1305_open(text, text, len, tag, NULL, 0, nonce, key) !=
              NONCRYPTO_E_VERIFY;
    return result;
}

static int ct_parts(size_t len, const uint8_t nonce[24])
{
    static uint8_t text[LEN_MAX];
    struct noncrypto_chacha20 stream;
    uint8_t key[32], out[16];
    int result = 0;

    memset(key, 3, sizeof key);
    taint(key, sizeof key);
    taint(text, len);
    noncrypto_xchacha20_init(&stream, key, nonce, 1);
    result |= noncrypto_chacha20_xor(&stream, text, text, len);
    result |= noncrypto_chacha20_xor(&stream, text, text, len / 3);
    noncrypto_chacha20_seek(&stream, 9);
    result |= noncrypto_chacha20_xor(&stream, text, text, len / 2);
    noncrypto_chacha20_wipe(&stream);
    noncrypto_poly1305(out, text, len, key);
    noncrypto_siphash128(out, text, len, key);
    uint64_t hash = noncrypto_siphash(text, len, key);
    untaint(&hash, sizeof hash);
    untaint(text, sizeof text);
    return result;
}

int ct_symmetric(void)
{
    static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE,
                                         NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
    static const size_t lengths[] = {0, 1, 64, 130, 300, 448, 600, 960, LEN_MAX};
    static const uint8_t nonce[24] = {1, 2, 3};
    int result = 0;

    for (size_t b = 0; b < sizeof back_ends / sizeof back_ends[0]; b++) {
        noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[b]);
        for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
            result |= ct_aead(lengths[l], nonce) | ct_parts(lengths[l], nonce);
    }
    return result;
}
