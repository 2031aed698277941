/*
 * Checks a volume that the input damaged, with much and with little memory: both end, and agree whether it is clean.
 *
 * The first byte chooses: with its lowest bit set the rest of the input is an image. Otherwise the rest is a row of
 * changes to the volume of tests/tiny_image.h: an offset of two bytes, and the byte that is put there.
 */
#include <stdlib.h>
#include <string.h>

#include <nonfs/check.h>

#include "memory_disk.h"
#include "tiny_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RAW_SIZE_MAX (1u << 20)
#define ARENA_MAX    (64u << 20)

static void problem_format(void *context, const struct nonfs_problem *problem)
{
    char text[NONFS_PROBLEM_TEXT_SIZE];

    (void)context;
    if (nonfs_check_format(problem, text, sizeof(text)) == 0)
        abort();
}

/* Returns whether the volume is clean; -1 if there is no verdict. */
static int check(const struct nonfs_block_device *dev, const struct nonfs_check_config *config,
                 size_t arena_size)
{
    struct nonfs_check_result found;
    void *arena = malloc(arena_size);
    int result = nonfs_check(dev, config, arena, arena_size, &found, NULL);

    free(arena);
    return result != 0 ? -1 : found.problems == 0;
}

static void check_disk(struct memory_disk *disk)
{
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_check_config config = {
        .cache_blocks = 8, .problems_max = 200, .report = problem_format};
    struct nonfs_ext4_info info;
    size_t whole;
    size_t least;

    if (nonfs_ext4_probe(&disk->dev, scratch, &info, NULL) != 0)
        return;
    least = nonfs_check_arena_size(&config, &info, &whole);
    /* A volume may say that it has very many inodes. */
    if (least == 0 || whole > ARENA_MAX)
        return;
    if (check(&disk->dev, &config, whole) != check(&disk->dev, &config, least) || disk->writes != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_disk disk;

    if (size < 1 || size > RAW_SIZE_MAX)
        return 0;
    if (data[0] & 1) {
        memory_disk_make(&disk, (size + 511) & ~(size_t)511, 512);
        memcpy(disk.bytes, data + 1, size - 1);
    } else {
        memory_disk_make(&disk, TINY_IMAGE_SIZE, 512);
        tiny_image_build(disk.bytes);
        for (size_t i = 1; i + 2 < size; i += 3)
            disk.bytes[data[i] | (size_t)data[i + 1] << 8] = data[i + 2];
    }
    check_disk(&disk);
    memory_disk_free(&disk);
    return 0;
}
