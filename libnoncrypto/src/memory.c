#include <noncrypto/memory.h>

#include <stdint.h>
#include <string.h>

/* The value passes through an empty asm, so the compiler knows nothing of it and cannot cut a loop short. */
static inline uint32_t value_barrier(uint32_t x)
{
    __asm__("" : "+r"(x));
    return x;
}

int noncrypto_compare(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint32_t difference = 0;

    for (size_t i = 0; i < len; i++)
        difference = value_barrier(difference | (uint32_t)(x[i] ^ y[i]));

    /* difference is 0..255: bit 31 of difference - 1 is set exactly when it is 0. */
    uint32_t differs = 1 ^ ((value_barrier(difference) - 1) >> 31);
    return (int)differs * NONCRYPTO_E_VERIFY;
}

void noncrypto_wipe(void *data, size_t len)
{
    if (len == 0)
        return;
    memset(data, 0, len);
    /* The asm may read all memory that it can reach through `data`, so the memset before it must happen. */
    __asm__ volatile("" : : "r"(data) : "memory");
}
