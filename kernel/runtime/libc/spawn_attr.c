/* What a spawn shall do: file actions, and changes to the capabilities that are handed over. */
#include "spawn_attr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <nonos/spawn.h>

#include "files.h"

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    memset(actions, 0, sizeof(*actions));
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    for (size_t i = 0; i < actions->n; i++)
        free(actions->actions[i].path);
    free(actions->actions);
    return posix_spawn_file_actions_init(actions);
}

static int action_add(posix_spawn_file_actions_t *actions, struct nonos_spawn_action action)
{
    if (action.fd < 0 || action.fd >= FILES_MAX || action.to >= FILES_MAX || action.to < 0)
        return EBADF;
    if (actions->n == actions->capacity) {
        size_t n = actions->capacity ? actions->capacity * 2 : 8;
        struct nonos_spawn_action *grown = reallocarray(actions->actions, n, sizeof(*grown));
        if (!grown)
            return ENOMEM;
        actions->actions = grown;
        actions->capacity = n;
    }
    actions->actions[actions->n++] = action;
    return 0;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
    return action_add(actions, (struct nonos_spawn_action){.kind = ACTION_CLOSE, .fd = fd});
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to)
{
    return action_add(actions,
                      (struct nonos_spawn_action){.kind = ACTION_DUP2, .fd = fd, .to = to});
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
                                     const char *restrict path, int flags, mode_t mode)
{
    char *copy = strdup(path);
    if (!copy)
        return ENOMEM;
    int error = action_add(
        actions, (struct nonos_spawn_action){
                     .kind = ACTION_OPEN, .fd = fd, .path = copy, .flags = flags, .mode = mode});
    if (error)
        free(copy);
    return error;
}

int posix_spawnattr_init(posix_spawnattr_t *attr)
{
    memset(attr, 0, sizeof(*attr));
    return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attr)
{
    free(attr->changes);
    return posix_spawnattr_init(attr);
}

static int change_add(posix_spawnattr_t *attr, enum spawn_change_kind kind, const char *name,
                      nonos_handle handle, uint32_t rights)
{
    if (strlen(name) >= NONOS_STARTUP_NAME_SIZE)
        return ENAMETOOLONG;
    struct nonos_spawn_change *grown =
        reallocarray(attr->changes, attr->nchanges + 1, sizeof(*grown));
    if (!grown)
        return ENOMEM;
    attr->changes = grown;
    struct nonos_spawn_change *change = &grown[attr->nchanges++];
    memset(change, 0, sizeof(*change));
    change->kind = kind;
    strcpy(change->name, name);
    change->handle = handle;
    change->rights = rights;
    return 0;
}

int nonos_spawnattr_without(posix_spawnattr_t *attr, const char *name)
{
    return change_add(attr, CHANGE_WITHOUT, name, 0, 0);
}

int nonos_spawnattr_give(posix_spawnattr_t *attr, const char *name, nonos_handle handle,
                         uint32_t rights)
{
    return change_add(attr, CHANGE_GIVE, name, handle, rights);
}

int nonos_spawnattr_limit(posix_spawnattr_t *attr, const char *name, uint32_t rights)
{
    return change_add(attr, CHANGE_LIMIT, name, 0, rights);
}

int nonos_spawnattr_nothing(posix_spawnattr_t *attr)
{
    return change_add(attr, CHANGE_NOTHING, "", 0, 0);
}

int nonos_spawnattr_set_memory(posix_spawnattr_t *attr, uint64_t bytes)
{
    attr->memory = bytes;
    return 0;
}

int nonos_spawnattr_set_priority(posix_spawnattr_t *attr, uint32_t priority)
{
    attr->priority = priority;
    return 0;
}
