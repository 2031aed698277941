/*
 * HMAC (RFC 2104, FIPS 198-1) with SHA-1, SHA-256, SHA-384 and SHA-512.
 *
 * The hash is chosen by the init function; the context then knows it. A context is a plain structure that the caller owns
 * and may copy by assignment, which forks the computation: a context that has only its key in it can be kept and copied for
 * each message. It holds no pointer. The final and verify functions wipe it; one that never comes there must be cleared with
 * noncrypto_wipe().
 *
 *     struct noncrypto_hmac ctx;
 *     noncrypto_hmac_sha256_init(&ctx, key, key_len);
 *     noncrypto_hmac_update(&ctx, part1, part1_len);
 *     noncrypto_hmac_update(&ctx, part2, part2_len);
 *     if (noncrypto_hmac_verify(&ctx, tag, tag_len) != 0)
 *         ...
 *
 * A length of 0 is allowed everywhere but for tags, and then the pointer may be NULL. The running time depends on lengths
 * only, never on the key or the message. No function needs more than 2 KiB of stack.
 */
#ifndef NONCRYPTO_HMAC_H
#define NONCRYPTO_HMAC_H

#include <noncrypto/result.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_HMAC_TAG_MIN \
    10 /* bytes of the shortest tag that verifies: 80 bits, RFC 2104 section 5 */
#define NONCRYPTO_HMAC_TAG_MAX 64 /* bytes of the longest full tag */

/* The members of the following are private: they are here only so that the size is known. */
union noncrypto_hmac_hash {
    struct noncrypto_sha1 sha1;
    struct noncrypto_sha256 sha256;
    struct noncrypto_sha384 sha384;
    struct noncrypto_sha512 sha512;
};

/* About 420 bytes. */
struct noncrypto_hmac {
    union noncrypto_hmac_hash inner; /* has hashed the padded key, and goes on with the message */
    union noncrypto_hmac_hash outer; /* has hashed the padded key, and waits for the inner hash */
    uint8_t algorithm;               /* set by the init function */
};

/* Starts a tag over what follows, under a key of any length. A key longer than a block of the hash is hashed first. */
NONCRYPTO_API void noncrypto_hmac_sha1_init(struct noncrypto_hmac *ctx, const void *key,
                                            size_t key_len);
NONCRYPTO_API void noncrypto_hmac_sha256_init(struct noncrypto_hmac *ctx, const void *key,
                                              size_t key_len);
NONCRYPTO_API void noncrypto_hmac_sha384_init(struct noncrypto_hmac *ctx, const void *key,
                                              size_t key_len);
NONCRYPTO_API void noncrypto_hmac_sha512_init(struct noncrypto_hmac *ctx, const void *key,
                                              size_t key_len);

/* Adds `len` bytes of the message. How the message is cut into calls does not change the tag. */
NONCRYPTO_API void noncrypto_hmac_update(struct noncrypto_hmac *ctx, const void *data, size_t len);

/*
 * Writes the tag, as long as the output of the hash, and wipes `ctx`, which needs an init before its next use. `out` must
 * not overlap `ctx`. A truncated tag is the beginning of this one.
 */
NONCRYPTO_API void noncrypto_hmac_final(struct noncrypto_hmac *ctx, uint8_t *out);

/*
 * Compares the first `tag_len` bytes of the tag with `tag`, and wipes `ctx` whatever the result.
 * Returns 0 if they are equal; NONCRYPTO_E_VERIFY if not; NONCRYPTO_E_INVALID if `tag_len` is below NONCRYPTO_HMAC_TAG_MIN
 * or above the output of the hash: `tag_len` is the protocol's constant, never the length of what came from the peer.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_hmac_verify(struct noncrypto_hmac *ctx,
                                                             const uint8_t *tag, size_t tag_len);

/* The tag of `len` bytes at `data`, in one call; `out` may overlap `key` and `data`. */
NONCRYPTO_API void noncrypto_hmac_sha1(uint8_t out[NONCRYPTO_SHA1_LEN], const void *key,
                                       size_t key_len, const void *data, size_t len);
NONCRYPTO_API void noncrypto_hmac_sha256(uint8_t out[NONCRYPTO_SHA256_LEN], const void *key,
                                         size_t key_len, const void *data, size_t len);
NONCRYPTO_API void noncrypto_hmac_sha384(uint8_t out[NONCRYPTO_SHA384_LEN], const void *key,
                                         size_t key_len, const void *data, size_t len);
NONCRYPTO_API void noncrypto_hmac_sha512(uint8_t out[NONCRYPTO_SHA512_LEN], const void *key,
                                         size_t key_len, const void *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif
