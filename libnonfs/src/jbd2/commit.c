/*
 * Writing a transaction into the log: revoke blocks, descriptors with the content of what they list, then, after a flush,
 * the commit block, and another flush. Each descriptor and its content are put together in memory and written by as few
 * requests as the log allows.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "jbd2/journal.h"

uint32_t nonfs_journal_room(const struct journal *journal)
{
    return journal->end - journal->first - journal->used;
}

void nonfs_journal_start_log(struct journal *journal, uint8_t *stage, int wide, int sums)
{
    journal->stage = stage;
    journal->head = journal->first;
    journal->sequence_last = journal->sequence - 1;
    journal->used = 0;
    journal->compat &= ~JBD2_COMPAT_CHECKSUM;
    journal->incompat &= ~(JBD2_INCOMPAT_ASYNC_COMMIT | JBD2_INCOMPAT_CSUM_V2);
    journal->incompat |= JBD2_INCOMPAT_REVOKE | (wide ? JBD2_INCOMPAT_64BIT : 0);
    if (sums)
        journal->incompat |= JBD2_INCOMPAT_CSUM_V3;
    else
        journal->incompat &= ~JBD2_INCOMPAT_CSUM_V3;
}

/* Writes what was put together, in one request for each piece of the log that it falls into. */
static int stage_write(struct journal *j)
{
    const uint8_t *from = j->stage;

    while (j->staged > 0) {
        uint64_t physical = nonfs_journal_map(j, j->head);
        uint32_t n = 1;
        int result;

        while (n < j->staged && j->head + n < j->end &&
               nonfs_journal_map(j, j->head + n) == physical + n)
            n++;
        result = nonfs_device_write(j->dev, physical << j->block_shift, (size_t)n << j->block_shift,
                                    from, j->bounce);
        if (result != 0)
            return result;
        from += (size_t)n << j->block_shift;
        j->staged -= n;
        j->used += n;
        j->written = j->written < j->end ? j->written + n : j->end;
        j->head = j->head + n == j->end ? j->first : j->head + n;
    }
    return 0;
}

static void header_store(const struct journal *j, uint8_t *block, uint32_t type)
{
    memset(block, 0, j->block_size);
    store_be32(block + JH_MAGIC, JBD2_MAGIC);
    store_be32(block + JH_TYPE, type);
    store_be32(block + JH_SEQUENCE, j->sequence_next);
}

/* Where the content of a descriptor or revoke block ends. */
static uint32_t tail_offset(const struct journal *j)
{
    return j->block_size - (journal_has_sums(j) ? JBD2_TAIL_SIZE : 0);
}

static void tail_store(const struct journal *j, uint8_t *block)
{
    uint32_t at = j->block_size - JBD2_TAIL_SIZE;

    if (journal_has_sums(j))
        store_be32(block + at, nonfs_journal_sum(j, block, at));
}

/* Closes the descriptor at the start of the stage, if there is one, and writes it with its content. */
static int descriptor_end(struct journal *j)
{
    if (j->staged == 0)
        return 0;
    if (j->incompat & JBD2_INCOMPAT_CSUM_V3)
        store_be32(j->stage + j->last_tag + 4,
                   load_be32(j->stage + j->last_tag + 4) | JBD2_TAG_LAST);
    else
        store_be16(j->stage + j->last_tag + 6,
                   load_be16(j->stage + j->last_tag + 6) | JBD2_TAG_LAST);
    tail_store(j, j->stage);
    return stage_write(j);
}

static void tag_store(struct journal *j, uint64_t block, uint32_t flags, const uint8_t *content,
                      const struct known_sum *known)
{
    uint8_t *tag = j->stage + j->tags_end;

    store_be32(tag, (uint32_t)block);
    if (j->incompat & JBD2_INCOMPAT_CSUM_V3) {
        store_be32(tag + 4, flags);
        store_be32(tag + 12, nonfs_journal_tag_sum(j, j->sequence_next, content, known));
    } else {
        store_be16(tag + 6, flags);
    }
    if (j->incompat & JBD2_INCOMPAT_64BIT)
        store_be32(tag + 8, (uint32_t)(block >> 32));
    j->last_tag = j->tags_end;
    j->tags_end +=
        nonfs_journal_tag_size(j) + (flags & JBD2_TAG_SAME_UUID ? 0 : JBD2_TAG_UUID_SIZE);
}

