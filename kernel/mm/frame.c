#include "frame.h"

#include "frame_private.h"

#include <debug/lock.h>
#include <debug/log.h>
#include <nonos/boot_info.h>

#include <stdbool.h>
#include <string.h>

#define FOUR_GIB         (1ull << 32)
#define REGION_SIZE      ((uint64_t)FRAME_REGION_FRAMES * FRAME_SIZE)
#define DMA_REGIONS      ((size_t)(FOUR_GIB / REGION_SIZE))
#define WORDS_FOR(nbits) (((nbits) + 63) / 64)

static struct {
    struct lock lock;
    uint64_t direct_map;
    uint64_t secret;
    struct frame_region *regions; /* NULL until frame_init() */
    uint64_t *open;               /* bit n: region n has a free frame */
    size_t nregions;
    size_t hint_high,
        hint_low; /* no open region in [DMA_REGIONS, hint_high) and in [0, hint_low) */
    size_t total, free;
    uint64_t start_base, start_next, start_end; /* the range that frame_start() picked */
} frames = {.lock = LOCK_INIT(LOCK_RANK_FRAME)};

void *frame_address(uint64_t physical)
{
    return (void *)(uintptr_t)(frames.direct_map + physical);
}

uint64_t frame_physical(const void *address)
{
    return (uintptr_t)address - frames.direct_map;
}

static void words_fill(void *at, uint64_t value)
{
    size_t count = FRAME_SIZE / 8;

#ifdef __x86_64__
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(count) : "a"(value) : "memory");
#else
    for (uint64_t *word = at; count; count--)
        *word++ = value;
#endif
}

/* ---- before the bitmap ---- */

static bool is_ram(const struct nonos_boot_memory *m)
{
    return m->type == NONOS_MEMORY_USABLE || m->type == NONOS_MEMORY_LOADER;
}

void frame_start(const struct nonos_boot_info *info)
{
    uint64_t best = 0;

    for (uint32_t i = 0; i < info->nmemory; i++) {
        const struct nonos_boot_memory *m = &info->memory[i];
        /* Below 4 GiB, because another processor's first page table must lie there. */
        if (m->type != NONOS_MEMORY_USABLE || m->base >= FOUR_GIB || m->len <= best)
            continue;
        best = m->len;
        frames.start_base = m->base;
        frames.start_end = m->base + m->len < FOUR_GIB ? m->base + m->len : FOUR_GIB;
    }
    frames.start_next = frames.start_base;
}

static int start_take(size_t count, uint64_t *physical)
{
    if (count > (frames.start_end - frames.start_next) / FRAME_SIZE)
        return NONOS_E_NO_MEMORY;
    *physical = frames.start_next;
    frames.start_next += (uint64_t)count * FRAME_SIZE;
    for (size_t i = 0; i < count; i++)
        words_fill(frame_address(*physical + i * FRAME_SIZE), 0);
    return 0;
}

void frame_set_direct_map(uint64_t base)
{
    frames.direct_map = base;
}

/* ---- one region ---- */

static uint64_t region_sum(const struct frame_region *r)
{
    const uint64_t *words = (const uint64_t *)r;
    uint64_t sum = frames.secret;

    for (size_t i = 0; i < offsetof(struct frame_region, sum) / 8; i++) {
        sum = (sum ^ words[i]) * 0x9e3779b97f4a7c15ull;
        sum ^= sum >> 29;
    }
    return sum;
}

static struct frame_region *region_checked(size_t index)
{
    struct frame_region *r = &frames.regions[index];

    if (r->sum != region_sum(r))
        panic("frame bitmap is damaged: region %zu (physical 0x%llx)", index,
              (unsigned long long)(index * REGION_SIZE));
    return r;
}

static void region_changed(size_t index)
{
    struct frame_region *r = &frames.regions[index];

    r->sum = region_sum(r);
    if (r->free)
        frames.open[index / 64] |= 1ull << index % 64;
    else
        frames.open[index / 64] &= ~(1ull << index % 64);
}

static bool frame_used(const struct frame_region *r, size_t bit)
{
    return r->used[bit / 64] >> bit % 64 & 1;
}

static bool frame_poisoned(const struct frame_region *r, size_t bit)
{
    return r->poisoned[bit / 64] >> bit % 64 & 1;
}

/* Marks a free frame used; returns whether it was poisoned. The region's sum is stale
 * afterwards. */
static bool region_take(struct frame_region *r, size_t bit)
{
    bool poisoned = frame_poisoned(r, bit);

    r->used[bit / 64] |= 1ull << bit % 64;
    r->poisoned[bit / 64] &= ~(1ull << bit % 64);
    r->free--;
    return poisoned;
}

