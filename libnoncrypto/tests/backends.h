/*
 * The sets of processor features that choose each back end of the hash functions in turn, for tests that compare them.
 */
#ifndef NONCRYPTO_TESTS_BACKENDS_H
#define NONCRYPTO_TESTS_BACKENDS_H

#include <noncrypto/cpu.h>
#include <stddef.h>

/* The first is portable C. */
static const uint32_t backends[] = {
    0,
    NONCRYPTO_CPU_SSE,
    NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_SHA,
    NONCRYPTO_CPU_BMI2,
    NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2,
    NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_BMI2,
    UINT32_MAX,
};

#define NBACKENDS (sizeof backends / sizeof backends[0])

/* Chooses the i-th as far as this processor has it. */
static inline void use_backend(size_t i)
{
    noncrypto_cpu_set_features(backends[i] & noncrypto_cpu_detect());
}

#endif
