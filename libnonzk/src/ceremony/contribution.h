/*
 * Contributions as files have them, of delta in a proving key: what it became, the proof that whoever
 * made it knew the factor, and who that was. Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_CONTRIBUTION_H
#define NONZK_SRC_CEREMONY_CONTRIBUTION_H

#include <nonzk/ceremony.h>

#include "circom/points.h"

#define TRANSCRIPT_LEN     64
#define PARAMETERS_MAX_LEN (2 + NONZK_CONTRIBUTION_NAME_MAX + 2 + 2 + NONZK_BEACON_MAX_LEN)

enum contribution_type { CONTRIBUTION_SECRET, CONTRIBUTION_BEACON };

/* A name; and of a beacon its bytes and the logarithm of how often they were hashed. */
struct parameters {
    uint32_t type;
    const uint8_t *beacon;
    size_t beacon_len;
    unsigned log_iterations;
};

/* The factor times a point of G1 of the contributor's choice, and times one that a hash chose. */
struct delta_contribution {
    struct nonzk_g1_affine after; /* delta */
    struct nonzk_g1_affine s, sx;
    struct nonzk_g2_affine spx;
    uint8_t transcript[TRANSCRIPT_LEN];
    struct parameters parameters;
};

/* Whether name and beacon are within their bounds: 0, or NONZK_E_INVALID. */
int ceremony_contribution_check(const struct nonzk_contribution *c);

/* Bytes of the parameters with type and length, and the bytes. */
size_t ceremony_parameters_len(const struct nonzk_contribution *c);
uint8_t *ceremony_parameters_encode(uint8_t *out, const struct nonzk_contribution *c);

/* Takes parameters off the front: 0, or NONZK_E_ENCODING. */
int ceremony_parameters_take(struct reader *reader, struct parameters *parameters);

/* Takes a contribution off the front, whose points are all checked. */
int delta_contribution_take(struct reader *reader, struct delta_contribution *c);

/* Encodes all but the parameters; returns where they belong. */
uint8_t *delta_contribution_encode(uint8_t *out, const struct delta_contribution *c);

#endif
