/*
 * ML-DSA-65, signatures on module lattices (FIPS 204), category 3: keys, signing and verification, with a context string;
 * of a message, of a hash of one (HashML-DSA), or of the message representative mu that was computed elsewhere.
 *
 * Randomness is an argument: bytes of a generator such as noncrypto/csprng.h, fresh for each call, erased by the caller. A
 * key pair may be stored as its 32 bytes of seed, and made anew from them.
 *
 * Working memory is an argument, too. Signing needs a larger workspace than making keys and verifying do (sizeof says how
 * large: about 70 and 18 KiB). A workspace may lie anywhere, holds nothing between calls, is erased by each function that
 * puts secrets into it, and must not overlap any other argument. No function here needs more than 4 KiB of stack,
 * in portable C 2 KiB.
 *
 * The running time does not depend on secrets, but for what the standard accepts: signing tries until a candidate is
 * within bounds, and the number of candidates, which of them failed and by which check becomes known; so does the number of
 * values that key generation discards when it draws small numbers from a uniform source. Neither says anything of the key.
 *
 *     noncrypto_mldsa65_keygen(pk, sk, seed, sizeof seed, w);
 *     noncrypto_mldsa65_sign(sig, sk, sk_len, message, len, context, context_len, random, sw);
 *     noncrypto_mldsa65_verify(pk, pk_len, message, len, context, context_len, sig, sig_len, w);
 */
#ifndef NONCRYPTO_MLDSA65_H
#define NONCRYPTO_MLDSA65_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All in bytes. */
#define NONCRYPTO_MLDSA65_SEED_LEN       32 /* xi */
#define NONCRYPTO_MLDSA65_RANDOM_LEN     32 /* rnd */
#define NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN 1952
#define NONCRYPTO_MLDSA65_SECRET_KEY_LEN 4032
#define NONCRYPTO_MLDSA65_SIGNATURE_LEN  3309
#define NONCRYPTO_MLDSA65_CONTEXT_MAX    255
#define NONCRYPTO_MLDSA65_TR_LEN         64 /* the hash of a public key */
#define NONCRYPTO_MLDSA65_MU_LEN         64 /* the message representative */

/*
 * Candidates that signing tries at most, the smallest number that FIPS 204 appendix C allows: with a valid key, more are
 * needed once in 2^256 signatures. One signature takes about five.
 */
#define NONCRYPTO_MLDSA65_SIGN_TRIES_MAX 814

/* A polynomial of 256 coefficients modulo 8380417. The members of these structures are private. */
struct noncrypto_mldsa_poly {
    int32_t c[256];
};

/* For all but signing. */
struct noncrypto_mldsa65_workspace {
    uint64_t keccak[25][4];
    struct noncrypto_mldsa_poly matrix[8];
    struct noncrypto_mldsa_poly vector[5];
    struct noncrypto_mldsa_poly scalar[3];
    uint8_t bytes[768 + 192];
};

struct noncrypto_mldsa65_sign_workspace {
    uint64_t keccak[25][4];
    struct noncrypto_mldsa_poly matrix[6][5];
    struct noncrypto_mldsa_poly s1[5];
    struct noncrypto_mldsa_poly s2[6];
    struct noncrypto_mldsa_poly t0[6];
    struct noncrypto_mldsa_poly mask[8];
    struct noncrypto_mldsa_poly vector[5];
    struct noncrypto_mldsa_poly low[6];
    struct noncrypto_mldsa_poly scalar[2];
    uint8_t high[768];
    uint8_t hint[192];
};

/* The hash that HashML-DSA has been given the result of (section 5.4.1). */
enum noncrypto_mldsa65_prehash {
    NONCRYPTO_MLDSA65_SHA256 =
        1, /* the last number of the object identifier 2.16.840.1.101.3.4.2 */
    NONCRYPTO_MLDSA65_SHA384 = 2,
    NONCRYPTO_MLDSA65_SHA512 = 3,
    NONCRYPTO_MLDSA65_SHA224 = 4,
    NONCRYPTO_MLDSA65_SHA512_224 = 5,
    NONCRYPTO_MLDSA65_SHA512_256 = 6,
    NONCRYPTO_MLDSA65_SHA3_224 = 7,
    NONCRYPTO_MLDSA65_SHA3_256 = 8,
    NONCRYPTO_MLDSA65_SHA3_384 = 9,
    NONCRYPTO_MLDSA65_SHA3_512 = 10,
    NONCRYPTO_MLDSA65_SHAKE128 = 11, /* 32 bytes of output */
    NONCRYPTO_MLDSA65_SHAKE256 = 12, /* 64 bytes of output */
};

