/* A file's type and permission bits as text, and its modification time as ls and stat print it. */
#ifndef PROGRAMS_LIB_MODE_H
#define PROGRAMS_LIB_MODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/* "drwxr-xr-x" */
void mode_text(char out[11], mode_t mode);

/* "2026-11-22 16:03:00", UTC. `size` of at least 24 holds every year that fits. */
void mode_time(char *out, size_t size, time_t t);

#endif
