/*
 * Names in directories: records that share a block with their neighbours, the free bytes being part of the record before
 * them.
 */
#include <string.h>

#include "bytes.h"
#include "ext4/dirblock.h"
#include "ext4/format.h"
#include "ext4/writer.h"

uint32_t nonfs_dirblock_room(const struct nonfs_ext4 *volume)
{
    return volume_block_size(volume) - (volume_has_metadata_csum(volume) ? EXT4_DIR_TAIL_SIZE : 0);
}

/* In blocks of 64 KiB, 65536 does not fit. */
void nonfs_dirent_set_length(uint8_t *raw, uint32_t length)
{
    store_le16(raw + DE_LENGTH, length >= 65536 ? 65535 : length);
}

static uint32_t dirent_length(const struct nonfs_ext4 *volume, const uint8_t *raw)
{
    uint32_t length = load_le16(raw + DE_LENGTH);

    return volume_block_size(volume) >= 65536 && (length == 65535 || length == 0) ? 65536 : length;
}

void nonfs_dirent_store(uint8_t *raw, uint32_t length, const char *name, size_t name_len,
                        uint32_t inode, uint8_t type)
{
    store_le32(raw + DE_INODE, inode);
    nonfs_dirent_set_length(raw, length);
    raw[DE_NAME_LEN] = (uint8_t)name_len;
    raw[DE_TYPE] = type;
    if (name_len > 0)
        memcpy(raw + DE_NAME, name, name_len);
}

static void tail_init(const struct nonfs_ext4 *volume, uint8_t *bytes)
{
    uint32_t room = nonfs_dirblock_room(volume);

    if (room != volume_block_size(volume))
        nonfs_dirent_store(bytes + room, EXT4_DIR_TAIL_SIZE, NULL, 0, 0, EXT4_DIR_TAIL_TYPE);
}

/* Pins a block that is to be changed. */
static int dir_pin(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref)
{
    uint64_t hole;
    int result = nonfs_dirblock_get(directory, block, ref, &hole);

    if (result == NONFS_E_NOT_FOUND)
        return nonfs_volume_fail(directory->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                 directory->stat.inode, 0, "a block of names lies in a hole");
    return result;
}

static void dir_set_sum(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref)
{
    const struct nonfs_ext4 *volume = directory->volume;
    int indexed = (directory->stat.flags & NONFS_EXT4_FL_INDEX) != 0 &&
                  (volume->super.info.compat & EXT4_COMPAT_DIR_INDEX) != 0;
    enum block_sum sum = SUM_DIRECTORY;

    if (ref->slot->sum != SUM_NONE)
        return;
    /* As in the check: a block of names cannot be one single record, as the checksum needs one too. */
    if (indexed && block == 0)
        sum = SUM_DX_ROOT;
    else if (indexed && dirent_length(volume, ref->data) == volume_block_size(volume))
        sum = SUM_DX_NODE;
    nonfs_block_set_sum(ref, sum, directory->stat.inode, directory->checksum_seed);
}

int nonfs_dir_edit(struct nonfs_ext4_node *directory, uint64_t block, struct block_ref *ref,
                   uint8_t **bytes)
{
    int result = dir_pin(directory, block, ref);

    if (result != 0)
        return result;
    result = nonfs_block_edit(directory->volume, ref, bytes);
    if (result != 0)
        nonfs_block_put(ref);
    else
        dir_set_sum(directory, block, ref);
    return result;
}

int nonfs_dir_append(struct nonfs_ext4_node *directory, uint32_t *block, struct block_ref *ref,
                     uint8_t **bytes)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint64_t at = directory->stat.size >> volume->super.block_shift;
    struct inode_edit edit;
    uint64_t physical;
    uint32_t count;
    int result;

    if (at >= UINT32_MAX || (directory->stat.size >= UINT32_MAX - volume_block_size(volume) &&
                             !(volume->super.info.incompat & EXT4_INCOMPAT_LARGEDIR)))
        return NONFS_E_FULL;
    result = nonfs_file_fill_hole(directory, at, 1, 0, &physical, &count);
    if (result == 0)
        result = nonfs_inode_edit(volume, directory->stat.inode, &edit);
    if (result != 0)
        return result;
    directory->stat.size += volume_block_size(volume);
    nonfs_inode_set_size(&edit, directory->stat.size);
    nonfs_inode_put(volume, &edit);
    result = nonfs_block_edit_new(volume, physical, ref, bytes);
    if (result != 0)
        return result;
    *block = (uint32_t)at;
    nonfs_block_set_checked(ref, BLOCK_DIRECTORY, directory->stat.inode);
    nonfs_block_set_sum(ref, SUM_DIRECTORY, directory->stat.inode, directory->checksum_seed);
    nonfs_dirent_store(*bytes, nonfs_dirblock_room(volume), NULL, 0, 0, 0);
    tail_init(volume, *bytes);
    return 0;
}

int nonfs_dir_init(struct nonfs_ext4_node *directory, uint32_t parent)
{
    struct nonfs_ext4 *volume = directory->volume;
    struct block_ref ref;
    uint32_t block;
    uint8_t *bytes;
    int result = nonfs_dir_append(directory, &block, &ref, &bytes);

    if (result != 0)
        return result;
    nonfs_dirent_store(bytes, EXT4_DIRENT_MIN, ".", 1, directory->stat.inode, NONFS_TYPE_DIRECTORY);
    nonfs_dirent_store(bytes + EXT4_DIRENT_MIN, nonfs_dirblock_room(volume) - EXT4_DIRENT_MIN, "..",
                       2, parent, NONFS_TYPE_DIRECTORY);
    nonfs_block_put(&ref);
    return 0;
}

