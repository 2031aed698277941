/*
 * Walks through a directory and all below it without recursion: names of a directory are read whole and sorted, so no
 * directory stays open. Symbolic links are reported, never followed, except a starting path that is one, if asked.
 * A directory that is its own ancestor (a damaged disk) is reported as an error and not entered.
 */
#ifndef PROGRAMS_LIB_TREE_H
#define PROGRAMS_LIB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum tree_event {
    TREE_END,
    TREE_FILE,  /* anything but a directory */
    TREE_ENTER, /* a directory, before its content */
    TREE_LEAVE, /* the same directory, after it */
    TREE_ERROR, /* `path` cannot be read; errno says why */
};

struct tree_frame {
    char **names;
    size_t nnames, next, path_len;
    struct stat stat;
};

struct tree {
    /* Of the last event. `path` changes with the next call. */
    const char *path;
    struct stat stat;
    unsigned depth; /* 0 for the starting path */

    char *buffer;
    size_t buffer_size, path_len;
    struct tree_frame *frames;
    size_t nframes, capacity;
    bool started, follow;
    bool skip; /* set after TREE_ENTER: do not go in */
};

void tree_begin(struct tree *t, const char *path, bool follow);
enum tree_event tree_next(struct tree *t);
void tree_end(struct tree *t);

/* Removes `path` with all below it. Reports errors; with `force` not that of a missing `path`. Returns 0, or 1 after an error. */
int tree_remove(const char *path, bool force);

/*
 * Names in directory `path`, without "." and "..", sorted by bytes. Returns 0, or -1 with errno. Free with tree_names_free().
 */
int tree_names(const char *path, char ***names, size_t *count);
void tree_names_free(char **names, size_t count);

#endif
