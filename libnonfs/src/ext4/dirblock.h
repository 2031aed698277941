/*
 * Passing over the records of a block of names that was checked, without decoding each.
 */
#ifndef NONFS_EXT4_DIRBLOCK_H
#define NONFS_EXT4_DIRBLOCK_H

#include "bytes.h"
#include "ext4/format.h"

/* In blocks of 64 KiB, 65536 does not fit: both 65535 and 0 stand for it. */
static inline uint32_t record_length(const uint8_t *raw, uint32_t size)
{
    uint32_t len = load_le16(raw + DE_LENGTH);

    return size >= 65536 && (len == 65535 || len == 0) ? size : len;
}

/* The length of the record at `at`, all of which lies in the block; 0 where none can be. */
static inline uint32_t record_step(const uint8_t *bytes, uint32_t size, uint32_t at)
{
    uint32_t length = size - at < EXT4_DIRENT_HEADER ? 0 : record_length(bytes + at, size);

    return length < EXT4_DIRENT_MIN || length > size - at ? 0 : length;
}

#endif
