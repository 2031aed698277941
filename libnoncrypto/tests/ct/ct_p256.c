/*
 * P-256: secret keys, nonces, scalars, points and hashed passwords are secret; public keys and signatures are not.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/p256.h>
#include <noncrypto/p256_group.h>

#include "taint.h"

void ct_p256(void);

static uint8_t public_key[NONCRYPTO_P256_PUBLIC_KEY_LEN];

static void fill(uint8_t *out, size_t len, uint8_t seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(seed + 29 * i);
    taint(out, len);
}

static void keys_and_signatures(void)
{
    uint8_t random[32], secret[32], hash[48], shared[32], signature[64];
    int result;

    fill(random, sizeof random, 3);
    fill(hash, sizeof hash, 5);
    result = noncrypto_p256_secret_key(secret, random);
    result |= noncrypto_p256_public_key(public_key, secret);
    result |= noncrypto_p256_ecdh(shared, secret, public_key, sizeof public_key);
    result |= noncrypto_p256_ecdsa_sign(signature, secret, hash, sizeof hash);
    result |= noncrypto_p256_ecdsa_sign_hedged(signature, secret, hash, sizeof hash, random);
    untaint(hash, sizeof hash);
    result |=
        noncrypto_p256_ecdsa_verify(public_key, sizeof public_key, hash, sizeof hash, signature);
    untaint(&result, sizeof result);
    (void)result;
}

static void group(void)
{
    uint8_t u[48], k[32], bytes[65];
    struct noncrypto_p256_point p, q;
    int result;

    fill(u, sizeof u, 7);
    fill(k, sizeof k, 9);
    result = noncrypto_p256_map_to_curve(&p, u, sizeof u);
    result |= noncrypto_p256_hash_to_curve(&q, u, sizeof u, "ct", 2);
    noncrypto_p256_point_add(&q, &p, &q);
    noncrypto_p256_point_multiply(&q, k, &q);
    noncrypto_p256_point_multiply_base(&p, k);
    noncrypto_p256_point_negate(&p, &p);
    noncrypto_p256_point_add(&p, &p, &p);
    result |= noncrypto_p256_point_is_infinity(&p);
    result |= noncrypto_p256_point_encode(bytes, &p);
    result |= noncrypto_p256_point_encode_compressed(bytes, &q);
    result |= noncrypto_p256_point_from_x(&p, bytes + 1, 1);
    noncrypto_p256_scalar_from_hash(k, k);
    noncrypto_p256_scalar_add(k, k, u);
    noncrypto_p256_scalar_multiply(k, k, u);
    result |= noncrypto_p256_scalar_check(k);
    result |= noncrypto_p256_point_encode(bytes, &q);
    untaint(&bytes[0], 1);
    result |= noncrypto_p256_point_decode(&p, bytes, sizeof bytes);
    untaint(&result, sizeof result);
    (void)result;
}

void ct_p256(void)
{
    noncrypto_cpu_set_features(0);
    keys_and_signatures();
    group();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    keys_and_signatures();
    group();
}
