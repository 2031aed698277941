/*
 * The heap area is cut into units of 16 KiB. A unit is a slab of equal blocks, or begins a large
 * block that has units for itself, with at least one unmapped page behind it.
 *
 * A block: front zone (canary, size), the caller's bytes, back zone up to the end of the block. The
 * canary depends on the unit, by BLAKE3 under a boot secret, on the block's place and on its size,
 * so that it cannot be forged by copying another one. Freed blocks are poisoned, and must still be
 * so when they are given out again.
 */
#include "heap.h"

#include "frame.h"
#include "heap_private.h"
#include "kernel_map.h"

#include <arch/arch.h>
#include <debug/lock.h>
#include <debug/log.h>
#include <noncrypto/blake3.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define UNIT_SIZE  16384u
#define UNIT_PAGES (UNIT_SIZE / FRAME_SIZE)
#define UNIT_COUNT ((size_t)(HEAP_AREA_SIZE / UNIT_SIZE))
#define UNIT_WORDS (UNIT_COUNT / 64)

#define FRONT_LEN    16u
#define BACK_LEN_MIN 16u
#define SLAB_WORDS   6u
#define POISON       0xdbdbdbdbdbdbdbdbull

/* Bytes of a slab's blocks, zones included; each divides what a unit has beside the header with
 * little waste. */
static const uint16_t class_stride[] = {48,  64,  80,  96,   128,  160,  192,  256,  320, 384,
                                        512, 640, 768, 1024, 1344, 1616, 2016, 2688, 4048};
#define CLASSES (sizeof(class_stride) / sizeof(class_stride[0]))

struct slab {
    uint64_t secret;              /* the canaries' part that BLAKE3 made */
    uint64_t check;               /* secret, changed: a damaged header is seen */
    struct slab *next, *previous; /* slabs of the class with a free block */
    uint16_t class;
    uint16_t count; /* blocks */
    uint16_t nused;
    uint16_t nfresh; /* blocks from here on were never used: they hold zeros */
    uint64_t used[SLAB_WORDS];
    uint64_t padding[5];
};

#define SLAB_HEADER_LEN 128u
#define SLAB_CHECK      0x4e4f4e4f53534c42ull

_Static_assert(sizeof(struct slab) == SLAB_HEADER_LEN, "blocks are aligned");
_Static_assert((UNIT_SIZE - SLAB_HEADER_LEN) / 48 <= SLAB_WORDS * 64, "a bit for every block");

struct front {
    uint64_t canary;
    uint64_t size;
};

/* Units of one block, and how many of its pages are mapped. */
struct extent {
    uint32_t unit;
    uint32_t nunits;
    uint32_t npages;
};

#define LIMBO_EXTENTS 32u
#define LIMBO_PAGES   256u

static struct {
    struct lock lock;
    uint8_t key[HEAP_KEY_LEN];
    struct slab *partial[CLASSES];
    size_t npages; /* mapped, limbo included */
    struct extent
        limbo[LIMBO_EXTENTS + CPU_MAX]; /* each processor adds one at most before it flushes */
    size_t nlimbo, limbo_pages;
    size_t first_free; /* no free unit below it */
    uint64_t used[UNIT_WORDS];
    uint64_t slab[UNIT_WORDS];  /* units that are slabs */
    uint64_t large[UNIT_WORDS]; /* units that begin a large block */
} heap;

/* ---- units ---- */

static bool bit_get(const uint64_t *words, size_t n)
{
    return words[n / 64] >> n % 64 & 1;
}

static void bit_set(uint64_t *words, size_t n, bool value)
{
    if (value)
        words[n / 64] |= 1ull << n % 64;
    else
        words[n / 64] &= ~(1ull << n % 64);
}

static uint64_t unit_address(size_t unit)
{
    return kernel_layout.heap + (uint64_t)unit * UNIT_SIZE;
}

static size_t unit_of(const void *address)
{
    uint64_t offset = (uintptr_t)address - kernel_layout.heap;

    if (offset >= HEAP_AREA_SIZE)
        panic("heap: %p is not in the heap", address);
    return (size_t)(offset / UNIT_SIZE);
}

/* First `count` free units in a row; UNIT_COUNT if there are none. They are taken. */
static size_t units_take_locked(size_t count)
{
    size_t run = 0;

    while (heap.first_free < UNIT_COUNT && bit_get(heap.used, heap.first_free))
        heap.first_free++;
    for (size_t at = heap.first_free; at < UNIT_COUNT; at++) {
        run = bit_get(heap.used, at) ? 0 : run + 1;
        if (run < count)
            continue;
        for (size_t i = at + 1 - count; i <= at; i++)
            bit_set(heap.used, i, true);
        return at + 1 - count;
    }
    return UNIT_COUNT;
}

