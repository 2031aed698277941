/* The operations of a RAM file system, and its making. */
#include <string.h>

#include "ramfs.h"

static int directory_get(struct nonfs_fs *fs, uint64_t number, struct ram_inode **dir)
{
    *dir = inode_get(ramfs_of(fs), number);
    if (*dir == NULL)
        return NONFS_E_NOT_FOUND;
    return (*dir)->kind == NONFS_KIND_DIRECTORY ? 0 : NONFS_E_NOT_DIRECTORY;
}

static int file_get(struct nonfs_fs *fs, uint64_t number, struct ram_inode **file)
{
    *file = inode_get(ramfs_of(fs), number);
    if (*file == NULL)
        return NONFS_E_NOT_FOUND;
    if ((*file)->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    return (*file)->kind == NONFS_KIND_FILE ? 0 : NONFS_E_INVALID;
}

/* ---- inodes ---- */

/* Counts one more inode, if there may be. */
static int inode_count(struct ramfs *ram)
{
    ram_lock(ram);
    bool full = ram->inodes == ram->config.inodes_max;
    ram->inodes += !full;
    ram_unlock(ram);
    return full ? NONFS_E_FULL : 0;
}

static void inode_uncount(struct ramfs *ram)
{
    ram_lock(ram);
    ram->inodes--;
    ram_unlock(ram);
}

static int inode_new(struct ramfs *ram, enum nonfs_kind kind, uint32_t mode, uint32_t *number)
{
    int r = inode_count(ram);

    if (r < 0)
        return r;
    r = slot_take(ram, FRAME_INODES, number);
    if (r < 0) {
        inode_uncount(ram);
        return r;
    }
    struct ram_inode *inode = inode_at(ram, *number);
    inode->kind = kind;
    inode->mode = mode;
    inode->access_ns = inode->change_ns = inode->modify_ns = inode->create_ns = ram_now(ram);
    return 0;
}

static void inode_free_if_unused(struct ramfs *ram, uint32_t number)
{
    struct ram_inode *inode = inode_at(ram, number);

    if (inode->links > 0 || inode->opens > 0)
        return;
    content_drop(ram, inode);
    slot_give(ram, number);
    inode_uncount(ram);
}

/* ---- what there is ---- */

static int ramfs_lookup(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t len,
                        uint64_t *inode, enum nonfs_kind *kind)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *dir;
    uint32_t entry;
    int r = directory_get(fs, directory, &dir);

    if (r == 0)
        r = entry_find(ram, (uint32_t)directory, name, len, &entry);
    if (r < 0)
        return r;
    *inode = entry_at(ram, entry)->inode;
    *kind = (enum nonfs_kind)inode_at(ram, entry_at(ram, entry)->inode)->kind;
    return 0;
}

/* A removed directory is nowhere: what was above it may be gone, and its number another's. */
static int ramfs_parent(struct nonfs_fs *fs, uint64_t directory, uint64_t *parent)
{
    struct ram_inode *dir;
    int r = directory_get(fs, directory, &dir);

    if (r == 0 && dir->links == 0)
        r = NONFS_E_NOT_FOUND;
    if (r == 0)
        *parent = dir->parent;
    return r;
}

static int ramfs_stat(struct nonfs_fs *fs, uint64_t number, struct nonfs_fs_stat *stat)
{
    const struct ram_inode *inode = inode_get(ramfs_of(fs), number);

    if (inode == NULL)
        return NONFS_E_NOT_FOUND;
    *stat = (struct nonfs_fs_stat){
        .inode = number,
        .kind = (enum nonfs_kind)inode->kind,
        .mode = inode->mode,
        .links = inode->links,
        .block_size = PAGE,
        .size = inode->size,
        .allocated = (uint64_t)inode->held << PAGE_SHIFT,
        .access_ns = inode->access_ns,
        .change_ns = inode->change_ns,
        .modify_ns = inode->modify_ns,
        .create_ns = inode->create_ns,
    };
    return 0;
}

/* `page` is a clear page. */
static int list(struct ramfs *ram, const struct ram_inode *dir, uint64_t *cursor,
                nonfs_fs_emit *emit, void *context, uint8_t *page)
{
    uint32_t at = dir->first;

    while (at != NONE && entry_at(ram, at)->cookie < *cursor)
        at = entry_at(ram, at)->next;
    for (; at != NONE; at = entry_at(ram, at)->next) {
        const struct ram_entry *e = entry_at(ram, at);
        int r = entry_text(ram, e, page);
        if (r < 0)
            return r;
        if (!emit(context, e->inode, (enum nonfs_kind)inode_at(ram, e->inode)->kind,
                  (const char *)page + 1, page[0]))
            return 0;
        *cursor = e->cookie + 1;
    }
    return 0;
}

