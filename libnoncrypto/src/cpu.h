/*
 * Choice of back ends. A back end is compiled where NONCRYPTO_X86_64 is 1, its functions carry NONCRYPTO_TARGET(...), and
 * the code that dispatches asks cpu_has().
 */
#ifndef NONCRYPTO_SRC_CPU_H
#define NONCRYPTO_SRC_CPU_H

#include <noncrypto/cpu.h>

/* Without __SSE2__ the compiler may not touch vector registers: the code is for ring 0. */
#if defined(__x86_64__) && defined(__SSE2__) && !NONCRYPTO_CONFIG_PORTABLE
#define NONCRYPTO_X86_64 1
#else
#define NONCRYPTO_X86_64 0
#endif

/* RDRAND and RDSEED need general registers only: ring 0 may have them. */
#if defined(__x86_64__) && !NONCRYPTO_CONFIG_PORTABLE
#define CPU_CAN_BE_ASKED 1
#else
#define CPU_CAN_BE_ASKED 0
#endif

/* The instruction sets of one function, as the compiler names them: NONCRYPTO_TARGET("avx2,bmi2") */
#define NONCRYPTO_TARGET(features) __attribute__((target(features)))

/*
 * On the declaration of a function whose address is taken in another file: without it the compiler takes the address out of
 * a table that only a dynamic linker fills.
 */
#define NONCRYPTO_HIDDEN __attribute__((__visibility__("hidden")))

#if CPU_CAN_BE_ASKED
static inline int cpu_has(uint32_t features)
{
    return (noncrypto_cpu_get_features() & features) == features;
}
#endif

#endif