static void units_give_locked(size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        bit_set(heap.used, i, false);
    if (first < heap.first_free)
        heap.first_free = first;
}

/* Returns how many pages were mapped: `npages`, or fewer without memory. */
static size_t pages_map(uint64_t address, size_t npages)
{
    for (size_t i = 0; i < npages; i++) {
        uint64_t frame;

        if (frame_alloc(&frame) < 0)
            return i;
        if (kernel_map(address + i * FRAME_SIZE, frame, 1, KERNEL_WRITE) < 0) {
            frame_free(frame);
            return i;
        }
    }
    return npages;
}

/* ---- limbo ---- */

/* Pages that are free stay mapped until there are enough for one shootdown, or a block fits them. */

static void limbo_flush(void)
{
    struct extent extents[LIMBO_EXTENTS + CPU_MAX];
    size_t count;

    lock_acquire(&heap.lock);
    count = heap.nlimbo;
    memcpy(extents, heap.limbo, count * sizeof(extents[0]));
    heap.nlimbo = 0;
    heap.limbo_pages = 0;
    lock_release(&heap.lock);
    if (!count)
        return;
    for (size_t i = 0; i < count; i++)
        kernel_unmap_hide(unit_address(extents[i].unit), extents[i].npages);
    kernel_unmap_flush();
    for (size_t i = 0; i < count; i++)
        kernel_unmap_free(unit_address(extents[i].unit), extents[i].npages);

    lock_acquire(&heap.lock);
    for (size_t i = 0; i < count; i++) {
        units_give_locked(extents[i].unit, extents[i].nunits);
        heap.npages -= extents[i].npages;
    }
    lock_release(&heap.lock);
}

/* Returns whether the caller must call limbo_flush() after it has released the lock. */
static bool limbo_put_locked(size_t unit, size_t nunits, size_t npages)
{
    heap.limbo[heap.nlimbo++] = (struct extent){(uint32_t)unit, (uint32_t)nunits, (uint32_t)npages};
    heap.limbo_pages += npages;
    return heap.nlimbo >= LIMBO_EXTENTS || heap.limbo_pages > LIMBO_PAGES;
}

/* Takes an extent of exactly that size out of limbo; UNIT_COUNT if there is none. */
static size_t limbo_take_locked(size_t npages, size_t nunits)
{
    for (size_t i = heap.nlimbo; i > 0; i--) {
        struct extent e = heap.limbo[i - 1];
        if (e.npages != npages || e.nunits != nunits)
            continue;
        heap.limbo[i - 1] = heap.limbo[--heap.nlimbo];
        heap.limbo_pages -= npages;
        return e.unit;
    }
    return UNIT_COUNT;
}

/* ---- zones ---- */

static uint64_t unit_secret(uint64_t address)
{
    struct noncrypto_blake3 hash;
    uint64_t secret;

    noncrypto_blake3_init_keyed(&hash, heap.key);
    noncrypto_blake3_update(&hash, &address, sizeof(address));
    noncrypto_blake3_final(&hash, (uint8_t *)&secret, sizeof(secret));
    return secret;
}

static uint64_t canary_of(uint64_t secret, const struct front *front)
{
    uint64_t c = secret ^ (uintptr_t)front ^ front->size * 0x9e3779b97f4a7c15ull;

    c *= 0xff51afd7ed558ccdull;
    return c ^ c >> 32;
}

static void zones_write(uint64_t secret, struct front *front, size_t size, size_t stride)
{
    uint8_t *bytes = (uint8_t *)front;

    front->size = size;
    front->canary = canary_of(secret, front);
    for (size_t at = FRONT_LEN + size; at < stride; at++)
        bytes[at] = (uint8_t)(front->canary >> 8 * (at % 8));
}

static void zones_check(uint64_t secret, const struct front *front, size_t stride)
{
    const uint8_t *bytes = (const uint8_t *)front;

    if (front->size > stride - FRONT_LEN - BACK_LEN_MIN ||
        front->canary != canary_of(secret, front))
        panic("heap: the zone before block %p is damaged", (const void *)(front + 1));
    for (size_t at = FRONT_LEN + front->size; at < stride; at++)
        if (bytes[at] != (uint8_t)(front->canary >> 8 * (at % 8)))
            panic("heap: the zone after block %p (%zu bytes) is damaged at byte %zu",
                  (const void *)(front + 1), (size_t)front->size, at - FRONT_LEN);
}

static void poison_write(struct front *front, size_t stride)
{
    uint64_t *words = (uint64_t *)front;

    for (size_t i = 0; i < stride / 8; i++)
        words[i] = POISON;
}

