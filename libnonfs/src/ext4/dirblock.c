/*
 * One block of a directory: a chain of records that fills it to its end. With metadata_csum the last record is a
 * disguised checksum. The blocks of a hash tree look like blocks of unused records to who does not know of it; their
 * checksum lies behind the last possible entry of the tree.
 */
#include <string.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "ext4/dirblock.h"
#include "ext4/format.h"
#include "ext4/volume.h"

static int dirblock_fail(struct nonfs_ext4_node *directory, int result, uint64_t block,
                         const char *reason)
{
    return nonfs_volume_fail(directory->volume, result, NONFS_STRUCTURE_DIRECTORY,
                             directory->stat.inode, block, reason);
}

int nonfs_record_decode(const struct nonfs_ext4 *volume, const uint8_t *bytes, uint32_t size,
                        uint32_t offset, struct dir_record *record, const char **reason)
{
    const uint8_t *raw = bytes + offset;

    if (offset > size || size - offset < EXT4_DIRENT_HEADER) {
        *reason = "a record runs over the end";
        return NONFS_E_CORRUPT;
    }
    record->inode = load_le32(raw + DE_INODE);
    record->length = record_length(raw, size);
    record->name_len = raw[DE_NAME_LEN];
    record->name = (const char *)raw + DE_NAME;
    record->type = NONFS_TYPE_UNKNOWN;
    if (volume->super.info.incompat & EXT4_INCOMPAT_FILETYPE) {
        if (raw[DE_TYPE] <= NONFS_TYPE_SYMLINK)
            record->type = raw[DE_TYPE];
    } else if (raw[DE_TYPE] != 0 && record->inode != 0) {
        /* Here the byte is the upper half of the length of the name. */
        *reason = "a name is too long";
        return NONFS_E_CORRUPT;
    }
    if (record->length < EXT4_DIRENT_MIN || record->length % 4 != 0)
        *reason = "the length of a record is out of range";
    else if (record->length > size - offset)
        *reason = "a record runs over the end";
    else if (EXT4_DIRENT_HEADER + (uint32_t)record->name_len > record->length)
        *reason = "a name runs over the end of its record";
    else
        return 0;
    return NONFS_E_CORRUPT;
}

int nonfs_record_matches(const struct dir_record *record, const char *name, size_t name_len)
{
    return record->inode != 0 && record->name_len == name_len &&
           memcmp(record->name, name, name_len) == 0;
}

const char *nonfs_record_to_entry(const struct dir_record *record, struct nonfs_ext4_entry *entry)
{
    if (record->name_len == 0)
        return "a name is empty";
    for (uint32_t i = 0; i < record->name_len; i++) {
        if (record->name[i] == '/' || record->name[i] == '\0')
            return "a name holds a byte that is not allowed";
    }
    entry->inode = record->inode;
    entry->type = record->type;
    entry->name_len = record->name_len;
    memcpy(entry->name, record->name, record->name_len);
    entry->name[record->name_len] = '\0';
    return NULL;
}

static int dirblock_leaf_sum_holds(const struct nonfs_ext4_node *directory, const uint8_t *bytes,
                                   uint32_t size)
{
    const uint8_t *tail = bytes + size - EXT4_DIR_TAIL_SIZE;

    return load_le32(tail + DE_INODE) == 0 && load_le16(tail + DE_LENGTH) == EXT4_DIR_TAIL_SIZE &&
           tail[DE_NAME_LEN] == 0 && tail[DE_TYPE] == EXT4_DIR_TAIL_TYPE &&
           nonfs_crc32c(directory->checksum_seed, bytes, size - EXT4_DIR_TAIL_SIZE) ==
               load_le32(tail + DE_NAME);
}

uint32_t nonfs_dx_sum(const uint8_t *bytes, uint32_t entries, uint32_t seed)
{
    static const uint8_t zero[4];
    uint32_t limit = load_le16(bytes + entries);
    uint32_t count = load_le16(bytes + entries + 2);
    uint32_t crc = nonfs_crc32c(seed, bytes, entries + count * EXT4_DX_ENTRY_SIZE);

    crc = nonfs_crc32c(crc, bytes + entries + limit * EXT4_DX_ENTRY_SIZE, 4);
    return nonfs_crc32c(crc, zero, sizeof(zero));
}

void nonfs_dx_store_sum(uint8_t *bytes, uint32_t entries, uint32_t seed)
{
    uint32_t limit = load_le16(bytes + entries);

    store_le32(bytes + entries + limit * EXT4_DX_ENTRY_SIZE + 4,
               nonfs_dx_sum(bytes, entries, seed));
}

