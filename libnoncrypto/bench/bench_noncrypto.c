/*
 * Speed of libnoncrypto on one thread. Figures of different machines, or of different minutes, do not compare.
 */
#include <bench.h>
#include <stdio.h>

#include <noncrypto/blake3.h>
#include <noncrypto/csprng.h>

#include "chacha20/chacha20.h"

static uint8_t buffer[65536];
static struct noncrypto_csprng rng;

static void run_blake3(void *len)
{
    noncrypto_blake3(buffer, buffer, *(size_t *)len);
}

static void run_chacha20(void *len)
{
    static const uint32_t tail[4];
    uint32_t input[16];

    chacha20_setup(input, buffer, tail);
    chacha20_xor_blocks(input, buffer, buffer, *(size_t *)len / CHACHA20_BLOCK_LEN);
}

static void run_csprng(void *len)
{
    if (noncrypto_csprng_generate(&rng, buffer, *(size_t *)len) != 0)
        buffer[0] ^= 1;
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void *len);
    } subjects[] = {
        {"BLAKE3 hash", run_blake3},
        {"ChaCha20 key stream", run_chacha20},
        {"random generator", run_csprng},
    };
    static size_t lengths[] = {64, 1024, 4096, 65536};

    if (noncrypto_csprng_init(&rng, buffer, NONCRYPTO_CSPRNG_SEED_MIN) != 0)
        return 1;
    printf("%-20s %10s %10s %10s %10s\n", "MB/s, input bytes", "64", "1024", "4096", "65536");
    for (size_t s = 0; s < sizeof subjects / sizeof subjects[0]; s++) {
        printf("%-20s", subjects[s].name);
        for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
            printf(" %10.0f",
                   (double)lengths[l] / bench_seconds(subjects[s].run, &lengths[l]) / 1e6);
        putchar('\n');
    }
    return 0;
}
