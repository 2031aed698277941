#include "log_maker.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* Numbers from the specification, not from the library. */
#define MAGIC 0xc03b3998u

uint32_t slow_crc32c(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len-- > 0) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return crc;
}

static uint32_t slow_crc32_be(uint32_t crc, const uint8_t *p, size_t len)
{
    while (len-- > 0) {
        crc ^= (uint32_t)*p++ << 24;
        for (int i = 0; i < 8; i++)
            crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7u : 0);
    }
    return crc;
}

static int has_sums(const struct log_maker *log)
{
    return (log->incompat & 0x18) != 0;
}

static uint8_t *log_block(struct log_maker *log, uint32_t block)
{
    return log->image->bytes + (log->journal + block) * log->block_size;
}

/* The next block of the log, zeroed, with a header if `type` is not 0. */
static uint8_t *log_next(struct log_maker *log, uint32_t type)
{
    uint8_t *block = log_block(log, log->at);

    log->at = log->at + 1 == log->end ? log->first : log->at + 1;
    memset(block, 0, log->block_size);
    if (type != 0) {
        store_be32(block, MAGIC);
        store_be32(block + 4, type);
        store_be32(block + 8, log->sequence);
    }
    return block;
}

static uint64_t journal_block_of(const char *path_of_image)
{
    char line[100];

    read_command(line, sizeof(line), "debugfs -R 'blocks <8>' '%s' 2>/dev/null", path_of_image);
    return strtoull(line, NULL, 10);
}

void log_open(struct log_maker *log, struct image *image, uint32_t compat, uint32_t incompat,
              uint32_t start, uint32_t sequence)
{
    char path[400];
    uint8_t *super;

    memset(log, 0, sizeof(*log));
    snprintf(path, sizeof(path), "%s/log-image", test_folder());
    image_save(image, path);
    log->image = image;
    log->block_size = 1024u << load_le32(image->bytes + 1024 + 0x18);
    log->journal = journal_block_of(path);
    super = log_block(log, 0);
    ck_assert_uint_eq(load_be32(super), MAGIC);
    log->first = load_be32(super + 0x14);
    log->end = load_be32(super + 0x10);
    if (incompat & 0x20)
        log->end -= load_be32(super + 0x54) != 0 ? load_be32(super + 0x54) : 256;
    log->compat = compat;
    log->incompat = incompat;
    log->at = start;
    log->sequence = sequence;
    log->seed = slow_crc32c(~0u, super + 0x30, 16);
    log->transaction = start;
}

void log_end_descriptor(struct log_maker *log)
{
    uint8_t *d = log->descriptor;
    uint32_t tail = log->block_size - 4;

    if (d == NULL)
        return;
    if (log->incompat & 0x10)
        store_be32(log->last_tag + 4, load_be32(log->last_tag + 4) | 8);
    else
        store_be16(log->last_tag + 6, load_be16(log->last_tag + 6) | 8u);
    if (has_sums(log))
        store_be32(d + tail, slow_crc32c(log->seed, d, log->block_size));
    log->descriptor = NULL;
}

static uint32_t tag_size(const struct log_maker *log)
{
    if (log->incompat & 0x10)
        return 16;
    return 8 + (log->incompat & 0x08 ? 2 : 0) + (log->incompat & 0x02 ? 4 : 0);
}

void log_write(struct log_maker *log, uint64_t block, const uint8_t *content)
{
    uint32_t room = log->block_size - (has_sums(log) ? 4 : 0);
    uint32_t flags = 0;
    uint32_t sum;
    uint8_t number[4];
    uint8_t *copy;
    uint8_t *tag;

    if (log->descriptor != NULL && log->used + tag_size(log) > room)
        log_end_descriptor(log);
    if (log->descriptor == NULL) {
        log->descriptor = log_next(log, 1);
        log->used = 12;
    } else {
        flags |= 2;
    }
    copy = log_next(log, 0);
    memcpy(copy, content, log->block_size);
    if (load_be32(copy) == MAGIC) {
        store_be32(copy, 0);
        flags |= 1;
    }
    store_be32(number, log->sequence);
    sum = slow_crc32c(slow_crc32c(log->seed, number, 4), copy, log->block_size);
    tag = log->descriptor + log->used;
    store_be32(tag, (uint32_t)block);
    if (log->incompat & 0x10) {
        store_be32(tag + 4, flags);
        store_be32(tag + 12, sum);
    } else {
        store_be16(tag + 4, log->incompat & 0x08 ? sum & 0xffff : 0);
        store_be16(tag + 6, flags);
    }
    if (log->incompat & 0x02)
        store_be32(tag + 8, (uint32_t)(block >> 32));
    log->last_tag = tag;
    log->used += tag_size(log) + (flags & 2 ? 0 : 16);
}

void log_revoke(struct log_maker *log, const uint64_t *blocks, uint32_t n)
{
    uint32_t size = log->incompat & 0x02 ? 8 : 4;
    uint8_t *block;

    log_end_descriptor(log);
    block = log_next(log, 5);
    ck_assert_uint_le(16 + n * size, log->block_size - 4);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *at = block + 16 + (size_t)i * size;

        if (size == 8)
            store_be32(at, (uint32_t)(blocks[i] >> 32));
        store_be32(at + size - 4, (uint32_t)blocks[i]);
    }
    store_be32(block + 12, 16 + n * size);
    if (has_sums(log))
        store_be32(block + log->block_size - 4, slow_crc32c(log->seed, block, log->block_size));
}

/* The sum of version 1: over descriptors and what they list, so the blocks of this transaction but for revoke blocks. */
static uint32_t log_sum_v1(struct log_maker *log, uint32_t from)
{
    uint32_t crc = ~0u;

    for (uint32_t at = from; at != log->at; at = at + 1 == log->end ? log->first : at + 1) {
        const uint8_t *block = log_block(log, at);

        if (load_be32(block) != MAGIC || load_be32(block + 4) != 5)
            crc = slow_crc32_be(crc, block, log->block_size);
    }
    return crc;
}

uint8_t *log_commit(struct log_maker *log)
{
    uint8_t *commit;
    uint32_t crc;

    log_end_descriptor(log);
    crc = log_sum_v1(log, log->transaction);
    commit = log_next(log, 2);
    store_be32(commit + 0x34, 1700000000u + log->sequence);
    if (log->compat & 1) {
        commit[0x0c] = 1;
        commit[0x0d] = 4;
        store_be32(commit + 0x10, crc);
    }
    if (has_sums(log))
        store_be32(commit + 0x10, slow_crc32c(log->seed, commit, log->block_size));
    log->sequence++;
    log->transaction = log->at;
    return commit;
}

void log_close(struct log_maker *log, uint32_t start, uint32_t sequence)
{
    uint8_t *super = log_block(log, 0);
    uint8_t *volume = log->image->bytes + 1024;

    store_be32(super + 0x18, sequence);
    store_be32(super + 0x1c, start);
    store_be32(super + 0x24, log->compat);
    store_be32(super + 0x28, log->incompat);
    super[0x50] = has_sums(log) ? 4 : 0;
    store_be32(super + 0xfc, 0);
    if (has_sums(log))
        store_be32(super + 0xfc, slow_crc32c(~0u, super, 1024));
    store_le32(volume + 0x60, load_le32(volume + 0x60) | 4);
    if (log->incompat & 0x20)
        store_le32(volume + 0x5c, load_le32(volume + 0x5c) | 0x400);
    if (load_le32(volume + 0x64) & 0x400)
        store_le32(volume + 0x3fc, slow_crc32c(~0u, volume, 0x3fc));
}
