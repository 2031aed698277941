/*
 * FIPS 197 appendix C.3, RFC 3610 packet vector 1, SP 800-38B example 2 of AES-256, RFC 3394 section 4.6, and one message of GCM, long
 * enough for the loop over whole batches, of which the tag depends on all that was computed. CTR is in all of them but is
 * called once by its own name, SP 800-38A section F.5.5.
 */
#include "selftest.h"

#include <noncrypto/aes_ccm.h>
#include <noncrypto/aes_ctr.h>
#include <noncrypto/aes_gcm.h>
#include <noncrypto/aes_kw.h>
#include <noncrypto/cmac.h>
#include <noncrypto/memory.h>

static const uint8_t aes_block_fips197[16] = {
    0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89,
};
static const uint8_t ccm_rfc3610[31] = {
    0x58, 0x8c, 0x97, 0x9a, 0x61, 0xc6, 0x63, 0xd2, 0xf0, 0x66, 0xd0, 0xc2, 0xc0, 0xf9, 0x89, 0x80,
    0x6d, 0x5f, 0x6b, 0x61, 0xda, 0xc3, 0x84, 0x17, 0xe8, 0xd1, 0x2c, 0xfd, 0xf9, 0x26, 0xe0,
};
static const uint8_t ccm_nonce[13] = {
    0x00, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5,
};
static const uint8_t key_sp800_38a[32] = {
    0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0, 0x85, 0x7d, 0x77, 0x81,
    0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4,
};
static const uint8_t plain_sp800_38a[16] = {
    0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a,
};
static const uint8_t ctr_sp800_38a[16] = {
    0x60, 0x1e, 0xc3, 0x13, 0x77, 0x57, 0x89, 0xa5, 0xb7, 0xa7, 0xf5, 0x04, 0xbb, 0xf3, 0xd2, 0x28,
};
static const uint8_t cmac_sp800_38b[16] = {
    0x28, 0xa7, 0x02, 0x3f, 0x45, 0x2e, 0x8f, 0x82, 0xbd, 0x4b, 0xf2, 0x8d, 0x8c, 0x37, 0xc3, 0x5c,
};
static const uint8_t kw_rfc3394[40] = {
    0x28, 0xc9, 0xf4, 0x04, 0xc4, 0xb8, 0x10, 0xf4, 0xcb, 0xcc, 0xb3, 0x5c, 0xfb, 0x87,
    0xf8, 0x26, 0x3f, 0x57, 0x86, 0xe2, 0xd8, 0x0e, 0xd3, 0x26, 0xcb, 0xc7, 0xf0, 0xe7,
    0x1a, 0x99, 0xf4, 0x3b, 0xfb, 0x98, 0x8b, 0x9b, 0x7a, 0x02, 0xdd, 0x21,
};
/* Key 0, 1, ..., 31; IV 0, 1, ..., 11; associated data 0, 1, ..., 19; plaintext 0, 1, ..., 255, 0, 1, ..., 143. */
static const uint8_t gcm_tag[16] = {
    0x52, 0x36, 0xcd, 0xbe, 0x3e, 0xcf, 0xfc, 0x1e, 0x19, 0x8d, 0x98, 0xa9, 0xeb, 0xe4, 0x4e, 0xf3,
};

static void fill_sequence(uint8_t *out, size_t len, unsigned first)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(first + i);
}

static int selftest_block_and_wrap(const uint8_t key[32])
{
    struct noncrypto_aes aes;
    uint8_t block[16], secret[32], wrapped[40];
    int result = noncrypto_aes_init(&aes, key, 32);

    for (unsigned i = 0; i < sizeof block; i++)
        block[i] = secret[i] = (uint8_t)(i * 0x11);
    noncrypto_aes_encrypt(&aes, block, block);
    result |= noncrypto_compare(block, aes_block_fips197, sizeof block);
    fill_sequence(secret + 16, 16, 0);
    result |= noncrypto_aes_kw_wrap(&aes, wrapped, secret, sizeof secret);
    result |= noncrypto_compare(wrapped, kw_rfc3394, sizeof wrapped);
    result |= noncrypto_aes_kw_unwrap(&aes, wrapped, wrapped, sizeof wrapped);
    return result | noncrypto_compare(wrapped, secret, sizeof secret);
}

static int selftest_ccm(void)
{
    struct noncrypto_aes aes;
    uint8_t packet[8 + 23 + 8], key[16];

    fill_sequence(key, sizeof key, 0xc0);
    fill_sequence(packet, sizeof packet, 0);
    int result = noncrypto_aes_init(&aes, key, sizeof key);
    result |= noncrypto_aes_ccm_seal(&aes, packet + 8, packet + 31, 8, packet + 8, 23, packet, 8,
                                     ccm_nonce, sizeof ccm_nonce);
    return result | noncrypto_compare(packet + 8, ccm_rfc3610, sizeof ccm_rfc3610);
}

static int selftest_ctr_and_cmac(void)
{
    struct noncrypto_aes_ctr ctr;
    uint8_t block[16];

    fill_sequence(block, sizeof block, 0xf0);
    int result = noncrypto_aes_ctr_init(&ctr, key_sp800_38a, sizeof key_sp800_38a, block);
    noncrypto_aes_ctr_xor(&ctr, block, plain_sp800_38a, sizeof block);
    result |= noncrypto_compare(block, ctr_sp800_38a, sizeof block);
    result |= noncrypto_cmac(block, key_sp800_38a, sizeof key_sp800_38a, plain_sp800_38a,
                             sizeof plain_sp800_38a);
    return result | noncrypto_compare(block, cmac_sp800_38b, sizeof block);
}

static int selftest_gcm(const uint8_t key[32])
{
    struct noncrypto_aes_gcm gcm;
    uint8_t text[400], expected[400], tag[16];

    fill_sequence(text, sizeof text, 0);
    fill_sequence(expected, sizeof expected, 0);
    int result = noncrypto_aes_gcm_init(&gcm, key, 32);
    result |= noncrypto_aes_gcm_seal(&gcm, text, tag, sizeof tag, text, sizeof text, key, 20, key,
                                     NONCRYPTO_AES_GCM_IV_LEN);
    result |= noncrypto_compare(tag, gcm_tag, sizeof tag);
    result |= noncrypto_aes_gcm_open(&gcm, text, tag, sizeof tag, text, sizeof text, key, 20, key,
                                     NONCRYPTO_AES_GCM_IV_LEN);
    return result | noncrypto_compare(text, expected, sizeof text);
}

int selftest_aes(void)
{
    uint8_t key[32];

    fill_sequence(key, sizeof key, 0);
    return selftest_block_and_wrap(key) | selftest_ccm() | selftest_ctr_and_cmac() |
           selftest_gcm(key);
}
