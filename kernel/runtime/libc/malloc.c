/*
 * The heap. Regions of pages are cut into blocks; each block starts with a header that knows its own and its neighbour's size:
 *
 *     region | block | block | ... | end
 *
 * Free blocks lie in lists by size, two lists a power of two, and no two free blocks are neighbours. A block of more than
 * LARGE bytes has a region of its own, which is given back when it is freed, as is a region that has become empty.
 *
 * Every header holds a check value, a hash of its fields, its address and a secret of the task. It is verified whenever the
 * header is used: writing past the end of a block, freeing twice or freeing a wrong address ends the task.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

#define UNIT         16u
#define PAGE         4096u
#define LARGE        (256u << 10)
#define REGION_FIRST (32u << 10)
#define REGION_MAX   (2u << 20)
#define LENGTH_MAX   ((size_t)1 << 46)
#define LISTS        48
#define SEARCH       16 /* blocks of the first list that are looked at before a larger one is cut */

#define USED 1u /* in the low bits of block.size */
#define OWN \
    2u /* the only block of its region; `before` is its distance from the region's start in units */

struct block {
    uint64_t size;   /* bytes with this header, a multiple of UNIT, and flags */
    uint32_t before; /* size of the block before it in units, 0: it is the first */
    uint32_t check;
};

struct free_block {
    struct block block;
    struct free_block *next, *previous;
};

struct region {
    uint64_t handle;
    uint64_t len;
};

_Static_assert(sizeof(struct block) == UNIT && sizeof(struct region) == UNIT, "units");

static struct free_block *lists[LISTS];
static uint64_t lists_used; /* bit i: lists[i] is not empty */
static size_t region_next = REGION_FIRST;
static size_t nregions;
static uint32_t secret;

static size_t block_size(const struct block *block)
{
    return block->size & ~(uint64_t)(UNIT - 1);
}

static uint32_t block_hash(const struct block *block)
{
    uint64_t x = (uintptr_t)block ^ block->size << 20 ^ (uint64_t)block->before << 40 ^ block->size;
    x = (x ^ secret) * 0x9e3779b97f4a7c15ull;
    return (uint32_t)(x >> 32) ^ secret;
}

static void block_set(struct block *block, size_t size, unsigned flags, uint32_t before)
{
    block->size = size | flags;
    block->before = before;
    block->check = block_hash(block);
}

static void block_verify(const struct block *block)
{
    if (block->check != block_hash(block))
        heap_damaged("heap damaged: a block's header was overwritten, or this is no block");
}

static struct block *block_after(struct block *block)
{
    struct block *after = (struct block *)((char *)block + block_size(block));
    block_verify(after);
    return after;
}

static struct block *block_before(struct block *block)
{
    struct block *before = (struct block *)((char *)block - (size_t)block->before * UNIT);
    block_verify(before);
    return before;
}

/* Tells the block after `block` its new size. */
static void block_tell(struct block *block)
{
    struct block *after = block_after(block);
    block_set(after, block_size(after), after->size & (USED | OWN),
              (uint32_t)(block_size(block) / UNIT));
}

/* 32 and 48 bytes are list 0 and 1, 64 and 96 are 2 and 3, and so on; what a list holds is at least its size. */
static unsigned list_of(size_t size)
{
    unsigned log = 63 - (unsigned)__builtin_clzll(size);
    unsigned list = (log - 5) * 2 + (size >> (log - 1) & 1);
    return list < LISTS ? list : LISTS - 1;
}

static void list_add(struct block *block)
{
    struct free_block *entry = (struct free_block *)block;
    unsigned list = list_of(block_size(block));
    entry->previous = NULL;
    entry->next = lists[list];
    if (entry->next)
        entry->next->previous = entry;
    lists[list] = entry;
    lists_used |= 1ull << list;
}

static void list_remove(struct block *block)
{
    struct free_block *entry = (struct free_block *)block;
    unsigned list = list_of(block_size(block));
    struct free_block **place = entry->previous ? &entry->previous->next : &lists[list];
    if (*place != entry || (entry->next && entry->next->previous != entry))
        heap_damaged("heap damaged: a free block was written to");
    *place = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    if (!lists[list])
        lists_used &= ~(1ull << list);
}

