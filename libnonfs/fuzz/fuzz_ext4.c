/*
 * Mounts a volume that the input damaged, and walks through all of it.
 *
 * The first byte chooses: with its lowest bit set the rest of the input is an image. Otherwise the rest is a row of
 * changes to the volume of tests/tiny_image.h, each an offset of two bytes, a length of one (1 to 16) and the bytes, so
 * that mutation meets structures and not free space.
 */
#include <stdlib.h>
#include <string.h>

#include <nonfs/ext4.h>

#include "tiny_image.h"
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RAW_SIZE_MAX (1u << 20)

struct memory {
    const uint8_t *bytes;
    size_t size;
};

static int memory_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    const struct memory *m = context;

    if (first_block + nblocks > m->size / 512)
        abort();
    memcpy(buf, m->bytes + first_block * 512, (size_t)nblocks * 512);
    return 0;
}

static void apply_changes(uint8_t *image, const uint8_t *data, size_t size)
{
    while (size > 3) {
        size_t at = data[0] | (size_t)data[1] << 8;
        size_t len = data[2] % 16u + 1;

        data += 3;
        size -= 3;
        len = len < size ? len : size;
        for (size_t i = 0; i < len; i++)
            image[(at + i) % TINY_IMAGE_SIZE] = data[i];
        data += len;
        size -= len;
    }
}

static void walk_image(const uint8_t *bytes, size_t size)
{
    static const struct nonfs_block_ops ops = {.read = memory_read};
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_ext4_config config = {.cache_blocks = 4, .flags = NONFS_MOUNT_IGNORE_JOURNAL};
    struct memory memory = {bytes, size};
    struct nonfs_block_device dev = {&ops, &memory, size / 512, 512, 0};
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];
    struct nonfs_diagnostic diagnostic;
    struct nonfs_ext4_info info;
    struct walk_result found;
    struct nonfs_ext4 *fs;
    size_t arena_size;
    void *arena;

    if (nonfs_ext4_probe(&dev, scratch, &info, &diagnostic) != 0) {
        (void)nonfs_diagnostic_format(&diagnostic, text, sizeof(text));
        return;
    }
    arena_size = nonfs_ext4_arena_size(&config, info.block_size);
    arena = malloc(arena_size);
    if (nonfs_ext4_mount(&fs, &dev, &config, arena, arena_size, &diagnostic) == 0) {
        walk_volume(fs, 1 << 14, &found);
        (void)nonfs_diagnostic_format(nonfs_ext4_diagnostic(fs), text, sizeof(text));
        if (nonfs_ext4_unmount(fs) != 0)
            abort();
    }
    free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *image;

    if (size < 1 || size > RAW_SIZE_MAX)
        return 0;
    if (data[0] & 1) {
        walk_image(data + 1, size - 1);
        return 0;
    }
    image = malloc(TINY_IMAGE_SIZE);
    tiny_image_build(image);
    apply_changes(image, data + 1, size - 1);
    walk_image(image, TINY_IMAGE_SIZE);
    free(image);
    return 0;
}
