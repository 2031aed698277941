/* What differs between NONOS and a POSIX system with signals: starting programs, ^C, capabilities. */
#ifndef PROGRAMS_SH_PLATFORM_H
#define PROGRAMS_SH_PLATFORM_H

#include <stdbool.h>
#include <sys/types.h>

/* What a program is started without, or with instead (the verbs `without` and `with`). */
struct narrowing {
    const char *without[32];
    int nwithout;
    const char
        *view; /* lines "PATH ro" or "PATH rw": all that the program will see; NULL: everything */
};

/* Prepares for ^C: from now on it ends the foreground job and not the shell. */
void platform_interactive(void);

/* True once after each ^C. Always false in a shell that is not interactive. */
bool platform_interrupted(void);

/*
 * Starts the program at `path`. It inherits the open files. `background`: ^C at the terminal is not for it.
 * Returns 0 or an errno. ENOSYS: `narrowing` is asked for where there are no capabilities.
 */
int platform_spawn(pid_t *pid, const char *path, char **argv, char **environment, bool background,
                   const struct narrowing *narrowing);

/*
 * Waits for a child; `status` as waitpid() gives it. Returns 0, or an errno: EINTR after ^C where that does not reach the child by
 * itself, so that the caller kills it.
 */
int platform_wait(pid_t pid, int *status, bool block, bool *ended);

/* Whether the program `kill` ends tasks that are no children, by number and by name. */
bool platform_kills_any_task(void);

/* The path of this shell, to start subshells with. */
const char *platform_self(void);

#endif