static int ramfs_read_dir(struct nonfs_fs *fs, uint64_t directory, uint64_t *cursor,
                          nonfs_fs_emit *emit, void *context)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *dir;
    uint8_t *page;
    int r = directory_get(fs, directory, &dir);

    if (r == 0)
        r = clear_take(ram, &page);
    if (r < 0)
        return r;
    r = list(ram, dir, cursor, emit, context, page);
    clear_give(ram, page);
    return r;
}

static int ramfs_read_link(struct nonfs_fs *fs, uint64_t number, char *target, size_t size,
                           size_t *len)
{
    struct ramfs *ram = ramfs_of(fs);
    const struct ram_inode *inode = inode_get(ram, number);

    if (inode == NULL)
        return NONFS_E_NOT_FOUND;
    if (inode->kind != NONFS_KIND_SYMLINK)
        return NONFS_E_INVALID;
    if (inode->size > size)
        return NONFS_E_NO_SPACE;
    int r = content_read(ram, (uint32_t)number, 0, (uint8_t *)target, (size_t)inode->size);
    if (r == 0)
        *len = (size_t)inode->size;
    return r;
}

static int ramfs_info(struct nonfs_fs *fs, struct nonfs_fs_info *info)
{
    const struct ramfs *ram = ramfs_of(fs);

    ram_lock(ram);
    *info = (struct nonfs_fs_info){
        .type = "ram",
        .source = "memory",
        .block_size = PAGE,
        .blocks = ram->config.pages_max,
        .blocks_free = ram->config.pages_max - ram->used,
        .inodes = ram->config.inodes_max,
        .inodes_free = ram->config.inodes_max - ram->inodes,
        .name_max = NONFS_NAME_MAX,
    };
    ram_unlock(ram);
    return 0;
}

static int ramfs_open(struct nonfs_fs *fs, uint64_t number)
{
    struct ram_inode *inode = inode_get(ramfs_of(fs), number);

    if (inode == NULL)
        return NONFS_E_NOT_FOUND;
    inode->opens++;
    return 0;
}

static void ramfs_close(struct nonfs_fs *fs, uint64_t number)
{
    struct ram_inode *inode = inode_get(ramfs_of(fs), number);

    if (inode == NULL || inode->opens == 0)
        return;
    inode->opens--;
    inode_free_if_unused(ramfs_of(fs), (uint32_t)number);
}

/* ---- content ---- */

static int ramfs_read(struct nonfs_fs *fs, uint64_t number, uint64_t offset, void *buf, size_t len,
                      size_t *done)
{
    struct ram_inode *inode;
    int r = file_get(fs, number, &inode);

    if (r < 0)
        return r;
    if (offset >= inode->size)
        len = 0;
    else if (len > inode->size - offset)
        len = (size_t)(inode->size - offset);
    r = content_read(ramfs_of(fs), (uint32_t)number, offset, buf, len);
    if (r < 0)
        return r;
    inode->access_ns = ram_now(ramfs_of(fs));
    *done = len;
    return 0;
}

static int ramfs_write(struct nonfs_fs *fs, uint64_t number, uint64_t offset, const void *buf,
                       size_t len, size_t *done)
{
    struct ramfs *ram = ramfs_of(fs);
    uint64_t max = (uint64_t)ram->config.pages_max << PAGE_SHIFT;
    struct ram_inode *inode;
    int r = file_get(fs, number, &inode);

    if (r < 0)
        return r;
    if (offset > max || len > max - offset)
        return NONFS_E_FULL;
    r = content_write(ram, (uint32_t)number, offset, buf, len, done);
    if (*done == 0 && len > 0)
        return r;
    if (offset + *done > inode->size && *done > 0)
        inode->size = offset + *done;
    inode->modify_ns = inode->change_ns = ram_now(ram);
    return 0;
}

static int ramfs_truncate(struct nonfs_fs *fs, uint64_t number, uint64_t size)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *inode;
    int r = file_get(fs, number, &inode);

    if (r < 0)
        return r;
    if (size > (uint64_t)ram->config.pages_max << PAGE_SHIFT)
        return NONFS_E_FULL;
    if (size < inode->size)
        r = content_cut(ram, (uint32_t)number, size);
    if (r < 0)
        return r;
    inode->size = size;
    inode->modify_ns = inode->change_ns = ram_now(ram);
    return 0;
}

