/* The output of an independent model of the generator; a live and a dead noise source. */
#include "selftest.h"

#include <noncrypto/csprng.h>
#include <noncrypto/entropy_health.h>
#include <noncrypto/memory.h>

static const uint8_t csprng_output[32] = {
    0x33, 0x8e, 0xb9, 0x16, 0x4d, 0x5c, 0xdd, 0xf3, 0xdb, 0x4e, 0x49, 0x6a, 0x37, 0xd3, 0x87, 0x9f,
    0xc1, 0x22, 0xf0, 0x5d, 0x24, 0x8e, 0x81, 0xe9, 0xab, 0xeb, 0x85, 0x70, 0x83, 0xa3, 0x20, 0x6d,
};

int selftest_csprng(void)
{
    struct noncrypto_csprng rng;
    uint8_t seed[48];
    uint8_t out[32];

    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    int result = noncrypto_csprng_init(&rng, seed, sizeof seed);
    if (result == 0)
        result = noncrypto_csprng_generate(&rng, out, sizeof out);
    if (result == 0)
        result = noncrypto_compare(out, csprng_output, sizeof out);
    noncrypto_csprng_wipe(&rng);
    return result;
}

/* A live source passes, a dead one is caught. */
int selftest_entropy_health(void)
{
    struct noncrypto_entropy_health health;
    int live = noncrypto_entropy_health_init(&health, 16, 0);

    for (unsigned i = 0; i < NONCRYPTO_ENTROPY_HEALTH_STARTUP && live == 0; i++)
        live = noncrypto_entropy_health_add(&health, (uint8_t)i);
    if (live == 0)
        live = noncrypto_entropy_health_started(&health);

    int dead = 0;
    for (unsigned i = 0; i < 64 && dead == 0; i++)
        dead = noncrypto_entropy_health_add(&health, 7);
    return live != 0 || dead != NONCRYPTO_E_ENTROPY;
}
