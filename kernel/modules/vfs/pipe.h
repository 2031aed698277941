/*
 * Pipes: a buffer of fixed size between a reading and a writing end. A read of an empty pipe and a
 * write to a full one wait: the request is kept and answered when the other side moves, or goes.
 */
#ifndef VFS_PIPE_H
#define VFS_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPE_SIZE 65536u

struct pipe;

/*
 * A request that waits. `bytes` are the client's buffer, which the owner keeps mapped until
 * `finish` was called; `done` says how much was moved so far. `finish` is called once, with 0 or a
 * negative result; the waiter may be freed in it.
 */
struct pipe_waiter {
    struct pipe_waiter *next;
    uint8_t *bytes;
    size_t len, done;
    void (*finish)(struct pipe_waiter *waiter, int result);
};

struct pipe *pipe_create(void); /* both ends open; NULL if memory is out */

/*
 * Moves bytes at once if it can (result 0, *done says how many; 0 for a read: the end), else
 * PIPE_WAITS: `waiter` was queued.
 */
#define PIPE_WAITS 1
int pipe_read(struct pipe *pipe, void *bytes, size_t len, size_t *done, struct pipe_waiter *waiter);
/* As pipe_read(); waits until all `len` bytes are in. NONOS_E_PIPE if nobody can read. */
int pipe_write(struct pipe *pipe, void *bytes, size_t len, size_t *done,
               struct pipe_waiter *waiter);
/*
 * Takes a waiter out whose client is gone; `finish` is not called. Does nothing if it is not
 * queued.
 */
void pipe_cancel(struct pipe *pipe, struct pipe_waiter *waiter);
/*
 * An end is closed for good: waiting readers see the end, waiting writers PIPE. Frees the pipe
 * with its second end.
 */
void pipe_close(struct pipe *pipe, bool writing_end);
size_t pipe_used(const struct pipe *pipe); /* bytes that wait in it */

#endif
