/*
 * Replay. The log is walked three times: a scan that finds its end and checks everything in it, a walk that collects the
 * revoked blocks, and one that writes home. The bounds of the scan are those of the other walks.
 *
 * The table of revoked blocks has the memory that it is given. If there are more of them, the last two walks are done in
 * rounds, each for those blocks of the volume whose hash belongs to it, so that each block sees its own writes in order.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "jbd2/journal.h"

#define RECOVER_ROUNDS_MAX 64u

enum recover_pass { PASS_SCAN, PASS_REVOKE, PASS_REPLAY };

struct recovery {
    struct journal *journal;
    enum recover_pass pass;
    uint8_t *block;   /* descriptor, revoke or commit block */
    uint8_t *content; /* a block that a descriptor lists */
    struct revoke_table revoked;
    uint32_t round;
    uint32_t rounds;

    /* Where the walk is. */
    uint32_t at;
    uint32_t left; /* blocks of the log that it may still read */
    uint32_t sequence;
    uint32_t end; /* the first sequence number that is not replayed; known after the scan */

    /* The transaction that is being scanned. */
    int bad;            /* what is wrong with it if it should be committed; 0: nothing */
    const char *reason; /* the same in words */
    uint64_t bad_block;
    uint32_t crc; /* of version 1 */
    uint64_t pending_revokes;
    uint64_t revokes; /* by complete transactions */
    int complete;     /* the walk is at the end of the log */
};

static void recover_note(struct recovery *r, int result, const char *reason, uint64_t block)
{
    if (r->bad != 0)
        return;
    r->bad = result;
    r->reason = reason;
    r->bad_block = block;
}

/* Reads the next block of the log. `*end` is set instead if the log holds no more. */
static int recover_read(struct recovery *r, uint8_t *buf, int *end)
{
    struct journal *j = r->journal;
    int result;

    *end = r->left == 0;
    if (*end)
        return 0;
    result = nonfs_journal_read(j, r->at, buf);
    r->left--;
    r->at = journal_next(j, r->at);
    return result;
}

struct tag {
    uint64_t block;
    uint32_t flags;
    uint32_t checksum;
    uint32_t size; /* bytes to the next tag */
};

static struct tag tag_decode(const struct journal *j, const uint8_t *raw)
{
    struct tag t = {.block = load_be32(raw), .size = nonfs_journal_tag_size(j)};

    if (j->incompat & JBD2_INCOMPAT_CSUM_V3) {
        t.flags = load_be32(raw + 4);
        t.checksum = load_be32(raw + 12);
    } else {
        t.checksum = load_be16(raw + 4);
        t.flags = load_be16(raw + 6);
    }
    if (j->incompat & JBD2_INCOMPAT_64BIT)
        t.block |= (uint64_t)load_be32(raw + 8) << 32;
    if (!(t.flags & JBD2_TAG_SAME_UUID))
        t.size += JBD2_TAG_UUID_SIZE;
    return t;
}

static int tag_sum_holds(const struct recovery *r, const struct tag *t)
{
    const struct journal *j = r->journal;
    uint32_t sum;

    if (!journal_has_sums(j))
        return 1;
    sum = nonfs_journal_tag_sum(j, r->sequence, r->content, NULL);
    return t->checksum == (j->incompat & JBD2_INCOMPAT_CSUM_V3 ? sum : (sum & 0xffff));
}

/* By other bits of the hash than those that choose the entry of the table. */
static int recover_in_round(const struct recovery *r, uint64_t block)
{
    return ((nonfs_revoke_hash(block) >> 20) & (r->rounds - 1)) == r->round;
}

static int recover_write_home(struct recovery *r, const struct tag *t)
{
    struct journal *j = r->journal;

    if (!recover_in_round(r, t->block) || nonfs_revoke_covers(&r->revoked, t->block, r->sequence))
        return 0;
    if (t->flags & JBD2_TAG_ESCAPED)
        store_be32(r->content, JBD2_MAGIC);
    return nonfs_device_write(j->dev, t->block << j->block_shift, j->block_size, r->content,
                              j->bounce);
}

