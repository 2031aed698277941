/* Secrets for the subjects. */
#ifndef NONZK_TESTS_CT_SECRETS_H
#define NONZK_TESTS_CT_SECRETS_H

#include <nonzk/fr.h>
#include <stdint.h>

#include "taint.h"

static inline void secret_bytes(uint8_t *out, size_t len, uint8_t seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(seed + 29 * i + (i >> 3));
    taint(out, len);
}

static inline struct nonzk_fr secret_fr(uint8_t seed)
{
    uint8_t wide[NONZK_FR_WIDE_LEN];
    struct nonzk_fr out;

    secret_bytes(wide, sizeof wide, seed);
    nonzk_fr_from_wide(&out, wide);
    return out;
}

#endif
