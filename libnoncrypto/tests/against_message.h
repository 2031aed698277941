/*
 * A random message with key, nonce and associated data, and room for what both libraries make of it.
 */
#ifndef NONCRYPTO_TESTS_AGAINST_MESSAGE_H
#define NONCRYPTO_TESTS_AGAINST_MESSAGE_H

#include "against.h"

#define LEN_MAX 4000

static uint8_t in[LEN_MAX], ad[200], key[64], nonce[64], ours[LEN_MAX + 64], theirs[LEN_MAX + 64];

/* Fills all of them; returns the length of the message. */
static inline size_t fill_message(void)
{
    size_t len = against_len(LEN_MAX);

    against_fill(in, len);
    against_fill(ad, sizeof ad);
    against_fill(key, sizeof key);
    against_fill(nonce, sizeof nonce);
    return len;
}

#endif