/* One block that a descriptor lists. */
static int recover_tag(struct recovery *r, const struct tag *t, int *end)
{
    struct journal *j = r->journal;
    int result;

    if (r->pass == PASS_REVOKE) {
        *end = r->left == 0;
        r->at = journal_next(j, r->at);
        r->left -= *end ? 0 : 1;
        return 0;
    }
    result = recover_read(r, r->content, end);
    if (result != 0 || *end)
        return result;
    if (r->pass == PASS_REPLAY)
        return recover_write_home(r, t);
    if (j->compat & JBD2_COMPAT_CHECKSUM)
        r->crc = nonfs_crc32_be(r->crc, r->content, j->block_size);
    if (!nonfs_journal_may_write(j, t->block))
        recover_note(r, NONFS_E_CORRUPT, "it holds a block that it must not write", t->block);
    if (!tag_sum_holds(r, t))
        recover_note(r, NONFS_E_CHECKSUM, NULL, t->block);
    return 0;
}

static int recover_descriptor(struct recovery *r, int *end)
{
    struct journal *j = r->journal;
    uint32_t limit = j->block_size - (journal_has_sums(j) ? JBD2_TAIL_SIZE : 0);
    uint32_t tag_size = nonfs_journal_tag_size(j);
    uint32_t at = JBD2_HEADER_SIZE;
    struct tag t = {.flags = 0};

    if (r->pass == PASS_SCAN && journal_has_sums(j) &&
        nonfs_journal_sum(j, r->block, limit) != load_be32(r->block + limit))
        recover_note(r, NONFS_E_CHECKSUM, "a descriptor's checksum does not match", 0);
    if (r->pass == PASS_SCAN && j->compat & JBD2_COMPAT_CHECKSUM)
        r->crc = nonfs_crc32_be(r->crc, r->block, j->block_size);
    while (!(t.flags & JBD2_TAG_LAST) && at <= limit && limit - at >= tag_size) {
        int result;

        t = tag_decode(j, r->block + at);
        result = recover_tag(r, &t, end);
        if (result != 0 || *end)
            return result;
        at += t.size;
    }
    return 0;
}

static int recover_revoke(struct recovery *r)
{
    struct journal *j = r->journal;
    uint32_t limit = j->block_size - (journal_has_sums(j) ? JBD2_TAIL_SIZE : 0);
    uint32_t size = j->incompat & JBD2_INCOMPAT_64BIT ? 8 : 4;
    uint32_t used = load_be32(r->block + JR_USED);

    if (r->pass == PASS_SCAN) {
        if (journal_has_sums(j) &&
            nonfs_journal_sum(j, r->block, limit) != load_be32(r->block + limit))
            recover_note(r, NONFS_E_CHECKSUM, "a revoke block's checksum does not match", 0);
        if (used < JBD2_REVOKE_HEADER_SIZE || used > limit)
            recover_note(r, NONFS_E_CORRUPT, "a revoke block's length is out of range", 0);
        else
            r->pending_revokes += (used - JBD2_REVOKE_HEADER_SIZE) / size;
        return 0;
    }
    if (r->pass != PASS_REVOKE)
        return 0;
    for (uint32_t at = JBD2_REVOKE_HEADER_SIZE; at < used && used - at >= size; at += size) {
        const uint8_t *raw = r->block + at;
        uint64_t block = load_be32(raw);
        int result;

        if (size == 8)
            block = block << 32 | load_be32(raw + 4);
        if (!recover_in_round(r, block))
            continue;
        result = nonfs_revoke_add(&r->revoked, block, r->sequence);
        if (result != 0)
            return result;
    }
    return 0;
}

static int commit_sum_holds(const struct recovery *r)
{
    const struct journal *j = r->journal;
    uint32_t found = load_be32(r->block + JC_CHECKSUM);
    uint32_t type = r->block[JC_CHECKSUM_TYPE];
    uint32_t size = r->block[JC_CHECKSUM_SIZE];

    if (journal_has_sums(j))
        return nonfs_journal_sum(j, r->block, JC_CHECKSUM) == found;
    if (!(j->compat & JBD2_COMPAT_CHECKSUM) || (type == 0 && size == 0 && found == 0))
        return 1;
    return type == JBD2_CHECKSUM_CRC32 && size == 4 && found == r->crc;
}

/*
 * The end of a transaction in the scan. A commit block that does not hold was being written when the power failed: the
 * log ends before it. Where content need not be durable before the commit block (asynchronous commit), content that does
 * not match its checksum says the same; elsewhere it is damage, and nothing may be replayed.
 */
static int recover_scan_commit(struct recovery *r)
{
    struct journal *j = r->journal;
    int async = (j->incompat & JBD2_INCOMPAT_ASYNC_COMMIT) != 0 && r->bad == NONFS_E_CHECKSUM;

    if (!commit_sum_holds(r) || async) {
        r->complete = 1;
        return 0;
    }
    if (r->bad != 0) {
        j->reason = r->reason;
        j->bad_block = r->bad_block;
        return r->bad;
    }
    r->crc = ~0u;
    r->revokes += r->pending_revokes;
    r->pending_revokes = 0;
    r->sequence++;
    return 0;
}

