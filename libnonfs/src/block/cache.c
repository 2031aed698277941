#include "block/cache.h"

#include "block/device.h"

uint32_t nonfs_cache_buckets(uint32_t nslots)
{
    uint32_t n = 4;

    while (n < nslots)
        n *= 2;
    return n;
}

void nonfs_cache_init(struct nonfs_cache *cache)
{
    for (uint32_t i = 0; i <= cache->bucket_mask; i++)
        cache->buckets[i] = NONFS_CACHE_NONE;
    for (uint32_t i = 0; i < cache->nslots; i++) {
        cache->slots[i] = (struct nonfs_cache_slot){
            .hash_next = NONFS_CACHE_NONE,
            .newer = i == 0 ? NONFS_CACHE_NONE : i - 1,
            .older = i + 1 == cache->nslots ? NONFS_CACHE_NONE : i + 1,
        };
    }
    cache->newest = 0;
    cache->oldest = cache->nslots - 1;
}

static uint32_t *cache_bucket(const struct nonfs_cache *cache, uint64_t block)
{
    /* Fibonacci hashing spreads the strides of inode tables and flex groups. */
    uint64_t h = block * 0x9e3779b97f4a7c15u;
    return &cache->buckets[(uint32_t)(h >> 32) & cache->bucket_mask];
}

static void cache_make_newest(struct nonfs_cache *cache, uint32_t i)
{
    struct nonfs_cache_slot *slot = &cache->slots[i];

    if (cache->newest == i)
        return;
    cache->slots[slot->newer].older = slot->older;
    if (slot->older == NONFS_CACHE_NONE)
        cache->oldest = slot->newer;
    else
        cache->slots[slot->older].newer = slot->newer;
    slot->newer = NONFS_CACHE_NONE;
    slot->older = cache->newest;
    cache->slots[cache->newest].newer = i;
    cache->newest = i;
}

static void cache_unhash(struct nonfs_cache *cache, uint32_t i)
{
    uint32_t *link = cache_bucket(cache, cache->slots[i].block);

    while (*link != i)
        link = &cache->slots[*link].hash_next;
    *link = cache->slots[i].hash_next;
    cache->slots[i].filled = 0;
}

/* The least recently used slot that nobody looks at. The library pins two at most, and there are at least four. */
static uint32_t cache_victim(const struct nonfs_cache *cache)
{
    uint32_t i = cache->oldest;

    while (cache->slots[i].pins != 0)
        i = cache->slots[i].newer;
    return i;
}

const uint8_t *nonfs_cache_data(const struct nonfs_cache *cache,
                                const struct nonfs_cache_slot *slot)
{
    return cache->data + (size_t)(slot - cache->slots) * cache->block_size;
}

static int cache_fill(struct nonfs_cache *cache, uint32_t i, uint64_t block)
{
    struct nonfs_cache_slot *slot = &cache->slots[i];
    uint32_t *bucket = cache_bucket(cache, block);
    int result;

    if (slot->filled)
        cache_unhash(cache, i);
    result = nonfs_device_read(cache->dev, block * cache->block_size, cache->block_size,
                               cache->data + (size_t)i * cache->block_size, cache->bounce);
    if (result != 0)
        return result;
    slot->block = block;
    slot->kind = 0;
    slot->owner = 0;
    slot->filled = 1;
    slot->hash_next = *bucket;
    *bucket = i;
    return 0;
}

int nonfs_cache_get(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot)
{
    uint32_t i = *cache_bucket(cache, block);

    while (i != NONFS_CACHE_NONE && cache->slots[i].block != block)
        i = cache->slots[i].hash_next;
    if (i == NONFS_CACHE_NONE) {
        int result;

        i = cache_victim(cache);
        result = cache_fill(cache, i, block);
        if (result != 0)
            return result;
    }
    cache_make_newest(cache, i);
    cache->slots[i].pins++;
    *slot = &cache->slots[i];
    return 0;
}

void nonfs_cache_put(struct nonfs_cache_slot *slot)
{
    slot->pins--;
}
