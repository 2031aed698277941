#include "mkfs/mkfs.h"

#include <string.h>

#include "block/device.h"
#include "checksum/crc.h"
#include "divide.h"
#include "ext4/format.h"

#define KNOWN_COMPAT                                                             \
    (EXT4_COMPAT_HAS_JOURNAL | EXT4_COMPAT_EXT_ATTR | EXT4_COMPAT_RESIZE_INODE | \
     EXT4_COMPAT_DIR_INDEX)
#define KNOWN_INCOMPAT                                                      \
    (EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_EXTENTS | EXT4_INCOMPAT_64BIT | \
     EXT4_INCOMPAT_FLEX_BG | EXT4_INCOMPAT_CSUM_SEED | EXT4_INCOMPAT_LARGEDIR)
#define KNOWN_RO                                                                        \
    (EXT4_RO_SPARSE_SUPER | EXT4_RO_LARGE_FILE | EXT4_RO_HUGE_FILE | EXT4_RO_GDT_CSUM | \
     EXT4_RO_DIR_NLINK | EXT4_RO_EXTRA_ISIZE | EXT4_RO_METADATA_CSUM)

#define INODE_RATIO_MAX 67108864u
#define RESERVED_MAX    50u
#define FLAGS           (NONFS_MKFS_LAZY_TABLES | NONFS_MKFS_DEVICE_ZEROED)
/* Where superblocks of other formats may lie: the first of them, and this much at the end, are cleared. */
#define HEAD_SIZE       4096u
#define TAIL_SIZE       65536u

#define PAGE_SIZE 4096u

#define MIB ((uint64_t)1 << 20)

_Static_assert(sizeof(struct mkfs) + 2 * MKFS_BLOCK_SIZE + MKFS_ZEROS_SIZE <= NONFS_MKFS_ARENA_SIZE,
               "the arena holds everything");

uint32_t nonfs_mkfs_inode_ratio(uint64_t size)
{
    if (size < 3 * MIB)
        return 8192;
    if (size < 512 * MIB)
        return 4096;
    if (size < 4 * MIB * MIB)
        return 16384;
    return size < 16 * MIB * MIB ? 32768 : 65536;
}

void nonfs_mkfs_defaults(struct nonfs_mkfs_config *config, uint64_t size)
{
    memset(config, 0, sizeof(*config));
    config->block_size = size < 512 * MIB ? 1024 : 4096;
    config->inode_ratio = nonfs_mkfs_inode_ratio(size);
    config->reserved_percent = 5;
    config->compat = KNOWN_COMPAT;
    config->incompat = EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_EXTENTS | EXT4_INCOMPAT_64BIT |
                       EXT4_INCOMPAT_FLEX_BG;
    config->ro_compat = KNOWN_RO & ~EXT4_RO_GDT_CSUM;
}

const char *nonfs_mkfs_unsupported_feature(const struct nonfs_mkfs_config *config)
{
    const uint32_t unknown[] = {config->compat & ~KNOWN_COMPAT, config->incompat & ~KNOWN_INCOMPAT,
                                config->ro_compat & ~KNOWN_RO};

    for (unsigned set = 0; set < 3; set++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            if (unknown[set] >> bit & 1)
                return nonfs_ext4_feature_name((enum nonfs_ext4_feature_set)set, bit);
        }
    }
    /* A journal has extents here, copies of the superblock must be few, and a seed is one of checksums. */
    if (config->compat & EXT4_COMPAT_HAS_JOURNAL && !(config->incompat & EXT4_INCOMPAT_EXTENTS))
        return "has_journal";
    if (config->compat & EXT4_COMPAT_RESIZE_INODE && !(config->ro_compat & EXT4_RO_SPARSE_SUPER))
        return "resize_inode";
    if (config->incompat & EXT4_INCOMPAT_CSUM_SEED && !(config->ro_compat & EXT4_RO_METADATA_CSUM))
        return "metadata_csum_seed";
    return NULL;
}

static int config_check(const struct nonfs_mkfs_config *c, const struct nonfs_block_device *dev)
{
    uint32_t size = c->block_size;

    if (size < 1024 || size > MKFS_BLOCK_SIZE || (size & (size - 1)) != 0 || size < dev->block_size)
        return NONFS_E_INVALID;
    if (c->inode_ratio < size || c->inode_ratio > INODE_RATIO_MAX ||
        c->reserved_percent > RESERVED_MAX || (c->flags & ~FLAGS) != 0)
        return NONFS_E_INVALID;
    if (nonfs_mkfs_unsupported_feature(c) != NULL)
        return NONFS_E_UNSUPPORTED;
    if (c->flags & NONFS_MKFS_LAZY_TABLES &&
        !(c->ro_compat & (EXT4_RO_METADATA_CSUM | EXT4_RO_GDT_CSUM)))
        return NONFS_E_INVALID;
    return 0;
}

/* Takes a UUID that is given, or makes a random one: version 4, RFC 9562. */
static int uuid_choose(const struct nonfs_mkfs_config *c, uint8_t out[16], const uint8_t given[16])
{
    static const uint8_t none[16] = {0};
    int result;

    memcpy(out, given, 16);
    if (memcmp(given, none, sizeof(none)) != 0)
        return 0;
    result = c->random != NULL ? c->random(c->context, out, 16) : NONFS_E_INVALID;
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x40);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
    return result;
}

