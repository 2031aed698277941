/*
 * Starting programs with less: what posix_spawn() hands to a child by default, and how a shell changes it.
 *
 * By default a child gets stdin, stdout, stderr and further open files, and each named capability of its parent (root, clock,
 * attest, net, ...) that can be passed on and that the grants of its module allow. Changes are applied in order:
 *
 *     without net -- prog         nonos_spawnattr_without(&attr, "net")
 *     with /disk:ro -- prog       nonos_file_view("/disk ro\n", &view); nonos_spawnattr_give(&attr, "root", view, NONOS_RIGHTS_ALL)
 *     read the clock, no entropy  nonos_spawnattr_limit(&attr, "clock", NONOS_SYSTEM_CLOCK)
 */
#ifndef NONOS_SPAWN_H
#define NONOS_SPAWN_H

#include <spawn.h>

#include <nonos/runtime.h>

/*
 * A child's quota when none was set, if the parent's Account has as much; else a quarter to a half of what it has, so that
 * there is room for more children.
 */
#define NONOS_SPAWN_MEMORY     (64ull << 20)
#define NONOS_SPAWN_MEMORY_MIN (1ull << 20)

/* Each returns 0 or an errno value. Handles stay the caller's and must live until the spawn. */
int nonos_spawnattr_without(posix_spawnattr_t *attr, const char *name);
int nonos_spawnattr_give(posix_spawnattr_t *attr, const char *name, nonos_handle handle,
                         uint32_t rights);
int nonos_spawnattr_limit(posix_spawnattr_t *attr, const char *name, uint32_t rights);
/* Hand over nothing but what nonos_spawnattr_give() lists after this, and the open files. */
int nonos_spawnattr_nothing(posix_spawnattr_t *attr);
int nonos_spawnattr_set_memory(posix_spawnattr_t *attr, uint64_t bytes);
int nonos_spawnattr_set_priority(posix_spawnattr_t *attr, uint32_t priority);

/* The Task capability of a child that waitpid() has not reported yet, or 0. It belongs to the library. */
nonos_handle nonos_child_task(pid_t pid);

/* A directory that shows only the paths of `lines` ("PATH ro\n" or "PATH rw\n", nonos/file.h VIEW); the caller deletes it. */
NONOS_MUST_CHECK int nonos_file_view(const char *lines, nonos_handle *directory);

/* The handle behind an open file descriptor, or 0. It belongs to the library. */
nonos_handle nonos_fd_handle(int fd);

/* The path of the working directory. */
const char *nonos_cwd(void);

#endif