/* Makes what was reserved free: frames [first, first + count) of all memory. */
static void range_release(uint64_t first, uint64_t count)
{
    while (count) {
        struct frame_region *r = &frames.regions[first / FRAME_REGION_FRAMES];
        size_t bit = first % FRAME_REGION_FRAMES;
        size_t n = 64 - bit % 64 < count ? 64 - bit % 64 : (size_t)count;
        uint64_t mask = (n == 64 ? ~0ull : (1ull << n) - 1) << bit % 64;

        r->used[bit / 64] &= ~mask;
        r->poisoned[bit / 64] &= ~mask;
        r->free += n;
        frames.total += n;
        first += n;
        count -= n;
    }
}

static void range_reserve(uint64_t first, uint64_t count)
{
    for (; count; first++, count--) {
        struct frame_region *r = &frames.regions[first / FRAME_REGION_FRAMES];
        size_t bit = first % FRAME_REGION_FRAMES;
        if (!frame_used(r, bit))
            r->free--;
        r->used[bit / 64] |= 1ull << bit % 64;
        r->poisoned[bit / 64] |= 1ull << bit % 64;
    }
}

void frame_init(const struct nonos_boot_info *info, uint64_t secret)
{
    uint64_t top = 0, physical;
    size_t bytes;

    for (uint32_t i = 0; i < info->nmemory; i++)
        if (is_ram(&info->memory[i]))
            top = info->memory[i].base + info->memory[i].len;
    frames.nregions = (size_t)((top + REGION_SIZE - 1) / REGION_SIZE);
    bytes = frames.nregions * sizeof(struct frame_region) + WORDS_FOR(frames.nregions) * 8;
    if (start_take((bytes + FRAME_SIZE - 1) / FRAME_SIZE, &physical) < 0)
        panic("no room for the frame bitmap: %zu bytes", bytes);

    frames.secret = secret;
    frames.regions = frame_address(physical);
    frames.open = (uint64_t *)(frames.regions + frames.nregions);
    for (size_t i = 0; i < frames.nregions; i++) {
        memset(frames.regions[i].used, 0xff, sizeof(frames.regions[i].used));
        memset(frames.regions[i].poisoned, 0xff, sizeof(frames.regions[i].poisoned));
    }
    for (uint32_t i = 0; i < info->nmemory; i++)
        if (is_ram(&info->memory[i]))
            range_release(info->memory[i].base / FRAME_SIZE, info->memory[i].len / FRAME_SIZE);
    if (info->nmemory && info->memory[0].base == 0)
        range_reserve(0, 1); /* physical address 0 is never given out */
    range_reserve(frames.start_base / FRAME_SIZE,
                  (frames.start_next - frames.start_base) / FRAME_SIZE);
    for (size_t i = 0; i < frames.nregions; i++) {
        frames.free += frames.regions[i].free;
        region_changed(i);
    }
    frames.hint_high = DMA_REGIONS;
    frames.hint_low = 0;
}

struct frame_region *frame_region_at(size_t index)
{
    return index < frames.nregions ? &frames.regions[index] : NULL;
}

/* ---- all regions ---- */

/* First open region in [from, end), or `end`. */
static size_t region_open_from(size_t from, size_t end)
{
    while (from < end) {
        uint64_t word = frames.open[from / 64] >> from % 64;
        if (word) {
            from += (size_t)__builtin_ctzll(word);
            break;
        }
        from = (from / 64 + 1) * 64;
    }
    return from < end ? from : end;
}

/* Memory that old devices can reach goes last. */
static bool region_pick_locked(size_t *index)
{
    size_t low_end = frames.nregions < DMA_REGIONS ? frames.nregions : DMA_REGIONS;

    if (frames.nregions > DMA_REGIONS) {
        frames.hint_high = region_open_from(frames.hint_high, frames.nregions);
        *index = frames.hint_high;
        if (*index < frames.nregions)
            return true;
    }
    frames.hint_low = region_open_from(frames.hint_low, low_end);
    *index = frames.hint_low;
    return *index < low_end;
}

static size_t region_free_bit(const struct frame_region *r, size_t index)
{
    for (size_t w = 0; w < FRAME_REGION_WORDS; w++)
        if (~r->used[w])
            return w * 64 + (size_t)__builtin_ctzll(~r->used[w]);
    panic("frame bitmap is damaged: region %zu has no free frame", index);
}

