/*
 * X25519, Ed25519 and the group: private keys, seeds, prefixes and scalars are secret, points and signatures are public once
 * they are made. The group's functions treat points as secret, too.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/ed25519.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/x25519.h>
#include <string.h>

#include "taint.h"

int ct_curve25519(void);

static int ct_x25519(void)
{
    uint8_t a[32], b[32], public_a[32], public_b[32], shared_a[32], shared_b[32];

    memset(a, 0x5a, sizeof a);
    memset(b, 0xc3, sizeof b);
    taint(a, sizeof a);
    taint(b, sizeof b);
    noncrypto_x25519_base(public_a, a);
    noncrypto_x25519_base(public_b, b);
    int result = noncrypto_x25519(shared_a, a, public_b);
    result |= noncrypto_x25519(shared_b, b, public_a);
    untaint(shared_a, sizeof shared_a);
    untaint(shared_b, sizeof shared_b);
    return result | memcmp(shared_a, shared_b, 32);
}

static int ct_ed25519(void)
{
    struct noncrypto_ed25519_key key, expanded_key;
    uint8_t seed[32], expanded[64], signature[64], digest[64];

    memset(seed, 0x11, sizeof seed);
    memset(digest, 0x22, sizeof digest);
    taint(seed, sizeof seed);
    noncrypto_ed25519_key_from_seed(&key, seed);
    noncrypto_ed25519_sign(signature, &key, "message", 7);
    int result = noncrypto_ed25519_verify(signature, key.public_key, "message", 7);

    memset(expanded, 0xfe, sizeof expanded);
    taint(expanded, sizeof expanded);
    noncrypto_ed25519_key_from_expanded(&expanded_key, expanded);
    result |= noncrypto_ed25519ctx_sign(signature, &expanded_key, "context", 7, "message", 7);
    result |=
        noncrypto_ed25519ctx_verify(signature, expanded_key.public_key, "context", 7, "message", 7);
    result |= noncrypto_ed25519ph_sign(signature, &expanded_key, NULL, 0, digest);
    result |= noncrypto_ed25519ph_verify(signature, expanded_key.public_key, NULL, 0, digest);
    return result;
}

static int ct_scalars(void)
{
    uint8_t a[64], b[32], c[32], sum[32], expected[32];

    memset(a, 0xab, sizeof a);
    memset(b, 0xcd, sizeof b);
    taint(a, sizeof a);
    taint(b, sizeof b);
    noncrypto_edwards25519_scalar_reduce64(c, a);
    noncrypto_edwards25519_scalar_mul_add(sum, a, b, c);
    noncrypto_edwards25519_scalar_mul(expected, b, a);
    noncrypto_edwards25519_scalar_add(expected, expected, c);
    noncrypto_edwards25519_scalar_negate(expected, expected);
    noncrypto_edwards25519_scalar_negate(expected, expected);
    noncrypto_edwards25519_scalar_reduce32(a, a);
    int canonical = noncrypto_edwards25519_scalar_is_canonical(a);
    noncrypto_edwards25519_scalar_clamp(a);
    untaint(&canonical, sizeof canonical);
    untaint(sum, sizeof sum);
    untaint(expected, sizeof expected);
    return !canonical | memcmp(sum, expected, 32);
}

static int ct_group(void)
{
    struct noncrypto_edwards25519 p, q, r;
    uint8_t scalar[32], bytes[32], u[32];

    memset(scalar, 0x77, sizeof scalar);
    taint(scalar, sizeof scalar);
    noncrypto_edwards25519_mul_base(&p, scalar);
    noncrypto_edwards25519_mul(&q, scalar, &p);
    noncrypto_edwards25519_add(&r, &p, &q);
    noncrypto_edwards25519_sub(&r, &r, &p);
    int equal = noncrypto_edwards25519_equal(&r, &q);
    int neutral = noncrypto_edwards25519_is_identity(&r);
    int small = noncrypto_edwards25519_is_small_order(&r);
    noncrypto_edwards25519_encode(bytes, &r);
    /* Whether a point is there is public, even if the point is not. */
    int result = noncrypto_edwards25519_decode(&p, bytes);
    noncrypto_edwards25519_to_montgomery(u, &p);
    result |= noncrypto_edwards25519_from_montgomery(&q, u, 0);
    untaint(&equal, sizeof equal);
    untaint(&neutral, sizeof neutral);
    untaint(&small, sizeof small);
    return result | !equal | neutral | small;
}

int ct_curve25519(void)
{
    int result = 0;

    for (unsigned portable = 0; portable < 2; portable++) {
        noncrypto_cpu_set_features(portable ? 0 : noncrypto_cpu_detect());
        result |= ct_x25519() | ct_ed25519() | ct_scalars() | ct_group();
    }
    return result;
}
