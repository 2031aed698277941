/*
 * The arithmetic, the sampling and the encodings, one after the other on the same polynomials: a whole signature needs
 * memory that a self-test cannot have. The sum was computed with an implementation that reproduces NIST's vectors.
 */
#include <noncrypto/sha3.h>

#include "mldsa/mldsa.h"
#include "selftest.h"

#define SEED ((const uint8_t *)"a seed of 64 bytes that the self-test of the signatures uses all")

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum = sum * 0x100000001b3 ^ bytes[i];
    return sum;
}

/* A polynomial of the matrix, or of the secret. */
static __attribute__((__noinline__)) void sample(const struct mldsa_backend *b,
                                                 struct noncrypto_mldsa_poly *p, int secret)
{
    struct noncrypto_shake xof;
    uint8_t block[KECCAK_RATE_128];
    unsigned n = 0;

    noncrypto_shake128_init(&xof);
    noncrypto_shake_absorb(&xof, SEED, 64);
    while (n < MLDSA_N) {
        unsigned (*sampler)(int32_t *, unsigned, const uint8_t *, size_t) =
            secret ? b->sample_small : b->sample_uniform;
        noncrypto_shake_squeeze(&xof, block, sizeof block);
        n += sampler(p->c + n, MLDSA_N - n, block, sizeof block);
    }
}

/* Four sponges at a time, which both lattice schemes draw from. */
static __attribute__((__noinline__)) uint64_t draw(uint64_t sum)
{
    struct keccak_x4 x4;
    uint8_t block[KECCAK_RATE_128];

    for (unsigned s = 0; s < KECCAK_X4; s++)
        noncrypto_keccak_x4_seed(&x4, s, KECCAK_RATE_128, SEED, 64, 300 + s, 2);
    noncrypto_keccak_x4_f1600(&x4, KECCAK_X4_ALL);
    for (unsigned s = 0; s < KECCAK_X4; s++) {
        noncrypto_keccak_x4_get(&x4, s, block, sizeof block);
        sum = sum_of(sum, block, sizeof block);
    }
    return sum;
}

static __attribute__((__noinline__)) uint64_t encode(const struct mldsa_backend *b,
                                                     struct noncrypto_mldsa_poly *p, uint64_t sum)
{
    uint8_t bytes[MLDSA_Z_LEN];

    b->decompose(bytes, p);
    sum = sum_of(sum, bytes, MLDSA_W1_LEN);
    noncrypto_mldsa_encode_z(bytes, p);
    sum = sum_of(sum, bytes, MLDSA_Z_LEN);
    b->decode_z(p, bytes);
    b->add(p, p);
    noncrypto_mldsa_power2round(bytes, p);
    sum = sum_of(sum, bytes, MLDSA_T1_LEN);
    noncrypto_mldsa_encode_t0(bytes, p);
    return sum_of(sum, bytes, MLDSA_T0_LEN);
}

/* The product of a polynomial with itself, of the matrix or of the secret. */
static __attribute__((__noinline__)) uint64_t square(const struct mldsa_backend *b, int secret,
                                                     uint64_t sum)
{
    struct noncrypto_mldsa_poly p;

    sample(b, &p, secret);
    b->ntt(&p);
    b->multiply(&p, &p, &p);
    b->inverse_ntt(&p);
    sum = sum * 3 ^ b->exceeds(&p, MLDSA_GAMMA1);
    return encode(b, &p, sum);
}

int selftest_mldsa65(void)
{
    const struct mldsa_backend *b = mldsa_backend();

    return square(b, 1, square(b, 0, draw(0))) == UINT64_C(0x385c2ee23abf4ace) ? 0 : -1;
}
