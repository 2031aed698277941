/* The seed of an independent model of the pool, for a source that counts. */
#include "selftest.h"

#include <noncrypto/entropy.h>
#include <noncrypto/memory.h>

static const uint8_t entropy_seed[16] = {
    0x1a, 0x9d, 0xa6, 0x50, 0x61, 0xa2, 0x8c, 0x15, 0xa6, 0xc3, 0x23, 0x52, 0xcf, 0x26, 0x69, 0xab,
};

static int count_up(void *user, uint8_t *samples, size_t count)
{
    uint8_t *next = user;

    for (size_t i = 0; i < count; i++)
        samples[i] = (*next)++;
    return 0;
}

int selftest_entropy(void)
{
    struct noncrypto_entropy_pool pool;
    uint8_t next = 0, out[16];
    const struct noncrypto_entropy_source source = {
        .name = "count", .read = count_up, .user = &next, .min_entropy_16ths = 64};
    int result = noncrypto_entropy_pool_init(&pool, NONCRYPTO_ENTROPY_BITS_MIN);

    if (result == 0)
        result = noncrypto_entropy_pool_add(&pool, &source);
    if (result == 0)
        result = noncrypto_entropy_pool_seed(&pool, out, sizeof out);
    if (result == 0)
        result = noncrypto_compare(out, entropy_seed, sizeof out);
    noncrypto_entropy_pool_wipe(&pool);
    return result;
}