/*
 * ML-DSA.KeyGen_internal (algorithm 6): makes a key pair of `seed`.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `seed_len` is not NONCRYPTO_MLDSA65_SEED_LEN; then both keys are zeroed. The outputs
 * must not overlap each other or `seed`.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_keygen(uint8_t pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN],
                         uint8_t sk[NONCRYPTO_MLDSA65_SECRET_KEY_LEN], const uint8_t *seed,
                         size_t seed_len, struct noncrypto_mldsa65_workspace *workspace);

/*
 * ML-DSA.Sign (algorithm 2): signs `len` bytes of `message` under a context string of at most 255 bytes, which may be empty
 * (then NULL is allowed).
 *
 * random   32 fresh random bytes for a hedged signature, which withstands faults and side channels better; NULL for the
 *          deterministic one
 *
 * Returns 0; NONCRYPTO_E_INVALID if a length is wrong, if the secret key is not the encoding of one, or if
 * NONCRYPTO_MLDSA65_SIGN_TRIES_MAX candidates failed, which says that the key is damaged. On error `sig` is zeroed. `sig`
 * must not overlap an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_sign(uint8_t sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN], const uint8_t *sk,
                       size_t sk_len, const uint8_t *message, size_t len, const uint8_t *context,
                       size_t context_len, const uint8_t random[NONCRYPTO_MLDSA65_RANDOM_LEN],
                       struct noncrypto_mldsa65_sign_workspace *workspace);

/*
 * ML-DSA.Verify (algorithm 3).
 *
 * Returns 0 if `sig` is a signature of the message and the context; NONCRYPTO_E_VERIFY if not, also if its length or its
 * encoding is wrong (every signature has one encoding); NONCRYPTO_E_INVALID if `pk_len` or `context_len` is wrong.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_verify(const uint8_t *pk, size_t pk_len, const uint8_t *message, size_t len,
                         const uint8_t *context, size_t context_len, const uint8_t *sig,
                         size_t sig_len, struct noncrypto_mldsa65_workspace *workspace);

/*
 * The public key check: any NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN bytes are a public key. Returns 0, or NONCRYPTO_E_INVALID if
 * the length is another.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mldsa65_check_public_key(const uint8_t *pk,
                                                                          size_t pk_len);

/*
 * The secret key check: the length, and that the coefficients of the secret vectors are in range. Whether it belongs to a
 * public key is not looked at. Returns 0 or NONCRYPTO_E_INVALID.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mldsa65_check_secret_key(const uint8_t *sk,
                                                                          size_t sk_len);

/* The hash of a public key, tr = SHAKE256(pk), that every message representative begins with. */
NONCRYPTO_API void noncrypto_mldsa65_tr(uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN],
                                        const uint8_t pk[NONCRYPTO_MLDSA65_PUBLIC_KEY_LEN]);

/*
 * The message representative of algorithms 2 and 3: mu = SHAKE256(tr || 0 || context_len || context || message). Whoever has
 * the message in pieces computes just this with noncrypto/sha3.h.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `context_len` is above 255; then `mu` is zeroed.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_mu(uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                     const uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN], const uint8_t *message, size_t len,
                     const uint8_t *context, size_t context_len);

/*
 * The message representative of HashML-DSA (algorithms 4 and 5) for the `digest` that `prehash` gave of the message. To be
 * used with noncrypto_mldsa65_sign_mu() and noncrypto_mldsa65_verify_mu(); a signature of it is none of the message itself.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `context_len` is above 255, the hash is unknown, or `digest_len` is not its length;
 * then `mu` is zeroed.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_mu_prehashed(uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                               const uint8_t tr[NONCRYPTO_MLDSA65_TR_LEN],
                               enum noncrypto_mldsa65_prehash prehash, const uint8_t *digest,
                               size_t digest_len, const uint8_t *context, size_t context_len);

/* As noncrypto_mldsa65_sign() for a message representative: ML-DSA.Sign_internal (algorithm 7) from line 7 on. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_sign_mu(uint8_t sig[NONCRYPTO_MLDSA65_SIGNATURE_LEN], const uint8_t *sk,
                          size_t sk_len, const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN],
                          const uint8_t random[NONCRYPTO_MLDSA65_RANDOM_LEN],
                          struct noncrypto_mldsa65_sign_workspace *workspace);

/* As noncrypto_mldsa65_verify() for a message representative: ML-DSA.Verify_internal (algorithm 8). */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mldsa65_verify_mu(const uint8_t *pk, size_t pk_len,
                            const uint8_t mu[NONCRYPTO_MLDSA65_MU_LEN], const uint8_t *sig,
                            size_t sig_len, struct noncrypto_mldsa65_workspace *workspace);

#ifdef __cplusplus
}
#endif

#endif
