#include "mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __nonos__
#include <nonos/mounts.h>

/* The list as text, in memory of the caller; NULL with errno. */
static char *mounts_text(void)
{
    const size_t size = 65536;
    char *text = malloc(size);
    if (!text)
        return NULL;
    if (nonos_mounts(text, size) < 0) {
        free(text);
        errno = EIO;
        return NULL;
    }
    return text;
}
#else
static char *mounts_text(void)
{
    FILE *f = fopen("/proc/self/mounts", "r");
    char *text = NULL;
    size_t size = 0;
    if (!f)
        return NULL;
    if (getdelim(&text, &size, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    fclose(f);
    return text;
}
#endif

/* A line is: source path ...; the fields are separated by blanks. */
int mounts_each(int (*use)(const struct mount *m, void *context), void *context)
{
    char *text = mounts_text(), *rest = text;
    int status = 0;
    if (!text)
        return errno ? -errno : -EIO;
    while (rest && *rest) {
        char *line = rest;
        rest = strchr(line, '\n');
        if (rest)
            *rest++ = '\0';
        char *path = strchr(line, ' ');
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, " ")] = '\0';
        int s = use(&(struct mount){line, path}, context);
        if (s > status)
            status = s;
    }
    free(text);
    return status;
}
