/* Requests that change names, sizes, modes and times. */
#include "file_private.h"

#include <stdlib.h>

int request_make_dir(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], WALK_MISSING | WALK_NO_FOLLOW, &t);
    return r < 0 ? r : target_create(&t, NONOS_KIND_DIRECTORY, (uint32_t)w[2], NULL, 0);
}

int request_remove(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &t);
    if (r == 0)
        r = target_changeable(&t);
    if (r < 0)
        return r;
    if (t.at.fs != t.dir.fs)
        return NONOS_E_BUSY; /* something is mounted there */
    return t.dir.fs->ops->remove(t.dir.fs, t.dir.inode, t.name, t.name_len, w[2] != 0);
}

int request_rename(struct handle *h, const uint64_t *w)
{
    struct target from, to;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &from);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &to);
    if (r == 0)
        r = target_changeable(&from);
    if (r == 0)
        r = target_changeable(&to);
    if (r < 0)
        return r;
    if (from.at.fs != from.dir.fs || (to.exists && to.at.fs != to.dir.fs))
        return NONOS_E_BUSY;
    if (from.dir.fs != to.dir.fs)
        return NONOS_E_CROSS_DEVICE;
    return from.dir.fs->ops->rename(from.dir.fs, from.dir.inode, from.name, from.name_len,
                                    to.dir.inode, to.name, to.name_len);
}

int request_link(struct handle *h, const uint64_t *w)
{
    struct target from, to;
    int r = path_walk(h, w[0], w[1], WALK_NO_FOLLOW, &from);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &to);
    if (r < 0)
        return r;
    if (to.exists)
        return NONOS_E_EXISTS;
    r = target_changeable(&to);
    /* A second name in a writable place must not make a read-only file writable. */
    if (r == 0)
        r = from.write ? 0 : NONOS_E_READ_ONLY;
    if (r < 0)
        return r;
    if (from.at.fs != to.dir.fs)
        return NONOS_E_CROSS_DEVICE;
    return to.dir.fs->ops->link(from.at.fs, from.at.inode, to.dir.inode, to.name, to.name_len);
}

int request_symlink(struct handle *h, const uint64_t *w)
{
    struct target t;
    struct path *text = malloc(sizeof(*text));
    if (!text)
        return NONOS_E_NO_MEMORY;
    int r = path_get(h, w[0], w[1], text);
    if (r == 0)
        r = path_walk(h, w[2], w[3], WALK_NO_FOLLOW | WALK_MISSING, &t);
    if (r == 0)
        r = target_create(&t, NONOS_KIND_SYMLINK, 0777, text->text, text->len);
    free(text);
    return r;
}

int request_truncate(struct handle *h, const uint64_t *w)
{
    struct open_file *file = h->file;
    if (file->kind != NONOS_KIND_FILE)
        return NONOS_E_INVALID;
    if (!file->write)
        return NONOS_E_DENIED;
    return file->at.fs->ops->truncate(file->at.fs, file->at.inode, w[0]);
}

int request_set_mode(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], 0, &t);
    if (r == 0)
        r = target_writable(&t);
    return r < 0 ? r : t.at.fs->ops->set_mode(t.at.fs, t.at.inode, (uint32_t)w[2]);
}

int request_set_times(struct handle *h, const uint64_t *w)
{
    struct target t;
    int r = path_walk(h, w[0], w[1], 0, &t);
    if (r == 0)
        r = target_writable(&t);
    return r < 0 ? r : t.at.fs->ops->set_times(t.at.fs, t.at.inode, (int64_t)w[2], (int64_t)w[3]);
}
