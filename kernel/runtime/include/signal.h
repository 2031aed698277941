/*
 * There are no signal handlers. kill() ends a child of the caller; the signal is what waitpid() will report. How a shell learns of
 * ^C is in nonos/tty.h.
 */
#ifndef NONOS_LIBC_SIGNAL_H
#define NONOS_LIBC_SIGNAL_H

#include <sys/types.h>

#define SIGHUP  1
#define SIGINT  2
#define SIGQUIT 3
#define SIGILL  4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS  7
#define SIGFPE  8
#define SIGKILL 9
#define SIGSEGV 11
#define SIGPIPE 13
#define SIGTERM 15

/* Signal 0 asks whether the child still runs. ESRCH: no child has that pid. */
int kill(pid_t pid, int signal);

#endif
