/*
 * Directories: their blocks and entries; how often each inode is named; whether each directory is reached.
 */
#include <string.h>

#include "bytes.h"
#include "check/check.h"
#include "ext4/format.h"
#include "ext4/writer.h"

static int directory_problem(struct checker *c, enum nonfs_problem_kind kind, uint64_t found,
                             uint64_t expected, const char *name)
{
    return nonfs_check_report(c, &(struct nonfs_problem){.kind = kind,
                                                         .inode = c->node.stat.inode,
                                                         .found = found,
                                                         .expected = expected,
                                                         .name = name});
}

/* Opens a directory for one of the passes. Returns whether that is possible; what is wrong with inodes was said. */
static int directory_open(struct checker *c, uint64_t inode, int *result)
{
    *result = nonfs_node_open(c->volume, (uint32_t)inode, 1, &c->node);
    if (*result == 0)
        return 1;
    if (*result == NONFS_E_NOT_FOUND || *result == NONFS_E_CORRUPT || *result == NONFS_E_CHECKSUM ||
        *result == NONFS_E_UNSUPPORTED)
        *result = 0;
    return 0;
}

static int entry_is_dots(const struct nonfs_ext4_entry *entry)
{
    return entry->name[0] == '.' &&
           (entry->name_len == 1 || (entry->name_len == 2 && entry->name[1] == '.'));
}

/* The inode that the ".." of a directory names; 0 if that cannot be found. */
static int parent_of(struct checker *c, uint32_t inode, uint32_t *parent)
{
    struct nonfs_ext4_entry entry;
    struct dir_place place;
    int result = nonfs_node_open(c->volume, inode, 1, &c->other);

    *parent = 0;
    if (result == 0)
        result = nonfs_dir_find(&c->other, "..", 2, &entry, &place);
    if (result == 0)
        *parent = entry.inode;
    return result == NONFS_E_IO || result == NONFS_E_GONE ? result : 0;
}

/* An entry for a directory: it is the only one, and the directory says so. */
static int entry_names_directory(struct checker *c)
{
    uint32_t inode = c->entry.inode;
    uint32_t parent;
    int result;

    if (check_bit(c->named, inode) || inode == NONFS_EXT4_ROOT_INODE)
        return directory_problem(c, NONFS_PROBLEM_ENTRY_DIRECTORY, inode, 0, c->entry.name);
    check_set_bit(c->named, inode);
    result = parent_of(c, inode, &parent);
    if (result != 0 || parent == c->node.stat.inode)
        return result;
    return nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_DIRECTORY_PARENT,
                                                         .inode = inode,
                                                         .found = parent,
                                                         .expected = c->node.stat.inode});
}

/* The type of an inode as entries have it. */
static int inode_type(struct checker *c, uint32_t inode, uint8_t *type)
{
    struct block_ref ref;
    uint32_t offset;
    int result = nonfs_inode_locate(c->volume, inode, &ref, &offset);

    *type = NONFS_TYPE_UNKNOWN;
    if (result != 0)
        return nonfs_check_damage(c, result == NONFS_E_NOT_FOUND ? 0 : result);
    *type = nonfs_mode_type(load_le16(ref.data + offset + I_MODE));
    nonfs_block_put(&ref);
    return 0;
}

/* What an entry names, which is in c->entry. */
static int entry_check(struct checker *c)
{
    const struct nonfs_ext4_entry *e = &c->entry;
    uint8_t type;
    int result;

    if (!nonfs_inode_is_nameable(c->volume, e->inode) || nonfs_check_inode_is_hidden(c, e->inode))
        return directory_problem(c, NONFS_PROBLEM_ENTRY_INODE, e->inode, 0, e->name);
    if (!check_bit(c->used, e->inode))
        return directory_problem(c, NONFS_PROBLEM_ENTRY_UNUSED, e->inode, 0, e->name);
    result = inode_type(c, e->inode, &type);
    if (result == 0 && e->type != type && c->volume->super.info.incompat & EXT4_INCOMPAT_FILETYPE)
        result = directory_problem(c, NONFS_PROBLEM_ENTRY_TYPE, e->type, type, e->name);
    if (result == 0 && check_bit(c->directory, e->inode) && !entry_is_dots(e))
        result = entry_names_directory(c);
    return result;
}

/* Whether a name stands a second time behind `offset` in a block, whose chain of records was checked. */
static int name_is_again(const struct checker *c, const uint8_t *bytes, uint32_t offset,
                         const struct dir_record *record)
{
    uint32_t size = volume_block_size(c->volume);
    struct dir_record other;
    const char *reason;

    for (uint32_t at = offset + record->length; at < size; at += other.length) {
        if (nonfs_record_decode(c->volume, bytes, size, at, &other, &reason) != 0)
            return 0;
        if (nonfs_record_matches(&other, record->name, record->name_len))
            return 1;
    }
    return 0;
}

