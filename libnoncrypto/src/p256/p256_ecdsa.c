/*
 * ECDSA with P-256: FIPS 186-5, section 6.4, and the nonces of RFC 6979.
 */
#include <noncrypto/hmac.h>
#include <noncrypto/memory.h>
#include <noncrypto/p256.h>

#include <string.h>

#include "bignum/limb.h"
#include "ecdsa/ecdsa.h"
#include "p256/p256_private.h"

/* The generator of RFC 6979, section 3.2: HMAC_DRBG with SHA-256, keyed by the secret key and the hash. */
struct nonce {
    uint8_t k[32], v[32];
};

/* K = HMAC(K, V, tag, secret key, hash, random) and V = HMAC(K, V); without a secret key only the tag follows. */
static void nonce_update(struct nonce *g, uint8_t tag, const uint8_t *secret_key,
                         const uint8_t *hash, const uint8_t *random)
{
    struct noncrypto_hmac hmac;

    noncrypto_hmac_sha256_init(&hmac, g->k, sizeof g->k);
    noncrypto_hmac_update(&hmac, g->v, sizeof g->v);
    noncrypto_hmac_update(&hmac, &tag, 1);
    if (secret_key) {
        noncrypto_hmac_update(&hmac, secret_key, NONCRYPTO_P256_SECRET_KEY_LEN);
        noncrypto_hmac_update(&hmac, hash, 32);
        if (random)
            noncrypto_hmac_update(&hmac, random, NONCRYPTO_P256_RANDOM_LEN);
    }
    noncrypto_hmac_final(&hmac, g->k);
    noncrypto_hmac_sha256(g->v, g->k, sizeof g->k, g->v, sizeof g->v);
}

/* Steps b to g; `hash` is reduced modulo n. */
static void nonce_init(struct nonce *g, const uint8_t *secret_key, const uint8_t hash[32],
                       const uint8_t *random)
{
    memset(g->k, 0, sizeof g->k);
    memset(g->v, 1, sizeof g->v);
    nonce_update(g, 0, secret_key, hash, random);
    nonce_update(g, 1, secret_key, hash, random);
}

/* Step h. Which candidates were thrown away says nothing of the one that is taken. */
static void nonce_next(struct nonce *g, uint64_t nonce[4])
{
    for (;;) {
        noncrypto_hmac_sha256(g->v, g->k, sizeof g->k, g->v, sizeof g->v);
        if (ct_public((int)(p256_scalar_decode(nonce, g->v) & 1)))
            return;
        nonce_update(g, 0, NULL, NULL, NULL);
    }
}

/* r and s for one nonce; returns 0 if one of them is 0, which is as good as impossible. */
static int sign_with_nonce(uint8_t *signature, const uint64_t key[4], const uint64_t hash[4],
                           uint64_t nonce[4])
{
    const struct p256_backend *backend = p256_backend();
    struct point p;
    uint64_t r[4], s[4];

    backend->multiply_base(&p, nonce);
    (void)backend->to_integers(r, NULL, &p);
    p256_scalar_reduce(r, r);
    p256_scalar_multiply(s, r, key);
    p256_scalar_add(s, s, hash);
    p256_scalar_invert(nonce, nonce);
    p256_scalar_multiply(s, s, nonce);
    limbs_to_bytes(signature, r, 4);
    limbs_to_bytes(signature + 32, s, 4);
    ct_declassify(signature, NONCRYPTO_P256_SIGNATURE_LEN);
    noncrypto_wipe(&p, sizeof p);
    return ct_public((int)(~(limbs_are_zero(r, 4) | limbs_are_zero(s, 4)) & 1));
}

