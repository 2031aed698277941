/*
 * AES on bits: four blocks at once in eight words, of which word i holds bit i of all 64 bytes. Every operation is on
 * whole words, so nothing depends on a value. Private to libnoncrypto.
 *
 * The byte in row r and column c of block b (FIPS 197 section 3.4) is at bit 16r + 4c + b. The next row is then a rotation by
 * 16 bits.
 *
 * There is no ShiftRows(): the state after round r is kept as what r times ShiftRows() would make the true one of, and
 * MixColumns() takes its bytes from where they are (Adomnicai and Peyrin, "Fixslicing AES-like ciphers", 2020). The round
 * keys are permuted to suit. The constant of the S-box is in the round keys, too.
 */
#ifndef NONCRYPTO_SRC_AES_BITSLICE_H
#define NONCRYPTO_SRC_AES_BITSLICE_H

#include "aes/aes_private.h"

#define BITSLICE_BLOCKS 4

struct bitslice {
    uint64_t key[NONCRYPTO_AES_MAX_ROUNDS + 1][8];
    uint32_t rounds;
};

/* To be wiped after use. */
void noncrypto_bitslice_init(struct bitslice *s, const struct noncrypto_aes *aes);

/* Four blocks; `out` may be `in`. */
void noncrypto_bitslice_encrypt(const struct bitslice *s, uint8_t out[BITSLICE_BLOCKS * AES_BLOCK],
                                const uint8_t in[BITSLICE_BLOCKS * AES_BLOCK]);
void noncrypto_bitslice_decrypt(const struct bitslice *s, uint8_t out[BITSLICE_BLOCKS * AES_BLOCK],
                                const uint8_t in[BITSLICE_BLOCKS * AES_BLOCK]);

#endif
