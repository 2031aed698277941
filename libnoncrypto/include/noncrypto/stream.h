/*
 * Encryption of a long message in chunks, each of which is authenticated by itself: the STREAM construction of "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (Hoang, Reyhanitabar, Rogaway, Vizár, 2015) over
 * ChaCha20-Poly1305, with the nonces that age has: chunk number (11 bytes, big endian), then 1 for the last chunk and 0 for
 * others.
 *
 * Chunks that were changed, exchanged, left out, repeated or added, and a message that was cut off, are found at the first
 * chunk that is not right; all before it was right. A reader must not take a message for complete before the last chunk was
 * opened.
 *
 * All chunks but the last have the length that the caller chose; the last has 1 byte to that, or none if it is the only one.
 * A key is for one message: no two streams may have the same. Nothing here reads or writes: bytes go in, bytes come out.
 * Below 4 KiB of stack.
 *
 *     noncrypto_stream_init(&s, key, 65536);
 *     while (...)
 *         result = noncrypto_stream_seal(&s, out, in, len, last);        writes len + NONCRYPTO_STREAM_TAG_LEN bytes
 */
#ifndef NONCRYPTO_STREAM_H
#define NONCRYPTO_STREAM_H

#include <noncrypto/aead.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_STREAM_KEY_LEN 32
#define NONCRYPTO_STREAM_TAG_LEN 16 /* bytes that sealing adds to each chunk */

/* Chunks of one stream at most. Far below what 11 bytes count, and no message is that long. */
#define NONCRYPTO_STREAM_CHUNKS_MAX (UINT64_C(1) << 62)

/* A stream in progress, secret. The members are private: they are here only so that the size is known. */
struct noncrypto_stream {
    uint8_t key[NONCRYPTO_STREAM_KEY_LEN];
    uint64_t next; /* number of the next chunk */
    uint32_t chunk_len;
    uint32_t ended; /* nothing may follow: the last chunk was there, or a failure */
};

/*
 * Starts a stream, for sealing or for opening.
 *
 * chunk_len   bytes of plaintext in each chunk but the last, at least 1
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `chunk_len` is 0; then the stream has ended.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_stream_init(struct noncrypto_stream *stream, const uint8_t key[NONCRYPTO_STREAM_KEY_LEN],
                      uint32_t chunk_len);

/*
 * Encrypts the next chunk.
 *
 * out    `len` + NONCRYPTO_STREAM_TAG_LEN bytes; may begin where `in` does, other overlaps are not allowed
 * last   not 0: no chunk follows
 *
 * Returns 0; NONCRYPTO_E_INVALID if `len` is not allowed (see above), the stream has ended or has too many chunks. Then
 * nothing was written and the stream is as before.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_stream_seal(struct noncrypto_stream *stream,
                                                             uint8_t *out, const uint8_t *in,
                                                             size_t len, int last);

/*
 * Decrypts the next chunk.
 *
 * out      `in_len` - NONCRYPTO_STREAM_TAG_LEN bytes; may begin where `in` does, other overlaps are not allowed
 * in_len   bytes of the chunk with its tag
 * last     not 0: the message ends with this chunk, as far as the reader can see
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the chunk is not the one that was sealed at this place or `in_len` is not allowed: then
 * `out` is all zeros (untouched, if `in_len` is not allowed), and the stream has ended; NONCRYPTO_E_INVALID if it had ended
 * before: then nothing was written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_stream_open(struct noncrypto_stream *stream,
                                                             uint8_t *out, const uint8_t *in,
                                                             size_t in_len, int last);

/* Erases the stream, which has then ended. */
NONCRYPTO_API void noncrypto_stream_wipe(struct noncrypto_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
