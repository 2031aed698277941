/* From the kernel's entry to main() and back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "start.h"

/* More arguments and environment strings than this get a Memory of their own. */
#define FEW_STRINGS 128
#define FEW_BYTES   1024

static struct startup startup;
static struct nonos_startup_cap caps[NONOS_SPAWN_CAPS];
static size_t ncaps;
static char *few_strings[FEW_STRINGS + 2];

char **environ;

int main(int argc, char **argv, char **envp);

nonos_handle nonos_cap_find(const char *name)
{
    for (size_t i = 0; i < ncaps; i++)
        if (strcmp(caps[i].name, name) == 0)
            return caps[i].handle;
    return 0;
}

const struct nonos_startup_cap *nonos_cap_at(size_t index)
{
    return index < ncaps ? &caps[index] : NULL;
}

int nonos_cap_set(const char *name, nonos_handle handle)
{
    size_t len = strlen(name);
    if (!len || len >= NONOS_STARTUP_NAME_SIZE)
        return NONOS_E_NAME_TOO_LONG;
    size_t i = 0;
    while (i < ncaps && strcmp(caps[i].name, name) != 0)
        i++;
    if (!handle) {
        if (i < ncaps)
            caps[i] = caps[--ncaps];
        return NONOS_OK;
    }
    if (i == NONOS_SPAWN_CAPS)
        return NONOS_E_NO_SPACE;
    if (i == ncaps) {
        memset(&caps[i], 0, sizeof(caps[i]));
        memcpy(caps[i].name, name, len);
        ncaps++;
    }
    caps[i].handle = handle;
    return NONOS_OK;
}

const char *startup_cwd(void)
{
    return startup.header && startup.header->cwd_path[0] == '/' ? startup.header->cwd_path : "/";
}

/* Fills `to` with pointers to `n` strings that follow each other, and NULL; returns the place after it. */
static char **strings_point(char **to, const char *text, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        *to++ = (char *)(uintptr_t)text;
        text += strlen(text) + 1;
    }
    *to++ = NULL;
    return to;
}

/* The start-up block cannot be written, but a program may change its arguments (C11 5.1.2.2.1). */
static const char *args_copy(const char *args, uint32_t n)
{
    static char few_bytes[FEW_BYTES];
    nonos_handle handle;
    void *room = few_bytes;
    size_t len = 0;
    for (uint32_t i = 0; i < n; i++)
        len += strlen(args + len) + 1;
    if (len > sizeof(few_bytes) && nonos_memory_create(len, 0, &handle, &room) < 0)
        nonos_exit(NONOS_EXIT_STARTUP);
    memcpy(room, args, len);
    return room;
}

static char **strings_room(size_t n)
{
    nonos_handle handle;
    void *room;
    if (n <= FEW_STRINGS)
        return few_strings;
    if (nonos_memory_create((n + 2) * sizeof(char *), 0, &handle, &room) < 0)
        nonos_exit(NONOS_EXIT_STARTUP);
    return room;
}

_Noreturn void nonos_start_task(const void *block, size_t len)
{
    struct nonos_thread_regs regs = {.fs_base = (uint64_t)&thread_first};
    thread_first.self = &thread_first;
    thread_first.handle = NONOS_SLOT_THREAD;
    if (nonos_thread_regs(NONOS_SLOT_THREAD, 1, &regs) < 0 ||
        startup_decode(&startup, block, len) < 0)
        nonos_exit(NONOS_EXIT_STARTUP);
    ncaps = startup.header->ncaps;
    memcpy(caps, startup.caps, ncaps * sizeof(caps[0]));
    uint32_t argc = startup.header->argc, envc = startup.header->envc;
    char **argv = strings_room((size_t)argc + envc);
    environ = strings_point(argv, args_copy(startup.args, argc), argc);
    strings_point(environ, startup.env, envc);
    exit(main((int)argc, argv, environ));
}
