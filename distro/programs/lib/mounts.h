/* The mounted file systems. */
#ifndef PROGRAMS_LIB_MOUNTS_H
#define PROGRAMS_LIB_MOUNTS_H

#include <stdbool.h>

struct mount {
    const char *source, *path, *type;
    bool read_only;
    const char *options; /* with commas between, "ro" or "rw" the first */
};

/*
 * Calls `use` for each mounted file system that holds files and returns the largest value it returned; or a negative errno if the
 * mounts cannot be listed.
 */
int mounts_each(int (*use)(const struct mount *m, void *context), void *context);

/* Makes what was written to any of them durable. Returns 0, or a negative errno. */
int mounts_sync(void);

#endif
