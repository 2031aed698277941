/* Copying a file or a whole tree: what cp does, and mv between file systems. */
#ifndef PROGRAMS_LIB_COPY_H
#define PROGRAMS_LIB_COPY_H

#include <stdbool.h>

struct copy_options {
    bool recursive; /* directories too, symbolic links as links */
    bool verbose;
};

/*
 * Copies `from` to the path `to` (which may exist: then a file is overwritten, a directory is filled). Reports errors. Returns 0, or 1 if
 * something was not copied.
 */
int copy_path(const char *from, const char *to, const struct copy_options *options);

/* Is `path` a directory, following links? */
bool copy_is_directory(const char *path);

/* DIRECTORY/name of `from`, in memory of the caller. */
char *copy_target(const char *from, const char *directory);

#endif
