#include <noncrypto/siphash.h>

#include "bytes.h"

struct siphash {
    uint64_t v0, v1, v2, v3;
};

static inline void sip_rounds(struct siphash *s, int n)
{
    while (n-- > 0) {
        s->v0 += s->v1;
        s->v2 += s->v3;
        s->v1 = rotl64(s->v1, 13) ^ s->v0;
        s->v3 = rotl64(s->v3, 16) ^ s->v2;
        s->v0 = rotl64(s->v0, 32);
        s->v2 += s->v1;
        s->v0 += s->v3;
        s->v1 = rotl64(s->v1, 17) ^ s->v2;
        s->v3 = rotl64(s->v3, 21) ^ s->v0;
        s->v2 = rotl64(s->v2, 32);
    }
}

static inline void sip_word(struct siphash *s, uint64_t m)
{
    s->v3 ^= m;
    sip_rounds(s, 2);
    s->v0 ^= m;
}

/* Section 2.2, up to the finalization. "somepseudorandomlygeneratedbytes" are the constants. */
static void sip_absorb(struct siphash *s, const uint8_t *p, size_t len, const uint8_t key[16])
{
    uint64_t k0 = load_le64(key), k1 = load_le64(key + 8);
    uint64_t last = (uint64_t)len << 56;
    size_t whole = len & ~(size_t)7;

    s->v0 ^= k0 ^ UINT64_C(0x736f6d6570736575);
    s->v1 ^= k1 ^ UINT64_C(0x646f72616e646f6d);
    s->v2 ^= k0 ^ UINT64_C(0x6c7967656e657261);
    s->v3 ^= k1 ^ UINT64_C(0x7465646279746573);
    for (size_t i = 0; i < whole; i += 8)
        sip_word(s, load_le64(p + i));
    for (size_t i = whole; i < len; i++)
        last |= (uint64_t)p[i] << 8 * (i - whole);
    sip_word(s, last);
}

uint64_t noncrypto_siphash(const void *data, size_t len, const uint8_t key[16])
{
    struct siphash s = {0, 0, 0, 0};

    sip_absorb(&s, data, len, key);
    s.v2 ^= 0xff;
    sip_rounds(&s, 4);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

void noncrypto_siphash128(uint8_t out[16], const void *data, size_t len, const uint8_t key[16])
{
    struct siphash s = {0, 0xee, 0, 0};

    sip_absorb(&s, data, len, key);
    s.v2 ^= 0xee;
    sip_rounds(&s, 4);
    store_le64(out, s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
    s.v1 ^= 0xdd;
    sip_rounds(&s, 4);
    store_le64(out + 8, s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
}
