#include "walk.h"

#include <stdlib.h>
#include <string.h>

/* ---- mounts ---- */

struct mount {
    struct fs *fs;
    struct place on; /* directory that it hides */
    char path[64];
};

static struct mount mounts[MOUNTS_MAX];
static size_t nmounts;
static uint64_t
    ndevices; /* numbers that were given: a file system that comes later is another one */

static bool place_equal(struct place a, struct place b)
{
    return a.fs == b.fs && a.inode == b.inode;
}

static struct place place_root(struct fs *fs)
{
    return (struct place){fs, fs->root};
}

int mount_root(struct fs *fs)
{
    if (nmounts != 0)
        return NONOS_E_BUSY;
    mounts[0] = (struct mount){.fs = fs, .path = "/"};
    nmounts = 1;
    fs->device = ++ndevices;
    return 0;
}

int mount_at(struct place where, const char *path, struct fs *fs)
{
    struct nonos_file_stat stat;
    if (nmounts == MOUNTS_MAX)
        return NONOS_E_NO_SPACE;
    int r = where.fs->ops->stat(where.fs, where.inode, &stat);
    if (r < 0)
        return r;
    if (stat.kind != NONOS_KIND_DIRECTORY)
        return NONOS_E_NOT_DIRECTORY;
    for (size_t i = 1; i < nmounts; i++)
        if (place_equal(mounts[i].on, where))
            return NONOS_E_BUSY;
    struct mount *m = &mounts[nmounts++];
    *m = (struct mount){.fs = fs, .on = where};
    strncpy(m->path, path, sizeof(m->path) - 1);
    fs->device = ++ndevices;
    return 0;
}

int mount_remove(const struct fs *fs)
{
    size_t at = 0;
    while (at < nmounts && mounts[at].fs != fs)
        at++;
    if (at == nmounts)
        return NONOS_E_NOT_FOUND;
    if (at == 0 || fs->users > 0)
        return NONOS_E_BUSY;
    for (size_t i = 1; i < nmounts; i++)
        if (mounts[i].on.fs == fs)
            return NONOS_E_BUSY;
    memmove(&mounts[at], &mounts[at + 1], (nmounts - at - 1) * sizeof(mounts[0]));
    nmounts--;
    return 0;
}

bool mount_get(size_t index, struct fs **fs, const char **path)
{
    if (index >= nmounts)
        return false;
    *fs = mounts[index].fs;
    *path = mounts[index].path;
    return true;
}

void mount_reset(void)
{
    nmounts = 0;
    ndevices = 0;
}

int place_open(struct place at)
{
    int r = at.fs->ops->open(at.fs, at.inode);
    if (r == 0)
        at.fs->users++;
    return r;
}

void place_close(struct place at)
{
    at.fs->ops->close(at.fs, at.inode);
    at.fs->users--;
}

/* What is seen at a place: the root of what is mounted there, or itself. */
static struct place mount_enter(struct place at)
{
    for (size_t i = 1; i < nmounts; i++)
        if (place_equal(mounts[i].on, at))
            return place_root(mounts[i].fs);
    return at;
}

/* The directory above: across the mount if `dir` is a root. The root of all is its own parent. */
static int place_parent(struct place dir, struct place *parent)
{
    for (size_t i = 1; i < nmounts && dir.inode == dir.fs->root; i++) {
        if (mounts[i].fs == dir.fs) {
            dir = mounts[i].on;
            break;
        }
    }
    parent->fs = dir.fs;
    return dir.fs->ops->parent(dir.fs, dir.inode, &parent->inode);
}

/* ---- views ---- */

struct view_path {
    struct place at;
    bool write;
    struct place way[VIEW_DEPTH_MAX]; /* from the directory above `at` up to the root */
    size_t nway;
};

struct view {
    size_t references;
    bool whole;
    size_t npaths;
    struct view_path paths[];
};

/* How a place stands to a view. */
enum standing { STANDING_OUTSIDE, STANDING_WAY, STANDING_READ, STANDING_WRITE };

