/*
 * Changing extended attributes.
 *
 * A list is packed anew with each change, into scratch, and then takes the place of the old one. An attribute lies in the
 * inode if it fits there, else in a block. Blocks that other inodes share are not changed: this one gets its own.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/writer.h"
#include "ext4/xattr.h"

/* A list under construction. */
struct xattr_list {
    uint8_t *bytes;
    uint32_t first;
    uint32_t at;  /* for the next entry */
    uint32_t end; /* values start here */
    int hashes;   /* entries of a block have them */
};

static int list_add(struct xattr_list *l, const struct xattr_name *name, const uint8_t *value,
                    uint32_t len)
{
    uint32_t step = xattr_entry_size(name->len);
    uint32_t room = (len + 3) & ~3u;
    uint8_t *raw = l->bytes + l->at;

    /* Four bytes more end the list. */
    if (room < len || l->end - l->at < step + 4 || l->end - l->at - step - 4 < room)
        return NONFS_E_FULL;
    l->end -= room;
    l->at += step;
    raw[XE_NAME_LEN] = (uint8_t)name->len;
    raw[XE_NAME_INDEX] = (uint8_t)name->index;
    store_le16(raw + XE_VALUE_OFFSET, room > 0 ? l->end : 0);
    store_le32(raw + XE_SIZE, len);
    store_le32(raw + XE_HASH, l->hashes ? nonfs_xattr_hash(name, value, len, 0) : 0);
    if (name->len > 0)
        memcpy(raw + EXT4_XATTR_ENTRY_SIZE, name->text, name->len);
    if (len > 0)
        memcpy(l->bytes + l->end, value, len);
    return 0;
}

static int change_fail(struct nonfs_ext4 *volume, uint32_t inode, const char *reason)
{
    return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_XATTR, inode, 0, reason);
}

/* Packs what is in the area, with the change made, into the list. */
static int list_build(struct nonfs_ext4 *volume, uint32_t inode, const struct xattr_area *a,
                      const struct xattr_change *c, struct xattr_list *l)
{
    int placed = c->value == NULL;
    struct xattr_entry e;
    int result = 0;

    memset(l->bytes, 0, l->end);
    for (uint32_t at = a->first; a->bytes != NULL && !xattr_at_end(a, at); at = e.next) {
        const char *reason = nonfs_xattr_decode(a, at, &e);
        int order;

        if (reason != NULL || e.inode != 0)
            return change_fail(
                volume, inode,
                reason != NULL ? reason : "a value is in an inode without the feature for it");
        order = nonfs_xattr_name_compare(&e.name, &c->name);
        if (order == 0)
            continue;
        if (order > 0 && !placed) {
            result = list_add(l, &c->name, c->value, c->len);
            placed = 1;
        }
        if (result == 0)
            result = list_add(l, &e.name, a->bytes + e.offset, e.size);
        if (result != 0)
            return result;
    }
    return placed ? 0 : list_add(l, &c->name, c->value, c->len);
}

/* Makes the change in the inode. NONFS_E_FULL if it has no room; then it is as before. */
static int inode_change(struct nonfs_ext4 *volume, struct inode_edit *edit,
                        const struct xattr_change *c)
{
    uint32_t extra = nonfs_inode_extra_size(volume, edit->raw);
    uint32_t start = EXT4_GOOD_OLD_INODE + extra;
    uint32_t size = volume->super.info.inode_size - start;
    struct xattr_list l = {.bytes = volume->writer->scratch};
    struct xattr_area a;
    const char *reason = nonfs_xattr_inode_area(volume, edit->raw, &a);
    int result;

    if (reason != NULL)
        return change_fail(volume, edit->inode, reason);
    if (extra == 0 || size <= XATTR_INODE_HEADER)
        return NONFS_E_FULL;
    l.end = size - XATTR_INODE_HEADER;
    result = list_build(volume, edit->inode, &a, c, &l);
    if (result != 0)
        return result;
    store_le32(edit->raw + start, l.at > 0 ? EXT4_XATTR_MAGIC : 0);
    memcpy(edit->raw + start + XATTR_INODE_HEADER, l.bytes, size - XATTR_INODE_HEADER);
    return 0;
}

static void inode_set_block(struct inode_edit *edit, uint64_t block)
{
    store_le32(edit->raw + I_XATTR_LO, (uint32_t)block);
    store_le16(edit->raw + I_XATTR_HI, (uint32_t)(block >> 32));
}

