/*
 * The pool is a key, into which everything is mixed (csprng/key_mix.h) with the number of its source, and the accounts of
 * the sources. Entropy is credited where samples were mixed in, after their health tests; it is spent where a seed is made.
 */
#include <noncrypto/entropy.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "csprng/key_mix.h"

#define POOL_READY 0x504f4f4cu /* any other value of `state`: not initialized */
#define BLOCK      64          /* samples that are read at once */

/* Purposes of mixing; samples have that of their source, from PURPOSE_SOURCE on. */
enum { PURPOSE_MATERIAL = 1, PURPOSE_OUTPUT = 2, PURPOSE_NEXT = 3, PURPOSE_SOURCE = 16 };

static void pool_mix(uint8_t key[32], unsigned purpose, const void *material, size_t len)
{
    static const uint8_t label[16] = "NONOS entropy 1";

    noncrypto_key_mix(key, label, (uint8_t)purpose, material, len);
}

int noncrypto_entropy_pool_init(struct noncrypto_entropy_pool *pool, unsigned min_bits)
{
    memset(pool, 0, sizeof *pool);
    if (min_bits < NONCRYPTO_ENTROPY_BITS_MIN || min_bits > NONCRYPTO_ENTROPY_BITS_MAX)
        return NONCRYPTO_E_INVALID;
    pool->min_bits = min_bits;
    pool->state = POOL_READY;
    return 0;
}

int noncrypto_entropy_pool_add(struct noncrypto_entropy_pool *pool,
                               const struct noncrypto_entropy_source *source)
{
    struct noncrypto_entropy_health health;

    if (pool->state != POOL_READY || !source->read ||
        noncrypto_entropy_health_init(&health, source->min_entropy_16ths, source->binary) != 0)
        return NONCRYPTO_E_INVALID;
    if (pool->nmembers == NONCRYPTO_ENTROPY_SOURCES_MAX)
        return NONCRYPTO_E_NO_SPACE;

    struct noncrypto_entropy_member *member = &pool->members[pool->nmembers++];
    memset(member, 0, sizeof *member);
    member->source = *source;
    member->health = health;
    return 0;
}

void noncrypto_entropy_pool_mix(struct noncrypto_entropy_pool *pool, const void *material,
                                size_t len)
{
    if (pool->state == POOL_READY)
        pool_mix(pool->key, PURPOSE_MATERIAL, material, len);
}

static uint32_t samples_status(struct noncrypto_entropy_health *health, const uint8_t *samples,
                               size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (noncrypto_entropy_health_add(health, samples[i]) != 0)
            return NONCRYPTO_ENTROPY_UNHEALTHY;
    return NONCRYPTO_ENTROPY_WORKS;
}

/* Reads, tests and mixes in `count` samples of source `index`. On a failure the source has given nothing. */
static void read_block(struct noncrypto_entropy_pool *pool, unsigned index, size_t count)
{
    struct noncrypto_entropy_member *member = &pool->members[index];
    uint8_t samples[BLOCK] = {0};

    if (member->source.read(member->source.user, samples, count) != 0)
        member->status = NONCRYPTO_ENTROPY_UNREADABLE;
    else
        member->status = samples_status(&member->health, samples, count);
    if (member->status == NONCRYPTO_ENTROPY_WORKS)
        pool_mix(pool->key, PURPOSE_SOURCE + index, samples, count);
    else
        member->credit_16ths = 0;
    noncrypto_wipe(samples, sizeof samples);
}

/* All that there is, and only when all of it was seen does it count. */
static void gather_once(struct noncrypto_entropy_pool *pool, unsigned index)
{
    struct noncrypto_entropy_member *member = &pool->members[index];
    uint32_t all = member->source.available, enough = 16 * NONCRYPTO_ENTROPY_BITS_MAX;

    for (uint32_t done = 0; done < all && member->status == NONCRYPTO_ENTROPY_WORKS;) {
        uint32_t take = all - done < BLOCK ? all - done : BLOCK;
        read_block(pool, index, take);
        done += take;
    }
    if (member->status != NONCRYPTO_ENTROPY_WORKS)
        return;
    /* Saturates: the product must not wrap, and more than this never counts. */
    member->credit_16ths = all < enough ? all * member->source.min_entropy_16ths : enough;
    member->status = NONCRYPTO_ENTROPY_SPENT;
}

