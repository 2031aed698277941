/*
 * POSIX access control lists. On disk an entry of a named user or group has eight bytes and each other one four; in Linux'
 * system calls all have eight. In both the entries are in the order of their tags, of which four must be or may be
 * there once, and a mask must be there if someone is named.
 */
#include <stddef.h>

#include "bytes.h"
#include "ext4/xattr.h"

#define ACL_VERSION_DISK 1u
#define ACL_VERSION_CALL 2u
#define ACL_HEADER       4u
#define ACL_ENTRY        8u /* with an ID */
#define ACL_ENTRY_SHORT  4u
#define ACL_ID_NONE      UINT32_MAX
#define ACL_MINIMAL      (ACL_HEADER + 3 * ACL_ENTRY_SHORT) /* owner, group, others: as in a mode */

/* Offsets in an entry of either form. */
enum { AE_TAG = 0, AE_PERMISSIONS = 2, AE_ID = 4 };

enum acl_tag {
    ACL_OWNER = 0x01,
    ACL_USER = 0x02,
    ACL_GROUP_OWNER = 0x04,
    ACL_GROUP = 0x08,
    ACL_MASK = 0x10,
    ACL_OTHER = 0x20,
};

static uint32_t entry_size(uint32_t tag)
{
    return tag == ACL_USER || tag == ACL_GROUP ? ACL_ENTRY : ACL_ENTRY_SHORT;
}

int nonfs_acl_from_disk(const uint8_t *disk, uint32_t disk_len, uint8_t *out, size_t size,
                        size_t *len)
{
    size_t end = ACL_HEADER;

    if (disk_len < ACL_HEADER || load_le32(disk) != ACL_VERSION_DISK)
        return NONFS_E_CORRUPT;
    for (uint32_t at = ACL_HEADER; at < disk_len; end += ACL_ENTRY) {
        const uint8_t *raw = disk + at;
        uint32_t n;

        if (disk_len - at < ACL_ENTRY_SHORT)
            return NONFS_E_CORRUPT;
        n = entry_size(load_le16(raw + AE_TAG));
        if (disk_len - at < n)
            return NONFS_E_CORRUPT;
        at += n;
        if (out == NULL || size < end + ACL_ENTRY)
            continue;
        store_le16(out + end + AE_TAG, load_le16(raw + AE_TAG));
        store_le16(out + end + AE_PERMISSIONS, load_le16(raw + AE_PERMISSIONS));
        store_le32(out + end + AE_ID, n == ACL_ENTRY ? load_le32(raw + AE_ID) : ACL_ID_NONE);
    }
    *len = end;
    if (out == NULL)
        return 0;
    if (size < end)
        return NONFS_E_NO_SPACE;
    store_le32(out, ACL_VERSION_CALL);
    return 0;
}

/* Which tag may follow: each once but those that name, and in their order. */
static int tag_may_follow(uint32_t tag, uint32_t before)
{
    switch (tag) {
    case ACL_OWNER:
        return before == 0;
    case ACL_USER:
        return before == ACL_OWNER || before == ACL_USER;
    case ACL_GROUP_OWNER:
        return before == ACL_OWNER || before == ACL_USER;
    case ACL_GROUP:
        return before == ACL_GROUP_OWNER || before == ACL_GROUP;
    case ACL_MASK:
        return before == ACL_GROUP_OWNER || before == ACL_GROUP;
    case ACL_OTHER:
        return before == ACL_GROUP_OWNER || before == ACL_MASK;
    default:
        return 0;
    }
}

/* Where the permissions of a tag are in a mode. */
static uint32_t tag_shift(uint32_t tag)
{
    return tag == ACL_OWNER ? 6 : tag == ACL_OTHER ? 0 : 3;
}

