/*
 * Which instructions of the processor the library may use.
 *
 * All of the library exists in portable C; some of it also for x86-64 vector, AES, SHA and wide-multiplication
 * instructions. One word of state, the only one that the library has, says which of them are allowed. In a program the
 * library finds that out by itself (NONCRYPTO_CONFIG_CPU_DETECT in config.h). A kernel that saves vector registers says
 *
 *     noncrypto_cpu_set_features(noncrypto_cpu_detect() & (NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI));
 *
 * once at start, before other processors use the library. Results do not depend on the word, speed does.
 *
 * Not all that there is pays. An emulated processor makes of one vector instruction many of its own, and plain C is several
 * times faster there; noncrypto_cpu_tune() finds out.
 */
#ifndef NONCRYPTO_CPU_H
#define NONCRYPTO_CPU_H

#include <noncrypto/config.h>
#include <noncrypto/result.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_CPU_XMM \
    (UINT32_C(1) << 0) /* there are SSE2, SSSE3, SSE4.1; XMM registers are saved */
#define NONCRYPTO_CPU_SSE \
    (NONCRYPTO_CPU_XMM | UINT32_C(1) << 11)   /* and arithmetic with them pays */
#define NONCRYPTO_CPU_AVX2 (UINT32_C(1) << 1) /* AVX, AVX2; YMM registers are saved */
#define NONCRYPTO_CPU_AVX512 \
    (UINT32_C(1) << 2) /* F, BW, DQ, VL; ZMM and mask registers are saved */
#define NONCRYPTO_CPU_IFMA   (UINT32_C(1) << 3) /* AVX-512 IFMA */
#define NONCRYPTO_CPU_AESNI  (UINT32_C(1) << 4) /* AES-NI and PCLMULQDQ */
#define NONCRYPTO_CPU_VAES   (UINT32_C(1) << 5) /* VAES and VPCLMULQDQ on YMM registers */
#define NONCRYPTO_CPU_SHA    (UINT32_C(1) << 6) /* SHA-1 and SHA-256 instructions */
#define NONCRYPTO_CPU_BMI2   (UINT32_C(1) << 7) /* BMI1, BMI2 (MULX) */
#define NONCRYPTO_CPU_ADX    (UINT32_C(1) << 8) /* ADCX, ADOX */
#define NONCRYPTO_CPU_RDRAND (UINT32_C(1) << 9)
#define NONCRYPTO_CPU_RDSEED (UINT32_C(1) << 10)

/*
 * What the processor has (CPUID) and, for registers beyond the general ones, what the system saves (OSXSAVE and XCR0).
 * On a processor without back ends in this library, and in a build without any, 0; in a build for general registers only,
 * nothing but RDRAND and RDSEED. Changes nothing.
 */
NONCRYPTO_API uint32_t noncrypto_cpu_detect(void);

/*
 * Allows the instructions in `features`, a set of NONCRYPTO_CPU_ bits, and forbids all others. The caller answers for it:
 * an instruction that the processor lacks ends the program. Bits that need another one (AVX2 needs SSE, AVX512 needs AVX2,
 * IFMA needs AVX512, AESNI needs XMM, VAES needs AVX2 and AESNI, SHA needs XMM, ADX needs BMI2) are dropped without it.
 *
 * NONCRYPTO_CPU_SSE is two bits: XMM, which says that the registers may be used, and one that says that arithmetic with
 * them pays. With XMM alone the AES and SHA instructions stay, and whatever could be computed in general registers is.
 */
NONCRYPTO_API void noncrypto_cpu_set_features(uint32_t features);

/* What is allowed at present. */
NONCRYPTO_API uint32_t noncrypto_cpu_get_features(void);

/*
 * Measures whether vector arithmetic pays here, and of what is allowed forbids what does not: SSE leaves XMM, so AESNI and
 * SHA stay; AVX2 takes AVX512, IFMA and VAES with it. Allows nothing that was not allowed.
 *
 * ticks   a counter that does not go backwards, of any unit and start, such as the time-stamp counter. It should tell 10
 *         microseconds apart; if it cannot, or stands still, nothing changes.
 *
 * Takes well below a millisecond on a processor, some milliseconds on an emulated one. For the time of the call the word is
 * changed: call it once at start, before other processors or threads use the library. Below 4 KiB of stack.
 *
 * Returns what is allowed from now on.
 */
NONCRYPTO_API uint32_t noncrypto_cpu_tune(uint64_t (*ticks)(void));

#ifdef __cplusplus
}
#endif

#endif
