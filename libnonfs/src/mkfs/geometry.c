/*
 * Numbers that follow from the size of the volume: groups, inodes, blocks kept for growing, the journal.
 */
#include "divide.h"
#include "ext4/format.h"
#include "mkfs/mkfs.h"

/* A last group must have this many blocks beside its own tables, or it is left out. */
#define LAST_GROUP_MIN 50u
/* The descriptor table may grow to this many times the size of the volume. */
#define GROWTH         1024u

static uint64_t ceil_divide(uint64_t n, uint32_t divisor)
{
    return divide_u64(n + divisor - 1, divisor);
}

uint64_t mkfs_group_first(const struct mkfs *m, uint32_t group)
{
    return m->super.first_data_block + (uint64_t)group * m->super.blocks_per_group;
}

uint64_t mkfs_group_end(const struct mkfs *m, uint32_t group)
{
    uint64_t end = mkfs_group_first(m, group) + m->super.blocks_per_group;

    return end < m->super.info.block_count ? end : m->super.info.block_count;
}

uint32_t mkfs_group_of(const struct mkfs *m, uint64_t block)
{
    /* Groups have 8 blocks for each byte of a block, always. */
    return (uint32_t)((block - m->super.first_data_block) >> (m->super.block_shift + 3));
}

uint32_t mkfs_super_blocks(const struct mkfs *m, uint32_t group)
{
    if (!nonfs_superblock_in_group(&m->super, group))
        return 0;
    return 1 + m->descriptor_blocks + m->reserved_descriptor_blocks;
}

uint32_t mkfs_next_super(const struct mkfs *m, uint32_t group)
{
    static const uint8_t bases[] = {3, 5, 7};
    uint64_t next = m->super.info.group_count;

    if (group == 0 || !(m->super.info.ro_compat & EXT4_RO_SPARSE_SUPER))
        return group + 1;
    /* Powers are few, and groups many: the same as asking for each group in turn. */
    for (unsigned i = 0; i < sizeof(bases); i++) {
        uint64_t p = bases[i];

        while (p <= group)
            p *= bases[i];
        next = p < next ? p : next;
    }
    return (uint32_t)next;
}

/* /lost+found has 16 KiB, as far as direct blocks go, so that a repair need not allocate. */
uint32_t mkfs_lost_count(const struct mkfs *m)
{
    uint32_t n = 16384u >> m->super.block_shift;

    return n < MKFS_LOST_BLOCKS ? n : MKFS_LOST_BLOCKS;
}

/* Blocks that the descriptor table may grow into. The most that the inode which keeps them can list is a block of numbers. */
static uint32_t reserved_blocks(const struct mkfs *m)
{
    uint64_t most = UINT32_MAX;
    uint64_t groups;
    uint64_t blocks;

    if (!(m->super.info.compat & EXT4_COMPAT_RESIZE_INODE))
        return 0;
    if (m->super.info.block_count < most / GROWTH)
        most = m->super.info.block_count * GROWTH;
    groups = ceil_divide(most - m->super.first_data_block, m->super.blocks_per_group);
    blocks = ceil_divide(groups, m->descriptors_per_block);
    /* A table that is larger already has the wanted number by the same arithmetic of 32 bits. */
    blocks = (uint32_t)(blocks - m->descriptor_blocks);
    most = m->super.info.block_size / 4;
    return (uint32_t)(blocks < most ? blocks : most);
}

static int inodes(struct mkfs *m, uint64_t wanted)
{
    uint32_t per_block = m->super.info.block_size / MKFS_INODE_SIZE;
    uint32_t groups = m->super.info.group_count;
    uint64_t per_group = ceil_divide(wanted, groups);

    if (per_group > 8 * m->super.info.block_size)
        return NONFS_E_RANGE;
    for (;; per_group--) {
        uint64_t count;

        /* Whole blocks of inodes, and whole bytes of their bitmap. */
        m->super.inodes_per_group = (uint32_t)(ceil_divide(per_group, per_block) * per_block);
        if (m->super.inodes_per_group < 8)
            m->super.inodes_per_group = 8;
        m->super.inodes_per_group &= ~7u;
        count = (uint64_t)m->super.inodes_per_group * groups;
        if (count <= UINT32_MAX) {
            m->super.info.inode_count = (uint32_t)count;
            break;
        }
    }
    /* mke2fs would go on with another count, or spread the reserved inodes over groups. */
    if (m->super.inodes_per_group < MKFS_FIRST_INODE + 1)
        return NONFS_E_RANGE;
    m->table_blocks = (m->super.inodes_per_group + per_block - 1) / per_block;
    return 0;
}

