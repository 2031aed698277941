/*
 * Inside powers of tau. Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_PTAU_H
#define NONZK_SRC_CEREMONY_PTAU_H

#include <nonzk/powers_of_tau.h>

#include "ceremony/contribution.h"
#include "ceremony/secret.h"

#define PTAU_SECRETS          3 /* tau, alpha and beta */
#define PTAU_PARTIAL_HASH_LEN 216

/* How many points an array has. */
static inline size_t ptau_half(const struct nonzk_ptau_shape *shape)
{
    return (size_t)1 << shape->power;
}

/* Of all powers of 2 up to 2^log_size, their sum. Where those of 2^log_size begin. */
static inline size_t ptau_level(uint32_t log_size)
{
    return ((size_t)1 << log_size) - 1;
}

struct ptau_contribution {
    /* What the powers have become. */
    struct nonzk_g1_affine tau1, alpha1, beta1;
    struct nonzk_g2_affine tau2, beta2;
    /* For each secret x the proof of its factor: s, x s, and x times the chosen point. */
    struct nonzk_g1_affine s[PTAU_SECRETS], sx[PTAU_SECRETS];
    struct nonzk_g2_affine spx[PTAU_SECRETS];
    uint8_t partial_hash[PTAU_PARTIAL_HASH_LEN]; /* of the response, before the proofs */
    uint8_t next_challenge[CEREMONY_HASH_LEN];
    struct parameters parameters;
};

/* To prepare and to verify. The arrays lie in the workspace. */
struct ptau_workspace {
    struct nonzk_fr *roots;  /* 2^power */
    struct nonzk_fr *values; /* 2^(power + 1) */
    uint8_t *points;         /* 2^(power + 1) of G1, or half as many of G2 */
    uint8_t *scalars;        /* 2^(power + 1) */
    size_t points_len;
};

/* Lays the arrays into a workspace; returns 0 or NONZK_E_NO_SPACE. */
int ptau_workspace_lay_out(struct ptau_workspace *w, void *memory, size_t len,
                           const struct nonzk_ptau_shape *shape);

/* Lays out; returns 0 or NONZK_E_NO_SPACE. */
int ptau_lay_out(struct nonzk_ptau *ptau, const struct nonzk_ptau_shape *shape, void *memory,
                 size_t memory_len);

/* Takes a contribution off the front, whose points are all checked. */
int ptau_contribution_take(struct reader *reader, struct ptau_contribution *c);

/* Encodes all but the parameters; returns where they belong. */
uint8_t *ptau_contribution_encode(uint8_t *out, const struct ptau_contribution *c);

/* What was before the first contribution, with its challenge. */
void ptau_contribution_initial(struct ptau_contribution *c, uint32_t power);

/* out = the hash of the response: the partial hash, gone on with the proofs. NONZK_E_ENCODING if the
 * partial hash is none. */
int ptau_response_hash(uint8_t out[CEREMONY_HASH_LEN], const struct ptau_contribution *c);

/* out = the next challenge: the hash of a response and all powers */
void ptau_challenge(uint8_t out[CEREMONY_HASH_LEN], const uint8_t response[CEREMONY_HASH_LEN],
                    const struct nonzk_ptau *ptau);

/* out = the point of G2 that is chosen for the proof of a secret */
void ptau_choose(struct nonzk_g2_affine *out, unsigned secret,
                 const uint8_t challenge[CEREMONY_HASH_LEN], const struct ptau_contribution *c);

/* The secrets of a beacon and the points s. */
void ptau_beacon(struct nonzk_fr secrets[PTAU_SECRETS], struct ptau_contribution *c);

#endif
