/* How far a long file is, on standard error if that is a terminal. */
#ifndef NONCRYPTO_TOOLS_PROGRESS_H
#define NONCRYPTO_TOOLS_PROGRESS_H

#include <stdint.h>
#include <time.h>

struct progress {
    const char *name;
    uint64_t total; /* bytes; 0: not known */
    time_t shown;   /* when; 0: not yet */
    int enabled;
};

/* `fd` is the file that is read. */
void progress_start(struct progress *progress, const char *name, int fd, int quiet);
/* `done` bytes are read. Prints once a second, not before the second one. */
void progress_show(struct progress *progress, uint64_t done);
/* Removes the line. */
void progress_end(struct progress *progress);

#endif
