/* Two chunks, sealed and opened; the second is not accepted as the end of nothing, nor the first as the last. */
#include "selftest.h"

#include <noncrypto/memory.h>
#include <noncrypto/stream.h>

/* The tag of the first chunk, as ChaCha20-Poly1305 gives it for the nonce of chunk 0. */
static const uint8_t first_tag[NONCRYPTO_STREAM_TAG_LEN] = {
    0x2f, 0x67, 0x68, 0x91, 0x3f, 0xed, 0x66, 0x2b, 0xa1, 0x58, 0xa4, 0x20, 0xff, 0x36, 0x0c, 0xbe,
};

int selftest_stream(void)
{
    static const uint8_t text[12] = {'s', 'i', 'x', ' ', 'b', 'y', 't', 'e', 's', ' ', 'o', 'r'};
    static const uint8_t key[NONCRYPTO_STREAM_KEY_LEN] = {1, 2, 3};
    struct noncrypto_stream stream;
    uint8_t sealed[2][8 + NONCRYPTO_STREAM_TAG_LEN], out[12];

    int result = noncrypto_stream_init(&stream, key, 8);
    if (result == 0)
        result = noncrypto_stream_seal(&stream, sealed[0], text, 8, 0);
    if (result == 0)
        result = noncrypto_stream_seal(&stream, sealed[1], text + 8, 4, 1);
    if (result == 0)
        result = noncrypto_compare(sealed[0] + 8, first_tag, sizeof first_tag);
    if (result == 0)
        result = noncrypto_stream_init(&stream, key, 8);
    if (result == 0)
        result = noncrypto_stream_open(&stream, out, sealed[0], 8 + NONCRYPTO_STREAM_TAG_LEN, 0);
    if (result == 0)
        result =
            noncrypto_stream_open(&stream, out + 8, sealed[1], 4 + NONCRYPTO_STREAM_TAG_LEN, 1);
    if (result == 0)
        result = noncrypto_compare(out, text, sizeof text);
    if (result == 0)
        result = noncrypto_stream_init(&stream, key, 8);
    if (result == 0 &&
        noncrypto_stream_open(&stream, out, sealed[0], 8 + NONCRYPTO_STREAM_TAG_LEN, 1) == 0)
        result = NONCRYPTO_E_SELFTEST;
    noncrypto_stream_wipe(&stream);
    return result;
}
