#include "block/cache.h"

#include <string.h>

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
    cache->clean = (struct nonfs_cache_list){0, cache->nslots - 1, cache->nslots};
    cache->dirty = (struct nonfs_cache_list){NONFS_CACHE_NONE, NONFS_CACHE_NONE, 0};
    cache->nbehind = 0;
}

static uint32_t *cache_bucket(const struct nonfs_cache *cache, uint64_t block)
{
    /* Fibonacci hashing spreads the strides of inode tables and flex groups. */
    uint64_t h = block * 0x9e3779b97f4a7c15u;
    return &cache->buckets[(uint32_t)(h >> 32) & cache->bucket_mask];
}

static void list_remove(struct nonfs_cache *cache, struct nonfs_cache_list *list, uint32_t i)
{
    struct nonfs_cache_slot *slot = &cache->slots[i];

    if (slot->newer == NONFS_CACHE_NONE)
        list->newest = slot->older;
    else
        cache->slots[slot->newer].older = slot->older;
    if (slot->older == NONFS_CACHE_NONE)
        list->oldest = slot->newer;
    else
        cache->slots[slot->older].newer = slot->newer;
    list->count--;
}

static void list_add(struct nonfs_cache *cache, struct nonfs_cache_list *list, uint32_t i)
{
    struct nonfs_cache_slot *slot = &cache->slots[i];

    slot->newer = NONFS_CACHE_NONE;
    slot->older = list->newest;
    if (list->newest == NONFS_CACHE_NONE)
        list->oldest = i;
    else
        cache->slots[list->newest].newer = i;
    list->newest = i;
    list->count++;
}

static void cache_unhash(struct nonfs_cache *cache, uint32_t i)
{
    uint32_t *link = cache_bucket(cache, cache->slots[i].block);

    while (*link != i)
        link = &cache->slots[*link].hash_next;
    *link = cache->slots[i].hash_next;
    cache->slots[i].filled = 0;
}

/*
 * The least recently used clean slot that nobody looks at, or NONFS_CACHE_NONE. Readers pin two at most and writers a few
 * more; mounting demands more slots than that, and transactions leave as many clean. So there is none only while others hold some.
 */
static uint32_t cache_victim(const struct nonfs_cache *cache)
{
    uint32_t i = cache->clean.oldest;

    while (i != NONFS_CACHE_NONE && cache->slots[i].pins != 0)
        i = cache->slots[i].newer;
    return i;
}

static void cache_wait(struct nonfs_cache *cache)
{
    cache->waiting++;
    cache->monitor->wait(cache->monitor->context);
    cache->waiting--;
}

static void cache_wake(const struct nonfs_cache *cache)
{
    if (cache->waiting > 0)
        cache->monitor->wake(cache->monitor->context);
}

void nonfs_cache_settle(struct nonfs_cache *cache, const struct nonfs_cache_slot *slot)
{
    while (slot->busy)
        cache_wait(cache);
}

/* Around a transfer of the slot: nobody else touches it, and it is no victim. */
static void slot_begin(struct nonfs_cache *cache, struct nonfs_cache_slot *slot)
{
    slot->busy = cache->monitor != NULL;
    slot->pins++;
}

static void slot_end(const struct nonfs_cache *cache, struct nonfs_cache_slot *slot)
{
    slot->pins--;
    slot->busy = 0;
    cache_wake(cache);
}

uint8_t *nonfs_cache_data(const struct nonfs_cache *cache, const struct nonfs_cache_slot *slot)
{
    return cache->data + (size_t)(slot - cache->slots) * cache->block_size;
}

static int cache_write_home(struct nonfs_cache *cache, struct nonfs_cache_slot *slot)
{
    int result;

    slot_begin(cache, slot);
    result = nonfs_device_write(cache->dev, slot->block * cache->block_size, cache->block_size,
                                nonfs_cache_data(cache, slot), cache->bounce);
    slot_end(cache, slot);
    if (result == 0)
        nonfs_cache_set_behind(cache, slot, 0);
    return result;
}

static void cache_fill(struct nonfs_cache *cache, uint32_t i, uint64_t block)
{
    struct nonfs_cache_slot *slot = &cache->slots[i];
    uint32_t *bucket = cache_bucket(cache, block);

    slot->block = block;
    slot->verified = 0;
    slot->stale = 0;
    slot->kind = 0;
    slot->owner = 0;
    slot->sum = 0;
    slot->operation = 0;
    slot->content = 0;
    slot->filled = 1;
    slot->hash_next = *bucket;
    *bucket = i;
}

static inline struct nonfs_cache_slot *cache_at(const struct nonfs_cache *cache, uint64_t block)
{
    uint32_t i = *cache_bucket(cache, block);

    while (i != NONFS_CACHE_NONE && cache->slots[i].block != block)
        i = cache->slots[i].hash_next;
    return i == NONFS_CACHE_NONE ? NULL : &cache->slots[i];
}

/* It looks again after each wait: the transfer may fail, and the slot become another block's. */
struct nonfs_cache_slot *nonfs_cache_find(struct nonfs_cache *cache, uint64_t block)
{
    struct nonfs_cache_slot *slot = cache_at(cache, block);

