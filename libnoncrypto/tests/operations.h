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
    size_t stack_max; /* bytes that are documented for it, 0: the limit of all */
    enum {
        LEAVES_NOTHING,
        LEAVES_IN_VECTORS, /* the compiler keeps registers of 32 bytes with key and state on the stack */
        LEAVES_SHARED, /* a shared secret, in a copy that the compiler makes of the result */
    } leaves;
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
