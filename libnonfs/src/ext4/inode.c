/*
 * Inodes: where they lie, whether their checksums hold, and what their fields mean.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"

/* Gives the first block of the group's inode table, of which every block lies in the volume. */
static int group_inode_table(struct nonfs_ext4 *volume, uint32_t group, uint64_t *table)
{
    struct group_ref g;
    int result = nonfs_group_get(volume, group, &g);

    if (result != 0)
        return result;
    *table = g.inode_table;
    /* The table of such a group may never have been written. */
    result = g.flags & EXT4_GROUP_INODE_UNINIT ? NONFS_E_NOT_FOUND : 0;
    nonfs_block_put(&g.ref);
    return result;
}

/* Bytes behind the fixed part that hold fields; 0 where the number on disk is not possible. */
uint32_t nonfs_inode_extra_size(const struct nonfs_ext4 *volume, const uint8_t *raw)
{
    uint32_t inode_size = volume->super.info.inode_size;
    uint32_t extra;

    if (inode_size == EXT4_GOOD_OLD_INODE)
        return 0;
    extra = load_le16(raw + I_EXTRA_SIZE);
    return extra <= inode_size - EXT4_GOOD_OLD_INODE && extra % 4 == 0 ? extra : 0;
}

int nonfs_inode_is_nameable(const struct nonfs_ext4 *volume, uint32_t inode)
{
    const struct ext4_super *s = &volume->super;

    if (inode == NONFS_EXT4_ROOT_INODE)
        return 1;
    return inode >= s->first_inode && inode <= s->info.inode_count;
}

int nonfs_inode_locate(struct nonfs_ext4 *volume, uint32_t inode, struct block_ref *ref,
                       uint32_t *offset)
{
    const struct ext4_super *s = &volume->super;
    uint32_t group = (inode - 1) / s->inodes_per_group;
    uint64_t at = (uint64_t)((inode - 1) % s->inodes_per_group) * s->info.inode_size;
    uint64_t table;
    int result = group_inode_table(volume, group, &table);

    if (result != 0)
        return result;
    *offset = (uint32_t)(at & (s->info.block_size - 1));
    return nonfs_block_get(volume, table + (at >> s->block_shift), NONFS_STRUCTURE_INODE, inode,
                           ref);
}

int nonfs_inode_is_sound(const struct nonfs_ext4 *volume, struct block_ref *ref, uint32_t offset,
                         uint32_t inode)
{
    uint32_t part = offset / volume->super.info.inode_size;

    if (!volume_has_metadata_csum(volume) || nonfs_part_is_checked(ref, BLOCK_INODES, inode, part))
        return 1;
    if (!nonfs_inode_sum_holds(&volume->super, inode, ref->data + offset))
        return 0;
    nonfs_part_set_checked(ref, BLOCK_INODES, inode, part);
    return 1;
}

static int inode_get(struct nonfs_ext4 *volume, uint32_t inode, int deleted, struct block_ref *ref,
                     uint32_t *offset)
{
    const uint8_t *raw;
    int result = nonfs_inode_locate(volume, inode, ref, offset);

    if (result != 0)
        return result;
    raw = ref->data + *offset;
    /* An inode that was never used is all zero and has no checksum; one that was deleted keeps its mode. */
    if (load_le16(raw + I_LINKS) == 0 &&
        (load_le16(raw + I_MODE) == 0 || (load_le32(raw + I_DTIME) && !deleted)))
        result = NONFS_E_NOT_FOUND;
    else if (!nonfs_inode_is_sound(volume, ref, *offset, inode))
        result = nonfs_volume_fail(volume, NONFS_E_CHECKSUM, NONFS_STRUCTURE_INODE, inode,
                                   ref->slot->block, NULL);
    if (result != 0)
        nonfs_block_put(ref);
    return result;
}

int nonfs_inode_get(struct nonfs_ext4 *volume, uint32_t inode, struct block_ref *ref,
                    uint32_t *offset)
{
    return inode_get(volume, inode, 0, ref, offset);
}