    while (slot != NULL && slot->busy) {
        cache_wait(cache);
        slot = cache_at(cache, block);
    }
    return slot;
}

static void cache_pin(struct nonfs_cache *cache, struct nonfs_cache_slot *slot)
{
    uint32_t i = (uint32_t)(slot - cache->slots);

    slot->pins++;
    if (slot->dirty || cache->clean.newest == i)
        return;
    list_remove(cache, &cache->clean, i);
    list_add(cache, &cache->clean, i);
}

/*
 * Finds the block, or gives it the victim's slot; `*is_new` says that its content is not there yet. Whatever waits or calls the
 * device lets others in, who may bring the block or pin the victim: so all is looked at again.
 */
static int cache_take(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot,
                      int *is_new)
{
    *is_new = 0;
    while ((*slot = nonfs_cache_find(cache, block)) == NULL) {
        uint32_t i = cache_victim(cache);
        int result = 0;

        if (i == NONFS_CACHE_NONE) {
            cache_wait(cache);
        } else if (cache->slots[i].behind) {
            result = cache_write_home(cache, &cache->slots[i]);
        } else {
            if (cache->slots[i].filled)
                cache_unhash(cache, i);
            cache_fill(cache, i, block);
            *slot = &cache->slots[i];
            *is_new = 1;
            return 0;
        }
        if (result != 0)
            return result;
    }
    return 0;
}

static int cache_read(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot)
{
    int is_new;
    int result = cache_take(cache, block, slot, &is_new);

    if (result == 0 && is_new) {
        slot_begin(cache, *slot);
        result = nonfs_device_read(cache->dev, block * cache->block_size, cache->block_size,
                                   nonfs_cache_data(cache, *slot), cache->bounce);
        slot_end(cache, *slot);
        if (result != 0)
            cache_unhash(cache, (uint32_t)(*slot - cache->slots));
    }
    return result;
}

int nonfs_cache_get(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot)
{
    int result = 0;

    *slot = cache_at(cache, block);
    if (*slot == NULL || (*slot)->busy)
        result = cache_read(cache, block, slot);
    if (result == 0)
        cache_pin(cache, *slot);
    return result;
}

int nonfs_cache_get_new(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot)
{
    int is_new;
    int result = cache_take(cache, block, slot, &is_new);

    if (result != 0)
        return result;
    if (is_new)
        memset(nonfs_cache_data(cache, *slot), 0, cache->block_size);
    cache_pin(cache, *slot);
    return 0;
}

void nonfs_cache_put(struct nonfs_cache_slot *slot)
{
    slot->pins--;
}

void nonfs_cache_set_dirty(struct nonfs_cache *cache, struct nonfs_cache_slot *slot, int dirty)
{
    uint32_t i = (uint32_t)(slot - cache->slots);

    if (slot->dirty == dirty)
        return;
    list_remove(cache, slot->dirty ? &cache->dirty : &cache->clean, i);
    slot->dirty = (uint8_t)dirty;
    list_add(cache, slot->dirty ? &cache->dirty : &cache->clean, i);
}

void nonfs_cache_set_behind(struct nonfs_cache *cache, struct nonfs_cache_slot *slot, int behind)
{
    if (slot->behind != behind)
        cache->nbehind += behind ? 1 : UINT32_MAX;
    slot->behind = (uint8_t)behind;
}

void nonfs_cache_forget(struct nonfs_cache *cache, struct nonfs_cache_slot *slot)
{
    nonfs_cache_set_behind(cache, slot, 0);
    nonfs_cache_set_dirty(cache, slot, 0);
    if (slot->filled && slot->pins == 0)
        cache_unhash(cache, (uint32_t)(slot - cache->slots));
}

int nonfs_cache_hold(struct nonfs_cache *cache, uint64_t first, uint64_t count)
{
    if (cache->monitor == NULL || cache->nbehind == 0)
        return 0;
    for (uint64_t i = 0; i < count; i++) {
        struct nonfs_cache_slot *slot = nonfs_cache_find(cache, first + i);

        if (slot != NULL && slot->behind) {
            slot->pins++;
            slot->holds++;
        }
    }
    return 1;
}

void nonfs_cache_release(struct nonfs_cache *cache, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct nonfs_cache_slot *slot = nonfs_cache_find(cache, first + i);

        if (slot != NULL && slot->holds > 0) {
            slot->pins--;
            slot->holds--;
        }
    }
    cache_wake(cache);
}

int nonfs_cache_write_behind(struct nonfs_cache *cache, int content_only)
{
    for (uint32_t i = 0; i < cache->nslots && cache->nbehind > 0; i++) {
        struct nonfs_cache_slot *slot = &cache->slots[i];
        int result = 0;

        nonfs_cache_settle(cache, slot);
        if (slot->behind && !slot->dirty && (slot->content || !content_only))
            result = cache_write_home(cache, slot);
        if (result != 0)
            return result;
    }
    return 0;
}
