/*
 * Pseudorandom sampling (FIPS 204 section 7.3), from four sponges at a time.
 */
#include <noncrypto/memory.h>
#include <noncrypto/sha3.h>
#include <string.h>

#include "bytes.h"
#include "ct.h"
#include "mldsa/mldsa.h"

unsigned noncrypto_mldsa_sample_uniform(int32_t *out, unsigned room, const uint8_t *in, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < len && n < room; i += 3) {
        int32_t value =
            (int32_t)(in[i] | (uint32_t)in[i + 1] << 8 | (uint32_t)(in[i + 2] & 127) << 16);
        if (value < MLDSA_Q)
            out[n++] = value;
    }
    return n;
}

/* Which half bytes are discarded may become known: it is independent of the values of those that are kept. */
unsigned noncrypto_mldsa_sample_small(int32_t *out, unsigned room, const uint8_t *in, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < 2 * len && n < room; i++) {
        int32_t half = in[i / 2] >> (i % 2 * 4) & 15;
        if (ct_public(half <= 2 * MLDSA_ETA))
            out[n++] = MLDSA_ETA - half;
    }
    return n;
}

typedef unsigned sampler(int32_t *out, unsigned room, const uint8_t *in, size_t len);

/* Fills the polynomials from the sponges, which have their input, until none has room. */
static void fill(struct keccak_x4 *x4, struct noncrypto_mldsa_poly *const out[KECCAK_X4],
                 unsigned n, size_t rate, sampler *sample)
{
    uint8_t block[KECCAK_RATE_128];
    unsigned done[KECCAK_X4] = {0, 0, 0, 0};
    unsigned active = (1u << n) - 1;

    while (active != 0) {
        noncrypto_keccak_x4_f1600(x4, active);
        for (unsigned s = 0; s < n; s++) {
            if (!(active >> s & 1))
                continue;
            noncrypto_keccak_x4_get(x4, s, block, rate);
            done[s] += sample(out[s]->c + done[s], MLDSA_N - done[s], block, rate);
            if (done[s] == MLDSA_N)
                active &= ~(1u << s);
        }
    }
    noncrypto_wipe(block, sizeof block);
}

void noncrypto_mldsa_sample_matrix(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                   struct noncrypto_mldsa_poly *out, unsigned slots, unsigned first,
                                   unsigned n, const uint8_t rho[MLDSA_RHO_LEN])
{
    struct noncrypto_mldsa_poly *to[KECCAK_X4] = {NULL, NULL, NULL, NULL};

    for (unsigned s = 0; s < n; s++) {
        unsigned row = (first + s) / MLDSA_L, column = (first + s) % MLDSA_L;
        noncrypto_keccak_x4_seed(x4, s, KECCAK_RATE_128, rho, MLDSA_RHO_LEN, column | row << 8, 2);
        to[s] = &out[(first + s) % slots];
    }
    fill(x4, to, n, KECCAK_RATE_128, backend->sample_uniform);
}

void noncrypto_mldsa_sample_secret(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                   struct noncrypto_mldsa_poly *out, unsigned first, unsigned n,
                                   const uint8_t rho_prime[MLDSA_RHO_PRIME_LEN])
{
    struct noncrypto_mldsa_poly *to[KECCAK_X4] = {NULL, NULL, NULL, NULL};

    for (unsigned s = 0; s < n; s++) {
        noncrypto_keccak_x4_seed(x4, s, KECCAK_RATE_256, rho_prime, MLDSA_RHO_PRIME_LEN, first + s,
                                 2);
        to[s] = &out[s];
    }
    fill(x4, to, n, KECCAK_RATE_256, backend->sample_small);
}

void noncrypto_mldsa_sample_mask(const struct mldsa_backend *backend, struct keccak_x4 *x4,
                                 struct noncrypto_mldsa_poly out[8], unsigned first,
                                 const uint8_t rho_prime[MLDSA_RHO_PRIME_LEN])
{
    uint8_t bytes[MLDSA_Z_LEN];

    for (unsigned s = 0; s < KECCAK_X4; s++)
        noncrypto_keccak_x4_seed(x4, s, KECCAK_RATE_256, rho_prime, MLDSA_RHO_PRIME_LEN, first + s,
                                 2);
    /* The bytes of a mask lie in the memory of the polynomial until all are there. */
    for (size_t at = 0; at < MLDSA_Z_LEN; at += KECCAK_RATE_256) {
        size_t take = MLDSA_Z_LEN - at < KECCAK_RATE_256 ? MLDSA_Z_LEN - at : KECCAK_RATE_256;
        noncrypto_keccak_x4_f1600(x4, KECCAK_X4_ALL);
        for (unsigned s = 0; s < KECCAK_X4; s++)
            noncrypto_keccak_x4_get(x4, s, (uint8_t *)out[(first + s) % 8].c + at, take);
    }
    for (unsigned s = 0; s < KECCAK_X4; s++) {
        memcpy(bytes, out[(first + s) % 8].c, sizeof bytes);
        backend->decode_z(&out[(first + s) % 8], bytes);
    }
    noncrypto_wipe(bytes, sizeof bytes);
}

void noncrypto_mldsa_sample_challenge(struct noncrypto_mldsa_poly *c,
                                      const uint8_t hash[MLDSA_CHALLENGE_LEN])
{
    struct noncrypto_shake xof;
    uint8_t bytes[8];

    memset(c, 0, sizeof *c);
    noncrypto_shake256_init(&xof);
    noncrypto_shake_absorb(&xof, hash, MLDSA_CHALLENGE_LEN);
    noncrypto_shake_squeeze(&xof, bytes, sizeof bytes);
    uint64_t signs = load_le64(bytes);
    for (unsigned i = MLDSA_N - MLDSA_TAU; i < MLDSA_N; i++) {
        uint8_t j;
        do
            noncrypto_shake_squeeze(&xof, &j, 1);
        while (j > i);
        c->c[i] = c->c[j];
        c->c[j] = signs & 1 ? -1 : 1;
        signs >>= 1;
    }
}