/* 34 bits of seconds and 30 of nanoseconds; without the extra word, 32 bits of seconds with a sign. */
static struct nonfs_time inode_time(const uint8_t *raw, uint32_t extra_size, uint32_t at,
                                    uint32_t at_extra)
{
    struct nonfs_time t = {.seconds = (int32_t)load_le32(raw + at)};

    if (inode_has(extra_size, at_extra, 4)) {
        uint32_t extra = load_le32(raw + at_extra);

        t.seconds += (int64_t)(extra & 3) * ((int64_t)1 << 32);
        t.nanoseconds = extra >> 2 < 1000000000 ? extra >> 2 : 999999999;
    }
    return t;
}

static void inode_decode_times(struct nonfs_ext4_stat *st, const uint8_t *raw, uint32_t extra)
{
    st->atime = inode_time(raw, extra, I_ATIME, I_ATIME_EXTRA);
    st->ctime = inode_time(raw, extra, I_CTIME, I_CTIME_EXTRA);
    st->mtime = inode_time(raw, extra, I_MTIME, I_MTIME_EXTRA);
    if (inode_has(extra, I_CRTIME, 4))
        st->crtime = inode_time(raw, extra, I_CRTIME, I_CRTIME_EXTRA);
    st->deletion_time = load_le32(raw + I_DTIME);
}

/* Linux' two encodings of a device number: 8 + 8 bits in the first word, or 12 + 20 bits in the second. */
static void inode_decode_device(struct nonfs_ext4_stat *st, const uint8_t *raw)
{
    uint32_t type = st->mode & NONFS_S_IFMT;
    uint32_t old = load_le32(raw + I_MAP);
    uint32_t wide = load_le32(raw + I_MAP + 4);

    if (type != NONFS_S_IFCHR && type != NONFS_S_IFBLK)
        return;
    if (old != 0) {
        st->device_major = old >> 8 & 0xff;
        st->device_minor = old & 0xff;
    } else {
        st->device_major = wide >> 8 & 0xfff;
        st->device_minor = (wide & 0xff) | (wide >> 12 & 0xfff00);
    }
}

uint64_t nonfs_inode_xattr_block(const struct nonfs_ext4 *volume, const uint8_t *raw)
{
    uint64_t block = load_le32(raw + I_XATTR_LO);

    if (volume->super.info.incompat & EXT4_INCOMPAT_64BIT)
        block |= (uint64_t)load_le16(raw + I_XATTR_HI) << 32;
    return block;
}

static void inode_decode_size(const struct nonfs_ext4 *volume, struct nonfs_ext4_stat *st,
                              const uint8_t *raw)
{
    const struct ext4_super *s = &volume->super;
    uint64_t units = load_le32(raw + I_BLOCKS_LO);
    uint64_t unit = 512;

    st->size = load_le32(raw + I_SIZE_LO);
    /* In old directories the upper half is something else. */
    if ((st->mode & NONFS_S_IFMT) == NONFS_S_IFREG || s->info.incompat & EXT4_INCOMPAT_LARGEDIR)
        st->size |= (uint64_t)load_le32(raw + I_SIZE_HI) << 32;
    if (s->info.ro_compat & EXT4_RO_HUGE_FILE) {
        units |= (uint64_t)load_le16(raw + I_BLOCKS_HI) << 32;
        if (st->flags & NONFS_EXT4_FL_HUGE_FILE)
            unit = s->info.block_size;
    }
    st->allocated = units * unit;
    st->xattr_block = nonfs_inode_xattr_block(volume, raw);
}

