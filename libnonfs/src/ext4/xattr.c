/*
 * Reading extended attributes.
 */
#include "ext4/xattr.h"

#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/format.h"

static const struct {
    const char *prefix;
    uint8_t len;
    uint8_t index;
    uint8_t whole; /* it is the whole name */
} prefixes[] = {
    {"user.", 5, XATTR_USER, 0},
    {"trusted.", 8, XATTR_TRUSTED, 0},
    {"security.", 9, XATTR_SECURITY, 0},
    {"system.posix_acl_access", 23, XATTR_ACL_ACCESS, 1},
    {"system.posix_acl_default", 24, XATTR_ACL_DEFAULT, 1},
};

#define PREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

int nonfs_xattr_name_parse(const char *text, size_t len, struct xattr_name *name)
{
    if (len > NONFS_EXT4_XATTR_NAME_MAX)
        return NONFS_E_NAME_TOO_LONG;
    for (size_t i = 0; i < PREFIXES; i++) {
        size_t n = prefixes[i].len;

        if (len < n || memcmp(text, prefixes[i].prefix, n) != 0 || prefixes[i].whole != (len == n))
            continue;
        for (size_t at = n; at < len; at++) {
            if (text[at] == '\0')
                return NONFS_E_INVALID;
        }
        *name =
            (struct xattr_name){(enum xattr_index)prefixes[i].index, (uint32_t)(len - n), text + n};
        return 0;
    }
    return NONFS_E_INVALID;
}

int nonfs_xattr_name_compare(const struct xattr_name *a, const struct xattr_name *b)
{
    if (a->index != b->index)
        return (int)a->index - (int)b->index;
    if (a->len != b->len)
        return (int)a->len - (int)b->len;
    return a->len == 0 ? 0 : memcmp(a->text, b->text, a->len);
}

const char *nonfs_xattr_decode(const struct xattr_area *a, uint32_t at, struct xattr_entry *e)
{
    const uint8_t *raw = a->bytes + at;
    uint32_t name_len = raw[XE_NAME_LEN];

    if (a->size - at < xattr_entry_size(name_len))
        return "an attribute runs over the end of its area";
    *e = (struct xattr_entry){
        .name = {(enum xattr_index)raw[XE_NAME_INDEX], name_len,
                 (const char *)raw + EXT4_XATTR_ENTRY_SIZE},
        .next = at + xattr_entry_size(name_len),
        .offset = load_le16(raw + XE_VALUE_OFFSET),
        .inode = load_le32(raw + XE_VALUE_INODE),
        .size = load_le32(raw + XE_SIZE),
        .hash = load_le32(raw + XE_HASH),
    };
    if (e->inode != 0)
        return e->size > XATTR_VALUE_MAX ? "the value of an attribute is too long" : NULL;
    if (e->offset > a->size || e->size > a->size - e->offset)
        return "the value of an attribute is outside of its area";
    return NULL;
}

const char *nonfs_xattr_inode_area(const struct nonfs_ext4 *volume, const uint8_t *raw,
                                   struct xattr_area *a)
{
    uint32_t size = volume->super.info.inode_size;
    uint32_t start;

    *a = (struct xattr_area){.bytes = NULL};
    if (size == EXT4_GOOD_OLD_INODE)
        return NULL;
    start = EXT4_GOOD_OLD_INODE + load_le16(raw + I_EXTRA_SIZE);
    if (start % 4 != 0 || start > size)
        return "the size of the inode's fields is out of range";
    if (start == EXT4_GOOD_OLD_INODE || size - start < XATTR_INODE_HEADER ||
        load_le32(raw + start) != EXT4_XATTR_MAGIC)
        return NULL;
    *a =
        (struct xattr_area){raw + start + XATTR_INODE_HEADER, 0, size - start - XATTR_INODE_HEADER};
    return NULL;
}

uint32_t nonfs_xattr_block_sum(const struct nonfs_ext4 *volume, uint64_t block,
                               const uint8_t *bytes)
{
    static const uint8_t zero[4];
    uint8_t number[8];
    uint32_t crc;

    store_le64(number, block);
    crc = nonfs_crc32c(volume->super.checksum_seed, number, sizeof(number));
    crc = nonfs_crc32c(crc, bytes, XB_CHECKSUM);
    crc = nonfs_crc32c(crc, zero, sizeof(zero));
    return nonfs_crc32c(crc, bytes + XB_CHECKSUM + 4, volume_block_size(volume) - XB_CHECKSUM - 4);
}