/* `entries` is the offset of the tree's entries; the first one holds their limit and count. */
static int dirblock_tree_sum_holds(const struct nonfs_ext4_node *directory, const uint8_t *bytes,
                                   uint32_t size, uint32_t entries)
{
    uint32_t limit = load_le16(bytes + entries);
    uint32_t count = load_le16(bytes + entries + 2);

    if (count > limit || limit * EXT4_DX_ENTRY_SIZE > size - entries - 8)
        return 0;
    return nonfs_dx_sum(bytes, entries, directory->checksum_seed) ==
           load_le32(bytes + entries + limit * EXT4_DX_ENTRY_SIZE + 4);
}

static int dirblock_sum_holds(const struct nonfs_ext4_node *directory, uint64_t block,
                              const uint8_t *bytes, uint32_t size)
{
    int indexed = (directory->stat.flags & NONFS_EXT4_FL_INDEX) != 0 &&
                  (directory->volume->super.info.compat & EXT4_COMPAT_DIR_INDEX) != 0;

    if (indexed && block == 0)
        return dirblock_tree_sum_holds(directory, bytes, size, EXT4_DX_ROOT_ENTRIES);
    /* A block of names cannot be one single record: the checksum needs one too. */
    if (indexed && record_length(bytes, size) == size)
        return dirblock_tree_sum_holds(directory, bytes, size, EXT4_DX_NODE_ENTRIES);
    return dirblock_leaf_sum_holds(directory, bytes, size);
}

static int dirblock_check(struct nonfs_ext4_node *directory, uint64_t block, uint64_t physical,
                          const uint8_t *bytes)
{
    uint32_t size = volume_block_size(directory->volume);
    struct dir_record record;
    const char *reason;

    if (volume_has_metadata_csum(directory->volume) &&
        !dirblock_sum_holds(directory, block, bytes, size))
        return dirblock_fail(directory, NONFS_E_CHECKSUM, physical, NULL);
    for (uint32_t at = 0; at < size; at += record.length) {
        if (size - at == EXT4_DIR_TAIL_SIZE && volume_has_metadata_csum(directory->volume))
            break;
        if (nonfs_record_decode(directory->volume, bytes, size, at, &record, &reason) != 0)
            return dirblock_fail(directory, NONFS_E_CORRUPT, physical, reason);
    }
    return 0;
}

int nonfs_dirblock_get(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref,
                       uint64_t *hole)
{
    struct block_run run;
    uint32_t inode = directory->stat.inode;
    int result = nonfs_map_find(directory, block, &run);

    if (result != 0)
        return result;
    if (run.state != RUN_MAPPED) {
        *hole = run.count;
        return NONFS_E_NOT_FOUND;
    }
    result =
        nonfs_block_get(directory->volume, run.physical, NONFS_STRUCTURE_DIRECTORY, inode, ref);
    if (result != 0 || nonfs_block_is_checked(ref, BLOCK_DIRECTORY, inode))
        return result;
    result = dirblock_check(directory, block, run.physical, ref->data);
    if (result != 0)
        nonfs_block_put(ref);
    else
        nonfs_block_set_checked(ref, BLOCK_DIRECTORY, inode);
    return result;
}

int nonfs_dirblock_find(struct nonfs_ext4_node *directory, uint64_t block, const char *name,
                        size_t name_len, struct nonfs_ext4_entry *entry, struct dir_place *place)
{
    uint32_t size = volume_block_size(directory->volume);
    uint32_t before = 0;
    uint32_t length;
    struct dir_record record;
    struct block_ref ref;
    const char *reason;
    uint64_t hole;
    int result = nonfs_dirblock_get(directory, block, &ref, &hole);

    if (result != 0)
        return result;
    result = NONFS_E_NOT_FOUND;
    for (uint32_t at = 0; at < size && (length = record_step(ref.data, size, at)) != 0;
         at += length) {
        /* Names of one directory are often of one length, and differ in the last byte. */
        if (ref.data[at + DE_NAME_LEN] == name_len && EXT4_DIRENT_HEADER + name_len <= length &&
            ref.data[at + DE_NAME + name_len - 1] == (uint8_t)name[name_len - 1] &&
            nonfs_record_decode(directory->volume, ref.data, size, at, &record, &reason) == 0 &&
            nonfs_record_matches(&record, name, name_len)) {
            (void)nonfs_record_to_entry(&record, entry);
            *place = (struct dir_place){block, at, before};
            result = 0;
            break;
        }
        before = at;
    }
    nonfs_block_put(&ref);
    return result;
}