/* One attempt at a number of blocks. Returns 0, an error, or 1 if the volume must lose its last group. */
static int try_blocks(struct mkfs *m, uint64_t wanted_inodes)
{
    struct ext4_super *s = &m->super;
    uint32_t overhead;
    uint32_t rest;
    int result;

    s->info.group_count =
        (uint32_t)ceil_divide(s->info.block_count - s->first_data_block, s->blocks_per_group);
    m->descriptor_blocks = (uint32_t)ceil_divide(s->info.group_count, m->descriptors_per_block);
    result = inodes(m, wanted_inodes);
    if (result != 0)
        return result;
    m->reserved_descriptor_blocks = reserved_blocks(m);
    if (m->reserved_descriptor_blocks + m->descriptor_blocks > s->blocks_per_group / 4 * 3)
        return NONFS_E_UNSUPPORTED;
    if (3 + m->table_blocks + m->reserved_descriptor_blocks + m->descriptor_blocks >
        s->blocks_per_group)
        return NONFS_E_RANGE;
    overhead = 2 + m->table_blocks + mkfs_super_blocks(m, s->info.group_count - 1);
    rest = (uint32_t)((s->info.block_count - s->first_data_block) & (s->blocks_per_group - 1));
    if (rest == 0 || rest >= overhead + LAST_GROUP_MIN)
        return 0;
    if (s->info.group_count == 1)
        return rest < overhead ? NONFS_E_RANGE : 0;
    return 1;
}

/* The size of the journal, as mke2fs chooses it; 0 where there is no room for one. */
static uint32_t journal_size(uint64_t blocks)
{
    uint64_t limit = 262144;
    uint32_t size = 4096;

    if (blocks < 2048)
        return 0;
    if (blocks < 32768)
        return 1024;
    /* It doubles with the volume up to 1 GiB of journal on 128 GiB, but for one pause of 4 GiB to 16 GiB. */
    while (blocks >= limit && size < 262144) {
        size *= 2;
        limit *= limit == 524288 ? 8 : 2;
    }
    return size;
}

int mkfs_geometry(struct mkfs *m)
{
    const struct nonfs_mkfs_config *c = m->config;
    struct ext4_super *s = &m->super;
    uint64_t asked = s->info.block_count;
    uint64_t wanted = divide_u64(asked << s->block_shift, c->inode_ratio);
    int result;

    s->first_data_block = s->info.block_size == 1024 ? 1 : 0;
    s->blocks_per_group = 8 * s->info.block_size;
    s->descriptor_size =
        s->info.incompat & EXT4_INCOMPAT_64BIT ? EXT4_GROUP_SIZE_64 : EXT4_GROUP_SIZE_32;
    m->descriptors_per_block = s->info.block_size / s->descriptor_size;
    s->reserved_blocks = divide_u64(asked * c->reserved_percent, 100);
    wanted = wanted < UINT32_MAX ? wanted : UINT32_MAX;
    while ((result = try_blocks(m, wanted)) == 1) {
        uint64_t lost = (s->info.block_count - s->first_data_block) & (s->blocks_per_group - 1);
        uint64_t reserved = divide_u64(asked * c->reserved_percent, 100);

        /* The reserved blocks keep their share of what was asked for, rounded down. */
        s->info.block_count -= lost;
        lost = asked - s->info.block_count;
        s->reserved_blocks = reserved - divide_u64(reserved * lost + asked - 1, asked);
    }
    if (result == 0 && s->info.compat & EXT4_COMPAT_HAS_JOURNAL) {
        m->journal_blocks = journal_size(s->info.block_count);
        if (m->journal_blocks == 0)
            s->info.compat &= ~EXT4_COMPAT_HAS_JOURNAL;
    }
    return result;
}
