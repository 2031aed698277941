/*
 * What ECDSA is on every curve: the forms of a signature and of a hash. `len` is the number of bytes of the order of the
 * group. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_ECDSA_H
#define NONCRYPTO_SRC_ECDSA_H

#include <stddef.h>
#include <stdint.h>

/*
 * The hash as an integer of `len` bytes (FIPS 186-5, section 6.4.1, for orders whose number of bits is 8 len): its first
 * `len` bytes if it is longer.
 */
void ecdsa_hash_to_integer(uint8_t *out, size_t len, const uint8_t *hash, size_t hash_len);

/* Ecdsa-Sig-Value (RFC 5480, appendix A) in DER to r and s of `len` bytes each. Returns 0 or NONCRYPTO_E_INVALID. */
int ecdsa_signature_from_der(uint8_t *out, size_t len, const uint8_t *der, size_t der_len);

/* The opposite; `der` has room for 2 len + 8 bytes, 2 len is below 122. Returns how many are used. */
size_t ecdsa_signature_to_der(uint8_t *der, const uint8_t *signature, size_t len);

#endif
