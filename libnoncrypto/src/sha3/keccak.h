/*
 * The permutation Keccak-f[1600] (FIPS 202 section 3.3). Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_KECCAK_H
#define NONCRYPTO_SRC_KECCAK_H

#include <stdint.h>

#define KECCAK_LANES  25
#define KECCAK_ROUNDS 24

/* RC[i], FIPS 202 section 3.2.5: what step iota adds to lane (0, 0) in round i. */
extern const uint64_t noncrypto_keccak_round_constants[KECCAK_ROUNDS]
    __attribute__((visibility("hidden")));

/* Lane (x, y) of FIPS 202 is state[x + 5 * y]; a lane in bytes is little endian. The time does not depend on the state. */
void noncrypto_keccak_f1600(uint64_t state[KECCAK_LANES]);

#endif
