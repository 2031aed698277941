/* Mounts, and the locks of the tree and of inodes. */
#include <string.h>

#include "vfs.h"

#define TREE_LOCK   0u
#define FIRST_INODE 1u

/* ---- locks ---- */

static void lock(const struct nonfs_vfs *vfs, unsigned number)
{
    if (vfs->locks.lock != NULL)
        vfs->locks.lock(vfs->locks.context, number);
}

static void unlock(const struct nonfs_vfs *vfs, unsigned number)
{
    if (vfs->locks.lock != NULL)
        vfs->locks.unlock(vfs->locks.context, number);
}

void vfs_tree_lock(const struct nonfs_vfs *vfs)
{
    lock(vfs, TREE_LOCK);
}

void vfs_tree_unlock(const struct nonfs_vfs *vfs)
{
    unlock(vfs, TREE_LOCK);
}

/* The lock that an inode falls on; a whole file system, if it is serial. */
static unsigned lock_number(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    uint32_t key = (uint32_t)at.fs->device * 0x9e3779b1u;

    if (vfs->locks.lock == NULL)
        return FIRST_INODE;
    if (!at.fs->serial)
        key += (uint32_t)at.inode;
    return FIRST_INODE + (key & (vfs->locks.count - FIRST_INODE - 1));
}

void vfs_inodes_lock(const struct nonfs_vfs *vfs, const struct nonfs_place *places, unsigned count,
                     struct vfs_held *held)
{
    held->count = 0;
    for (unsigned i = 0; i < count; i++) {
        if (places[i].fs == NULL)
            continue;
        unsigned number = lock_number(vfs, places[i]);
        unsigned at = 0;
        while (at < held->count && held->number[at] < number)
            at++;
        if (at < held->count && held->number[at] == number)
            continue;
        for (unsigned j = held->count; j > at; j--)
            held->number[j] = held->number[j - 1];
        held->number[at] = number;
        held->count++;
    }
    for (unsigned i = 0; i < held->count; i++)
        lock(vfs, held->number[i]);
}

void vfs_inodes_unlock(const struct nonfs_vfs *vfs, const struct vfs_held *held)
{
    for (unsigned i = held->count; i > 0; i--)
        unlock(vfs, held->number[i - 1]);
}

void vfs_inode_lock(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    lock(vfs, lock_number(vfs, at));
}

void vfs_inode_unlock(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    unlock(vfs, lock_number(vfs, at));
}

int nonfs_vfs_init(struct nonfs_vfs *vfs, const struct nonfs_locks *locks)
{
    unsigned inodes = locks == NULL ? 1 : locks->count - FIRST_INODE;

    if (locks != NULL && (locks->count < FIRST_INODE + 1 || (inodes & (inodes - 1)) != 0 ||
                          locks->lock == NULL || locks->unlock == NULL))
        return NONFS_E_INVALID;
    memset(vfs, 0, sizeof(*vfs));
    if (locks != NULL)
        vfs->locks = *locks;
    return 0;
}

/* ---- places ---- */

struct nonfs_place place_enter_locked(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    for (size_t i = 1; i < vfs->nmounts; i++)
        if (place_equal(vfs->mounts[i].on, at))
            return place_root(vfs->mounts[i].fs);
    return at;
}

int place_parent_locked(const struct nonfs_vfs *vfs, struct nonfs_place directory,
                        struct nonfs_place *parent)
{
    for (size_t i = 1; i < vfs->nmounts && directory.inode == directory.fs->root; i++) {
        if (vfs->mounts[i].fs == directory.fs) {
            directory = vfs->mounts[i].on;
            break;
        }
    }
    parent->fs = directory.fs;
    vfs_inode_lock(vfs, directory);
    int r = directory.fs->ops->parent(directory.fs, directory.inode, &parent->inode);
    vfs_inode_unlock(vfs, directory);
    return r;
}

int place_open_locked(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    vfs_inode_lock(vfs, at);
    int r = at.fs->ops->open(at.fs, at.inode);
    vfs_inode_unlock(vfs, at);
    if (r == 0)
        at.fs->users++;
    return r;
}

void place_close_locked(const struct nonfs_vfs *vfs, struct nonfs_place at)
{
    vfs_inode_lock(vfs, at);
    at.fs->ops->close(at.fs, at.inode);
    vfs_inode_unlock(vfs, at);
    at.fs->users--;
}

int place_stat(const struct nonfs_vfs *vfs, struct nonfs_place at, struct nonfs_fs_stat *stat)
{
    vfs_inode_lock(vfs, at);
    int r = at.fs->ops->stat(at.fs, at.inode, stat);
    vfs_inode_unlock(vfs, at);
    if (r == 0)
        stat->device = at.fs->device;
    return r;
}

bool place_is_read_only(struct nonfs_place at)
{
    return __atomic_load_n(&at.fs->read_only, __ATOMIC_RELAXED);
}

/* ---- mounts ---- */

static bool is_mounted(const struct nonfs_vfs *vfs, const struct nonfs_fs *fs)
{
    for (size_t i = 0; i < vfs->nmounts; i++)
        if (vfs->mounts[i].fs == fs)
            return true;
    return false;
}

