#include "mode.h"

#include <stdio.h>
#include <string.h>

void mode_text(char out[11], mode_t mode)
{
    char type = '?';
    if (S_ISREG(mode))
        type = '-';
    else if (S_ISDIR(mode))
        type = 'd';
    else if (S_ISLNK(mode))
        type = 'l';
    else if (S_ISFIFO(mode))
        type = 'p';
    else if (S_ISCHR(mode))
        type = 'c';
    else if (S_ISBLK(mode))
        type = 'b';
    else if (S_ISSOCK(mode))
        type = 's';
    out[0] = type;
    for (int i = 0; i < 9; i++)
        out[1 + i] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
    if (mode & 04000)
        out[3] = mode & 0100 ? 's' : 'S';
    if (mode & 02000)
        out[6] = mode & 0010 ? 's' : 'S';
    if (mode & 01000)
        out[9] = mode & 0001 ? 't' : 'T';
    out[10] = '\0';
}

void mode_time(char *out, size_t size, time_t t)
{
    struct tm tm;
    if (!gmtime_r(&t, &tm) || strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(out, size, "%lld", (long long)t);
}
