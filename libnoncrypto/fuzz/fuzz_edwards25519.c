/*
 * Decoding of points, with each back end: the same answer, and what is accepted is encoded to the same bytes, is on both
 * curves, and adds up. The second 32 bytes are another point, or a number to multiply by.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/edwards25519.h>
#include <noncrypto/x25519.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    int decoded[2];
    int from_montgomery;
    uint8_t encoded[32], u[32], sum[32], multiple[32], both[32], shared[32];
};

static void require(int condition)
{
    if (!condition)
        abort();
}

static void run(struct outcome *o, const uint8_t *a, const uint8_t *b)
{
    struct noncrypto_edwards25519 p, q, r;

    memset(o, 0, sizeof *o);
    o->decoded[0] = noncrypto_edwards25519_decode(&p, a);
    o->decoded[1] = noncrypto_edwards25519_decode(&q, b);
    noncrypto_edwards25519_encode(o->encoded, &p);
    require(o->decoded[0] != 0 || memcmp(o->encoded, a, 32) == 0);
    noncrypto_edwards25519_to_montgomery(o->u, &p);
    o->from_montgomery = noncrypto_edwards25519_from_montgomery(&r, o->u, o->encoded[31] >> 7);
    /* The neutral element has no u of its own. */
    if (!noncrypto_edwards25519_is_identity(&p))
        require(o->from_montgomery == 0 && noncrypto_edwards25519_equal(&p, &r));
    noncrypto_edwards25519_add(&r, &p, &q);
    noncrypto_edwards25519_encode(o->sum, &r);
    noncrypto_edwards25519_sub(&r, &r, &q);
    require(noncrypto_edwards25519_equal(&r, &p));
    noncrypto_edwards25519_mul(&r, b, &p);
    noncrypto_edwards25519_encode(o->multiple, &r);
    noncrypto_edwards25519_mul_base(&q, a);
    noncrypto_edwards25519_add(&r, &r, &q);
    noncrypto_edwards25519_mul_add_vartime(&q, b, &p, a);
    require(noncrypto_edwards25519_equal(&r, &q));
    noncrypto_edwards25519_encode(o->both, &q);
    int result = noncrypto_x25519(o->shared, a, b);
    static const uint8_t zero[32];
    require((result != 0) == (memcmp(o->shared, zero, 32) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome portable, native;

    if (size < 64)
        return 0;
    noncrypto_cpu_set_features(0);
    run(&portable, data, data + 32);
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    run(&native, data, data + 32);
    require(memcmp(&portable, &native, sizeof portable) == 0);
    return 0;
}
