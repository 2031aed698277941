#include "archivefs.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/archive.h>

/* Deepest path in an archive: names have 63 bytes at most. */
#define NONE UINT32_MAX

struct archive_node {
    const char *name; /* in the archive, or a constant */
    size_t name_len;
    uint32_t parent, first_child, last_child, next;
    const struct nonos_archive_entry *entry; /* NULL: a directory */
};

struct archivefs {
    struct nonfs_fs fs;
    const uint8_t *base;
    size_t len;
    struct archive_node *nodes; /* 0: the root */
    uint32_t nnodes, capacity;
};

static struct archivefs *archivefs_of(struct nonfs_fs *fs)
{
    return (struct archivefs *)fs;
}

static uint32_t node_find(const struct archivefs *a, uint32_t dir, const char *name, size_t len)
{
    uint32_t n = a->nodes[dir].first_child;
    while (n != NONE && !(a->nodes[n].name_len == len && memcmp(a->nodes[n].name, name, len) == 0))
        n = a->nodes[n].next;
    return n;
}

static int node_add(struct archivefs *a, uint32_t dir, const char *name, size_t len,
                    const struct nonos_archive_entry *entry, uint32_t *node)
{
    if (a->nnodes == a->capacity) {
        uint32_t capacity = a->capacity ? a->capacity * 2 : 64;
        struct archive_node *nodes = realloc(a->nodes, capacity * sizeof(*nodes));
        if (!nodes)
            return NONFS_E_NO_MEMORY;
        a->nodes = nodes;
        a->capacity = capacity;
    }
    uint32_t n = a->nnodes++;
    a->nodes[n] = (struct archive_node){name, len, dir, NONE, NONE, NONE, entry};
    if (n != 0) {
        struct archive_node *d = &a->nodes[dir];
        if (d->last_child == NONE)
            d->first_child = n;
        else
            a->nodes[d->last_child].next = n;
        d->last_child = n;
    }
    *node = n;
    return 0;
}

/* Adds the file of one entry with the directories that lead to it. */
static int entry_add(struct archivefs *a, const struct nonos_archive_entry *entry)
{
    if (memchr(entry->name, '\0', sizeof(entry->name)) == NULL || entry->offset > a->len ||
        entry->len > a->len - entry->offset)
        return NONFS_E_CORRUPT;
    const char *name = entry->name;
    uint32_t dir = 0;
    for (;;) {
        size_t len = strcspn(name, "/");
        bool last = name[len] == '\0';
        if (len == 0 || (len == 1 && name[0] == '.') || (len == 2 && memcmp(name, "..", 2) == 0))
            return NONFS_E_CORRUPT;
        uint32_t node = node_find(a, dir, name, len);
        if (node == NONE) {
            int r = node_add(a, dir, name, len, last ? entry : NULL, &node);
            if (r < 0)
                return r;
        } else if (last || a->nodes[node].entry) {
            return NONFS_E_CORRUPT;
        }
        if (last)
            return 0;
        dir = node;
        name += len + 1;
    }
}

static int node_get(struct nonfs_fs *fs, uint64_t inode, const struct archive_node **node)
{
    struct archivefs *a = archivefs_of(fs);
    if (inode >= a->nnodes)
        return NONFS_E_NOT_FOUND;
    *node = &a->nodes[inode];
    return 0;
}

static enum nonfs_kind node_kind(const struct archive_node *node)
{
    return node->entry ? NONFS_KIND_FILE : NONFS_KIND_DIRECTORY;
}

static int archivefs_lookup(struct nonfs_fs *fs, uint64_t dir, const char *name, size_t len,
                            uint64_t *inode, enum nonfs_kind *kind)
{
    const struct archive_node *node;
    int r = node_get(fs, dir, &node);
    if (r < 0)
        return r;
    if (node->entry)
        return NONFS_E_NOT_DIRECTORY;
    uint32_t n = node_find(archivefs_of(fs), (uint32_t)dir, name, len);
    if (n == NONE)
        return NONFS_E_NOT_FOUND;
    *inode = n;
    *kind = node_kind(&archivefs_of(fs)->nodes[n]);
    return 0;
}

static int archivefs_parent(struct nonfs_fs *fs, uint64_t dir, uint64_t *parent)
{
    const struct archive_node *node;
    int r = node_get(fs, dir, &node);
    if (r == 0)
        *parent = node->parent;
    return r;
}

static int archivefs_stat(struct nonfs_fs *fs, uint64_t inode, struct nonfs_fs_stat *stat)
{
    const struct archive_node *node;
    int r = node_get(fs, inode, &node);
    if (r < 0)
        return r;
    *stat = (struct nonfs_fs_stat){
        .inode = inode,
        .kind = node_kind(node),
        .mode = 0555,
        .links = node->entry ? 1 : 2,
        .block_size = 4096,
        .size = node->entry ? node->entry->len : 0,
        .allocated = node->entry ? (node->entry->len + 4095) / 4096 * 4096 : 0,
    };
    return 0;
}

