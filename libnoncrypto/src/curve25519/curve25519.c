/* Chooses the back end, once for each whole operation. */
#include "curve25519/curve25519.h"

#include "stack_wipe.h"

#if NONCRYPTO_X86_64
#define CHOOSE(name, ...)                                                                 \
    (cpu_has(NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX) ? CURVE25519_BMI2(name)(__VA_ARGS__) \
                                                     : CURVE25519_PORTABLE(name)(__VA_ARGS__))
#else
#define CHOOSE(name, ...) CURVE25519_PORTABLE(name)(__VA_ARGS__)
#endif

STACK_WIPED void CURVE25519(x25519)(uint8_t out[32], const uint8_t scalar[32],
                                    const uint8_t point[32])
{
    CHOOSE(x25519, out, scalar, point);
}

STACK_WIPED void CURVE25519(mul_base)(struct noncrypto_edwards25519 *out, const uint8_t scalar[32])
{
    CHOOSE(mul_base, out, scalar);
}

void CURVE25519(mul)(struct noncrypto_edwards25519 *out, const uint8_t scalar[32],
                     const struct noncrypto_edwards25519 *p)
{
    CHOOSE(mul, out, scalar, p);
}

void CURVE25519(mul_add_vartime)(struct noncrypto_edwards25519 *out, const uint8_t a[32],
                                 const struct noncrypto_edwards25519 *p, const uint8_t b[32])
{
    CHOOSE(mul_add_vartime, out, a, p, b);
}

void CURVE25519(add)(struct noncrypto_edwards25519 *out, const struct noncrypto_edwards25519 *p,
                     const struct noncrypto_edwards25519 *q, int subtract)
{
    CHOOSE(add, out, p, q, subtract);
}

uint64_t CURVE25519(identity_mask)(const struct noncrypto_edwards25519 *p, int times_8)
{
    return CHOOSE(identity_mask, p, times_8);
}

STACK_WIPED void CURVE25519(encode)(uint8_t out[32], const struct noncrypto_edwards25519 *p)
{
    CHOOSE(encode, out, p);
}

STACK_WIPED void CURVE25519(encode_montgomery)(uint8_t out[32],
                                               const struct noncrypto_edwards25519 *p)
{
    CHOOSE(encode_montgomery, out, p);
}

uint64_t CURVE25519(decode)(struct noncrypto_edwards25519 *out, const uint8_t bytes[32])
{
    return CHOOSE(decode, out, bytes);
}

void CURVE25519(montgomery_to_y)(uint8_t y[32], const uint8_t u[32])
{
    CHOOSE(montgomery_to_y, y, u);
}

int CURVE25519(verify_vartime)(const uint8_t a[32], const uint8_t r[32], const uint8_t k[32],
                               const uint8_t s[32])
{
    return CHOOSE(verify_vartime, a, r, k, s);
}

int CURVE25519(batch_vartime)(const struct curve25519_batch_entry *entries, size_t count,
                              const uint8_t s[32], void *tables)
{
    return CHOOSE(batch_vartime, entries, count, s, tables);
}
