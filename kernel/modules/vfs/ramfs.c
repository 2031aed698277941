/*
 * RAM file system.
 *
 * Inodes lie in a table indexed by number, names in one hash table keyed by (directory, name) and
 * in a list a directory, ordered by a cookie that only grows: so a directory can be read in pieces
 * while it changes, and no entry that stays is missed or repeated. File data is a table of pages;
 * a page that was never written is not there and reads as zeros.
 */
#include "ramfs_private.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 64u

int64_t (*fs_clock)(void);

static int inode_get_directory(struct fs *fs, uint64_t number, struct ram_inode **dir)
{
    *dir = inode_get(fs, number);
    if (!*dir)
        return NONOS_E_NOT_FOUND;
    /* A removed directory that is still open takes no new names. */
    return (*dir)->kind == NONOS_KIND_DIRECTORY ? 0 : NONOS_E_NOT_DIRECTORY;
}

/* ---- inodes ---- */

static int inode_number_take(struct ramfs *ram, uint64_t *number)
{
    if (ram->nlive >= ram->inodes_max)
        return NONOS_E_NO_SPACE;
    if (ram->nunused > 0) {
        *number = ram->unused[--ram->nunused];
        return 0;
    }
    if (ram->ninodes == ram->ninodes_capacity) {
        size_t capacity = ram->ninodes_capacity ? ram->ninodes_capacity * 2 : 64;
        struct ram_inode **inodes = realloc(ram->inodes, capacity * sizeof(*inodes));
        if (!inodes)
            return NONOS_E_NO_MEMORY;
        ram->inodes = inodes;
        uint64_t *unused = realloc(ram->unused, capacity * sizeof(*unused));
        if (!unused)
            return NONOS_E_NO_MEMORY;
        ram->unused = unused;
        ram->ninodes_capacity = capacity;
    }
    *number = ram->ninodes;
    ram->inodes[ram->ninodes++] = NULL;
    return 0;
}

static void inode_number_give(struct ramfs *ram, uint64_t number)
{
    ram->inodes[number] = NULL;
    ram->unused[ram->nunused++] = number;
}

static int inode_new(struct ramfs *ram, enum nonos_file_kind kind, uint32_t mode,
                     struct ram_inode **inode)
{
    uint64_t number;
    int r = inode_number_take(ram, &number);
    if (r < 0)
        return r;
    struct ram_inode *n = calloc(1, sizeof(*n));
    if (!n) {
        inode_number_give(ram, number);
        return NONOS_E_NO_MEMORY;
    }
    n->number = number;
    n->kind = kind;
    n->mode = mode & 07777u;
    n->access_ns = n->change_ns = n->modify_ns = n->create_ns = now();
    ram->inodes[number] = n;
    ram->nlive++;
    *inode = n;
    return 0;
}

static void inode_free_if_unused(struct ramfs *ram, struct ram_inode *inode)
{
    if (inode->links > 0 || inode->opens > 0)
        return;
    pages_drop(ram, inode, 0);
    ram->table_bytes -= inode->npages * sizeof(uint8_t *);
    free(inode->pages);
    free(inode->target);
    inode_number_give(ram, inode->number);
    ram->nlive--;
    free(inode);
}

/* ---- operations ---- */

static int ramfs_lookup(struct fs *fs, uint64_t dir_number, const char *name, size_t len,
                        uint64_t *inode, enum nonos_file_kind *kind)
{
    struct ram_inode *dir;
    int r = inode_get_directory(fs, dir_number, &dir);
    if (r < 0)
        return r;
    struct ram_entry *e = entry_find(ramfs_of(fs), dir_number, name, len);
    if (!e)
        return NONOS_E_NOT_FOUND;
    *inode = e->inode;
    *kind = inode_get(fs, e->inode)->kind;
    return 0;
}

static int ramfs_parent(struct fs *fs, uint64_t dir_number, uint64_t *parent)
{
    struct ram_inode *dir;
    int r = inode_get_directory(fs, dir_number, &dir);
    if (r == 0)
        *parent = dir->parent;
    return r;
}

static int ramfs_stat(struct fs *fs, uint64_t number, struct nonos_file_stat *stat)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode)
        return NONOS_E_NOT_FOUND;
    *stat = (struct nonos_file_stat){
        .device = fs->device,
        .inode = number,
        .kind = inode->kind,
        .mode = inode->mode,
        .links = inode->links,
        .block_size = PAGE,
        .size = inode->size,
        .blocks = (uint64_t)inode->nheld * (PAGE / 512),
        .access_ns = inode->access_ns,
        .change_ns = inode->change_ns,
        .modify_ns = inode->modify_ns,
        .create_ns = inode->create_ns,
    };
    return 0;
}

static int ramfs_read_dir(struct fs *fs, uint64_t number, uint64_t *cursor, fs_emit *emit,
                          void *context)
{
    struct ram_inode *dir;
    int r = inode_get_directory(fs, number, &dir);
    if (r < 0)
        return r;
    struct ram_entry *e = dir->first;
    while (e && e->cookie < *cursor)
        e = e->next;
    for (; e; e = e->next) {
        if (!emit(context, e->inode, inode_get(fs, e->inode)->kind, e->name, e->len))
            return 0;
        *cursor = e->cookie + 1;
    }
    return 0;
}

