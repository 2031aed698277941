/*
 * libnonfs on an image that is mapped into memory.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nonfs/ext4_write.h>

#include "nonfs_image.h"

static int image_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    const uint8_t *bytes = context;

    memcpy(buf, bytes + first * NONFS_BLOCK_SIZE_MAX, (size_t)nblocks * NONFS_BLOCK_SIZE_MAX);
    return 0;
}

static int image_write(void *context, uint64_t first, uint32_t nblocks, const void *buf)
{
    uint8_t *bytes = context;

    memcpy(bytes + first * NONFS_BLOCK_SIZE_MAX, buf, (size_t)nblocks * NONFS_BLOCK_SIZE_MAX);
    return 0;
}

static int image_flush(void *context)
{
    (void)context;
    return 0;
}

void nonfs_image_check(int result, const char *what)
{
    if (result == 0)
        return;
    fprintf(stderr, "bench_nonfs: %s: %s\n", what, nonfs_strerror(result));
    exit(1);
}

void nonfs_image_map(struct nonfs_image *image, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR);

    if (fd < 0 || fstat(fd, &st) != 0)
        bench_die(path);
    image->size = (size_t)st.st_size;
    image->bytes =
        mmap(NULL, image->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    close(fd);
    if (image->bytes == MAP_FAILED)
        bench_die(path);
}

void nonfs_image_mount(struct nonfs_image *image, uint32_t cache_blocks)
{
    static const struct nonfs_block_ops ops = {image_read, image_write, image_flush};
    struct nonfs_block_device dev = {&ops, image->bytes, image->size / NONFS_BLOCK_SIZE_MAX,
                                     NONFS_BLOCK_SIZE_MAX, 0};
    struct nonfs_ext4_config config = {.cache_blocks = cache_blocks, .flags = NONFS_MOUNT_WRITE};

    config.now.seconds = 1800000000;
    image->arena_size = nonfs_ext4_arena_size(&config, NONFS_BLOCK_SIZE_MAX);
    image->arena = malloc(image->arena_size);
    if (image->arena == NULL)
        bench_die("arena");
    /* What a kernel has at hand when it mounts costs a program its first touch. */
    memset(image->arena, 0, image->arena_size);
    nonfs_image_check(
        nonfs_ext4_mount(&image->volume, &dev, &config, image->arena, image->arena_size, NULL),
        "mount");
}

void nonfs_image_unmount(struct nonfs_image *image)
{
    nonfs_image_check(nonfs_ext4_unmount(image->volume), "unmount");
    free(image->arena);
}

void nonfs_image_unmap(struct nonfs_image *image)
{
    munmap(image->bytes, image->size);
}

void nonfs_image_create(struct nonfs_ext4_node *directory, const char *name, uint32_t mode,
                        struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_new what = {.mode = mode};

    nonfs_image_check(nonfs_ext4_create(directory, name, strlen(name), &what, node), name);
}

static const char *nonfs_start(struct target *t)
{
    struct nonfs_image *image = calloc(1, sizeof(*image));

    if (image == NULL)
        bench_die("start");
    nonfs_image_map(image, t->image);
    t->state = image;
    return NULL;
}

static void nonfs_mount(struct target *t)
{
    nonfs_image_mount(t->state, BENCH_CACHE_BLOCKS);
}

static void nonfs_unmount(struct target *t)
{
    nonfs_image_unmount(t->state);
}

static void nonfs_sync(struct target *t)
{
    struct nonfs_image *image = t->state;

    nonfs_image_check(nonfs_ext4_sync(image->volume), "sync");
}

static void nonfs_enter(struct target *t, const char *name)
{
    struct nonfs_image *image = t->state;

    nonfs_image_check(
        nonfs_ext4_lookup(image->volume, NULL, name, strlen(name), 0, &image->directory), name);
}

static void nonfs_make_directory(struct target *t, const char *name)
{
    struct nonfs_ext4_node root;
    struct nonfs_image *image = t->state;

    nonfs_image_check(nonfs_ext4_lookup(image->volume, NULL, "/", 1, 0, &root), "/");
    nonfs_image_create(&root, name, NONFS_S_IFDIR | 0755u, NULL);
}

static void nonfs_create(struct target *t, const char *name)
{
    struct nonfs_image *image = t->state;

    nonfs_image_create(&image->directory, name, NONFS_S_IFREG | 0644u, &image->file);
    image->offset = 0;
}

static void nonfs_open(struct target *t, const char *name)
{
    struct nonfs_image *image = t->state;

    nonfs_image_check(
        nonfs_ext4_lookup(image->volume, &image->directory, name, strlen(name), 0, &image->file),
        name);
    image->offset = 0;
}

static void nonfs_write(struct target *t, const void *buf, size_t len)
{
    struct nonfs_image *image = t->state;
    size_t done;

    nonfs_image_check(nonfs_ext4_write(&image->file, image->offset, buf, len, &done), "write");
    image->offset += done;
}

static size_t nonfs_read(struct target *t, void *buf, size_t len)
{
    struct nonfs_image *image = t->state;
    size_t done;

    nonfs_image_check(nonfs_ext4_read(&image->file, image->offset, buf, len, &done), "read");
    image->offset += done;
    return done;
}

static void nonfs_close(struct target *t)
{
    (void)t;
}

static void nonfs_remove(struct target *t, const char *name)
{
    struct nonfs_image *image = t->state;

    nonfs_image_check(nonfs_ext4_unlink(&image->directory, name, strlen(name)), name);
}

static uint64_t nonfs_list(struct target *t)
{
    struct nonfs_image *image = t->state;
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    uint64_t n = 0;

    while (nonfs_ext4_readdir(&image->directory, &cursor, &entry) == 0)
        n++;
    return n - 2;
}

static void nonfs_find(struct target *t, const char *name)
{
    struct nonfs_image *image = t->state;
    struct nonfs_ext4_node node;

    nonfs_image_check(
        nonfs_ext4_lookup(image->volume, &image->directory, name, strlen(name), 0, &node), name);
}

static void nonfs_stop(struct target *t)
{
    nonfs_image_unmap(t->state);
    free(t->state);
}

const struct target_ops target_nonfs = {
    .name = "ours",
    .start = nonfs_start,
    .mount = nonfs_mount,
    .unmount = nonfs_unmount,
    .sync = nonfs_sync,
    .make_directory = nonfs_make_directory,
    .enter = nonfs_enter,
    .create = nonfs_create,
    .open = nonfs_open,
    .write = nonfs_write,
    .read = nonfs_read,
    .close = nonfs_close,
    .remove = nonfs_remove,
    .list = nonfs_list,
    .find = nonfs_find,
    .stop = nonfs_stop,
};