static void inode_decode(const struct nonfs_ext4 *volume, struct nonfs_ext4_stat *st,
                         uint32_t inode, const uint8_t *raw)
{
    uint32_t extra = nonfs_inode_extra_size(volume, raw);

    st->inode = inode;
    st->mode = load_le16(raw + I_MODE);
    st->uid = load_le16(raw + I_UID_LO) | (uint32_t)load_le16(raw + I_UID_HI) << 16;
    st->gid = load_le16(raw + I_GID_LO) | (uint32_t)load_le16(raw + I_GID_HI) << 16;
    st->links = load_le16(raw + I_LINKS);
    st->flags = load_le32(raw + I_FLAGS);
    st->generation = load_le32(raw + I_GENERATION);
    st->version = load_le32(raw + I_VERSION_LO);
    if (inode_has(extra, I_VERSION_HI, 4))
        st->version |= (uint64_t)load_le32(raw + I_VERSION_HI) << 32;
    if (inode_has(extra, I_PROJECT, 4))
        st->project = load_le32(raw + I_PROJECT);
    inode_decode_size(volume, st, raw);
    inode_decode_times(st, raw, extra);
    inode_decode_device(st, raw);
}

static int inode_check(struct nonfs_ext4 *volume, const struct nonfs_ext4_stat *st)
{
    const char *reason = NULL;

    /* Files have at most 2^32 blocks in either kind of map. */
    if (st->size >> volume->super.block_shift > UINT32_MAX)
        reason = "the size is out of range";
    else if (st->flags & NONFS_EXT4_FL_ENCRYPT)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_INODE, st->inode, 0,
                                 "the inode is encrypted");
    else if (st->flags & NONFS_EXT4_FL_INLINE_DATA && st->flags & NONFS_EXT4_FL_EXTENTS)
        reason = "the content is marked as inline and as extents";
    else if (st->flags & NONFS_EXT4_FL_INLINE_DATA &&
             !(volume->super.info.incompat & EXT4_INCOMPAT_INLINE))
        reason = "the content is marked as inline on a volume without inline data";
    if (reason == NULL)
        return 0;
    return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INODE, st->inode, 0, reason);
}

int nonfs_node_decode(struct nonfs_ext4 *volume, uint32_t inode, const uint8_t *raw,
                      struct nonfs_ext4_node *node)
{
    memset(node, 0, sizeof(*node));
    node->volume = volume;
    node->seen = volume->writer != NULL ? volume->writer->changes : 0;
    node->checksum_seed = nonfs_inode_seed(&volume->super, inode, raw);
    memcpy(node->map, raw + I_MAP, sizeof(node->map));
    inode_decode(volume, &node->stat, inode, raw);
    return inode_check(volume, &node->stat);
}

int nonfs_node_open(struct nonfs_ext4 *volume, uint32_t inode, int deleted,
                    struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_node made;
    struct block_ref ref;
    uint32_t offset;
    int result;

    if (inode == 0 || inode > volume->super.info.inode_count)
        return NONFS_E_INVALID;
    result = inode_get(volume, inode, deleted, &ref, &offset);
    if (result != 0)
        return result;
    result = nonfs_node_decode(volume, inode, ref.data + offset, &made);
    nonfs_block_put(&ref);
    if (result == 0)
        *node = made;
    return result;
}

int nonfs_ext4_open(struct nonfs_ext4 *volume, uint32_t inode, struct nonfs_ext4_node *node)
{
    int result = nonfs_node_open(volume, inode, 0, node);

    return result == NONFS_E_NOT_FOUND && nonfs_inode_is_held(volume, inode)
               ? nonfs_node_open(volume, inode, 1, node)
               : result;
}

int nonfs_node_refresh(struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_node fresh;
    int result;

    if (node->volume->writer == NULL || node->seen == node->volume->writer->changes)
        return 0;
    result = nonfs_ext4_open(node->volume, node->stat.inode, &fresh);
    if (result != 0)
        return result;
    /* The number may belong to another file by now. */
    if (fresh.stat.generation != node->stat.generation ||
        ((fresh.stat.mode ^ node->stat.mode) & NONFS_S_IFMT) != 0)
        return NONFS_E_NOT_FOUND;
    *node = fresh;
    return 0;
}

void nonfs_ext4_stat(const struct nonfs_ext4_node *node, struct nonfs_ext4_stat *out)
{
    *out = node->stat;
}
