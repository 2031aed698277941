/*
 * AES key wrap: RFC 3394 (KW of NIST SP 800-38F) for keys of whole 64-bit words, RFC 5649 (KWP) for any length. Deterministic,
 * needs no nonce; for keys, not for messages: each byte costs six block operations for eight.
 *
 * In all functions `out` and `in` may overlap in any way.
 */
#ifndef NONCRYPTO_AES_KW_H
#define NONCRYPTO_AES_KW_H

#include <noncrypto/aes.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_AES_KW_OVERHEAD 8 /* bytes that wrapping adds */
/* Bytes that `len` bytes become with padding. */
#define NONCRYPTO_AES_KWP_LEN(len) \
    (NONCRYPTO_AES_KW_OVERHEAD + (size_t)(len) / 8 * 8 + ((size_t)(len) % 8 != 0 ? 8 : 0))

/*
 * Wraps, RFC 3394 section 2.2.1 with the default initial value.
 *
 * out   `len` + NONCRYPTO_AES_KW_OVERHEAD bytes
 * in    `len` bytes, a multiple of 8, at least 16
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `len` is not such a number; then nothing is written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_aes_kw_wrap(const struct noncrypto_aes *kek, uint8_t *out, const uint8_t *in, size_t len);

/*
 * Unwraps, RFC 3394 section 2.2.2.
 *
 * out   `len` - NONCRYPTO_AES_KW_OVERHEAD bytes
 * in    `len` bytes, a multiple of 8, at least 24
 *
 * Returns 0; NONCRYPTO_E_INVALID if `len` is not such a number (nothing is written); NONCRYPTO_E_VERIFY if this was not
 * wrapped with this key: then `out` is zeroed.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_aes_kw_unwrap(const struct noncrypto_aes *kek,
                                                               uint8_t *out, const uint8_t *in,
                                                               size_t len);

/*
 * Wraps with padding, RFC 5649 section 4.1.
 *
 * out   NONCRYPTO_AES_KWP_LEN(len) bytes
 * in    `len` bytes, 1 to 2^32 - 1
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `len` is not in range; then nothing is written.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_aes_kwp_wrap(const struct noncrypto_aes *kek,
                                                              uint8_t *out, const uint8_t *in,
                                                              size_t len);

/*
 * Unwraps with padding, RFC 5649 section 4.2.
 *
 * out       `len` - NONCRYPTO_AES_KW_OVERHEAD bytes, all of which are written: the key, then zeros
 * out_len   where the key's own length goes
 * in        `len` bytes, a multiple of 8, 16 to 2^32 + 8
 *
 * Returns 0; NONCRYPTO_E_INVALID if `len` is not such a number (nothing is written); NONCRYPTO_E_VERIFY if this was not
 * wrapped with this key: then `out` is zeroed and `*out_len` is 0. Only the result and, with success, the length depend on
 * what was wrapped in a way that time shows.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_aes_kwp_unwrap(const struct noncrypto_aes *kek,
                                                                uint8_t *out, size_t *out_len,
                                                                const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif

#endif