uint32_t nonfs_xattr_hash(const struct xattr_name *name, const uint8_t *value, uint32_t size,
                          int is_signed)
{
    uint32_t hash = 0;

    for (uint32_t i = 0; i < name->len; i++) {
        uint32_t c = (uint8_t)name->text[i];

        hash = hash << 5 ^ hash >> 27 ^ (is_signed && c > 127 ? c - 256 : c);
    }
    for (uint32_t i = 0; i < size; i += 4) {
        uint8_t word[4] = {0};

        memcpy(word, value + i, size - i < 4 ? size - i : 4);
        hash = hash << 16 ^ hash >> 16 ^ load_le32(word);
    }
    return hash;
}

/* What is wrong with a block, or NULL. */
static const char *block_check(const struct xattr_area *a)
{
    struct xattr_entry e;

    if (load_le32(a->bytes + XB_MAGIC) != EXT4_XATTR_MAGIC)
        return "the signature of attributes is missing";
    if (load_le32(a->bytes + XB_BLOCKS) != 1 || load_le32(a->bytes + XB_REFCOUNT) == 0)
        return "the header of a block of attributes is out of range";
    for (uint32_t at = a->first; !xattr_at_end(a, at); at = e.next) {
        const char *reason = nonfs_xattr_decode(a, at, &e);

        if (reason != NULL)
            return reason;
    }
    return NULL;
}

int nonfs_xattr_block_get(struct nonfs_ext4 *volume, uint32_t inode, uint64_t block,
                          struct block_ref *ref, struct xattr_area *a)
{
    const char *reason = NULL;
    int result = nonfs_block_get(volume, block, NONFS_STRUCTURE_XATTR, inode, ref);

    if (result != 0)
        return result;
    *a = (struct xattr_area){ref->data, XATTR_BLOCK_HEADER, volume_block_size(volume)};
    if (nonfs_block_is_checked(ref, BLOCK_XATTR, 0))
        return 0;
    if (volume_has_metadata_csum(volume) &&
        nonfs_xattr_block_sum(volume, block, ref->data) != load_le32(ref->data + XB_CHECKSUM))
        result = NONFS_E_CHECKSUM;
    else if ((reason = block_check(a)) != NULL)
        result = NONFS_E_CORRUPT;
    if (result == 0) {
        nonfs_block_set_checked(ref, BLOCK_XATTR, 0);
        return 0;
    }
    nonfs_block_put(ref);
    return nonfs_volume_fail(volume, result, NONFS_STRUCTURE_XATTR, inode, block, reason);
}

/* An attribute that was found, with what holds it pinned. */
struct xattr_found {
    struct xattr_entry entry;
    struct block_ref ref;
    const uint8_t *bytes; /* of the area */
};

/* What is looked for: a name, or if that is NULL the entry with this number. */
struct xattr_search {
    const struct xattr_name *name;
    uint32_t number;
};

static int area_search(struct nonfs_ext4_node *node, const struct xattr_area *a,
                       struct xattr_search *search, struct xattr_entry *e)
{
    if (a->bytes == NULL)
        return NONFS_E_NOT_FOUND;
    for (uint32_t at = a->first; !xattr_at_end(a, at); at = e->next) {
        const char *reason = nonfs_xattr_decode(a, at, e);

        if (reason != NULL)
            return nonfs_volume_fail(node->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_XATTR,
                                     node->stat.inode, 0, reason);
        if (search->name != NULL ? nonfs_xattr_name_compare(search->name, &e->name) == 0
                                 : search->number-- == 0)
            return 0;
    }
    return NONFS_E_NOT_FOUND;
}

/* Looks in the inode, then in its block. After success the area is pinned. */
static int xattr_find(struct nonfs_ext4_node *node, struct xattr_search search,
                      struct xattr_found *found)
{
    struct nonfs_ext4 *volume = node->volume;
    struct xattr_area a;
    const char *reason;
    uint32_t offset;
    int result = nonfs_inode_locate(volume, node->stat.inode, &found->ref, &offset);

    if (result != 0)
        return result;
    reason = nonfs_xattr_inode_area(volume, found->ref.data + offset, &a);
    result = reason == NULL ? area_search(node, &a, &search, &found->entry)
                            : nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_INODE,
                                                node->stat.inode, 0, reason);
    if (result == NONFS_E_NOT_FOUND && node->stat.xattr_block != 0) {
        nonfs_block_put(&found->ref);
        result = nonfs_xattr_block_get(volume, node->stat.inode, node->stat.xattr_block,
                                       &found->ref, &a);
        if (result != 0)
            return result;
        result = area_search(node, &a, &search, &found->entry);
    }
    found->bytes = a.bytes;
    if (result != 0)
        nonfs_block_put(&found->ref);
    return result;
}

static int value_fail(struct nonfs_ext4_node *node, int result, uint32_t inode, const char *reason)
{
    return nonfs_volume_fail(node->volume, result, NONFS_STRUCTURE_XATTR, node->stat.inode, inode,
                             reason);
}