/* ---- names ---- */

/* That a name can be put into the directory. */
static int name_is_free(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t len)
{
    struct ram_inode *dir;
    uint32_t entry;
    int r = directory_get(fs, directory, &dir);

    if (r == 0 && dir->links == 0)
        r = NONFS_E_NOT_FOUND; /* removed, and still open */
    if (r < 0)
        return r;
    r = entry_find(ramfs_of(fs), (uint32_t)directory, name, len, &entry);
    if (r == 0)
        return NONFS_E_EXISTS;
    return r == NONFS_E_NOT_FOUND ? 0 : r;
}

static int ramfs_create(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t len,
                        enum nonfs_kind kind, uint32_t mode, const char *target, size_t target_len,
                        uint64_t *number)
{
    struct ramfs *ram = ramfs_of(fs);
    uint32_t made;
    size_t done;
    int r = name_is_free(fs, directory, name, len);

    if (r == 0)
        r = inode_new(ram, kind, mode, &made);
    if (r < 0)
        return r;
    struct ram_inode *inode = inode_at(ram, made);
    if (kind == NONFS_KIND_SYMLINK) {
        r = content_write(ram, made, 0, (const uint8_t *)target, target_len, &done);
        inode->size = target_len;
    }
    if (r == 0)
        r = entry_make(ram, (uint32_t)directory, name, len, made);
    if (r < 0) {
        inode_free_if_unused(ram, made);
        return r;
    }
    inode->links = 1;
    if (kind == NONFS_KIND_DIRECTORY) {
        inode->links = 2; /* its name and its "." */
        inode->parent = (uint32_t)directory;
        inode_at(ram, (uint32_t)directory)->links++;
    }
    *number = made;
    return 0;
}

static int ramfs_link(struct nonfs_fs *fs, uint64_t number, uint64_t directory, const char *name,
                      size_t len)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *inode = inode_get(ram, number);
    int r = name_is_free(fs, directory, name, len);

    if (r < 0)
        return r;
    if (inode == NULL || inode->links == 0)
        return NONFS_E_NOT_FOUND;
    if (inode->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    r = entry_make(ram, (uint32_t)directory, name, len, (uint32_t)number);
    if (r < 0)
        return r;
    inode->links++;
    inode->change_ns = ram_now(ram);
    return 0;
}

/* Takes the name away and, with the last one, the inode. The caller has checked that a directory is empty. */
static void entry_remove(struct ramfs *ram, uint32_t entry)
{
    uint32_t number = entry_at(ram, entry)->inode;
    struct ram_inode *inode = inode_at(ram, number);
    struct ram_inode *dir = inode_at(ram, entry_at(ram, entry)->dir);

    entry_drop(ram, entry);
    if (inode->kind == NONFS_KIND_DIRECTORY) {
        inode->links = 0;
        dir->links--;
    } else {
        inode->links--;
    }
    inode->change_ns = ram_now(ram);
    inode_free_if_unused(ram, number);
}

static int entry_removable(const struct ramfs *ram, uint32_t entry, bool is_directory)
{
    const struct ram_inode *inode = inode_at(ram, entry_at(ram, entry)->inode);

    if (inode->kind != NONFS_KIND_DIRECTORY)
        return is_directory ? NONFS_E_NOT_DIRECTORY : 0;
    if (!is_directory)
        return NONFS_E_IS_DIRECTORY;
    return inode->first != NONE ? NONFS_E_NOT_EMPTY : 0;
}

static int ramfs_remove(struct nonfs_fs *fs, uint64_t directory, const char *name, size_t len,
                        bool is_directory)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *dir;
    uint32_t entry;
    int r = directory_get(fs, directory, &dir);

    if (r == 0)
        r = entry_find(ram, (uint32_t)directory, name, len, &entry);
    if (r == 0)
        r = entry_removable(ram, entry, is_directory);
    if (r == 0)
        entry_remove(ram, entry);
    return r;
}

/* True if the directory is `ancestor` or lies below it. */
static bool directory_is_below(const struct ramfs *ram, uint32_t number, uint32_t ancestor)
{
    while (number != ancestor && number != (uint32_t)ram->fs.root)
        number = inode_at(ram, number)->parent;
    return number == ancestor;
}

