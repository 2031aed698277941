/*
 * ML-DSA-65: keys, message representatives and verification (FIPS 204 sections 5 and 6).
 */
#include <noncrypto/mldsa65.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha3.h>
#include <string.h>

#include "ct.h"
#include "mldsa/mldsa.h"

/* The matrix passes through eight places, four polynomials at a time: those of a row are always there together. */
#define SLOTS   8
#define NMATRIX (MLDSA_K * MLDSA_L)
#define NSECRET (MLDSA_L + MLDSA_K)

_Static_assert(MLDSA_SK_T0 + MLDSA_K * MLDSA_T0_LEN == NONCRYPTO_MLDSA65_SECRET_KEY_LEN, "table 2");
_Static_assert(MLDSA_RHO_LEN + MLDSA_K * MLDSA_T1_LEN == NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN,
               "table 2");
_Static_assert(MLDSA_SIG_HINT + MLDSA_OMEGA + MLDSA_K == NONCRYPTO_MLDSA65_SIGNATURE_LEN,
               "table 2");

static struct keccak_x4 *x4_of(struct noncrypto_mldsa65_workspace *w)
{
    _Static_assert(sizeof w->keccak == sizeof(struct keccak_x4), "the same array");
    return (struct keccak_x4 *)(void *)w->keccak;
}

/* out = row i of A times the vector in the workspace; *sampled polynomials of A are there already. */
static void multiply_row(const struct mldsa_backend *b, struct noncrypto_mldsa65_workspace *w,
                         struct noncrypto_mldsa_poly *out, unsigned i, unsigned *sampled,
                         const uint8_t rho[MLDSA_RHO_LEN])
{
    const struct noncrypto_mldsa_poly *row[MLDSA_L];

    while (*sampled < (i + 1) * MLDSA_L) {
        unsigned n = NMATRIX - *sampled < KECCAK_X4 ? NMATRIX - *sampled : KECCAK_X4;
        noncrypto_mldsa_sample_matrix(b, x4_of(w), w->matrix, SLOTS, *sampled, n, rho);
        *sampled += n;
    }
    for (unsigned j = 0; j < MLDSA_L; j++)
        row[j] = &w->matrix[(i * MLDSA_L + j) % SLOTS];
    b->inner(out, row, w->vector);
}

/* Draws s1 and s2 and encodes them, one after the other. */
static void make_secret(const struct mldsa_backend *b, struct noncrypto_mldsa65_workspace *w,
                        uint8_t *out, const uint8_t rho_prime[MLDSA_RHO_PRIME_LEN])
{
    for (unsigned first = 0; first < NSECRET; first += KECCAK_X4) {
        unsigned n = NSECRET - first < KECCAK_X4 ? NSECRET - first : KECCAK_X4;
        noncrypto_mldsa_sample_secret(b, x4_of(w), w->matrix, first, n, rho_prime);
        for (unsigned s = 0; s < n; s++)
            noncrypto_mldsa_encode_eta(out + (first + s) * MLDSA_ETA_LEN, &w->matrix[s]);
    }
}

