/* The memory of the modelled machine: frames from a pool, a heap that counts, and address spaces. */
#include "model_private.h"

#include <pthread.h>

#include <sys/mman.h>

#include <debug/log.h>
#include <mm/frame.h>
#include <mm/heap.h>

#define BASE 0x100000u /* physical address of the first frame */

/* ---- frames and heap ---- */

static uint8_t *pool;
static uint8_t *frame_used;
static size_t nframes, frames_used, frame_hint;
static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;
static size_t blocks_used;
static long fail_after = -1;
static bool failed;

static bool allocation_fails(void)
{
    if (fail_after < 0)
        return false;
    if (fail_after > 0) {
        fail_after--;
        return false;
    }
    failed = true;
    return true;
}

void model_fail_after(long n)
{
    fail_after = n;
    failed = false;
}

bool model_failed(void)
{
    return failed;
}

void model_memory_start(size_t npages)
{
    nframes = npages;
    pool = mmap(NULL, npages * FRAME_SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ck_assert_ptr_ne(pool, MAP_FAILED);
    frame_used = calloc(1, npages);
}

static int frames_take(size_t count, uint64_t *physical)
{
    int error = NONOS_E_NO_MEMORY;
    pthread_mutex_lock(&memory_lock);
    bool fails = allocation_fails();
    for (size_t tried = 0; tried < nframes && !fails && error; tried++) {
        size_t at = (frame_hint + tried) % nframes, n = 0;
        while (n < count && at + n < nframes && !frame_used[at + n])
            n++;
        if (n < count)
            continue;
        memset(frame_used + at, 1, count);
        memset(pool + at * FRAME_SIZE, 0, count * FRAME_SIZE);
        frames_used += count;
        frame_hint = at + count;
        *physical = BASE + at * FRAME_SIZE;
        error = 0;
    }
    pthread_mutex_unlock(&memory_lock);
    return error;
}

int frame_alloc(uint64_t *physical)
{
    return frames_take(1, physical);
}

int frame_alloc_contiguous(size_t count, uint64_t limit, uint64_t *physical)
{
    (void)limit;
    return frames_take(count, physical);
}

void frame_free(uint64_t physical)
{
    size_t at = (physical - BASE) / FRAME_SIZE;
    pthread_mutex_lock(&memory_lock);
    if (physical < BASE || at >= nframes || !frame_used[at])
        panic("frame %llx freed that is not in use", (unsigned long long)physical);
    frame_used[at] = 0;
    memset(pool + at * FRAME_SIZE, 0xdf, FRAME_SIZE);
    frames_used--;
    pthread_mutex_unlock(&memory_lock);
}

size_t frame_free_count(void)
{
    return nframes - frames_used;
}

size_t frame_total_count(void)
{
    return nframes;
}

void *frame_address(uint64_t physical)
{
    return pool + (physical - BASE);
}

uint64_t frame_physical(const void *address)
{
    return BASE + (uint64_t)((const uint8_t *)address - pool);
}

void *heap_alloc(size_t size)
{
    pthread_mutex_lock(&memory_lock);
    void *block = allocation_fails() ? NULL : calloc(1, size);
    if (block)
        blocks_used++;
    pthread_mutex_unlock(&memory_lock);
    return block;
}

void heap_free(void *block)
{
    if (!block)
        return;
    pthread_mutex_lock(&memory_lock);
    blocks_used--;
    pthread_mutex_unlock(&memory_lock);
    free(block);
}

size_t model_frames_used(void)
{
    return frames_used;
}

size_t model_blocks_used(void)
{
    return blocks_used;
}

/* ---- address spaces: a list of what is mapped ---- */

struct page {
    struct page *next;
    const struct space *space;
    uint64_t address;
};

#define PAGE_BUCKETS 4096
static struct page *pages[PAGE_BUCKETS];
static pthread_mutex_t pages_lock = PTHREAD_MUTEX_INITIALIZER;

static struct page **page_find(const struct space *space, uint64_t address)
{
    size_t bucket = (address / FRAME_SIZE ^ (uintptr_t)space / 64) % PAGE_BUCKETS;
    struct page **at = &pages[bucket];
    while (*at && ((*at)->space != space || (*at)->address != address))
        at = &(*at)->next;
    return at;
}

int space_init(struct space *space)
{
    lock_init(&space->lock, LOCK_RANK_SPACE);
    space->ntables = 1;
    return frame_alloc(&space->root);
}

void space_free(struct space *space)
{
    ck_assert_uint_eq(model_pages_mapped(space), 0);
    frame_free(space->root);
}

int space_map(struct space *space, uint64_t address, uint64_t physical, uint32_t prot,
              enum space_cache cache)
{
    (void)physical;
    (void)cache;
    if ((prot & NONOS_PROT_WRITE) && (prot & NONOS_PROT_EXECUTE))
        panic("a page that is writable and executable");
    pthread_mutex_lock(&memory_lock);
    bool fails = allocation_fails();
    pthread_mutex_unlock(&memory_lock);
    if (fails)
        return NONOS_E_NO_MEMORY;
    pthread_mutex_lock(&pages_lock);
    struct page **at = page_find(space, address);
    if (*at)
        panic("page %llx is mapped already", (unsigned long long)address);
    *at = malloc(sizeof(**at));
    **at = (struct page){NULL, space, address};
    pthread_mutex_unlock(&pages_lock);
    return 0;
}

void space_unmap(struct space *space, uint64_t address, size_t npages)
{
    pthread_mutex_lock(&pages_lock);
    for (size_t i = 0; i < npages; i++) {
        struct page **at = page_find(space, address + i * FRAME_SIZE), *page = *at;
        if (page) {
            *at = page->next;
            free(page);
        }
    }
    pthread_mutex_unlock(&pages_lock);
}

void space_protect(struct space *space, uint64_t address, size_t npages, uint32_t prot)
{
    (void)prot;
    for (size_t i = 0; i < npages; i++)
        ck_assert(model_is_mapped(space, address + i * FRAME_SIZE));
}

bool model_is_mapped(const struct space *space, uint64_t address)
{
    pthread_mutex_lock(&pages_lock);
    bool mapped = *page_find(space, address) != NULL;
    pthread_mutex_unlock(&pages_lock);
    return mapped;
}

size_t model_pages_mapped(const struct space *space)
{
    size_t n = 0;
    pthread_mutex_lock(&pages_lock);
    for (size_t b = 0; b < PAGE_BUCKETS; b++)
        for (const struct page *p = pages[b]; p; p = p->next)
            n += p->space == space;
    pthread_mutex_unlock(&pages_lock);
    return n;
}

int user_read(void *to, uint64_t address, size_t len)
{
    if (address < NONOS_USER_MIN || address >= NONOS_USER_END)
        return NONOS_E_BAD_ADDRESS;
    memcpy(to, (const void *)(uintptr_t)address, len);
    return 0;
}

int user_write(uint64_t address, const void *from, size_t len)
{
    if (address < NONOS_USER_MIN || address >= NONOS_USER_END)
        return NONOS_E_BAD_ADDRESS;
    memcpy((void *)(uintptr_t)address, from, len);
    return 0;
}
