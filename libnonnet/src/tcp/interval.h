/*
 * What has arrived out of order: a sorted list of at most `size` intervals of sequence numbers that
 * neither overlap nor touch. A segment that would need one more is refused, so that a peer who
 * sends every second byte costs a bounded amount of work and no memory (CVE-2018-5390).
 */
#ifndef NONNET_TCP_INTERVAL_H
#define NONNET_TCP_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_interval {
    uint32_t start;
    uint32_t end; /* not included */
};

struct tcp_intervals {
    struct tcp_interval *items; /* in the order of sequence numbers */
    uint16_t count;
    uint16_t size;
};

/*
 * Adds the bytes from `start` to `end`, start before end. `*known` says whether a part was there
 * before, and `*duplicate` which: the first such part.
 *
 * Returns whether there was room; if not, nothing changes.
 */
bool nonnet_tcp_intervals_add(struct tcp_intervals *set, uint32_t start, uint32_t end, bool *known,
                              struct tcp_interval *duplicate);

/* The interval that `seq` lies in, or NULL. */
const struct tcp_interval *nonnet_tcp_intervals_find(const struct tcp_intervals *set, uint32_t seq);

/*
 * All bytes before `next` are there. Removes the intervals that begin at or before it, and returns
 * up to where there is no gap.
 */
uint32_t nonnet_tcp_intervals_advance(struct tcp_intervals *set, uint32_t next);

#endif
