/* Reading a table by a secret index, in portable C. */
#ifndef NONCRYPTO_SRC_CURVE25519_TABLE_SELECT_H
#define NONCRYPTO_SRC_CURVE25519_TABLE_SELECT_H

#include <stdint.h>

#include "ct.h"

/* Row index - 1 of eight, all of which are read, or for index 0 the neutral element: 1, 1, 0. */
static inline void table_select(uint64_t out[12], const uint64_t (*table)[12], uint32_t index)
{
    uint64_t none = ct_zero64(index);

    for (unsigned n = 0; n < 12; n++)
        out[n] = n % 4 == 0 && n < 8 ? none & 1 : 0;
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t mask = ct_equal64(index, i + 1);
        for (unsigned n = 0; n < 12; n++)
            out[n] |= mask & table[i][n];
    }
}

#endif
