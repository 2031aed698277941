/*
 * A superblock, a tree and data from the input: nothing but the data that the root vouches for may ever be returned. The first
 * byte chooses; with its lowest bit set the input is the tree's device as it is, otherwise it changes bytes of a good one.
 */
#include <nonfs/verity.h>

#include "memory_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DATA_BLOCKS 40u
#define HASH_SIZE   8192u

static void verify(struct memory_disk *data, struct memory_disk *hash, const uint8_t *good,
                   const uint8_t root[NONFS_VERITY_HASH_LEN])
{
    static uint8_t scratch[NONFS_VERITY_SCRATCH_SIZE];
    struct nonfs_verity_params params;
    struct nonfs_verity *verity;
    uint8_t buf[4096];
    size_t size;
    void *arena;

    if (nonfs_verity_probe(&hash->dev, 0, scratch, &params, NULL) != 0)
        return;
    size = nonfs_verity_arena_size(&params);
    if (size == 0)
        abort();
    arena = malloc(size);
    if (nonfs_verity_open(&verity, &data->dev, &hash->dev, &params, root, arena, size) == 0) {
        for (uint64_t i = 0; i < params.data_blocks; i++) {
            if (nonfs_verity_read(verity, i, 1, buf) == 0 &&
                memcmp(buf, good + i * params.data_block_size, params.data_block_size) != 0)
                abort();
        }
    }
    free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    struct nonfs_verity_params params = {.data_blocks = DATA_BLOCKS,
                                         .data_block_size = 512,
                                         .hash_block_size = 512,
                                         .salt_len = 2,
                                         .salt = {1, 2}};
    uint8_t root[NONFS_VERITY_HASH_LEN];
    struct memory_disk data;
    struct memory_disk hash;
    uint8_t *good = malloc(DATA_BLOCKS * 512);
    size_t arena_size = nonfs_verity_arena_size(&params);
    void *arena = malloc(arena_size);

    memory_disk_make(&data, DATA_BLOCKS * 512, 512);
    memory_disk_make(&hash, HASH_SIZE, 512);
    for (size_t i = 0; i < DATA_BLOCKS * 512; i++)
        data.bytes[i] = (uint8_t)(i / 512 + i);
    memcpy(good, data.bytes, DATA_BLOCKS * 512);
    if (nonfs_verity_format(&params, &data.dev, &hash.dev, arena, arena_size, root, NULL) != 0)
        abort();
    if (size > 0 && (input[0] & 1)) {
        memcpy(hash.bytes, input + 1, size - 1 < HASH_SIZE ? size - 1 : HASH_SIZE);
    } else {
        for (size_t i = 1; i + 2 < size; i += 3) {
            size_t at = input[i] | (size_t)input[i + 1] << 8;

            if (at & 0x8000)
                data.bytes[at % (DATA_BLOCKS * 512)] = input[i + 2];
            else
                hash.bytes[at % HASH_SIZE] = input[i + 2];
        }
    }
    verify(&data, &hash, good, root);
    memory_disk_free(&data);
    memory_disk_free(&hash);
    free(good);
    free(arena);
    return 0;
}