int nonfs_vfs_mount_root(struct nonfs_vfs *vfs, struct nonfs_fs *fs)
{
    int r = NONFS_E_BUSY;

    vfs_tree_lock(vfs);
    if (vfs->nmounts == 0) {
        vfs->mounts[0] = (struct nonfs_mount){.fs = fs, .text = "/"};
        vfs->nmounts = 1;
        fs->device = ++vfs->ndevices;
        r = 0;
    }
    vfs_tree_unlock(vfs);
    return r;
}

static int mount_locked(struct nonfs_vfs *vfs, struct nonfs_place where, const char *text,
                        struct nonfs_fs *fs)
{
    struct nonfs_fs_stat stat;

    if (vfs->nmounts == NONFS_VFS_MOUNTS_MAX)
        return NONFS_E_NO_SPACE;
    int r = place_stat(vfs, where, &stat);
    if (r < 0)
        return r;
    if (stat.kind != NONFS_KIND_DIRECTORY)
        return NONFS_E_NOT_DIRECTORY;
    if (!place_equal(place_enter_locked(vfs, where), where) || is_mounted(vfs, fs))
        return NONFS_E_BUSY;
    struct nonfs_mount *m = &vfs->mounts[vfs->nmounts++];
    *m = (struct nonfs_mount){.fs = fs, .on = where};
    for (size_t i = 0; i < NONFS_VFS_MOUNT_TEXT_MAX && text[i] != '\0'; i++)
        m->text[i] = text[i];
    fs->device = ++vfs->ndevices;
    return 0;
}

int nonfs_vfs_mount(struct nonfs_vfs *vfs, struct nonfs_place where, const char *text,
                    struct nonfs_fs *fs)
{
    vfs_tree_lock(vfs);
    int r = mount_locked(vfs, where, text, fs);
    vfs_tree_unlock(vfs);
    return r;
}

static int unmount_locked(struct nonfs_vfs *vfs, const struct nonfs_fs *fs)
{
    size_t at = 0;

    while (at < vfs->nmounts && vfs->mounts[at].fs != fs)
        at++;
    if (at == vfs->nmounts)
        return NONFS_E_NOT_FOUND;
    if (at == 0 || fs->users > 0)
        return NONFS_E_BUSY;
    for (size_t i = 1; i < vfs->nmounts; i++)
        if (vfs->mounts[i].on.fs == fs)
            return NONFS_E_BUSY;
    vfs->nmounts--;
    memmove(&vfs->mounts[at], &vfs->mounts[at + 1], (vfs->nmounts - at) * sizeof(vfs->mounts[0]));
    return 0;
}

int nonfs_vfs_unmount(struct nonfs_vfs *vfs, const struct nonfs_fs *fs)
{
    vfs_tree_lock(vfs);
    int r = unmount_locked(vfs, fs);
    vfs_tree_unlock(vfs);
    return r;
}

int nonfs_vfs_mount_info(struct nonfs_vfs *vfs, size_t index, struct nonfs_fs_info *info,
                         char *text)
{
    int r = NONFS_E_NOT_FOUND;

    vfs_tree_lock(vfs);
    if (index < vfs->nmounts) {
        const struct nonfs_mount *m = &vfs->mounts[index];
        vfs_inode_lock(vfs, place_root(m->fs));
        r = m->fs->ops->info(m->fs, info);
        vfs_inode_unlock(vfs, place_root(m->fs));
        if (r == 0)
            memcpy(text, m->text, sizeof(m->text));
    }
    vfs_tree_unlock(vfs);
    return r;
}

int place_sync(const struct nonfs_vfs *vfs, struct nonfs_place at, bool rest)
{
    struct nonfs_fs *fs = at.fs;
    int (*what)(struct nonfs_fs *) = rest && fs->ops->rest ? fs->ops->rest : fs->ops->sync;

    if (what == NULL)
        return 0;
    if (!fs->serial)
        return what(fs);
    vfs_inode_lock(vfs, at);
    int r = what(fs);
    vfs_inode_unlock(vfs, at);
    return r;
}

/* The file system that was mounted next after device number `after`. Numbers rise in the table. */
static struct nonfs_fs *mounted_after_locked(const struct nonfs_vfs *vfs, uint64_t after)
{
    for (size_t i = 0; i < vfs->nmounts; i++)
        if (vfs->mounts[i].fs->device > after)
            return vfs->mounts[i].fs;
    return NULL;
}

/* A commit takes as long as the device does, so the tree is not locked meanwhile: what is synced is in use instead. */
int nonfs_vfs_sync(struct nonfs_vfs *vfs, bool rest)
{
    struct nonfs_fs *fs;
    uint64_t device = 0;
    int first = 0;

    vfs_tree_lock(vfs);
    while ((fs = mounted_after_locked(vfs, device)) != NULL) {
        device = fs->device;
        fs->users++;
        vfs_tree_unlock(vfs);
        int r = place_sync(vfs, place_root(fs), rest);
        vfs_tree_lock(vfs);
        fs->users--;
        if (first == 0)
            first = r;
    }
    vfs_tree_unlock(vfs);
    return first;
}
