/*
 * One call of each public function that handles secrets or needs stack, for the tests that look at the stack afterwards.
 * Operations take their keys, seeds and texts from operation_secret, have contexts and results in static memory, and
 * prepare nothing on the stack themselves.
 */
#ifndef NONCRYPTO_TESTS_OPERATIONS_H
#define NONCRYPTO_TESTS_OPERATIONS_H

#include <stddef.h>
#include <stdint.h>

struct operation {
    const char *name;
    void (*prepare)(void); /* what must be there before, not looked at; may be NULL */
    void (*run)(void);
};

extern const struct operation operations[];
extern const size_t operations_count;

#define OPERATION_SECRET_LEN 128
extern uint8_t operation_secret[OPERATION_SECRET_LEN];

/* Secrets that operations derive, with a name; filled by run(). Lengths are multiples of 16. */
struct operation_derived {
    const char *name;
    const uint8_t *data;
    size_t len;
};
extern const struct operation_derived operation_derived[];
extern const size_t operation_derived_count;

/* Contexts that run() ended: nothing secret may be in them. */
struct operation_context {
    const void *data;
    size_t len;
};
extern const struct operation_context operation_contexts[];
extern const size_t operation_contexts_count;

#endif