int nonfs_xattr_block_drop(struct nonfs_ext4 *volume, struct inode_edit *edit)
{
    uint64_t block = nonfs_inode_xattr_block(volume, edit->raw);
    struct xattr_area a;
    struct block_ref ref;
    uint32_t users;
    uint8_t *bytes;
    int result;

    if (block == 0)
        return 0;
    result = nonfs_xattr_block_get(volume, edit->inode, block, &ref, &a);
    if (result != 0)
        return result;
    users = load_le32(ref.data + XB_REFCOUNT);
    if (users > 1) {
        result = nonfs_block_edit(volume, &ref, &bytes);
        if (result == 0) {
            store_le32(bytes + XB_REFCOUNT, users - 1);
            nonfs_block_set_sum(&ref, SUM_XATTR, 0, 0);
        }
    }
    nonfs_block_put(&ref);
    if (result == 0 && users == 1)
        result = nonfs_blocks_give(volume, block, 1, 1);
    if (result == 0)
        result = nonfs_inode_add_blocks(volume, edit, -1);
    inode_set_block(edit, 0);
    return result;
}

/* The hash of a block is that of its entries, or 0 if one of them has none. */
static uint32_t block_hash(const struct xattr_list *l)
{
    struct xattr_area a = {l->bytes, l->first, l->at + 4};
    uint32_t hash = 0;

    for (uint32_t at = a.first; !xattr_at_end(&a, at); at += xattr_entry_size(a.bytes[at])) {
        uint32_t entry = load_le32(a.bytes + at + XE_HASH);

        if (entry == 0)
            return 0;
        hash = hash << 16 ^ hash >> 16 ^ entry;
    }
    return hash;
}

/* A block of its own for the inode, in place of the one that it has or shares. */
static int block_take(struct nonfs_ext4 *volume, struct inode_edit *edit, struct block_ref *ref,
                      uint8_t **bytes)
{
    uint64_t goal =
        nonfs_group_first_block(volume, (edit->inode - 1) / volume->super.inodes_per_group);
    uint64_t block;
    uint32_t count;
    int result = nonfs_xattr_block_drop(volume, edit);

    if (result == 0)
        result = nonfs_blocks_take(volume, goal, 1, &block, &count);
    if (result == 0)
        result = nonfs_inode_add_blocks(volume, edit, 1);
    if (result == 0)
        result = nonfs_block_edit_new(volume, block, ref, bytes);
    if (result != 0)
        return result;
    inode_set_block(edit, block);
    if (!(volume->super.info.compat & EXT4_COMPAT_EXT_ATTR)) {
        volume->super.info.compat |= EXT4_COMPAT_EXT_ATTR;
        volume->writer->super_changed = 1;
    }
    return 0;
}

/* Packs the block's list into scratch. `*shared`: the block cannot be changed, or there is none. */
static int block_build(struct nonfs_ext4 *volume, struct inode_edit *edit,
                       const struct xattr_change *c, struct xattr_list *l, int *shared)
{
    uint64_t block = nonfs_inode_xattr_block(volume, edit->raw);
    struct xattr_area a = {.bytes = NULL};
    struct block_ref ref;
    int result;

    *shared = 1;
    if (block == 0)
        return list_build(volume, edit->inode, &a, c, l);
    result = nonfs_xattr_block_get(volume, edit->inode, block, &ref, &a);
    if (result != 0)
        return result;
    *shared = load_le32(ref.data + XB_REFCOUNT) > 1;
    result = list_build(volume, edit->inode, &a, c, l);
    nonfs_block_put(&ref);
    return result;
}

/* Makes the change in the block, which comes, goes or is replaced as it needs. */
static int block_change(struct nonfs_ext4 *volume, struct inode_edit *edit,
                        const struct xattr_change *c)
{
    struct xattr_list l = {.bytes = volume->writer->scratch,
                           .first = XATTR_BLOCK_HEADER,
                           .at = XATTR_BLOCK_HEADER,
                           .end = volume_block_size(volume),
                           .hashes = 1};
    struct block_ref ref;
    uint8_t *bytes;
    int shared;
    int result = block_build(volume, edit, c, &l, &shared);

    if (result != 0)
        return result;
    if (l.at == l.first)
        return nonfs_xattr_block_drop(volume, edit);
    store_le32(l.bytes + XB_MAGIC, EXT4_XATTR_MAGIC);
    store_le32(l.bytes + XB_REFCOUNT, 1);
    store_le32(l.bytes + XB_BLOCKS, 1);
    store_le32(l.bytes + XB_HASH, block_hash(&l));
    if (shared)
        result = block_take(volume, edit, &ref, &bytes);
    else
        result = nonfs_block_get(volume, nonfs_inode_xattr_block(volume, edit->raw),
                                 NONFS_STRUCTURE_XATTR, edit->inode, &ref);
    if (result != 0)
        return result;
    if (!shared)
        result = nonfs_block_edit(volume, &ref, &bytes);
    if (result == 0) {
        memcpy(bytes, l.bytes, volume_block_size(volume));
        nonfs_block_set_checked(&ref, BLOCK_XATTR, 0);
        nonfs_block_set_sum(&ref, SUM_XATTR, 0, 0);
    }
    nonfs_block_put(&ref);
    return result;
}