int nonfs_journal_put(struct journal *journal, uint64_t block, const uint8_t *content,
                      const struct known_sum *known)
{
    uint32_t flags = JBD2_TAG_SAME_UUID;
    uint8_t *copy;
    int result = 0;

    if (journal->staged == JOURNAL_STAGE_BLOCKS ||
        (journal->staged > 0 &&
         journal->tags_end + nonfs_journal_tag_size(journal) > tail_offset(journal)))
        result = descriptor_end(journal);
    if (result != 0)
        return result;
    if (journal->staged == 0) {
        header_store(journal, journal->stage, JBD2_DESCRIPTOR);
        journal->staged = 1;
        journal->tags_end = JBD2_HEADER_SIZE;
        flags = 0;
    }
    copy = journal->stage + ((size_t)journal->staged++ << journal->block_shift);
    memcpy(copy, content, journal->block_size);
    if (load_be32(copy) == JBD2_MAGIC) {
        store_be32(copy, 0);
        flags |= JBD2_TAG_ESCAPED;
        known = NULL; /* it was of other bytes */
    }
    tag_store(journal, block, flags, copy, known);
    return 0;
}

int nonfs_journal_put_revokes(struct journal *journal, const uint64_t *blocks, uint32_t nblocks)
{
    uint32_t size = journal->incompat & JBD2_INCOMPAT_64BIT ? 8 : 4;
    uint32_t room = (tail_offset(journal) - JBD2_REVOKE_HEADER_SIZE) / size;

    while (nblocks > 0) {
        uint32_t n = nblocks < room ? nblocks : room;
        uint8_t *at = journal->stage + JBD2_REVOKE_HEADER_SIZE;
        int result;

        header_store(journal, journal->stage, JBD2_REVOKE);
        store_be32(journal->stage + JR_USED, JBD2_REVOKE_HEADER_SIZE + n * size);
        for (uint32_t i = 0; i < n; i++, at += size) {
            if (size == 8)
                store_be32(at, (uint32_t)(blocks[i] >> 32));
            store_be32(at + size - 4, (uint32_t)blocks[i]);
        }
        tail_store(journal, journal->stage);
        journal->staged = 1;
        result = stage_write(journal);
        if (result != 0)
            return result;
        blocks += n;
        nblocks -= n;
    }
    return 0;
}

void nonfs_journal_begin(struct journal *journal)
{
    journal->staged = 0;
    journal->sequence_next = journal->sequence_last + 1;
    if (journal->used == 0) {
        journal->start = journal->head;
        journal->sequence = journal->sequence_next;
    }
}

int nonfs_journal_commit(struct journal *journal, uint64_t seconds, uint32_t nanoseconds)
{
    uint8_t *block = journal->stage;
    int result = descriptor_end(journal);

    /* The first transaction of an empty log says where the log starts. */
    if (result == 0 && journal->sequence == journal->sequence_next)
        result = nonfs_journal_write_super(journal);
    /* All that the commit block vouches for, the content of files too, must be there before it. */
    if (result == 0)
        result = nonfs_device_flush(journal->dev);
    if (result != 0)
        return result;
    header_store(journal, block, JBD2_COMMIT);
    store_be32(block + JC_SECONDS, (uint32_t)(seconds >> 32));
    store_be32(block + JC_SECONDS + 4, (uint32_t)seconds);
    store_be32(block + JC_NANOSECONDS, nanoseconds);
    if (journal_has_sums(journal))
        store_be32(block + JC_CHECKSUM, nonfs_journal_sum(journal, block, JC_CHECKSUM));
    journal->staged = 1;
    result = stage_write(journal);
    if (result == 0)
        result = nonfs_device_flush(journal->dev);
    if (result == 0)
        journal->sequence_last = journal->sequence_next;
    return result;
}

int nonfs_journal_empty(struct journal *journal)
{
    int result;

    journal->start = 0;
    journal->used = 0;
    journal->sequence = journal->sequence_last + 1;
    result = nonfs_journal_write_super(journal);
    return result != 0 ? result : nonfs_device_flush(journal->dev);
}