struct move {
    uint32_t entry;  /* what moves */
    uint32_t target; /* what it replaces; NONE: nothing */
    uint32_t inode;
    bool is_directory;
};

/* Finds what moves, and checks that it may; a move onto itself has `target` == `entry`. */
static int move_check(struct nonfs_fs *fs, uint64_t old_directory, const char *old_name,
                      size_t old_len, uint64_t new_directory, const char *new_name, size_t new_len,
                      struct move *m)
{
    struct ramfs *ram = ramfs_of(fs);
    struct ram_inode *from, *to;
    int r = directory_get(fs, old_directory, &from);

    if (r == 0)
        r = directory_get(fs, new_directory, &to);
    if (r < 0)
        return r;
    if (to->links == 0)
        return NONFS_E_NOT_FOUND;
    r = entry_find(ram, (uint32_t)old_directory, old_name, old_len, &m->entry);
    if (r < 0)
        return r;
    m->inode = entry_at(ram, m->entry)->inode;
    m->is_directory = inode_at(ram, m->inode)->kind == NONFS_KIND_DIRECTORY;
    if (m->is_directory && directory_is_below(ram, (uint32_t)new_directory, m->inode))
        return NONFS_E_INVALID;
    m->target = NONE;
    r = entry_find(ram, (uint32_t)new_directory, new_name, new_len, &m->target);
    if (r == NONFS_E_NOT_FOUND)
        return 0;
    if (r == 0 && entry_at(ram, m->target)->inode == m->inode)
        m->target = m->entry;
    else if (r == 0)
        r = entry_removable(ram, m->target, m->is_directory);
    return r;
}

static int ramfs_rename(struct nonfs_fs *fs, uint64_t old_directory, const char *old_name,
                        size_t old_len, uint64_t new_directory, const char *new_name,
                        size_t new_len)
{
    struct ramfs *ram = ramfs_of(fs);
    struct move m;
    int r = move_check(fs, old_directory, old_name, old_len, new_directory, new_name, new_len, &m);

    if (r < 0 || m.target == m.entry)
        return r;
    /* Both names are there for a moment, which the tree's lock hides. */
    r = entry_make(ram, (uint32_t)new_directory, new_name, new_len, m.inode);
    if (r < 0)
        return r;
    if (m.target != NONE)
        entry_remove(ram, m.target);
    entry_drop(ram, m.entry);
    struct ram_inode *inode = inode_at(ram, m.inode);
    if (m.is_directory) {
        inode_at(ram, (uint32_t)old_directory)->links--;
        inode_at(ram, (uint32_t)new_directory)->links++;
        inode->parent = (uint32_t)new_directory;
    }
    inode->change_ns = ram_now(ram);
    return 0;
}

/* ---- attributes ---- */

static int ramfs_set_mode(struct nonfs_fs *fs, uint64_t number, uint32_t mode)
{
    struct ram_inode *inode = inode_get(ramfs_of(fs), number);

    if (inode == NULL)
        return NONFS_E_NOT_FOUND;
    inode->mode = mode;
    inode->change_ns = ram_now(ramfs_of(fs));
    return 0;
}

static int ramfs_set_times(struct nonfs_fs *fs, uint64_t number, int64_t access_ns,
                           int64_t modify_ns)
{
    struct ram_inode *inode = inode_get(ramfs_of(fs), number);

    if (inode == NULL)
        return NONFS_E_NOT_FOUND;
    inode->access_ns = access_ns;
    inode->modify_ns = modify_ns;
    inode->change_ns = ram_now(ramfs_of(fs));
    return 0;
}

static const struct nonfs_fs_ops ramfs_ops = {
    .lookup = ramfs_lookup,
    .parent = ramfs_parent,
    .stat = ramfs_stat,
    .read = ramfs_read,
    .read_dir = ramfs_read_dir,
    .read_link = ramfs_read_link,
    .info = ramfs_info,
    .open = ramfs_open,
    .close = ramfs_close,
    .write = ramfs_write,
    .truncate = ramfs_truncate,
    .create = ramfs_create,
    .link = ramfs_link,
    .remove = ramfs_remove,
    .rename = ramfs_rename,
    .set_mode = ramfs_set_mode,
    .set_times = ramfs_set_times,
};

/* ---- making and ending ---- */

/* The arena: the file system, then these. */
struct layout {
    uint64_t chunks, kinds, clear_busy, buckets, clear, pages, end;
    uint32_t nchunks, nbuckets;
};

