/*
 * The standard input for a thread that is not the first: the C library's files belong to one thread, so another one has a handle and a buffer of
 * its own at the file's server.
 */
#ifndef PROGRAMS_LIB_NET_INPUT_H
#define PROGRAMS_LIB_NET_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>

struct net_input {
    nonos_handle file; /* bound to `buffer` */
    uint8_t *buffer;
    uint64_t key;
};

/* On the first thread. */
int net_input_open(struct net_input *input);
/* On the other one: waits for bytes, which are in `buffer` then; 0 at the end. */
int net_input_read(const struct net_input *input, size_t *len);

#endif
