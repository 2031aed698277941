/*
 * Buffers that a server shares with its clients, as the file protocol has them (nonos/file.h
 * ATTACH): made by the server on the client's account, so that nothing the client revokes takes
 * them away, and named by a random key.
 */
#ifndef NONOS_BUFFER_H
#define NONOS_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>

/* The other side may change `bytes` at any time. */
struct nonos_buffer {
    struct nonos_buffer *next; /* of all the server has */
    size_t references;
    uint8_t *bytes;
    size_t len;
    uint64_t key;
    nonos_handle memory; /* to be given to the client */
};

/*
 * Makes a zeroed buffer of `len` bytes, at most NONOS_FILE_BUFFER_MAX, with one reference, which is
 * the caller's. INVALID; NO_MEMORY; the errors of object_create and random_get.
 */
NONOS_MUST_CHECK int nonos_buffer_create(nonos_handle account, uint64_t len,
                                         struct nonos_buffer **buffer);

/* The buffer of that key, with one more reference; NULL if there is none. */
struct nonos_buffer *nonos_buffer_find(uint64_t key);

/* One more reference; NULL is fine. */
struct nonos_buffer *nonos_buffer_hold(struct nonos_buffer *buffer);
/* One less; the last one ends the mapping and frees it. NULL is fine. */
void nonos_buffer_release(struct nonos_buffer *buffer);

#endif
