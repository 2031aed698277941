/* The mounted file systems. */
#ifndef PROGRAMS_LIB_MOUNTS_H
#define PROGRAMS_LIB_MOUNTS_H

struct mount {
    const char *source, *path;
};

/*
 * Calls `use` for each mounted file system that holds files and returns the largest value it returned; or a negative errno if the
 * mounts cannot be listed.
 */
int mounts_each(int (*use)(const struct mount *m, void *context), void *context);

#endif
