/* A file's type and permission bits as text, its modification time as ls and stat print it, and changes of bits as chmod takes them. */
#ifndef PROGRAMS_LIB_MODE_H
#define PROGRAMS_LIB_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* "drwxr-xr-x" */
void mode_text(char out[11], mode_t mode);

/* "2026-11-22 16:03:00", UTC. `size` of at least 24 holds every year that fits. */
void mode_time(char *out, size_t size, time_t t);

/* Whether `text` is a mode as chmod takes it: octal, or "u+rw,go=". Without u, g, o or a, all three are meant. */
bool mode_is_valid(const char *text);
/* The permission bits that a valid mode makes of those of a file; `before` is its whole mode. */
mode_t mode_change(const char *text, mode_t before);

#endif
