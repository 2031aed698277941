/* Vectors of ML-KEM-768 and ML-DSA-65. */
#include <string.h>

#include <noncrypto/mldsa65.h>
#include <noncrypto/mlkem768.h>
#include <noncrypto/sha3.h>

#include "../digest.h"
#include "vectors.h"

/* ACCEPTED where the file does not have the bytes. */
static enum verdict equal_if_there(struct bytes expected, const void *data, size_t len)
{
    return expected.there ? vectors_equal(expected, data, len) : VERDICT_ACCEPTED;
}

enum verdict mlkem_keygen_check(struct vectors *v, const struct mlkem_case *c)
{
    static struct noncrypto_mlkem768_workspace workspace;
    uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN], dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];

    (void)v;
    if (noncrypto_mlkem768_keygen(ek, dk, c->seed.data, c->seed.len, &workspace) != 0)
        return VERDICT_REFUSED;
    if (equal_if_there(c->ek, ek, sizeof ek) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    return equal_if_there(c->dk, dk, sizeof dk);
}

enum verdict mlkem_encaps_check(struct vectors *v, const struct mlkem_case *c)
{
    static struct noncrypto_mlkem768_workspace workspace;
    uint8_t ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN], k[NONCRYPTO_MLKEM768_SHARED_LEN];

    (void)v;
    if (c->m.len != NONCRYPTO_MLKEM768_RANDOM_LEN ||
        noncrypto_mlkem768_encaps(ct, k, c->ek.data, c->ek.len, c->m.data, &workspace) != 0)
        return VERDICT_REFUSED;
    if (equal_if_there(c->c, ct, sizeof ct) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    return equal_if_there(c->k, k, sizeof k);
}

/* With the secret key of the file, or with the one that the seed makes. */
enum verdict mlkem_decaps_check(struct vectors *v, const struct mlkem_case *c)
{
    static struct noncrypto_mlkem768_workspace workspace;
    uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN], dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];
    uint8_t k[NONCRYPTO_MLKEM768_SHARED_LEN];
    struct bytes key = c->dk;

    (void)v;
    if (!key.there) {
        if (noncrypto_mlkem768_keygen(ek, dk, c->seed.data, c->seed.len, &workspace) != 0)
            return VERDICT_REFUSED;
        if (equal_if_there(c->ek, ek, sizeof ek) != VERDICT_ACCEPTED)
            return VERDICT_DIFFERENT;
        key = (struct bytes){dk, sizeof dk, 1};
    }
    if (noncrypto_mlkem768_decaps(k, key.data, key.len, c->c.data, c->c.len, &workspace) != 0)
        return VERDICT_REFUSED;
    return c->k.there && c->k.len > 0 ? vectors_equal(c->k, k, sizeof k) : VERDICT_ACCEPTED;
}

enum verdict mldsa_keygen_check(struct vectors *v, const struct mldsa_case *c)
{
    static struct noncrypto_mldsa65_workspace workspace;
    uint8_t *pk = vectors_memory(v, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN);
    uint8_t *sk = vectors_memory(v, NONCRYPTO_MLDSA65_SECRET_KEY_LEN);

    if (noncrypto_mldsa65_keygen(pk, sk, c->seed.data, c->seed.len, &workspace) != 0)
        return VERDICT_REFUSED;
    if (equal_if_there(c->pk, pk, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN) != VERDICT_ACCEPTED)
        return VERDICT_DIFFERENT;
    return equal_if_there(c->sk, sk, NONCRYPTO_MLDSA65_SECRET_KEY_LEN);
}

static int prehash_number(const char *name)
{
    static const struct {
        const char *name;
        enum noncrypto_mldsa65_prehash number;
    } names[] = {
        {"SHA2-256", NONCRYPTO_MLDSA65_SHA256},    {"SHA2-384", NONCRYPTO_MLDSA65_SHA384},
        {"SHA2-512", NONCRYPTO_MLDSA65_SHA512},    {"SHA3-256", NONCRYPTO_MLDSA65_SHA3_256},
        {"SHA3-384", NONCRYPTO_MLDSA65_SHA3_384},  {"SHA3-512", NONCRYPTO_MLDSA65_SHA3_512},
        {"SHAKE-128", NONCRYPTO_MLDSA65_SHAKE128}, {"SHAKE-256", NONCRYPTO_MLDSA65_SHAKE256},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].name, name) == 0)
            return (int)names[i].number;
    return 0;
}