static const struct view_path *view_path_at(const struct view *view, struct place at)
{
    for (size_t i = 0; i < view->npaths; i++)
        if (place_equal(view->paths[i].at, at))
            return &view->paths[i];
    return NULL;
}

static bool view_on_way(const struct view *view, struct place at)
{
    for (size_t i = 0; i < view->npaths; i++)
        for (size_t j = 0; j < view->paths[i].nway; j++)
            if (place_equal(view->paths[i].way[j], at))
                return true;
    return false;
}

/* Standing of a child that was reached by name from a directory of standing `from`. */
static enum standing view_step(const struct view *view, enum standing from, struct place child)
{
    if (view->whole)
        return STANDING_WRITE;
    const struct view_path *path = view_path_at(view, child);
    if (path)
        return path->write ? STANDING_WRITE : STANDING_READ;
    if (from == STANDING_WAY)
        return view_on_way(view, child) ? STANDING_WAY : STANDING_OUTSIDE;
    return from;
}

/* Standing of a directory, from its real ancestors. */
static int view_standing(const struct view *view, struct place dir, enum standing *standing)
{
    struct place at = dir;
    *standing = STANDING_WRITE;
    if (view->whole)
        return 0;
    for (;;) {
        const struct view_path *path = view_path_at(view, at);
        if (path) {
            *standing = path->write ? STANDING_WRITE : STANDING_READ;
            return 0;
        }
        struct place parent;
        int r = place_parent(at, &parent);
        if (r < 0)
            return r;
        if (place_equal(parent, at))
            break;
        at = parent;
    }
    *standing = view_on_way(view, dir) ? STANDING_WAY : STANDING_OUTSIDE;
    return 0;
}

struct place view_root(const struct view *view)
{
    (void)view; /* every view starts at the root of the tree; it differs in what exists there */
    return place_root(mounts[0].fs);
}

struct view *view_create_whole(void)
{
    struct view *view = calloc(1, sizeof(*view));
    if (view) {
        view->references = 1;
        view->whole = true;
    }
    return view;
}

struct view *view_hold(struct view *view)
{
    view->references++;
    return view;
}

void view_release(struct view *view)
{
    if (!view || --view->references > 0)
        return;
    for (size_t i = 0; i < view->npaths; i++)
        view->paths[i].at.fs->users--;
    free(view);
}

bool view_is_whole(const struct view *view)
{
    return view->whole;
}

bool view_shows(const struct view *view, struct place dir, struct place child)
{
    enum standing standing;
    return view_standing(view, dir, &standing) == 0 &&
           view_step(view, standing, mount_enter(child)) != STANDING_OUTSIDE;
}

/* Records the directories between `dir` and the root. */
static int view_path_way(struct view_path *path, struct place dir)
{
    for (;;) {
        if (path->nway == VIEW_DEPTH_MAX)
            return NONOS_E_INVALID;
        path->way[path->nway++] = dir;
        struct place parent;
        int r = place_parent(dir, &parent);
        if (r < 0 || place_equal(parent, dir))
            return r;
        dir = parent;
    }
}

static int view_add(struct view *view, const struct view_path *path)
{
    for (size_t i = 0; i < view->npaths; i++) {
        if (place_equal(view->paths[i].at, path->at)) {
            view->paths[i].write &= path->write; /* named twice: the stricter one holds */
            return 0;
        }
    }
    if (view->npaths == VIEW_PATHS_MAX)
        return NONOS_E_INVALID;
    path->at.fs->users++;
    view->paths[view->npaths++] = *path;
    return 0;
}

