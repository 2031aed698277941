/*
 * ML-DSA-65: signing (FIPS 204 algorithm 7).
 *
 * What becomes known of a candidate that is not published: its challenge, which is the output of a random oracle on an input
 * of high entropy, and in which polynomial and by which bound it failed, of which the standard's design makes sure that it
 * does not depend on the key. Everything else that is computed from the key or the mask stays secret, and no branch or
 * address depends on it.
 */
#include <noncrypto/mldsa65.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha3.h>
#include <string.h>

#include "ct.h"
#include "mldsa/mldsa.h"

#define REJECTED 1

/* Masks lie at their number modulo this; at most eight of them are there. */
#define SLOTS 8

static struct keccak_x4 *x4_of(struct noncrypto_mldsa65_sign_workspace *w)
{
    _Static_assert(sizeof w->keccak == sizeof(struct keccak_x4), "the same array");
    return (struct keccak_x4 *)(void *)w->keccak;
}

int noncrypto_mldsa65_check_secret_key(const uint8_t *sk, size_t sk_len)
{
    uint32_t above = 0; /* bit 31: some half byte was above 2 eta */

    if (sk_len != NONCRYPTO_MLDSA65_SECRET_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    for (size_t i = MLDSA_SK_S1; i < MLDSA_SK_T0; i++) {
        above |= 2u * MLDSA_ETA - (sk[i] & 15u);
        above |= 2u * MLDSA_ETA - (sk[i] >> 4);
    }
    /* That a key is none is no secret. */
    return ct_public((int)(above >> 31)) ? NONCRYPTO_E_INVALID : 0;
}

/* The matrix and the secret vectors, all in NTT representation. */
static void expand_key(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                       const uint8_t *sk)
{
    for (unsigned i = 0; i < MLDSA_K * MLDSA_L; i += KECCAK_X4) {
        unsigned n = MLDSA_K * MLDSA_L - i < KECCAK_X4 ? MLDSA_K * MLDSA_L - i : KECCAK_X4;
        noncrypto_mldsa_sample_matrix(b, x4_of(w), w->matrix[0], MLDSA_K * MLDSA_L, i, n, sk);
    }
    for (unsigned j = 0; j < MLDSA_L; j++) {
        noncrypto_mldsa_decode_eta(&w->s1[j], sk + MLDSA_SK_S1 + j * MLDSA_ETA_LEN);
        b->ntt(&w->s1[j]);
    }
    for (unsigned i = 0; i < MLDSA_K; i++) {
        noncrypto_mldsa_decode_eta(&w->s2[i], sk + MLDSA_SK_S2 + i * MLDSA_ETA_LEN);
        b->ntt(&w->s2[i]);
        noncrypto_mldsa_decode_t0(&w->t0[i], sk + MLDSA_SK_T0 + i * MLDSA_T0_LEN);
        b->ntt(&w->t0[i]);
    }
}

/* w = A y for the masks from number `kappa` on, as low and high parts (lines 11 to 13). */
static void commit(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                   unsigned kappa)
{
    for (unsigned j = 0; j < MLDSA_L; j++) {
        w->vector[j] = w->mask[(kappa + j) % SLOTS];
        b->ntt(&w->vector[j]);
    }
    for (unsigned i = 0; i < MLDSA_K; i++) {
        const struct noncrypto_mldsa_poly *row[MLDSA_L];
        for (unsigned j = 0; j < MLDSA_L; j++)
            row[j] = &w->matrix[i][j];
        b->inner(&w->low[i], row, w->vector);
        b->inverse_ntt(&w->low[i]);
        b->decompose(w->high + i * MLDSA_W1_LEN, &w->low[i]);
    }
}

/* product = c * factor, both in NTT representation, as a polynomial. */
static void multiply(const struct mldsa_backend *b, struct noncrypto_mldsa_poly *product,
                     const struct noncrypto_mldsa_poly *c,
                     const struct noncrypto_mldsa_poly *factor)
{
    b->multiply(product, c, factor);
    b->inverse_ntt(product);
}

/* A candidate's failure becomes public, see above. */
static int too_large(const struct mldsa_backend *b, const struct noncrypto_mldsa_poly *p,
                     int32_t bound)
{
    return ct_public(b->exceeds(p, bound) != 0);
}

/* low = w - c s2, within bounds. This fails most often, so it comes first. */
static int subtract_s2(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                       const struct noncrypto_mldsa_poly *c)
{
    struct noncrypto_mldsa_poly *product = &w->scalar[1];

    for (unsigned i = 0; i < MLDSA_K; i++) {
        multiply(b, product, c, &w->s2[i]);
        b->subtract(&w->low[i], product);
        if (too_large(b, &w->low[i], MLDSA_GAMMA2 - MLDSA_BETA))
            return REJECTED;
    }
    return 0;
}

/* z = y + c s1, within bounds, into the signature. */
static int respond(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                   uint8_t *sig, const struct noncrypto_mldsa_poly *c, unsigned kappa)
{
    struct noncrypto_mldsa_poly *z = &w->scalar[1];

    for (unsigned j = 0; j < MLDSA_L; j++) {
        multiply(b, z, c, &w->s1[j]);
        b->add(z, &w->mask[(kappa + j) % SLOTS]);
        if (too_large(b, z, MLDSA_GAMMA1 - MLDSA_BETA))
            return REJECTED;
        noncrypto_mldsa_encode_z(sig + MLDSA_SIG_Z + j * MLDSA_Z_LEN, z);
    }
    return 0;
}

/* The hints that make up for t0, which the public key lacks, into the signature. */
static int give_hints(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                      uint8_t *sig, const struct noncrypto_mldsa_poly *c)
{
    struct noncrypto_mldsa_poly *product = &w->scalar[1];
    uint32_t count = 0;

    for (unsigned i = 0; i < MLDSA_K; i++) {
        multiply(b, product, c, &w->t0[i]);
        for (unsigned j = 0; j < MLDSA_N; j++)
            product->c[j] = mldsa_reduce(product->c[j]);
        if (too_large(b, product, MLDSA_GAMMA2))
            return REJECTED;
        b->add(&w->low[i], product);
        count += noncrypto_mldsa_make_hint(w->hint + i * MLDSA_HINT_LEN, &w->low[i],
                                           w->high + i * MLDSA_W1_LEN);
    }
    if (ct_public(count > MLDSA_OMEGA))
        return REJECTED;
    /* The candidate is the signature: its hints are published. */
    ct_declassify(w->hint, sizeof w->hint);
    noncrypto_mldsa_encode_hint(sig + MLDSA_SIG_HINT, w->hint);
    return 0;
}

/* rho'' = H(K || rnd || mu), the seed of the masks. */
static void mask_seed(uint8_t out[MLDSA_RHO_PRIME_LEN], const uint8_t *sk,
                      const uint8_t random[NONCRYPTO_MLDSA65_RANDOM_LEN],
                      const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN])
{
    static const uint8_t zeros[NONCRYPTO_MLDSA65_RANDOM_LEN];
    struct noncrypto_shake hash;

    noncrypto_shake256_init(&hash);
    noncrypto_shake_absorb(&hash, sk + MLDSA_SK_KEY, MLDSA_KEY_LEN);
    noncrypto_shake_absorb(&hash, random ? random : zeros, NONCRYPTO_MLDSA65_RANDOM_LEN);
    noncrypto_shake_absorb(&hash, mu, NONCRYPTO_MLDSA65_MU_LEN);
    noncrypto_shake_squeeze(&hash, out, MLDSA_RHO_PRIME_LEN);
    noncrypto_wipe(&hash, sizeof hash);
}