/*
 * The message representative, from the hash of the public key. SKIPPED if the hash is not one that the library has; REFUSED if
 * the context is too long.
 */
static enum verdict compute_mu(struct vectors *v, uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                               const struct mldsa_case *c, const uint8_t *tr)
{
    struct noncrypto_shake ctx;
    struct digest digest;
    uint8_t hash[64];
    int result;

    if (c->mu.there && c->mu.len > 0) {
        if (c->mu.len != NONCRYPTO_MLDSA65_MU_LEN)
            return VERDICT_REFUSED;
        memcpy(mu, c->mu.data, c->mu.len);
        return VERDICT_ACCEPTED;
    }
    if (c->internal) {
        noncrypto_shake256_init(&ctx);
        noncrypto_shake_absorb(&ctx, tr, NONCRYPTO_MLDSA65_TR_LEN);
        noncrypto_shake_absorb(&ctx, c->msg.data, c->msg.len);
        noncrypto_shake_squeeze(&ctx, mu, NONCRYPTO_MLDSA65_MU_LEN);
        return VERDICT_ACCEPTED;
    }
    if (!c->prehash) {
        result =
            noncrypto_mldsa65_mu(mu, tr, c->msg.data, c->msg.len, c->context.data, c->context.len);
        return result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
    }
    const struct digest_algorithm *algorithm = vectors_digest(c->prehash);
    if (!algorithm || prehash_number(c->prehash) == 0)
        return vectors_skip(v, "HashML-DSA with %s", c->prehash);
    digest_init(&digest, algorithm);
    digest_update(&digest, c->msg.data, c->msg.len);
    digest_final(&digest, hash, algorithm->len);
    result = noncrypto_mldsa65_mu_prehashed(
        mu, tr, (enum noncrypto_mldsa65_prehash)prehash_number(c->prehash), hash, algorithm->len,
        c->context.data, c->context.len);
    return result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
}

/* The secret key of the case: given, or made of its seed. NULL if neither can be one. */
static const uint8_t *secret_key(struct vectors *v, const struct mldsa_case *c)
{
    static struct noncrypto_mldsa65_workspace workspace;
    uint8_t *pk = vectors_memory(v, NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN);
    uint8_t *sk = vectors_memory(v, NONCRYPTO_MLDSA65_SECRET_KEY_LEN);

    if (c->sk.there && c->sk.len > 0)
        return c->sk.len == NONCRYPTO_MLDSA65_SECRET_KEY_LEN ? c->sk.data : NULL;
    return noncrypto_mldsa65_keygen(pk, sk, c->seed.data, c->seed.len, &workspace) == 0 ? sk : NULL;
}

enum verdict mldsa_sign_check(struct vectors *v, const struct mldsa_case *c)
{
    static struct noncrypto_mldsa65_sign_workspace workspace;
    uint8_t *sig = vectors_memory(v, NONCRYPTO_MLDSA65_SIGNATURE_LEN);
    uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN];
    const uint8_t *sk = secret_key(v, c);

    if (!sk || (c->random.there && c->random.len != NONCRYPTO_MLDSA65_RANDOM_LEN))
        return VERDICT_REFUSED;
    /* The hash of the public key is in the secret one, behind rho and K (FIPS 204 algorithm 24). */
    enum verdict verdict = compute_mu(v, mu, c, sk + 64);
    if (verdict != VERDICT_ACCEPTED)
        return verdict;
    if (noncrypto_mldsa65_sign_mu(sig, sk, NONCRYPTO_MLDSA65_SECRET_KEY_LEN, mu,
                                  c->random.there ? c->random.data : NULL, &workspace) != 0)
        return VERDICT_REFUSED;
    return vectors_equal(c->sig, sig, NONCRYPTO_MLDSA65_SIGNATURE_LEN);
}

enum verdict mldsa_verify_check(struct vectors *v, const struct mldsa_case *c)
{
    static struct noncrypto_mldsa65_workspace workspace;
    uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN], tr[NONCRYPTO_MLDSA65_TR_LEN];

    if (c->pk.len != NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN)
        return VERDICT_REFUSED;
    noncrypto_mldsa65_tr(tr, c->pk.data);
    enum verdict verdict = compute_mu(v, mu, c, tr);
    if (verdict != VERDICT_ACCEPTED)
        return verdict;
    return noncrypto_mldsa65_verify_mu(c->pk.data, c->pk.len, mu, c->sig.data, c->sig.len,
                                       &workspace) == 0
               ? VERDICT_ACCEPTED
               : VERDICT_REFUSED;
}
