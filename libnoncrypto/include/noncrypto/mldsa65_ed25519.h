/*
 * Signatures that hold as long as ML-DSA-65 or Ed25519 does: id-MLDSA65-Ed25519-SHA512 of
 * draft-ietf-lamps-pq-composite-sigs-14 ("composite ML-DSA").
 *
 * Both sign the same representative of the message, M' = Prefix || Label || context_len || context || SHA-512(message), and
 * both must verify. The message may come in pieces: hash it with noncrypto/sha2.h and use the functions that take the digest.
 * Neither half of a signature is a signature of the message by itself, and no key should sign by itself what it signs here.
 *
 * The secret key is 64 bytes of seed, ML-DSA's 32 and Ed25519's 32, from which the keys are made anew on use. Working memory
 * is an argument: workspaces of about 22 and 76 KiB, which may lie anywhere, hold nothing between calls, are erased by each
 * function that puts secrets into them, and must not overlap any other argument. No function here needs more than 3 KiB of
 * stack. For the running time see noncrypto/mldsa65.h.
 */
#ifndef NONCRYPTO_MLDSA65_ED25519_H
#define NONCRYPTO_MLDSA65_ED25519_H

#include <noncrypto/ed25519.h>
#include <noncrypto/mldsa65.h>
#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All in bytes (section 4); ML-DSA's part comes first everywhere. */
#define NONCRYPTO_MLDSA65_ED25519_SEED_LEN (NONCRYPTO_MLDSA65_SEED_LEN + NONCRYPTO_ED25519_SEED_LEN)
#define NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN \
    (NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN + NONCRYPTO_ED25519_PUBLIC_KEY_LEN)
#define NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN \
    (NONCRYPTO_MLDSA65_SIGNATURE_LEN + NONCRYPTO_ED25519_SIGNATURE_LEN)
#define NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN  64 /* SHA-512 */
#define NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN  32
#define NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX 255

/* The members of these structures are private: they are here only so that the size is known. */
struct noncrypto_mldsa65_ed25519_workspace {
    struct noncrypto_mldsa65_workspace mldsa;
    uint8_t secret_key[NONCRYPTO_MLDSA65_SECRET_KEY_LEN];
    struct noncrypto_ed25519_key ed25519;
    uint8_t message[382]; /* the message representative */
};

struct noncrypto_mldsa65_ed25519_sign_workspace {
    union {
        struct noncrypto_mldsa65_workspace keygen;
        struct noncrypto_mldsa65_sign_workspace sign;
    } mldsa;
    uint8_t secret_key[NONCRYPTO_MLDSA65_SECRET_KEY_LEN];
    uint8_t public_key[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN];
    struct noncrypto_ed25519_key ed25519;
    uint8_t message[382]; /* the message representative */
};

/*
 * Composite-ML-DSA.KeyGen (section 3.1) with given randomness: the public key of `seed`.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `seed_len` is not NONCRYPTO_MLDSA65_ED25519_SEED_LEN; then `pk` is zeroed. `pk` must
 * not overlap `seed`.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_ed25519_public_key(uint8_t pk[NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN],
                                     const uint8_t *seed, size_t seed_len,
                                     struct noncrypto_mldsa65_ed25519_workspace *workspace);

/*
 * Composite-ML-DSA.Sign (section 3.2) of the message whose SHA-512 is `digest`, under a context of at most 255 bytes, which
 * may be empty (then NULL is allowed).
 *
 * random   32 fresh random bytes for a hedged ML-DSA signature; NULL for the deterministic one
 *
 * Returns 0; NONCRYPTO_E_INVALID if a length is wrong; or the error of noncrypto_mldsa65_sign(). On error `sig` is zeroed.
 * `sig` must not overlap an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mldsa65_ed25519_sign_digest(
    uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN], const uint8_t *seed, size_t seed_len,
    const uint8_t digest[NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN], const void *context,
    size_t context_len, const uint8_t random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN],
    struct noncrypto_mldsa65_ed25519_sign_workspace *workspace);

/*
 * Composite-ML-DSA.Verify (section 3.3) for the message whose SHA-512 is `digest`.
 *
 * Returns 0 if both halves of `sig` are signatures of the message and the context; NONCRYPTO_E_VERIFY if not, also if its
 * length is wrong; NONCRYPTO_E_INVALID if `pk_len` or `context_len` is wrong or the Ed25519 half of the key is not a key.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mldsa65_ed25519_verify_digest(
    const uint8_t *pk, size_t pk_len, const uint8_t digest[NONCRYPTO_MLDSA65_ED25519_DIGEST_LEN],
    const void *context, size_t context_len, const uint8_t *sig, size_t sig_len,
    struct noncrypto_mldsa65_ed25519_workspace *workspace);

/* The same two for a message that lies in memory, `len` bytes; it may be NULL if that is 0. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_ed25519_sign(uint8_t sig[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN],
                               const uint8_t *seed, size_t seed_len, const void *message,
                               size_t len, const void *context, size_t context_len,
                               const uint8_t random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN],
                               struct noncrypto_mldsa65_ed25519_sign_workspace *workspace);
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_ed25519_verify(const uint8_t *pk, size_t pk_len, const void *message, size_t len,
                                 const void *context, size_t context_len, const uint8_t *sig,
                                 size_t sig_len,
                                 struct noncrypto_mldsa65_ed25519_workspace *workspace);

#ifdef __cplusplus
}
#endif

#endif
