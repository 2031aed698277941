/*
 * Directories: listing, and finding a name.
 *
 * The cursor of a listing is the offset of the next record in the directory. Blocks of a hash tree need no care here,
 * as their records are unused ones.
 */
#include <string.h>

#include "ext4/format.h"
#include "ext4/volume.h"

int nonfs_dir_block_count(struct nonfs_ext4_node *directory, uint64_t *nblocks)
{
    const struct ext4_super *s = &directory->volume->super;
    uint64_t size = directory->stat.size;

    /* The second bound keeps every walk through a directory linear in the size of the volume. */
    if ((size & (s->info.block_size - 1)) != 0 || size >> s->block_shift > s->info.block_count)
        return nonfs_volume_fail(directory->volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                 directory->stat.inode, 0,
                                 "the size of the directory is out of range");
    *nblocks = size >> s->block_shift;
    return 0;
}

/* The first entry in use in one block, from the cursor on. The cursor moves past what was looked at. */
static int dir_block_next(struct nonfs_ext4_node *directory, const uint8_t *bytes, uint64_t *cursor,
                          struct nonfs_ext4_entry *entry)
{
    struct nonfs_ext4 *volume = directory->volume;
    uint32_t size = volume_block_size(volume);
    uint64_t end = (*cursor | (size - 1)) + 1;

    while (*cursor < end) {
        struct dir_record record;
        const char *reason;

        /* The chain was checked; this meets only a cursor that is not ours. */
        if (nonfs_record_decode(volume, bytes, size, (uint32_t)(*cursor & (size - 1)), &record,
                                &reason) != 0) {
            *cursor = end;
            return NONFS_E_INVALID;
        }
        *cursor += record.length;
        if (record.inode == 0)
            continue;
        reason = nonfs_record_to_entry(&record, entry);
        if (reason == NULL)
            return 0;
        return nonfs_volume_fail(volume, NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY,
                                 directory->stat.inode, 0, reason);
    }
    return NONFS_E_NOT_FOUND;
}

int nonfs_ext4_readdir(struct nonfs_ext4_node *directory, uint64_t *cursor,
                       struct nonfs_ext4_entry *entry)
{
    uint32_t shift = directory->volume->super.block_shift;
    uint64_t nblocks = 0;
    int result;

    result = nonfs_node_refresh(directory);
    if (result != 0)
        return result;
    if (node_type(directory) != NONFS_S_IFDIR)
        return NONFS_E_NOT_DIRECTORY;
    if (*cursor == DIR_CURSOR_END)
        return NONFS_E_NOT_FOUND;
    if (directory->stat.flags & NONFS_EXT4_FL_INLINE_DATA)
        return nonfs_inline_readdir(directory, cursor, entry);
    if (*cursor % 4 != 0)
        return NONFS_E_INVALID;
    result = nonfs_dir_block_count(directory, &nblocks);
    if (result != 0)
        *cursor = DIR_CURSOR_END;
    else
        result = NONFS_E_NOT_FOUND;
    while (result == NONFS_E_NOT_FOUND && *cursor >> shift < nblocks) {
        struct block_ref ref;
        uint64_t skip = 1;

        result = nonfs_dirblock_get(directory, *cursor >> shift, &ref, &skip);
        if (result != 0) {
            *cursor = ((*cursor >> shift) + skip) << shift;
            continue;
        }
        result = dir_block_next(directory, ref.data, cursor, entry);
        nonfs_block_put(&ref);
    }
    return result;
}

/* Searches all blocks. A damaged block is the result only if the name is in none of the others. */
static int dir_scan(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                    struct nonfs_ext4_entry *entry, struct dir_place *place)
{
    uint64_t nblocks = 0;
    int damage = NONFS_E_NOT_FOUND;
    int result = nonfs_dir_block_count(directory, &nblocks);

    if (result != 0)
        return result;
    for (uint64_t block = 0; block < nblocks; block++) {
        struct block_run run;

        result = nonfs_map_find(directory, block, &run);
        if (result == 0 && run.state != RUN_MAPPED) {
            block += run.count - 1;
            continue;
        }
        if (result == 0)
            result = nonfs_dirblock_find(directory, block, name, name_len, entry, place);
        if (result == 0 || result == NONFS_E_GONE)
            return result;
        if (result != NONFS_E_NOT_FOUND)
            damage = result;
    }
    return damage;
}

static int dir_inline_scan(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                           struct nonfs_ext4_entry *entry)
{
    struct nonfs_ext4_entry at;
    uint64_t cursor = 0;
    int damage = NONFS_E_NOT_FOUND;
    int result;

    do {
        result = nonfs_inline_readdir(directory, &cursor, &at);
        if (result == 0 && at.name_len == name_len && memcmp(at.name, name, name_len) == 0) {
            *entry = at;
            return 0;
        }
        if (result != 0 && result != NONFS_E_NOT_FOUND)
            damage = result;
    } while (result != NONFS_E_NOT_FOUND);
    return damage;
}

static int name_is_dots(const char *name, size_t name_len)
{
    return name[0] == '.' && (name_len == 1 || (name_len == 2 && name[1] == '.'));
}

int nonfs_dir_find(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                   struct nonfs_ext4_entry *entry, struct dir_place *place)
{
    const struct nonfs_ext4_info *info = &directory->volume->super.info;

    if (node_type(directory) != NONFS_S_IFDIR)
        return NONFS_E_NOT_DIRECTORY;
    if (name_len > NONFS_EXT4_NAME_MAX)
        return NONFS_E_NAME_TOO_LONG;
    if (name_len == 0)
        return NONFS_E_NOT_FOUND;
    if (directory->stat.flags & NONFS_EXT4_FL_INLINE_DATA)
        return dir_inline_scan(directory, name, name_len, entry);
    if (directory->stat.flags & NONFS_EXT4_FL_INDEX && info->compat & EXT4_COMPAT_DIR_INDEX) {
        int result;

        /* Both dots are records of the first block, and not in the tree. */
        if (name_is_dots(name, name_len))
            return nonfs_dirblock_find(directory, 0, name, name_len, entry, place);
        result = nonfs_htree_find(directory, name, name_len, entry, place);
        if (result != NONFS_E_CORRUPT)
            return result;
    }
    return dir_scan(directory, name, name_len, entry, place);
}

int nonfs_ext4_find(struct nonfs_ext4_node *directory, const char *name, size_t name_len,
                    struct nonfs_ext4_entry *entry)
{
    struct dir_place place;
    int result = nonfs_node_refresh(directory);

    return result == 0 ? nonfs_dir_find(directory, name, name_len, entry, &place) : result;
}
