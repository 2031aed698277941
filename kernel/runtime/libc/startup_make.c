/* Making a start-up block. */
#include "startup_make.h"

#include <string.h>

static size_t strings_len(char *const strings[], uint32_t *n)
{
    size_t len = 0;
    for (*n = 0; strings && strings[*n] && len <= NONOS_STARTUP_MAX; (*n)++)
        len += strlen(strings[*n]) + 1;
    return len;
}

static char *strings_put(char *to, char *const strings[], uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to = stpcpy(to, strings[i]) + 1;
    return to;
}

size_t startup_len(char *const argv[], char *const envp[], uint32_t ncaps)
{
    uint32_t n;
    size_t len = sizeof(struct nonos_startup) + ncaps * sizeof(struct nonos_startup_cap) +
                 strings_len(argv, &n) + strings_len(envp, &n);
    return len <= NONOS_STARTUP_MAX ? len : 0;
}

void startup_make(void *block, size_t len, char *const argv[], char *const envp[], const char *cwd,
                  const struct nonos_startup_cap *caps, uint32_t ncaps)
{
    struct nonos_startup *header = block;
    header->magic = NONOS_STARTUP_MAGIC;
    header->version = NONOS_STARTUP_VERSION;
    header->len = (uint32_t)len;
    header->ncaps = ncaps;
    header->caps_offset = sizeof(*header);
    if (strlen(cwd) < sizeof(header->cwd_path))
        strcpy(header->cwd_path, cwd);
    memcpy(header + 1, caps, ncaps * sizeof(*caps));
    header->args_offset = (uint32_t)(sizeof(*header) + ncaps * sizeof(*caps));
    size_t args = strings_len(argv, &header->argc);
    header->env_offset = header->args_offset + (uint32_t)args;
    (void)strings_len(envp, &header->envc);
    (void)strings_put((char *)block + header->args_offset, argv, header->argc);
    (void)strings_put((char *)block + header->env_offset, envp, header->envc);
}
