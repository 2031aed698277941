/*
 * Reading with verification. Of each level the block that was verified last is kept. A block is trusted because its hash
 * stands in a kept block of the level above, or is the root; a kept block was trusted when it was read, and the memory
 * that holds it is not the device's.
 *
 * Data is read before the monitor is entered, into the memory of who asked; the kept blocks are looked at and replaced inside of it.
 */
#include <string.h>

#include "block/device.h"
#include "divide.h"
#include "verity/tree.h"

#define NOT_KEPT UINT64_MAX

struct nonfs_verity {
    struct nonfs_block_device data;
    struct nonfs_block_device hash;
    struct nonfs_verity_params params;
    struct verity_layout layout;
    struct noncrypto_sha256 salted;
    struct nonfs_diagnostic diagnostic;
    const struct nonfs_monitor *monitor; /* NULL: one thread */
    uint64_t kept[VERITY_LEVELS_MAX];    /* number within its level of the block that is kept */
    uint8_t root[NONFS_VERITY_HASH_LEN];
    uint8_t *blocks; /* one a level */
};

size_t nonfs_verity_arena_size(const struct nonfs_verity_params *params)
{
    struct verity_layout layout;
    size_t state = (sizeof(struct nonfs_verity) + NONFS_VERITY_ARENA_ALIGN - 1) &
                   ~(size_t)(NONFS_VERITY_ARENA_ALIGN - 1);

    if (verity_layout(&layout, params) != 0)
        return 0;
    /* Making a tree needs a chunk of data beside the blocks, reading needs the state. */
    if (state < VERITY_CHUNK_SIZE)
        state = VERITY_CHUNK_SIZE;
    return state + (size_t)layout.levels * params->hash_block_size;
}

int nonfs_verity_open(struct nonfs_verity **verity, const struct nonfs_block_device *data,
                      const struct nonfs_block_device *hash,
                      const struct nonfs_verity_params *params,
                      const uint8_t root[NONFS_VERITY_HASH_LEN], void *arena, size_t arena_size)
{
    struct verity_layout layout;
    struct nonfs_verity *v = arena;
    int result = verity_layout(&layout, params);

    if (result == 0)
        result = verity_check_devices(&layout, params, data, hash);
    if (result != 0)
        return result;
    if ((uintptr_t)arena % NONFS_VERITY_ARENA_ALIGN != 0)
        return NONFS_E_INVALID;
    if (arena_size < nonfs_verity_arena_size(params))
        return NONFS_E_NO_MEMORY;
    memset(v, 0, sizeof(*v));
    v->data = *data;
    v->hash = *hash;
    v->params = *params;
    v->layout = layout;
    memcpy(v->root, root, sizeof(v->root));
    noncrypto_sha256_init(&v->salted);
    noncrypto_sha256_update(&v->salted, params->salt, params->salt_len);
    for (unsigned level = 0; level < VERITY_LEVELS_MAX; level++)
        v->kept[level] = NOT_KEPT;
    v->blocks = (uint8_t *)arena + arena_size - (size_t)layout.levels * params->hash_block_size;
    *verity = v;
    return 0;
}

void nonfs_verity_share(struct nonfs_verity *v, const struct nonfs_monitor *monitor)
{
    v->monitor = monitor;
}

static void verity_enter(const struct nonfs_verity *v)
{
    if (v->monitor != NULL)
        v->monitor->enter(v->monitor->context);
}

static void verity_leave(const struct nonfs_verity *v)
{
    if (v->monitor != NULL)
        v->monitor->leave(v->monitor->context);
}

static uint8_t *level_block(struct nonfs_verity *v, unsigned level)
{
    return v->blocks + (size_t)level * v->params.hash_block_size;
}

/* The trusted hash of block `index` of `level`, or of the data if that is -1. The level above keeps the right block. */
static const uint8_t *trusted_hash(struct nonfs_verity *v, int level, uint64_t index)
{
    unsigned above = (unsigned)(level + 1);

    if (above == v->layout.levels)
        return v->root;
    return level_block(v, above) +
           (size_t)(index & ((1u << v->layout.shift) - 1)) * NONFS_VERITY_HASH_LEN;
}

