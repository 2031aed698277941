/*
 * Fp and Fp2 with the instructions of x86-64 that the compiler makes no use of: MULX, and ADCX and
 * ADOX, whose two carries run side by side. General registers only. The caller has asked
 * fp_has_adx().
 */
#ifndef NONZK_SRC_FIELD_FP_X86_64_H
#define NONZK_SRC_FIELD_FP_X86_64_H

#include <nonzk/fp2.h>

#if defined(__x86_64__) && !defined(NONZK_NO_INT128)
#define FP_X86_64 1
#else
#define FP_X86_64 0
#endif

#if FP_X86_64
#include <noncrypto/cpu.h>

static inline int fp_has_adx(void)
{
    const uint32_t needed = NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX;
    return (noncrypto_cpu_get_features() & needed) == needed;
}

/* Contracts of nonzk_fp_mul(), nonzk_fp2_mul() and nonzk_fp2_square() */
void fp_mul_adx(struct nonzk_fp *out, const struct nonzk_fp *a, const struct nonzk_fp *b);
void fp2_mul_adx(struct nonzk_fp2 *out, const struct nonzk_fp2 *a, const struct nonzk_fp2 *b);
void fp2_square_adx(struct nonzk_fp2 *out, const struct nonzk_fp2 *a);
#endif

#endif
