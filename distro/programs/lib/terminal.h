/* The terminal: its size, and the mode in which every key is read as it is typed. */
#ifndef PROGRAMS_LIB_TERMINAL_H
#define PROGRAMS_LIB_TERMINAL_H

#include <stddef.h>

/* Width of the terminal `fd`; 80 if it is none or does not know. */
size_t terminal_columns(int fd);

/* Height of the terminal `fd`; 24 if it is none or does not know. */
size_t terminal_rows(int fd);

/* Keys come one by one, are not shown and mean nothing special (^C is a byte). Returns 0, or -1 if `fd` is no terminal. */
int terminal_raw(int fd);

/* Back to how it was before terminal_raw(). */
void terminal_restore(int fd);

#endif
