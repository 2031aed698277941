/*
 * An image file or a block device of the host as a block device of libnonfs, and what the verbs that write share.
 */
#ifndef NONFS_TOOLS_DISK_H
#define NONFS_TOOLS_DISK_H

#include <stdint.h>

#include <nonfs/block.h>

struct disk {
    const char *path;
    int fd;
    struct nonfs_block_device dev; /* its context is this structure */
};

enum disk_mode {
    DISK_READ,
    DISK_WRITE,
    DISK_CREATE, /* to be written, and made if it does not exist */
};

/*
 * Opens `path` with blocks of `block_size` bytes; 0: those of the block device, 512 for a file. Returns 0, or -1 after a
 * message.
 */
int disk_open(struct disk *disk, const char *path, enum disk_mode mode, uint32_t block_size);
void disk_close(struct disk *disk);

/* Makes a file at least `size` bytes long; what is added reads as zeros. Returns 0, or -1 after a message. */
int disk_grow(struct disk *disk, uint64_t size);

/* "512", "64k", "16M", "1G", "2T": powers of 1024; `unit` is what a number without a letter counts. Returns 0 or -1. */
int parse_size(const char *text, uint64_t unit, uint64_t *bytes);

/* A number without a sign, in decimal or with 0x in hexadecimal, that fills all of `text`. Returns 0 or -1. */
int parse_integer(const char *text, uint64_t *number);

/* A UUID in the order in which it is printed. Returns 0 or -1. */
int parse_uuid(const char *text, uint8_t uuid[16]);

/* Fills `bytes` from the kernel's source of random numbers, or ends the program. */
void random_bytes(void *bytes, size_t len);

/* Makes a version 4 UUID (RFC 9562) of 16 random bytes in printed order. */
void random_uuid(uint8_t uuid[16]);

#endif
