/*
 * RSA: verification of signatures. RFC 8017 (PKCS #1 version 2.2): RSASSA-PKCS1-v1_5, section 8.2, RSASSA-PSS, section
 * 8.1, key syntax, appendix A.1.1.
 *
 * A public key is a structure of the caller, made once and used for many signatures. There is nothing secret here, and
 * nothing is constant time. No function needs more than 4 KiB of stack.
 *
 * A signature that is not valid for whatever reason (its length, its value, its padding) is NONCRYPTO_E_VERIFY. Padding
 * is compared with the only right one, not parsed.
 */
#ifndef NONCRYPTO_RSA_H
#define NONCRYPTO_RSA_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_RSA_BITS_MIN    1024 /* of a modulus */
#define NONCRYPTO_RSA_BITS_MAX    4096
#define NONCRYPTO_RSA_MODULUS_MAX 512 /* bytes of the longest modulus, signature and block */

/* 1 KiB. The members are private: they are here only so that the size is known. */
struct noncrypto_rsa_public_key {
    uint64_t modulus[NONCRYPTO_RSA_BITS_MAX / 64]; /* least significant limb first */
    uint64_t rr[NONCRYPTO_RSA_BITS_MAX / 64];      /* 2^(128 limbs) modulo the modulus */
    uint64_t m0;                                   /* -1 / modulus modulo 2^64 */
    uint32_t exponent;
    uint16_t limbs; /* of 64 bits that are computed with */
    uint16_t bits;  /* of the modulus */
};

enum noncrypto_rsa_hash {
    NONCRYPTO_RSA_SHA1, /* RSASSA-PKCS1-v1_5 only */
    NONCRYPTO_RSA_SHA256,
    NONCRYPTO_RSA_SHA384,
    NONCRYPTO_RSA_SHA512,
};

/* The salt of a PSS signature may be of any length. */
#define NONCRYPTO_RSA_SALT_ANY SIZE_MAX

/*
 * Makes a public key of a modulus and an exponent, big-endian; zeros in front are skipped. The arguments are copied.
 *
 * Returns 0; NONCRYPTO_E_INVALID if the modulus is even, or the exponent is even or 1; NONCRYPTO_E_UNSUPPORTED if the
 * modulus has fewer than 1024 or more than 4096 bits or the exponent more than 32. On failure `key` is all zeros, with
 * which nothing verifies.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_public_key(struct noncrypto_rsa_public_key *key, const uint8_t *modulus,
                         size_t modulus_len, const uint8_t *exponent, size_t exponent_len);

/*
 * The same from an RSAPublicKey in DER (RFC 8017, appendix A.1.1). Returns NONCRYPTO_E_INVALID also for what is not strict
 * DER: wrong or long lengths, integers that are negative or not in their shortest form, bytes behind.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_public_key_from_der(struct noncrypto_rsa_public_key *key, const uint8_t *der,
                                  size_t der_len);

/* Bytes of the modulus, and of every signature; 0 for a key that could not be made. */
NONCRYPTO_API size_t noncrypto_rsa_modulus_len(const struct noncrypto_rsa_public_key *key);

/*
 * RSAVP1, the operation alone (RFC 8017, section 5.2.2): out = in^exponent modulo the modulus, big-endian. For protocols
 * with a padding of their own: by itself this verifies nothing.
 *
 * out   noncrypto_rsa_modulus_len() bytes; may overlap `in`
 *
 * Returns 0, or NONCRYPTO_E_VERIFY if `in_len` is not the length of the modulus or `in` not below it; then `out` is all
 * zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_public_operation(const struct noncrypto_rsa_public_key *key, uint8_t *out,
                               const uint8_t *in, size_t in_len);

/*
 * Verifies an RSASSA-PKCS1-v1_5 signature over `hash`, which was computed with `algorithm`. The parameters of the
 * algorithm in the block must be NULL, not absent.
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the signature is not valid; NONCRYPTO_E_INVALID if `hash_len` is not that of the
 * algorithm or there is no such algorithm.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_pkcs1_verify(const struct noncrypto_rsa_public_key *key,
                           enum noncrypto_rsa_hash algorithm, const uint8_t *hash, size_t hash_len,
                           const uint8_t *signature, size_t signature_len);

/*
 * The same for a block that holds `data` itself instead of a DigestInfo, as Tor's directory documents do.
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the signature is not valid; NONCRYPTO_E_INVALID if `data_len` is 0 or the block has no
 * room for `data`, which may be 11 bytes shorter than the modulus.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_pkcs1_verify_raw(const struct noncrypto_rsa_public_key *key, const uint8_t *data,
                               size_t data_len, const uint8_t *signature, size_t signature_len);

/*
 * Verifies an RSASSA-PSS signature over `hash`. MGF1 uses the same algorithm; the trailer is 0xbc.
 *
 * salt_len   bytes of the salt, or NONCRYPTO_RSA_SALT_ANY
 *
 * Returns 0; NONCRYPTO_E_VERIFY if the signature is not valid; NONCRYPTO_E_INVALID if `hash_len` is not that of the
 * algorithm or there is no such algorithm; NONCRYPTO_E_UNSUPPORTED for SHA-1.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_rsa_pss_verify(const struct noncrypto_rsa_public_key *key,
                         enum noncrypto_rsa_hash algorithm, size_t salt_len, const uint8_t *hash,
                         size_t hash_len, const uint8_t *signature, size_t signature_len);

#ifdef __cplusplus
}
#endif

#endif
