/* Waiting for children (spawn.h). A fault ends a task with the signal that POSIX would have sent. */
#ifndef NONOS_LIBC_SYS_WAIT_H
#define NONOS_LIBC_SYS_WAIT_H

#include <sys/types.h>

#define WNOHANG 1

#define WIFEXITED(status)   (((status)&0x7f) == 0)
#define WEXITSTATUS(status) (((status) >> 8) & 0xff)
#define WIFSIGNALED(status) (((status)&0x7f) != 0)
#define WTERMSIG(status)    ((status)&0x7f)

/*
 * Waits for a child to end: `pid` > 0 that one, -1 any. Returns its pid, 0 if WNOHANG and none has ended, or -1: ECHILD if there is
 * none, EINTR if ^C was typed at the terminal that nonos_interrupt_enable() named (nonos/tty.h).
 */
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait(int *status);

#endif