/* Tries the masks from number `kappa` on. */
static int try_candidate(const struct mldsa_backend *b, struct noncrypto_mldsa65_sign_workspace *w,
                         uint8_t *sig, const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN], unsigned kappa)
{
    struct noncrypto_mldsa_poly *c = &w->scalar[0];

    commit(b, w, kappa);
    noncrypto_mldsa_hash_challenge(sig, mu, w->high);
    ct_declassify(sig, MLDSA_CHALLENGE_LEN);
    noncrypto_mldsa_sample_challenge(c, sig);
    b->ntt(c);
    if (subtract_s2(b, w, c) != 0 || respond(b, w, sig, c, kappa) != 0)
        return REJECTED;
    return give_hints(b, w, sig, c);
}

int noncrypto_mldsa65_sign_mu(uint8_t sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN], const uint8_t *sk,
                              size_t sk_len, const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                              const uint8_t random[NONCRYPTO_MLDSA65_RANDOM_LEN],
                              struct noncrypto_mldsa65_sign_workspace *workspace)
{
    const struct mldsa_backend *b = mldsa_backend();
    uint8_t seed[MLDSA_RHO_PRIME_LEN];
    unsigned sampled = 0; /* masks; four come at a time */
    int result = REJECTED;

    if (noncrypto_mldsa65_check_secret_key(sk, sk_len) != 0) {
        memset(sig, 0, NONCRYPTO_MLDSA65_SIGNATURE_LEN);
        return NONCRYPTO_E_INVALID;
    }
    expand_key(b, workspace, sk);
    mask_seed(seed, sk, random, mu);
    for (unsigned i = 0; i < NONCRYPTO_MLDSA65_SIGN_TRIES_MAX && result == REJECTED; i++) {
        unsigned kappa = i * MLDSA_L;
        for (; sampled < kappa + MLDSA_L; sampled += KECCAK_X4)
            noncrypto_mldsa_sample_mask(b, x4_of(workspace), workspace->mask, sampled, seed);
        result = try_candidate(b, workspace, sig, mu, kappa);
    }
    noncrypto_wipe(seed, sizeof seed);
    noncrypto_wipe(workspace, sizeof *workspace);
    if (result == 0)
        return 0;
    noncrypto_wipe(sig, NONCRYPTO_MLDSA65_SIGNATURE_LEN);
    return NONCRYPTO_E_INVALID;
}

int noncrypto_mldsa65_sign(uint8_t sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN], const uint8_t *sk,
                           size_t sk_len, const uint8_t *message, size_t len,
                           const uint8_t *context, size_t context_len,
                           const uint8_t random[NONCRYPTO_MLDSA65_RANDOM_LEN],
                           struct noncrypto_mldsa65_sign_workspace *workspace)
{
    uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN];

    if (sk_len != NONCRYPTO_MLDSA65_SECRET_KEY_LEN ||
        noncrypto_mldsa65_mu(mu, sk + MLDSA_SK_TR, message, len, context, context_len) != 0) {
        memset(sig, 0, NONCRYPTO_MLDSA65_SIGNATURE_LEN);
        return NONCRYPTO_E_INVALID;
    }
    return noncrypto_mldsa65_sign_mu(sig, sk, sk_len, mu, random, workspace);
}
