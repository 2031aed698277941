/* What noncrypto speed measures. */
#ifndef NONCRYPTO_TOOLS_SPEED_H
#define NONCRYPTO_TOOLS_SPEED_H

#include <stddef.h>

struct speed_work; /* keys, messages, signatures and room for results */

struct speed_subject {
    const char *name;
    void (*run)(struct speed_work *work); /* once */
    int per_byte;                         /* over the message; else it is an operation */
};

extern const struct speed_subject speed_subjects[];
extern const size_t speed_nsubjects;

/* Makes keys, signatures and ciphertexts, and a message of `len` bytes. NULL if there is not enough memory. */
struct speed_work *speed_prepare(size_t len);
/* Returns 0, or -1 if something of it failed, which it cannot. */
int speed_release(struct speed_work *work);

#endif
