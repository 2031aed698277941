/* Integers below 2^256 as the widest words that the compiler can multiply, the lowest first. Private to the scalars' arithmetic. */
#ifndef NONCRYPTO_SRC_CURVE25519_WORDS_H
#define NONCRYPTO_SRC_CURVE25519_WORDS_H

#include <stddef.h>

#include "bytes.h"

#ifdef __SIZEOF_INT128__
typedef uint64_t word;
typedef unsigned __int128 double_word;
#define WORD_BITS  64
#define WORD64(x)  UINT64_C(x)
#define word_load  load_le64
#define word_store store_le64
#else
typedef uint32_t word;
typedef uint64_t double_word;
#define WORD_BITS  32
#define WORD64(x)  (uint32_t) UINT64_C(x), (uint32_t)(UINT64_C(x) >> 32)
#define word_load  load_le32
#define word_store store_le32
#endif

#define WORDS      (256 / WORD_BITS)
#define WORD_BYTES (WORD_BITS / 8)

/* L, with a word more. */
static const word scalar_order[WORDS + 1] = {WORD64(0x5812631a5cf5d3ed), WORD64(0x14def9dea2f79cd6),
                                             WORD64(0), WORD64(0x1000000000000000), 0};

static inline void words_load(word *out, const uint8_t *bytes, unsigned nwords)
{
    for (unsigned i = 0; i < nwords; i++)
        out[i] = word_load(bytes + (size_t)WORD_BYTES * i);
}

#endif
