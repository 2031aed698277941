/*
 * The official vectors for 2049 bytes of input: two chunks and a byte, so parents and the stack take part.
 */
#include "selftest.h"

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

static const uint8_t blake3_hash_2049[32] = {
    0x5f, 0x4d, 0x72, 0xf4, 0x0d, 0x7a, 0x5f, 0x82, 0xb1, 0x5c, 0xa2, 0xb2, 0xe4, 0x4b, 0x1d, 0xe3,
    0xc2, 0xef, 0x86, 0xc4, 0x26, 0xc9, 0x5c, 0x1a, 0xf0, 0xb6, 0x87, 0x95, 0x22, 0x56, 0x30, 0x30,
};
static const uint8_t blake3_keyed_2049[32] = {
    0x9f, 0x29, 0x70, 0x09, 0x02, 0xf7, 0xc8, 0x6e, 0x51, 0x4d, 0xdc, 0x4d, 0xf1, 0xe3, 0x04, 0x9f,
    0x25, 0x8b, 0x24, 0x72, 0xb6, 0xdd, 0x52, 0x67, 0xf6, 0x1b, 0xf1, 0x39, 0x83, 0xb7, 0x8d, 0xd5,
};
static const uint8_t blake3_derived_2049[32] = {
    0x2e, 0xa4, 0x77, 0xc5, 0x51, 0x5c, 0xc3, 0xdd, 0x60, 0x65, 0x12, 0xee, 0x72, 0xbb, 0x3e, 0x0e,
    0x75, 0x8c, 0xfa, 0xe7, 0x23, 0x28, 0x26, 0xf3, 0x5f, 0xb9, 0x8c, 0xa1, 0xbc, 0xbd, 0xf2, 0x73,
};
/* `len` bytes of the sequence 0, 1, ..., 250, 0, 1, ... from its beginning. */
static void update_with_sequence(struct noncrypto_blake3 *ctx, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)(i % 251);
        noncrypto_blake3_update(ctx, &byte, 1);
    }
}

int selftest_blake3(void)
{
    static const char key[] = "whats the Elvish word for friend";
    static const char context[] = "BLAKE3 2019-12-27 16:29:52 test vectors context";
    struct noncrypto_blake3 ctx;
    uint8_t out[NONCRYPTO_BLAKE3_OUT_LEN];
    int result = 0;

    noncrypto_blake3_init(&ctx);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_hash_2049, sizeof out);

    noncrypto_blake3_init_keyed(&ctx, (const uint8_t *)key);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_keyed_2049, sizeof out);

    noncrypto_blake3_init_derive_key(&ctx, context, sizeof context - 1);
    update_with_sequence(&ctx, 2049);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    result |= noncrypto_compare(out, blake3_derived_2049, sizeof out);
    return result;
}