static struct block *list_find(size_t size)
{
    unsigned list = list_of(size), looked = 0;
    for (struct free_block *at = lists[list]; at && looked < SEARCH; at = at->next, looked++) {
        block_verify(&at->block);
        if (block_size(&at->block) >= size)
            return &at->block;
    }
    uint64_t larger = list + 1 < LISTS ? lists_used >> (list + 1) << (list + 1) : 0;
    if (larger) {
        struct block *block = &lists[__builtin_ctzll(larger)]->block;
        block_verify(block);
        if (block_size(block) >= size)
            return block;
    }
    /* Only the tail of a long list is left. */
    for (struct free_block *at = lists[list]; at; at = at->next)
        if (block_size(&at->block) >= size) {
            block_verify(&at->block);
            return &at->block;
        }
    return NULL;
}

static struct block *region_create(size_t size)
{
    uint64_t handle;
    size_t len = region_next;
    if (!secret)
        secret = heap_secret() | 1;
    if (len < size + 2 * UNIT + sizeof(struct region))
        len = (size + 2 * UNIT + sizeof(struct region) + PAGE - 1) & ~(size_t)(PAGE - 1);
    struct region *region = heap_pages_get(len, &handle);
    if (!region)
        return NULL;
    if (region_next < REGION_MAX)
        region_next *= 2;
    nregions++;
    region->handle = handle;
    region->len = len;
    struct block *block = (struct block *)(region + 1);
    size_t room = len - sizeof(*region) - sizeof(*block);
    block_set((struct block *)((char *)block + room), UNIT, USED, (uint32_t)(room / UNIT));
    block_set(block, room, 0, 0);
    list_add(block);
    return block;
}

/* Gives a region back that has become one free block, unless it is the last one. */
static void region_release(struct block *block)
{
    struct region *region = (struct region *)block - 1;
    if (block->before || nregions == 1 ||
        block_size(block) + sizeof(*region) + sizeof(*block) != region->len)
        return;
    list_remove(block);
    nregions--;
    heap_pages_put(region, region->len, region->handle);
}

/* Makes `block`, which is in no list, free: joined with free neighbours. */
static void block_release(struct block *block)
{
    struct block *after = block_after(block);
    size_t size = block_size(block);
    if (!(after->size & USED)) {
        list_remove(after);
        size += block_size(after);
    }
    if (block->before) {
        struct block *before = block_before(block);
        if (!(before->size & USED)) {
            list_remove(before);
            size += block_size(before);
            block->check = 0; /* a second free of it must not find a valid header */
            block = before;
        }
    }
    block_set(block, size, 0, block->before);
    block_tell(block);
    list_add(block);
    region_release(block);
}

/* Cuts what is above `size` off a used block. */
static void block_trim(struct block *block, size_t size)
{
    size_t rest = block_size(block) - size;
    if (rest < sizeof(struct free_block))
        return;
    struct block *cut = (struct block *)((char *)block + size);
    block_set(cut, rest, USED, (uint32_t)(size / UNIT));
    block_tell(cut);
    block_set(block, size, USED, block->before);
    block_release(cut);
}

static void *own_create(size_t len, size_t alignment)
{
    uint64_t handle;
    size_t shift = sizeof(struct region) + sizeof(struct block);
    if (shift < alignment)
        shift = alignment;
    size_t total = (len + shift + PAGE - 1) & ~(size_t)(PAGE - 1);
    if (!secret)
        secret = heap_secret() | 1;
    /* Pages are aligned to PAGE; more than that needs room to move. */
    size_t slack = alignment > PAGE ? alignment : 0;
    struct region *region = heap_pages_get(total + slack, &handle);
    if (!region)
        return NULL;
    region->handle = handle;
    region->len = total + slack;
    uintptr_t data = ((uintptr_t)region + shift + alignment - 1) & ~(uintptr_t)(alignment - 1);
    struct block *block = (struct block *)data - 1;
    uint32_t distance = (uint32_t)(((uintptr_t)block - (uintptr_t)region) / UNIT);
    block_set(block, (uintptr_t)region + region->len - (uintptr_t)block, USED | OWN, distance);
    return block + 1;
}

