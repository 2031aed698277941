/*
 * Public keys, points and signatures of P-256 and P-384: what decodes encodes to the same bytes again, both back ends agree
 * and nobody can sign without the key. The first byte chooses what the rest is.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/p256.h>
#include <noncrypto/p256_group.h>
#include <noncrypto/p384.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

static void signature_in_der(const uint8_t *data, size_t size)
{
    uint8_t raw[64], der[NONCRYPTO_P256_SIGNATURE_DER_MAX_LEN];
    size_t len;

    if (noncrypto_p256_signature_from_der(raw, data, size) != 0)
        return;
    noncrypto_p256_signature_to_der(der, &len, raw);
    require(len == size && memcmp(der, data, len) == 0);
}

static void public_key(const uint8_t *data, size_t size)
{
    static const uint8_t hash[32] = {1}, signature[64] = {[31] = 1, [63] = 1};
    struct noncrypto_p256_point p;
    uint8_t both[65], one[33], again[65];

    noncrypto_cpu_set_features(0);
    int portable = noncrypto_p256_public_key_check(data, size);
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    int result = noncrypto_p256_public_key_uncompress(both, data, size);
    require(portable == result);
    int decoded = noncrypto_p256_point_decode(&p, data, size);
    require(decoded == result || size == NONCRYPTO_P256_COORDINATES_LEN);
    require(noncrypto_p256_ecdsa_verify(data, size, hash, 32, signature) != 0);
    if (result != 0)
        return;
    require(noncrypto_p256_point_encode(again, &p) == 0 && memcmp(again, both, 65) == 0);
    require(noncrypto_p256_public_key_compress(one, both, 65) == 0);
    require(memcmp(size == 33 ? one : both, data, size) == 0);
}

static void public_key_384(const uint8_t *data, size_t size)
{
    static const uint8_t hash[48] = {1}, signature[96] = {[47] = 1, [95] = 1};
    int result = noncrypto_p384_public_key_check(data, size);

    require(noncrypto_p384_ecdsa_verify(data, size, hash, 48, signature) ==
            (result != 0 ? result : NONCRYPTO_E_VERIFY));
}

/* 64 bytes of a signature with a fixed key: never valid, and the same with both back ends. */
static void signature(const uint8_t *data, size_t size)
{
    static const uint8_t secret[32] = {1, 2, 3};
    uint8_t key[65], raw[64] = {0};

    memcpy(raw, data, size < 64 ? size : 64);
    require(noncrypto_p256_public_key(key, secret) == 0);
    require(noncrypto_p256_ecdsa_verify(key, 65, data, size, raw) == NONCRYPTO_E_VERIFY);
    require(noncrypto_p256_ecdsa_verify_der(key, 65, data, size, data, size) == NONCRYPTO_E_VERIFY);
}

/* Scalars and map arguments with both back ends. */
static void group(const uint8_t *data, size_t size)
{
    struct noncrypto_p256_point p;
    uint8_t k[32] = {0}, out[2][65];
    int result[2];

    memcpy(k, data, size < 32 ? size : 32);
    for (int which = 0; which < 2; which++) {
        noncrypto_cpu_set_features(which ? noncrypto_cpu_detect() : 0);
        if (noncrypto_p256_map_to_curve(&p, data, size) != 0)
            return;
        noncrypto_p256_point_multiply(&p, k, &p);
        result[which] = noncrypto_p256_point_encode(out[which], &p);
    }
    require(result[0] == result[1] && memcmp(out[0], out[1], 65) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const targets[])(const uint8_t *, size_t) = {signature_in_der, public_key,
                                                               public_key_384, signature, group};

    if (size < 1)
        return 0;
    targets[data[0] % (sizeof targets / sizeof targets[0])](data + 1, size - 1);
    return 0;
}