static int sign(uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN],
                const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN], const uint8_t *hash,
                size_t hash_len, const uint8_t *random)
{
    struct nonce generator;
    uint8_t hash_bytes[32];
    uint64_t key[4], hash_integer[4], nonce[4];

    if (!ct_public((int)(p256_scalar_decode(key, secret_key) & 1))) {
        memset(signature, 0, NONCRYPTO_P256_SIGNATURE_LEN);
        noncrypto_wipe(key, sizeof key);
        return NONCRYPTO_E_INVALID;
    }
    ecdsa_hash_to_integer(hash_bytes, sizeof hash_bytes, hash, hash_len);
    limbs_from_bytes(hash_integer, hash_bytes, 4);
    p256_scalar_reduce(hash_integer, hash_integer);
    limbs_to_bytes(hash_bytes, hash_integer, 4);
    nonce_init(&generator, secret_key, hash_bytes, random);
    do {
        nonce_next(&generator, nonce);
    } while (!sign_with_nonce(signature, key, hash_integer, nonce));
    noncrypto_wipe(&generator, sizeof generator);
    noncrypto_wipe(key, sizeof key);
    noncrypto_wipe(nonce, sizeof nonce);
    return 0;
}

int noncrypto_p256_ecdsa_sign(uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN],
                              const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                              const uint8_t *hash, size_t hash_len)
{
    return sign(signature, secret_key, hash, hash_len, NULL);
}

int noncrypto_p256_ecdsa_sign_hedged(uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN],
                                     const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                                     const uint8_t *hash, size_t hash_len,
                                     const uint8_t random[NONCRYPTO_P256_RANDOM_LEN])
{
    return sign(signature, secret_key, hash, hash_len, random);
}

int noncrypto_p256_ecdsa_verify(const uint8_t *public_key, size_t public_key_len,
                                const uint8_t *hash, size_t hash_len,
                                const uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN])
{
    const struct p256_backend *backend = p256_backend();
    struct affine q;
    struct point p;
    uint8_t hash_bytes[32];
    uint64_t r[4], s[4], u1[4], u2[4];
    int result = p256_public_key_decode(&q, public_key, public_key_len);

    if (result != 0)
        return result;
    if (!p256_scalar_decode(r, signature) || !p256_scalar_decode(s, signature + 32))
        return NONCRYPTO_E_VERIFY;
    ecdsa_hash_to_integer(hash_bytes, sizeof hash_bytes, hash, hash_len);
    limbs_from_bytes(u1, hash_bytes, 4);
    p256_scalar_reduce(u1, u1);
    p256_scalar_invert_vartime(s, s);
    p256_scalar_multiply(u1, u1, s);
    p256_scalar_multiply(u2, r, s);
    backend->multiply_two_vartime(&p, u1, u2, &q);
    if (limbs_are_zero(p.z.v, 4) || !backend->x_is_vartime(&p, r))
        return NONCRYPTO_E_VERIFY;
    return 0;
}

int noncrypto_p256_ecdsa_verify_der(const uint8_t *public_key, size_t public_key_len,
                                    const uint8_t *hash, size_t hash_len, const uint8_t *signature,
                                    size_t signature_len)
{
    uint8_t raw[NONCRYPTO_P256_SIGNATURE_LEN] = {0}; /* no signature, if it stays so */
    int decoded = noncrypto_p256_signature_from_der(raw, signature, signature_len);
    int result = noncrypto_p256_ecdsa_verify(public_key, public_key_len, hash, hash_len, raw);

    return result == 0 && decoded != 0 ? NONCRYPTO_E_VERIFY : result;
}

void noncrypto_p256_signature_to_der(uint8_t out[NONCRYPTO_P256_SIGNATURE_DER_MAX_LEN],
                                     size_t *out_len,
                                     const uint8_t signature[NONCRYPTO_P256_SIGNATURE_LEN])
{
    *out_len = ecdsa_signature_to_der(out, signature, 32);
}

int noncrypto_p256_signature_from_der(uint8_t out[NONCRYPTO_P256_SIGNATURE_LEN], const uint8_t *der,
                                      size_t der_len)
{
    int result = ecdsa_signature_from_der(out, 32, der, der_len);

    if (result != 0)
        memset(out, 0, NONCRYPTO_P256_SIGNATURE_LEN);
    return result;
}