int nonfs_acl_to_disk(const uint8_t *value, size_t len, uint8_t *disk, struct acl_set *set)
{
    uint32_t before = 0;
    uint32_t named = 0;
    uint32_t end = ACL_HEADER;

    *set = (struct acl_set){.len = 0};
    if (len < ACL_HEADER || load_le32(value) != ACL_VERSION_CALL ||
        (len - ACL_HEADER) % ACL_ENTRY != 0)
        return NONFS_E_INVALID;
    for (size_t at = ACL_HEADER; at < len; at += ACL_ENTRY) {
        uint32_t tag = load_le16(value + at + AE_TAG);
        uint32_t permissions = load_le16(value + at + AE_PERMISSIONS);
        uint32_t id = load_le32(value + at + AE_ID);

        if (!tag_may_follow(tag, before) || permissions > 7 ||
            (entry_size(tag) == ACL_ENTRY && id == ACL_ID_NONE) ||
            (tag == ACL_OTHER && named && before != ACL_MASK))
            return NONFS_E_INVALID;
        named |= entry_size(tag) == ACL_ENTRY;
        store_le16(disk + end + AE_TAG, tag);
        store_le16(disk + end + AE_PERMISSIONS, permissions);
        if (entry_size(tag) == ACL_ENTRY)
            store_le32(disk + end + AE_ID, id);
        else
            set->permissions = (set->permissions & ~(7u << tag_shift(tag))) | permissions
                                                                                  << tag_shift(tag);
        end += entry_size(tag);
        before = tag;
    }
    if (before != ACL_OTHER && before != 0)
        return NONFS_E_INVALID;
    store_le32(disk, ACL_VERSION_DISK);
    set->len = before == 0 ? 0 : end;
    set->minimal = end <= ACL_MINIMAL;
    return 0;
}

/* The entry behind the one at `*at`, which starts at the header; NULL at the end or at what is no entry. */
static uint8_t *acl_next(uint8_t *disk, uint32_t len, uint32_t *at)
{
    uint8_t *raw = disk + *at;

    if (*at >= len || len - *at < ACL_ENTRY_SHORT)
        return NULL;
    *at += entry_size(load_le16(raw + AE_TAG));
    return raw;
}

/* The entry that the group bits of a mode are about: the mask if there is one. */
static uint8_t *acl_group(uint8_t *disk, uint32_t len)
{
    uint32_t at = ACL_HEADER;
    uint8_t *group = NULL;
    uint8_t *raw;

    while ((raw = acl_next(disk, len, &at)) != NULL) {
        uint32_t tag = load_le16(raw + AE_TAG);

        if (tag == ACL_MASK || (tag == ACL_GROUP_OWNER && group == NULL))
            group = raw;
    }
    return group;
}

static int tag_is_base(uint32_t tag)
{
    return tag == ACL_OWNER || tag == ACL_OTHER;
}

void nonfs_acl_set_mode(uint8_t *disk, uint32_t disk_len, uint32_t mode)
{
    uint8_t *group = acl_group(disk, disk_len);
    uint32_t at = ACL_HEADER;
    uint8_t *raw;

    while ((raw = acl_next(disk, disk_len, &at)) != NULL) {
        uint32_t tag = load_le16(raw + AE_TAG);

        if (raw == group || tag_is_base(tag))
            store_le16(raw + AE_PERMISSIONS, mode >> tag_shift(tag) & 7);
    }
}

int nonfs_acl_restrict(uint8_t *disk, uint32_t disk_len, uint32_t *mode)
{
    uint8_t *group = acl_group(disk, disk_len);
    uint32_t at = ACL_HEADER;
    uint8_t *raw;

    while ((raw = acl_next(disk, disk_len, &at)) != NULL) {
        uint32_t tag = load_le16(raw + AE_TAG);
        uint32_t both;

        if (raw != group && !tag_is_base(tag))
            continue;
        both = load_le16(raw + AE_PERMISSIONS) & (*mode >> tag_shift(tag)) & 7;
        store_le16(raw + AE_PERMISSIONS, both);
        *mode = (*mode & ~(7u << tag_shift(tag))) | both << tag_shift(tag);
    }
    return disk_len == ACL_MINIMAL;
}
