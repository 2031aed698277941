/*
 * Integers modulo the order of the group of P-256.
 */
#include <noncrypto/memory.h>
#include <string.h>

#include "bignum/invert.h"
#include "bignum/mont.h"
#include "p256/p256_private.h"

#define ORDER_M0 UINT64_C(0xccd1c8aaee00bc4f) /* -1/n mod 2^64 */

const uint64_t p256_prime[4] = {0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000,
                                0xffffffff00000001};
const uint64_t p256_order[4] = {0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff,
                                0xffffffff00000000};
/* 2^512 mod n */
static const uint64_t order_rr[4] = {0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59,
                                     0x66e12d94f3d95620};

/* out = a b / 2^256 mod n, for a below 2^256 and b below n. */
__attribute__((__noinline__)) static void mont_mul(uint64_t out[4], const uint64_t a[4],
                                                   const uint64_t b[4])
{
    uint64_t t[6];
    mont_mul_inline(out, a, b, p256_order, ORDER_M0, t, 4);
}

void p256_scalar_add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    limbs_add_mod(out, a, b, p256_order, 4);
}

void p256_scalar_multiply(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t t[4];

    mont_mul(t, a, order_rr);
    mont_mul(out, t, b);
    noncrypto_wipe(t, sizeof t);
}

void p256_scalar_reduce(uint64_t out[4], const uint64_t a[4])
{
    limbs_reduce_once(out, 0, a, p256_order, 4);
}

/* The power n - 2, by windows of 4 bits of the exponent, which is public. */
void p256_scalar_invert(uint64_t out[4], const uint64_t a[4])
{
    static const uint64_t exponent[4] = {0xf3b9cac2fc63254f, 0xbce6faada7179e84, 0xffffffffffffffff,
                                         0xffffffff00000000};
    static const uint64_t one[4] = {1, 0, 0, 0};
    uint64_t powers[16][4];
    uint64_t t[4];

    mont_mul(powers[0], order_rr, one);
    mont_mul(powers[1], a, order_rr);
    for (unsigned i = 2; i < 16; i++)
        mont_mul(powers[i], powers[i - 1], powers[1]);
    memcpy(t, powers[15], sizeof t);
    for (unsigned at = 252; at > 0;) {
        at -= 4;
        for (int i = 0; i < 4; i++)
            mont_mul(t, t, t);
        uint32_t digit = limbs_bits(exponent, 4, at) & 15;
        if (digit != 0)
            mont_mul(t, t, powers[digit]);
    }
    mont_mul(out, t, one);
    noncrypto_wipe(powers, sizeof powers);
    noncrypto_wipe(t, sizeof t);
}

void p256_scalar_invert_vartime(uint64_t out[4], const uint64_t a[4])
{
    invert256_vartime(out, a, p256_order, 0 - ORDER_M0);
}

uint64_t p256_scalar_decode(uint64_t out[4], const uint8_t bytes[32])
{
    limbs_from_bytes(out, bytes, 4);
    return limbs_are_less(out, p256_order, 4) & ~limbs_are_zero(out, 4);
}