static int recover_block(struct recovery *r, int *end)
{
    switch (load_be32(r->block + JH_TYPE)) {
    case JBD2_DESCRIPTOR:
        return recover_descriptor(r, end);
    case JBD2_REVOKE:
        return recover_revoke(r);
    case JBD2_COMMIT:
        if (r->pass == PASS_SCAN)
            return recover_scan_commit(r);
        r->sequence++;
        return 0;
    default:
        r->complete = 1;
        return 0;
    }
}

static int recover_walk(struct recovery *r, enum recover_pass pass)
{
    struct journal *j = r->journal;
    int result = 0;
    int end = 0;

    r->pass = pass;
    r->at = j->start;
    r->left = j->end - j->first;
    r->sequence = j->sequence;
    r->complete = 0;
    r->crc = ~0u;
    while (result == 0 && !r->complete) {
        if (pass != PASS_SCAN && r->sequence == r->end)
            return 0;
        result = recover_read(r, r->block, &end);
        if (result != 0 || end)
            break;
        if (load_be32(r->block + JH_MAGIC) != JBD2_MAGIC ||
            load_be32(r->block + JH_SEQUENCE) != r->sequence)
            break;
        result = recover_block(r, &end);
        if (end)
            break;
    }
    if (result != 0)
        return result;
    if (pass == PASS_SCAN) {
        r->end = r->sequence;
        return 0;
    }
    /* The device gave other bytes than in the scan. */
    return r->sequence == r->end ? 0 : NONFS_E_IO;
}

/* Fast commits belong to the transaction that would come next; what is older does not matter. */
static int recover_refuse_fast_commits(struct recovery *r)
{
    enum { FC_TAG = 0, FC_FEATURES = 4, FC_SEQUENCE = 8, FC_TAG_HEAD = 9 };
    struct journal *j = r->journal;
    int result;

    if (j->end == j->fast_commit_end)
        return 0;
    result = nonfs_journal_read(j, j->end, r->block);
    if (result != 0)
        return result;
    if (load_le16(r->block + FC_TAG) != FC_TAG_HEAD || load_le32(r->block + FC_SEQUENCE) != r->end)
        return 0;
    j->reason = "fast commits cannot be replayed";
    j->bad_block = nonfs_journal_map(j, j->end);
    return NONFS_E_UNSUPPORTED;
}

static int recover_rounds(struct recovery *r, uint8_t *memory, size_t size)
{
    nonfs_revoke_init(&r->revoked, memory, size);
    /* Half full at most; what a round gets may be more than its share, up to three quarters. */
    for (r->rounds = 1; r->revokes / 2 > (uint64_t)r->rounds * (r->revoked.mask + 1) / 4;)
        r->rounds *= 2;
    if (r->rounds > RECOVER_ROUNDS_MAX)
        return NONFS_E_NO_MEMORY;
    for (r->round = 0; r->round < r->rounds; r->round++) {
        int result;

        nonfs_revoke_init(&r->revoked, memory, size);
        result = recover_walk(r, PASS_REVOKE);
        if (result == 0)
            result = recover_walk(r, PASS_REPLAY);
        if (result != 0)
            return result;
    }
    return 0;
}

int nonfs_journal_recover(struct journal *journal, uint8_t *scratch, size_t scratch_size)
{
    size_t size = journal->block_size;
    struct recovery r = {
        .journal = journal, .block = scratch, .content = scratch + size, .rounds = 1};
    int result;

    r.end = journal->sequence;
    if (journal->start != 0) {
        result = recover_walk(&r, PASS_SCAN);
        if (result != 0)
            return result;
    }
    result = recover_refuse_fast_commits(&r);
    if (result == 0 && journal->start != 0)
        result = recover_rounds(&r, scratch + 2 * size, scratch_size - 2 * size);
    if (result == 0)
        result = nonfs_device_flush(journal->dev);
    if (result != 0)
        return result;
    /* The number after the last one may be in the log already, in a transaction without its end. */
    if (journal->start != 0)
        journal->sequence = r.end + 1;
    journal->start = 0;
    result = nonfs_journal_write_super(journal);
    return result != 0 ? result : nonfs_device_flush(journal->dev);
}