static uint64_t up(uint64_t n, uint64_t alignment)
{
    return (n + alignment - 1) & ~(alignment - 1);
}

static struct layout layout_of(const struct nonfs_ram_fs_config *config)
{
    struct layout l = {.nbuckets = 64};

    while (l.nbuckets < config->inodes_max)
        l.nbuckets *= 2;
    l.nchunks = (config->pages_max + CHUNK_FRAMES - 1) >> CHUNK_SHIFT;
    l.chunks = up(sizeof(struct ramfs), NONFS_RAM_FS_ARENA_ALIGN);
    l.kinds = l.chunks + (uint64_t)l.nchunks * sizeof(uint8_t *);
    l.clear_busy = l.kinds + config->pages_max + 1;
    l.buckets = up(l.clear_busy + config->workers, 4);
    l.clear = up(l.buckets + (uint64_t)l.nbuckets * 4, NONFS_RAM_FS_ARENA_ALIGN);
    l.pages = l.clear + (uint64_t)config->workers * PAGE;
    l.end = l.pages + (config->more == NULL ? (uint64_t)config->pages_max << PAGE_SHIFT : 0);
    return l;
}

static bool config_is_valid(const struct nonfs_ram_fs_config *c)
{
    return c->pages_max >= 16 && c->pages_max <= NONFS_RAM_FS_PAGES_MAX && c->inodes_max >= 1 &&
           c->inodes_max <= NONFS_RAM_FS_INODES_MAX && c->workers >= 1 &&
           c->workers <= NONFS_RAM_FS_WORKERS_MAX && (c->more == NULL) == (c->less == NULL) &&
           (c->cipher == NULL ||
            (c->cipher->seal != NULL && c->cipher->open != NULL && c->cipher->hash != NULL));
}

size_t nonfs_ram_fs_arena_size(const struct nonfs_ram_fs_config *config)
{
    if (!config_is_valid(config))
        return 0;
    uint64_t size = layout_of(config).end;
    return size <= SIZE_MAX ? (size_t)size : 0;
}

static void arena_set(struct ramfs *ram, uint8_t *arena, const struct layout *l)
{
    ram->chunks = (uint8_t **)(void *)(arena + l->chunks);
    ram->kinds = arena + l->kinds;
    ram->clear_busy = arena + l->clear_busy;
    ram->buckets = (uint32_t *)(void *)(arena + l->buckets);
    ram->nbuckets = l->nbuckets;
    ram->clear = arena + l->clear;
    for (uint32_t i = 0; ram->config.more == NULL && i < l->nchunks; i++)
        ram->chunks[i] = arena + l->pages + (uint64_t)i * NONFS_RAM_FS_CHUNK_SIZE;
}

int nonfs_ram_fs_create(struct nonfs_fs **fs, const struct nonfs_ram_fs_config *config, void *arena,
                        size_t arena_size)
{
    struct ramfs *ram = arena;
    uint32_t root;

    if (!config_is_valid(config) || (uintptr_t)arena % NONFS_RAM_FS_ARENA_ALIGN != 0)
        return NONFS_E_INVALID;
    struct layout l = layout_of(config);
    if (arena_size < l.end)
        return NONFS_E_NO_MEMORY;
    memset(arena, 0, (size_t)l.pages);
    ram->config = *config;
    if (config->cipher != NULL)
        ram->cipher = *config->cipher;
    if (config->locks != NULL)
        ram->locks = *config->locks;
    ram->next_cookie = 1;
    arena_set(ram, arena, &l);
    if (inode_new(ram, NONFS_KIND_DIRECTORY, 0755, &root) < 0)
        return NONFS_E_NO_MEMORY;
    inode_at(ram, root)->links = 2;
    inode_at(ram, root)->parent = root;
    ram->fs.ops = &ramfs_ops;
    ram->fs.root = root;
    *fs = &ram->fs;
    return 0;
}

void nonfs_ram_fs_destroy(struct nonfs_fs *fs)
{
    struct ramfs *ram = ramfs_of(fs);

    for (uint32_t frame = 1; frame <= ram->nframes; frame++)
        memset(frame_at(ram, frame), 0, PAGE);
    for (uint32_t i = 0; ram->config.less != NULL && i < layout_of(&ram->config).nchunks; i++)
        if (ram->chunks[i] != NULL)
            ram->config.less(ram->config.context, ram->chunks[i]);
    memset(ram, 0, sizeof(*ram));
}
