/*
 * Bounded cache of a volume's blocks, least recently used out first.
 *
 * A slot remembers what its block was checked as, so that a checksum is computed once for each time that the block is
 * read from the device. Two structures that claim the same block each get it checked as theirs.
 */
#ifndef NONFS_BLOCK_CACHE_H
#define NONFS_BLOCK_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>

struct nonfs_cache_slot {
    uint64_t block;
    uint32_t hash_next; /* slot number, or NONFS_CACHE_NONE */
    uint32_t newer;
    uint32_t older;
    uint32_t owner; /* inode that the content was checked for */
    uint32_t pins;
    uint8_t kind;   /* what it was checked as; 0: not checked */
    uint8_t filled; /* the slot holds `block` */
};

#define NONFS_CACHE_NONE UINT32_MAX

struct nonfs_cache {
    struct nonfs_cache_slot *slots;
    uint32_t *buckets; /* heads of the hash chains */
    uint8_t *data;     /* nslots blocks */
    uint32_t nslots;
    uint32_t bucket_mask;
    uint32_t block_size;
    uint32_t newest;
    uint32_t oldest;
    const struct nonfs_block_device *dev;
    uint8_t *bounce;
};

/* Number of hash buckets for `nslots`: a power of two. */
uint32_t nonfs_cache_buckets(uint32_t nslots);

/* Makes the cache empty; its pointers and sizes are set by the caller. */
void nonfs_cache_init(struct nonfs_cache *cache);

/*
 * Finds or reads `block` and pins it; the slot stays until nonfs_cache_put. At least one slot must be free of pins.
 * Returns 0, or the error of nonfs_device_read; then nothing is pinned.
 */
int nonfs_cache_get(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot);

void nonfs_cache_put(struct nonfs_cache_slot *slot);

/* The content of a pinned slot. */
const uint8_t *nonfs_cache_data(const struct nonfs_cache *cache,
                                const struct nonfs_cache_slot *slot);

#endif
