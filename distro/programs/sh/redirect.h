/* Redirections: the shell changes its own open files, starts what is to see them, and changes them back. */
#ifndef PROGRAMS_SH_REDIRECT_H
#define PROGRAMS_SH_REDIRECT_H

#include "ast.h"

#include <stdbool.h>

#define SAVED_FDS_MAX 32

struct saved_fds {
    struct {
        int fd, copy; /* copy -1: it was closed */
    } list[SAVED_FDS_MAX];
    int n;
};

/* Applies redirections in order. Returns false after reporting an error; restore then as well. `saved` NULL: they stay (exec). */
bool redirect_apply(const struct redirect *r, struct saved_fds *saved);

/* Makes `to` what `from` is and closes `from`. */
void redirect_move(struct saved_fds *saved, int from, int to);

void redirect_restore(struct saved_fds *saved);

/* Moves a descriptor out of the way of scripts' own numbers, and keeps it from being inherited. */
void redirect_hide(int *fd);

#endif
