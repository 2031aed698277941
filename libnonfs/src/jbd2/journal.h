/*
 * The journal of a volume (JBD2): a circular log of transactions in the blocks of a hidden file.
 *
 *   journal.c   the journal's superblock, where the log lies, its checksums
 *   recover.c   replay: scan, revoke, write home; revoke.c is the table of revoked blocks
 *   commit.c    writing a transaction
 *
 * A transaction in the log is any number of revoke blocks and of descriptor blocks, each descriptor followed by the
 * content of the blocks that it lists, and one commit block. It counts when its commit block is there. The next one has
 * the next sequence number. What is in the log behind the last transaction is old.
 */
#ifndef NONFS_JBD2_JOURNAL_H
#define NONFS_JBD2_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include <nonfs/block.h>

#include "jbd2/format.h"

/* Pieces that a journal may lie in; the block map of ext3 interrupts a file with its own blocks. */
#define JOURNAL_RUNS_MAX 512u

#define JOURNAL_STAGE_BLOCKS 32u

struct journal_run {
    uint32_t first; /* block of the journal */
    uint32_t count;
    uint64_t physical;
};

struct journal {
    const struct nonfs_block_device *dev;
    uint8_t *bounce; /* NONFS_BLOCK_SIZE_MAX bytes */
    uint8_t *super;  /* JBD2_BLOCK_MIN bytes: the journal's superblock as on disk */
    struct journal_run *runs;
    uint32_t nruns;
    uint32_t block_size;
    uint32_t block_shift;
    uint64_t volume_first; /* blocks that a transaction may write: from here */
    uint64_t volume_end;   /* to before here, without the journal itself */

    /* What the superblock says. */
    uint32_t compat;
    uint32_t incompat;
    uint32_t first; /* the log: from here */
    uint32_t end;   /* to before here */
    uint32_t fast_commit_end;
    uint32_t start;    /* of the oldest transaction; 0: the log is empty */
    uint32_t sequence; /* of that transaction, or of the next one if the log is empty */
    uint32_t error;    /* not 0: an earlier user met an error */
    uint32_t seed;
    uint8_t super_v2;

    /* Where commit.c writes. */
    uint8_t *stage; /* JOURNAL_STAGE_BLOCKS blocks: a descriptor and what it lists */
    uint32_t staged;
    uint32_t tags_end;
    uint32_t last_tag;
    uint32_t head;          /* block for the next write */
    uint32_t used;          /* blocks from the start to the head */
    uint32_t written;       /* blocks before the head that were not overwritten since */
    uint32_t sequence_next; /* of the transaction that is being written */
    uint32_t sequence_last; /* of the last one that was committed */

    const char *reason; /* what is wrong, after an error */
    uint64_t bad_block; /* where, in blocks of the volume; 0: not known */
};

/* Adds the next piece. Returns 0, or NONFS_E_UNSUPPORTED if there are too many. */
int nonfs_journal_add_run(struct journal *journal, uint32_t count, uint64_t physical);

/*
 * Reads and checks the superblock; the runs, sizes and bounds are set. Returns 0; NONFS_E_CORRUPT, NONFS_E_CHECKSUM,
 * NONFS_E_UNSUPPORTED, NONFS_E_IO, NONFS_E_GONE, with journal->reason where there is more to say.
 */
int nonfs_journal_open(struct journal *journal);

/* Writes the superblock with the start and the sequence of now. Does not flush. */
int nonfs_journal_write_super(struct journal *journal);

/* The block of the volume that holds block `block` of the journal. */
uint64_t nonfs_journal_map(const struct journal *journal, uint32_t block);

/* Whether a transaction may write this block: it is in the volume and not in the journal. */
int nonfs_journal_may_write(const struct journal *journal, uint64_t block);

int nonfs_journal_read(struct journal *journal, uint32_t block, uint8_t *buf);

static inline int journal_has_sums(const struct journal *journal)
{
    return (journal->incompat & (JBD2_INCOMPAT_CSUM_V2 | JBD2_INCOMPAT_CSUM_V3)) != 0;
}

static inline uint32_t journal_next(const struct journal *journal, uint32_t block)
{
    return block + 1 == journal->end ? journal->first : block + 1;
}

/* Bytes of one tag of a descriptor, without the UUID. */
uint32_t nonfs_journal_tag_size(const struct journal *journal);

/* The checksum of a block as if the four bytes at `at` were zero. */
uint32_t nonfs_journal_sum(const struct journal *journal, const uint8_t *block, uint32_t at);
/* A sum that is known of the first bytes of a block; `power` is nonfs_crc32c_power(len). */
struct known_sum {
    uint32_t start;
    uint32_t sum;
    uint32_t len; /* 0: none is known */
    uint32_t power;
};

/* The checksum of the content of a block in a transaction; `known` may be NULL. */
uint32_t nonfs_journal_tag_sum(const struct journal *journal, uint32_t sequence,
                               const uint8_t *content, const struct known_sum *known);

/* CRC-32 with the polynomial 0x04c11db7, the highest bit first, not inverted: the checksums of version 1. */
uint32_t nonfs_crc32_be(uint32_t crc, const void *data, size_t len);

/*
 * Writes the transactions in the log home, flushes, and makes the log empty. `scratch` holds `scratch_size` bytes, at
 * least three blocks, aligned to eight bytes: the more, the fewer rounds when many blocks are revoked.
 *
 * Everything is checked before the first write: after NONFS_E_CORRUPT, NONFS_E_CHECKSUM or NONFS_E_UNSUPPORTED nothing
 * was changed. After another error, NONFS_E_NO_MEMORY for too many revoked blocks among them, the log is as before and the
 * replay may be done again.
 */
int nonfs_journal_recover(struct journal *journal, uint8_t *scratch, size_t scratch_size);

/*
 * Gets an empty log ready for writing, with `stage` for memory; its features become those that Linux gives to the journal
 * of such a volume, and reach the disk with the superblock.
 */
void nonfs_journal_start_log(struct journal *journal, uint8_t *stage, int wide, int sums);

/* Blocks of the log that are free. */
uint32_t nonfs_journal_room(const struct journal *journal);

/*
 * A transaction: begin, revokes, content, commit. The caller has seen to it that there is room. After an error the
 * journal must not be written any more; the transaction did not happen, unless the last write of the commit failed.
 */
void nonfs_journal_begin(struct journal *journal);
int nonfs_journal_put_revokes(struct journal *journal, const uint64_t *blocks, uint32_t nblocks);
int nonfs_journal_put(struct journal *journal, uint64_t block, const uint8_t *content,
                      const struct known_sum *known);
int nonfs_journal_commit(struct journal *journal, uint64_t seconds, uint32_t nanoseconds);

/* Forgets all transactions: they are home, and durable there. Returns when that is durable. */
int nonfs_journal_empty(struct journal *journal);

/* Blocks that must not be written home by a transaction up to the one that revoked them last. */
struct revoke_entry {
    uint64_t block;
    uint32_t sequence;
    uint32_t used;
};

struct revoke_table {
    struct revoke_entry *entries;
    uint32_t mask; /* a power of two of entries, less one */
    uint32_t count;
};

/* Makes an empty table of as many entries as `size` bytes hold. */
void nonfs_revoke_init(struct revoke_table *table, void *memory, size_t size);
/* Returns 0, or NONFS_E_NO_MEMORY if the table is too full to stay fast. */
int nonfs_revoke_add(struct revoke_table *table, uint64_t block, uint32_t sequence);
int nonfs_revoke_covers(const struct revoke_table *table, uint64_t block, uint32_t sequence);
uint32_t nonfs_revoke_hash(uint64_t block);

#endif
