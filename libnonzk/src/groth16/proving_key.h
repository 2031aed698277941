/*
 * Inside proving keys: where the arrays lie, and what reading, writing and setup share.
 */
#ifndef NONZK_SRC_GROTH16_PROVING_KEY_H
#define NONZK_SRC_GROTH16_PROVING_KEY_H

#include <nonzk/proving_key.h>

#include "circom/points.h"

#define ZKEY_SECTIONS        10
#define ZKEY_COEFFICIENT_LEN 44 /* bytes */
#define ZKEY_HEADER_LEN      (4 + 48 + 4 + 32 + 3 * 4 + 3 * POINT_G1_LEN + 3 * POINT_G2_LEN)

/* The lengths of the sections, from number 1; returns 0 if there is no such shape. */
int zkey_section_lengths(uint64_t lengths[ZKEY_SECTIONS + 1],
                         const struct nonzk_proving_key_shape *shape);

/*
 * Lays the arrays of a key of that shape into memory and zeroes the rest of the key. Returns 0, or
 * NONZK_E_NO_SPACE if the memory is too small or not aligned.
 */
int proving_key_lay_out(struct nonzk_proving_key *key, const struct nonzk_proving_key_shape *shape,
                        void *memory, size_t memory_len);

/* Sets key->hash, when all else is set. */
void proving_key_hash(struct nonzk_proving_key *key);

#endif
