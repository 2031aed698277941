/*
 * Makes volumes of configurations that the input describes, and reads them: what nonfs_mkfs makes must be without a fault, and
 * what it refuses must leave the device alone.
 */
#include <nonfs/mkfs.h>

#include "bytes.h"
#include "memory_disk.h"
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONFIG_SIZE 26u

static void read_back(const struct memory_disk *disk)
{
    struct nonfs_ext4_config config = {.cache_blocks = 4};
    struct walk_result found;
    struct nonfs_ext4 *fs;
    size_t size = nonfs_ext4_arena_size(&config, 4096);
    void *arena = malloc(size);

    if (nonfs_ext4_mount(&fs, &disk->dev, &config, arena, size, NULL) != 0)
        abort();
    walk_volume(fs, 1 << 14, &found);
    if (found.errors != 0 || nonfs_ext4_unmount(fs) != 0)
        abort();
    free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(NONFS_MKFS_ARENA_ALIGN) uint8_t arena[NONFS_MKFS_ARENA_SIZE];
    struct nonfs_mkfs_config config;
    struct memory_disk disk;
    uint64_t blocks;

    if (size < CONFIG_SIZE)
        return 0;
    blocks = 4096 + (load_le32(data) & 0x3fff);
    memory_disk_make(&disk, blocks * 512, 512u << (data[3] >> 6));
    nonfs_mkfs_defaults(&config, blocks * 512);
    config.block_size = 1024u << (data[4] & 3);
    config.inode_ratio = load_le32(data + 5) >> (data[4] >> 3);
    config.reserved_percent = data[9] & 63;
    /* Most inputs change few features, some all. */
    config.compat ^= load_le32(data + 10) & load_le32(data + 14);
    config.incompat ^= load_le32(data + 14) & load_le32(data + 18);
    config.ro_compat ^= load_le32(data + 18) & load_le32(data + 22);
    config.flags = data[9] >> 6 & 1 ? NONFS_MKFS_LAZY_TABLES : 0;
    config.uuid[0] = 1;
    config.hash_seed[0] = 1;
    if (nonfs_mkfs(&disk.dev, &config, arena, NULL) == 0)
        read_back(&disk);
    else if (disk.writes != 0)
        abort();
    memory_disk_free(&disk);
    return 0;
}
