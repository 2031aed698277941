/* I/O regions (ports, device memory) and DMA domains. */
#ifndef KERNEL_IRQ_IO_H
#define KERNEL_IRQ_IO_H

#include <cap/cap.h>

struct nonos_boot_info;

struct io_region {
    struct object object;
    uint32_t kind; /* NONOS_IO_* */
    uint64_t base;
    uint64_t len;
};

/*
 * A domain of one device. Without an IOMMU there is nothing to program: a device sees physical
 * addresses, only memory made for DMA can be given to it, the pool of that is bounded
 * (cap/memory.c), each window is recorded, and system_info says so.
 */
struct dma_domain {
    struct object object;
    uint64_t requester;  /* PCI bus << 8 | device << 3 | function */
    bool is_root;        /* the one that others are carved from */
    struct window *held; /* windows that are over, while the device may still reach their pages */
};

/* Remembers which physical addresses are RAM, so that none is ever mapped as device memory. */
void io_init(const struct nonos_boot_info *info);
NONOS_MUST_CHECK int io_region_create_root(uint32_t kind, struct object **object);
/* INVALID, RANGE (outside `root`), DENIED (RAM, or a device that the kernel keeps to itself). */
NONOS_MUST_CHECK int io_region_carve(struct account *account, const struct io_region *root,
                                     uint64_t base, uint64_t len, struct object **object);
uint64_t io_region_frame(const struct io_region *region, uint64_t page);

NONOS_MUST_CHECK int dma_domain_create(struct account *account, uint64_t requester,
                                       struct object **object);
NONOS_MUST_CHECK int dma_domain_create_root(struct object **object);
void dma_domain_destroy(struct dma_domain *domain);

#endif
