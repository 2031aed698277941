/*
 * HKDF (RFC 5869) with SHA-256, SHA-384 and SHA-512: keys from a shared secret or another key with enough entropy. It is not
 * for passwords: that is noncrypto/argon2.h.
 *
 * A length of 0 is allowed everywhere, and then the pointer may be NULL. The running time depends on lengths only, never on
 * content. No function needs more than 2 KiB of stack.
 */
#ifndef NONCRYPTO_HKDF_H
#define NONCRYPTO_HKDF_H

#include <noncrypto/hmac.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of the longest output (section 2.3). */
#define NONCRYPTO_HKDF_SHA256_OUT_MAX (255 * NONCRYPTO_SHA256_LEN)
#define NONCRYPTO_HKDF_SHA384_OUT_MAX (255 * NONCRYPTO_SHA384_LEN)
#define NONCRYPTO_HKDF_SHA512_OUT_MAX (255 * NONCRYPTO_SHA512_LEN)

/*
 * Extract (section 2.2): makes a pseudo-random key of the key material `ikm`. The salt need not be secret; without one pass
 * NULL and 0. `prk` may overlap `salt` and `ikm`.
 */
NONCRYPTO_API void noncrypto_hkdf_sha256_extract(uint8_t prk[NONCRYPTO_SHA256_LEN],
                                                 const void *salt, size_t salt_len, const void *ikm,
                                                 size_t ikm_len);
NONCRYPTO_API void noncrypto_hkdf_sha384_extract(uint8_t prk[NONCRYPTO_SHA384_LEN],
                                                 const void *salt, size_t salt_len, const void *ikm,
                                                 size_t ikm_len);
NONCRYPTO_API void noncrypto_hkdf_sha512_extract(uint8_t prk[NONCRYPTO_SHA512_LEN],
                                                 const void *salt, size_t salt_len, const void *ikm,
                                                 size_t ikm_len);

/*
 * Expand (section 2.3): `out_len` bytes of output for the purpose that `info` names, from a pseudo-random key of at least as
 * many bytes as the hash gives. `out` may overlap `prk`; it must not overlap `info`.
 *
 * Returns 0; NONCRYPTO_E_INVALID if `prk_len` is below the output of the hash, or `out_len` above the OUT_MAX of the hash:
 * then `out` is unchanged.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_hkdf_sha256_expand(uint8_t *out, size_t out_len,
                                                                    const void *prk, size_t prk_len,
                                                                    const void *info,
                                                                    size_t info_len);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_hkdf_sha384_expand(uint8_t *out, size_t out_len,
                                                                    const void *prk, size_t prk_len,
                                                                    const void *info,
                                                                    size_t info_len);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_hkdf_sha512_expand(uint8_t *out, size_t out_len,
                                                                    const void *prk, size_t prk_len,
                                                                    const void *info,
                                                                    size_t info_len);

#ifdef __cplusplus
}
#endif

#endif