/* One line "PATH ro|rw" of view_create(). */
static int view_add_line(struct view *view, const struct view *from, const char *line, size_t len)
{
    if (len < 4 || line[len - 3] != ' ' || line[len - 2] != 'r' ||
        (line[len - 1] != 'o' && line[len - 1] != 'w'))
        return NONOS_E_INVALID;
    struct target target;
    int r = walk(from, view_root(from), line, len - 3, 0, &target);
    if (r < 0)
        return r;
    struct view_path path = {.at = target.at, .write = line[len - 1] == 'w' && target.write};
    bool top = place_equal(target.at, view_root(from));
    r = top ? 0 : view_path_way(&path, target.dir);
    return r < 0 ? r : view_add(view, &path);
}

/* What `from` singles out below a path of the new view keeps its own, stricter, rule. */
static int view_keep_inner(struct view *view, const struct view *from)
{
    for (size_t i = 0; i < from->npaths; i++) {
        bool inner = false;
        for (size_t j = 0; j < from->paths[i].nway; j++)
            inner |= view_path_at(view, from->paths[i].way[j]) != NULL;
        if (inner) {
            int r = view_add(view, &from->paths[i]);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

int view_create(struct view *from, const char *text, size_t len, struct view **out)
{
    struct view *view = calloc(1, sizeof(*view) + VIEW_PATHS_MAX * sizeof(struct view_path));
    if (!view)
        return NONOS_E_NO_MEMORY;
    view->references = 1;
    int r = 0;
    for (size_t at = 0; at < len && r == 0;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line = end ? (size_t)(end - (text + at)) : len - at;
        r = view_add_line(view, from, text + at, line);
        at += line + 1;
    }
    if (r == 0)
        r = view_keep_inner(view, from);
    if (r < 0) {
        view_release(view);
        return r;
    }
    *out = view;
    return 0;
}

/* ---- walks ---- */

/* Work of one walk: the path still to go, with the texts of symlinks put in front of it. */
struct walk_text {
    char buffer[2 * NONOS_PATH_MAX];
    size_t start; /* first byte still to go; the text ends at the end of the buffer */
};

static int walk_prepend(struct walk_text *text, const char *bytes, size_t len)
{
    if (len > text->start)
        return NONOS_E_NAME_TOO_LONG;
    text->start -= len;
    memcpy(text->buffer + text->start, bytes, len);
    return 0;
}

/* Cuts the next component off; length 0 at the end. Slashes before it are skipped. */
static const char *walk_component(struct walk_text *text, size_t *len)
{
    while (text->start < sizeof(text->buffer) && text->buffer[text->start] == '/')
        text->start++;
    const char *name = text->buffer + text->start;
    size_t n = 0;
    while (text->start + n < sizeof(text->buffer) && name[n] != '/')
        n++;
    text->start += n;
    *len = n;
    return name;
}

/* True if nothing but slashes is left. */
static bool walk_at_end(const struct walk_text *text)
{
    size_t at = text->start;
    while (at < sizeof(text->buffer) && text->buffer[at] == '/')
        at++;
    return at == sizeof(text->buffer);
}

static void target_directory(struct target *t, struct place at, enum standing standing)
{
    t->at = at;
    t->kind = NONOS_KIND_DIRECTORY;
    t->exists = true;
    t->write = standing == STANDING_WRITE;
    t->has_name = false;
}

/* Notes the last name of the path and where it would be. */
static void target_name(struct target *t, struct place dir, enum standing standing,
                        const char *name, size_t len)
{
    t->dir = dir;
    t->dir_write = standing == STANDING_WRITE;
    t->has_name = true;
    memcpy(t->name, name, len);
    t->name_len = len;
    t->exists = false;
}

struct walk_state {
    const struct view *view;
    struct place at; /* a directory */
    enum standing standing;
    unsigned flags;
    unsigned symlinks;
    struct walk_text text;
};

static int walk_up(struct walk_state *w, struct target *t)
{
    struct place parent;
    int r = place_parent(w->at, &parent);
    if (r == 0)
        r = view_standing(w->view, parent, &w->standing);
    if (r < 0)
        return r;
    if (w->standing == STANDING_OUTSIDE)
        return NONOS_E_NOT_FOUND;
    w->at = parent;
    target_directory(t, parent, w->standing);
    t->dir = parent;
    return 0;
}

static int walk_symlink(struct walk_state *w, struct place link)
{
    char target[NONOS_PATH_MAX];
    size_t len;
    if (++w->symlinks > WALK_SYMLINKS_MAX)
        return NONOS_E_LOOP;
    int r = link.fs->ops->read_link(link.fs, link.inode, target, sizeof(target), &len);
    if (r < 0)
        return r;
    if (len == 0)
        return NONOS_E_NOT_FOUND;
    if (target[0] == '/') {
        w->at = view_root(w->view);
        r = view_standing(w->view, w->at, &w->standing);
        if (r < 0)
            return r;
    }
    return walk_prepend(&w->text, target, len);
}

/* One name down. Sets *done when the walk is over. */
static int walk_down(struct walk_state *w, const char *name, size_t len, struct target *t,
                     bool *done)
{
    struct place child = {w->at.fs, 0};
    enum nonos_file_kind kind;
    bool slash = w->text.start < sizeof(w->text.buffer);
    bool last = walk_at_end(&w->text);

    target_name(t, w->at, w->standing, name, len);
    int r = child.fs->ops->lookup(child.fs, w->at.inode, name, len, &child.inode, &kind);
    if (r == NONOS_E_NOT_FOUND && last && (w->flags & WALK_MISSING)) {
        /* In a directory that is only passed through nothing can be made, and nothing shows. */
        *done = true;
        return w->standing == STANDING_WAY ? NONOS_E_DENIED : 0;
    }
    if (r < 0)
        return r;
    if (kind == NONOS_KIND_DIRECTORY)
        child = mount_enter(child);
    enum standing standing = view_step(w->view, w->standing, child);
    /* A symlink on the way is followed; where it leads is checked like any other path. */
    if (standing == STANDING_OUTSIDE && kind != NONOS_KIND_SYMLINK)
        return NONOS_E_NOT_FOUND;
    if (kind == NONOS_KIND_SYMLINK && (!last || slash || !(w->flags & WALK_NO_FOLLOW)))
        return walk_symlink(w, child);
    if (standing == STANDING_OUTSIDE)
        return NONOS_E_NOT_FOUND;
    if (kind == NONOS_KIND_DIRECTORY) {
        w->at = child;
        w->standing = standing;
    } else if (!last || slash) {
        return NONOS_E_NOT_DIRECTORY;
    }
    t->at = child;
    t->kind = kind;
    t->exists = true;
    t->write = standing == STANDING_WRITE;
    *done = last;
    return 0;
}

static int walk_run(struct walk_state *w, struct target *t)
{
    bool done = false;
    while (!done) {
        size_t len;
        const char *name = walk_component(&w->text, &len);
        int r = 0;
        if (len == 0)
            return 0;
        if (len > NONOS_FILE_NAME_MAX)
            return NONOS_E_NAME_TOO_LONG;
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

int walk(const struct view *view, struct place start, const char *path, size_t len, unsigned flags,
         struct target *target)
{
    if (len > NONOS_PATH_MAX)
        return NONOS_E_NAME_TOO_LONG;
    if (memchr(path, '\0', len))
        return NONOS_E_INVALID;
    struct walk_state *w = malloc(sizeof(*w));
    if (!w)
        return NONOS_E_NO_MEMORY;
    w->view = view;
    w->flags = flags;
    w->symlinks = 0;
    w->at = len > 0 && path[0] == '/' ? view_root(view) : start;
    w->text.start = sizeof(w->text.buffer);
    int r = view_standing(view, w->at, &w->standing);
    if (r == 0 && w->standing == STANDING_OUTSIDE)
        r = NONOS_E_NOT_FOUND;
    if (r == 0)
        r = walk_prepend(&w->text, path, len);
    if (r == 0) {
        memset(target, 0, sizeof(*target));
        target_directory(target, w->at, w->standing);
        target->dir = w->at;
        r = walk_run(w, target);
    }
    free(w);
    return r;
}