/* A freed frame must hold what frame_free() left there; then the caller gets zeros. */
static void frame_prepare(uint64_t physical, bool poisoned)
{
    const uint64_t *words = frame_address(physical);

    if (poisoned)
        for (size_t i = 0; i < FRAME_SIZE / 8; i++)
            if (words[i] != FRAME_POISON)
                panic("frame 0x%llx was written at offset 0x%zx after it was freed: 0x%llx",
                      (unsigned long long)physical, i * 8, (unsigned long long)words[i]);
    words_fill(frame_address(physical), 0);
}

int frame_alloc(uint64_t *physical)
{
    struct frame_region *r;
    size_t index, bit;
    bool poisoned;

    if (!frames.regions)
        return start_take(1, physical);
    lock_acquire(&frames.lock);
    if (!region_pick_locked(&index)) {
        lock_release(&frames.lock);
        return NONOS_E_NO_MEMORY;
    }
    r = region_checked(index);
    bit = region_free_bit(r, index);
    poisoned = region_take(r, bit);
    region_changed(index);
    frames.free--;
    lock_release(&frames.lock);
    *physical = index * REGION_SIZE + bit * FRAME_SIZE;
    frame_prepare(*physical, poisoned);
    return 0;
}

/* First run of `count` free frames below frame number `end`; UINT64_MAX if there is none. */
static uint64_t run_find_locked(size_t count, uint64_t end)
{
    uint64_t run = 0, at = 0;

    while (at < end) {
        size_t index = (size_t)(at / FRAME_REGION_FRAMES), bit = at % FRAME_REGION_FRAMES;
        const struct frame_region *r;

        if (bit == 0 && !(frames.open[index / 64] >> index % 64 & 1)) {
            run = 0;
            at += FRAME_REGION_FRAMES;
            continue;
        }
        r = bit ? &frames.regions[index] : region_checked(index);
        if (bit % 64 == 0 && r->used[bit / 64] == ~0ull) {
            run = 0;
            at += 64;
            continue;
        }
        run = frame_used(r, bit) ? 0 : run + 1;
        at++;
        if (run == count)
            return at - count;
    }
    return UINT64_MAX;
}

int frame_alloc_contiguous(size_t count, uint64_t limit, uint64_t *physical)
{
    uint64_t end = (uint64_t)frames.nregions * FRAME_REGION_FRAMES, first;

    if (!count || !frames.regions)
        return NONOS_E_INVALID;
    if (limit / FRAME_SIZE < end)
        end = limit / FRAME_SIZE;
    lock_acquire(&frames.lock);
    first = run_find_locked(count, end);
    if (first == UINT64_MAX) {
        lock_release(&frames.lock);
        return NONOS_E_NO_MEMORY;
    }
    for (uint64_t f = first; f < first + count; f++) {
        size_t index = (size_t)(f / FRAME_REGION_FRAMES);
        bool poisoned = region_take(&frames.regions[index], f % FRAME_REGION_FRAMES);
        if (f + 1 == first + count || (f + 1) % FRAME_REGION_FRAMES == 0)
            region_changed(index);
        frame_prepare(f * FRAME_SIZE, poisoned);
    }
    frames.free -= count;
    lock_release(&frames.lock);
    *physical = first * FRAME_SIZE;
    return 0;
}

void frame_free(uint64_t physical)
{
    size_t index = (size_t)(physical / REGION_SIZE);
    size_t bit = (size_t)(physical / FRAME_SIZE % FRAME_REGION_FRAMES);
    struct frame_region *r;

    if (physical % FRAME_SIZE || index >= frames.nregions)
        panic("free of 0x%llx, which is no frame", (unsigned long long)physical);
    lock_acquire(&frames.lock);
    r = region_checked(index);
    if (!frame_used(r, bit))
        panic("frame 0x%llx is freed twice", (unsigned long long)physical);
    if (frame_poisoned(r, bit))
        panic("free of frame 0x%llx, which is reserved", (unsigned long long)physical);
    words_fill(frame_address(physical), FRAME_POISON);
    r->used[bit / 64] &= ~(1ull << bit % 64);
    r->poisoned[bit / 64] |= 1ull << bit % 64;
    r->free++;
    region_changed(index);
    frames.free++;
    if (index >= DMA_REGIONS && index < frames.hint_high)
        frames.hint_high = index;
    if (index < DMA_REGIONS && index < frames.hint_low)
        frames.hint_low = index;
    lock_release(&frames.lock);
}

size_t frame_free_count(void)
{
    return frames.free;
}

size_t frame_total_count(void)
{
    return frames.total;
}
