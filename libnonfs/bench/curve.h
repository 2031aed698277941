/*
 * What one operation costs as a directory grows.
 */
#ifndef NONFS_BENCH_CURVE_H
#define NONFS_BENCH_CURVE_H

#include <stdint.h>

/* Fills a directory of an image up to `most` entries and prints the curve, with a cache of `cache_blocks`. */
void curve_print(const char *image, uint32_t cache_blocks, uint32_t most);

#endif
