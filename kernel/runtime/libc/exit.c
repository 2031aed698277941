/* The end of a task, in order and out of order. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <assert.h>

#include <nonos/runtime.h>

#include "stream.h"

#define ATEXIT_MAX 32

static void (*functions[ATEXIT_MAX])(void);
static size_t nfunctions;

/* stdio puts its flush here when the first stream is used, so that a program without streams does not carry them. */
void (*nonos_streams_flush)(void);

int atexit(void (*function)(void))
{
    if (nfunctions == ATEXIT_MAX) {
        errno = ENOMEM;
        return -1;
    }
    functions[nfunctions++] = function;
    return 0;
}

_Noreturn void _Exit(int status)
{
    nonos_exit(status);
}

_Noreturn void _exit(int status)
{
    nonos_exit(status);
}

_Noreturn void exit(int status)
{
    while (nfunctions)
        functions[--nfunctions]();
    if (nonos_streams_flush)
        nonos_streams_flush();
    nonos_exit(status & 0xff);
}

_Noreturn void abort(void)
{
    nonos_exit(NONOS_EXIT_ABORT);
}
