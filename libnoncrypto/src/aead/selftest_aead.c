/* The message of RFC 8439 section 2.8.2, sealed and opened, and a wrong tag refused. */
#include "selftest.h"

#include <noncrypto/aead.h>
#include <noncrypto/memory.h>
#include <string.h>

static const char aead_plaintext[] = "Ladies and Gentlemen of the class of '99: If I could offer "
                                     "you only one tip for the future, sunscreen would be it.";
static const uint8_t aead_tag[16] = {
    0x1a, 0xe1, 0x0b, 0x59, 0x4f, 0x09, 0xe2, 0x6a, 0x7e, 0x90, 0x2e, 0xcb, 0xd0, 0x60, 0x06, 0x91,
};

int selftest_aead(void)
{
    static const uint8_t nonce[12] = {7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47};
    static const uint8_t ad[12] = {0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1,
                                   0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
    uint8_t key[32], tag[16], buffer[sizeof aead_plaintext - 1];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(0x80 + i);
    memcpy(buffer, aead_plaintext, sizeof buffer);
    int result = noncrypto_chacha20_poly1305_seal(buffer, tag, buffer, sizeof buffer, ad, sizeof ad,
                                                  nonce, key);
    if (result == 0)
        result = noncrypto_compare(tag, aead_tag, sizeof tag);
    if (result == 0)
        result = noncrypto_chacha20_poly1305_open(buffer, buffer, sizeof buffer, tag, ad, sizeof ad,
                                                  nonce, key);
    if (result == 0)
        result = noncrypto_compare(buffer, aead_plaintext, sizeof buffer);
    tag[0] ^= 1;
    if (result == 0 && noncrypto_chacha20_poly1305_open(buffer, buffer, sizeof buffer, tag, ad,
                                                        sizeof ad, nonce, key) == 0)
        result = NONCRYPTO_E_SELFTEST;
    return result;
}
