/* Calls to the attestor. Every int is 0 or a negative enum nonos_result. */
#ifndef ATTEST_ATTESTOR_H
#define ATTEST_ATTESTOR_H

#include <stddef.h>
#include <stdint.h>

/* Whether a file of `len` bytes would start now: `*verdict` is 0 or why not. */
int attestor_check(const void *file, size_t len, int *verdict);

/* Begins an epoch under the root `element`, or denies the pseudonym `element`. DENIED: this program was not given the seal. */
int attestor_set_epoch(uint64_t epoch, const uint8_t element[32]);
int attestor_deny(const uint8_t element[32]);

#endif
