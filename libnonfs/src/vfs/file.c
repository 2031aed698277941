/*
 * Open files: opening, closing, data. A handle's position is guarded by the lock of its inode; what else it holds does not
 * change while it is open.
 */
#include <string.h>

#include "vfs.h"

int file_walk_locked(const struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                     const char *path, size_t path_len, unsigned flags, struct nonfs_target *target)
{
    if (directory->kind != NONFS_KIND_DIRECTORY)
        return NONFS_E_NOT_DIRECTORY;
    int r = walk_locked(directory->view, directory->at, scratch, path, path_len, flags, target);
    if (r == 0 && !directory->write)
        target->write = target->dir_write = false;
    return r;
}

/* ---- open ---- */

static int open_directory_locked(struct nonfs_view *view, struct nonfs_place at, bool write,
                                 struct nonfs_file *file)
{
    int r = place_open_locked(view->vfs, at);

    if (r < 0)
        return r;
    view->references++;
    *file = (struct nonfs_file){.vfs = view->vfs,
                                .at = at,
                                .view = view,
                                .kind = NONFS_KIND_DIRECTORY,
                                .read = true,
                                .write = write};
    return 0;
}

int nonfs_file_open_view(struct nonfs_view *view, bool write, struct nonfs_file *file)
{
    struct nonfs_vfs *vfs = view->vfs;

    vfs_tree_lock(vfs);
    int r = vfs->nmounts == 0
                ? NONFS_E_NOT_FOUND
                : open_directory_locked(view, place_root(vfs->mounts[0].fs), write, file);
    vfs_tree_unlock(vfs);
    return r;
}

static int open_check(const struct nonfs_target *t, unsigned flags)
{
    if (t->kind == NONFS_KIND_DIRECTORY)
        return flags & (NONFS_OPEN_WRITE | NONFS_OPEN_TRUNCATE | NONFS_OPEN_APPEND)
                   ? NONFS_E_IS_DIRECTORY
                   : 0;
    if (flags & NONFS_OPEN_DIRECTORY)
        return NONFS_E_NOT_DIRECTORY;
    if (t->kind == NONFS_KIND_SYMLINK)
        return NONFS_E_LOOP;
    if (t->kind != NONFS_KIND_FILE)
        return NONFS_E_UNSUPPORTED;
    return flags & (NONFS_OPEN_WRITE | NONFS_OPEN_TRUNCATE) ? target_writable(t) : 0;
}

static int open_target_locked(const struct nonfs_file *directory, const struct nonfs_target *t,
                              unsigned flags, bool truncate, struct nonfs_file *file)
{
    struct nonfs_vfs *vfs = directory->vfs;

    if (t->kind == NONFS_KIND_DIRECTORY)
        return open_directory_locked(directory->view, t->at, directory->write, file);
    int r = place_open_locked(vfs, t->at);
    if (r == 0 && truncate) {
        vfs_inode_lock(vfs, t->at);
        r = t->at.fs->ops->truncate(t->at.fs, t->at.inode, 0);
        vfs_inode_unlock(vfs, t->at);
        if (r < 0)
            place_close_locked(vfs, t->at);
    }
    if (r < 0)
        return r;
    *file = (struct nonfs_file){.vfs = vfs,
                                .at = t->at,
                                .kind = t->kind,
                                .read = flags & NONFS_OPEN_READ,
                                .write = flags & NONFS_OPEN_WRITE,
                                .append = flags & NONFS_OPEN_APPEND};
    return 0;
}

static int open_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                       const char *path, size_t path_len, unsigned flags, uint32_t mode,
                       struct nonfs_file *file)
{
    struct nonfs_target *t = &scratch->target[0];
    bool create = flags & NONFS_OPEN_CREATE;
    bool exclusive = create && (flags & NONFS_OPEN_EXCLUSIVE);
    bool no_follow = exclusive || (flags & NONFS_OPEN_NO_FOLLOW);
    int r = file_walk_locked(directory, scratch, path, path_len,
                             (create ? WALK_MISSING : 0) | (no_follow ? WALK_NO_FOLLOW : 0), t);

    if (r < 0)
        return r;
    bool created = !t->exists;
    if (created)
        r = target_create_locked(directory->vfs, t, NONFS_KIND_FILE, mode, NULL, 0);
    else if (exclusive)
        r = NONFS_E_EXISTS;
    if (r == 0)
        r = open_check(t, flags);
    if (r < 0)
        return r;
    return open_target_locked(directory, t, flags, (flags & NONFS_OPEN_TRUNCATE) && !created, file);
}

