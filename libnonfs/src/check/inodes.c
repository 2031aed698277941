/*
 * Each inode by itself: its fields, its blocks, its extended attributes.
 */
#include <string.h>

#include "bytes.h"
#include "check/check.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/sums.h"
#include "ext4/writer.h"
#include "ext4/xattr.h"

int nonfs_check_inode_is_hidden(const struct checker *c, uint32_t inode)
{
    const struct ext4_super *s = &c->volume->super;

    if (inode == NONFS_EXT4_ROOT_INODE)
        return 0;
    if (inode < s->first_inode)
        return 1;
    if (s->info.compat & EXT4_COMPAT_ORPHAN_FILE && inode == s->orphan_inode)
        return 1;
    return inode == s->quota_inodes[0] || inode == s->quota_inodes[1] ||
           inode == s->quota_inodes[2];
}

static int inode_problem(struct checker *c, enum nonfs_problem_kind kind, uint64_t found,
                         uint64_t expected)
{
    return nonfs_check_report_once(
        c, &(struct nonfs_problem){
               .kind = kind, .inode = c->node.stat.inode, .found = found, .expected = expected});
}

static struct check_shared *shared_find(struct checker *c, uint64_t block)
{
    uint32_t i = (uint32_t)(block * 0x9e3779b97f4a7c15u >> 32) & c->shared_mask;

    while (c->shared[i].block != 0 && c->shared[i].block != block)
        i = (i + 1) & c->shared_mask;
    return &c->shared[i];
}

/* The block of attributes: marked in each round by the first of its users, which are counted in the first round. */
static int xattr_block_count(struct checker *c, uint64_t block, uint32_t users)
{
    struct check_shared *shared = shared_find(c, block);

    if (shared->block == 0) {
        if (users == 1 || !c->first)
            return nonfs_check_mark(c, c->node.stat.inode, block, 1, NULL);
        if (c->nshared > c->shared_mask / 2)
            return nonfs_volume_fail(c->volume, NONFS_E_NO_MEMORY, NONFS_STRUCTURE_XATTR,
                                     c->node.stat.inode, block,
                                     "there are more shared blocks of attributes than fit");
        c->nshared++;
        *shared = (struct check_shared){.block = block, .users = users};
    }
    shared->seen += c->first ? 1 : 0;
    if (shared->round == c->round)
        return 0;
    shared->round = c->round;
    return nonfs_check_mark(c, c->node.stat.inode, block, 1, NULL);
}

int nonfs_check_shared_attributes(struct checker *c)
{
    int result = 0;

    for (uint32_t i = 0; result == 0 && i <= c->shared_mask; i++) {
        const struct check_shared *shared = &c->shared[i];

        if (shared->block != 0 && shared->users != shared->seen)
            result =
                nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_XATTR_USERS,
                                                              .block = shared->block,
                                                              .found = shared->users,
                                                              .expected = shared->seen});
    }
    return result;
}

/* Marks the bytes of an area that something takes. Returns whether they were free. */
static int area_claim(struct checker *c, uint32_t first, uint32_t len)
{
    for (uint32_t i = first; i < first + len; i++) {
        if (check_bit(c->bits, i))
            return 0;
        check_set_bit(c->bits, i);
    }
    return 1;
}

static uint64_t size_blocks(const struct checker *c, uint64_t size)
{
    return (size + volume_block_size(c->volume) - 1) >> c->volume->super.block_shift;
}

/* One attribute: its hash, and what its value takes. */
static int xattr_check(struct checker *c, const struct xattr_area *a, const struct xattr_entry *e,
                       uint64_t *blocks)
{
    uint32_t hash;

    if (e->inode != 0) {
        *blocks += size_blocks(c, e->size);
        return 0;
    }
    if (e->size > 0 && !area_claim(c, e->offset, e->size))
        return nonfs_check_damage(c, nonfs_volume_fail(c->volume, NONFS_E_CORRUPT,
                                                       NONFS_STRUCTURE_XATTR, c->node.stat.inode, 0,
                                                       "values of attributes overlap"));
    hash = nonfs_xattr_hash(&e->name, a->bytes + e->offset, e->size, 0);
    if (e->hash == 0 || e->hash == hash ||
        e->hash == nonfs_xattr_hash(&e->name, a->bytes + e->offset, e->size, 1))
        return 0;
    return inode_problem(c, NONFS_PROBLEM_XATTR_HASH, e->hash, hash);
}

static int area_check(struct checker *c, const struct xattr_area *a, uint64_t *blocks)
{
    struct xattr_entry e;
    uint32_t end = a->first;
    int result = 0;

    memset(c->bits, 0, volume_block_size(c->volume));
    for (uint32_t at = a->first; !xattr_at_end(a, at); at = e.next) {
        const char *reason = nonfs_xattr_decode(a, at, &e);

        if (reason != NULL)
            return nonfs_check_damage(c, nonfs_volume_fail(c->volume, NONFS_E_CORRUPT,
                                                           NONFS_STRUCTURE_XATTR,
                                                           c->node.stat.inode, 0, reason));
        end = e.next;
    }
    (void)area_claim(c, 0, end);
    for (uint32_t at = a->first; result == 0 && !xattr_at_end(a, at); at = e.next) {
        (void)nonfs_xattr_decode(a, at, &e);
        result = xattr_check(c, a, &e, blocks);
    }
    return result;
}

