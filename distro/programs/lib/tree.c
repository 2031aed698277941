#include "tree.h"
#include "program.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer paths cannot be used in one call anyhow; this also bounds the depth. */
#define TREE_PATH_MAX 4096

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int tree_names(const char *path, char ***names, size_t *count)
{
    DIR *d = opendir(path);
    char **list = NULL;
    size_t n = 0, capacity = 0;
    struct dirent *e;

    if (!d)
        return -1;
    for (errno = 0; (e = readdir(d)) != NULL; errno = 0) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        list = program_grow(list, n, &capacity, sizeof(*list));
        list[n++] = program_strdup(e->d_name);
    }
    int error = errno;
    closedir(d);
    if (error) {
        tree_names_free(list, n);
        errno = error;
        return -1;
    }
    if (n > 0)
        qsort(list, n, sizeof(*list), name_compare);
    *names = list;
    *count = n;
    return 0;
}

void tree_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

void tree_begin(struct tree *t, const char *path, bool follow)
{
    memset(t, 0, sizeof(*t));
    t->path_len = strlen(path);
    t->buffer_size = t->path_len + 256;
    t->buffer = program_alloc(t->buffer_size);
    memcpy(t->buffer, path, t->path_len + 1);
    t->path = t->buffer;
    t->follow = follow;
}

void tree_end(struct tree *t)
{
    while (t->nframes > 0) {
        struct tree_frame *f = &t->frames[--t->nframes];
        tree_names_free(f->names, f->nnames);
    }
    free(t->frames);
    free(t->buffer);
    memset(t, 0, sizeof(*t));
}

/* Sets the path to the directory's (`len` bytes) plus `name`. */
static void path_set(struct tree *t, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    if (len + name_len + 2 > t->buffer_size) {
        t->buffer_size = 2 * (len + name_len + 2);
        t->buffer = program_resize(t->buffer, t->buffer_size, 1);
        t->path = t->buffer;
    }
    if (len > 0 && t->buffer[len - 1] != '/')
        t->buffer[len++] = '/';
    memcpy(t->buffer + len, name, name_len + 1);
    t->path_len = len + name_len;
}

/* Looks at the path that was just set and says what it is. */
static enum tree_event visit(struct tree *t, bool follow)
{
    t->depth = (unsigned)t->nframes;
    if (t->path_len >= TREE_PATH_MAX) {
        errno = ENAMETOOLONG;
        return TREE_ERROR;
    }
    if ((follow ? stat(t->path, &t->stat) : lstat(t->path, &t->stat)) != 0)
        return TREE_ERROR;
    if (!S_ISDIR(t->stat.st_mode))
        return TREE_FILE;
    for (size_t i = 0; i < t->nframes; i++) {
        if (t->frames[i].stat.st_ino == t->stat.st_ino &&
            t->frames[i].stat.st_dev == t->stat.st_dev) {
            errno = ELOOP;
            return TREE_ERROR;
        }
    }
    t->frames = program_grow(t->frames, t->nframes, &t->capacity, sizeof(*t->frames));
    t->frames[t->nframes++] = (struct tree_frame){.path_len = t->path_len, .stat = t->stat};
    t->skip = false;
    return TREE_ENTER;
}

static enum tree_event leave(struct tree *t)
{
    struct tree_frame *f = &t->frames[--t->nframes];
    tree_names_free(f->names, f->nnames);
    t->path_len = f->path_len;
    t->buffer[f->path_len] = '\0';
    t->stat = f->stat;
    t->depth = (unsigned)t->nframes;
    return TREE_LEAVE;
}

enum tree_event tree_next(struct tree *t)
{
    if (!t->started) {
        t->started = true;
        return visit(t, t->follow);
    }
    if (t->nframes == 0)
        return TREE_END;
    struct tree_frame *f = &t->frames[t->nframes - 1];
    if (!f->names && !t->skip) {
        /* Just entered. An unreadable or empty directory is left at the next call. */
        t->skip = true;
        if (tree_names(t->path, &f->names, &f->nnames) != 0) {
            f->nnames = 0;
            f->names = NULL;
            t->depth = (unsigned)(t->nframes - 1);
            return TREE_ERROR;
        }
    }
    if (f->next >= f->nnames)
        return leave(t);
    path_set(t, f->path_len, f->names[f->next++]);
    return visit(t, false);
}

int tree_remove(const char *path, bool force)
{
    struct tree t;
    enum tree_event event;
    int status = PROGRAM_OK;

    tree_begin(&t, path, false);
    while ((event = tree_next(&t)) != TREE_END) {
        int result = 0;
        if (event == TREE_FILE)
            result = unlink(t.path);
        else if (event == TREE_LEAVE)
            result = rmdir(t.path);
        else if (event == TREE_ERROR && !(force && errno == ENOENT))
            result = -1;
        if (result != 0) {
            program_errno(t.path);
            status = PROGRAM_FAILED;
        }
    }
    tree_end(&t);
    return status;
}
