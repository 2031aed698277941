/*
 * RSASSA-PKCS1-v1_5: RFC 8017, sections 8.2.2 and 9.2.
 */
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>
#include <string.h>

#include "rsa/rsa_private.h"

#define PREFIX_MAX 19

/* DigestInfo in DER up to the hash (section 9.2, note 1). */
struct digest_info {
    uint8_t prefix[PREFIX_MAX];
    uint8_t prefix_len;
    uint8_t hash_len;
};

static const struct digest_info digest_infos[] = {
    [NONCRYPTO_RSA_SHA1] = {{0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05,
                             0x00, 0x04, 0x14},
                            15,
                            NONCRYPTO_SHA1_LEN},
    [NONCRYPTO_RSA_SHA256] = {{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                               0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
                              19,
                              NONCRYPTO_SHA256_LEN},
    [NONCRYPTO_RSA_SHA384] = {{0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                               0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
                              19,
                              NONCRYPTO_SHA384_LEN},
    [NONCRYPTO_RSA_SHA512] = {{0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                               0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
                              19,
                              NONCRYPTO_SHA512_LEN},
};

size_t rsa_hash_len(enum noncrypto_rsa_hash algorithm)
{
    size_t at = (size_t)algorithm;
    return at < sizeof digest_infos / sizeof digest_infos[0] ? digest_infos[at].hash_len : 0;
}

/* The block is 00 01 ff ... ff 00 prefix data; there are at least 8 bytes ff. */
static int verify(const struct noncrypto_rsa_public_key *key, const uint8_t *prefix,
                  size_t prefix_len, const uint8_t *data, size_t data_len, const uint8_t *signature,
                  size_t signature_len)
{
    uint8_t block[NONCRYPTO_RSA_MODULUS_MAX];
    size_t len = noncrypto_rsa_modulus_len(key);

    if (prefix_len + data_len > len || len - prefix_len - data_len < 11)
        return NONCRYPTO_E_INVALID;
    int result = noncrypto_rsa_public_operation(key, block, signature, signature_len);
    if (result != 0)
        return result;

    size_t filled = len - prefix_len - data_len - 3;
    uint32_t wrong = block[0] | (block[1] ^ 1u) | block[2 + filled];
    for (size_t i = 0; i < filled; i++)
        wrong |= block[2 + i] ^ 0xffu;
    if (wrong != 0 || memcmp(block + 3 + filled, prefix, prefix_len) != 0 ||
        memcmp(block + 3 + filled + prefix_len, data, data_len) != 0)
        return NONCRYPTO_E_VERIFY;
    return 0;
}

int noncrypto_rsa_pkcs1_verify(const struct noncrypto_rsa_public_key *key,
                               enum noncrypto_rsa_hash algorithm, const uint8_t *hash,
                               size_t hash_len, const uint8_t *signature, size_t signature_len)
{
    if (hash_len == 0 || hash_len != rsa_hash_len(algorithm))
        return NONCRYPTO_E_INVALID;
    const struct digest_info *info = &digest_infos[algorithm];
    int result =
        verify(key, info->prefix, info->prefix_len, hash, hash_len, signature, signature_len);
    /* Every key that could be made has room for every hash. */
    return result == NONCRYPTO_E_INVALID ? NONCRYPTO_E_VERIFY : result;
}

int noncrypto_rsa_pkcs1_verify_raw(const struct noncrypto_rsa_public_key *key, const uint8_t *data,
                                   size_t data_len, const uint8_t *signature, size_t signature_len)
{
    static const uint8_t none[1] = {0};

    if (data_len == 0 || data_len > NONCRYPTO_RSA_MODULUS_MAX)
        return NONCRYPTO_E_INVALID;
    return verify(key, none, 0, data, data_len, signature, signature_len);
}
