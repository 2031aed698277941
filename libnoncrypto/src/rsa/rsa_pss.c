/*
 * RSASSA-PSS: RFC 8017, sections 8.1.2, 9.1.2 and appendix B.2.1.
 */
#include <noncrypto/sha2.h>
#include <string.h>

#include "bytes.h"
#include "rsa/rsa_private.h"

#define HASH_MAX NONCRYPTO_SHA512_LEN

struct part {
    const void *data;
    size_t len;
};

/* The hash of `nparts` strings, one behind the other. */
static void hash_parts(enum noncrypto_rsa_hash algorithm, uint8_t out[HASH_MAX],
                       const struct part *parts, unsigned nparts)
{
    union {
        struct noncrypto_sha256 sha256;
        struct noncrypto_sha384 sha384;
        struct noncrypto_sha512 sha512;
    } ctx;

    if (algorithm == NONCRYPTO_RSA_SHA256) {
        noncrypto_sha256_init(&ctx.sha256);
        for (unsigned i = 0; i < nparts; i++)
            noncrypto_sha256_update(&ctx.sha256, parts[i].data, parts[i].len);
        noncrypto_sha256_final(&ctx.sha256, out);
    } else if (algorithm == NONCRYPTO_RSA_SHA384) {
        noncrypto_sha384_init(&ctx.sha384);
        for (unsigned i = 0; i < nparts; i++)
            noncrypto_sha384_update(&ctx.sha384, parts[i].data, parts[i].len);
        noncrypto_sha384_final(&ctx.sha384, out);
    } else {
        noncrypto_sha512_init(&ctx.sha512);
        for (unsigned i = 0; i < nparts; i++)
            noncrypto_sha512_update(&ctx.sha512, parts[i].data, parts[i].len);
        noncrypto_sha512_final(&ctx.sha512, out);
    }
}

/* data ^= MGF1(seed) (appendix B.2.1) */
static void mgf1_mask(enum noncrypto_rsa_hash algorithm, uint8_t *data, size_t len,
                      const uint8_t *seed, size_t hash_len)
{
    uint8_t counter[4], mask[HASH_MAX];
    const struct part parts[2] = {{seed, hash_len}, {counter, sizeof counter}};

    for (uint32_t i = 0; len > 0; i++) {
        size_t take = len < hash_len ? len : hash_len;
        store_be32(counter, i);
        hash_parts(algorithm, mask, parts, 2);
        for (size_t j = 0; j < take; j++)
            data[j] ^= mask[j];
        data += take;
        len -= take;
    }
}

/* The salt in DB, which is zeros, a one and the salt: its length, or SIZE_MAX if it is not so. */
static size_t find_salt(const uint8_t *db, size_t db_len)
{
    size_t at = 0;

    while (at < db_len && db[at] == 0)
        at++;
    return at < db_len && db[at] == 1 ? db_len - at - 1 : SIZE_MAX;
}

/* EMSA-PSS-VERIFY, section 9.1.2, steps 3 to 14, on an encoded message of em_bits bits. */
static int verify_encoded(uint8_t *em, size_t em_bits, enum noncrypto_rsa_hash algorithm,
                          size_t salt_len, const uint8_t *hash, size_t hash_len)
{
    static const uint8_t zeros[8] = {0};
    size_t em_len = (em_bits + 7) / 8;
    uint8_t top_mask = (uint8_t)(0xff >> (8 * em_len - em_bits));
    uint8_t expected[HASH_MAX];

    if (em_len < hash_len + 2 || em[em_len - 1] != 0xbc || (em[0] & ~top_mask) != 0)
        return NONCRYPTO_E_VERIFY;
    size_t db_len = em_len - hash_len - 1;
    const uint8_t *h = em + db_len;
    mgf1_mask(algorithm, em, db_len, h, hash_len);
    em[0] &= top_mask;
    size_t found = find_salt(em, db_len);
    if (found == SIZE_MAX || (salt_len != NONCRYPTO_RSA_SALT_ANY && found != salt_len))
        return NONCRYPTO_E_VERIFY;
    const struct part parts[3] = {
        {zeros, sizeof zeros}, {hash, hash_len}, {em + db_len - found, found}};
    hash_parts(algorithm, expected, parts, 3);
    return memcmp(h, expected, hash_len) == 0 ? 0 : NONCRYPTO_E_VERIFY;
}

int noncrypto_rsa_pss_verify(const struct noncrypto_rsa_public_key *key,
                             enum noncrypto_rsa_hash algorithm, size_t salt_len,
                             const uint8_t *hash, size_t hash_len, const uint8_t *signature,
                             size_t signature_len)
{
    uint8_t block[NONCRYPTO_RSA_MODULUS_MAX];

    if (hash_len == 0 || hash_len != rsa_hash_len(algorithm))
        return NONCRYPTO_E_INVALID;
    if (algorithm == NONCRYPTO_RSA_SHA1)
        return NONCRYPTO_E_UNSUPPORTED;
    int result = noncrypto_rsa_public_operation(key, block, signature, signature_len);
    if (result != 0)
        return result;
    /* The encoded message has a bit less than the modulus; if that makes it a byte less, the byte is 0. */
    size_t em_bits = key->bits - 1u;
    size_t skip = em_bits % 8 == 0 ? 1 : 0;
    if (skip && block[0] != 0)
        return NONCRYPTO_E_VERIFY;
    return verify_encoded(block + skip, em_bits, algorithm, salt_len, hash, hash_len);
}
