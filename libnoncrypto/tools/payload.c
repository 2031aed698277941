/*
 * Both directions read one chunk ahead, since a chunk must be known to be the last before it is sealed or opened. Plaintext is
 * written only after its chunk was found to be right.
 */
#include "payload.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <noncrypto/memory.h>
#include <noncrypto/stream.h>

#include "command.h"
#include "files.h"

#define SEALED_CHUNK (SEALED_CHUNK_LEN + NONCRYPTO_STREAM_TAG_LEN)

static struct {
    uint8_t in[2][SEALED_CHUNK];
    uint8_t out[SEALED_CHUNK];
} buffer;

struct transfer {
    struct end in, out;
    struct noncrypto_stream stream;
    size_t in_len; /* bytes of a whole chunk that is read */
    int opening;
};

/* Seals or opens one chunk and writes it. */
static int transfer_chunk(struct transfer *t, const uint8_t *chunk, size_t len, int last)
{
    int result = t->opening ? noncrypto_stream_open(&t->stream, buffer.out, chunk, len, last)
                            : noncrypto_stream_seal(&t->stream, buffer.out, chunk, len, last);

    if (result == NONCRYPTO_E_VERIFY) {
        complain("%s: it was changed or cut off here: chunk %" PRIu64 " is not what was sealed",
                 t->in.name, t->stream.next);
        return EXIT_CODE_MISMATCH;
    }
    if (result != 0) {
        complain("%s: %s", t->in.name, noncrypto_strerror(result));
        return EXIT_CODE_IO;
    }
    size_t out_len = t->opening ? len - NONCRYPTO_STREAM_TAG_LEN : len + NONCRYPTO_STREAM_TAG_LEN;
    if (file_write(t->out.fd, buffer.out, out_len) != 0) {
        complain("%s: %s", t->out.name, strerror(errno));
        return EXIT_CODE_IO;
    }
    return EXIT_CODE_OK;
}

static int transfer(struct transfer *t, struct progress *progress)
{
    uint64_t done = 0;
    int code = EXIT_CODE_OK, turn = 0;
    ssize_t n = file_read(t->in.fd, buffer.in[0], t->in_len), ahead;

    for (int last = 0; n >= 0 && !last && code == EXIT_CODE_OK; n = ahead, turn = !turn) {
        ahead = n == (ssize_t)t->in_len ? file_read(t->in.fd, buffer.in[!turn], t->in_len) : 0;
        if (ahead < 0) {
            n = ahead;
            break;
        }
        last = ahead == 0;
        code = transfer_chunk(t, buffer.in[turn], (size_t)n, last);
        progress_show(progress, done += (uint64_t)n);
    }
    progress_end(progress);
    if (n < 0) {
        complain("%s: %s", t->in.name, strerror(errno));
        code = EXIT_CODE_IO;
    }
    return code;
}

static int run(struct end in, struct end out, uint8_t key[KDF_KEY_LEN], struct progress *progress,
               int opening)
{
    struct transfer t = {.in = in, .out = out, .opening = opening};
    int code = EXIT_CODE_IO;

    t.in_len = opening ? SEALED_CHUNK : SEALED_CHUNK_LEN;
    if (noncrypto_stream_init(&t.stream, key, SEALED_CHUNK_LEN) == 0)
        code = transfer(&t, progress);
    noncrypto_stream_wipe(&t.stream);
    noncrypto_wipe(key, KDF_KEY_LEN);
    noncrypto_wipe(&buffer, sizeof buffer);
    return code;
}

int payload_seal(struct end in, struct end out, uint8_t key[KDF_KEY_LEN], struct progress *progress)
{
    return run(in, out, key, progress, 0);
}

int payload_open(struct end in, struct end out, uint8_t key[KDF_KEY_LEN], struct progress *progress)
{
    return run(in, out, key, progress, 1);
}
