#include "mounts.h"

#include "../lib/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __nonos__
#include <nonos/file.h>
#include <nonos/runtime.h>

/* The text of NONOS_FILE_MOUNTS, in memory of the caller; NULL with errno. */
static char *mounts_text(void)
{
    nonos_handle root = nonos_cap_find(NONOS_NAME_ROOT), buffer;
    struct nonos_message m = nonos_message_make(NONOS_FILE_ATTACH);
    const size_t size = 65536;
    char *text = NULL;
    void *shared;

    errno = ENOENT;
    if (!root || nonos_memory_create(size, 0, &buffer, &shared) < 0)
        return NULL;
    m.caps[0] = buffer;
    m.ncaps = 1;
    m.words[0] = size;
    if (nonos_call(root, &m) >= 0 && m.ncaps == 1) {
        nonos_handle attached = m.caps[0];
        m = nonos_message_make(NONOS_FILE_MOUNTS);
        m.words[1] = size;
        if (nonos_call(attached, &m) >= 0 && m.words[0] < size)
            text = program_strndup(shared, (size_t)m.words[0]);
        nonos_cap_delete(attached);
    }
    nonos_memory_free(buffer);
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
