/*
 * High and low parts of coefficients, hints, and norms (FIPS 204 section 7.4). Nothing here divides or branches on a
 * coefficient.
 */
#include "bytes.h"
#include "ct.h"
#include "mldsa/mldsa.h"

void noncrypto_mldsa_add(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q)
{
    for (unsigned i = 0; i < MLDSA_N; i++)
        p->c[i] = mldsa_reduce(p->c[i] + q->c[i]);
}

void noncrypto_mldsa_subtract(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q)
{
    for (unsigned i = 0; i < MLDSA_N; i++)
        p->c[i] = mldsa_reduce(p->c[i] - q->c[i]);
}

uint32_t noncrypto_mldsa_exceeds(const struct noncrypto_mldsa_poly *p, int32_t bound)
{
    uint32_t above = 0; /* bit 31 */

    for (unsigned i = 0; i < MLDSA_N; i++) {
        int32_t sign = mldsa_sign(p->c[i]);
        int32_t magnitude = (p->c[i] ^ sign) - sign;
        above |= (uint32_t)(bound - 1 - magnitude);
    }
    return ct_mask32(above >> 31);
}

/* Four numbers of 10 bits are five bytes. */
void noncrypto_mldsa_power2round(uint8_t t1[MLDSA_T1_LEN], struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < MLDSA_N / 4; i++) {
        uint64_t word = 0;
        for (unsigned j = 0; j < 4; j++) {
            int32_t c = mldsa_canonical(p->c[4 * i + j]);
            int32_t high = (c + (1 << (MLDSA_D - 1)) - 1) >> MLDSA_D;
            p->c[4 * i + j] = c - high * (1 << MLDSA_D);
            word |= (uint64_t)high << (10 * j);
        }
        store_le32(t1 + 5 * i, (uint32_t)word);
        t1[5 * i + 4] = (uint8_t)(word >> 32);
    }
}

/*
 * round(c / (2 gamma2)) for c in [0, q), with the last interval wrapped to 0: 2 gamma2 = 4092 * 2^7, and 1025 / 2^22 is
 * near enough to 1 / 4092. The tests go through every c.
 */
static int32_t high_part(int32_t c)
{
    int32_t t = (c + 127) >> 7;
    return ((t * 1025 + (1 << 21)) >> 22) & 15;
}

void noncrypto_mldsa_decompose(uint8_t high[MLDSA_W1_LEN], struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < MLDSA_N; i += 2) {
        int32_t part[2];
        for (unsigned j = 0; j < 2; j++) {
            int32_t c = mldsa_canonical(p->c[i + j]);
            part[j] = high_part(c);
            int32_t low = c - part[j] * 2 * MLDSA_GAMMA2;
            /* In the wrapped interval the low part is c - q. */
            p->c[i + j] = low - (mldsa_sign((MLDSA_Q - 1) / 2 - low) & MLDSA_Q);
        }
        high[i / 2] = (uint8_t)(part[0] | part[1] << 4);
    }
}

static uint32_t high_of(const uint8_t high[MLDSA_W1_LEN], unsigned i)
{
    return (uint32_t)high[i / 2] >> (i % 2 * 4) & 15;
}

/*
 * The high part changes when the low part leaves (-gamma2, gamma2]; -gamma2 itself is allowed in the wrapped interval,
 * where the high part is 0.
 */
uint32_t noncrypto_mldsa_make_hint(uint8_t hint[MLDSA_HINT_LEN],
                                   const struct noncrypto_mldsa_poly *low,
                                   const uint8_t high[MLDSA_W1_LEN])
{
    uint32_t count = 0;

    for (unsigned i = 0; i < MLDSA_N; i += 8) {
        uint32_t byte = 0;
        for (unsigned j = 0; j < 8; j++) {
            int32_t c = low->c[i + j];
            uint32_t above = (uint32_t)(MLDSA_GAMMA2 - c) >> 31;
            uint32_t below = (uint32_t)(c + MLDSA_GAMMA2) >> 31;
            uint32_t edge =
                ct_zero32((uint32_t)(c + MLDSA_GAMMA2)) & ct_nonzero32(high_of(high, i + j)) & 1;
            uint32_t bit = above | below | edge;
            byte |= bit << j;
            count += bit;
        }
        hint[i / 8] = (uint8_t)byte;
    }
    return count;
}

void noncrypto_mldsa_use_hint(uint8_t high[MLDSA_W1_LEN], const struct noncrypto_mldsa_poly *low,
                              const uint8_t hint[MLDSA_HINT_LEN])
{
    for (unsigned byte = 0; byte < MLDSA_HINT_LEN; byte++) {
        unsigned i = 8 * byte;
        for (unsigned bits = hint[byte]; bits != 0; bits >>= 1, i++) {
            if (!(bits & 1))
                continue;
            uint32_t changed = (high_of(high, i) + (low->c[i] > 0 ? 1 : 15)) & 15;
            unsigned shift = i % 2 * 4;
            high[i / 2] = (uint8_t)((high[i / 2] & (0xf0 >> shift)) | changed << shift);
        }
    }
}
