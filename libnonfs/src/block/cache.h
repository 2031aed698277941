/*
 * Bounded cache of a volume's blocks, least recently used out first.
 *
 * A slot remembers what its block was checked as, so that a checksum is computed once for each time that the block is
 * read from the device. Two structures that claim the same block each get it checked as theirs. Blocks of inodes and of
 * descriptors have a checksum for each part: a bit for each of the first 64 says that it holds, or that it waits for the commit.
 *
 * On a volume that is written a slot may be newer than the device. `dirty`: the running transaction changed it, and it
 * stays until that is committed. `behind`: it may go home at any time, because it is in the log or is the content of a
 * file; it is written when its slot is wanted. A dirty slot may be behind as well, from an earlier transaction.
 *
 * With a monitor others come in while the device works. A slot that is being read or written home is `busy` until then, and
 * whoever wants its block waits: so its content belongs to the transfer alone. What is said of a slot changes only inside of the
 * monitor. Waiting for a slot never lasts longer than a request of the device, because no transfer waits for anything else.
 */
#ifndef NONFS_BLOCK_CACHE_H
#define NONFS_BLOCK_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>
#include <nonfs/monitor.h>

struct nonfs_cache_slot {
    uint64_t block;
    uint64_t verified;  /* parts whose checksum was verified, as what `kind` and `owner` say */
    uint64_t stale;     /* parts whose checksum is computed when the block is committed */
    uint32_t hash_next; /* slot number, or NONFS_CACHE_NONE */
    uint32_t newer;     /* neighbours in the list of clean slots or in that of dirty ones */
    uint32_t older;
    uint32_t
        owner; /* inode that the content was checked for; of a block with parts, the number of the first */
    uint32_t pins;
    uint32_t operation; /* the last one that changed it */
    uint32_t seed;      /* for the checksum that it gets when it is committed */
    uint8_t sum;        /* which kind of checksum that is; 0: none */
    uint8_t kind;       /* what it was checked as; 0: not checked */
    uint8_t filled;     /* the slot holds `block` */
    uint8_t dirty;
    uint8_t behind;
    uint8_t content; /* of a file */
    uint8_t busy;    /* it is being read or written home; then it is pinned, too */
    uint16_t holds;  /* of its pins: those of nonfs_cache_hold */
};

#define NONFS_CACHE_NONE UINT32_MAX

struct nonfs_cache_list {
    uint32_t newest;
    uint32_t oldest;
    uint32_t count;
};

struct nonfs_cache {
    struct nonfs_cache_slot *slots;
    uint32_t *buckets; /* heads of the hash chains */
    uint8_t *data;     /* nslots blocks */
    uint32_t nslots;
    uint32_t bucket_mask;
    uint32_t block_size;
    struct nonfs_cache_list clean;
    struct nonfs_cache_list dirty;
    uint32_t nbehind;                    /* slots that are behind */
    uint32_t waiting;                    /* threads that wait for a slot */
    const struct nonfs_monitor *monitor; /* NULL: nobody else comes in, and no slot is ever busy */
    const struct nonfs_block_device *dev;
    uint8_t *bounce;
};

/* Number of hash buckets for `nslots`: a power of two. */
uint32_t nonfs_cache_buckets(uint32_t nslots);

/* Makes the cache empty; its pointers and sizes are set by the caller, the monitor later, if there is one. */
void nonfs_cache_init(struct nonfs_cache *cache);

/*
 * Finds or reads `block` and pins it; the slot stays until nonfs_cache_put. At least one clean slot must be free of pins, or
 * pinned by nonfs_cache_hold only: then it is waited for. Returns 0, or the error of the device;
 * then nothing is pinned.
 */
int nonfs_cache_get(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot);

/* The same for a block whose content does not matter: if it is not in the cache, it is not read and is all zero. */
int nonfs_cache_get_new(struct nonfs_cache *cache, uint64_t block, struct nonfs_cache_slot **slot);

void nonfs_cache_put(struct nonfs_cache_slot *slot);

/* The slot of a block that is in the cache, not pinned, waited for if it was busy; or NULL. */
struct nonfs_cache_slot *nonfs_cache_find(struct nonfs_cache *cache, uint64_t block);

/* Waits until a slot is not busy; it may hold another block then. */
void nonfs_cache_settle(struct nonfs_cache *cache, const struct nonfs_cache_slot *slot);

/*
 * Pins what is behind among `count` blocks from `first`, so that nothing goes home while the device is asked for them past the
 * cache. Returns whether there was a need; then nonfs_cache_release undoes it.
 */
int nonfs_cache_hold(struct nonfs_cache *cache, uint64_t first, uint64_t count);
void nonfs_cache_release(struct nonfs_cache *cache, uint64_t first, uint64_t count);

/* The content of a slot. */
uint8_t *nonfs_cache_data(const struct nonfs_cache *cache, const struct nonfs_cache_slot *slot);

void nonfs_cache_set_dirty(struct nonfs_cache *cache, struct nonfs_cache_slot *slot, int dirty);
void nonfs_cache_set_behind(struct nonfs_cache *cache, struct nonfs_cache_slot *slot, int behind);

/* Empties a slot, whatever it holds. One that somebody looks at, as on a volume that gives a block to two, stays as it is. */
void nonfs_cache_forget(struct nonfs_cache *cache, struct nonfs_cache_slot *slot);

/* Writes slots home that are behind and not dirty; with `content_only` those with content of files. */
int nonfs_cache_write_behind(struct nonfs_cache *cache, int content_only);

#endif
