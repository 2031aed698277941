/*
 * The two-block example of FIPS 180 (section 2 of the examples with intermediate values).
 */
#include "selftest.h"

#include <noncrypto/memory.h>
#include <noncrypto/sha1.h>

static const uint8_t expected[NONCRYPTO_SHA1_LEN] = {
    0x84, 0x98, 0x3e, 0x44, 0x1c, 0x3b, 0xd2, 0x6e, 0xba, 0xae,
    0x4a, 0xa1, 0xf9, 0x51, 0x29, 0xe5, 0xe5, 0x46, 0x70, 0xf1,
};

int selftest_sha1(void)
{
    static const char message[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint8_t out[NONCRYPTO_SHA1_LEN];

    noncrypto_sha1(out, message, sizeof message - 1);
    return noncrypto_compare(out, expected, sizeof out);
}
