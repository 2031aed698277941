/*
 * RSA keys and signatures. The first byte says what the rest is: a key in DER; or a length of a modulus, a modulus, a
 * signature. Both back ends must agree, nothing verifies, and the operation keeps what is below the modulus below it.
 */
#include <noncrypto/cpu.h>
#include <noncrypto/rsa.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition)
        abort();
}

static void verify(const struct noncrypto_rsa_public_key *key, const uint8_t *signature, size_t len)
{
    static const uint8_t hash[64] = {0x4e, 0x4f};
    uint8_t out[2][NONCRYPTO_RSA_MODULUS_MAX];
    int result[2];

    for (int which = 0; which < 2; which++) {
        noncrypto_cpu_set_features(which ? noncrypto_cpu_detect() : 0);
        memset(out[which], 0, sizeof out[which]);
        result[which] = noncrypto_rsa_public_operation(key, out[which], signature, len);
    }
    require(result[0] == result[1] && memcmp(out[0], out[1], sizeof out[0]) == 0);
    if (result[0] == 0) /* what came out is below the modulus: it is an argument, too */
        require(noncrypto_rsa_public_operation(key, out[1], out[0], len) == 0);
    require(noncrypto_rsa_pkcs1_verify(key, NONCRYPTO_RSA_SHA256, hash, 32, signature, len) ==
            NONCRYPTO_E_VERIFY);
    require(noncrypto_rsa_pkcs1_verify_raw(key, hash, 20, signature, len) != 0);
    require(noncrypto_rsa_pss_verify(key, NONCRYPTO_RSA_SHA512, NONCRYPTO_RSA_SALT_ANY, hash, 64,
                                     signature, len) == NONCRYPTO_E_VERIFY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t exponent[] = {3};
    struct noncrypto_rsa_public_key key;

    if (size < 2)
        return 0;
    if (data[0] % 2 == 0) {
        int result = noncrypto_rsa_public_key_from_der(&key, data + 1, size - 1);
        require((result == 0) == (noncrypto_rsa_modulus_len(&key) != 0));
        if (result == 0)
            verify(&key, data + 1, noncrypto_rsa_modulus_len(&key));
        return 0;
    }
    size_t modulus_len = (size_t)data[1] * 2;
    data += 2;
    size -= 2;
    if (modulus_len > size)
        modulus_len = size;
    if (noncrypto_rsa_public_key(&key, data, modulus_len, exponent, sizeof exponent) == 0)
        verify(&key, data + modulus_len, size - modulus_len);
    return 0;
}