static int size_choose(struct mkfs *m)
{
    const struct nonfs_mkfs_config *c = m->config;
    struct nonfs_ext4_info *info = &m->super.info;
    unsigned ratio = m->super.block_shift - shift_of(m->dev->block_size);
    uint64_t most = m->dev->block_count >> ratio;

    info->block_count = c->block_count;
    /* A page of the host at least: smaller blocks at the end could not be had through its cache. */
    if (info->block_count == 0)
        info->block_count = most & ~(uint64_t)((PAGE_SIZE >> m->super.block_shift) - 1);
    if (info->block_count > most || info->block_count > NONFS_MKFS_BLOCKS_MAX ||
        info->block_count < NONFS_MKFS_SIZE_MIN >> m->super.block_shift)
        return NONFS_E_RANGE;
    if (info->block_count > UINT32_MAX) {
        if (!(info->incompat & EXT4_INCOMPAT_64BIT))
            return NONFS_E_RANGE;
        /* What it keeps could not be numbered in 32 bits. */
        info->compat &= ~EXT4_COMPAT_RESIZE_INODE;
    }
    return 0;
}

/* The file of the blocks kept for growing is large where blocks are. */
static void large_file_choose(struct mkfs *m)
{
    if (m->resize_block != 0 && m->super.info.block_size == 4096)
        m->super.info.ro_compat |= EXT4_RO_LARGE_FILE;
}

static int set_up(struct mkfs *m)
{
    const struct nonfs_mkfs_config *c = m->config;
    struct nonfs_ext4_info *info = &m->super.info;
    int result;

    m->super.block_shift = shift_of(c->block_size);
    info->block_size = c->block_size;
    info->inode_size = MKFS_INODE_SIZE;
    info->compat = c->compat;
    info->incompat = c->incompat;
    info->ro_compat = c->ro_compat;
    /* The newer checksum covers what the older one did. */
    if (info->ro_compat & EXT4_RO_METADATA_CSUM)
        info->ro_compat &= ~EXT4_RO_GDT_CSUM;
    result = size_choose(m);
    if (result == 0)
        result = mkfs_geometry(m);
    if (result == 0)
        result = uuid_choose(c, info->uuid, c->uuid);
    if (result == 0)
        result = uuid_choose(c, m->hash_seed, c->hash_seed);
    if (result != 0)
        return result;
    m->super.checksum_seed = nonfs_crc32c(UINT32_MAX, info->uuid, sizeof(info->uuid));
    result = mkfs_allocate(m);
    large_file_choose(m);
    return result;
}

int mkfs_write(struct mkfs *m, uint64_t first, uint64_t nblocks, const void *bytes)
{
    unsigned ratio = m->super.block_shift - shift_of(m->dev->block_size);

    m->written += nblocks << m->super.block_shift;
    return nonfs_device_write_blocks(m->dev, first << ratio, nblocks << ratio, bytes);
}

int mkfs_clear(struct mkfs *m, uint64_t first, uint64_t nblocks)
{
    uint64_t most = MKFS_ZEROS_SIZE >> m->super.block_shift;
    int result = 0;

    if (m->config->flags & NONFS_MKFS_DEVICE_ZEROED)
        return 0;
    while (nblocks > 0 && result == 0) {
        uint64_t n = nblocks < most ? nblocks : most;

        result = mkfs_write(m, first, n, m->zeros);
        first += n;
        nblocks -= n;
    }
    return result;
}

/* Clears what identifies the volume that was there, before anything of it is overwritten, and what may stand at its end. */
static int old_clear(struct mkfs *m)
{
    uint64_t head = HEAD_SIZE >> m->super.block_shift;
    uint64_t tail = TAIL_SIZE >> m->super.block_shift;
    uint64_t all = m->super.info.block_count;
    uint64_t start = all & ~(tail - 1);
    int result = mkfs_clear(m, 0, head);

    start -= start > tail ? tail : 0;
    if (result == 0)
        result = mkfs_clear(m, start, all - start);
    return result == 0 ? nonfs_device_flush(m->dev) : result;
}

static int write_all(struct mkfs *m)
{
    int result = old_clear(m);

    if (result == 0)
        result = mkfs_groups_write(m);
    if (result == 0)
        result = mkfs_files_write(m);
    if (result == 0)
        result = nonfs_device_flush(m->dev);
    if (result == 0)
        result = mkfs_super_write(m);
    return result == 0 ? nonfs_device_flush(m->dev) : result;
}

static void report_fill(struct nonfs_mkfs_report *report, const struct mkfs *m)
{
    const struct nonfs_ext4_info *info = &m->super.info;

    report->block_count = info->block_count;
    report->inode_count = info->inode_count;
    report->group_count = info->group_count;
    report->journal_blocks = m->journal_blocks;
    report->compat = info->compat;
    report->incompat = info->incompat;
    report->ro_compat = info->ro_compat;
    memcpy(report->uuid, info->uuid, sizeof(report->uuid));
}

int nonfs_mkfs(const struct nonfs_block_device *dev, const struct nonfs_mkfs_config *config,
               void *arena, struct nonfs_mkfs_report *report)
{
    struct mkfs *m = arena;
    int result = nonfs_device_check_writable(dev);

    if (result == 0)
        result = config_check(config, dev);
    if (result == 0 && (uintptr_t)arena % NONFS_MKFS_ARENA_ALIGN != 0)
        result = NONFS_E_INVALID;
    if (result != 0)
        return result;
    memset(arena, 0, NONFS_MKFS_ARENA_SIZE);
    m->dev = dev;
    m->config = config;
    m->zeros = (uint8_t *)arena + NONFS_MKFS_ARENA_SIZE - MKFS_ZEROS_SIZE;
    m->block = m->zeros - MKFS_BLOCK_SIZE;
    m->descriptors = m->block - MKFS_BLOCK_SIZE;
    result = set_up(m);
    if (result == 0)
        result = write_all(m);
    if (result == 0 && report != NULL)
        report_fill(report, m);
    return result;
}
