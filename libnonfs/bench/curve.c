#include "curve.h"

#include <bench.h>
#include <string.h>

#include "nonfs_image.h"

#define STRIDE 7919u
#define SAMPLE 20000u

static size_t name_of(char name[32], uint32_t i)
{
    return (size_t)snprintf(name, 32, "entry-%07u", i);
}

/* Nanoseconds of CPU for each of the names from `from` to `to`, with the commits that they need. */
static double create_range(struct nonfs_image *image, uint32_t from, uint32_t to)
{
    double start = bench_now();
    char name[32];

    for (uint32_t i = from; i < to; i++) {
        (void)name_of(name, i);
        nonfs_image_create(&image->directory, name, NONFS_S_IFREG | 0644u, &image->file);
    }
    nonfs_image_check(nonfs_ext4_sync(image->volume), "sync");
    return (bench_now() - start) / (to - from) * 1e9;
}

static double find_some(struct nonfs_image *image, uint32_t count)
{
    uint32_t n = count < SAMPLE ? count : SAMPLE;
    struct nonfs_ext4_entry entry;
    double start = bench_now();
    char name[32];

    for (uint32_t i = 0; i < n; i++) {
        size_t len = name_of(name, (uint32_t)((uint64_t)i * STRIDE % count));

        nonfs_image_check(nonfs_ext4_find(&image->directory, name, len, &entry), name);
    }
    return (bench_now() - start) / n * 1e9;
}

void curve_print(const char *path, uint32_t cache_blocks, uint32_t most)
{
    struct nonfs_image image = {.size = 0};
    struct nonfs_ext4_node root;
    uint32_t made = 0;

    nonfs_image_map(&image, path);
    nonfs_image_mount(&image, cache_blocks);
    printf("\nan arena of %.1f MiB\n%10s %12s %12s\n", (double)image.arena_size / 1048576,
           "entries", "create, ns", "lookup, ns");
    nonfs_image_check(nonfs_ext4_lookup(image.volume, NULL, "/", 1, 0, &root), "/");
    nonfs_image_create(&root, "names", NONFS_S_IFDIR | 0755u, &image.directory);
    for (uint32_t size = 1000; size <= most; size *= 10) {
        uint32_t last = size - size / 2 < SAMPLE ? size / 2 : size - SAMPLE;
        double create;

        if (last > made)
            (void)create_range(&image, made, last);
        create = create_range(&image, last, size);
        made = size;
        printf("%10u %12.0f %12.0f\n", size, create, find_some(&image, size));
        fflush(stdout);
    }
    nonfs_image_unmount(&image);
    nonfs_image_unmap(&image);
}
