#include "redirect.h"

#include "expand.h"
#include "shell.h"

#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Descriptors from here on are the shell's own. */
#define OWN_FDS 10

static int hidden_copy(int fd)
{
    int copy = fcntl(fd, F_DUPFD, OWN_FDS);
    if (copy >= 0)
        fcntl(copy, F_SETFD, FD_CLOEXEC);
    return copy;
}

void redirect_hide(int *fd)
{
    int copy = hidden_copy(*fd);
    if (copy >= 0) {
        close(*fd);
        *fd = copy;
    }
}

static void save(struct saved_fds *saved, int fd)
{
    if (!saved)
        return;
    for (int i = 0; i < saved->n; i++)
        if (saved->list[i].fd == fd)
            return;
    if (saved->n == SAVED_FDS_MAX)
        return; /* redirect_apply() has refused it before */
    saved->list[saved->n].fd = fd;
    saved->list[saved->n++].copy = hidden_copy(fd);
}

void redirect_move(struct saved_fds *saved, int from, int to)
{
    if (from == to)
        return;
    save(saved, to);
    dup2(from, to);
    close(from);
}

void redirect_restore(struct saved_fds *saved)
{
    fflush(stdout);
    while (saved->n > 0) {
        int fd = saved->list[--saved->n].fd, copy = saved->list[saved->n].copy;
        if (copy >= 0) {
            dup2(copy, fd);
            close(copy);
        } else {
            close(fd);
        }
    }
}

static bool report(const char *what)
{
    shell_message("%s: %s", what, program_strerror(errno));
    return false;
}

/* A body longer than what any pipe holds lies in a file that has no name any more. */
static int here_file(const char *body, size_t len)
{
    static unsigned number;
    char path[64];
    snprintf(path, sizeof(path), "/tmp/sh-here-%ld-%u", (long)getpid(), number++);
    int out = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (out < 0)
        return -1;
    int in = open(path, O_RDONLY), error = program_write_all(out, body, len);
    close(out);
    unlink(path);
    if (error && in >= 0) {
        close(in);
        in = -1;
    }
    return in;
}

static int here_open(const struct redirect *r, struct arena *a)
{
    int fds[2];
    const char *body = r->quoted ? r->body : expand_here(r->body, a);
    size_t len = strlen(body);
    if (shell.flow != FLOW_NONE)
        return -1;
    if (len > 4096)
        return here_file(body, len);
    if (pipe(fds) != 0)
        return -1;
    int error = program_write_all(fds[1], body, len);
    close(fds[1]);
    if (error) {
        close(fds[0]);
        return -1;
    }
    return fds[0];
}

static int open_target(const struct redirect *r, const char *target)
{
    switch (r->op) {
    case REDIRECT_READ:
        return open(target, O_RDONLY);
    case REDIRECT_APPEND:
        return open(target, O_WRONLY | O_CREAT | O_APPEND, 0666);
    case REDIRECT_READ_WRITE:
        return open(target, O_RDWR | O_CREAT, 0666);
    default:
        return open(target, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    }
}

/* >&N, <&N, >&- */
static bool duplicate(const struct redirect *r, const char *target, struct saved_fds *saved)
{
    uint64_t from;
    if (strcmp(target, "-") == 0) {
        save(saved, r->fd);
        close(r->fd);
        return true;
    }
    if (!program_number(target, OWN_FDS - 1, &from)) {
        shell_message("%s: is not a file descriptor", target);
        return false;
    }
    if (fcntl((int)from, F_GETFD) < 0)
        return report(target);
    save(saved, r->fd);
    if ((int)from != r->fd && dup2((int)from, r->fd) < 0)
        return report(target);
    return true;
}

static bool apply_one(const struct redirect *r, struct saved_fds *saved, struct arena *a)
{
    if (r->fd >= OWN_FDS) {
        shell_message("%d: only descriptors 0 to %d can be redirected", r->fd, OWN_FDS - 1);
        return false;
    }
    char *target = r->op == REDIRECT_HERE ? r->target : expand_string(r->target, a);
    if (shell.flow != FLOW_NONE)
        return false;
    if (r->op == REDIRECT_DUP_READ || r->op == REDIRECT_DUP_WRITE)
        return duplicate(r, target, saved);
    int fd = r->op == REDIRECT_HERE ? here_open(r, a) : open_target(r, target);
    if (fd < 0)
        return shell.flow == FLOW_NONE ? report(r->op == REDIRECT_HERE ? "here-document" : target)
                                       : false;
    if (fd == r->fd) {
        /* It was closed before, and is to be so again. */
        if (saved && saved->n < SAVED_FDS_MAX) {
            saved->list[saved->n].fd = fd;
            saved->list[saved->n++].copy = -1;
        }
        return true;
    }
    redirect_move(saved, fd, r->fd);
    return true;
}

bool redirect_apply(const struct redirect *r, struct saved_fds *saved)
{
    struct arena a = {0};
    bool good = true;
    if (r)
        fflush(stdout);
    for (; r && good; r = r->next)
        good = apply_one(r, saved, &a);
    arena_free(&a);
    return good;
}
