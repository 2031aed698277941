/*
 * The terminal, and how a shell learns of ^C.
 *
 * nonos_interrupt_enable(fd) asks the terminal to signal this task at ^C. From then on ^C makes waitpid(), sleep() and a read of the
 * terminal return -1 with EINTR, once, and nonos_interrupted() says so once. Nothing is killed by itself: the shell kills the
 * foreground job with kill(pid, SIGINT).
 */
#ifndef NONOS_TTY_H
#define NONOS_TTY_H

#include <stdbool.h>
#include <stdint.h>

/* Each returns 0, or -1 with errno (ENOTTY, EBADF ...). */
int nonos_interrupt_enable(int fd);
int nonos_tty_get_mode(int fd, uint32_t *flags); /* NONOS_TTY_* of nonos/file.h */
int nonos_tty_set_mode(int fd, uint32_t flags);
int nonos_tty_size(int fd, unsigned int *columns, unsigned int *rows);

/* True once after each ^C. Asks the notification without waiting. */
bool nonos_interrupted(void);

#endif
