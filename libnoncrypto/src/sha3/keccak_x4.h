/*
 * Four permutations Keccak-f[1600] side by side, and the sponge steps that the lattice schemes make of them. Private to
 * libnoncrypto.
 *
 * All four states get the same kind of input: a seed and a number of one or two bytes, in one block; but each state can
 * also be driven alone, so that a hash may travel in a place that would be empty.
 */
#ifndef NONCRYPTO_SRC_KECCAK_X4_H
#define NONCRYPTO_SRC_KECCAK_X4_H

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"
#include "sha3/keccak.h"

#define KECCAK_X4        4
#define KECCAK_X4_ALL    0xfu
#define KECCAK_RATE_128  168 /* SHAKE128: bytes of a block */
#define KECCAK_RATE_256  136 /* SHAKE256, SHA3-256 */
#define KECCAK_PAD_SHA3  0x06
#define KECCAK_PAD_SHAKE 0x1f

/* lane[i][s] is lane i of state s. */
struct keccak_x4 {
    uint64_t lane[KECCAK_LANES][KECCAK_X4];
};

/* Permutes the states whose bit in `active` is set; the others may be permuted, too. */
void noncrypto_keccak_x4_f1600(struct keccak_x4 *x4, unsigned active);

/* Sets state `s` to zero. */
void noncrypto_keccak_x4_reset(struct keccak_x4 *x4, unsigned s);

/* Adds `len` bytes of `data` at byte `at`, which is a multiple of 8, of the block of state `s`. */
void noncrypto_keccak_x4_add(struct keccak_x4 *x4, unsigned s, size_t at, const uint8_t *data,
                             size_t len);

/* Ends the input of state `s` after `at` bytes of a block of `rate`, with the domain separation `suffix`. */
void noncrypto_keccak_x4_pad(struct keccak_x4 *x4, unsigned s, size_t rate, size_t at,
                             uint8_t suffix);

/* Writes the first `len` bytes of the block of state `s`. */
void noncrypto_keccak_x4_get(const struct keccak_x4 *x4, unsigned s, uint8_t *out, size_t len);

/*
 * Starts SHAKE of seed || nonce in state `s`, all in one block of `rate`: the next permutation gives output. `seed_len` is
 * a multiple of 8, the nonce has `nonce_len` (1 or 2) bytes, little endian.
 */
void noncrypto_keccak_x4_seed(struct keccak_x4 *x4, unsigned s, size_t rate, const uint8_t *seed,
                              size_t seed_len, unsigned nonce, size_t nonce_len);

#if NONCRYPTO_X86_64
void noncrypto_keccak_x4_f1600_avx2(struct keccak_x4 *x4);
#endif

#endif
