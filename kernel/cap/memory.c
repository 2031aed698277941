#include <cap/memory.h>

#include <arch/arch.h>
#include <cap/account.h>
#include <cap/tree.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <sched/sched.h>

#define PAGES_MAX       (1ull << 28) /* 1 TiB: keeps every product in range */
/*
 * Below this every device can reach memory, and without an IOMMU all DMA memory together stays
 * below the pool's limit.
 */
#define DMA_ADDRESS_END (1ull << 32)

static uint64_t dma_used; /* pages, atomic */

uint64_t memory_dma_limit(void)
{
    uint64_t eighth = frame_total_count() / 8 * NONOS_PAGE_SIZE;
    return eighth > (128ull << 20) ? 128ull << 20 : eighth;
}

static int dma_pool_take(uint64_t npages)
{
    uint64_t used = __atomic_add_fetch(&dma_used, npages, __ATOMIC_RELAXED);
    if (used * NONOS_PAGE_SIZE <= memory_dma_limit())
        return 0;
    __atomic_sub_fetch(&dma_used, npages, __ATOMIC_RELAXED);
    return NONOS_E_QUOTA;
}

static int charge_all(struct account *account, uint64_t npages, uint32_t flags)
{
    int error = account_charge_memory(account, npages * NONOS_PAGE_SIZE);
    if (error || !(flags & NONOS_MEMORY_FLAG_DMA))
        return error;
    error = account ? account_charge(account, ACCOUNT_DMA, npages * NONOS_PAGE_SIZE) : 0;
    if (!error) {
        error = dma_pool_take(npages);
        if (error && account)
            account_uncharge(account, ACCOUNT_DMA, npages * NONOS_PAGE_SIZE);
    }
    if (error)
        account_uncharge_memory(account, npages * NONOS_PAGE_SIZE);
    return error;
}

static void uncharge_all(struct memory *memory)
{
    struct account *account = memory->object.account;
    uint64_t bytes = memory->npages * NONOS_PAGE_SIZE;
    if (memory->flags & NONOS_MEMORY_FLAG_DMA) {
        __atomic_sub_fetch(&dma_used, memory->npages, __ATOMIC_RELAXED);
        if (account)
            account_uncharge(account, ACCOUNT_DMA, bytes);
    }
    account_uncharge_memory(account, bytes);
}

static int contiguous_fill(struct memory *memory)
{
    uint64_t limit = memory->flags & NONOS_MEMORY_FLAG_DMA ? DMA_ADDRESS_END : UINT64_MAX;
    int error = frame_alloc_contiguous(memory->npages, limit, &memory->base);
    if (!error)
        memory->present = memory->npages;
    return error;
}

static int chunk_add(struct memory *memory)
{
    uint64_t frame;
    int error = account_charge_memory(memory->object.account, NONOS_PAGE_SIZE);
    if (error)
        return error;
    error = frame_alloc(&frame);
    if (error) {
        account_uncharge_memory(memory->object.account, NONOS_PAGE_SIZE);
        return error;
    }
    memory->chunks[memory->nchunks++] = frame_address(frame);
    return 0;
}

static int page_add(struct memory *memory)
{
    uint64_t frame, page = memory->present;
    int error = page % MEMORY_CHUNK == 0 ? chunk_add(memory) : 0;
    if (error)
        return error;
    error = memory->flags & NONOS_MEMORY_FLAG_DMA
                ? frame_alloc_contiguous(1, DMA_ADDRESS_END, &frame)
                : frame_alloc(&frame);
    if (error) {
        if (page % MEMORY_CHUNK == 0) {
            frame_free(frame_physical(memory->chunks[--memory->nchunks]));
            account_uncharge_memory(memory->object.account, NONOS_PAGE_SIZE);
        }
        return error;
    }
    memory->chunks[page / MEMORY_CHUNK][page % MEMORY_CHUNK] = frame;
    memory->present++;
    return 0;
}

static int scattered_fill(struct memory *memory)
{
    int error;
    memory->overhead = (memory->npages + MEMORY_CHUNK - 1) / MEMORY_CHUNK * sizeof(uint64_t *);
    memory->chunks = charged_alloc(memory->object.account, memory->overhead, &error);
    if (!memory->chunks)
        return error;
    while (memory->present < memory->npages) {
        error = page_add(memory);
        if (error)
            return error;
        if (memory->present % 64 == 0)
            preemption_point();
    }
    return 0;
}

int memory_create(struct account *account, uint64_t len, uint32_t flags, struct memory **memory)
{
    uint64_t npages = len / NONOS_PAGE_SIZE + (len % NONOS_PAGE_SIZE != 0);
    struct memory *m;
    if (npages == 0 || npages > PAGES_MAX)
        return NONOS_E_INVALID;
    int error = charge_all(account, npages, flags);
    if (error)
        return error;
    error = object_alloc(account, NONOS_OBJECT_MEMORY, sizeof(*m), &m);
    if (error) {
        uncharge_all(&(struct memory){.object.account = account, .npages = npages, .flags = flags});
        return error;
    }
    m->npages = npages;
    m->flags = flags;
    m->object.grants = flags & NONOS_MEMORY_FLAG_DMA ? NONOS_GRANT_DMA : 0;
    error = flags & NONOS_MEMORY_FLAG_CONTIGUOUS ? contiguous_fill(m) : scattered_fill(m);
    if (error) {
        object_put(&m->object);
        return error;
    }
    *memory = m;
    return 0;
}

int memory_wrap(uint64_t physical, uint64_t len, struct memory **memory)
{
    struct memory *m;
    int error = object_alloc(NULL, NONOS_OBJECT_MEMORY, sizeof(*m), &m);
    if (error)
        return error;
    m->npages = m->present = len / NONOS_PAGE_SIZE + (len % NONOS_PAGE_SIZE != 0);
    m->flags = NONOS_MEMORY_FLAG_CONTIGUOUS | MEMORY_FIXED;
    m->base = physical;
    *memory = m;
    return 0;
}

uint64_t memory_frame(const struct memory *memory, uint64_t page)
{
    KERNEL_ASSERT(page < memory->present);
    return memory->flags & NONOS_MEMORY_FLAG_CONTIGUOUS
               ? memory->base + page * NONOS_PAGE_SIZE
               : memory->chunks[page / MEMORY_CHUNK][page % MEMORY_CHUNK];
}

void *memory_page(const struct memory *memory, uint64_t page)
{
    return frame_address(memory_frame(memory, page));
}

void memory_destroy(struct memory *memory)
{
    struct account *account = memory->object.account;
    if (memory->flags & MEMORY_FIXED)
        return;
    for (uint64_t page = 0; page < memory->present; page++) {
        frame_free(memory_frame(memory, page));
        if (page % 64 == 63 && arch_preempt_pending())
            sched_preempt();
    }
    for (uint64_t i = 0; i < memory->nchunks; i++)
        frame_free(frame_physical(memory->chunks[i]));
    account_uncharge_memory(account, memory->nchunks * NONOS_PAGE_SIZE);
    charged_free(account, memory->chunks, memory->overhead);
    uncharge_all(memory);
}
