/*
 * Speed of libnonfs on one thread, on an image that is held in memory:
 *
 *     bench_nonfs IMAGE FILE DIRECTORY
 *
 * FILE is read from front to back in calls of 128 KiB, beside copying as many bytes; DIRECTORY is listed, and each of its
 * names is looked up. Figures of different machines, or of different minutes, do not compare.
 */
#include <bench.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nonfs/ext4_node.h>

#include "checksum/crc.h"

#define CALL_SIZE    131072u
#define CACHE_BLOCKS 256u

struct subject {
    const uint8_t *image;
    struct nonfs_ext4 *volume;
    struct nonfs_ext4_node file;
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry *names;
    uint64_t count;
};

static uint8_t buffer[CALL_SIZE];

static void die(const char *what, int result)
{
    fprintf(stderr, "bench_nonfs: %s: %s\n", what, nonfs_strerror(result));
    exit(1);
}

static int memory_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    const struct subject *s = context;

    memcpy(buf, s->image + first_block * 4096, (size_t)nblocks * 4096);
    return 0;
}

static void run_read(void *arg)
{
    struct subject *s = arg;
    uint64_t offset = 0;
    size_t done;
    int result;

    do {
        result = nonfs_ext4_read(&s->file, offset, buffer, CALL_SIZE, &done);
        if (result != 0)
            die("read", result);
        offset += done;
    } while (done > 0);
}

static void run_copy(void *arg)
{
    const struct subject *s = arg;

    for (uint64_t offset = 0; offset + CALL_SIZE <= s->file.stat.size; offset += CALL_SIZE) {
        memcpy(buffer, s->image + offset, CALL_SIZE);
        __asm__ volatile("" ::: "memory");
    }
}

static void run_list(void *arg)
{
    struct subject *s = arg;
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;

    s->count = 0;
    while (nonfs_ext4_readdir(&s->directory, &cursor, &entry) == 0)
        s->count++;
}

static void run_find(void *arg)
{
    struct subject *s = arg;
    struct nonfs_ext4_entry entry;

    for (uint64_t i = 0; i < s->count; i++) {
        int result = nonfs_ext4_find(&s->directory, s->names[i].name, s->names[i].name_len, &entry);

        if (result != 0)
            die(s->names[i].name, result);
    }
}

static void run_checksum(void *arg)
{
    (void)arg;
    buffer[0] ^= (uint8_t)nonfs_crc32c(~0u, buffer, 4096);
}

static void open_subject(struct subject *s, struct nonfs_block_device *dev, char **argv)
{
    static const struct nonfs_block_ops ops = {.read = memory_read};
    struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS};
    size_t size = nonfs_ext4_arena_size(&config, NONFS_EXT4_BLOCK_SIZE_MAX);
    int fd = open(argv[1], O_RDONLY);
    uint64_t cursor = 0;
    struct stat st;
    int result;

    if (fd < 0 || fstat(fd, &st) != 0)
        die(argv[1], NONFS_E_IO);
    s->image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (s->image == MAP_FAILED)
        die(argv[1], NONFS_E_IO);
    *dev = (struct nonfs_block_device){&ops, s, (uint64_t)st.st_size / 4096, 4096, 0};
    result = nonfs_ext4_mount(&s->volume, dev, &config, malloc(size), size, NULL);
    if (result == 0)
        result = nonfs_ext4_lookup(s->volume, NULL, argv[2], strlen(argv[2]), 0, &s->file);
    if (result == 0)
        result = nonfs_ext4_lookup(s->volume, NULL, argv[3], strlen(argv[3]), 0, &s->directory);
    if (result != 0)
        die(argv[1], result);
    run_list(s);
    s->names = calloc(s->count, sizeof(*s->names));
    for (uint64_t i = 0; i < s->count; i++) {
        result = nonfs_ext4_readdir(&s->directory, &cursor, &s->names[i]);
        if (result != 0)
            die(argv[3], result);
    }
}

int main(int argc, char **argv)
{
    static struct subject s;
    struct nonfs_block_device dev;
    double read_seconds;
    double copy_seconds;

    if (argc != 4) {
        fputs("usage: bench_nonfs IMAGE FILE DIRECTORY\n", stderr);
        return 2;
    }
    open_subject(&s, &dev, argv);
    read_seconds = bench_seconds(run_read, &s);
    copy_seconds = bench_seconds(run_copy, &s);
    printf("sequential read   %10.0f MB/s, %.2f of the speed of copying\n",
           (double)s.file.stat.size / read_seconds / 1e6, copy_seconds / read_seconds);
    printf("listing           %10.0f entries/s\n", (double)s.count / bench_seconds(run_list, &s));
    printf("lookup            %10.0f /s\n", (double)s.count / bench_seconds(run_find, &s));
    printf("CRC32C            %10.0f MB/s\n", 4096 / bench_seconds(run_checksum, &s) / 1e6);
    return 0;
}
