#include <noncrypto/memory.h>

#include <stdint.h>
#include <string.h>

#include "ct.h"

int noncrypto_compare(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint32_t difference = 0;

    for (size_t i = 0; i < len; i++)
        difference = ct_barrier32(difference | (uint32_t)(x[i] ^ y[i]));

    /* difference is 0..255: bit 31 of difference - 1 is set exactly when it is 0. */
    uint32_t differs = 1 ^ ((ct_barrier32(difference) - 1) >> 31);
    return ct_public((int)differs * NONCRYPTO_E_VERIFY);
}

void noncrypto_select(int condition, void *out, const void *a, const void *b, size_t len)
{
    uint8_t mask = (uint8_t)ct_nonzero32((uint32_t)condition);
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint8_t *to = out;

    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)ct_select32(mask, x[i], y[i]);
}

void noncrypto_wipe(void *data, size_t len)
{
    if (len == 0)
        return;
    memset(data, 0, len);
    /* The asm may read all memory that it can reach through `data`, so the memset before it must happen. */
    __asm__ volatile("" : : "r"(data) : "memory");
}