static int area_has(const struct xattr_area *a, const struct xattr_name *name)
{
    struct xattr_entry e;

    for (uint32_t at = a->first; a->bytes != NULL && !xattr_at_end(a, at); at = e.next) {
        if (nonfs_xattr_decode(a, at, &e) != NULL)
            return 0;
        if (nonfs_xattr_name_compare(&e.name, name) == 0)
            return 1;
    }
    return 0;
}

/* Where an attribute is. */
struct xattr_place {
    int in_inode;
    int in_block;
};

static int place_find(struct nonfs_ext4 *volume, struct inode_edit *edit,
                      const struct xattr_name *name, struct xattr_place *place)
{
    uint64_t block = nonfs_inode_xattr_block(volume, edit->raw);
    struct xattr_area a;
    struct block_ref ref;
    const char *reason = nonfs_xattr_inode_area(volume, edit->raw, &a);
    int result;

    *place = (struct xattr_place){0, 0};
    if (reason != NULL)
        return change_fail(volume, edit->inode, reason);
    place->in_inode = area_has(&a, name);
    if (block == 0)
        return 0;
    result = nonfs_xattr_block_get(volume, edit->inode, block, &ref, &a);
    if (result != 0)
        return result;
    place->in_block = area_has(&a, name);
    nonfs_block_put(&ref);
    return 0;
}

static int place_change(struct nonfs_ext4 *volume, struct inode_edit *edit,
                        const struct xattr_change *c, const struct xattr_place *place)
{
    struct xattr_change removal = {.name = c->name};
    int result = NONFS_E_FULL;

    if (c->value != NULL) {
        result = inode_change(volume, edit, c);
        if (result == 0 && place->in_block)
            return block_change(volume, edit, &removal);
        if (result != NONFS_E_FULL)
            return result;
    }
    result = place->in_inode ? inode_change(volume, edit, &removal) : 0;
    if (result == 0 && (c->value != NULL || place->in_block))
        result = block_change(volume, edit, c);
    return result;
}

int nonfs_xattr_put(struct nonfs_ext4 *volume, struct inode_edit *edit,
                    const struct xattr_change *c)
{
    struct xattr_place place;
    int result = place_find(volume, edit, &c->name, &place);

    return result == 0 ? place_change(volume, edit, c, &place) : result;
}

/* The change, in an inode that is being edited, with the rules of `flags`. */
static int edit_change(struct nonfs_ext4 *volume, struct inode_edit *edit,
                       const struct xattr_change *c, unsigned flags)
{
    struct xattr_place place;
    int result = place_find(volume, edit, &c->name, &place);

    if (result != 0)
        return result;
    if (place.in_inode || place.in_block) {
        if (flags & NONFS_EXT4_XATTR_CREATE)
            return NONFS_E_EXISTS;
    } else if (flags & NONFS_EXT4_XATTR_REPLACE) {
        return NONFS_E_NOT_FOUND;
    }
    return place_change(volume, edit, c, &place);
}

/* An ACL in the form of the call becomes one in that of the disk, and permissions. */
static int change_prepare_acl(struct nonfs_ext4_node *node, struct xattr_change *c, uint32_t *mode)
{
    struct nonfs_ext4 *volume = node->volume;
    uint8_t *disk = volume->writer->scratch + volume_block_size(volume);
    struct acl_set set;
    int result;

    if (c->name.index == XATTR_ACL_DEFAULT && node_type(node) != NONFS_S_IFDIR)
        return NONFS_E_NOT_DIRECTORY;
    if (node_type(node) == NONFS_S_IFLNK)
        return NONFS_E_INVALID;
    if (c->value == NULL)
        return 0;
    /* On disk it is no longer than in the call. */
    if (c->len > volume_block_size(volume))
        return NONFS_E_FULL;
    result = nonfs_acl_to_disk(c->value, c->len, disk, &set);
    if (result != 0)
        return result;
    c->value = disk;
    c->len = set.len;
    if (c->name.index == XATTR_ACL_ACCESS && set.len > 0)
        *mode = (*mode & ~0777u) | set.permissions;
    if (set.len == 0 || (c->name.index == XATTR_ACL_ACCESS && set.minimal))
        c->value = NULL;
    return 0;
}

