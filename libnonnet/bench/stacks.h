/*
 * Two whole stacks in one process: from the program's bytes on one to those on the other, through
 * Ethernet frames with all checksums.
 */
#ifndef NONNET_BENCH_STACKS_H
#define NONNET_BENCH_STACKS_H

#include <stdint.h>

/* Gbit per CPU-second of both ends together, with buffers of `window` bytes; IPv6 if `six`. */
double stacks_rate(uint32_t window, uint64_t total, int six);

/* Connections per CPU-second: opened, a request and an answer, and ended by both. */
double stacks_connections(unsigned count);

/*
 * Bytes a second of virtual time that arrive over a link of IP packets, 100 ms there and back, that
 * loses so many of a hundred, with buffers of `window` bytes; 0 if the connection did not last. The
 * same seed gives the same bytes.
 */
double stacks_loss_rate(uint32_t window, uint64_t total, unsigned loss_percent, uint64_t seed);

#endif
