/*
 * The regions of an address space: what is mapped where, and under which capability.
 *
 * A region keeps its range of addresses from before its first page is mapped until after its last
 * page is gone. The task's lock guards the table and every region's state; pages are mapped and
 * removed in pieces of 64 under it. Several may want to end a region at once (mem_unmap, the end of
 * its capability, the end of the task): each removes pages, and goes on when the last one is gone.
 */
#ifndef KERNEL_CAP_MAPPING_H
#define KERNEL_CAP_MAPPING_H

#include <cap/cap.h>
#include <mm/space.h>

#define REGIONS_MAX 4096

struct region;
struct task;

struct region_table {
    struct lock lock;
    struct region **regions; /* by ascending address */
    uint32_t count;
    uint32_t capacity;
    bool closed;
    uint64_t base;           /* where the search for a place starts, random; 0: not chosen yet */
    uint64_t bytes;          /* mapped, without guards */
    uint64_t tables_charged; /* frames of page tables */
};

/* What a region shows. */
struct region_source {
    struct object *object; /* Memory or IoRegion; NULL: a guard, never mapped */
    uint64_t first_page;   /* of the object */
    enum space_cache cache;
    uint32_t allowed; /* NONOS_PROT_* that the capability allows */
};

void region_table_init(struct region_table *table);
/*
 * Maps `npages` pages at *address, or where there is room if that is 0, with `prot`. `slot` is
 * the capability that the mapping lives as long as; `ref` what was looked up, or NULL for a mapping
 * of the kernel's own. QUOTA, NO_MEMORY, BAD_ADDRESS (not user addresses, or taken), PEER_GONE (the
 * task is ending), BAD_HANDLE (the capability went away meanwhile).
 */
NONOS_MUST_CHECK int region_map(struct task *task, const struct region_source *source,
                                const struct cap_ref *ref, uint32_t prot, uint64_t npages,
                                uint64_t *address);
/* A range that cuts a region is INVALID, and nothing has changed. */
NONOS_MUST_CHECK int region_unmap(struct task *task, uint64_t address, uint64_t npages);
NONOS_MUST_CHECK int region_protect(struct task *task, uint64_t address, uint64_t npages,
                                    uint32_t prot);
/* Ends all regions; nothing can be mapped any more. */
void region_table_close(struct task *task);
void region_table_free(struct task *task);

#endif