int noncrypto_mldsa65_keygen(uint8_t pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN],
                             uint8_t sk[NONCRYPTO_MLDSA65_SECRET_KEY_LEN], const uint8_t *seed,
                             size_t seed_len, struct noncrypto_mldsa65_workspace *workspace)
{
    const struct mldsa_backend *b = mldsa_backend();
    struct noncrypto_mldsa65_workspace *w = workspace;
    struct noncrypto_mldsa_poly *t = &w->scalar[0], *s2 = &w->scalar[1];
    uint8_t input[NONCRYPTO_MLDSA65_SEED_LEN + 2];
    uint8_t seeds[MLDSA_RHO_LEN + MLDSA_RHO_PRIME_LEN + MLDSA_KEY_LEN];
    unsigned sampled = 0;

    if (seed_len != NONCRYPTO_MLDSA65_SEED_LEN) {
        memset(pk, 0, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN);
        memset(sk, 0, NONCRYPTO_MLDSA65_SECRET_KEY_LEN);
        return NONCRYPTO_E_INVALID;
    }
    memcpy(input, seed, seed_len);
    input[seed_len] = MLDSA_K;
    input[seed_len + 1] = MLDSA_L;
    noncrypto_shake256(seeds, sizeof seeds, input, sizeof input);
    /* The seed of the matrix is part of the public key. */
    ct_declassify(seeds, MLDSA_RHO_LEN);
    memcpy(pk, seeds, MLDSA_RHO_LEN);
    memcpy(sk, seeds, MLDSA_RHO_LEN);
    memcpy(sk + MLDSA_SK_KEY, seeds + MLDSA_RHO_LEN + MLDSA_RHO_PRIME_LEN, MLDSA_KEY_LEN);

    make_secret(b, w, sk + MLDSA_SK_S1, seeds + MLDSA_RHO_LEN);
    for (unsigned j = 0; j < MLDSA_L; j++) {
        noncrypto_mldsa_decode_eta(&w->vector[j], sk + MLDSA_SK_S1 + j * MLDSA_ETA_LEN);
        b->ntt(&w->vector[j]);
    }
    for (unsigned i = 0; i < MLDSA_K; i++) {
        multiply_row(b, w, t, i, &sampled, pk);
        b->inverse_ntt(t);
        noncrypto_mldsa_decode_eta(s2, sk + MLDSA_SK_S2 + i * MLDSA_ETA_LEN);
        b->add(t, s2);
        noncrypto_mldsa_power2round(pk + MLDSA_RHO_LEN + i * MLDSA_T1_LEN, t);
        noncrypto_mldsa_encode_t0(sk + MLDSA_SK_T0 + i * MLDSA_T0_LEN, t);
    }
    noncrypto_mldsa65_tr(sk + MLDSA_SK_TR, pk);
    noncrypto_wipe(input, sizeof input);
    noncrypto_wipe(seeds, sizeof seeds);
    noncrypto_wipe(w, sizeof *w);
    return 0;
}

void noncrypto_mldsa65_tr(uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN],
                          const uint8_t pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN])
{
    noncrypto_shake256(tr, NONCRYPTO_MLDSA65_TR_LEN, pk, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN);
}

/* Absorbs what stands before the message: tr || domain || context_len || context. */
static void start_mu(struct noncrypto_shake *hash, const uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN],
                     uint8_t domain, const uint8_t *context, size_t context_len)
{
    uint8_t head[2] = {domain, (uint8_t)context_len};

    noncrypto_shake256_init(hash);
    noncrypto_shake_absorb(hash, tr, NONCRYPTO_MLDSA65_TR_LEN);
    noncrypto_shake_absorb(hash, head, sizeof head);
    noncrypto_shake_absorb(hash, context, context_len);
}

static void finish_mu(struct noncrypto_shake *hash, uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN])
{
    noncrypto_shake_squeeze(hash, mu, NONCRYPTO_MLDSA65_MU_LEN);
    noncrypto_wipe(hash, sizeof *hash);
}

int noncrypto_mldsa65_mu(uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                         const uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN], const uint8_t *message,
                         size_t len, const uint8_t *context, size_t context_len)
{
    struct noncrypto_shake hash;

    if (context_len > NONCRYPTO_MLDSA65_CONTEXT_MAX) {
        memset(mu, 0, NONCRYPTO_MLDSA65_MU_LEN);
        return NONCRYPTO_E_INVALID;
    }
    start_mu(&hash, tr, 0, context, context_len);
    noncrypto_shake_absorb(&hash, message, len);
    finish_mu(&hash, mu);
    return 0;
}

int noncrypto_mldsa65_mu_prehashed(uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                                   const uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN],
                                   enum noncrypto_mldsa65_prehash prehash, const uint8_t *digest,
                                   size_t digest_len, const uint8_t *context, size_t context_len)
{
    /* Bytes of output, by the last number of the object identifier. */
    static const uint8_t lengths[] = {0, 32, 48, 64, 28, 28, 32, 28, 32, 48, 64, 32, 64};
    /* DER of 2.16.840.1.101.3.4.2.x */
    uint8_t oid[] = {6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, (uint8_t)prehash};
    struct noncrypto_shake hash;

    if (context_len > NONCRYPTO_MLDSA65_CONTEXT_MAX || prehash < NONCRYPTO_MLDSA65_SHA256 ||
        prehash > NONCRYPTO_MLDSA65_SHAKE256 || digest_len != lengths[prehash]) {
        memset(mu, 0, NONCRYPTO_MLDSA65_MU_LEN);
        return NONCRYPTO_E_INVALID;
    }
    start_mu(&hash, tr, 1, context, context_len);
    noncrypto_shake_absorb(&hash, oid, sizeof oid);
    noncrypto_shake_absorb(&hash, digest, digest_len);
    finish_mu(&hash, mu);
    return 0;
}

