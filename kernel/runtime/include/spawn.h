/*
 * Starting programs: POSIX's posix_spawn. The child gets its own Account, its standard streams and every named capability of its
 * parent that may be passed on and that its grants allow; nonos/spawn.h narrows that.
 * A file descriptor is inherited unless it was opened with O_CLOEXEC.
 */
#ifndef NONOS_LIBC_SPAWN_H
#define NONOS_LIBC_SPAWN_H

#include <sys/types.h>

#define POSIX_SPAWN_SETSIGMASK 8

struct nonos_spawn_action;

typedef struct {
    struct nonos_spawn_action *actions;
    size_t n, capacity;
} posix_spawn_file_actions_t;

/* The extension's fields are set by the functions of nonos/spawn.h. */
typedef struct {
    short flags;
    uint32_t priority;
    uint64_t memory; /* quota of the child's Account in bytes; 0: the default */
    struct nonos_spawn_change *changes;
    size_t nchanges;
} posix_spawnattr_t;

/* Both return 0 or an errno value. */
int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                char *const argv[restrict], char *const envp[restrict]);
int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const argv[restrict], char *const envp[restrict]);

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
                                     const char *restrict path, int flags, mode_t mode);

int posix_spawnattr_init(posix_spawnattr_t *attr);
int posix_spawnattr_destroy(posix_spawnattr_t *attr);

#endif
