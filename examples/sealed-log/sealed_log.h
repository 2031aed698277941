/*
 * An append-only encrypted log. Each record is sealed under a key of its own; then the key moves on by one step of BLAKE3 that
 * nobody can undo, and the old one is erased. So whoever breaks in and takes the writer's key reads and forges nothing that was
 * written before, and records that were changed, exchanged, removed or put in between do not open.
 *
 * A record is 4 bytes of length (little endian), the ciphertext, and a tag of 16 bytes. The log ends with a record that says so;
 * one that was cut off before that is found by it, or by a reader that knows the writer's state.
 */
#ifndef SEALED_LOG_H
#define SEALED_LOG_H

#include <stddef.h>
#include <stdint.h>

#define SEALED_LOG_KEY_LEN  32
#define SEALED_LOG_OVERHEAD 20                  /* bytes that a record has beside its text */
#define SEALED_LOG_LEN_MAX  (UINT32_C(1) << 24) /* bytes of the longest text */

/* The state of a writer or a reader: secret, and the same for both after the same records. */
struct sealed_log {
    uint8_t key[SEALED_LOG_KEY_LEN];
    uint64_t records; /* that came before */
    uint32_t ended;
};

void sealed_log_start(struct sealed_log *log, const uint8_t key[SEALED_LOG_KEY_LEN]);

/*
 * Seals a record of `len` bytes into `len` + SEALED_LOG_OVERHEAD bytes of `out`; `last` ends the log. Returns 0, or -1 if it has
 * ended or the text is too long.
 */
int sealed_log_append(struct sealed_log *log, uint8_t *out, const void *text, size_t len, int last);

/*
 * Opens the record at the beginning of `in`: its text goes to `out` (`capacity` bytes) and `*len`. Returns the bytes of the record,
 * or 0 if it is not the one that was written here, is cut off, or is longer than `capacity`; then nothing more can be read.
 * log->ended says whether it was the last.
 */
size_t sealed_log_read(struct sealed_log *log, uint8_t *out, size_t capacity, size_t *len,
                       const uint8_t *in, size_t in_len);

#endif
