#include "platform.h"
#include "../lib/system.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#ifdef __nonos__
#include <nonos/spawn.h>
#include <nonos/tty.h>
#include <unistd.h>

static bool interactive;

void platform_interactive(void)
{
    interactive = nonos_interrupt_enable(STDIN_FILENO) == 0;
}

bool platform_interrupted(void)
{
    return interactive && nonos_interrupted();
}

bool platform_kills_any_task(void)
{
    return true;
}

const char *platform_self(void)
{
    return "/bin/sh";
}

static int narrow(posix_spawnattr_t *attr, const struct narrowing *n, nonos_handle *view)
{
    int error = 0;
    for (int i = 0; i < n->nwithout && !error; i++)
        error = nonos_spawnattr_without(attr, n->without[i]);
    if (!n->view || error)
        return error;
    if (nonos_file_view(n->view, view) < 0)
        return EACCES;
    return nonos_spawnattr_give(attr, "root", *view, NONOS_RIGHTS_ALL);
}

/* Programs get what serves now. Where nothing does, they say so themselves. */
static void reconnect(void)
{
    const char *service;
    for (size_t i = 0; (service = system_session_service(i)) != NULL; i++)
        (void)system_reconnect(service);
}

int platform_spawn(pid_t *pid, const char *path, char **argv, char **environment, bool background,
                   const struct narrowing *narrowing)
{
    posix_spawnattr_t attr;
    nonos_handle view = 0;
    (void)background; /* ^C reaches the shell only, which kills the foreground job */
    reconnect();
    int error = posix_spawnattr_init(&attr);
    if (error)
        return error;
    if (narrowing)
        error = narrow(&attr, narrowing, &view);
    if (!error)
        error = posix_spawn(pid, path, NULL, &attr, argv, environment);
    posix_spawnattr_destroy(&attr);
    if (view)
        nonos_cap_delete(view);
    return error;
}
#else
static volatile sig_atomic_t interrupted;
static bool interactive;

static void note_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

void platform_interactive(void)
{
    struct sigaction note = {.sa_handler = note_interrupt}, ignore = {.sa_handler = SIG_IGN};
    interactive = true;
    sigaction(SIGINT, &note, NULL);
    sigaction(SIGQUIT, &ignore, NULL);
}

bool platform_interrupted(void)
{
    bool was = interrupted != 0;
    interrupted = 0;
    return was;
}

bool platform_kills_any_task(void)
{
    return false; /* kill(2) has reached what there is, and names are not for it */
}

const char *platform_self(void)
{
    return "/proc/self/exe";
}

int platform_spawn(pid_t *pid, const char *path, char **argv, char **environment, bool background,
                   const struct narrowing *narrowing)
{
    posix_spawnattr_t attr;
    short flags = POSIX_SPAWN_SETSIGDEF;
    sigset_t defaults;
    if (narrowing)
        return ENOSYS;
    posix_spawnattr_init(&attr);
    sigemptyset(&defaults);
    if (interactive) {
        sigaddset(&defaults, SIGINT);
        sigaddset(&defaults, SIGQUIT);
    }
    posix_spawnattr_setsigdefault(&attr, &defaults);
    /* A group of its own: ^C goes to the terminal's group only. */
    if (background && interactive)
        flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setflags(&attr, flags);
    int error = posix_spawn(pid, path, NULL, &attr, argv, environment);
    posix_spawnattr_destroy(&attr);
    return error;
}
#endif

int platform_wait(pid_t pid, int *status, bool block, bool *ended)
{
    for (;;) {
        pid_t got = waitpid(pid, status, block ? 0 : WNOHANG);
        *ended = got > 0;
        if (got >= 0)
            return 0;
        if (errno != EINTR)
            return errno;
#ifdef __nonos__
        return EINTR;
#else
        /* The terminal's ^C has reached the child as well. */
        if (!interactive)
            continue;
        if (interrupted && block)
            return EINTR;
#endif
    }
}
