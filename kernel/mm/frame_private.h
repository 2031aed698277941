/* How the frame allocator comes to life, and what its tests look into. */
#ifndef KERNEL_MM_FRAME_PRIVATE_H
#define KERNEL_MM_FRAME_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

struct nonos_boot_info;

/* One region: 512 frames, 2 MiB. `sum` covers all before it. A frame that is used and poisoned at
 * once is reserved: it is no RAM, or it is RAM that is never given out. */
#define FRAME_REGION_WORDS  8u
#define FRAME_REGION_FRAMES (FRAME_REGION_WORDS * 64)

struct frame_region {
    uint64_t used[FRAME_REGION_WORDS];
    uint64_t poisoned[FRAME_REGION_WORDS];
    uint64_t free;
    uint64_t sum;
};

#define FRAME_POISON 0xdead4f4e4f4edeadull

/* Until frame_init(), frame_alloc() hands out the RAM of one large usable range in a row, through
 * identity addresses. */
void frame_start(const struct nonos_boot_info *info);
/* All RAM is mapped at `base` from now on. */
void frame_set_direct_map(uint64_t base);
/* Builds the bitmaps; LOADER memory becomes free. `secret` keys the checksums. */
void frame_init(const struct nonos_boot_info *info, uint64_t secret);
/* One region of the bitmap, or NULL beyond the last. */
struct frame_region *frame_region_at(size_t index);

#endif
