/*
 * The fields of an inode, from the side that writes them.
 */
#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/extent.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"

#define LINKS_MAX 65000u /* as in Linux */

static int inode_pin(struct nonfs_ext4 *volume, uint32_t inode, struct inode_edit *edit)
{
    uint32_t offset;
    uint8_t *data;
    int result = nonfs_inode_locate(volume, inode, &edit->ref, &offset);

    if (result != 0)
        return result;
    result =
        nonfs_block_edit_part(volume, &edit->ref, offset, volume->super.info.inode_size, &data);
    if (result != 0) {
        nonfs_block_put(&edit->ref);
        return result;
    }
    edit->raw = data + offset;
    edit->offset = offset;
    edit->inode = inode;
    return 0;
}

int nonfs_inode_edit(struct nonfs_ext4 *volume, uint32_t inode, struct inode_edit *edit)
{
    int result = inode_pin(volume, inode, edit);

    if (result != 0)
        return result;
    if (!nonfs_inode_is_sound(volume, &edit->ref, edit->offset, inode)) {
        result = nonfs_volume_fail(volume, NONFS_E_CHECKSUM, NONFS_STRUCTURE_INODE, inode,
                                   edit->ref.slot->block, NULL);
        nonfs_block_put(&edit->ref);
    }
    return result;
}

void nonfs_inode_put(struct nonfs_ext4 *volume, struct inode_edit *edit)
{
    static const struct nonfs_time never = {.seconds = 0};
    uint8_t *raw = edit->raw;
    uint32_t version = load_le32(raw + I_VERSION_LO) + 1;

    /* Here, where every change of an inode ends: those that were set by the user, or by who mounted it before, go, too. */
    if (volume->flags & NONFS_MOUNT_NO_TIMES)
        nonfs_inode_set_time(volume, edit, INODE_ATIME | INODE_MTIME | INODE_CTIME | INODE_CRTIME,
                             &never);
    store_le32(raw + I_VERSION_LO, version);
    if (version == 0 && inode_has(nonfs_inode_extra_size(volume, raw), I_VERSION_HI, 4))
        store_le32(raw + I_VERSION_HI, load_le32(raw + I_VERSION_HI) + 1);
    if (volume_has_metadata_csum(volume))
        nonfs_part_set_sum(volume, &edit->ref, SUM_INODES, edit->inode,
                           edit->offset / volume->super.info.inode_size);
    nonfs_block_put(&edit->ref);
}

void nonfs_inode_set_time(struct nonfs_ext4 *volume, struct inode_edit *edit, unsigned which,
                          const struct nonfs_time *t)
{
    static const struct {
        unsigned bit;
        uint32_t at;
        uint32_t extra;
    } fields[] = {{INODE_ATIME, I_ATIME, I_ATIME_EXTRA},
                  {INODE_MTIME, I_MTIME, I_MTIME_EXTRA},
                  {INODE_CTIME, I_CTIME, I_CTIME_EXTRA},
                  {INODE_CRTIME, I_CRTIME, I_CRTIME_EXTRA}};
    uint32_t extra = nonfs_inode_extra_size(volume, edit->raw);
    uint32_t low = (uint32_t)t->seconds;
    /* What the sign of the low 32 bits does not say. */
    uint32_t epoch = (uint32_t)((uint64_t)(t->seconds - (int32_t)low) >> 32) & 3;

    for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (!(which & fields[i].bit) || !inode_has(extra, fields[i].at, 4))
            continue;
        store_le32(edit->raw + fields[i].at, low);
        if (inode_has(extra, fields[i].extra, 4))
            store_le32(edit->raw + fields[i].extra, t->nanoseconds << 2 | epoch);
    }
}

void nonfs_inode_set_size(struct inode_edit *edit, uint64_t size)
{
    store_le32(edit->raw + I_SIZE_LO, (uint32_t)size);
    store_le32(edit->raw + I_SIZE_HI, (uint32_t)(size >> 32));
}

void nonfs_extent_root_init(uint8_t *map)
{
    memset(map, 0, 60);
    extent_header_store(map, 0, 4, 0);
}

int nonfs_inode_edit_new(struct nonfs_ext4 *volume, uint32_t inode, uint32_t mode,
                         struct inode_edit *edit)
{
    const struct ext4_super *s = &volume->super;
    struct writer *w = volume->writer;
    uint32_t extra = s->new_inode_size;
    uint8_t seed[8];
    int result = inode_pin(volume, inode, edit);

    if (result != 0)
        return result;
    memset(edit->raw, 0, s->info.inode_size);
    if (s->info.inode_size > EXT4_GOOD_OLD_INODE) {
        if (extra < 32 || extra % 4 != 0 || extra > s->info.inode_size - EXT4_GOOD_OLD_INODE)
            extra = 32;
        store_le16(edit->raw + I_EXTRA_SIZE, extra);
    }
    store_le32(seed, inode);
    store_le32(seed + 4, w->operation);
    store_le16(edit->raw + I_MODE, mode);
    store_le32(edit->raw + I_GENERATION,
               nonfs_crc32c((uint32_t)w->now.seconds ^ w->now.nanoseconds, seed, sizeof(seed)));
    nonfs_inode_set_time(volume, edit, INODE_ATIME | INODE_MTIME | INODE_CTIME | INODE_CRTIME,
                         &w->now);
    return 0;
}

int nonfs_inode_add_blocks(struct nonfs_ext4 *volume, struct inode_edit *edit, int64_t blocks)
{
    uint8_t *raw = edit->raw;
    int huge = (volume->super.info.ro_compat & EXT4_RO_HUGE_FILE) != 0;
    uint64_t units = load_le32(raw + I_BLOCKS_LO);
    uint64_t most = huge ? ((uint64_t)1 << 48) - 1 : UINT32_MAX;
    uint64_t add = (uint64_t)(blocks < 0 ? -blocks : blocks);

    if (huge)
        units |= (uint64_t)load_le16(raw + I_BLOCKS_HI) << 32;
    if (!huge || !(load_le32(raw + I_FLAGS) & NONFS_EXT4_FL_HUGE_FILE))
        add <<= volume->super.block_shift - 9;
    if (blocks < 0 && add > units)
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INODE, edit->inode, 0,
                                 "it has more blocks than it says");
    if (blocks >= 0 && add > most - units)
        return NONFS_E_FULL;
    units = blocks < 0 ? units - add : units + add;
    store_le32(raw + I_BLOCKS_LO, (uint32_t)units);
    if (huge)
        store_le16(raw + I_BLOCKS_HI, (uint32_t)(units >> 32));
    return 0;
}

int nonfs_inode_add_links(struct nonfs_ext4 *volume, struct inode_edit *edit, int links)
{
    uint32_t n = load_le16(edit->raw + I_LINKS);
    int directory = (load_le16(edit->raw + I_MODE) & NONFS_S_IFMT) == NONFS_S_IFDIR;

    /* A directory with one link has more than can be counted. */
    if (directory && n == 1)
        return 0;
    if (links > 0 && n >= LINKS_MAX) {
        if (!directory || !(volume->super.info.ro_compat & EXT4_RO_DIR_NLINK))
            return NONFS_E_TOO_MANY_LINKS;
        n = 1;
    } else {
        n = links > 0 ? n + 1 : n - (n > 0 ? 1 : 0);
    }
    store_le16(edit->raw + I_LINKS, n);
    return 0;
}
