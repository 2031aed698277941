/*
 * Files of snarkjs, written: the same bytes go to memory or into a hash. Private to libnonzk.
 */
#ifndef NONZK_SRC_CIRCOM_WRITER_H
#define NONZK_SRC_CIRCOM_WRITER_H

#include <noncrypto/blake3.h>

#include "circom/points.h"

/* Where bytes go: to `at`, which goes on behind them, unless there is a hash. */
struct writer {
    uint8_t *at;
    struct noncrypto_blake3 *hash;
};

void nonzk_writer_bytes(struct writer *writer, const void *bytes, size_t len);

/* An integer of `size` bytes, little-endian. */
void nonzk_writer_number(struct writer *writer, uint64_t value, size_t size);

/* The size of field elements and their modulus, which has its least significant limb first. */
void nonzk_writer_modulus(struct writer *writer, const uint64_t *modulus, size_t nlimbs);

void nonzk_writer_g1(struct writer *writer, const struct nonzk_g1_affine *points, size_t n);
void nonzk_writer_g2(struct writer *writer, const struct nonzk_g2_affine *points, size_t n);

/* What a file, or a section, begins with. */
void nonzk_writer_file(struct writer *writer, const char magic[4], uint32_t nsections);
void nonzk_writer_section(struct writer *writer, uint32_t type, uint64_t len);

/* Ends a file in memory, which begins at `file`, with a seal. */
#define WRITER_SEAL_LEN (12 + SEAL_LEN) /* bytes of the whole section */
void nonzk_writer_seal(struct writer *writer, const uint8_t *file);

#endif
