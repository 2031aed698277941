/* Views: what exists for whom. A path of a view keeps its file system in use. */
#include <string.h>

#include "vfs.h"

static const struct nonfs_view_path *view_path_at(const struct nonfs_view *view,
                                                  struct nonfs_place at)
{
    for (size_t i = 0; i < view->npaths; i++)
        if (place_equal(view->paths[i].at, at))
            return &view->paths[i];
    return NULL;
}

static bool view_on_way(const struct nonfs_view *view, struct nonfs_place at)
{
    for (size_t i = 0; i < view->npaths; i++)
        for (size_t j = 0; j < view->paths[i].nway; j++)
            if (place_equal(view->paths[i].way[j], at))
                return true;
    return false;
}

enum standing view_step(const struct nonfs_view *view, enum standing from, struct nonfs_place child)
{
    if (view->whole)
        return STANDING_WRITE;
    const struct nonfs_view_path *path = view_path_at(view, child);
    if (path != NULL)
        return path->write ? STANDING_WRITE : STANDING_READ;
    if (from == STANDING_WAY)
        return view_on_way(view, child) ? STANDING_WAY : STANDING_OUTSIDE;
    return from;
}

int view_standing_locked(const struct nonfs_view *view, struct nonfs_place directory,
                         enum standing *standing)
{
    struct nonfs_place at = directory;

    *standing = STANDING_WRITE;
    if (view->whole)
        return 0;
    for (;;) {
        const struct nonfs_view_path *path = view_path_at(view, at);
        if (path != NULL) {
            *standing = path->write ? STANDING_WRITE : STANDING_READ;
            return 0;
        }
        struct nonfs_place parent;
        int r = place_parent_locked(view->vfs, at, &parent);
        if (r < 0)
            return r;
        if (place_equal(parent, at))
            break;
        at = parent;
    }
    *standing = view_on_way(view, directory) ? STANDING_WAY : STANDING_OUTSIDE;
    return 0;
}

void nonfs_view_whole(struct nonfs_view *view, struct nonfs_vfs *vfs, nonfs_view_gone *gone)
{
    memset(view, 0, sizeof(*view));
    view->vfs = vfs;
    view->references = 1;
    view->gone = gone;
    view->whole = true;
}

static void view_empty_locked(struct nonfs_view *view)
{
    for (size_t i = 0; i < view->npaths; i++)
        view->paths[i].at.fs->users--;
    view->npaths = 0;
}

bool view_drop_locked(struct nonfs_view *view)
{
    if (--view->references > 0)
        return false;
    view_empty_locked(view);
    return true;
}

void nonfs_view_release(struct nonfs_view *view)
{
    struct nonfs_vfs *vfs = view->vfs;

    vfs_tree_lock(vfs);
    bool last = view_drop_locked(view);
    vfs_tree_unlock(vfs);
    if (last && view->gone != NULL)
        view->gone(view);
}

/* Records the directories between `directory` and the root. */
static int view_path_way_locked(const struct nonfs_vfs *vfs, struct nonfs_view_path *path,
                                struct nonfs_place directory)
{
    for (;;) {
        if (path->nway == NONFS_VIEW_DEPTH_MAX)
            return NONFS_E_INVALID;
        path->way[path->nway++] = directory;
        struct nonfs_place parent;
        int r = place_parent_locked(vfs, directory, &parent);
        if (r < 0 || place_equal(parent, directory))
            return r;
        directory = parent;
    }
}

/* Takes the path that was put behind the last one. */
static void view_take_locked(struct nonfs_view *view)
{
    const struct nonfs_view_path *path = &view->paths[view->npaths];

    for (size_t i = 0; i < view->npaths; i++) {
        if (place_equal(view->paths[i].at, path->at)) {
            view->paths[i].write &= path->write; /* named twice: the stricter one holds */
            return;
        }
    }
    path->at.fs->users++;
    view->npaths++;
}

/* One line "PATH ro|rw". */
static int view_add_line_locked(struct nonfs_view *view, const struct nonfs_view *from,
                                struct nonfs_vfs_scratch *scratch, const char *line, size_t len)
{
    struct nonfs_target *target = &scratch->target[0];
    struct nonfs_place top = place_root(view->vfs->mounts[0].fs);

    if (len < 4 || line[len - 3] != ' ' || line[len - 2] != 'r' ||
        (line[len - 1] != 'o' && line[len - 1] != 'w') || view->npaths == NONFS_VIEW_PATHS_MAX)
        return NONFS_E_INVALID;
    int r = walk_locked(from, top, scratch, line, len - 3, 0, target);
    if (r < 0)
        return r;
    struct nonfs_view_path *path = &view->paths[view->npaths];
    path->at = target->at;
    path->write = line[len - 1] == 'w' && target->write;
    path->nway = 0;
    if (!place_equal(target->at, top))
        r = view_path_way_locked(view->vfs, path, target->dir);
    if (r == 0)
        view_take_locked(view);
    return r;
}

/* What `from` singles out below a path of the new view keeps its own, stricter, rule. */
static int view_keep_inner_locked(struct nonfs_view *view, const struct nonfs_view *from)
{
    for (size_t i = 0; i < from->npaths; i++) {
        bool inner = false;
        for (size_t j = 0; j < from->paths[i].nway; j++)
            inner |= view_path_at(view, from->paths[i].way[j]) != NULL;
        if (!inner)
            continue;
        if (view->npaths == NONFS_VIEW_PATHS_MAX)
            return NONFS_E_INVALID;
        memcpy(&view->paths[view->npaths], &from->paths[i], sizeof(from->paths[i]));
        view_take_locked(view);
    }
    return 0;
}

int nonfs_view_part(struct nonfs_view *view, struct nonfs_view *from,
                    struct nonfs_vfs_scratch *scratch, const char *text, size_t len,
                    nonfs_view_gone *gone)
{
    struct nonfs_vfs *vfs = from->vfs;
    int r = 0;

    nonfs_view_whole(view, vfs, gone);
    view->whole = false;
    vfs_tree_lock(vfs);
    if (vfs->nmounts == 0)
        r = NONFS_E_NOT_FOUND;
    for (size_t at = 0; at < len && r == 0;) {
        size_t line = 0;
        while (at + line < len && text[at + line] != '\n')
            line++;
        r = view_add_line_locked(view, from, scratch, text + at, line);
        at += line + 1;
    }
    if (r == 0)
        r = view_keep_inner_locked(view, from);
    if (r < 0)
        view_empty_locked(view);
    vfs_tree_unlock(vfs);
    return r;
}
