/* What is changed by path: names, modes and times. */
#include "vfs.h"

#define MODE_BITS 07777u

int target_writable(const struct nonfs_target *target)
{
    return target->write && target->at.fs->ops->write != NULL && !place_is_read_only(target->at)
               ? 0
               : NONFS_E_READ_ONLY;
}

/* A name can be added to or taken from the directory. */
static int target_changeable(const struct nonfs_target *target)
{
    if (!target->has_name)
        return NONFS_E_INVALID;
    return target->dir_write && target->dir.fs->ops->create != NULL &&
                   !place_is_read_only(target->dir)
               ? 0
               : NONFS_E_READ_ONLY;
}

int target_create_locked(const struct nonfs_vfs *vfs, struct nonfs_target *t, enum nonfs_kind kind,
                         uint32_t mode, const char *link, size_t link_len)
{
    if (t->exists)
        return NONFS_E_EXISTS;
    int r = target_changeable(t);
    if (r < 0)
        return r;
    t->at.fs = t->dir.fs;
    vfs_inode_lock(vfs, t->dir);
    r = t->dir.fs->ops->create(t->dir.fs, t->dir.inode, t->name, t->name_len, kind,
                               mode & MODE_BITS, link, link_len, &t->at.inode);
    vfs_inode_unlock(vfs, t->dir);
    if (r == 0) {
        t->exists = true;
        t->kind = kind;
        t->write = t->dir_write;
    }
    return r;
}

static int create(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch, const char *path,
                  size_t path_len, enum nonfs_kind kind, uint32_t mode, const char *link,
                  size_t link_len)
{
    struct nonfs_target *t = &scratch->target[0];

    vfs_tree_lock(directory->vfs);
    int r = file_walk_locked(directory, scratch, path, path_len, WALK_MISSING | WALK_NO_FOLLOW, t);
    if (r == 0)
        r = target_create_locked(directory->vfs, t, kind, mode, link, link_len);
    vfs_tree_unlock(directory->vfs);
    return r;
}

int nonfs_path_make_directory(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                              const char *path, size_t path_len, uint32_t mode)
{
    return create(directory, scratch, path, path_len, NONFS_KIND_DIRECTORY, mode, NULL, 0);
}

int nonfs_path_symlink(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                       const char *target, size_t target_len, const char *path, size_t path_len)
{
    if (target_len == 0)
        return NONFS_E_INVALID;
    if (target_len > NONFS_PATH_MAX - 1)
        return NONFS_E_NAME_TOO_LONG;
    for (size_t i = 0; i < target_len; i++)
        if (target[i] == '\0')
            return NONFS_E_INVALID;
    return create(directory, scratch, path, path_len, NONFS_KIND_SYMLINK, 0777, target, target_len);
}

static int remove_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                         const char *path, size_t path_len, bool is_directory)
{
    struct nonfs_target *t = &scratch->target[0];
    struct vfs_held held;
    int r = file_walk_locked(directory, scratch, path, path_len, WALK_NO_FOLLOW, t);

    if (r == 0)
        r = target_changeable(t);
    if (r < 0)
        return r;
    if (t->at.fs != t->dir.fs)
        return NONFS_E_BUSY; /* something is mounted there */
    const struct nonfs_place places[] = {t->dir, t->at};
    vfs_inodes_lock(directory->vfs, places, 2, &held);
    r = t->dir.fs->ops->remove(t->dir.fs, t->dir.inode, t->name, t->name_len, is_directory);
    vfs_inodes_unlock(directory->vfs, &held);
    return r;
}

int nonfs_path_remove(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                      const char *path, size_t path_len, bool is_directory)
{
    vfs_tree_lock(directory->vfs);
    int r = remove_locked(directory, scratch, path, path_len, is_directory);
    vfs_tree_unlock(directory->vfs);
    return r;
}

static int walk_both_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                            const char *path, size_t path_len, const char *new_path, size_t new_len)
{
    int r =
        file_walk_locked(directory, scratch, path, path_len, WALK_NO_FOLLOW, &scratch->target[0]);

    if (r < 0)
        return r;
    return file_walk_locked(directory, scratch, new_path, new_len, WALK_NO_FOLLOW | WALK_MISSING,
                            &scratch->target[1]);
}