static int node_change(struct nonfs_ext4_node *node, struct xattr_change *c, unsigned flags)
{
    struct nonfs_ext4 *volume = node->volume;
    struct inode_edit edit;
    uint32_t mode;
    int result = nonfs_node_refresh(node);

    if (result == 0 && node->stat.flags & (NONFS_EXT4_FL_IMMUTABLE | NONFS_EXT4_FL_APPEND))
        result = NONFS_E_READ_ONLY;
    if (result != 0)
        return result;
    mode = node->stat.mode;
    if (c->name.index == XATTR_ACL_ACCESS || c->name.index == XATTR_ACL_DEFAULT)
        result = change_prepare_acl(node, c, &mode);
    if (result == 0)
        result = nonfs_inode_edit(volume, node->stat.inode, &edit);
    if (result != 0)
        return result;
    result = edit_change(volume, &edit, c, flags);
    store_le16(edit.raw + I_MODE, mode);
    nonfs_inode_set_time(volume, &edit, INODE_CTIME, &volume->writer->now);
    nonfs_inode_put(volume, &edit);
    return result;
}

static int change_operation(struct nonfs_ext4_node *node, struct xattr_change *c, unsigned flags)
{
    int result = nonfs_op_begin(node->volume);

    if (result != 0)
        return result;
    result = nonfs_op_end(node->volume, node_change(node, c, flags));
    return result != 0 ? result : nonfs_node_refresh(node);
}

int nonfs_ext4_xattr_set(struct nonfs_ext4_node *node, const char *name, size_t name_len,
                         const void *value, size_t len, unsigned flags)
{
    static const uint8_t nothing[1];
    struct xattr_change c = {.value = len > 0 ? value : nothing, .len = (uint32_t)len};
    int result = nonfs_xattr_name_parse(name, name_len, &c.name);

    if (result != 0)
        return result;
    if (flags & ~(NONFS_EXT4_XATTR_CREATE | NONFS_EXT4_XATTR_REPLACE))
        return NONFS_E_INVALID;
    if (len > NONFS_EXT4_XATTR_VALUE_MAX)
        return NONFS_E_FULL;
    return change_operation(node, &c, flags);
}

int nonfs_ext4_xattr_remove(struct nonfs_ext4_node *node, const char *name, size_t name_len)
{
    struct xattr_change c = {.value = NULL};
    int result = nonfs_xattr_name_parse(name, name_len, &c.name);

    return result == 0 ? change_operation(node, &c, NONFS_EXT4_XATTR_REPLACE) : result;
}

/* Copies an ACL, in the form of the disk, to the second half of scratch. `*len` is 0 if there is none. */
static int acl_fetch(struct nonfs_ext4_node *node, enum xattr_index index, uint32_t *len)
{
    struct nonfs_ext4 *volume = node->volume;

    return nonfs_xattr_copy(node, &(struct xattr_name){.index = index},
                            volume->writer->scratch + volume_block_size(volume),
                            volume_block_size(volume), len);
}

static int acl_store(struct nonfs_ext4 *volume, struct inode_edit *edit, enum xattr_index index,
                     uint32_t len)
{
    struct xattr_change c = {.name = {.index = index},
                             .value = volume->writer->scratch + volume_block_size(volume),
                             .len = len};

    return nonfs_xattr_put(volume, edit, &c);
}

int nonfs_acl_follow_mode(struct nonfs_ext4_node *node, struct inode_edit *edit, uint32_t mode)
{
    struct nonfs_ext4 *volume = node->volume;
    uint32_t len;
    int result = acl_fetch(node, XATTR_ACL_ACCESS, &len);

    if (result != 0 || len == 0)
        return result;
    nonfs_acl_set_mode(volume->writer->scratch + volume_block_size(volume), len, mode);
    return acl_store(volume, edit, XATTR_ACL_ACCESS, len);
}

int nonfs_acl_inherit(struct nonfs_ext4_node *directory, struct inode_edit *edit, uint32_t *mode)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint32_t type = *mode & NONFS_S_IFMT;
    uint32_t len;
    int minimal;
    int result = type == NONFS_S_IFLNK ? 0 : acl_fetch(directory, XATTR_ACL_DEFAULT, &len);

    if (type == NONFS_S_IFLNK || result != 0 || len == 0)
        return result;
    if (type == NONFS_S_IFDIR)
        result = acl_store(volume, edit, XATTR_ACL_DEFAULT, len);
    if (result != 0)
        return result;
    minimal = nonfs_acl_restrict(volume->writer->scratch + volume_block_size(volume), len, mode);
    return minimal ? 0 : acl_store(volume, edit, XATTR_ACL_ACCESS, len);
}
