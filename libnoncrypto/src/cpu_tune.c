/*
 * The measure is ChaCha20, which is nothing but vector arithmetic; Poly1305, BLAKE3 and Argon2 go the same way. The least of
 * some runs counts: whatever disturbs makes a run longer.
 */

#include "chacha20/chacha20.h"
#include "cpu.h"

#define TUNE_BLOCKS   16
#define TUNE_RUNS     5
#define TUNE_TICKS    16 /* a run should take so many: fewer tell nothing */
#define TUNE_LOOP_MAX 64

static uint64_t run(uint64_t (*ticks)(void), unsigned loops)
{
    static const uint8_t key[CHACHA20_KEY_LEN];
    static const uint32_t tail[4];
    uint8_t data[TUNE_BLOCKS * CHACHA20_BLOCK_LEN] = {0};
    uint32_t input[16];

    noncrypto_chacha20_setup(input, key, tail);
    uint64_t start = ticks();
    for (; loops > 0; loops--)
        noncrypto_chacha20_xor_blocks(input, data, data, TUNE_BLOCKS);
    return ticks() - start;
}

static uint64_t least_of_runs(uint32_t features, uint64_t (*ticks)(void), unsigned loops)
{
    uint64_t least = UINT64_MAX;

    noncrypto_cpu_set_features(features);
    for (int i = 0; i < TUNE_RUNS; i++) {
        uint64_t taken = run(ticks, loops);
        if (taken < least)
            least = taken;
    }
    return least;
}

/* What can be left out without losing the AES and SHA instructions. */
#define VECTORS_AVX \
    (NONCRYPTO_CPU_AVX2 | NONCRYPTO_CPU_AVX512 | NONCRYPTO_CPU_IFMA | NONCRYPTO_CPU_VAES)
#define VECTORS (VECTORS_AVX | (NONCRYPTO_CPU_SSE & ~NONCRYPTO_CPU_XMM))

static uint32_t choose(uint32_t allowed, uint64_t (*ticks)(void))
{
    unsigned loops = 1;
    uint64_t plain = least_of_runs(allowed & ~VECTORS, ticks, loops);

    while (plain < TUNE_TICKS && loops < TUNE_LOOP_MAX) {
        loops *= 4;
        plain = least_of_runs(allowed & ~VECTORS, ticks, loops);
    }
    if (plain < TUNE_TICKS)
        return allowed;

    uint64_t sse = least_of_runs(allowed & ~VECTORS_AVX, ticks, loops);
    uint64_t avx = UINT64_MAX;
    if (allowed & NONCRYPTO_CPU_AVX2)
        avx = least_of_runs(allowed, ticks, loops);
    if (avx < plain)
        return allowed;
    return allowed & ~(sse < plain ? VECTORS_AVX : VECTORS);
}

uint32_t noncrypto_cpu_tune(uint64_t (*ticks)(void))
{
    uint32_t allowed = noncrypto_cpu_get_features();

    if ((allowed & NONCRYPTO_CPU_SSE) == NONCRYPTO_CPU_SSE)
        noncrypto_cpu_set_features(choose(allowed, ticks));
    return noncrypto_cpu_get_features();
}