static int rename_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                         const char *path, size_t path_len, const char *new_path, size_t new_len)
{
    const struct nonfs_target *from = &scratch->target[0], *to = &scratch->target[1];
    struct vfs_held held;
    int r = walk_both_locked(directory, scratch, path, path_len, new_path, new_len);

    if (r == 0)
        r = target_changeable(from);
    if (r == 0)
        r = target_changeable(to);
    if (r < 0)
        return r;
    if (from->at.fs != from->dir.fs || (to->exists && to->at.fs != to->dir.fs))
        return NONFS_E_BUSY;
    if (from->dir.fs != to->dir.fs)
        return NONFS_E_CROSS_DEVICE;
    const struct nonfs_place places[] = {from->dir, from->at, to->dir,
                                         to->exists ? to->at : (struct nonfs_place){NULL, 0}};
    vfs_inodes_lock(directory->vfs, places, VFS_PLACES_MAX, &held);
    r = from->dir.fs->ops->rename(from->dir.fs, from->dir.inode, from->name, from->name_len,
                                  to->dir.inode, to->name, to->name_len);
    vfs_inodes_unlock(directory->vfs, &held);
    return r;
}

int nonfs_path_rename(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                      const char *path, size_t path_len, const char *new_path, size_t new_len)
{
    vfs_tree_lock(directory->vfs);
    int r = rename_locked(directory, scratch, path, path_len, new_path, new_len);
    vfs_tree_unlock(directory->vfs);
    return r;
}

static int link_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                       const char *path, size_t path_len, const char *new_path, size_t new_len)
{
    const struct nonfs_target *from = &scratch->target[0], *to = &scratch->target[1];
    struct vfs_held held;
    int r = walk_both_locked(directory, scratch, path, path_len, new_path, new_len);

    if (r < 0)
        return r;
    if (to->exists)
        return NONFS_E_EXISTS;
    r = target_changeable(to);
    /* A second name in a writable place must not make a read-only file writable. */
    if (r == 0)
        r = from->write ? 0 : NONFS_E_READ_ONLY;
    if (r < 0)
        return r;
    if (from->at.fs != to->dir.fs)
        return NONFS_E_CROSS_DEVICE;
    const struct nonfs_place places[] = {from->at, to->dir};
    vfs_inodes_lock(directory->vfs, places, 2, &held);
    r = to->dir.fs->ops->link(to->dir.fs, from->at.inode, to->dir.inode, to->name, to->name_len);
    vfs_inodes_unlock(directory->vfs, &held);
    return r;
}

int nonfs_path_link(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                    const char *path, size_t path_len, const char *new_path, size_t new_len)
{
    vfs_tree_lock(directory->vfs);
    int r = link_locked(directory, scratch, path, path_len, new_path, new_len);
    vfs_tree_unlock(directory->vfs);
    return r;
}

static int walk_writable_locked(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                                const char *path, size_t path_len)
{
    struct nonfs_target *t = &scratch->target[0];
    int r = file_walk_locked(directory, scratch, path, path_len, 0, t);

    return r < 0 ? r : target_writable(t);
}

int nonfs_path_set_mode(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                        const char *path, size_t path_len, uint32_t mode)
{
    struct nonfs_place at;

    vfs_tree_lock(directory->vfs);
    int r = walk_writable_locked(directory, scratch, path, path_len);
    if (r == 0) {
        at = scratch->target[0].at;
        vfs_inode_lock(directory->vfs, at);
        r = at.fs->ops->set_mode(at.fs, at.inode, mode & MODE_BITS);
        vfs_inode_unlock(directory->vfs, at);
    }
    vfs_tree_unlock(directory->vfs);
    return r;
}

int nonfs_path_set_times(struct nonfs_file *directory, struct nonfs_vfs_scratch *scratch,
                         const char *path, size_t path_len, int64_t access_ns, int64_t modify_ns)
{
    struct nonfs_place at;

    vfs_tree_lock(directory->vfs);
    int r = walk_writable_locked(directory, scratch, path, path_len);
    if (r == 0) {
        at = scratch->target[0].at;
        vfs_inode_lock(directory->vfs, at);
        r = at.fs->ops->set_times(at.fs, at.inode, access_ns, modify_ns);
        vfs_inode_unlock(directory->vfs, at);
    }
    vfs_tree_unlock(directory->vfs);
    return r;
}
