/*
 * Random numbers of the loader: everything that any source gives goes through one BLAKE3, so a bad
 * source cannot spoil a good one. The slide and the kernel's seed are separate derivations: who
 * learns one learns nothing of the other.
 */
#ifndef BOOT_ENTROPY_H
#define BOOT_ENTROPY_H

#include <noncrypto/blake3.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of nonos_boot_info.entropy_sources. */
#define BOOT_ENTROPY_FIRMWARE 1u
#define BOOT_ENTROPY_RDRAND   2u
#define BOOT_ENTROPY_TIMING   4u

struct boot_entropy {
    struct noncrypto_blake3 pool;
    uint32_t sources;
};

void boot_entropy_init(struct boot_entropy *entropy);

/*
 * Mixes in `len` bytes; `source` is one of the bits above, or 0 for data that only makes machines
 * differ.
 */
void boot_entropy_add(struct boot_entropy *entropy, uint32_t source, const void *data, size_t len);

/*
 * Fills `out` with `len` bytes that depend on all that was added and on `purpose`, a constant
 * string.
 */
void boot_entropy_derive(const struct boot_entropy *entropy, const char *purpose, uint8_t *out,
                         size_t len);

/*
 * The virtual base for an image of `image_len` bytes: each multiple of 2 MiB at which it fits
 * between NONOS_KERNEL_BASE_MIN and NONOS_KERNEL_BASE_END is equally likely.
 */
uint64_t boot_entropy_slide(const struct boot_entropy *entropy, uint64_t image_len);

#endif