static void poison_check(const struct front *front, size_t stride)
{
    const uint64_t *words = (const uint64_t *)front;

    for (size_t i = 0; i < stride / 8; i++)
        if (words[i] != POISON)
            panic("heap: block %p was written at byte %d after it was freed",
                  (const void *)(front + 1), (int)(i * 8) - (int)FRONT_LEN);
}

/* ---- slabs ---- */

static struct front *slab_block(struct slab *s, size_t index)
{
    return (struct front *)((uint8_t *)s + SLAB_HEADER_LEN + index * class_stride[s->class]);
}

static void slab_check(const struct slab *s)
{
    if ((s->secret ^ SLAB_CHECK) != s->check || s->class >= CLASSES || s->nused > s->count)
        panic("heap: the header of slab %p is damaged", (const void *)s);
}

static void slab_link_locked(struct slab *s)
{
    s->previous = NULL;
    s->next = heap.partial[s->class];
    if (s->next)
        s->next->previous = s;
    heap.partial[s->class] = s;
}

static void slab_unlink_locked(struct slab *s)
{
    if (s->previous)
        s->previous->next = s->next;
    else
        heap.partial[s->class] = s->next;
    if (s->next)
        s->next->previous = s->previous;
}

/* Mapped pages with a unit of address space behind them; UNIT_COUNT without memory. `*fresh`: they
 * hold zeros. */
static size_t extent_make_locked(size_t npages, size_t nunits, bool *fresh)
{
    size_t unit = limbo_take_locked(npages, nunits), mapped;

    *fresh = unit == UNIT_COUNT;
    if (!*fresh)
        return unit;
    unit = units_take_locked(nunits);
    if (unit == UNIT_COUNT)
        return unit;
    mapped = pages_map(unit_address(unit), npages);
    heap.npages += mapped;
    if (mapped == npages)
        return unit;
    /* heap_alloc() flushes what was mapped, and tries again. */
    if (mapped)
        (void)limbo_put_locked(unit, nunits, mapped);
    else
        units_give_locked(unit, nunits);
    return UNIT_COUNT;
}

static struct slab *slab_make_locked(unsigned class)
{
    bool fresh;
    size_t unit = extent_make_locked(UNIT_PAGES, 1, &fresh);
    struct slab *s;

    if (unit == UNIT_COUNT)
        return NULL;
    s = (struct slab *)(uintptr_t)unit_address(unit);
    if (!fresh)
        memset(s, 0, UNIT_SIZE);
    s->secret = unit_secret(unit_address(unit));
    s->check = s->secret ^ SLAB_CHECK;
    s->class = (uint16_t) class;
    s->count = (uint16_t)((UNIT_SIZE - SLAB_HEADER_LEN) / class_stride[class]);
    bit_set(heap.slab, unit, true);
    slab_link_locked(s);
    return s;
}

static size_t slab_free_index(const struct slab *s)
{
    for (size_t w = 0; w < SLAB_WORDS; w++)
        if (~s->used[w])
            return w * 64 + (size_t)__builtin_ctzll(~s->used[w]);
    return s->count;
}

static void *small_alloc(unsigned class, size_t size)
{
    struct front *front;
    struct slab *s;
    size_t index;

    lock_acquire(&heap.lock);
    s = heap.partial[class];
    if (!s)
        s = slab_make_locked(class);
    if (!s) {
        lock_release(&heap.lock);
        return NULL;
    }
    slab_check(s);
    index = slab_free_index(s);
    KERNEL_ASSERT(index < s->count && index <= s->nfresh);
    front = slab_block(s, index);
    bit_set(s->used, index, true);
    s->nused++;
    if (index == s->nfresh) {
        s->nfresh++;
    } else {
        poison_check(front, class_stride[class]);
        memset(front + 1, 0, size);
    }
    zones_write(s->secret, front, size, class_stride[class]);
    if (s->nused == s->count)
        slab_unlink_locked(s);
    lock_release(&heap.lock);
    return front + 1;
}