/* Reads block `index` of a level and keeps it if it is trusted. */
static int level_load(struct nonfs_verity *v, unsigned level, uint64_t index)
{
    uint64_t block = v->layout.first[level] + index;
    uint8_t hash[NONFS_VERITY_HASH_LEN];
    int result;

    v->kept[level] = NOT_KEPT;
    result =
        verity_read_blocks(&v->hash, v->params.hash_block_size, block, 1, level_block(v, level));
    if (result != 0)
        return verity_fail(&v->diagnostic, result, NONFS_STRUCTURE_VERITY_HASH, block, NULL);
    verity_hash(hash, &v->salted, level_block(v, level), v->params.hash_block_size);
    if (memcmp(hash, trusted_hash(v, (int)level, index), sizeof(hash)) != 0)
        return verity_fail(&v->diagnostic, NONFS_E_CHECKSUM, NONFS_STRUCTURE_VERITY_HASH, block,
                           "its hash does not match");
    v->kept[level] = index;
    return 0;
}

/* Verifies one block of the data, which was read already. */
static int block_verify(struct nonfs_verity *v, uint64_t block, const uint8_t *bytes)
{
    unsigned shift = v->layout.shift;
    uint8_t hash[NONFS_VERITY_HASH_LEN];
    unsigned level = 0;

    /* Up to the first level that keeps the right block, then down again. */
    while (level < v->layout.levels && v->kept[level] != block >> (level + 1) * shift)
        level++;
    while (level-- > 0) {
        int result = level_load(v, level, block >> (level + 1) * shift);

        if (result != 0)
            return result;
    }
    verity_hash(hash, &v->salted, bytes, v->params.data_block_size);
    if (memcmp(hash, trusted_hash(v, -1, block), sizeof(hash)) != 0)
        return verity_fail(&v->diagnostic, NONFS_E_CHECKSUM, NONFS_STRUCTURE_VERITY_DATA, block,
                           "its hash does not match");
    return 0;
}

/* Verifies what was read with `result`; `*good` receives the number of blocks that may be trusted. */
static int blocks_verify(struct nonfs_verity *v, int result, uint64_t first, uint64_t nblocks,
                         const uint8_t *buf, uint64_t *good)
{
    *good = 0;
    if (result != 0)
        return verity_fail(&v->diagnostic, result, NONFS_STRUCTURE_VERITY_DATA, first, NULL);
    for (; *good < nblocks; ++*good) {
        result = block_verify(v, first + *good, buf + (size_t)(*good * v->params.data_block_size));
        if (result != 0)
            return result;
    }
    return 0;
}

int nonfs_verity_read(struct nonfs_verity *v, uint64_t first, uint64_t nblocks, void *buf)
{
    uint32_t size = v->params.data_block_size;
    uint8_t *out = buf;
    uint64_t good = 0;
    int result = NONFS_E_RANGE;

    if (first <= v->params.data_blocks && nblocks <= v->params.data_blocks - first)
        result = verity_read_blocks(&v->data, size, first, nblocks, buf);
    verity_enter(v);
    result = blocks_verify(v, result, first, nblocks, out, &good);
    verity_leave(v);
    /* Nobody shall work with what was not verified. */
    if (result != 0)
        memset(out + (size_t)good * size, 0, (size_t)(nblocks - good) * size);
    return result;
}

static int verity_device_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    int result = nonfs_verity_read(context, first_block, nblocks, buf);

    return result == 0 || result == NONFS_E_GONE ? result : NONFS_E_IO;
}

void nonfs_verity_device(struct nonfs_verity *v, struct nonfs_block_device *dev)
{
    static const struct nonfs_block_ops ops = {.read = verity_device_read};

    dev->ops = &ops;
    dev->context = v;
    dev->block_count = v->params.data_blocks;
    dev->block_size = v->params.data_block_size;
    dev->max_transfer_blocks = 0;
}

const struct nonfs_diagnostic *nonfs_verity_diagnostic(const struct nonfs_verity *v)
{
    return &v->diagnostic;
}
