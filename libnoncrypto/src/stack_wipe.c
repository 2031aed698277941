#include "stack_wipe.h"

#include <noncrypto/memory.h>

#include <stdint.h>

/* On s390x each frame begins with 160 bytes for what it calls. */
#ifdef __s390x__
#define STACK_WIPE_FRAMES (4 * 160)
#else
#define STACK_WIPE_FRAMES 0
#endif

STACK_WIPED void noncrypto_stack_wipe_512(void)
{
    uint8_t area[512];

    noncrypto_wipe(area, sizeof area);
}

STACK_WIPED void noncrypto_stack_wipe_1920(void)
{
    uint8_t area[1920 + STACK_WIPE_FRAMES];

    noncrypto_wipe(area, sizeof area);
}

#if NONCRYPTO_X86_64

#include <immintrin.h>

/*
 * One store after the other: a loop ends with a branch that is not foreseen, and memset() takes twice the time. Each has to
 * be made, for all that the compiler knows.
 */
#define WIPE_VECTORS(n)                                             \
    do {                                                            \
        __m256i area[n];                                            \
        _Pragma("GCC unroll 32") for (unsigned i = 0; i < (n); i++) \
        {                                                           \
            _mm256_storeu_si256(area + i, _mm256_setzero_si256());  \
            __asm__ volatile("" : : "r"(area) : "memory");          \
        }                                                           \
    } while (0)

STACK_WIPED NONCRYPTO_TARGET("avx2") void noncrypto_stack_wipe_256_avx2(void)
{
    WIPE_VECTORS(8);
}

STACK_WIPED NONCRYPTO_TARGET("avx2") void noncrypto_stack_wipe_608_avx2(void)
{
    WIPE_VECTORS(19);
}

#endif
