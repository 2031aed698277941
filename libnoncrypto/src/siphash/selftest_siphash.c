/* The reference output for the key 0, 1, ... 15 and the input 0, 1, ... 14. */
#include "selftest.h"

#include <noncrypto/memory.h>
#include <noncrypto/siphash.h>

static const uint8_t siphash128_output[16] = {
    0x54, 0x93, 0xe9, 0x99, 0x33, 0xb0, 0xa8, 0x11, 0x7e, 0x08, 0xec, 0x0f, 0x97, 0xcf, 0xc3, 0xd9,
};

int selftest_siphash(void)
{
    uint8_t bytes[16], out[16];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    if (noncrypto_siphash(bytes, 15, bytes) != UINT64_C(0xa129ca6149be45e5))
        return NONCRYPTO_E_SELFTEST;
    noncrypto_siphash128(out, bytes, 15, bytes);
    return noncrypto_compare(out, siphash128_output, sizeof out);
}