int nonfs_file_open(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                    const char *path, size_t path_len, unsigned flags, uint32_t mode,
                    struct nonfs_file *file)
{
    vfs_tree_lock(directory->vfs);
    int r = open_locked(directory, scratch, path, path_len, flags, mode, file);
    vfs_tree_unlock(directory->vfs);
    return r;
}

void nonfs_file_close(struct nonfs_file *file)
{
    struct nonfs_vfs *vfs = file->vfs;
    struct nonfs_view *view = file->view;

    vfs_tree_lock(vfs);
    place_close_locked(vfs, file->at);
    bool last = view != NULL && view_drop_locked(view);
    vfs_tree_unlock(vfs);
    memset(file, 0, sizeof(*file));
    if (last && view->gone != NULL)
        view->gone(view);
}

/* ---- data ---- */

int nonfs_file_read(struct nonfs_file *file, uint64_t offset, void *buf, size_t len, size_t *done)
{
    struct nonfs_fs *fs = file->at.fs;
    size_t got = 0;

    if (file->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    if (!file->read)
        return NONFS_E_DENIED;
    vfs_inode_lock(file->vfs, file->at);
    uint64_t position = offset == NONFS_FILE_POSITION ? file->position : offset;
    int r = fs->ops->read(fs, file->at.inode, position, buf, len, &got);
    if (r == 0 && offset == NONFS_FILE_POSITION)
        file->position = position + got;
    vfs_inode_unlock(file->vfs, file->at);
    if (r == 0)
        *done = got;
    return r;
}

/* Where a write goes. The end of the file does not move while its inode is locked. */
static int write_position(const struct nonfs_file *file, uint64_t offset, uint64_t *position)
{
    struct nonfs_fs_stat stat;

    *position = offset == NONFS_FILE_POSITION ? file->position : offset;
    if (!file->append)
        return 0;
    int r = file->at.fs->ops->stat(file->at.fs, file->at.inode, &stat);
    if (r == 0)
        *position = stat.size;
    return r;
}

int nonfs_file_write(struct nonfs_file *file, uint64_t offset, const void *buf, size_t len,
                     size_t *done)
{
    struct nonfs_fs *fs = file->at.fs;
    uint64_t position;
    size_t put = 0;

    if (file->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    if (!file->write)
        return NONFS_E_DENIED;
    vfs_inode_lock(file->vfs, file->at);
    int r = write_position(file, offset, &position);
    if (r == 0)
        r = fs->ops->write(fs, file->at.inode, position, buf, len, &put);
    if (r == 0 && offset == NONFS_FILE_POSITION)
        file->position = position + put;
    vfs_inode_unlock(file->vfs, file->at);
    if (r == 0)
        *done = put;
    return r;
}

/* Its inode is locked. */
static int seek_base(const struct nonfs_file *file, enum nonfs_whence whence, uint64_t *base)
{
    struct nonfs_fs_stat stat;
    int r;

    switch (whence) {
    case NONFS_SEEK_SET:
        *base = 0;
        return 0;
    case NONFS_SEEK_CURRENT:
        *base = file->position;
        return 0;
    case NONFS_SEEK_END:
        r = file->at.fs->ops->stat(file->at.fs, file->at.inode, &stat);
        if (r == 0)
            *base = stat.size;
        return r;
    default:
        return NONFS_E_INVALID;
    }
}

int nonfs_file_seek(struct nonfs_file *file, int64_t offset, enum nonfs_whence whence,
                    uint64_t *position)
{
    uint64_t base = 0;

    if (file->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    vfs_inode_lock(file->vfs, file->at);
    int r = seek_base(file, whence, &base);
    uint64_t to = base + (uint64_t)offset; /* two's complement adds */
    if (r == 0 && ((offset < 0 ? to > base : to < base) || to > INT64_MAX))
        r = NONFS_E_RANGE;
    if (r == 0)
        file->position = *position = to;
    vfs_inode_unlock(file->vfs, file->at);
    return r;
}

int nonfs_file_truncate(struct nonfs_file *file, uint64_t size)
{
    struct nonfs_fs *fs = file->at.fs;

    if (file->kind == NONFS_KIND_DIRECTORY)
        return NONFS_E_IS_DIRECTORY;
    if (!file->write)
        return NONFS_E_DENIED;
    vfs_inode_lock(file->vfs, file->at);
    int r = fs->ops->truncate(fs, file->at.inode, size);
    vfs_inode_unlock(file->vfs, file->at);
    return r;
}

int nonfs_file_sync(struct nonfs_file *file)
{
    return place_sync(file->vfs, file->at, false);
}
