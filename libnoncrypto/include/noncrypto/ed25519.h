/*
 * Ed25519 signatures, RFC 8032 section 5.1, with the variants Ed25519ctx and Ed25519ph.
 *
 * Verification is strict about encodings and follows the equation that RFC 8032 states. A signature R, S of a public key A
 * holds if and only if
 *   - S < L (section 5.1.7);
 *   - A and R are canonical encodings of points: y < 2^255 - 19, and no x = 0 with the sign bit set (section 5.1.3);
 *   - neither A nor R is one of the eight points of small order, with which one signature can hold for many messages;
 *   - [8] S B = [8] R + [8] k A.
 * The factor 8 is what lets a batch and a single verification agree: a batch checks a random sum of the equations, and only
 * without a part of small order does that sum vanish for the same signatures that vanish one by one. Without the factor,
 * a signature with a part of small order in A or R would hold in a batch or not by chance. Whoever makes such a key can make
 * signatures that hold here and not in an implementation without the factor; where all parties must agree on a signature,
 * they must use the same rules, here as everywhere with Ed25519.
 *
 * Signing is deterministic (no random numbers), and its time depends on the length of the message only. Verification is for
 * public values; its time depends on them.
 */
#ifndef NONCRYPTO_ED25519_H
#define NONCRYPTO_ED25519_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_ED25519_SEED_LEN       32 /* bytes of a private key as RFC 8032 has it */
#define NONCRYPTO_ED25519_EXPANDED_LEN   64 /* bytes of what is hashed from it */
#define NONCRYPTO_ED25519_PUBLIC_KEY_LEN 32
#define NONCRYPTO_ED25519_SIGNATURE_LEN  64
#define NONCRYPTO_ED25519_CONTEXT_MAX    255 /* bytes of a context string */
#define NONCRYPTO_ED25519_PREHASH_LEN    64  /* bytes of SHA-512 */

/*
 * A key that signs. The public key is part of it because signing with another one than its own gives the secret scalar away.
 * Secret: clear it with noncrypto_wipe() after use.
 */
struct noncrypto_ed25519_key {
    uint8_t
        scalar[32]; /* little endian; any multiple of the base point's order may have been added */
    uint8_t prefix[32]; /* what is hashed before the message, for the nonce */
    uint8_t public_key[NONCRYPTO_ED25519_PUBLIC_KEY_LEN];
};

/* Section 5.1.5: the key of 32 random bytes. `seed` must not overlap `key`. */
NONCRYPTO_API void noncrypto_ed25519_key_from_seed(struct noncrypto_ed25519_key *key,
                                                   const uint8_t seed[NONCRYPTO_ED25519_SEED_LEN]);

/*
 * The key of a scalar (32 bytes, little endian, any value) and a prefix (32 bytes), which is how Tor and others keep keys
 * that have no seed, blinded ones for example. The prefix must be as secret and as random as the scalar.
 * `expanded` must not overlap `key`.
 */
NONCRYPTO_API void
noncrypto_ed25519_key_from_expanded(struct noncrypto_ed25519_key *key,
                                    const uint8_t expanded[NONCRYPTO_ED25519_EXPANDED_LEN]);

/* Section 5.1.6. `message` may be NULL if `len` is 0; `signature` may overlap it, not `key`. */
NONCRYPTO_API void noncrypto_ed25519_sign(uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                                          const struct noncrypto_ed25519_key *key,
                                          const void *message, size_t len);

/*
 * Section 5.1.7, with the rules above.
 * Returns 0; NONCRYPTO_E_INVALID if the public key is not a canonical encoding of a point or has small order;
 * NONCRYPTO_E_VERIFY if the signature does not hold, whatever the reason.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519_verify(const uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                         const uint8_t public_key[NONCRYPTO_ED25519_PUBLIC_KEY_LEN],
                         const void *message, size_t len);

/*
 * Ed25519ctx: the same with a context of 1 to NONCRYPTO_ED25519_CONTEXT_MAX bytes, which keeps signatures for different
 * purposes apart. Return NONCRYPTO_E_INVALID, too, if the context is empty or too long; then nothing is signed, and
 * `signature` is all zeros.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519ctx_sign(uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                          const struct noncrypto_ed25519_key *key, const void *context,
                          size_t context_len, const void *message, size_t len);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519ctx_verify(const uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                            const uint8_t public_key[NONCRYPTO_ED25519_PUBLIC_KEY_LEN],
                            const void *context, size_t context_len, const void *message,
                            size_t len);

/* Ed25519ph: the message is given by its SHA-512, so that it can come in pieces; the context may be empty. Results as above. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519ph_sign(uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                         const struct noncrypto_ed25519_key *key, const void *context,
                         size_t context_len, const uint8_t digest[NONCRYPTO_ED25519_PREHASH_LEN]);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519ph_verify(const uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN],
                           const uint8_t public_key[NONCRYPTO_ED25519_PUBLIC_KEY_LEN],
                           const void *context, size_t context_len,
                           const uint8_t digest[NONCRYPTO_ED25519_PREHASH_LEN]);

/* One signature of a batch. */
struct noncrypto_ed25519_signed {
    const uint8_t *public_key; /* NONCRYPTO_ED25519_PUBLIC_KEY_LEN bytes */
    const uint8_t *signature;  /* NONCRYPTO_ED25519_SIGNATURE_LEN bytes */
    const void *message;
    size_t len; /* bytes of the message */
};

#define NONCRYPTO_ED25519_BATCH_SEED_LEN      32
#define NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN 3328 /* bytes of workspace for each signature */

/*
 * Verifies `count` signatures together, in less than the time that they take one by one. All hold if and only if each
 * holds by noncrypto_ed25519_verify(), except that a bad one is missed with probability 2^-128.
 *
 * seed           random bytes that nobody who made the signatures could foresee; used for this batch only
 * workspace      memory aligned for uint64_t. As many signatures are checked at once as fit into `workspace_len`; some
 *                32 to 128 pay, more than that no more. Its contents do not matter, before and after
 * first_bad      may be NULL; on failure the index of the first signature that does not hold, found by verifying one by one
 *                in the part where it is
 *
 * Returns 0, also if `count` is 0; what noncrypto_ed25519_verify() says of the first bad signature; NONCRYPTO_E_NO_SPACE if
 * the workspace holds no signature; NONCRYPTO_E_INVALID with `*first_bad` = `count` if it is not aligned.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_ed25519_verify_batch(const struct noncrypto_ed25519_signed *signatures, size_t count,
                               const uint8_t seed[NONCRYPTO_ED25519_BATCH_SEED_LEN],
                               void *workspace, size_t workspace_len, size_t *first_bad);

#ifdef __cplusplus
}
#endif

#endif