static int ramfs_read_link(struct fs *fs, uint64_t number, char *target, size_t size, size_t *len)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode || inode->kind != NONOS_KIND_SYMLINK)
        return NONOS_E_INVALID;
    if (inode->size > size)
        return NONOS_E_RANGE;
    memcpy(target, inode->target, (size_t)inode->size);
    *len = (size_t)inode->size;
    return 0;
}

static int ramfs_stat_fs(struct fs *fs, struct nonos_file_fs *info)
{
    struct ramfs *ram = ramfs_of(fs);
    *info = (struct nonos_file_fs){
        .type = "ram",
        .source = "memory",
        .block_size = PAGE,
        .blocks = ram->pages_max,
        .blocks_free = ram->pages_max - ram->pages_used - ram->table_bytes / PAGE,
        .inodes = ram->inodes_max,
        .inodes_free = ram->inodes_max - ram->nlive,
        .name_max = NONOS_FILE_NAME_MAX,
    };
    return 0;
}

static int ramfs_open(struct fs *fs, uint64_t number)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode)
        return NONOS_E_NOT_FOUND;
    inode->opens++;
    return 0;
}

static void ramfs_close(struct fs *fs, uint64_t number)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode || inode->opens == 0)
        return;
    inode->opens--;
    inode_free_if_unused(ramfs_of(fs), inode);
}

static int ramfs_create_inode(struct fs *fs, uint64_t dir_number, const char *name, size_t len,
                              enum nonos_file_kind kind, uint32_t mode, const char *target,
                              size_t target_len, uint64_t *number)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *dir, *inode;
    int r = inode_get_directory(fs, dir_number, &dir);
    if (r < 0)
        return r;
    if (dir->links == 0)
        return NONOS_E_NOT_FOUND;
    if (entry_find(ram, dir_number, name, len))
        return NONOS_E_EXISTS;
    struct ram_entry *e = entry_new(name, len);
    char *text = kind == NONOS_KIND_SYMLINK ? malloc(target_len + 1) : NULL;
    if (!e || (kind == NONOS_KIND_SYMLINK && !text)) {
        r = NONOS_E_NO_MEMORY;
        goto fail;
    }
    r = inode_new(ram, kind, mode, &inode);
    if (r < 0)
        goto fail;
    inode->links = 1;
    if (kind == NONOS_KIND_SYMLINK) {
        memcpy(text, target, target_len);
        text[target_len] = '\0';
        inode->target = text;
        inode->size = target_len;
    } else if (kind == NONOS_KIND_DIRECTORY) {
        inode->links = 2; /* its name and its "." */
        inode->parent = dir_number;
        dir->links++;
    }
    entry_insert(ram, e, dir, inode);
    *number = inode->number;
    return 0;
fail:
    free(e);
    free(text);
    return r;
}

static int ramfs_link(struct fs *fs, uint64_t number, uint64_t dir_number, const char *name,
                      size_t len)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *dir, *inode = inode_get(fs, number);
    int r = inode_get_directory(fs, dir_number, &dir);
    if (r < 0)
        return r;
    if (!inode || dir->links == 0 || inode->links == 0)
        return NONOS_E_NOT_FOUND;
    if (inode->kind == NONOS_KIND_DIRECTORY)
        return NONOS_E_IS_DIRECTORY;
    if (entry_find(ram, dir_number, name, len))
        return NONOS_E_EXISTS;
    struct ram_entry *e = entry_new(name, len);
    if (!e)
        return NONOS_E_NO_MEMORY;
    inode->links++;
    inode->change_ns = now();
    entry_insert(ram, e, dir, inode);
    return 0;
}

/*
 * Takes the name away and, with the last one, the inode. The caller has checked that a directory
 * is empty.
 */
static void entry_remove(struct ramfs *ram, struct ram_entry *e)
{
    struct ram_inode *inode = ram->inodes[e->inode], *dir = ram->inodes[e->dir];
    entry_unlink(ram, e);
    if (inode->kind == NONOS_KIND_DIRECTORY) {
        inode->links = 0;
        dir->links--;
    } else {
        inode->links--;
    }
    inode->change_ns = now();
    inode_free_if_unused(ram, inode);
}

static int entry_removable(struct fs *fs, const struct ram_entry *e, bool directory)
{
    struct ram_inode *inode = inode_get(fs, e->inode);
    if (inode->kind != NONOS_KIND_DIRECTORY)
        return directory ? NONOS_E_NOT_DIRECTORY : 0;
    if (!directory)
        return NONOS_E_IS_DIRECTORY;
    return inode->first ? NONOS_E_NOT_EMPTY : 0;
}

static int ramfs_remove(struct fs *fs, uint64_t dir_number, const char *name, size_t len,
                        bool directory)
{
    struct ram_inode *dir;
    int r = inode_get_directory(fs, dir_number, &dir);
    if (r < 0)
        return r;
    struct ram_entry *e = entry_find(ramfs_of(fs), dir_number, name, len);
    if (!e)
        return NONOS_E_NOT_FOUND;
    r = entry_removable(fs, e, directory);
    if (r == 0)
        entry_remove(ramfs_of(fs), e);
    return r;
}

