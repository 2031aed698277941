#include "jbd2/journal.h"

#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "checksum/crc.h"

#define JOURNAL_INCOMPAT_KNOWN                                                 \
    (JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_64BIT | JBD2_INCOMPAT_ASYNC_COMMIT | \
     JBD2_INCOMPAT_CSUM_V2 | JBD2_INCOMPAT_CSUM_V3 | JBD2_INCOMPAT_FAST_COMMIT)

int nonfs_journal_add_run(struct journal *journal, uint32_t count, uint64_t physical)
{
    struct journal_run *last = journal->nruns > 0 ? &journal->runs[journal->nruns - 1] : NULL;
    uint32_t first = last != NULL ? last->first + last->count : 0;

    if (last != NULL && last->physical + last->count == physical) {
        last->count += count;
        return 0;
    }
    if (journal->nruns == JOURNAL_RUNS_MAX) {
        journal->reason = "it lies in too many pieces";
        return NONFS_E_UNSUPPORTED;
    }
    journal->runs[journal->nruns++] = (struct journal_run){first, count, physical};
    return 0;
}

uint64_t nonfs_journal_map(const struct journal *journal, uint32_t block)
{
    uint32_t lo = 0;
    uint32_t hi = journal->nruns;

    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (journal->runs[mid].first <= block)
            lo = mid;
        else
            hi = mid;
    }
    return journal->runs[lo].physical + (block - journal->runs[lo].first);
}

int nonfs_journal_may_write(const struct journal *journal, uint64_t block)
{
    if (block < journal->volume_first || block >= journal->volume_end)
        return 0;
    for (uint32_t i = 0; i < journal->nruns; i++) {
        if (block >= journal->runs[i].physical &&
            block - journal->runs[i].physical < journal->runs[i].count)
            return 0;
    }
    return 1;
}

int nonfs_journal_read(struct journal *journal, uint32_t block, uint8_t *buf)
{
    return nonfs_device_read(journal->dev,
                             nonfs_journal_map(journal, block) << journal->block_shift,
                             journal->block_size, buf, journal->bounce);
}

uint32_t nonfs_journal_tag_size(const struct journal *journal)
{
    uint32_t size = 8;

    if (journal->incompat & JBD2_INCOMPAT_CSUM_V3)
        return 16;
    if (journal->incompat & JBD2_INCOMPAT_CSUM_V2)
        size += 2;
    return journal->incompat & JBD2_INCOMPAT_64BIT ? size + 4 : size;
}

static uint32_t sum_without(uint32_t crc, const uint8_t *bytes, uint32_t size, uint32_t at)
{
    static const uint8_t zero[4];

    crc = nonfs_crc32c(crc, bytes, at);
    crc = nonfs_crc32c(crc, zero, sizeof(zero));
    return nonfs_crc32c(crc, bytes + at + 4, size - at - 4);
}

uint32_t nonfs_journal_sum(const struct journal *journal, const uint8_t *block, uint32_t at)
{
    return sum_without(journal->seed, block, journal->block_size, at);
}

uint32_t nonfs_journal_tag_sum(const struct journal *journal, uint32_t sequence,
                               const uint8_t *content, const struct known_sum *known)
{
    uint32_t len = known != NULL ? known->len : 0;
    uint8_t number[4];
    uint32_t crc;

    store_be32(number, sequence);
    crc = nonfs_crc32c(journal->seed, number, sizeof(number));
    if (len > 0)
        crc = nonfs_crc32c_restart(known->sum, known->start, crc, known->power);
    return nonfs_crc32c(crc, content + len, journal->block_size - len);
}

/* Four bits at a time: only journals of an old kind need it. */
uint32_t nonfs_crc32_be(uint32_t crc, const void *data, size_t len)
{
    static const uint32_t table[16] = {0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9,
                                       0x130476dc, 0x17c56b6b, 0x1a864db2, 0x1e475005,
                                       0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
                                       0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd};
    const uint8_t *p = data;

    for (; len > 0; len--, p++) {
        crc = crc << 4 ^ table[crc >> 28 ^ *p >> 4];
        crc = crc << 4 ^ table[crc >> 28 ^ (*p & 15)];
    }
    return crc;
}

static int journal_fail(struct journal *journal, int result, const char *reason)
{
    journal->reason = reason;
    journal->bad_block = journal->runs[0].physical;
    return result;
}

static uint32_t journal_length(const struct journal *journal)
{
    const struct journal_run *last = &journal->runs[journal->nruns - 1];

    return last->first + last->count;
}