/* The attributes in the inode and in its block. `*blocks` grows by those that they take. */
static int inode_xattrs(struct checker *c, const uint8_t *raw, uint64_t *blocks)
{
    struct nonfs_ext4 *volume = c->volume;
    uint64_t block = c->node.stat.xattr_block;
    struct xattr_area a;
    struct block_ref ref;
    const char *reason = nonfs_xattr_inode_area(volume, raw, &a);
    int result = 0;

    if (reason == NULL && load_le16(raw + I_XATTR_HI) != 0 &&
        !(volume->super.info.incompat & EXT4_INCOMPAT_64BIT))
        reason = "the upper half of the number of its block of attributes is set";
    if (reason != NULL)
        result =
            nonfs_check_damage(c, nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INODE,
                                                    c->node.stat.inode, 0, reason));
    else if (a.bytes != NULL && c->first)
        result = area_check(c, &a, blocks);
    if (result != 0 || block == 0)
        return result;
    *blocks += 1;
    result = nonfs_xattr_block_get(volume, c->node.stat.inode, block, &ref, &a);
    if (result != 0)
        return nonfs_check_damage(c, result);
    if (c->first)
        result = area_check(c, &a, blocks);
    if (result == 0)
        result = xattr_block_count(c, block, load_le32(ref.data + XB_REFCOUNT));
    nonfs_block_put(&ref);
    return result;
}

static int type_is_known(uint32_t type)
{
    return type == NONFS_S_IFREG || type == NONFS_S_IFDIR || type == NONFS_S_IFLNK ||
           type == NONFS_S_IFCHR || type == NONFS_S_IFBLK || type == NONFS_S_IFIFO ||
           type == NONFS_S_IFSOCK;
}

/* Whether the inode has a map of blocks, and not a target or content in its place. */
static int inode_has_map(const struct checker *c)
{
    uint32_t type = node_type(&c->node);

    if (c->node.stat.flags & NONFS_EXT4_FL_INLINE_DATA)
        return 0;
    if (type == NONFS_S_IFLNK)
        return !nonfs_symlink_is_fast(&c->node);
    return type == NONFS_S_IFREG || type == NONFS_S_IFDIR ||
           c->node.stat.inode == EXT4_INODE_BAD_BLOCKS;
}

/* Content is not mapped behind the size; a directory has all of its blocks. */
static int inode_size_check(struct checker *c, const struct check_map *map)
{
    uint32_t shift = c->volume->super.block_shift;
    uint64_t size = c->node.stat.size;
    uint32_t type = node_type(&c->node);
    int fits = 1;

    if (type == NONFS_S_IFDIR)
        fits = (size & (volume_block_size(c->volume) - 1)) == 0 && size >> shift == map->end &&
               size > 0;
    else if (type == NONFS_S_IFREG && !(c->node.stat.flags & NONFS_EXT4_FL_VERITY))
        fits = map->written_end == 0 || size >= (map->written_end - 1) << shift;
    return fits ? 0 : inode_problem(c, NONFS_PROBLEM_INODE_SIZE, size, map->end << shift);
}

static int inode_content(struct checker *c, uint64_t *blocks, int *damaged)
{
    uint32_t type = node_type(&c->node);
    struct check_map map = {.blocks = 0};
    struct inline_data data;
    int result = 0;

    if (inode_has_map(c)) {
        result = nonfs_check_map_walk(c, &map);
        *blocks += map.blocks;
        *damaged = map.damaged;
        if (result == 0 && !map.damaged && c->node.stat.inode != EXT4_INODE_RESIZE)
            result = inode_size_check(c, &map);
    } else if (c->node.stat.flags & NONFS_EXT4_FL_INLINE_DATA) {
        result = nonfs_inline_get(&c->node, &data);
        if (result == 0)
            nonfs_inline_put(&data);
        result = nonfs_check_damage(c, result);
    }
    if (result == 0 && type == NONFS_S_IFLNK && c->first && !*damaged) {
        size_t len;

        result = nonfs_check_damage(c, nonfs_symlink_read(&c->node, c->volume->link, &len));
    }
    return result;
}

