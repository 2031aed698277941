/*
 * The one-time authenticator Poly1305, RFC 8439 section 2.5.
 *
 * A key authenticates one message and no second one: two tags of different messages under one key give it away. Take the
 * key from a cipher or a generator for each message, as noncrypto/aead.h does.
 *
 * A context belongs to one thread at a time and may be copied by assignment. Below 2 KiB of stack.
 */
#ifndef NONCRYPTO_POLY1305_H
#define NONCRYPTO_POLY1305_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_POLY1305_KEY_LEN 32
#define NONCRYPTO_POLY1305_TAG_LEN 16

/* The members are private: they are here only so that the size is known. */
struct noncrypto_poly1305 {
    uint64_t h[3]; /* accumulator, partly reduced: below 2^130 + 2^66 */
    uint64_t r[2]; /* clamped */
    uint64_t s[2];
    uint8_t block[16]; /* the block that was begun */
    size_t used;       /* bytes in it */
};

NONCRYPTO_API void noncrypto_poly1305_init(struct noncrypto_poly1305 *ctx,
                                           const uint8_t key[NONCRYPTO_POLY1305_KEY_LEN]);

/* Adds `len` bytes to the message; calls may cut it anywhere. */
NONCRYPTO_API void noncrypto_poly1305_update(struct noncrypto_poly1305 *ctx, const void *data,
                                             size_t len);

/* Writes the tag and erases the context. */
NONCRYPTO_API void noncrypto_poly1305_final(struct noncrypto_poly1305 *ctx,
                                            uint8_t tag[NONCRYPTO_POLY1305_TAG_LEN]);

/* The tag of one message. `tag` may lie in `data` or `key`. Compare tags with noncrypto_compare(). */
NONCRYPTO_API void noncrypto_poly1305(uint8_t tag[NONCRYPTO_POLY1305_TAG_LEN], const void *data,
                                      size_t len, const uint8_t key[NONCRYPTO_POLY1305_KEY_LEN]);

#ifdef __cplusplus
}
#endif

#endif
