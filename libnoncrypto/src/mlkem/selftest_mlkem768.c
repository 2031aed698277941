/*
 * The arithmetic, the sampling and the encodings, one after the other on the same polynomials: a whole key exchange needs
 * memory that a self-test cannot have. The sum was computed with an implementation that reproduces NIST's vectors.
 */
#include <noncrypto/sha3.h>

#include "mlkem/mlkem.h"
#include "selftest.h"

#define SEED ((const uint8_t *)"a seed of 32 bytes for self-test")

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum = sum * 0x100000001b3 ^ bytes[i];
    return sum;
}

/* A polynomial of the matrix, or noise. */
static __attribute__((__noinline__)) void sample(const struct mlkem_backend *b,
                                                 struct noncrypto_mlkem_poly *p, int noise)
{
    struct noncrypto_shake xof;
    uint8_t block[KECCAK_RATE_128];
    unsigned n = 0;

    noncrypto_shake128_init(&xof);
    noncrypto_shake_absorb(&xof, SEED, 32);
    while (n < MLKEM_N) {
        noncrypto_shake_squeeze(&xof, block, sizeof block);
        n += b->sample_uniform(p->c + n, MLKEM_N - n, block, sizeof block);
    }
    if (noise)
        b->sample_noise(p, block);
}

static __attribute__((__noinline__)) uint64_t encode(const struct mlkem_backend *b,
                                                     struct noncrypto_mlkem_poly *p, uint64_t sum)
{
    uint8_t bytes[MLKEM_POLY_LEN];

    b->encode(bytes, p);
    sum = sum_of(sum, bytes, MLKEM_POLY_LEN);
    b->compress_u(bytes, p);
    sum = sum_of(sum, bytes, MLKEM_DU_LEN);
    b->decompress_u(p, bytes);
    b->compress_v(bytes, p);
    sum = sum_of(sum, bytes, MLKEM_DV_LEN);
    b->decompress_v(p, bytes);
    b->to_message(bytes, p);
    return sum_of(sum, bytes, MLKEM_SYMBOL_LEN);
}

int selftest_mlkem768(void)
{
    const struct mlkem_backend *b = mlkem_backend();
    struct noncrypto_mlkem_poly v[MLKEM_K];
    uint64_t sum = 0;

    for (unsigned i = 0; i < MLKEM_K; i++) {
        sample(b, &v[i], i == 1);
        b->ntt(&v[i]);
    }
    b->multiply(&v[0], v, v);
    b->inverse_ntt(&v[0]);
    b->from_message(&v[2], SEED);
    b->add(&v[0], &v[2]);
    b->subtract(&v[0], &v[1]);
    b->to_montgomery(&v[0]);
    sum = encode(b, &v[0], sum);
    return sum == UINT64_C(0xe49c092ba90dc691) ? 0 : -1;
}