static void small_free(size_t unit, struct front *front)
{
    struct slab *s = (struct slab *)(uintptr_t)unit_address(unit);
    size_t offset = (size_t)((uint8_t *)front - (uint8_t *)s) - SLAB_HEADER_LEN, index;
    bool flush = false;

    lock_acquire(&heap.lock);
    slab_check(s);
    index = offset / class_stride[s->class];
    if (offset % class_stride[s->class] || index >= s->count)
        panic("heap: free of %p, which is no block", (void *)(front + 1));
    if (!bit_get(s->used, index))
        panic("heap: block %p is freed twice", (void *)(front + 1));
    zones_check(s->secret, front, class_stride[s->class]);
    poison_write(front, class_stride[s->class]);
    bit_set(s->used, index, false);
    if (s->nused-- == s->count)
        slab_link_locked(s);
    /* One empty slab a class stays, or a block that comes and goes would map and unmap each
     * time. */
    if (s->nused == 0 && (s->next || s->previous)) {
        slab_unlink_locked(s);
        bit_set(heap.slab, unit, false);
        flush = limbo_put_locked(unit, 1, UNIT_PAGES);
    }
    lock_release(&heap.lock);
    if (flush)
        limbo_flush();
}

/* ---- large blocks ---- */

static size_t large_pages(size_t size)
{
    return (FRONT_LEN + size + BACK_LEN_MIN + FRAME_SIZE - 1) / FRAME_SIZE;
}

/* With a page to spare, that stays unmapped. */
static size_t large_units(size_t npages)
{
    return (npages + 1 + UNIT_PAGES - 1) / UNIT_PAGES;
}

static void *large_alloc(size_t size)
{
    size_t npages = large_pages(size), unit;
    struct front *front;
    bool fresh;

    lock_acquire(&heap.lock);
    unit = extent_make_locked(npages, large_units(npages), &fresh);
    if (unit != UNIT_COUNT) {
        front = (struct front *)(uintptr_t)unit_address(unit);
        if (!fresh)
            memset(front, 0, npages * FRAME_SIZE);
        zones_write(unit_secret(unit_address(unit)), front, size, npages * FRAME_SIZE);
        bit_set(heap.large, unit, true);
    }
    lock_release(&heap.lock);
    return unit == UNIT_COUNT ? NULL : front + 1;
}

static void large_check(size_t unit)
{
    const struct front *front = (const struct front *)(uintptr_t)unit_address(unit);

    if (front->size > HEAP_AREA_SIZE)
        panic("heap: the zone before block %p is damaged", (const void *)(front + 1));
    zones_check(unit_secret(unit_address(unit)), front, large_pages(front->size) * FRAME_SIZE);
}

static void large_free(size_t unit)
{
    const struct front *front = (const struct front *)(uintptr_t)unit_address(unit);
    size_t npages;
    bool flush;

    large_check(unit);
    npages = large_pages(front->size);
    lock_acquire(&heap.lock);
    bit_set(heap.large, unit, false);
    flush = limbo_put_locked(unit, large_units(npages), npages);
    lock_release(&heap.lock);
    if (flush)
        limbo_flush();
}

/* ---- interface ---- */

void heap_init(const uint8_t key[HEAP_KEY_LEN])
{
    lock_init(&heap.lock, LOCK_RANK_HEAP);
    memcpy(heap.key, key, HEAP_KEY_LEN);
}

static void *block_alloc(size_t size)
{
    for (unsigned class = 0; class < CLASSES; class ++)
        if (size + FRONT_LEN + BACK_LEN_MIN <= class_stride[class])
            return small_alloc(class, size);
    return large_alloc(size);
}

void *heap_alloc(size_t size)
{
    void *block;

    if (size > HEAP_AREA_SIZE / 2)
        return NULL;
    block = block_alloc(size);
    if (block)
        return block;
    limbo_flush();
    return block_alloc(size);
}

void heap_free(void *block)
{
    struct front *front;
    size_t unit;

    if (!block)
        return;
    front = (struct front *)block - 1;
    unit = unit_of(front);
    if (bit_get(heap.large, unit) && (uintptr_t)front == unit_address(unit))
        large_free(unit);
    else if (bit_get(heap.slab, unit))
        small_free(unit, front);
    else
        panic("heap: free of %p, which is no block or was freed", block);
}

size_t heap_used(void)
{
    return heap.npages * FRAME_SIZE;
}

static void slab_check_blocks(struct slab *s)
{
    slab_check(s);
    for (size_t i = 0; i < s->nfresh; i++)
        if (bit_get(s->used, i))
            zones_check(s->secret, slab_block(s, i), class_stride[s->class]);
        else
            poison_check(slab_block(s, i), class_stride[s->class]);
}

void heap_check(void)
{
    lock_acquire(&heap.lock);
    for (size_t w = 0; w < UNIT_WORDS; w++)
        for (uint64_t units = heap.slab[w] | heap.large[w]; units; units &= units - 1) {
            size_t unit = w * 64 + (size_t)__builtin_ctzll(units);
            if (bit_get(heap.slab, unit))
                slab_check_blocks((struct slab *)(uintptr_t)unit_address(unit));
            else
                large_check(unit);
        }
    lock_release(&heap.lock);
}
