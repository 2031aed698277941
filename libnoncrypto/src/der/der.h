/*
 * A strict reader of DER (ITU-T X.690, section 10): single-byte tags, definite lengths in their shortest form. What it
 * returns points into the input. For public data: it branches on it. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_DER_H
#define NONCRYPTO_SRC_DER_H

#include <stddef.h>
#include <stdint.h>

#define DER_INTEGER  0x02
#define DER_SEQUENCE 0x30

/* What is left to read. */
struct der {
    const uint8_t *at;
    size_t left;
};

/*
 * Takes the next element, which must have this tag, and gives its contents. Returns 0, or NONCRYPTO_E_INVALID, after which
 * `in` is good for nothing.
 */
int der_read(struct der *in, uint8_t tag, struct der *contents);

/*
 * Takes an INTEGER that is not negative and gives its bytes, big-endian without a zero in front: none for 0. Returns as
 * above.
 */
int der_read_unsigned(struct der *in, struct der *bytes);

#endif
