/*
 * Address spaces. The kernel half is shared by all. Every function that takes a translation away
 * returns only after no processor can still use it, so that the caller may free the frame at once.
 */
#ifndef KERNEL_MM_SPACE_H
#define KERNEL_MM_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

#include <arch/arch.h>
#include <debug/lock.h>

struct space {
    struct lock lock; /* page tables and `ntables` */
    uint64_t root;    /* physical address of the top table */
    size_t ntables;   /* frames of page tables, charged to the owner */
    uint64_t cpus;    /* bit n: processor n may hold translations */
};

enum space_cache { SPACE_CACHED, SPACE_UNCACHED, SPACE_WRITE_COMBINING };

NONOS_MUST_CHECK int space_init(struct space *space);
void space_free(struct space *space); /* all user mappings are gone and no processor runs in it */

/* Maps one page; `prot` is NONOS_PROT_*, never WRITE with EXECUTE. NO_MEMORY; BUSY if something is
 * mapped there. */
NONOS_MUST_CHECK int space_map(struct space *space, uint64_t address, uint64_t physical,
                               uint32_t prot, enum space_cache cache);
/* Removes `npages` translations and shoots them down everywhere. Pages not mapped are skipped. */
void space_unmap(struct space *space, uint64_t address, size_t npages);
void space_protect(struct space *space, uint64_t address, size_t npages, uint32_t prot);
/* Physical address behind a user address, or false. */
bool space_lookup(struct space *space, uint64_t address, uint64_t *physical, uint32_t *prot);

/* Copies between the kernel and the current thread's user memory; BAD_ADDRESS if a byte of it is
 * not mapped so, then what was copied before is unspecified. `address` may be anything. */
NONOS_MUST_CHECK int user_read(void *to, uint64_t address, size_t len);
NONOS_MUST_CHECK int user_write(uint64_t address, const void *from, size_t len);

#endif
