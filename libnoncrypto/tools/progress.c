#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void progress_start(struct progress *progress, const char *name, int fd, int quiet)
{
    struct stat st;

    *progress = (struct progress){.name = name, .enabled = !quiet && isatty(STDERR_FILENO)};
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        progress->total = (uint64_t)st.st_size;
    progress->shown = time(NULL);
}

void progress_show(struct progress *progress, uint64_t done)
{
    time_t now = progress->enabled ? time(NULL) : progress->shown;

    if (now == progress->shown)
        return;
    progress->shown = now;
    if (progress->total > 0)
        fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 " MiB, %u %%\033[K", progress->name,
                done >> 20, progress->total >> 20, (unsigned)(done / (progress->total / 100 + 1)));
    else
        fprintf(stderr, "\r%s: %" PRIu64 " MiB\033[K", progress->name, done >> 20);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->enabled)
        fputs("\r\033[K", stderr);
    progress->enabled = 0;
}
