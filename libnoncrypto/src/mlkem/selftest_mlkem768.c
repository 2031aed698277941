/*
 * The arithmetic, the sampling and the encodings, one after the other on the same polynomials: a whole key exchange needs
 * memory that a self-test cannot have. The sums were computed with an implementation that reproduces NIST's vectors.
 */
#include "mlkem/mlkem.h"
#include "selftest.h"

#define SEED ((const uint8_t *)"a seed of 32 bytes for self-test")

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum = sum * 0x100000001b3 ^ bytes[i];
    return sum;
}

/* A row of the matrix, and noise; each in a frame of its own. */
static __attribute__((noinline)) void sample(const struct mlkem_backend *b,
                                             struct noncrypto_mlkem_poly v[MLKEM_K])
{
    struct keccak_x4 x4;
    uint8_t hash[MLKEM_SYMBOL_LEN];
    struct mlkem_passenger passenger = {SEED, 32, hash, sizeof hash, KECCAK_PAD_SHA3, 0, 0};
    struct noncrypto_mlkem_poly *const noise[KECCAK_X4] = {&v[1]};

    noncrypto_mlkem_passenger_start(&x4);
    noncrypto_mlkem_sample_row(b, &x4, v, SEED, 1, 0, &passenger);
    noncrypto_mlkem_sample_noise(b, &x4, noise, 1, hash, 3);
}

static __attribute__((noinline)) uint64_t encode(const struct mlkem_backend *b,
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

    sample(b, v);
    for (unsigned i = 0; i < MLKEM_K; i++)
        b->ntt(&v[i]);
    b->multiply(&v[0], v, v);
    b->inverse_ntt(&v[0]);
    b->from_message(&v[2], SEED);
    b->add(&v[0], &v[2]);
    b->subtract(&v[0], &v[1]);
    b->to_montgomery(&v[0]);
    sum = encode(b, &v[0], sum);
    return sum == UINT64_C(0x6b66308e3294a036) ? 0 : -1;
}
