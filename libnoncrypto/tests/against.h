/*
 * For tests that compare with another library on random inputs: the same inputs for each back end, and a count of the cases.
 * NONOS_SEED chooses other inputs.
 */
#ifndef NONCRYPTO_TESTS_AGAINST_H
#define NONCRYPTO_TESTS_AGAINST_H

#include <check_main.h>
#include <noncrypto/cpu.h>

static uint64_t against_state;

static const uint32_t against_features[] = {
    0,
    NONCRYPTO_CPU_SSE,
    NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2,
    NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AESNI | NONCRYPTO_CPU_SHA,
    NONCRYPTO_CPU_BMI2,
    NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX,
    UINT32_MAX,
};

static inline void against_fill(void *data, size_t len)
{
    uint8_t *bytes = data;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)check_random(&against_state);
}

/* A length up to `max`; short ones are as frequent as long ones. */
static inline size_t against_len(size_t max)
{
    uint64_t r = check_random(&against_state);
    size_t limit = (r & 1) && max > 300 ? 300 : max;
    return (size_t)((r >> 1) % (limit + 1));
}

/* Runs `one` `cases` times with each back end and says so. */
static inline void against_run(const char *what, unsigned cases, void (*one)(void))
{
    unsigned backends = sizeof against_features / sizeof against_features[0];

    for (unsigned b = 0; b < backends; b++) {
        noncrypto_cpu_set_features(against_features[b] & noncrypto_cpu_detect());
        against_state = check_seed();
        for (unsigned i = 0; i < cases; i++)
            one();
    }
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    printf("# %s: %u random cases with each of %u sets of instructions, seed %#llx\n", what, cases,
           backends, (unsigned long long)check_seed());
    fflush(stdout);
}

#endif