static int archivefs_read(struct nonfs_fs *fs, uint64_t inode, uint64_t offset, void *buffer,
                          size_t len, size_t *done)
{
    const struct archive_node *node;
    int r = node_get(fs, inode, &node);
    if (r < 0)
        return r;
    if (!node->entry)
        return NONFS_E_IS_DIRECTORY;
    uint64_t size = node->entry->len;
    if (offset >= size)
        len = 0;
    else if (len > size - offset)
        len = (size_t)(size - offset);
    if (len > 0)
        memcpy(buffer, archivefs_of(fs)->base + node->entry->offset + offset, len);
    *done = len;
    return 0;
}

/* The cursor is the number of entries given so far. */
static int archivefs_read_dir(struct nonfs_fs *fs, uint64_t dir, uint64_t *cursor,
                              nonfs_fs_emit *emit, void *context)
{
    struct archivefs *a = archivefs_of(fs);
    const struct archive_node *node;
    int r = node_get(fs, dir, &node);
    if (r < 0)
        return r;
    if (node->entry)
        return NONFS_E_NOT_DIRECTORY;
    uint64_t index = 0;
    for (uint32_t n = node->first_child; n != NONE; n = a->nodes[n].next, index++) {
        if (index < *cursor)
            continue;
        if (!emit(context, n, node_kind(&a->nodes[n]), a->nodes[n].name, a->nodes[n].name_len))
            return 0;
        *cursor = index + 1;
    }
    return 0;
}

static int archivefs_read_link(struct nonfs_fs *fs, uint64_t inode, char *target, size_t size,
                               size_t *len)
{
    (void)fs, (void)inode, (void)target, (void)size, (void)len;
    return NONFS_E_INVALID; /* there are no symlinks */
}

static int archivefs_info(struct nonfs_fs *fs, struct nonfs_fs_info *info)
{
    struct archivefs *a = archivefs_of(fs);
    *info = (struct nonfs_fs_info){
        .type = "archive",
        .source = "boot",
        .block_size = 4096,
        .blocks = a->len / 4096,
        .inodes = a->nnodes,
        .read_only = true,
        .name_max = NONOS_ARCHIVE_NAME_SIZE - 1,
    };
    return 0;
}

static int archivefs_open(struct nonfs_fs *fs, uint64_t inode)
{
    const struct archive_node *node;
    return node_get(fs, inode, &node);
}

static void archivefs_close(struct nonfs_fs *fs, uint64_t inode)
{
    (void)fs, (void)inode; /* nothing is ever removed */
}

static const struct nonfs_fs_ops archivefs_ops = {
    .lookup = archivefs_lookup,
    .parent = archivefs_parent,
    .stat = archivefs_stat,
    .read = archivefs_read,
    .read_dir = archivefs_read_dir,
    .read_link = archivefs_read_link,
    .info = archivefs_info,
    .open = archivefs_open,
    .close = archivefs_close,
};

int archivefs_create(const void *archive, size_t len, struct nonfs_fs **fs)
{
    struct nonos_archive_header header;
    if (len < sizeof(header))
        return NONFS_E_CORRUPT;
    memcpy(&header, archive, sizeof(header));
    if (header.magic != NONOS_ARCHIVE_MAGIC || header.version != 1 || header.len > len ||
        header.nentries > NONOS_ARCHIVE_MAX_ENTRIES ||
        header.nentries > (len - sizeof(header)) / sizeof(struct nonos_archive_entry))
        return NONFS_E_CORRUPT;
    struct archivefs *a = calloc(1, sizeof(*a));
    uint32_t root;
    if (!a)
        return NONFS_E_NO_MEMORY;
    a->fs.ops = &archivefs_ops;
    a->fs.read_only = true;
    a->base = archive;
    a->len = (size_t)header.len;
    const struct nonos_archive_entry *entries =
        (const struct nonos_archive_entry *)(a->base + sizeof(header));
    int r = node_add(a, 0, "", 0, NULL, &root);
    for (uint32_t i = 0; i < header.nentries && r == 0; i++)
        r = entry_add(a, &entries[i]);
    if (r < 0) {
        archivefs_destroy(&a->fs);
        return r;
    }
    *fs = &a->fs;
    return 0;
}

int archivefs_add_directory(struct nonfs_fs *fs, const char *name)
{
    struct archivefs *a = archivefs_of(fs);
    uint32_t node;
    if (node_find(a, 0, name, strlen(name)) != NONE)
        return NONFS_E_EXISTS;
    return node_add(a, 0, name, strlen(name), NULL, &node);
}

void archivefs_destroy(struct nonfs_fs *fs)
{
    free(archivefs_of(fs)->nodes);
    free(fs);
}
