/*
 * The matrix and the noise of ML-KEM from four sponges at a time.
 */
#include <noncrypto/memory.h>

#include "mlkem/mlkem.h"

#define PASSENGER 3 /* its place; a row takes those before */

void noncrypto_mlkem_passenger_start(struct keccak_x4 *x4)
{
    noncrypto_keccak_x4_reset(x4, PASSENGER);
}

static void passenger_before(struct keccak_x4 *x4, struct mlkem_passenger *p)
{
    if (p->padded)
        return;
    size_t take = p->len < KECCAK_RATE_256 ? p->len : KECCAK_RATE_256;
    noncrypto_keccak_x4_add(x4, PASSENGER, 0, p->in, take);
    p->in += take;
    p->len -= take;
    if (take < KECCAK_RATE_256) {
        noncrypto_keccak_x4_pad(x4, PASSENGER, KECCAK_RATE_256, take, p->suffix);
        p->padded = 1;
    }
}

static void passenger_after(const struct keccak_x4 *x4, struct mlkem_passenger *p)
{
    if (!p->padded || p->done)
        return;
    noncrypto_keccak_x4_get(x4, PASSENGER, p->out, p->out_len);
    p->done = 1;
}

void noncrypto_mlkem_passenger_finish(struct keccak_x4 *x4, struct mlkem_passenger *p)
{
    while (!p->done) {
        passenger_before(x4, p);
        noncrypto_keccak_x4_f1600(x4, 1u << PASSENGER);
        passenger_after(x4, p);
    }
}

/* Three permutations give the 256 coefficients of a polynomial in 99 of 100 cases. */
void noncrypto_mlkem_sample_row(const struct mlkem_backend *backend, struct keccak_x4 *x4,
                                struct noncrypto_mlkem_poly row[MLKEM_K],
                                const uint8_t rho[MLKEM_SYMBOL_LEN], unsigned i, int transposed,
                                struct mlkem_passenger *passenger)
{
    uint8_t block[KECCAK_RATE_128];
    unsigned n[MLKEM_K] = {0, 0, 0};

    for (unsigned j = 0; j < MLKEM_K; j++)
        noncrypto_keccak_x4_seed(x4, j, KECCAK_RATE_128, rho, MLKEM_SYMBOL_LEN,
                                 transposed ? i | j << 8 : j | i << 8, 2);
    while (n[0] < MLKEM_N || n[1] < MLKEM_N || n[2] < MLKEM_N) {
        if (!passenger->done)
            passenger_before(x4, passenger);
        noncrypto_keccak_x4_f1600(x4, passenger->done ? 7 : KECCAK_X4_ALL);
        passenger_after(x4, passenger);
        for (unsigned j = 0; j < MLKEM_K; j++)
            if (n[j] < MLKEM_N) {
                noncrypto_keccak_x4_get(x4, j, block, sizeof block);
                n[j] +=
                    backend->sample_uniform(row[j].c + n[j], MLKEM_N - n[j], block, sizeof block);
            }
    }
}

void noncrypto_mlkem_sample_noise(const struct mlkem_backend *backend, struct keccak_x4 *x4,
                                  struct noncrypto_mlkem_poly *const out[KECCAK_X4], unsigned n,
                                  const uint8_t sigma[MLKEM_SYMBOL_LEN], unsigned nonce)
{
    uint8_t bytes[MLKEM_NOISE_LEN];

    for (unsigned s = 0; s < n; s++)
        noncrypto_keccak_x4_seed(x4, s, KECCAK_RATE_256, sigma, MLKEM_SYMBOL_LEN, nonce + s, 1);
    noncrypto_keccak_x4_f1600(x4, (1u << n) - 1);
    for (unsigned s = 0; s < n; s++) {
        noncrypto_keccak_x4_get(x4, s, bytes, sizeof bytes);
        backend->sample_noise(out[s], bytes);
    }
    noncrypto_wipe(bytes, sizeof bytes);
}
