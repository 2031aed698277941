/* What is told of files, directories, links and paths. Nothing here changes anything but the cursor of a listing. */
#include <string.h>

#include "vfs.h"

int nonfs_file_stat(struct nonfs_file *file, struct nonfs_fs_stat *stat)
{
    return place_stat(file->vfs, file->at, stat);
}

int nonfs_file_fs_info(struct nonfs_file *file, struct nonfs_fs_info *info)
{
    vfs_inode_lock(file->vfs, file->at);
    int r = file->at.fs->ops->info(file->at.fs, info);
    vfs_inode_unlock(file->vfs, file->at);
    return r;
}

/* ---- listings ---- */

struct listing {
    const struct nonfs_file *directory;
    enum standing standing;
    nonfs_fs_emit *emit;
    void *context;
};

static bool listing_emit(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                         size_t name_len)
{
    const struct listing *l = context;
    const struct nonfs_view *view = l->directory->view;
    struct nonfs_place child = {l->directory->at.fs, inode};

    if (name_len > NONFS_NAME_MAX ||
        view_step(view, l->standing, place_enter_locked(view->vfs, child)) == STANDING_OUTSIDE)
        return true;
    return l->emit(l->context, inode, kind, name, name_len);
}

int nonfs_file_read_dir(struct nonfs_file *directory, nonfs_fs_emit *emit, void *context)
{
    struct listing l = {directory, STANDING_OUTSIDE, emit, context};
    struct nonfs_place at = directory->at;

    if (directory->kind != NONFS_KIND_DIRECTORY)
        return NONFS_E_NOT_DIRECTORY;
    vfs_tree_lock(directory->vfs);
    int r = view_standing_locked(directory->view, at, &l.standing);
    if (r == 0) {
        vfs_inode_lock(directory->vfs, at);
        r = at.fs->ops->read_dir(at.fs, at.inode, &directory->position, listing_emit, &l);
        vfs_inode_unlock(directory->vfs, at);
    }
    vfs_tree_unlock(directory->vfs);
    return r;
}

int nonfs_file_rewind(struct nonfs_file *directory)
{
    if (directory->kind != NONFS_KIND_DIRECTORY)
        return NONFS_E_NOT_DIRECTORY;
    vfs_inode_lock(directory->vfs, directory->at);
    directory->position = 0;
    vfs_inode_unlock(directory->vfs, directory->at);
    return 0;
}

/* ---- paths ---- */

int nonfs_path_find(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                    const char *path, size_t path_len, struct nonfs_place *at,
                    enum nonfs_kind *kind)
{
    struct nonfs_target *t = &scratch->target[0];

    vfs_tree_lock(directory->vfs);
    int r = file_walk_locked(directory, scratch, path, path_len, 0, t);
    vfs_tree_unlock(directory->vfs);
    if (r == 0) {
        *at = t->at;
        *kind = t->kind;
    }
    return r;
}

int nonfs_path_stat(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                    const char *path, size_t path_len, unsigned flags, struct nonfs_fs_stat *stat)
{
    struct nonfs_target *t = &scratch->target[0];

    vfs_tree_lock(directory->vfs);
    int r = file_walk_locked(directory, scratch, path, path_len,
                             flags & NONFS_PATH_NO_FOLLOW ? WALK_NO_FOLLOW : 0, t);
    if (r == 0)
        r = place_stat(directory->vfs, t->at, stat);
    vfs_tree_unlock(directory->vfs);
    return r;
}

static int read_link_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                            const char *path, size_t path_len, size_t *len)
{
    struct nonfs_target *t = &scratch->target[0];
    int r = file_walk_locked(directory, scratch, path, path_len, WALK_NO_FOLLOW, t);

    if (r < 0)
        return r;
    if (t->kind != NONFS_KIND_SYMLINK)
        return NONFS_E_INVALID;
    vfs_inode_lock(directory->vfs, t->at);
    r = t->at.fs->ops->read_link(t->at.fs, t->at.inode, scratch->link, sizeof(scratch->link), len);
    vfs_inode_unlock(directory->vfs, t->at);
    return r;
}

int nonfs_path_read_link(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                         const char *path, size_t path_len, char *target, size_t size, size_t *len)
{
    size_t found = 0;

    vfs_tree_lock(directory->vfs);
    int r = read_link_locked(directory, scratch, path, path_len, &found);
    vfs_tree_unlock(directory->vfs);
    if (r < 0)
        return r;
    if (found > size)
        return NONFS_E_NO_SPACE;
    memcpy(target, scratch->link, found);
    *len = found;
    return 0;
}