/* A directory starts with "." for itself and "..". */
static int dots_check(struct checker *c, const uint8_t *bytes)
{
    uint32_t size = volume_block_size(c->volume);
    struct dir_record dot;
    struct dir_record dotdot;
    const char *reason;
    int right = nonfs_record_decode(c->volume, bytes, size, 0, &dot, &reason) == 0 &&
                nonfs_record_matches(&dot, ".", 1) && dot.inode == c->node.stat.inode &&
                dot.length < size &&
                nonfs_record_decode(c->volume, bytes, size, dot.length, &dotdot, &reason) == 0 &&
                nonfs_record_matches(&dotdot, "..", 2);

    if (right && c->node.stat.inode == NONFS_EXT4_ROOT_INODE)
        right = dotdot.inode == NONFS_EXT4_ROOT_INODE;
    return right ? 0 : directory_problem(c, NONFS_PROBLEM_DIRECTORY_DOT, 0, 0, NULL);
}

static int block_entries(struct checker *c, const uint8_t *bytes)
{
    uint32_t size = volume_block_size(c->volume);
    struct dir_record record;
    const char *reason;
    int result = 0;

    for (uint32_t at = 0; result == 0 && at < size; at += record.length) {
        if (nonfs_record_decode(c->volume, bytes, size, at, &record, &reason) != 0)
            return 0; /* the tail with the checksum */
        if (record.inode == 0)
            continue;
        if (nonfs_record_to_entry(&record, &c->entry) != NULL)
            result = directory_problem(c, NONFS_PROBLEM_ENTRY_NAME, record.inode, 0, NULL);
        else if (name_is_again(c, bytes, at, &record))
            result =
                directory_problem(c, NONFS_PROBLEM_ENTRY_TWICE, record.inode, 0, c->entry.name);
        else
            result = entry_check(c);
    }
    return result;
}

static int block_check(struct checker *c, uint64_t block, uint64_t *step)
{
    struct block_ref ref;
    uint64_t hole = 1;
    int result = nonfs_dirblock_get(&c->node, block, &ref, &hole);

    *step = 1;
    if (result == NONFS_E_NOT_FOUND) {
        *step = hole;
        return nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_DIRECTORY_HOLE,
                                                             .inode = c->node.stat.inode,
                                                             .block = block});
    }
    if (result != 0)
        return nonfs_check_damage(c, result);
    result = block == 0 ? dots_check(c, ref.data) : 0;
    if (result == 0)
        result = block_entries(c, ref.data);
    nonfs_block_put(&ref);
    return result;
}

static int inline_check(struct checker *c)
{
    uint64_t cursor = 0;
    int result = 0;

    while (result == 0) {
        result = nonfs_inline_readdir(&c->node, &cursor, &c->entry);
        if (result == NONFS_E_NOT_FOUND)
            return 0;
        result = result == 0 ? entry_check(c) : nonfs_check_damage(c, result);
    }
    return result;
}

static int directory_check_one(struct checker *c)
{
    const struct nonfs_ext4_info *info = &c->volume->super.info;
    uint64_t nblocks = 0;
    uint64_t step;
    int result;

    if (c->node.stat.flags & NONFS_EXT4_FL_INLINE_DATA)
        return inline_check(c);
    result = nonfs_dir_block_count(&c->node, &nblocks);
    if (result != 0)
        return nonfs_check_damage(c, result);
    for (uint64_t block = 0; result == 0 && block < nblocks; block += step)
        result = block_check(c, block, &step);
    if (result == 0 && c->node.stat.flags & NONFS_EXT4_FL_INDEX)
        result = info->compat & EXT4_COMPAT_DIR_INDEX ? nonfs_check_index(c) : 0;
    return result;
}

int nonfs_check_directories(struct checker *c)
{
    uint64_t n = c->volume->super.info.inode_count;
    int result = 0;

    for (uint64_t inode = 1; result == 0 && inode <= n; inode++) {
        if (!check_bit(c->directory, inode) || !directory_open(c, inode, &result))
            continue;
        c->result->directories++;
        result = directory_check_one(c);
        if (c->config->progress != NULL)
            c->config->progress(c->config->context, 3, inode, n);
    }
    return result;
}

/*
 * Follows ".." up from a directory that is named to one that is known to be reached, marking the way. A directory that is on
 * the way to itself is reached by no other: then the marks say so too much, and so it is reported before.
 */
