/* Memory objects: pages of RAM, in chunks of 512 frame addresses, or one contiguous range. */
#ifndef KERNEL_CAP_MEMORY_H
#define KERNEL_CAP_MEMORY_H

#include <cap/object.h>

#define MEMORY_FIXED 0x100u /* its frames are not the allocator's: boot archive */
#define MEMORY_CODE  0x200u /* capabilities to it may have EXECUTE */

#define MEMORY_CHUNK 512

struct memory {
    struct object object;
    uint64_t npages;
    uint64_t present;  /* pages allocated so far */
    uint32_t flags;    /* NONOS_MEMORY_FLAG_*, MEMORY_* */
    uint64_t base;     /* of a contiguous one: its physical address */
    uint64_t **chunks; /* of others: tables of MEMORY_CHUNK physical addresses */
    uint64_t nchunks;
    uint64_t overhead; /* bytes charged for the tables */
};

/*
 * Makes zeroed memory of `len` bytes, rounded up. INVALID if len is 0 or too large; QUOTA,
 * NO_MEMORY. May preempt.
 */
NONOS_MUST_CHECK int memory_create(struct account *account, uint64_t len, uint32_t flags,
                                   struct memory **memory);
/* Memory that exists already, never freed. */
NONOS_MUST_CHECK int memory_wrap(uint64_t physical, uint64_t len, struct memory **memory);
void memory_destroy(struct memory *memory);
uint64_t memory_frame(const struct memory *memory, uint64_t page);
/* Where the kernel reads and writes it. */
void *memory_page(const struct memory *memory, uint64_t page);
/* Most DMA memory that all accounts have together. */
uint64_t memory_dma_limit(void);

#endif
