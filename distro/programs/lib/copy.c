#include "copy.h"
#include "program.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool copy_is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *copy_target(const char *from, const char *directory)
{
    char *copy = program_strdup(from);
    char *path = program_join(directory, program_basename(copy));
    free(copy);
    return path;
}

static int fail(const char *path)
{
    program_errno(path);
    return PROGRAM_FAILED;
}

static int bytes_copy(int in, int out, const char *from, const char *to)
{
    static char buffer[65536];
    for (;;) {
        ssize_t n = read(in, buffer, sizeof(buffer));
        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(from);
        if (program_write_all(out, buffer, (size_t)n) != 0)
            return fail(to);
    }
}

static int file_copy(const char *from, const struct stat *st, const char *to)
{
    struct stat other;
    if (stat(to, &other) == 0) {
        if (other.st_ino == st->st_ino && other.st_dev == st->st_dev) {
            program_error("%s and %s are the same file", from, to);
            return PROGRAM_FAILED;
        }
        if (S_ISDIR(other.st_mode)) {
            program_error("%s: is a directory", to);
            return PROGRAM_FAILED;
        }
    }
    int in = open(from, O_RDONLY);
    if (in < 0)
        return fail(from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
    if (out < 0) {
        int status = fail(to);
        close(in);
        return status;
    }
    int status = bytes_copy(in, out, from, to);
    close(in);
    if (close(out) != 0)
        status = fail(to);
    return status;
}

static int link_copy(const char *from, const char *to)
{
    char target[4096];
    ssize_t n = readlink(from, target, sizeof(target) - 1);
    if (n < 0)
        return fail(from);
    target[n] = '\0';
    struct stat st;
    if (lstat(to, &st) == 0 && !S_ISDIR(st.st_mode))
        unlink(to);
    return symlink(target, to) == 0 ? 0 : fail(to);
}

/* Is `to` the directory `st` or inside it? Then a copy would never end. */
static bool inside(const struct stat *st, const char *to)
{
    char *path = program_strdup(to);
    bool found = false;
    for (size_t len = strlen(path); !found;) {
        struct stat other;
        const char *at = len ? path : (to[0] == '/' ? "/" : ".");
        if (stat(at, &other) == 0) {
            if (other.st_ino == st->st_ino && other.st_dev == st->st_dev)
                found = true;
        }
        if (len == 0)
            break;
        while (len > 0 && path[len - 1] == '/')
            len--;
        while (len > 0 && path[len - 1] != '/')
            len--;
        path[len] = '\0';
    }
    free(path);
    return found;
}

static int other_copy(const char *from, const struct stat *st, const char *to)
{
    if (S_ISREG(st->st_mode))
        return file_copy(from, st, to);
    if (S_ISLNK(st->st_mode))
        return link_copy(from, to);
    program_error("%s: neither a file, a directory nor a symbolic link", from);
    return PROGRAM_FAILED;
}

/* Copies what one event of the walk names. */
static int step(struct tree *t, enum tree_event event, const char *to)
{
    if (event == TREE_FILE)
        return other_copy(t->path, &t->stat, to);
    if (event == TREE_ERROR)
        return fail(t->path);
    /* Writable while it is being filled; its own mode comes when it is left. */
    if (event == TREE_ENTER && mkdir(to, 0700) != 0 && !copy_is_directory(to)) {
        t->skip = true;
        return fail(to);
    }
    if (event == TREE_LEAVE && copy_is_directory(to) && chmod(to, t->stat.st_mode & 0777) != 0)
        return fail(to);
    return 0;
}

static int tree_copy(const char *from, const char *to)
{
    struct tree t;
    enum tree_event event;
    int status = 0;
    size_t from_len = strlen(from);

    tree_begin(&t, from, false);
    while ((event = tree_next(&t)) != TREE_END) {
        const char *below = t.path + from_len;
        while (*below == '/')
            below++;
        char *target = *below ? program_join(to, below) : program_strdup(to);
        status |= step(&t, event, target);
        free(target);
    }
    tree_end(&t);
    return status;
}

int copy_path(const char *from, const char *to, const struct copy_options *options)
{
    struct stat st;
    if ((options->recursive ? lstat(from, &st) : stat(from, &st)) != 0)
        return fail(from);
    if (options->verbose)
        printf("%s -> %s\n", from, to);
    if (!S_ISDIR(st.st_mode))
        return S_ISLNK(st.st_mode) ? link_copy(from, to) : file_copy(from, &st, to);
    if (!options->recursive) {
        program_error("%s: is a directory; -r copies it", from);
        return PROGRAM_FAILED;
    }
    if (inside(&st, to)) {
        program_error("%s: cannot be copied into itself, %s", from, to);
        return PROGRAM_FAILED;
    }
    return tree_copy(from, to);
}