/* True if `number` is `ancestor` or lies below it. */
static bool directory_is_below(struct fs *fs, uint64_t number, uint64_t ancestor)
{
    for (;;) {
        if (number == ancestor)
            return true;
        if (number == fs->root)
            return false;
        number = inode_get(fs, number)->parent;
    }
}

static int ramfs_rename(struct fs *fs, uint64_t old_dir, const char *old_name, size_t old_len,
                        uint64_t new_dir, const char *new_name, size_t new_len)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *from, *to;
    int r = inode_get_directory(fs, old_dir, &from);
    if (r == 0)
        r = inode_get_directory(fs, new_dir, &to);
    if (r < 0)
        return r;
    struct ram_entry *e = entry_find(ram, old_dir, old_name, old_len);
    if (!e || to->links == 0)
        return NONOS_E_NOT_FOUND;
    struct ram_inode *inode = inode_get(fs, e->inode);
    bool directory = inode->kind == NONOS_KIND_DIRECTORY;
    if (directory && directory_is_below(fs, new_dir, inode->number))
        return NONOS_E_INVALID;
    struct ram_entry *target = entry_find(ram, new_dir, new_name, new_len);
    if (target && target->inode == e->inode)
        return 0;
    if (target) {
        r = entry_removable(fs, target, directory);
        if (r < 0)
            return r;
    }
    struct ram_entry *moved = entry_new(new_name, new_len);
    if (!moved)
        return NONOS_E_NO_MEMORY;
    if (target)
        entry_remove(ram, target);
    entry_unlink(ram, e);
    if (directory) {
        from->links--;
        to->links++;
        inode->parent = new_dir;
    }
    inode->change_ns = now();
    entry_insert(ram, moved, to, inode);
    return 0;
}

static int ramfs_set_mode(struct fs *fs, uint64_t number, uint32_t mode)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode)
        return NONOS_E_NOT_FOUND;
    inode->mode = mode & 07777u;
    inode->change_ns = now();
    return 0;
}

static int ramfs_set_times(struct fs *fs, uint64_t number, int64_t access_ns, int64_t modify_ns)
{
    struct ram_inode *inode = inode_get(fs, number);
    if (!inode)
        return NONOS_E_NOT_FOUND;
    inode->access_ns = access_ns;
    inode->modify_ns = modify_ns;
    inode->change_ns = now();
    return 0;
}

static int ramfs_sync(struct fs *fs)
{
    (void)fs; /* nothing outlives the machine */
    return 0;
}

static const struct fs_ops ramfs_ops = {
    .lookup = ramfs_lookup,
    .parent = ramfs_parent,
    .stat = ramfs_stat,
    .read = ramfs_read,
    .read_dir = ramfs_read_dir,
    .read_link = ramfs_read_link,
    .stat_fs = ramfs_stat_fs,
    .open = ramfs_open,
    .close = ramfs_close,
    .write = ramfs_write,
    .truncate = ramfs_truncate,
    .create = ramfs_create_inode,
    .link = ramfs_link,
    .remove = ramfs_remove,
    .rename = ramfs_rename,
    .set_mode = ramfs_set_mode,
    .set_times = ramfs_set_times,
    .sync = ramfs_sync,
};

struct fs *ramfs_create(uint64_t max_bytes, uint64_t max_inodes)
{
    struct ramfs *ram = calloc(1, sizeof(*ram));
    struct ram_inode *root;
    if (!ram)
        return NULL;
    ram->fs.ops = &ramfs_ops;
    ram->pages_max = max_bytes / PAGE;
    ram->inodes_max = max_inodes;
    ram->next_cookie = 1;
    ram->nbuckets = FIRST_BUCKETS;
    ram->buckets = calloc(ram->nbuckets, sizeof(*ram->buckets));
    if (!ram->buckets || inode_new(ram, NONOS_KIND_DIRECTORY, 0755, &root) < 0) {
        ramfs_destroy(&ram->fs);
        return NULL;
    }
    root->links = 2;
    root->parent = root->number;
    ram->fs.root = root->number;
    return &ram->fs;
}

void ramfs_destroy(struct fs *fs)
{
    struct ramfs *ram = ramfs_of(fs);
    for (size_t i = 0; i < ram->nbuckets && ram->buckets; i++) {
        while (ram->buckets[i]) {
            struct ram_entry *e = ram->buckets[i];
            ram->buckets[i] = e->bucket_next;
            free(e);
        }
    }
    for (size_t i = 0; i < ram->ninodes; i++) {
        if (ram->inodes[i]) {
            pages_drop(ram, ram->inodes[i], 0);
            free(ram->inodes[i]->pages);
            free(ram->inodes[i]->target);
            free(ram->inodes[i]);
        }
    }
    free(ram->inodes);
    free(ram->unused);
    free(ram->buckets);
    free(ram);
}
