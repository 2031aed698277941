#include <noncrypto/x25519.h>

#include <noncrypto/memory.h>

#include <string.h>

#include "ct.h"
#include "curve25519/curve25519.h"
#include "stack_wipe.h"

int noncrypto_x25519(uint8_t shared[32], const uint8_t private_key[32], const uint8_t peer[32])
{
    static const uint8_t zero[32];
    uint8_t scalar[32];

    memcpy(scalar, private_key, sizeof scalar);
    noncrypto_edwards25519_scalar_clamp(scalar);
    noncrypto_curve25519_x25519(shared, scalar, peer);
    STACK_WIPE(1920);
    noncrypto_wipe(scalar, sizeof scalar);
    /* The comparison makes its result public, which it is: the peer's point alone decides it. */
    return noncrypto_compare(shared, zero, sizeof zero) == 0 ? NONCRYPTO_E_INVALID : 0;
}

void noncrypto_x25519_base(uint8_t public_key[32], const uint8_t private_key[32])
{
    struct noncrypto_edwards25519 p;
    uint8_t scalar[32];

    memcpy(scalar, private_key, sizeof scalar);
    noncrypto_edwards25519_scalar_clamp(scalar);
    noncrypto_curve25519_mul_base(&p, scalar);
    noncrypto_curve25519_encode_montgomery(public_key, &p);
    STACK_WIPE(1920);
    noncrypto_wipe(scalar, sizeof scalar);
    noncrypto_wipe(&p, sizeof p);
}