static int journal_decode_features(struct journal *journal, const uint8_t *raw)
{
    journal->seed = nonfs_crc32c(~0u, raw + JS_UUID, 16);
    if (!journal->super_v2)
        return 0;
    journal->compat = load_be32(raw + JS_COMPAT);
    journal->incompat = load_be32(raw + JS_INCOMPAT);
    if (journal->incompat & ~JOURNAL_INCOMPAT_KNOWN)
        return journal_fail(journal, NONFS_E_UNSUPPORTED, "it has a feature that is not known");
    if ((journal->incompat & JBD2_INCOMPAT_CSUM_V2 && journal->incompat & JBD2_INCOMPAT_CSUM_V3) ||
        (journal_has_sums(journal) && journal->compat & JBD2_COMPAT_CHECKSUM))
        return journal_fail(journal, NONFS_E_CORRUPT, "it has two kinds of checksums");
    if (!journal_has_sums(journal))
        return 0;
    if (raw[JS_CHECKSUM_TYPE] != JBD2_CHECKSUM_CRC32C)
        return journal_fail(journal, NONFS_E_UNSUPPORTED, "its kind of checksum is not supported");
    if (sum_without(~0u, raw, JBD2_BLOCK_MIN, JS_CHECKSUM) != load_be32(raw + JS_CHECKSUM))
        return journal_fail(journal, NONFS_E_CHECKSUM, NULL);
    return 0;
}

static int journal_decode_log(struct journal *journal, const uint8_t *raw)
{
    uint32_t len = load_be32(raw + JS_LEN);
    uint32_t fast = 0;

    journal->first = load_be32(raw + JS_FIRST);
    journal->sequence = load_be32(raw + JS_SEQUENCE);
    journal->start = load_be32(raw + JS_START);
    journal->error = load_be32(raw + JS_ERRNO);
    if (load_be32(raw + JS_BLOCK_SIZE) != journal->block_size)
        return journal_fail(journal, NONFS_E_CORRUPT,
                            "its block size is not the one of the volume");
    if (len > journal_length(journal) || len < JBD2_LEN_MIN)
        return journal_fail(journal, NONFS_E_CORRUPT, "its length is out of range");
    if (journal->incompat & JBD2_INCOMPAT_FAST_COMMIT) {
        fast = load_be32(raw + JS_FC_BLOCKS);
        if (fast == 0)
            fast = JBD2_FC_DEFAULT;
    }
    if (fast >= len || journal->first == 0 || journal->first >= len - fast ||
        len - fast - journal->first < 8)
        return journal_fail(journal, NONFS_E_CORRUPT, "its log is out of range");
    journal->end = len - fast;
    journal->fast_commit_end = len;
    if (journal->start != 0 && (journal->start < journal->first || journal->start >= journal->end))
        return journal_fail(journal, NONFS_E_CORRUPT, "the start of its log is out of range");
    return 0;
}

int nonfs_journal_open(struct journal *journal)
{
    uint8_t *raw = journal->super;
    uint32_t type;
    int result =
        nonfs_device_read(journal->dev, nonfs_journal_map(journal, 0) << journal->block_shift,
                          JBD2_BLOCK_MIN, raw, journal->bounce);

    if (result != 0)
        return result;
    type = load_be32(raw + JH_TYPE);
    if (load_be32(raw + JH_MAGIC) != JBD2_MAGIC || (type != JBD2_SUPER_V1 && type != JBD2_SUPER_V2))
        return journal_fail(journal, NONFS_E_CORRUPT, "the signature is missing");
    journal->super_v2 = type == JBD2_SUPER_V2;
    result = journal_decode_features(journal, raw);
    return result != 0 ? result : journal_decode_log(journal, raw);
}

int nonfs_journal_write_super(struct journal *journal)
{
    uint8_t *raw = journal->super;

    store_be32(raw + JS_SEQUENCE, journal->sequence);
    store_be32(raw + JS_START, journal->start);
    store_be32(raw + JS_ERRNO, journal->error);
    if (journal->super_v2) {
        store_be32(raw + JS_COMPAT, journal->compat);
        store_be32(raw + JS_INCOMPAT, journal->incompat);
        raw[JS_CHECKSUM_TYPE] = journal_has_sums(journal) ? JBD2_CHECKSUM_CRC32C : 0;
        store_be32(raw + JS_CHECKSUM, journal_has_sums(journal)
                                          ? sum_without(~0u, raw, JBD2_BLOCK_MIN, JS_CHECKSUM)
                                          : 0);
    }
    return nonfs_device_write(journal->dev, nonfs_journal_map(journal, 0) << journal->block_shift,
                              JBD2_BLOCK_MIN, raw, journal->bounce);
}
