/*
 * The kernel's file: an ELF64 static PIE for x86-64 (System V gABI chapter 5, AMD64 psABI).
 *
 * Checking and loading are apart: boot_elf_check() reads the headers once, believes nothing, and
 * copies what it found into a structure that the rest uses; after it nothing looks at the file's
 * headers again.
 */
#ifndef BOOT_ELF_H
#define BOOT_ELF_H

#include "common/result.h"

#include <stddef.h>
#include <stdint.h>

#define BOOT_ELF_SEGMENTS_MAX 16
#define BOOT_ELF_IMAGE_MAX    (64u << 20)

struct boot_elf_segment {
    uint64_t address; /* of the first byte, from the image's start */
    uint64_t file_offset;
    uint64_t file_len;
    uint64_t memory_len; /* at least file_len; the rest is zero */
    int writable;
    int executable; /* never together with writable */
};

struct boot_elf {
    const uint8_t *file;
    uint64_t image_len; /* a multiple of 4096 */
    uint64_t entry;     /* from the image's start */
    size_t nsegments;
    struct boot_elf_segment segment[BOOT_ELF_SEGMENTS_MAX]; /* sorted, no two in one page */
};

/*
 * Checks the `len` bytes at `file` and describes the image in `*elf`, which keeps a pointer to
 * `file`.
 *
 * Accepted: ET_DYN for x86-64 whose PT_LOAD segments are sorted, inside the file, congruent to
 * their file offset modulo 4096, on pages of their own, none both writable and executable, the
 * first one at address 0; no PT_INTERP, no PT_TLS, no executable PT_GNU_STACK; at most
 * BOOT_ELF_SEGMENTS_MAX segments and BOOT_ELF_IMAGE_MAX bytes; entry point in an executable
 * segment's file bytes.
 *
 * Returns 0 or one of BOOT_E_ELF_*; then `*elf` is undefined.
 */
BOOT_MUST_CHECK
int boot_elf_check(struct boot_elf *elf, const void *file, size_t len);

/*
 * Writes all elf->image_len bytes at `image`: the segments, and zero between and behind them.
 * Relocates nothing.
 */
void boot_elf_load(const struct boot_elf *elf, void *image);

#endif
