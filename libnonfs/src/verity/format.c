/*
 * Making a tree in one pass over the data: each level has one block under construction, and a block that is full is
 * written and its hash goes one level up.
 */
#include <string.h>

#include "block/device.h"
#include "divide.h"
#include "verity/tree.h"

struct builder {
    const struct nonfs_verity_params *params;
    const struct nonfs_block_device *data;
    const struct nonfs_block_device *hash;
    struct nonfs_diagnostic *diagnostic;
    struct verity_layout layout;
    struct noncrypto_sha256 salted;
    uint64_t next[VERITY_LEVELS_MAX]; /* where the block under construction goes */
    uint32_t fill[VERITY_LEVELS_MAX]; /* bytes of it */
    uint8_t root[NONFS_VERITY_HASH_LEN];
    uint8_t *blocks; /* one a level */
    uint8_t *chunk;  /* VERITY_CHUNK_SIZE bytes */
};

/* Writes the block under construction of one level; what it does not fill is zero. `hash` receives its hash. */
static int level_write(struct builder *b, unsigned level, uint8_t hash[NONFS_VERITY_HASH_LEN])
{
    uint32_t size = b->params->hash_block_size;
    uint8_t *block = b->blocks + (size_t)level * size;
    int result;

    memset(block + b->fill[level], 0, size - b->fill[level]);
    b->fill[level] = 0;
    verity_hash(hash, &b->salted, block, size);
    result = verity_write_block(b->hash, size, b->next[level], block);
    if (result != 0)
        return verity_fail(b->diagnostic, result, NONFS_STRUCTURE_VERITY_HASH, b->next[level],
                           NULL);
    b->next[level]++;
    return 0;
}

/* Takes a hash into `level`, and upwards as far as blocks become full. */
static int tree_add(struct builder *b, unsigned level, uint8_t hash[NONFS_VERITY_HASH_LEN])
{
    uint32_t size = b->params->hash_block_size;

    for (; level < b->layout.levels; level++) {
        int result;

        memcpy(b->blocks + (size_t)level * size + b->fill[level], hash, NONFS_VERITY_HASH_LEN);
        b->fill[level] += NONFS_VERITY_HASH_LEN;
        if (b->fill[level] < size)
            return 0;
        result = level_write(b, level, hash);
        if (result != 0)
            return result;
    }
    memcpy(b->root, hash, NONFS_VERITY_HASH_LEN);
    return 0;
}

static int tree_finish(struct builder *b)
{
    uint8_t hash[NONFS_VERITY_HASH_LEN];

    for (unsigned level = 0; level < b->layout.levels; level++) {
        int result;

        if (b->fill[level] == 0)
            continue;
        result = level_write(b, level, hash);
        if (result == 0)
            result = tree_add(b, level + 1, hash);
        if (result != 0)
            return result;
    }
    return 0;
}

static int data_hash(struct builder *b)
{
    uint32_t size = b->params->data_block_size;
    uint64_t most = VERITY_CHUNK_SIZE >> shift_of(size);
    uint8_t hash[NONFS_VERITY_HASH_LEN];

    for (uint64_t done = 0; done < b->params->data_blocks;) {
        uint64_t left = b->params->data_blocks - done;
        uint64_t n = left < most ? left : most;
        int result = verity_read_blocks(b->data, size, done, n, b->chunk);

        if (result != 0)
            return verity_fail(b->diagnostic, result, NONFS_STRUCTURE_VERITY_DATA, done, NULL);
        for (uint64_t i = 0; i < n && result == 0; i++) {
            verity_hash(hash, &b->salted, b->chunk + (size_t)(i * size), size);
            result = tree_add(b, 0, hash);
        }
        if (result != 0)
            return result;
        done += n;
    }
    return tree_finish(b);
}

/* The superblock, when the tree is durable. */
static int super_write(struct builder *b)
{
    uint32_t size = b->params->hash_block_size;
    uint64_t block = b->params->hash_offset >> shift_of(size);
    int result = nonfs_device_flush(b->hash);

    if (result == 0) {
        memset(b->chunk, 0, size);
        verity_super_encode(b->chunk, b->params);
        result = verity_write_block(b->hash, size, block, b->chunk);
    }
    if (result == 0)
        result = nonfs_device_flush(b->hash);
    if (result != 0)
        return verity_fail(b->diagnostic, result, NONFS_STRUCTURE_VERITY_SUPERBLOCK, block, NULL);
    return 0;
}

/* Makes what lies at the superblock's place no superblock, so that none vouches for a tree that is half written. */
static int super_clear(struct builder *b)
{
    uint32_t size = b->params->hash_block_size;
    uint64_t block = b->params->hash_offset >> shift_of(size);
    int result;

    memset(b->chunk, 0, size);
    result = verity_write_block(b->hash, size, block, b->chunk);
    if (result == 0)
        result = nonfs_device_flush(b->hash);
    if (result != 0)
        return verity_fail(b->diagnostic, result, NONFS_STRUCTURE_VERITY_SUPERBLOCK, block, NULL);
    return 0;
}

static int format_check(struct builder *b, const void *arena, size_t arena_size)
{
    int result = verity_layout(&b->layout, b->params);

    if (result == 0)
        result = verity_check_devices(&b->layout, b->params, b->data, b->hash);
    if (result == 0)
        result = nonfs_device_check_writable(b->hash);
    if (result == 0 && (uintptr_t)arena % NONFS_VERITY_ARENA_ALIGN != 0)
        result = NONFS_E_INVALID;
    if (result == 0 && arena_size < nonfs_verity_arena_size(b->params))
        result = NONFS_E_NO_MEMORY;
    return result;
}

int nonfs_verity_format(const struct nonfs_verity_params *params,
                        const struct nonfs_block_device *data,
                        const struct nonfs_block_device *hash, void *arena, size_t arena_size,
                        uint8_t root[NONFS_VERITY_HASH_LEN], struct nonfs_diagnostic *diagnostic)
{
    struct builder b = {.params = params, .data = data, .hash = hash, .diagnostic = diagnostic};
    int result = format_check(&b, arena, arena_size);

    if (result != 0)
        return verity_fail(diagnostic, result, NONFS_STRUCTURE_NONE, 0, NULL);
    b.chunk = arena;
    b.blocks = b.chunk + VERITY_CHUNK_SIZE;
    for (unsigned level = 0; level < b.layout.levels; level++)
        b.next[level] = b.layout.first[level];
    noncrypto_sha256_init(&b.salted);
    noncrypto_sha256_update(&b.salted, params->salt, params->salt_len);
    result = super_clear(&b);
    if (result == 0)
        result = data_hash(&b);
    if (result == 0)
        result = super_write(&b);
    if (result == 0)
        memcpy(root, b.root, sizeof(b.root));
    return result;
}
