/*
 * From files in memory to the kernel's first instruction: what both loaders do the same way.
 *
 * A loader fills the inputs, then calls, in this order, boot_plan_check(), boot_plan_load() with
 * memory that it found, boot_plan_finish() with the final memory map (as often as it likes) and
 * boot_plan_enter(). Everything that the kernel is handed lies in one block of LOADER memory:
 *
 *     boot_info | stack, 32 KiB | gate: one page of code | page tables
 *
 * The loader runs one to one mapped, so here a pointer is a physical address.
 */
#ifndef BOOT_PLAN_H
#define BOOT_PLAN_H

#include "common/archive.h"
#include "common/elf.h"
#include "common/entropy.h"
#include "common/memory.h"
#include "common/paging.h"
#include "common/result.h"

#include <nonos/boot_info.h>
#include <stddef.h>
#include <stdint.h>

struct boot_plan {
    /* Filled by the loader; all else by the functions below. */
    enum nonos_firmware firmware;
    const void *kernel_file;
    size_t kernel_file_len;
    const void *archive_file; /* page aligned, stays where it is */
    size_t archive_file_len;
    uint64_t rsdp_physical;
    uint64_t loader_tsc;
    uint64_t unix_time;
    struct nonos_boot_framebuffer framebuffer;
    char cmdline[NONOS_BOOT_CMDLINE_SIZE];
    struct boot_entropy entropy; /* with everything mixed in that the loader has */

    struct boot_elf elf;
    struct boot_archive archive;
    struct nonos_boot_info *info;
    uint8_t *stack_top;
    void *gate;
    struct boot_tables tables;
};

/*
 * Checks processor, kernel and archive. Returns 0 or an error; then `*subject` names what is wrong:
 * "processor", "kernel.elf" or "boot.archive".
 */
BOOT_MUST_CHECK
int boot_plan_check(struct boot_plan *plan, const char **subject);

/* Bytes of the block for a machine whose memory ends at `memory_top` (see boot_memory_top()). */
size_t boot_plan_block_len(const struct boot_plan *plan, uint64_t memory_top);

/*
 * Loads the kernel into plan->elf.image_len bytes at `image`, a multiple of 2 MiB, picks the slide,
 * and writes all of boot_info but the memory map into the block of `block_len` bytes at `block`,
 * page aligned. Afterwards kernel_file is not needed any more.
 */
void boot_plan_load(struct boot_plan *plan, void *image, void *block, size_t block_len);

/*
 * Adds the kernel, the archive and the block to `ranges`, what the firmware says, and makes the
 * final memory map and page tables. Changes nothing outside the block and `ranges`. Returns 0,
 * BOOT_E_MAP_TOO_LONG or BOOT_E_NO_MEMORY.
 */
BOOT_MUST_CHECK
int boot_plan_finish(struct boot_plan *plan, struct boot_ranges *ranges);

/* Jumps into the kernel. Interrupts are off and nothing of the firmware is needed any more. */
void boot_plan_enter(const struct boot_plan *plan) __attribute__((noreturn));

#endif
