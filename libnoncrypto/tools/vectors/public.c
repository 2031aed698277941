/* Vectors of elliptic curves and RSA. */
#include <string.h>

#include <noncrypto/ed25519.h>
#include <noncrypto/p256.h>
#include <noncrypto/p384.h>
#include <noncrypto/rsa.h>

#include "../digest.h"
#include "vectors.h"

const struct digest_algorithm *vectors_digest(const char *name)
{
    static const struct {
        const char *name, *ours;
    } names[] = {
        {"SHA-1", "sha1"},        {"SHA-256", "sha256"},     {"SHA-384", "sha384"},
        {"SHA-512", "sha512"},    {"SHA2-256", "sha256"},    {"SHA2-384", "sha384"},
        {"SHA2-512", "sha512"},   {"SHA3-256", "sha3-256"},  {"SHA3-384", "sha3-384"},
        {"SHA3-512", "sha3-512"}, {"SHAKE-128", "shake128"}, {"SHAKE-256", "shake256"},
        {"SHAKE128", "shake128"}, {"SHAKE256", "shake256"},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].name, name) == 0)
            return digest_find(names[i].ours);
    return NULL;
}

static size_t hash_message(uint8_t out[64], const struct digest_algorithm *algorithm,
                           struct bytes msg)
{
    struct digest digest;

    digest_init(&digest, algorithm);
    digest_update(&digest, msg.data, msg.len);
    digest_final(&digest, out, algorithm->len);
    return algorithm->len;
}

enum verdict ecdsa_check(struct vectors *v, const char *curve, const char *hash,
                         struct bytes public_key, struct bytes msg, struct bytes sig, int der)
{
    const struct digest_algorithm *algorithm = vectors_digest(hash);
    uint8_t digest[64];
    int result;

    if (!algorithm)
        return vectors_skip(v, "hash %s", hash);
    size_t len = hash_message(digest, algorithm, msg);
    if (strcmp(curve, "secp256r1") == 0 || strcmp(curve, "P-256") == 0) {
        if (!der && sig.len != NONCRYPTO_P256_SIGNATURE_LEN)
            return VERDICT_REFUSED;
        result = der ? noncrypto_p256_ecdsa_verify_der(public_key.data, public_key.len, digest, len,
                                                       sig.data, sig.len)
                     : noncrypto_p256_ecdsa_verify(public_key.data, public_key.len, digest, len,
                                                   sig.data);
    } else if (strcmp(curve, "secp384r1") == 0 || strcmp(curve, "P-384") == 0) {
        if (!der && sig.len != NONCRYPTO_P384_SIGNATURE_LEN)
            return VERDICT_REFUSED;
        result = der ? noncrypto_p384_ecdsa_verify_der(public_key.data, public_key.len, digest, len,
                                                       sig.data, sig.len)
                     : noncrypto_p384_ecdsa_verify(public_key.data, public_key.len, digest, len,
                                                   sig.data);
    } else {
        return vectors_skip(v, "curve %s", curve);
    }
    return result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
}

enum verdict eddsa_check(struct vectors *v, struct bytes public_key, struct bytes msg,
                         struct bytes sig)
{
    (void)v;
    if (public_key.len != NONCRYPTO_ED25519_PUBLIC_KEY_LEN ||
        sig.len != NONCRYPTO_ED25519_SIGNATURE_LEN)
        return VERDICT_REFUSED;
    return noncrypto_ed25519_verify(sig.data, public_key.data, msg.data, msg.len) == 0
               ? VERDICT_ACCEPTED
               : VERDICT_REFUSED;
}

/*
 * The point of a SubjectPublicKeyInfo of P-256 with a named curve (RFC 5480): the only forms that it has in DER, before a
 * point that is not compressed and one that is.
 */
static struct bytes spki_point(struct bytes spki)
{
    static const uint8_t heads[2][26] = {
        {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
         0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00},
        {0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
         0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00},
    };
    static const size_t lens[2] = {NONCRYPTO_P256_PUBLIC_KEY_LEN,
                                   NONCRYPTO_P256_PUBLIC_KEY_SHORT_LEN};

    for (size_t i = 0; i < 2; i++)
        if (spki.len == sizeof heads[i] + lens[i] &&
            memcmp(spki.data, heads[i], sizeof heads[i]) == 0)
            return (struct bytes){spki.data + sizeof heads[i], lens[i], 1};
    return (struct bytes){spki.data, 0, 0};
}

enum verdict ecdh_check(struct vectors *v, struct bytes public_key, struct bytes private_key,
                        struct bytes shared)
{
    uint8_t secret[NONCRYPTO_P256_SECRET_KEY_LEN] = {0}, out[NONCRYPTO_P256_SHARED_LEN];
    struct bytes point = public_key;

    (void)v;
    if (public_key.len > NONCRYPTO_P256_PUBLIC_KEY_LEN ||
        (public_key.len > 0 && public_key.data[0] == 0x30))
        point = spki_point(public_key);
    /* Numbers in these files have zeros in front, or none. */
    while (private_key.len > sizeof secret && private_key.data[0] == 0) {
        private_key.data++;
        private_key.len--;
    }
    if (private_key.len > sizeof secret)
        return VERDICT_REFUSED;
    memcpy(secret + sizeof secret - private_key.len, private_key.data, private_key.len);
    if (noncrypto_p256_ecdh(out, secret, point.data, point.len) != 0)
        return VERDICT_REFUSED;
    return vectors_equal(shared, out, sizeof out);
}

static int rsa_hash(const char *hash)
{
    static const char *const names[][2] = {[NONCRYPTO_RSA_SHA1] = {"SHA-1", "SHA-1"},
                                           [NONCRYPTO_RSA_SHA256] = {"SHA-256", "SHA2-256"},
                                           [NONCRYPTO_RSA_SHA384] = {"SHA-384", "SHA2-384"},
                                           [NONCRYPTO_RSA_SHA512] = {"SHA-512", "SHA2-512"}};

    for (int i = 0; i < 4; i++)
        if (strcmp(names[i][0], hash) == 0 || strcmp(names[i][1], hash) == 0)
            return i;
    return -1;
}

enum verdict rsa_check(struct vectors *v, enum rsa_padding padding, const char *hash,
                       int64_t salt_len, struct bytes modulus, struct bytes exponent,
                       struct bytes msg, struct bytes sig)
{
    struct noncrypto_rsa_public_key key;
    uint8_t digest[64];
    int algorithm = rsa_hash(hash);

    if (algorithm < 0 || (padding == RSA_PSS && algorithm == NONCRYPTO_RSA_SHA1))
        return vectors_skip(v, "hash %s%s", hash, padding == RSA_PSS ? " with PSS" : "");
    int result =
        noncrypto_rsa_public_key(&key, modulus.data, modulus.len, exponent.data, exponent.len);
    if (result == NONCRYPTO_E_UNSUPPORTED)
        return vectors_skip(v, "RSA key of a length that is not supported");
    if (result != 0)
        return VERDICT_REFUSED;
    size_t len = hash_message(digest, vectors_digest(hash), msg);
    if (padding == RSA_PSS)
        result = noncrypto_rsa_pss_verify(&key, (enum noncrypto_rsa_hash)algorithm,
                                          salt_len < 0 ? NONCRYPTO_RSA_SALT_ANY : (size_t)salt_len,
                                          digest, len, sig.data, sig.len);
    else
        result = noncrypto_rsa_pkcs1_verify(&key, (enum noncrypto_rsa_hash)algorithm, digest, len,
                                            sig.data, sig.len);
    return result == 0 ? VERDICT_ACCEPTED : VERDICT_REFUSED;
}
