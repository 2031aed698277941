#include <nonos/buffer.h>

#include <stdlib.h>

#include <nonos/file.h>
#include <nonos/runtime.h>

static struct nonos_buffer *buffers;

/* Fills in memory, mapping and key. Nothing is left behind on an error. */
static int buffer_fill(struct nonos_buffer *buffer, nonos_handle account, uint64_t len)
{
    void *bytes;
    int r = nonos_object_create(account, NONOS_OBJECT_MEMORY, len, 0, 0, &buffer->memory);
    if (r < 0)
        return r;
    r = nonos_memory_map(buffer->memory, nonos_page_round(len), NONOS_PROT_READ | NONOS_PROT_WRITE,
                         &bytes);
    if (r == 0)
        r = nonos_random(&buffer->key, sizeof(buffer->key));
    if (r < 0) {
        nonos_memory_free(buffer->memory);
        return r;
    }
    buffer->bytes = bytes;
    buffer->len = len;
    return 0;
}

int nonos_buffer_create(nonos_handle account, uint64_t len, struct nonos_buffer **out)
{
    if (len == 0 || len > NONOS_FILE_BUFFER_MAX)
        return NONOS_E_INVALID;
    struct nonos_buffer *buffer = calloc(1, sizeof(*buffer));
    if (!buffer)
        return NONOS_E_NO_MEMORY;
    int r = buffer_fill(buffer, account, len);
    if (r < 0) {
        free(buffer);
        return r;
    }
    buffer->references = 1;
    buffer->next = buffers;
    buffers = buffer;
    *out = buffer;
    return 0;
}

struct nonos_buffer *nonos_buffer_find(uint64_t key)
{
    struct nonos_buffer *buffer = buffers;
    while (buffer && buffer->key != key)
        buffer = buffer->next;
    return nonos_buffer_hold(buffer);
}

struct nonos_buffer *nonos_buffer_hold(struct nonos_buffer *buffer)
{
    if (buffer)
        buffer->references++;
    return buffer;
}

void nonos_buffer_release(struct nonos_buffer *buffer)
{
    if (!buffer || --buffer->references > 0)
        return;
    struct nonos_buffer **link = &buffers;
    while (*link != buffer)
        link = &(*link)->next;
    *link = buffer->next;
    nonos_memory_free(buffer->memory);
    free(buffer);
}