/* A record with room for another one behind its name. */
struct record_room {
    uint32_t at;
    uint32_t length;
    uint32_t used;
};

/* The first such record in a block, which was checked. */
static int dirblock_find_room(struct nonfs_ext4_node *directory, const uint8_t *bytes,
                              size_t name_len, struct record_room *room)
{
    uint32_t size = volume_block_size(directory->volume);
    uint32_t end = nonfs_dirblock_room(directory->volume);
    uint32_t need = dirent_size(name_len);

    for (room->at = 0; room->at < end; room->at += room->length) {
        const uint8_t *raw = bytes + room->at;

        room->length = record_step(bytes, size, room->at);
        if (room->length == 0)
            return nonfs_volume_fail(directory->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                     directory->stat.inode, 0,
                                     "the length of a record is out of range");
        room->used = load_le32(raw + DE_INODE) == 0 ? 0 : dirent_size(raw[DE_NAME_LEN]);
        if (room->length >= room->used + need && room->length <= end - room->at)
            return 0;
    }
    return NONFS_E_NO_SPACE;
}

int nonfs_dirblock_insert(struct nonfs_ext4_node *directory, uint64_t block, const char *name,
                          size_t name_len, uint32_t inode, uint8_t type)
{
    struct nonfs_ext4 *volume = directory->volume;
    struct record_room room = {.at = 0};
    struct block_ref ref;
    uint8_t *bytes;
    int result = dir_pin(directory, block, &ref);

    if (result != 0)
        return result;
    result = dirblock_find_room(directory, ref.data, name_len, &room);
    if (result == 0)
        result =
            nonfs_block_edit_part(volume, &ref, room.at, room.used + dirent_size(name_len), &bytes);
    if (result == 0) {
        dir_set_sum(directory, block, &ref);
        if (room.used > 0)
            nonfs_dirent_set_length(bytes + room.at, room.used);
        nonfs_dirent_store(bytes + room.at + room.used, room.length - room.used, name, name_len,
                           inode, type);
    }
    nonfs_block_put(&ref);
    return result;
}

/* Tries the blocks of a directory without a tree. */
static int dir_add_linear(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                          uint32_t inode, uint8_t type)
{
    uint64_t nblocks = directory->stat.size >> directory->volume->super.block_shift;

    for (uint64_t block = 0; block < nblocks; block++) {
        struct block_run run;
        int result = nonfs_map_find(directory, block, &run);

        if (result == 0 && run.state != RUN_MAPPED)
            continue;
        if (result == 0)
            result = nonfs_dirblock_insert(directory, block, name, name_len, inode, type);
        if (result != NONFS_E_NO_SPACE)
            return result;
    }
    return NONFS_E_NO_SPACE;
}

int nonfs_dir_add(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                  uint32_t inode, uint8_t type)
{
    struct nonfs_ext4 *volume = directory->volume;
    int can_index = (volume->super.info.compat & EXT4_COMPAT_DIR_INDEX) != 0;
    struct block_ref ref;
    uint8_t *bytes;
    uint32_t block;
    int result;

    if (can_index && directory->stat.flags & NONFS_EXT4_FL_INDEX)
        return nonfs_htree_add(directory, name, name_len, inode, type);
    result = dir_add_linear(directory, name, name_len, inode, type);
    if (result != NONFS_E_NO_SPACE)
        return result;
    if (can_index && directory->stat.size == volume_block_size(volume)) {
        result = nonfs_htree_make(directory);
        return result != 0 ? result : nonfs_htree_add(directory, name, name_len, inode, type);
    }
    result = nonfs_dir_append(directory, &block, &ref, &bytes);
    if (result != 0)
        return result;
    nonfs_block_put(&ref);
    return nonfs_dirblock_insert(directory, block, name, name_len, inode, type);
}

int nonfs_dir_remove(struct nonfs_ext4_node *directory, const struct dir_place *place)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint32_t size = volume_block_size(volume);
    struct dir_record record;
    struct dir_record before;
    const char *reason = NULL;
    struct block_ref ref;
    uint8_t *bytes;
    int result = nonfs_dir_edit(directory, place->block, &ref, &bytes);

    if (result != 0)
        return result;
    result = nonfs_record_decode(volume, bytes, size, place->offset, &record, &reason);
    if (result == 0)
        result = nonfs_record_decode(volume, bytes, size, place->before, &before, &reason);
    if (result != 0)
        result = nonfs_volume_fail(volume, result, NONFS_STRUCTURE_DIRECTORY, directory->stat.inode,
                                   0, reason);
    else if (place->before != place->offset)
        nonfs_dirent_set_length(bytes + place->before, before.length + record.length);
    else
        store_le32(bytes + place->offset + DE_INODE, 0);
    if (result == 0 && volume->flags & NONFS_MOUNT_SCRUB)
        memset(bytes + place->offset + DE_NAME, 0, record.name_len);
    nonfs_block_put(&ref);
    return result;
}

int nonfs_dir_set(struct nonfs_ext4_node *directory, const struct dir_place *place, uint32_t inode,
                  uint8_t type)
{
    struct block_ref ref;
    uint8_t *bytes;
    int result = nonfs_dir_edit(directory, place->block, &ref, &bytes);

    if (result != 0)
        return result;
    store_le32(bytes + place->offset + DE_INODE, inode);
    bytes[place->offset + DE_TYPE] = type;
    nonfs_block_put(&ref);
    return 0;
}
