/* Decoding the start-up block. The creator of a task is not trusted with its memory safety, so everything is checked here, once. */
#include <string.h>

#include "start.h"

/* The first of `n` NUL-terminated strings from `offset` on, or NULL if they do not lie within the block. */
static const char *strings_check(const char *block, size_t len, uint32_t offset, uint32_t n)
{
    if (offset < sizeof(struct nonos_startup) || offset > len)
        return NULL;
    size_t at = offset;
    for (uint32_t i = 0; i < n; i++) {
        const char *end = memchr(block + at, 0, len - at);
        if (!end)
            return NULL;
        at = (size_t)(end - block) + 1;
    }
    return block + offset;
}

static bool caps_check(const struct nonos_startup_cap *caps, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!caps[i].name[0] || !memchr(caps[i].name, 0, sizeof(caps[i].name)))
            return false;
    return true;
}

int startup_decode(struct startup *startup, const void *block, size_t len)
{
    const struct nonos_startup *header = block;
    if (!block || (uintptr_t)block % 8 || len < sizeof(*header) || len > NONOS_STARTUP_MAX)
        return NONOS_E_INVALID;
    if (header->magic != NONOS_STARTUP_MAGIC || header->version != NONOS_STARTUP_VERSION ||
        header->len < sizeof(*header) || header->len > len)
        return NONOS_E_INVALID;
    len = header->len;
    if (!memchr(header->cwd_path, 0, sizeof(header->cwd_path)))
        return NONOS_E_INVALID;
    startup->args = strings_check(block, len, header->args_offset, header->argc);
    startup->env = strings_check(block, len, header->env_offset, header->envc);
    if (!startup->args || !startup->env)
        return NONOS_E_INVALID;
    if (header->ncaps > NONOS_SPAWN_CAPS || header->caps_offset % 4 ||
        header->caps_offset < sizeof(*header) || header->caps_offset > len ||
        header->ncaps * sizeof(struct nonos_startup_cap) > len - header->caps_offset)
        return NONOS_E_INVALID;
    startup->header = header;
    startup->caps = (const struct nonos_startup_cap *)((const char *)block + header->caps_offset);
    return caps_check(startup->caps, header->ncaps) ? NONOS_OK : NONOS_E_INVALID;
}
