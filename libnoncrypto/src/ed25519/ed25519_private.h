/* What a single verification and a batch share. */
#ifndef NONCRYPTO_SRC_ED25519_PRIVATE_H
#define NONCRYPTO_SRC_ED25519_PRIVATE_H

#include <noncrypto/ed25519.h>

/* The octets of dom2() of RFC 8032 section 2 are hashed first, unless `flag` is PURE. */
struct ed25519_domain {
    enum { ED25519_CTX = 0, ED25519_PH = 1, ED25519_PURE } flag;
    const void *context;
    size_t context_len;
};

/* All checks of a public key and a signature that do not look at the message; results as of noncrypto_ed25519_verify(). */
int noncrypto_ed25519_check(const uint8_t signature[64], const uint8_t public_key[32]);

/* k = SHA-512(dom2 || R || A || message) mod L */
void noncrypto_ed25519_challenge(uint8_t k[32], const struct ed25519_domain *domain,
                                 const uint8_t r[32], const uint8_t public_key[32],
                                 const void *message, size_t len);

#endif
