/*
 * X25519: Diffie-Hellman on Curve25519, RFC 7748.
 *
 * A private key is any 32 random bytes; bits are set and cleared as section 5 says on use, not in the key. The time of
 * each function depends on nothing.
 */
#ifndef NONCRYPTO_X25519_H
#define NONCRYPTO_X25519_H

#include <noncrypto/result.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_X25519_KEY_LEN 32 /* bytes of a private key, a public key and a shared secret */

/*
 * X25519(private_key, peer), section 5: `shared` is the secret that both sides have. It is a coordinate, not a key: derive
 * keys from it together with both public keys. Bit 255 of `peer` is ignored, and values from 2^255 - 19 on are
 * accepted and reduced, both as section 5 demands. `shared` may be either input.
 *
 * Returns 0; or NONCRYPTO_E_INVALID if `peer` is a point of small order: then the result would be all zeros whatever the
 * private key is (section 6.1; TLS 1.3 and Tor demand to stop there), and `shared` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_x25519(uint8_t shared[NONCRYPTO_X25519_KEY_LEN],
                 const uint8_t private_key[NONCRYPTO_X25519_KEY_LEN],
                 const uint8_t peer[NONCRYPTO_X25519_KEY_LEN]);

/*
 * X25519(private_key, 9), section 6.1: the public key of a private key, several times faster than noncrypto_x25519().
 * `public_key` may be `private_key`.
 */
NONCRYPTO_API void noncrypto_x25519_base(uint8_t public_key[NONCRYPTO_X25519_KEY_LEN],
                                         const uint8_t private_key[NONCRYPTO_X25519_KEY_LEN]);

#ifdef __cplusplus
}
#endif

#endif
