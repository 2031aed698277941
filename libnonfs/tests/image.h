/*
 * Images of volumes for the tests: made by mke2fs from a source tree, held in memory, damaged and made to fail at will.
 */
#ifndef NONFS_TESTS_IMAGE_H
#define NONFS_TESTS_IMAGE_H

#include <stdint.h>
#include <stdio.h>

#include <nonfs/ext4.h>
#include <nonfs/ext4_node.h>

#include "folder.h"
#include "walk.h"

#define IMAGE_HELD_INODES 300u

/* An image in memory. What a test writes to `bytes` stays there. */
struct image {
    uint8_t *bytes;
    size_t size;
    struct nonfs_block_device dev;
    uint64_t reads;        /* calls of read so far */
    uint64_t fail_at;      /* this call of read fails, and all later ones; 0: none */
    uint32_t fail_once;    /* 1: only that call fails */
    uint32_t largest_read; /* blocks */
    int fail_result;
    uint64_t writes; /* calls of write so far */
    uint64_t flushes;
    uint64_t fail_write_at; /* this call of write fails, and all later ones; 0: none */
    uint8_t *
        may_write; /* a byte a block of `guard_size`, 0: a write there fails the test; NULL: anywhere */
    uint32_t guard_size;
    /* If not NULL, told of every write (before it is done) and of every flush (with bytes NULL). */
    void (*watch)(void *context, uint64_t offset, const void *bytes, size_t len);
    void *watch_context;
};

/* A mounted image with its own arena. */
struct volume {
    struct image image;
    void *arena;
    struct nonfs_ext4 *fs;
    struct nonfs_diagnostic diagnostic;
};

/* NULL if all tools (names separated by spaces) are there, else the first that is missing. */
const char *missing_tool(const char *tools);

/* Runs a shell command made from a format; returns its exit status. Output goes nowhere. */
int run_command(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first line that a command prints, without its newline. */
void read_command(char *line, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills `folder` with files of telling sizes, links and directories. */
void make_source_tree(const char *folder);

/* Maps a file; changes stay in memory. Returns 0, or -1 if it cannot be opened. */
int image_open(struct image *image, const char *path, uint32_t device_block_size);
void image_from_bytes(struct image *image, const void *bytes, size_t size,
                      uint32_t device_block_size);
/* Devices are read-only until then. */
void image_make_writable(struct image *image);
/* Writes the image into a file, for other judges. */
void image_save(const struct image *image, const char *path);
void image_close(struct image *image);

/*
 * What e2fsck has against the volume in a file, on one line; NULL if nothing. That a tree of extents could be shorter is advice:
 * Linux leaves them so too.
 */
const char *e2fsck_objection(const char *path);

/* Fails the test if the library's own check finds a fault. */
void image_check(const struct image *image, const char *what);

/* Mounts volume->image; returns the result of nonfs_ext4_mount. */
int volume_mount(struct volume *volume, uint32_t cache_blocks, uint32_t flags);
/* The same through a device before that of the image, for several threads if there is a monitor. */
int volume_mount_through(struct volume *volume, const struct nonfs_block_device *dev,
                         uint32_t cache_blocks, uint32_t flags,
                         const struct nonfs_monitor *monitor);
/* Mounts anew, so that nothing is cached of before. */
void volume_mount_again(struct volume *volume, uint32_t cache_blocks);
void volume_close(struct volume *volume);

/* Compares the whole of a folder on the host with the root of a volume; `fs` must hold nothing more but lost+found. */
void compare_tree(struct nonfs_ext4 *fs, const char *folder);

#endif
