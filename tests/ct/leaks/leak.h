/*
 * Planted leaks, one a file, so that no compiler folds one away: each is a function that another file calls, on values that
 * it cannot know, and what it computes ends in a volatile variable.
 */
#ifndef NONCRYPTO_TESTS_CT_LEAK_H
#define NONCRYPTO_TESTS_CT_LEAK_H

#include <stdint.h>

#define LEAK_LEN 32

extern volatile uint32_t leak_sink;

void leak(const uint8_t secret[LEAK_LEN]);

#endif
