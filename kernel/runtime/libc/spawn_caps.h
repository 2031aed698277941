/* The list of named capabilities that a new task shall get. */
#ifndef LIBC_SPAWN_CAPS_H
#define LIBC_SPAWN_CAPS_H

#include <spawn.h>

#include <nonos/runtime.h>

struct spawn_caps {
    struct nonos_startup_cap names[NONOS_SPAWN_CAPS]; /* handle: as the child will know it */
    struct nonos_spawn_cap caps[NONOS_SPAWN_CAPS];
    uint32_t n;
};

/* Adds or replaces a name. NO_SPACE, NAME_TOO_LONG. */
NONOS_MUST_CHECK int spawn_caps_put(struct spawn_caps *list, const char *name, nonos_handle handle,
                                    uint32_t rights);

/* This task's own named capabilities that are neither files nor a module's own business, changed as `attr` (may be NULL) says. */
NONOS_MUST_CHECK int spawn_caps_inherit(struct spawn_caps *list, const posix_spawnattr_t *attr);

/* Drops what a module with this grant mask cannot hold, and what cannot be passed on. */
void spawn_caps_ceiling(struct spawn_caps *list, uint64_t grants);

/* Numbers the handles as the kernel will. */
void spawn_caps_number(struct spawn_caps *list);

#endif
