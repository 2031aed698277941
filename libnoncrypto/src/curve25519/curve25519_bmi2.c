/* The curve with MULX, ADCX and ADOX; the table of the base point is read with SSE2, which every x86-64 has. */
#include "curve25519/curve25519.h"

#if NONCRYPTO_X86_64

#include <emmintrin.h>

#include "curve25519/field_bmi2.h"

#define NAME      CURVE25519_BMI2
#define OPERATION NONCRYPTO_TARGET("bmi,bmi2,adx")

/* Row index - 1 of eight, all of which are read, or for index 0 the neutral element: 1, 1, 0. */
static inline void table_select(uint64_t out[12], const uint64_t (*table)[12], uint32_t index)
{
    const __m128i *from = (const __m128i *)(const void *)table;
    __m128i wanted = _mm_set1_epi32((int)ct_barrier32(index));
    __m128i one = _mm_set_epi32(0, 0, 0, 1);
    __m128i at = _mm_setzero_si128();
    __m128i sum[6] = {_mm_and_si128(_mm_cmpeq_epi32(wanted, at), one)};

    sum[2] = sum[0];
    for (unsigned n = 0; n < 6; n++)
        if (n != 0 && n != 2)
            sum[n] = _mm_setzero_si128();
    for (unsigned i = 0; i < 8; i++) {
        at = _mm_add_epi32(at, _mm_set1_epi32(1));
        __m128i mask = _mm_cmpeq_epi32(wanted, at);
        for (unsigned n = 0; n < 6; n++)
            sum[n] = _mm_or_si128(sum[n], _mm_and_si128(mask, _mm_loadu_si128(from++)));
    }
    for (unsigned n = 0; n < 6; n++)
        _mm_storeu_si128((__m128i *)(void *)out + n, sum[n]);
}

#include "curve25519/operations.h"

#else

/* C wants something in every file. */
typedef int noncrypto_curve25519_bmi2_is_empty;

#endif