static void gather(struct noncrypto_entropy_pool *pool, unsigned index)
{
    struct noncrypto_entropy_member *member = &pool->members[index];

    while (member->status == NONCRYPTO_ENTROPY_WORKS &&
           noncrypto_entropy_health_started(&member->health) != 0)
        read_block(pool, index, BLOCK);
    while (member->status == NONCRYPTO_ENTROPY_WORKS &&
           member->credit_16ths < 16 * pool->min_bits) {
        read_block(pool, index, BLOCK);
        if (member->status == NONCRYPTO_ENTROPY_WORKS)
            member->credit_16ths += BLOCK * member->source.min_entropy_16ths;
    }
}

static int has_failed(const struct noncrypto_entropy_member *member)
{
    return member->status == NONCRYPTO_ENTROPY_UNREADABLE ||
           member->status == NONCRYPTO_ENTROPY_UNHEALTHY;
}

/* Every source is asked, also after one has failed, so that the caller sees all failures at once. */
static int gather_all(struct noncrypto_entropy_pool *pool)
{
    uint64_t credit_16ths = 0;
    int failures = 0;

    for (unsigned i = 0; i < pool->nmembers; i++) {
        struct noncrypto_entropy_member *member = &pool->members[i];
        if (member->source.available == 0)
            gather(pool, i);
        else if (member->status == NONCRYPTO_ENTROPY_WORKS)
            gather_once(pool, i);
        failures += has_failed(member);
        credit_16ths += member->credit_16ths;
    }
    return failures > 0 || credit_16ths < 16 * (uint64_t)pool->min_bits ? NONCRYPTO_E_ENTROPY : 0;
}

/* Output in blocks of 32 bytes from copies of the key with their numbers, then a new key: seeds tell nothing of it. */
static void make_seed(struct noncrypto_entropy_pool *pool, uint8_t *out, size_t len)
{
    uint8_t block[32], number[8];

    for (size_t done = 0; done < len;) {
        size_t take = len - done < sizeof block ? len - done : sizeof block;
        memcpy(block, pool->key, sizeof block);
        store_le64(number, done);
        pool_mix(block, PURPOSE_OUTPUT, number, sizeof number);
        memcpy(out + done, block, take);
        done += take;
    }
    pool_mix(pool->key, PURPOSE_NEXT, number, 0);
    for (unsigned i = 0; i < pool->nmembers; i++)
        pool->members[i].credit_16ths = 0;
    noncrypto_wipe(block, sizeof block);
}

int noncrypto_entropy_pool_seed(struct noncrypto_entropy_pool *pool, uint8_t *out, size_t len)
{
    if (len > NONCRYPTO_ENTROPY_SEED_MAX)
        return NONCRYPTO_E_INVALID;
    int result = pool->state == POOL_READY ? gather_all(pool) : NONCRYPTO_E_INVALID;
    if (result == 0)
        make_seed(pool, out, len);
    else
        noncrypto_wipe(out, len);
    return result;
}

int noncrypto_entropy_pool_callback(void *pool, uint8_t *out, size_t len)
{
    return noncrypto_entropy_pool_seed(pool, out, len);
}

unsigned noncrypto_entropy_pool_count(const struct noncrypto_entropy_pool *pool)
{
    return pool->nmembers;
}

int noncrypto_entropy_pool_status(const struct noncrypto_entropy_pool *pool, unsigned index)
{
    return index < pool->nmembers ? (int)pool->members[index].status : NONCRYPTO_E_INVALID;
}

const char *noncrypto_entropy_pool_name(const struct noncrypto_entropy_pool *pool, unsigned index)
{
    return index < pool->nmembers ? pool->members[index].source.name : NULL;
}

int noncrypto_entropy_pool_drop(struct noncrypto_entropy_pool *pool, unsigned index)
{
    if (index >= pool->nmembers)
        return NONCRYPTO_E_INVALID;
    pool->members[index].status = NONCRYPTO_ENTROPY_DROPPED;
    pool->members[index].credit_16ths = 0;
    return 0;
}

int noncrypto_entropy_pool_restart(struct noncrypto_entropy_pool *pool, unsigned index)
{
    if (index >= pool->nmembers || pool->members[index].source.available != 0)
        return NONCRYPTO_E_INVALID;

    struct noncrypto_entropy_member *member = &pool->members[index];
    member->status = NONCRYPTO_ENTROPY_WORKS;
    member->credit_16ths = 0;
    return noncrypto_entropy_health_init(&member->health, member->source.min_entropy_16ths,
                                         member->source.binary);
}

void noncrypto_entropy_pool_wipe(struct noncrypto_entropy_pool *pool)
{
    noncrypto_wipe(pool, sizeof *pool);
}