/* An inode in use, in c->node. */
static int inode_in_use(struct checker *c, const uint8_t *raw)
{
    const struct nonfs_ext4_stat *st = &c->node.stat;
    uint32_t type = node_type(&c->node);
    uint64_t blocks = 0;
    int damaged = 0;
    int result = 0;

    if (!type_is_known(type) && st->inode >= c->volume->super.first_inode)
        result = inode_problem(c, NONFS_PROBLEM_INODE_TYPE, type, 0);
    if (result == 0 && st->deletion_time != 0)
        result = inode_problem(c, NONFS_PROBLEM_INODE_DELETION_TIME, st->deletion_time, 0);
    if (result == 0)
        result = inode_xattrs(c, raw, &blocks);
    if (result == 0)
        result = inode_content(c, &blocks, &damaged);
    /* The inode for resizing counts copies of descriptors, which are tables to this check. */
    if (result == 0 && !damaged && st->inode != EXT4_INODE_RESIZE &&
        blocks << c->volume->super.block_shift != st->allocated)
        result = inode_problem(c, NONFS_PROBLEM_INODE_BLOCKS, st->allocated,
                               blocks << c->volume->super.block_shift);
    return result;
}

/* An inode without links: free, unless it is reserved. */
static int inode_unused(struct checker *c, uint32_t inode, const uint8_t *raw)
{
    const struct ext4_super *s = &c->volume->super;
    uint32_t deleted = load_le32(raw + I_DTIME);

    c->node.stat.inode = inode;
    if (inode == EXT4_INODE_BAD_BLOCKS && load_le32(raw + I_BLOCKS_LO) != 0)
        return inode_in_use(c, raw);
    if (inode < s->first_inode && load_le16(raw + I_MODE) != 0)
        return inode_problem(c, NONFS_PROBLEM_INODE_RESERVED, 0, 0);
    if (deleted == 0 && load_le16(raw + I_MODE) != 0 && inode >= s->first_inode)
        return inode_problem(c, NONFS_PROBLEM_INODE_NO_DELETION_TIME, 0, 0);
    /* Before that many seconds since 1970 nothing was deleted: it is a number of the chain. */
    if (deleted != 0 && deleted < s->info.inode_count && s->info.write_time >= s->info.inode_count)
        return inode_problem(c, NONFS_PROBLEM_ORPHAN, 0, 0);
    return 0;
}

static int is_zero(const uint8_t *raw, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (raw[i] != 0)
            return 0;
    }
    return 1;
}

static int inode_check_raw(struct checker *c, uint32_t inode, const struct block_ref *ref,
                           const uint8_t *raw)
{
    struct nonfs_ext4 *volume = c->volume;
    int result = 0;

    if (load_le16(raw + I_LINKS) == 0 && is_zero(raw, volume->super.info.inode_size))
        return 0;
    if (volume_has_metadata_csum(volume) && !nonfs_inode_sum_holds(&volume->super, inode, raw))
        result =
            nonfs_check_damage(c, nonfs_volume_fail(volume, NONFS_E_CHECKSUM, NONFS_STRUCTURE_INODE,
                                                    inode, ref->slot->block, NULL));
    if (result != 0)
        return result;
    result = nonfs_node_decode(volume, inode, raw, &c->node);
    if (load_le16(raw + I_LINKS) == 0)
        return inode_unused(c, inode, raw);
    check_set_bit(c->used, inode);
    if (node_type(&c->node) == NONFS_S_IFDIR)
        check_set_bit(c->directory, inode);
    return result != 0 ? nonfs_check_damage(c, result) : inode_in_use(c, raw);
}

static int inode_check(struct checker *c, uint32_t inode)
{
    struct block_ref ref;
    uint32_t offset;
    int result = nonfs_inode_locate(c->volume, inode, &ref, &offset);

    if (result == NONFS_E_NOT_FOUND)
        return 0;
    if (result != 0)
        return nonfs_check_damage(c, result);
    result = inode_check_raw(c, inode, &ref, ref.data + offset);
    nonfs_block_put(&ref);
    return result;
}

static int group_inodes(struct checker *c, uint32_t group)
{
    const struct ext4_super *s = &c->volume->super;
    uint64_t first = (uint64_t)group * s->inodes_per_group + 1;
    uint64_t end = first + s->inodes_per_group;
    struct group_ref g;
    int result = nonfs_group_get(c->volume, group, &g);

    if (result != 0)
        return nonfs_check_damage(c, result);
    nonfs_block_put(&g.ref);
    if (g.unused_inodes <= s->inodes_per_group)
        end -= g.flags != 0 ||
                       c->volume->super.info.ro_compat & (EXT4_RO_GDT_CSUM | EXT4_RO_METADATA_CSUM)
                   ? g.unused_inodes
                   : 0;
    for (uint64_t inode = first; result == 0 && inode < end && inode <= s->info.inode_count;
         inode++)
        result = inode_check(c, (uint32_t)inode);
    return result;
}

int nonfs_check_inodes(struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;
    int result = 0;

    for (uint32_t inode = 1; inode < s->first_inode && inode <= s->info.inode_count; inode++)
        check_set_bit(c->used, inode);
    for (uint32_t group = 0; result == 0 && group < s->info.group_count; group++) {
        if (!check_bit(c->bad_tables, group))
            result = group_inodes(c, group);
        if (c->config->progress != NULL)
            c->config->progress(c->config->context, 2, group + 1, s->info.group_count);
    }
    return result;
}
