/*
 * Inline data: the first 60 bytes of a small file or directory take the place of the block map, what is longer lies in
 * the attribute "system.data" behind the inode's fields. The inode's checksum covers both.
 *
 * A directory starts with the inode number of its parent; the rest of the 60 bytes and the attribute are one chain of
 * records each. The cursor of such a directory is 0 at ".", 2 at "..", and then the offset of a record, counted
 * through both parts.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/format.h"
#include "ext4/xattr.h"

#define INLINE_DOT_CURSOR    0u
#define INLINE_DOTDOT_CURSOR 2u
#define INLINE_PARENT_SIZE   4u

static int inline_fail(struct nonfs_ext4_node *node, const char *reason)
{
    return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INLINE_DATA,
                             node->stat.inode, 0, reason);
}

/* Finds the value of "system.data" in the attributes of the inode; `data` stays as it is if there is none. */
static int inline_find_tail(struct nonfs_ext4_node *node, const uint8_t *raw,
                            struct inline_data *data)
{
    static const struct xattr_name wanted = {XATTR_SYSTEM, 4, "data"};
    struct xattr_area a;
    struct xattr_entry e;
    const char *reason = nonfs_xattr_inode_area(node->volume, raw, &a);

    for (uint32_t at = 0; reason == NULL && a.bytes != NULL && !xattr_at_end(&a, at); at = e.next) {
        reason = nonfs_xattr_decode(&a, at, &e);
        if (reason != NULL || nonfs_xattr_name_compare(&e.name, &wanted) != 0)
            continue;
        if (e.inode != 0)
            return inline_fail(node, "the value is outside of the inode");
        data->tail = a.bytes + e.offset;
        data->tail_len = e.size;
        return 0;
    }
    return reason == NULL ? 0 : inline_fail(node, reason);
}

int nonfs_inline_get(struct nonfs_ext4_node *node, struct inline_data *data)
{
    uint32_t offset;
    uint64_t size;
    int result;

    *data = (struct inline_data){.head = node->map};
    result = nonfs_inode_get(node->volume, node->stat.inode, &data->ref, &offset);
    if (result != 0)
        return result == NONFS_E_NOT_FOUND ? inline_fail(node, "the inode is not in use") : result;
    result = inline_find_tail(node, data->ref.data + offset, data);
    size = node->stat.size;
    data->head_len = size < sizeof(node->map) ? (uint32_t)size : sizeof(node->map);
    size -= data->head_len;
    /* A value may be longer than the content. A file may be longer than its value: it was extended by a hole. */
    if (data->tail_len > size)
        data->tail_len = (uint32_t)size;
    else if (result == 0 && data->tail_len < size && node_type(node) != NONFS_S_IFREG)
        result = inline_fail(node, "the content is shorter than the size");
    if (result != 0)
        nonfs_inline_put(data);
    return result;
}

void nonfs_inline_put(struct inline_data *data)
{
    nonfs_block_put(&data->ref);
}

/* Copies what a part of `part_len` bytes holds from `offset` on; returns the number of bytes. */
static size_t inline_copy(uint8_t *out, size_t len, const uint8_t *part, uint32_t part_len,
                          uint64_t offset)
{
    size_t n;

    if (offset >= part_len)
        return 0;
    n = part_len - (size_t)offset < len ? part_len - (size_t)offset : len;
    if (n > 0)
        memcpy(out, part + offset, n);
    return n;
}

int nonfs_inline_read(struct nonfs_ext4_node *node, uint64_t offset, void *buf, size_t len)
{
    uint8_t *out = buf;
    struct inline_data data;
    int result = nonfs_inline_get(node, &data);
    size_t n;

    if (result != 0)
        return result;
    n = inline_copy(out, len, data.head, data.head_len, offset);
    n += inline_copy(out + n, len - n, data.tail, data.tail_len, offset + n - data.head_len);
    memset(out + n, 0, len - n);
    nonfs_inline_put(&data);
    return 0;
}

/* The two entries that an inline directory does not store. */
static int inline_dot_entry(struct nonfs_ext4_node *node, uint64_t *cursor,
                            struct nonfs_ext4_entry *entry)
{
    uint32_t parent = load_le32(node->map);
    struct dir_record record = {.type = NONFS_TYPE_DIRECTORY, .name = ".."};

    if (node->stat.size < INLINE_PARENT_SIZE || parent > node->volume->super.info.inode_count) {
        *cursor = INLINE_PARENT_SIZE;
        return inline_fail(node, "the parent is out of range");
    }
    record.name_len = *cursor == INLINE_DOT_CURSOR ? 1 : 2;
    record.inode = *cursor == INLINE_DOT_CURSOR ? node->stat.inode : parent;
    (void)nonfs_record_to_entry(&record, entry);
    *cursor = *cursor == INLINE_DOT_CURSOR ? INLINE_DOTDOT_CURSOR : INLINE_PARENT_SIZE;
    return 0;
}

/* Goes through the records of one part, which starts at `start` of the content. */
static int inline_part_next(struct nonfs_ext4_node *node, const uint8_t *bytes, uint32_t len,
                            uint64_t start, uint64_t *cursor, struct nonfs_ext4_entry *entry)
{
    while (*cursor < start + len) {
        const char *reason;
        struct dir_record record;

        if (nonfs_record_decode(node->volume, bytes, len, (uint32_t)(*cursor - start), &record,
                                &reason) != 0) {
            *cursor = start + len;
            return inline_fail(node, reason);
        }
        *cursor += record.length;
        if (record.inode == 0)
            continue;
        reason = nonfs_record_to_entry(&record, entry);
        return reason == NULL ? 0 : inline_fail(node, reason);
    }
    return NONFS_E_NOT_FOUND;
}

int nonfs_inline_readdir(struct nonfs_ext4_node *node, uint64_t *cursor,
                         struct nonfs_ext4_entry *entry)
{
    struct inline_data data;
    int result;

    if (*cursor % 4 != 0 && *cursor != INLINE_DOTDOT_CURSOR)
        return NONFS_E_INVALID;
    if (*cursor < INLINE_PARENT_SIZE)
        return inline_dot_entry(node, cursor, entry);
    if (*cursor >= node->stat.size)
        return NONFS_E_NOT_FOUND;
    result = nonfs_inline_get(node, &data);
    if (result != 0) {
        *cursor = DIR_CURSOR_END;
        return result;
    }
    result = NONFS_E_NOT_FOUND;
    if (*cursor < data.head_len)
        result =
            inline_part_next(node, data.head + INLINE_PARENT_SIZE,
                             data.head_len - INLINE_PARENT_SIZE, INLINE_PARENT_SIZE, cursor, entry);
    if (result == NONFS_E_NOT_FOUND && *cursor >= data.head_len)
        result = inline_part_next(node, data.tail, data.tail_len, data.head_len, cursor, entry);
    nonfs_inline_put(&data);
    return result;
}
