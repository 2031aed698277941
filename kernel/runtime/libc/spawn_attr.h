/* The hidden parts of spawn.h's types. */
#ifndef LIBC_SPAWN_ATTR_H
#define LIBC_SPAWN_ATTR_H

#include <spawn.h>

#include <nonos/startup.h>

struct nonos_spawn_action {
    enum { ACTION_CLOSE, ACTION_DUP2, ACTION_OPEN } kind;
    int fd, to;
    char *path;
    int flags;
    mode_t mode;
};

enum spawn_change_kind { CHANGE_WITHOUT, CHANGE_GIVE, CHANGE_LIMIT, CHANGE_NOTHING };

struct nonos_spawn_change {
    enum spawn_change_kind kind;
    char name[NONOS_STARTUP_NAME_SIZE];
    nonos_handle handle;
    uint32_t rights;
};

#endif