static int way_up(struct checker *c, uint32_t start)
{
    uint32_t inode = start;
    uint32_t steps = 0;

    while (!check_bit(c->reached, inode)) {
        uint32_t parent;
        int result;

        if (!check_bit(c->named, inode) || steps++ > c->volume->super.info.inode_count)
            return nonfs_check_report(
                c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_DIRECTORY_LOST, .inode = start});
        check_set_bit(c->reached, inode);
        result = parent_of(c, inode, &parent);
        if (result != 0)
            return result;
        /* A wrong parent was said. */
        if (parent == 0 || parent > c->volume->super.info.inode_count ||
            !check_bit(c->directory, parent))
            return 0;
        if (parent == start)
            return nonfs_check_report(
                c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_DIRECTORY_LOST, .inode = start});
        inode = parent;
    }
    return 0;
}

int nonfs_check_connections(struct checker *c)
{
    uint64_t n = c->volume->super.info.inode_count;
    int result = 0;

    if (!check_bit(c->directory, NONFS_EXT4_ROOT_INODE))
        return nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_ROOT});
    check_set_bit(c->reached, NONFS_EXT4_ROOT_INODE);
    for (uint64_t inode = 1; result == 0 && inode <= n; inode++) {
        if (check_bit(c->directory, inode) && !check_bit(c->reached, inode))
            result = way_up(c, (uint32_t)inode);
    }
    return result;
}

/* Counts the names that a directory, in c->node, gives to the inodes of a part. */
static int directory_count(struct checker *c, uint64_t first, uint64_t count)
{
    uint64_t cursor = 0;

    for (;;) {
        int result = nonfs_ext4_readdir(&c->node, &cursor, &c->entry);
        uint64_t i = c->entry.inode - first;

        if (result == NONFS_E_NOT_FOUND || result == NONFS_E_INVALID)
            return 0;
        if (result == NONFS_E_IO || result == NONFS_E_GONE)
            return result;
        if (result == 0 && c->entry.inode >= first && i < count &&
            load_le16(c->window + 2 * i) != 0xffff)
            store_le16(c->window + 2 * i, load_le16(c->window + 2 * i) + 1u);
    }
}

/* Links are counted in the memory of the window, two bytes each. */
static int links_count(struct checker *c, uint64_t first, uint64_t count)
{
    int result = 0;

    memset(c->window, 0, (size_t)count * 2);
    for (uint64_t inode = 1; result == 0 && inode <= c->volume->super.info.inode_count; inode++) {
        if (check_bit(c->directory, inode) && directory_open(c, inode, &result))
            result = directory_count(c, first, count);
    }
    return result;
}

static int links_check(struct checker *c, uint32_t inode, uint32_t names)
{
    struct block_ref ref;
    uint32_t offset;
    uint32_t links;
    uint32_t flags;
    int directory = check_bit(c->directory, inode);
    int result = nonfs_inode_locate(c->volume, inode, &ref, &offset);

    if (result != 0)
        return nonfs_check_damage(c, result == NONFS_E_NOT_FOUND ? 0 : result);
    links = load_le16(ref.data + offset + I_LINKS);
    flags = load_le32(ref.data + offset + I_FLAGS);
    nonfs_block_put(&ref);
    if (flags & EXT4_FL_EA_INODE)
        return 0;
    if (names == 0 && !directory)
        return nonfs_check_report(
            c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_INODE_LOST, .inode = inode});
    /* A directory with one link has more than can be counted. */
    if (links == names ||
        (directory && links == 1 && c->volume->super.info.ro_compat & EXT4_RO_DIR_NLINK))
        return 0;
    return nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_INODE_LINKS,
                                                         .inode = inode,
                                                         .found = links,
                                                         .expected = names});
}

int nonfs_check_links(struct checker *c)
{
    uint64_t n = c->volume->super.info.inode_count;
    uint64_t part = c->window_size / 2;
    int result = 0;

    for (uint64_t first = 1; result == 0 && first <= n; first += part) {
        uint64_t count = n - first + 1 < part ? n - first + 1 : part;

        result = links_count(c, first, count);
        for (uint64_t i = 0; result == 0 && i < count; i++) {
            uint32_t inode = (uint32_t)(first + i);

            if (!check_bit(c->used, inode))
                continue;
            c->result->inodes++;
            if (!nonfs_check_inode_is_hidden(c, inode))
                result = links_check(c, inode, load_le16(c->window + 2 * i));
        }
        if (c->config->progress != NULL)
            c->config->progress(c->config->context, 4, first + count - 1, n);
    }
    return result;
}
