#include "pipe.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/result.h>

struct pipe_queue {
    struct pipe_waiter *first, **last;
};

struct pipe {
    struct pipe_queue readers, writers;
    bool reading_end, writing_end; /* open */
    size_t start, used;
    uint8_t bytes[PIPE_SIZE];
};

static void queue_init(struct pipe_queue *queue)
{
    queue->first = NULL;
    queue->last = &queue->first;
}

static void queue_put(struct pipe_queue *queue, struct pipe_waiter *waiter)
{
    waiter->next = NULL;
    *queue->last = waiter;
    queue->last = &waiter->next;
}

static struct pipe_waiter *queue_take(struct pipe_queue *queue)
{
    struct pipe_waiter *waiter = queue->first;
    queue->first = waiter->next;
    if (!queue->first)
        queue->last = &queue->first;
    return waiter;
}

static void queue_remove(struct pipe_queue *queue, struct pipe_waiter *waiter)
{
    for (struct pipe_waiter **link = &queue->first; *link; link = &(*link)->next) {
        if (*link == waiter) {
            *link = waiter->next;
            if (queue->last == &waiter->next)
                queue->last = link;
            return;
        }
    }
}

struct pipe *pipe_create(void)
{
    struct pipe *pipe = malloc(sizeof(*pipe));
    if (pipe) {
        queue_init(&pipe->readers);
        queue_init(&pipe->writers);
        pipe->reading_end = pipe->writing_end = true;
        pipe->start = pipe->used = 0;
    }
    return pipe;
}

size_t pipe_used(const struct pipe *pipe)
{
    return pipe->used;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t pipe_take(struct pipe *pipe, uint8_t *to, size_t len)
{
    size_t done = 0;
    while (done < len && pipe->used > 0) {
        size_t n = smaller(smaller(len - done, pipe->used), PIPE_SIZE - pipe->start);
        memcpy(to + done, pipe->bytes + pipe->start, n);
        pipe->start = (pipe->start + n) % PIPE_SIZE;
        pipe->used -= n;
        done += n;
    }
    return done;
}

static size_t pipe_put(struct pipe *pipe, const uint8_t *from, size_t len)
{
    size_t done = 0;
    while (done < len && pipe->used < PIPE_SIZE) {
        size_t end = (pipe->start + pipe->used) % PIPE_SIZE;
        size_t n = smaller(smaller(len - done, PIPE_SIZE - pipe->used), PIPE_SIZE - end);
        memcpy(pipe->bytes + end, from + done, n);
        pipe->used += n;
        done += n;
    }
    return done;
}

/* Moves what can be moved for those who wait: a step for one side can free the other. */
static void pipe_move(struct pipe *pipe)
{
    bool moved = true;
    while (moved) {
        moved = false;
        while (pipe->readers.first && pipe->used > 0) {
            struct pipe_waiter *w = queue_take(&pipe->readers);
            w->done = pipe_take(pipe, w->bytes, w->len);
            moved = true;
            w->finish(w, 0);
        }
        while (pipe->writers.first && pipe->used < PIPE_SIZE) {
            struct pipe_waiter *w = pipe->writers.first;
            w->done += pipe_put(pipe, w->bytes + w->done, w->len - w->done);
            moved = true;
            if (w->done < w->len)
                break;
            queue_take(&pipe->writers);
            w->finish(w, 0);
        }
    }
}

int pipe_read(struct pipe *pipe, void *bytes, size_t len, size_t *done, struct pipe_waiter *waiter)
{
    *done = 0;
    if (len == 0 || (pipe->used == 0 && !pipe->writing_end))
        return 0;
    /* Who came first is served first. */
    if (pipe->used > 0 && !pipe->readers.first) {
        *done = pipe_take(pipe, bytes, len);
        pipe_move(pipe);
        return 0;
    }
    waiter->bytes = bytes;
    waiter->len = len;
    waiter->done = 0;
    queue_put(&pipe->readers, waiter);
    return PIPE_WAITS;
}

int pipe_write(struct pipe *pipe, void *bytes, size_t len, size_t *done, struct pipe_waiter *waiter)
{
    *done = 0;
    if (!pipe->reading_end)
        return NONOS_E_PIPE;
    if (!pipe->writers.first)
        *done = pipe_put(pipe, bytes, len);
    if (*done == len) {
        pipe_move(pipe);
        return 0;
    }
    waiter->bytes = bytes;
    waiter->len = len;
    waiter->done = *done;
    queue_put(&pipe->writers, waiter);
    pipe_move(pipe);
    return PIPE_WAITS;
}

void pipe_cancel(struct pipe *pipe, struct pipe_waiter *waiter)
{
    queue_remove(&pipe->readers, waiter);
    queue_remove(&pipe->writers, waiter);
}

void pipe_close(struct pipe *pipe, bool writing_end)
{
    if (writing_end) {
        pipe->writing_end = false;
        while (pipe->readers.first) { /* they wait, so the pipe is empty */
            struct pipe_waiter *w = queue_take(&pipe->readers);
            w->finish(w, 0);
        }
    } else {
        pipe->reading_end = false;
        while (pipe->writers.first) {
            struct pipe_waiter *w = queue_take(&pipe->writers);
            w->finish(w, NONOS_E_PIPE);
        }
    }
    if (!pipe->reading_end && !pipe->writing_end)
        free(pipe);
}
