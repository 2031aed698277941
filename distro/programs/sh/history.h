/* The lines that were typed, oldest first. They live as long as the shell. */
#ifndef PROGRAMS_SH_HISTORY_H
#define PROGRAMS_SH_HISTORY_H

#include <stddef.h>

#define HISTORY_MAX 500

/* Adds a line, unless it is blank or the same as the last one. */
void history_add(const char *line);
size_t history_count(void);

/* Line `i` < history_count(). */
const char *history_line(size_t i);
void history_print(void);

#endif
