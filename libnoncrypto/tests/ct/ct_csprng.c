/*
 * The generator: seeds and state are secret. The pool of entropy is not here: its health tests decide on the samples, which
 * is what they are for.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/csprng.h>
#include <stdint.h>
#include <string.h>

#include "taint.h"

int ct_csprng(void);

int ct_csprng(void)
{
    static const uint32_t back_ends[] = {0, NONCRYPTO_CPU_SSE,
                                         NONCRYPTO_CPU_SSE | NONCRYPTO_CPU_AVX2};
    static uint8_t out[1500];
    int result = 0;

    for (size_t b = 0; b < sizeof back_ends / sizeof back_ends[0]; b++) {
        struct noncrypto_csprng rng;
        uint8_t seed[48];
        noncrypto_cpu_set_features(noncrypto_cpu_detect() & back_ends[b]);
        memset(seed, 5, sizeof seed);
        taint(seed, sizeof seed);
        result |= noncrypto_csprng_init(&rng, seed, sizeof seed);
        for (size_t len = 0; len <= sizeof out; len += 100)
            result |= noncrypto_csprng_generate(&rng, out, len);
        result |= noncrypto_csprng_reseed(&rng, seed, sizeof seed);
        result |= noncrypto_csprng_generate(&rng, out, 32);
        noncrypto_csprng_wipe(&rng);
        untaint(out, sizeof out);
    }
    return result;
}
