/*
 * Polynomials and hints as bytes (FIPS 204 sections 7.1 and 7.2).
 */
#include <string.h>

#include "bytes.h"
#include "mldsa/mldsa.h"

/* Two numbers of 20 bits are five bytes. */
void noncrypto_mldsa_decode_z(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_Z_LEN])
{
    for (unsigned i = 0; i < MLDSA_N / 2; i++) {
        uint32_t low = load_le32(in + 5 * i);
        uint32_t second = low >> 20 | (uint32_t)in[5 * i + 4] << 12;
        p->c[2 * i] = MLDSA_GAMMA1 - (int32_t)(low & 0xfffff);
        p->c[2 * i + 1] = MLDSA_GAMMA1 - (int32_t)second;
    }
}

void noncrypto_mldsa_encode_z(uint8_t out[MLDSA_Z_LEN], const struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < MLDSA_N / 2; i++) {
        uint32_t first = (uint32_t)(MLDSA_GAMMA1 - p->c[2 * i]);
        uint32_t second = (uint32_t)(MLDSA_GAMMA1 - p->c[2 * i + 1]);
        store_le32(out + 5 * i, first | second << 20);
        out[5 * i + 4] = (uint8_t)(second >> 12);
    }
}

void noncrypto_mldsa_encode_eta(uint8_t out[MLDSA_ETA_LEN], const struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < MLDSA_ETA_LEN; i++)
        out[i] = (uint8_t)((MLDSA_ETA - p->c[2 * i]) | (MLDSA_ETA - p->c[2 * i + 1]) << 4);
}

void noncrypto_mldsa_decode_eta(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_ETA_LEN])
{
    for (unsigned i = 0; i < MLDSA_ETA_LEN; i++) {
        p->c[2 * i] = MLDSA_ETA - (in[i] & 15);
        p->c[2 * i + 1] = MLDSA_ETA - (in[i] >> 4);
    }
}

/* Four numbers of 13 bits, from bit 0 on. */
static inline uint64_t four_of_t0(const int32_t c[4])
{
    uint64_t word = 0;

    for (unsigned j = 0; j < 4; j++)
        word |= (uint64_t)((1 << (MLDSA_D - 1)) - c[j]) << (MLDSA_D * j);
    return word;
}

/* Eight numbers are thirteen bytes. */
void noncrypto_mldsa_encode_t0(uint8_t out[MLDSA_T0_LEN], const struct noncrypto_mldsa_poly *p)
{
    for (unsigned i = 0; i < MLDSA_N / 8; i++, out += 13) {
        uint64_t low = four_of_t0(p->c + 8 * i), high = four_of_t0(p->c + 8 * i + 4);
        store_le64(out, low | high << 52);
        store_le32(out + 8, (uint32_t)(high >> 12));
        out[12] = (uint8_t)(high >> 44);
    }
}

static inline void four_from_t0(int32_t c[4], uint64_t word)
{
    for (unsigned j = 0; j < 4; j++)
        c[j] = (1 << (MLDSA_D - 1)) - (int32_t)(word >> (MLDSA_D * j) & ((1 << MLDSA_D) - 1));
}

void noncrypto_mldsa_decode_t0(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_T0_LEN])
{
    for (unsigned i = 0; i < MLDSA_N / 8; i++, in += 13) {
        uint64_t low = load_le64(in);
        four_from_t0(p->c + 8 * i, low);
        four_from_t0(p->c + 8 * i + 4,
                     low >> 52 | (uint64_t)load_le32(in + 8) << 12 | (uint64_t)in[12] << 44);
    }
}

void noncrypto_mldsa_decode_t1(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_T1_LEN])
{
    for (unsigned i = 0; i < MLDSA_N / 4; i++) {
        uint32_t low = load_le32(in + 5 * i);
        uint32_t last = low >> 30 | (uint32_t)in[5 * i + 4] << 2;
        p->c[4 * i] = (int32_t)(low & 0x3ff) << MLDSA_D;
        p->c[4 * i + 1] = (int32_t)(low >> 10 & 0x3ff) << MLDSA_D;
        p->c[4 * i + 2] = (int32_t)(low >> 20 & 0x3ff) << MLDSA_D;
        p->c[4 * i + 3] = (int32_t)last << MLDSA_D;
    }
}

/* The positions of all set bits, polynomial after polynomial; then for each polynomial where its positions end. */
void noncrypto_mldsa_encode_hint(uint8_t out[MLDSA_OMEGA + MLDSA_K],
                                 const uint8_t hint[MLDSA_K * MLDSA_HINT_LEN])
{
    unsigned n = 0;

    memset(out, 0, MLDSA_OMEGA + MLDSA_K);
    for (unsigned i = 0; i < MLDSA_K; i++) {
        for (unsigned j = 0; j < MLDSA_N; j++)
            if (hint[i * MLDSA_HINT_LEN + j / 8] >> j % 8 & 1)
                out[n++] = (uint8_t)j;
        out[MLDSA_OMEGA + i] = (uint8_t)n;
    }
}

/* Positions must grow, ends must not fall nor pass omega, and what is left over must be 0: one hint has one encoding. */
int noncrypto_mldsa_decode_hint(uint8_t hint[MLDSA_K * MLDSA_HINT_LEN],
                                const uint8_t in[MLDSA_OMEGA + MLDSA_K])
{
    unsigned n = 0;

    memset(hint, 0, MLDSA_K * MLDSA_HINT_LEN);
    for (unsigned i = 0; i < MLDSA_K; i++) {
        unsigned first = n;
        unsigned end = in[MLDSA_OMEGA + i];
        if (end < n || end > MLDSA_OMEGA)
            return NONCRYPTO_E_VERIFY;
        for (; n < end; n++) {
            if (n > first && in[n - 1] >= in[n])
                return NONCRYPTO_E_VERIFY;
            hint[i * MLDSA_HINT_LEN + in[n] / 8] |= (uint8_t)(1u << in[n] % 8);
        }
    }
    for (; n < MLDSA_OMEGA; n++)
        if (in[n] != 0)
            return NONCRYPTO_E_VERIFY;
    return 0;
}
