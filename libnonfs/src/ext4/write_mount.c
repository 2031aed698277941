/*
 * Mounting for writing, and unmounting. While a volume with a journal is mounted it says that it needs recovery; one
 * without says that it is not clean.
 */
#include <string.h>

#include "block/device.h"
#include "checksum/crc.h"
#include "ext4/format.h"
#include "ext4/writer.h"

/* What this library keeps right when it writes. */
#define INCOMPAT_WRITABLE                                                     \
    (EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_RECOVER | EXT4_INCOMPAT_META_BG | \
     EXT4_INCOMPAT_EXTENTS | EXT4_INCOMPAT_64BIT | EXT4_INCOMPAT_FLEX_BG |    \
     EXT4_INCOMPAT_CSUM_SEED | EXT4_INCOMPAT_LARGEDIR)
#define RO_COMPAT_WRITABLE                                                              \
    (EXT4_RO_SPARSE_SUPER | EXT4_RO_LARGE_FILE | EXT4_RO_HUGE_FILE | EXT4_RO_GDT_CSUM | \
     EXT4_RO_DIR_NLINK | EXT4_RO_EXTRA_ISIZE | EXT4_RO_METADATA_CSUM | EXT4_RO_ORPHAN_PRESENT)
#define INCOMPAT_NEEDED (EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_EXTENTS)

const char *nonfs_ext4_unwritable_feature(const struct nonfs_ext4_info *info)
{
    uint32_t incompat = info->incompat & ~INCOMPAT_WRITABLE;
    uint32_t ro_compat = info->ro_compat & ~RO_COMPAT_WRITABLE;

    for (unsigned bit = 0; bit < 32; bit++) {
        if (incompat >> bit & 1)
            return nonfs_ext4_feature_name(NONFS_EXT4_FEATURE_INCOMPAT, bit);
        if (ro_compat >> bit & 1)
            return nonfs_ext4_feature_name(NONFS_EXT4_FEATURE_RO_COMPAT, bit);
    }
    if ((info->incompat & INCOMPAT_NEEDED) != INCOMPAT_NEEDED)
        return info->incompat & EXT4_INCOMPAT_EXTENTS ? "without filetype" : "without extent";
    return NULL;
}

int nonfs_write_judge(struct nonfs_ext4 *volume)
{
    const char *feature = nonfs_ext4_unwritable_feature(&volume->super.info);
    int result = nonfs_device_check_writable(&volume->dev);

    if (result != 0)
        return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, 0,
                                 "it cannot be written");
    if (feature != NULL)
        return nonfs_volume_fail(volume, NONFS_E_READ_ONLY, NONFS_STRUCTURE_FEATURE, 0, 0, feature);
    if (volume->super.state & EXT4_STATE_ERRORS)
        return nonfs_volume_fail(volume, NONFS_E_READ_ONLY, NONFS_STRUCTURE_SUPERBLOCK, 0, 0,
                                 "errors were found, and must be repaired first");
    if (!(volume->super.state & EXT4_STATE_CLEAN))
        return nonfs_volume_fail(volume, NONFS_E_READ_ONLY, NONFS_STRUCTURE_SUPERBLOCK, 0, 0,
                                 "it was not unmounted, and must be checked first");
    return 0;
}

static int write_open_journal(struct nonfs_ext4 *volume)
{
    struct journal *j = volume->journal;
    uint32_t log;
    int result;

    if (!(volume->super.info.compat & EXT4_COMPAT_HAS_JOURNAL)) {
        volume->journal = NULL;
        return 0;
    }
    result = nonfs_volume_open_journal(volume);
    if (result != 0)
        return result;
    if (j->start != 0)
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 "it holds changes, but the volume says that it does not");
    if (!j->super_v2)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 "its version is too old to be written");
    nonfs_journal_start_log(j, volume->writer->stage,
                            (volume->super.info.incompat & EXT4_INCOMPAT_64BIT) != 0,
                            volume_has_metadata_csum(volume));
    /* A checkpoint leaves room for no less. */
    log = j->end - j->first;
    if (log < JBD2_LEN_MIN / 2 || nonfs_transaction_limit(volume, log / 4) < OP_BLOCKS_MAX + 2)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 "it is too small to be written");
    return 0;
}

/* Writes the superblock home and durably, and lets no older copy stay in the cache. */
static int write_super_now(struct nonfs_ext4 *volume)
{
    struct nonfs_cache_slot *slot =
        nonfs_cache_find(&volume->cache, EXT4_SUPER_OFFSET >> volume->super.block_shift);
    int result = nonfs_volume_write_super(volume);

    if (slot != NULL)
        nonfs_cache_forget(&volume->cache, slot);
    if (result != 0)
        return result;
    result = nonfs_device_flush(&volume->dev);
    return result == 0 ? 0 : nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DEVICE, 0, 0, NULL);
}

int nonfs_write_begin(struct nonfs_ext4 *volume)
{
    struct ext4_super *s = &volume->super;
    int result = nonfs_group_sum_free(volume);

    if (result == 0)
        result = write_open_journal(volume);
    if (result == 0)
        result = nonfs_orphans_begin(volume);
    if (result != 0)
        return result;
    volume->writer->leaf_power = nonfs_crc32c_power(s->info.block_size - EXT4_DIR_TAIL_SIZE);
    s->mount_time = (uint32_t)volume->writer->now.seconds;
    s->info.write_time = s->mount_time;
    s->info.mount_count++;
    if (volume->journal != NULL)
        s->info.incompat |= EXT4_INCOMPAT_RECOVER;
    else
        s->state = (uint16_t)(s->state & ~EXT4_STATE_CLEAN);
    result = write_super_now(volume);
    return result == 0 ? nonfs_orphans_finish(volume) : result;
}

/* What waits to be overwritten is on no list after this mount. */
static int scrub_at_end(struct nonfs_ext4 *volume)
{
    uint32_t budget = UINT32_MAX;
    int result;

    if (!(volume->flags & NONFS_MOUNT_SCRUB))
        return 0;
    result = nonfs_scrub_list(volume);
    return result == 0 ? nonfs_scrub(volume, &budget) : result;
}

int nonfs_write_end(struct nonfs_ext4 *volume)
{
    struct ext4_super *s = &volume->super;
    int result = volume->writer->aborted ? NONFS_E_ABORTED : nonfs_orphans_finish(volume);

    if (result == 0)
        result = nonfs_volume_commit(volume);
    if (result == 0)
        result = nonfs_volume_checkpoint(volume);
    if (result == 0)
        result = scrub_at_end(volume);
    if (result != 0)
        return result;
    s->info.incompat &= ~EXT4_INCOMPAT_RECOVER;
    s->info.ro_compat &= ~EXT4_RO_ORPHAN_PRESENT;
    s->state |= EXT4_STATE_CLEAN;
    s->info.write_time = (uint32_t)volume->writer->now.seconds;
    return write_super_now(volume);
}

void nonfs_ext4_set_time(struct nonfs_ext4 *volume, const struct nonfs_time *now)
{
    if (volume->writer != NULL && !(volume->flags & NONFS_MOUNT_NO_TIMES))
        volume->writer->now = *now;
}
