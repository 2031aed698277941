/*
 * Keys of P-256 in bytes, and Diffie-Hellman.
 */
#include <noncrypto/memory.h>
#include <noncrypto/p256.h>

#include <string.h>

#include "bignum/limb.h"
#include "p256/p256_private.h"

int p256_public_key_decode(struct affine *out, const uint8_t *bytes, size_t len)
{
    const struct p256_backend *backend = p256_backend();
    uint64_t x[4], y[4];
    uint64_t valid = 0;

    memset(out, 0, sizeof *out);
    if (len == NONCRYPTO_P256_PUBLIC_KEY_SHORT_LEN && (bytes[0] == 2 || bytes[0] == 3)) {
        limbs_from_bytes(x, bytes + 1, 4);
        valid = backend->from_x(out, x, bytes[0] & 1);
    } else if (len == NONCRYPTO_P256_PUBLIC_KEY_LEN && bytes[0] == 4) {
        limbs_from_bytes(x, bytes + 1, 4);
        limbs_from_bytes(y, bytes + 33, 4);
        valid = backend->from_integers(out, x, y);
    }
    return ct_public((int)(valid & 1)) ? 0 : NONCRYPTO_E_INVALID;
}

int noncrypto_p256_secret_key(uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                              const uint8_t random[NONCRYPTO_P256_RANDOM_LEN])
{
    uint64_t scalar[4];
    uint64_t valid = p256_scalar_decode(scalar, random);

    for (unsigned i = 0; i < 4; i++)
        scalar[i] &= valid;
    limbs_to_bytes(secret_key, scalar, 4);
    noncrypto_wipe(scalar, sizeof scalar);
    /* A candidate that was thrown away says nothing of the next one. */
    return ct_public((int)(valid & 1)) ? 0 : NONCRYPTO_E_ENTROPY;
}

int noncrypto_p256_public_key(uint8_t public_key[NONCRYPTO_P256_PUBLIC_KEY_LEN],
                              const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN])
{
    const struct p256_backend *backend = p256_backend();
    struct point p;
    uint64_t scalar[4], x[4], y[4];

    if (!ct_public((int)(p256_scalar_decode(scalar, secret_key) & 1))) {
        memset(public_key, 0, NONCRYPTO_P256_PUBLIC_KEY_LEN);
        noncrypto_wipe(scalar, sizeof scalar);
        return NONCRYPTO_E_INVALID;
    }
    backend->multiply_base(&p, scalar);
    (void)backend->to_integers(x, y, &p);
    public_key[0] = 4;
    limbs_to_bytes(public_key + 1, x, 4);
    limbs_to_bytes(public_key + 33, y, 4);
    ct_declassify(public_key, NONCRYPTO_P256_PUBLIC_KEY_LEN);
    noncrypto_wipe(scalar, sizeof scalar);
    noncrypto_wipe(&p, sizeof p);
    return 0;
}

int noncrypto_p256_public_key_check(const uint8_t *public_key, size_t public_key_len)
{
    struct affine a;
    return p256_public_key_decode(&a, public_key, public_key_len);
}

int noncrypto_p256_public_key_uncompress(uint8_t out[NONCRYPTO_P256_PUBLIC_KEY_LEN],
                                         const uint8_t *public_key, size_t public_key_len)
{
    struct point p;
    struct affine a;
    uint64_t x[4], y[4];
    int result = p256_public_key_decode(&a, public_key, public_key_len);

    if (result != 0) {
        memset(out, 0, NONCRYPTO_P256_PUBLIC_KEY_LEN);
        return result;
    }
    p256_point_set_affine(&p, &a);
    (void)p256_backend()->to_integers(x, y, &p);
    out[0] = 4;
    limbs_to_bytes(out + 1, x, 4);
    limbs_to_bytes(out + 33, y, 4);
    return 0;
}

int noncrypto_p256_public_key_compress(uint8_t out[NONCRYPTO_P256_PUBLIC_KEY_SHORT_LEN],
                                       const uint8_t *public_key, size_t public_key_len)
{
    uint8_t both[NONCRYPTO_P256_PUBLIC_KEY_LEN];
    int result = noncrypto_p256_public_key_uncompress(both, public_key, public_key_len);

    out[0] = result == 0 ? (uint8_t)(2 | (both[64] & 1)) : 0;
    memcpy(out + 1, both + 1, 32);
    return result;
}

int noncrypto_p256_ecdh(uint8_t shared[NONCRYPTO_P256_SHARED_LEN],
                        const uint8_t secret_key[NONCRYPTO_P256_SECRET_KEY_LEN],
                        const uint8_t *public_key, size_t public_key_len)
{
    const struct p256_backend *backend = p256_backend();
    struct point p;
    struct affine a;
    uint64_t scalar[4], x[4];
    uint64_t valid = p256_scalar_decode(scalar, secret_key);
    int result = p256_public_key_decode(&a, public_key, public_key_len);

    if (result != 0 || !ct_public((int)(valid & 1))) {
        memset(shared, 0, NONCRYPTO_P256_SHARED_LEN);
        noncrypto_wipe(scalar, sizeof scalar);
        return NONCRYPTO_E_INVALID;
    }
    p256_point_set_affine(&p, &a);
    backend->multiply(&p, scalar, &p);
    (void)backend->to_integers(x, NULL, &p);
    limbs_to_bytes(shared, x, 4);
    noncrypto_wipe(scalar, sizeof scalar);
    noncrypto_wipe(x, sizeof x);
    noncrypto_wipe(&p, sizeof p);
    return 0;
}
