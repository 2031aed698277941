/*
 * The kernel's random numbers: one generator, seeded from the loader's entropy, the processor's
 * generator and timing.
 */
#ifndef KERNEL_CAP_RANDOM_H
#define KERNEL_CAP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/result.h>

struct nonos_boot_info;

/* ENTROPY if there is too little to start with. */
NONOS_MUST_CHECK int random_init(const struct nonos_boot_info *info);
void random_bytes(void *buffer, size_t len);
/* Evenly distributed in [0, bound); `bound` is not 0. */
uint64_t random_below(uint64_t bound);
/* What the generator was seeded from, as in boot_info. */
uint32_t random_sources(void);

#endif