void noncrypto_mldsa_hash_challenge(uint8_t hash[MLDSA_CHALLENGE_LEN],
                                    const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                                    const uint8_t w1[MLDSA_K * MLDSA_W1_LEN])
{
    struct noncrypto_shake xof;

    noncrypto_shake256_init(&xof);
    noncrypto_shake_absorb(&xof, mu, NONCRYPTO_MLDSA65_MU_LEN);
    noncrypto_shake_absorb(&xof, w1, MLDSA_K * MLDSA_W1_LEN);
    noncrypto_shake_squeeze(&xof, hash, MLDSA_CHALLENGE_LEN);
    noncrypto_wipe(&xof, sizeof xof);
}

int noncrypto_mldsa65_check_public_key(const uint8_t *pk, size_t pk_len)
{
    (void)pk;
    return pk_len == NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN ? 0 : NONCRYPTO_E_INVALID;
}

/* Decodes z into the workspace, in NTT representation. */
static int decode_response(const struct mldsa_backend *b, struct noncrypto_mldsa65_workspace *w,
                           const uint8_t *sig)
{
    for (unsigned j = 0; j < MLDSA_L; j++) {
        b->decode_z(&w->vector[j], sig + MLDSA_SIG_Z + j * MLDSA_Z_LEN);
        if (b->exceeds(&w->vector[j], MLDSA_GAMMA1 - MLDSA_BETA))
            return NONCRYPTO_E_VERIFY;
        b->ntt(&w->vector[j]);
    }
    return 0;
}

int noncrypto_mldsa65_verify_mu(const uint8_t *pk, size_t pk_len,
                                const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN], const uint8_t *sig,
                                size_t sig_len, struct noncrypto_mldsa65_workspace *workspace)
{
    const struct mldsa_backend *b = mldsa_backend();
    struct noncrypto_mldsa65_workspace *w = workspace;
    struct noncrypto_mldsa_poly *c = &w->scalar[0], *sum = &w->scalar[1], *t1 = &w->scalar[2];
    uint8_t *high = w->bytes, *hint = w->bytes + MLDSA_K * MLDSA_W1_LEN;
    uint8_t hash[MLDSA_CHALLENGE_LEN];
    unsigned sampled = 0;

    _Static_assert(sizeof w->bytes == MLDSA_K * (MLDSA_W1_LEN + MLDSA_HINT_LEN), "w1, hints");
    if (pk_len != NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    if (sig_len != NONCRYPTO_MLDSA65_SIGNATURE_LEN ||
        noncrypto_mldsa_decode_hint(hint, sig + MLDSA_SIG_HINT) != 0 ||
        decode_response(b, w, sig) != 0)
        return NONCRYPTO_E_VERIFY;

    noncrypto_mldsa_sample_challenge(c, sig);
    b->ntt(c);
    for (unsigned i = 0; i < MLDSA_K; i++) {
        multiply_row(b, w, sum, i, &sampled, pk);
        noncrypto_mldsa_decode_t1(t1, pk + MLDSA_RHO_LEN + i * MLDSA_T1_LEN);
        b->ntt(t1);
        b->multiply(t1, t1, c);
        b->subtract(sum, t1);
        b->inverse_ntt(sum);
        b->decompose(high + i * MLDSA_W1_LEN, sum);
        noncrypto_mldsa_use_hint(high + i * MLDSA_W1_LEN, sum, hint + i * MLDSA_HINT_LEN);
    }
    noncrypto_mldsa_hash_challenge(hash, mu, high);
    return noncrypto_compare(hash, sig, sizeof hash);
}

int noncrypto_mldsa65_verify(const uint8_t *pk, size_t pk_len, const uint8_t *message, size_t len,
                             const uint8_t *context, size_t context_len, const uint8_t *sig,
                             size_t sig_len, struct noncrypto_mldsa65_workspace *workspace)
{
    uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN], mu[NONCRYPTO_MLDSA65_MU_LEN];

    if (pk_len != NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN)
        return NONCRYPTO_E_INVALID;
    noncrypto_mldsa65_tr(tr, pk);
    int result = noncrypto_mldsa65_mu(mu, tr, message, len, context, context_len);
    if (result == 0)
        result = noncrypto_mldsa65_verify_mu(pk, pk_len, mu, sig, sig_len, workspace);
    return result;
}
