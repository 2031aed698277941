/*
 * The transcript of the second phase: BLAKE2b-512 of the hash of the circuit and of all contributions
 * so far. Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_PHASE2_H
#define NONZK_SRC_CEREMONY_PHASE2_H

#include "ceremony/contribution.h"
#include "ceremony/secret.h"

/* Adds what others must not change of a contribution. */
void ceremony_phase2_hash_contribution(struct noncrypto_blake2b *hash,
                                       const struct delta_contribution *c);

/* c->transcript = the hash so far and of s and x s; `*chosen` = the point of G2 that it chooses */
void ceremony_phase2_challenge(struct delta_contribution *c, struct nonzk_g2_affine *chosen,
                               const struct noncrypto_blake2b *hash);

/* x and s of a beacon */
void ceremony_phase2_beacon(struct nonzk_fr *x, struct nonzk_g1_affine *s,
                            const struct parameters *parameters);

#endif
