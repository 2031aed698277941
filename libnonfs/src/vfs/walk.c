/* The walk from a path to an inode, component by component. */
#include <string.h>

#include "vfs.h"

struct walk_state {
    const struct nonfs_view *view;
    struct nonfs_vfs_scratch
        *scratch;          /* its text: the path still to go ends where the buffer does */
    struct nonfs_place at; /* a directory */
    enum standing standing;
    unsigned flags;
    unsigned symlinks;
};

#define TEXT_END sizeof(((struct nonfs_vfs_scratch *)NULL)->text)

/* Paths and the targets of links alike hold no NUL, so names do not. */
static int text_prepend(struct nonfs_vfs_scratch *s, const char *bytes, size_t len)
{
    if (len > s->text_start)
        return NONFS_E_NAME_TOO_LONG;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] == '\0')
            return NONFS_E_INVALID;
    s->text_start -= len;
    memcpy(s->text + s->text_start, bytes, len);
    return 0;
}

/* Cuts the next component off; length 0 at the end. Slashes before it are skipped. */
static const char *text_component(struct nonfs_vfs_scratch *s, size_t *len)
{
    while (s->text_start < TEXT_END && s->text[s->text_start] == '/')
        s->text_start++;
    const char *name = s->text + s->text_start;
    size_t n = 0;
    while (s->text_start + n < TEXT_END && name[n] != '/')
        n++;
    s->text_start += n;
    *len = n;
    return name;
}

/* True if nothing but slashes is left. */
static bool text_at_end(const struct nonfs_vfs_scratch *s)
{
    size_t at = s->text_start;

    while (at < TEXT_END && s->text[at] == '/')
        at++;
    return at == TEXT_END;
}

static void target_directory(struct nonfs_target *t, struct nonfs_place at, enum standing standing)
{
    t->at = at;
    t->kind = NONFS_KIND_DIRECTORY;
    t->exists = true;
    t->write = standing == STANDING_WRITE;
    t->has_name = false;
}

/* Notes the last name of the path and where it would be. */
static void target_name(struct nonfs_target *t, struct nonfs_place dir, enum standing standing,
                        const char *name, size_t len)
{
    t->dir = dir;
    t->dir_write = standing == STANDING_WRITE;
    t->has_name = true;
    memcpy(t->name, name, len);
    t->name_len = len;
    t->exists = false;
}

static int walk_up(struct walk_state *w, struct nonfs_target *t)
{
    struct nonfs_place parent;
    int r = place_parent_locked(w->view->vfs, w->at, &parent);

    if (r == 0)
        r = view_standing_locked(w->view, parent, &w->standing);
    if (r < 0)
        return r;
    if (w->standing == STANDING_OUTSIDE)
        return NONFS_E_NOT_FOUND;
    w->at = parent;
    target_directory(t, parent, w->standing);
    t->dir = parent;
    return 0;
}

static int walk_symlink(struct walk_state *w, struct nonfs_place link)
{
    char *target = w->scratch->link;
    size_t len = 0;

    if (++w->symlinks > NONFS_VFS_SYMLINKS_MAX)
        return NONFS_E_LOOP;
    vfs_inode_lock(w->view->vfs, link);
    int r = link.fs->ops->read_link(link.fs, link.inode, target, sizeof(w->scratch->link), &len);
    vfs_inode_unlock(w->view->vfs, link);
    if (r < 0)
        return r;
    if (len == 0)
        return NONFS_E_NOT_FOUND;
    if (target[0] == '/') {
        w->at = place_root(w->view->vfs->mounts[0].fs);
        r = view_standing_locked(w->view, w->at, &w->standing);
        if (r < 0)
            return r;
    }
    return text_prepend(w->scratch, target, len);
}

/* One name down. Sets *done when the walk is over. */
static int walk_down(struct walk_state *w, const char *name, size_t len, struct nonfs_target *t,
                     bool *done)
{
    struct nonfs_place child = {w->at.fs, 0};
    enum nonfs_kind kind = NONFS_KIND_OTHER;
    bool slash = w->scratch->text_start < TEXT_END;
    bool last = text_at_end(w->scratch);

    target_name(t, w->at, w->standing, name, len);
    vfs_inode_lock(w->view->vfs, w->at);
    int r = child.fs->ops->lookup(child.fs, w->at.inode, name, len, &child.inode, &kind);
    vfs_inode_unlock(w->view->vfs, w->at);
    if (r == NONFS_E_NOT_FOUND && last && (w->flags & WALK_MISSING)) {
        /* In a directory that is only passed through nothing can be made, and nothing shows. */
        *done = true;
        return w->standing == STANDING_WAY ? NONFS_E_DENIED : 0;
    }
    if (r < 0)
        return r;
    if (kind == NONFS_KIND_DIRECTORY)
        child = place_enter_locked(w->view->vfs, child);
    enum standing standing = view_step(w->view, w->standing, child);
    /* A symlink on the way is followed; where it leads is checked like any other path. */
    if (standing == STANDING_OUTSIDE && kind != NONFS_KIND_SYMLINK)
        return NONFS_E_NOT_FOUND;
    if (kind == NONFS_KIND_SYMLINK && (!last || slash || !(w->flags & WALK_NO_FOLLOW)))
        return walk_symlink(w, child);
    if (standing == STANDING_OUTSIDE)
        return NONFS_E_NOT_FOUND;
    if (kind == NONFS_KIND_DIRECTORY) {
        w->at = child;
        w->standing = standing;
    } else if (!last || slash) {
        return NONFS_E_NOT_DIRECTORY;
    }
    t->at = child;
    t->kind = kind;
    t->exists = true;
    t->write = standing == STANDING_WRITE;
    *done = last;
    return 0;
}

static int walk_run(struct walk_state *w, struct nonfs_target *t)
{
    bool done = false;

    while (!done) {
        size_t len;
        const char *name = text_component(w->scratch, &len);
        int r = 0;
        if (len == 0)
            return 0;
        if (len > NONFS_NAME_MAX)
            return NONFS_E_NAME_TOO_LONG;
        if (len == 1 && name[0] == '.')
            target_directory(t, w->at, w->standing);
        else if (len == 2 && name[0] == '.' && name[1] == '.')
            r = walk_up(w, t);
        else
            r = walk_down(w, name, len, t, &done);
        if (r < 0)
            return r;
    }
    return 0;
}

int walk_locked(const struct nonfs_view *view, struct nonfs_place start,
                struct nonfs_vfs_scratch *scratch, const char *path, size_t path_len,
                unsigned flags, struct nonfs_target *target)
{
    struct walk_state w = {.view = view, .scratch = scratch, .at = start, .flags = flags};

    if (path_len > NONFS_PATH_MAX)
        return NONFS_E_NAME_TOO_LONG;
    if (path_len == 0)
        return NONFS_E_NOT_FOUND;
    if (path[0] == '/')
        w.at = place_root(view->vfs->mounts[0].fs);
    scratch->text_start = TEXT_END;
    int r = text_prepend(scratch, path, path_len);
    if (r == 0)
        r = view_standing_locked(view, w.at, &w.standing);
    if (r == 0 && w.standing == STANDING_OUTSIDE)
        r = NONFS_E_NOT_FOUND;
    if (r < 0)
        return r;
    memset(target, 0, sizeof(*target));
    target_directory(target, w.at, w.standing);
    target->dir = w.at;
    return walk_run(&w, target);
}
