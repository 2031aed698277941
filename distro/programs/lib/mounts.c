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

int mounts_sync(void)
{
    return nonos_sync(false); /* what errno would be, negated */
}
#else
#include <unistd.h>

int mounts_sync(void)
{
    sync();
    return 0;
}

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

/* Cuts the first field off a line; the fields are separated by blanks. */
static char *field_cut(char **line)
{
    char *field = *line;
    *line += strcspn(*line, " ");
    if (**line)
        *(*line)++ = '\0';
    return field;
}

/* A line is: source path type options ...; the first option is ro or rw. */
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
        struct mount m = {.source = field_cut(&line)};
        m.path = field_cut(&line);
        m.type = field_cut(&line);
        m.options = field_cut(&line);
        m.read_only = strncmp(m.options, "ro", 2) == 0;
        if (!*m.path)
            continue;
        int s = use(&m, context);
        if (s > status)
            status = s;
    }
    free(text);
    return status;
}
