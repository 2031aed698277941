#include "bytes.h"

#include <noncrypto/memory.h>
#include <noncrypto/stream.h>
#include <string.h>

#define NONCE_LEN NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN

int noncrypto_stream_init(struct noncrypto_stream *stream,
                          const uint8_t key[NONCRYPTO_STREAM_KEY_LEN], uint32_t chunk_len)
{
    memcpy(stream->key, key, sizeof stream->key);
    stream->next = 0;
    stream->chunk_len = chunk_len;
    stream->ended = chunk_len == 0;
    return chunk_len == 0 ? NONCRYPTO_E_INVALID : 0;
}

/* Only the last chunk may be short, and only the only one empty: so a message has one form. */
static int length_allowed(const struct noncrypto_stream *stream, size_t len, int last)
{
    if (!last)
        return len == stream->chunk_len;
    return len <= stream->chunk_len && (len > 0 || stream->next == 0);
}

static void make_nonce(uint8_t nonce[NONCE_LEN], const struct noncrypto_stream *stream, int last)
{
    memset(nonce, 0, NONCE_LEN);
    store_be64(nonce + 3, stream->next);
    nonce[NONCE_LEN - 1] = last ? 1 : 0;
}

int noncrypto_stream_seal(struct noncrypto_stream *stream, uint8_t *out, const uint8_t *in,
                          size_t len, int last)
{
    uint8_t nonce[NONCE_LEN];

    if (stream->ended || stream->next >= NONCRYPTO_STREAM_CHUNKS_MAX ||
        !length_allowed(stream, len, last))
        return NONCRYPTO_E_INVALID;
    make_nonce(nonce, stream, last);
    int result =
        noncrypto_chacha20_poly1305_seal(out, out + len, in, len, NULL, 0, nonce, stream->key);
    if (result != 0)
        return result;
    stream->next++;
    if (last)
        noncrypto_stream_wipe(stream);
    return 0;
}

int noncrypto_stream_open(struct noncrypto_stream *stream, uint8_t *out, const uint8_t *in,
                          size_t in_len, int last)
{
    uint8_t nonce[NONCE_LEN];
    uint8_t tag[NONCRYPTO_STREAM_TAG_LEN];
    int result = NONCRYPTO_E_VERIFY;

    if (stream->ended)
        return NONCRYPTO_E_INVALID;
    if (stream->next < NONCRYPTO_STREAM_CHUNKS_MAX && in_len >= sizeof tag &&
        length_allowed(stream, in_len - sizeof tag, last)) {
        size_t len = in_len - sizeof tag;
        /* The plaintext may lie where the ciphertext did: the tag is not read after that. */
        memcpy(tag, in + len, sizeof tag);
        make_nonce(nonce, stream, last);
        result = noncrypto_chacha20_poly1305_open(out, in, len, tag, NULL, 0, nonce, stream->key);
    }
    stream->next++;
    if (result != 0 || last)
        noncrypto_stream_wipe(stream);
    return result;
}

void noncrypto_stream_wipe(struct noncrypto_stream *stream)
{
    noncrypto_wipe(stream, sizeof *stream);
    stream->ended = 1;
}
