/*
 * Two ends of lwIP in one process, as stacks.h has two of ours: Ethernet frames, all checksums, the
 * library as Debian builds it.
 */
#ifndef NONNET_BENCH_LWIP_H
#define NONNET_BENCH_LWIP_H

#include <stdint.h>

/* Gbit per CPU-second of both ends together, over IPv4, with the window that the library has. */
double lwip_rate(uint64_t total);

#endif