static void own_release(struct block *block)
{
    struct region *region = (struct region *)((char *)block - (size_t)block->before * UNIT);
    heap_pages_put(region, region->len, region->handle);
}

static size_t size_for(size_t len)
{
    size_t size = (len + sizeof(struct block) + UNIT - 1) & ~(size_t)(UNIT - 1);
    return size < sizeof(struct free_block) ? sizeof(struct free_block) : size;
}

static void *allocate(size_t len)
{
    if (len > LARGE)
        return own_create(len, UNIT);
    size_t size = size_for(len);
    struct block *block = list_find(size);
    if (!block)
        block = region_create(size);
    if (!block)
        return NULL;
    list_remove(block);
    block_set(block, block_size(block), USED, block->before);
    block_trim(block, size);
    return block + 1;
}

/* The header of a block that the program passed in. */
static struct block *block_of(void *data)
{
    struct block *block = (struct block *)data - 1;
    if ((uintptr_t)data % UNIT)
        heap_damaged("free of what is no block");
    block_verify(block);
    if (!(block->size & USED))
        heap_damaged("free of a block that is free");
    return block;
}

void *malloc(size_t len)
{
    void *data = NULL;
    if (len <= LENGTH_MAX) {
        heap_lock();
        data = allocate(len);
        heap_unlock();
    }
    if (!data)
        errno = ENOMEM;
    return data;
}

void free(void *data)
{
    if (!data)
        return;
    heap_lock();
    struct block *block = block_of(data);
    if (block->size & OWN)
        own_release(block);
    else
        block_release(block);
    heap_unlock();
}

void *calloc(size_t n, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(n, size, &len)) {
        errno = ENOMEM;
        return NULL;
    }
    void *data = malloc(len);
    /* A region of its own comes zeroed. */
    if (data && len <= LARGE)
        memset(data, 0, len);
    return data;
}

/* Grows a block into the free one after it, if that is enough. */
static int block_grow(struct block *block, size_t size)
{
    if (size <= block_size(block)) {
        block_trim(block, size);
        return 1;
    }
    struct block *after = block_after(block);
    if (after->size & USED || block_size(block) + block_size(after) < size)
        return 0;
    list_remove(after);
    block_set(block, block_size(block) + block_size(after), USED, block->before);
    block_tell(block);
    block_trim(block, size);
    return 1;
}

void *realloc(void *data, size_t len)
{
    if (!data)
        return malloc(len);
    heap_lock();
    struct block *block = block_of(data);
    size_t old = block_size(block) - sizeof(*block);
    int fits = block->size & OWN ? len <= old && len > old / 2
                                 : len <= LARGE && block_grow(block, size_for(len));
    heap_unlock();
    if (fits)
        return data;
    void *copy = malloc(len);
    if (!copy)
        return NULL;
    memcpy(copy, data, len < old ? len : old);
    free(data);
    return copy;
}

void *reallocarray(void *data, size_t n, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(n, size, &len)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(data, len);
}

void *aligned_alloc(size_t alignment, size_t len)
{
    if (!alignment || alignment & (alignment - 1) || alignment > LARGE) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment <= UNIT)
        return malloc(len);
    void *data = NULL;
    if (len <= LENGTH_MAX) {
        heap_lock();
        data = own_create(len, alignment);
        heap_unlock();
    }
    if (!data)
        errno = ENOMEM;
    return data;
}

int posix_memalign(void **data, size_t alignment, size_t len)
{
    int before = errno;
    void *result = alignment % sizeof(void *) ? NULL : aligned_alloc(alignment, len);
    int error = alignment % sizeof(void *) ? EINVAL : errno;
    errno = before;
    if (!result)
        return error;
    *data = result;
    return 0;
}