/* A value in an inode of its own: its checksum is where other inodes have the time of the last access. */
static int value_read_inode(struct nonfs_ext4_node *node, const struct xattr_entry *e, void *value)
{
    struct nonfs_ext4_node holder;
    uint8_t sum[4];
    size_t done;
    int result = nonfs_ext4_open(node->volume, e->inode, &holder);

    if (result == NONFS_E_INVALID || result == NONFS_E_NOT_FOUND ||
        (result == 0 && (!(holder.stat.flags & EXT4_FL_EA_INODE) || holder.stat.size != e->size)))
        return value_fail(node, NONFS_E_CORRUPT, 0, "the inode with a value is not one");
    if (result == 0)
        result = nonfs_ext4_read(&holder, 0, value, e->size, &done);
    if (result != 0)
        return result;
    store_le32(sum, nonfs_crc32c(node->volume->super.checksum_seed, value, e->size));
    if (load_le32(sum) != (uint32_t)holder.stat.atime.seconds ||
        (nonfs_xattr_hash(&e->name, sum, 4, 0) != e->hash &&
         nonfs_xattr_hash(&e->name, sum, 4, 1) != e->hash))
        return value_fail(node, NONFS_E_CHECKSUM, 0, "the checksum of a value does not match");
    return 0;
}

static int value_read(struct nonfs_ext4_node *node, const struct xattr_found *found, void *value,
                      size_t size, size_t *len)
{
    const struct xattr_entry *e = &found->entry;

    if (e->inode == 0 &&
        (e->name.index == XATTR_ACL_ACCESS || e->name.index == XATTR_ACL_DEFAULT)) {
        int result = nonfs_acl_from_disk(found->bytes + e->offset, e->size, value, size, len);

        return result == NONFS_E_CORRUPT ? value_fail(node, result, 0, "an ACL is damaged")
                                         : result;
    }
    *len = e->size;
    if (value == NULL)
        return 0;
    if (size < e->size)
        return NONFS_E_NO_SPACE;
    if (e->inode != 0)
        return value_read_inode(node, e, value);
    if (e->size > 0)
        memcpy(value, found->bytes + e->offset, e->size);
    return 0;
}

int nonfs_ext4_xattr_get(struct nonfs_ext4_node *node, const char *name, size_t name_len,
                         void *value, size_t size, size_t *len)
{
    struct xattr_name wanted;
    struct xattr_found found;
    int result = nonfs_xattr_name_parse(name, name_len, &wanted);

    if (result == 0)
        result = nonfs_node_refresh(node);
    if (result == 0)
        result = xattr_find(node, (struct xattr_search){.name = &wanted}, &found);
    if (result != 0)
        return result;
    result = value_read(node, &found, value, size, len);
    nonfs_block_put(&found.ref);
    return result;
}

int nonfs_xattr_copy(struct nonfs_ext4_node *node, const struct xattr_name *name, uint8_t *value,
                     uint32_t size, uint32_t *len)
{
    struct xattr_found found;
    int result = xattr_find(node, (struct xattr_search){.name = name}, &found);

    *len = 0;
    if (result != 0)
        return result == NONFS_E_NOT_FOUND ? 0 : result;
    if (found.entry.inode != 0 || found.entry.size > size) {
        result = value_fail(node, NONFS_E_CORRUPT, 0, "an ACL is damaged");
    } else {
        memcpy(value, found.bytes + found.entry.offset, found.entry.size);
        *len = found.entry.size;
    }
    nonfs_block_put(&found.ref);
    return result;
}

/* Writes the name with its prefix. Returns 0 for one that is not shown. */
static int name_show(const struct xattr_name *name, struct nonfs_ext4_xattr *out)
{
    for (size_t i = 0; i < PREFIXES; i++) {
        if (prefixes[i].index != name->index || (prefixes[i].whole && name->len > 0))
            continue;
        memcpy(out->name, prefixes[i].prefix, prefixes[i].len);
        memcpy(out->name + prefixes[i].len, name->text, name->len);
        out->name_len = (uint16_t)(prefixes[i].len + name->len);
        out->name[out->name_len] = '\0';
        return 1;
    }
    return 0;
}

int nonfs_ext4_xattr_next(struct nonfs_ext4_node *node, uint32_t *cursor,
                          struct nonfs_ext4_xattr *xattr)
{
    int result = nonfs_node_refresh(node);

    while (result == 0) {
        struct xattr_found found;
        size_t len = 0;
        int shown;

        result = xattr_find(node, (struct xattr_search){.number = *cursor}, &found);
        if (result != 0)
            return result;
        ++*cursor;
        shown = name_show(&found.entry.name, xattr);
        result = shown ? value_read(node, &found, NULL, 0, &len) : 0;
        nonfs_block_put(&found.ref);
        xattr->value_len = len;
        if (shown)
            return result;
    }
    return result;
}
