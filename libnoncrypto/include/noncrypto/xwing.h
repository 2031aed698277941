/*
 * X-Wing, a key-encapsulation mechanism that holds as long as ML-KEM-768 or X25519 does
 * (draft-connolly-cfrg-xwing-kem-10).
 *
 * The secret key is a seed of 32 bytes, from which both key pairs are made anew on use. Randomness is an argument: bytes of
 * a generator such as noncrypto/csprng.h, fresh for each call, erased by the caller. The shared secret is a key: it depends
 * on all that both sides have seen of X25519, and on a hash of the public key through ML-KEM.
 *
 * Working memory is an argument, too: a workspace of about 14 KiB, which may lie anywhere, holds nothing between calls, is
 * erased by each function, and must not overlap any other argument. No function here needs more than 3 KiB of stack. The
 * running time does not depend on secrets; see noncrypto/mlkem768.h.
 *
 *     noncrypto_xwing_public_key(pk, seed, sizeof seed, w);
 *     noncrypto_xwing_encaps(ct, key, pk, pk_len, random, w);              the peer, with `pk` as it came
 *     noncrypto_xwing_decaps(key, seed, sizeof seed, ct, ct_len, w);
 */
#ifndef NONCRYPTO_XWING_H
#define NONCRYPTO_XWING_H

#include <noncrypto/mlkem768.h>
#include <noncrypto/result.h>
#include <noncrypto/x25519.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All in bytes (section 5.1). */
#define NONCRYPTO_XWING_SEED_LEN 32 /* the decapsulation key */
#define NONCRYPTO_XWING_RANDOM_LEN \
    64 /* for encapsulation: ML-KEM's, then the private key of X25519 */
#define NONCRYPTO_XWING_PUBLIC_KEY_LEN \
    (NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN + NONCRYPTO_X25519_KEY_LEN)
#define NONCRYPTO_XWING_CIPHERTEXT_LEN \
    (NONCRYPTO_MLKEM768_CIPHERTEXT_LEN + NONCRYPTO_X25519_KEY_LEN)
#define NONCRYPTO_XWING_SHARED_LEN 32

/* The members are private: they are here only so that the size is known. */
struct noncrypto_xwing_workspace {
    struct noncrypto_mlkem768_workspace mlkem;
    uint8_t encaps_key[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN];
    uint8_t decaps_key[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN];
    uint8_t expanded[NONCRYPTO_MLKEM768_SEED_LEN + NONCRYPTO_X25519_KEY_LEN];
    uint8_t shared_mlkem[NONCRYPTO_MLKEM768_SHARED_LEN];
    uint8_t shared_x25519[NONCRYPTO_X25519_KEY_LEN];
    uint8_t public_x25519[NONCRYPTO_X25519_KEY_LEN];
};

/*
 * GenerateKeyPairDerand (section 5.2): the public key of `seed`.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `seed_len` is not NONCRYPTO_XWING_SEED_LEN; then `pk` is zeroed. `pk` must not
 * overlap `seed`.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_xwing_public_key(uint8_t pk[NONCRYPTO_XWING_PUBLIC_KEY_LEN], const uint8_t *seed,
                           size_t seed_len, struct noncrypto_xwing_workspace *workspace);

/*
 * EncapsulateDerand (section 5.4): makes a shared secret and a ciphertext that tells it to the owner of `pk`.
 *
 * random   64 fresh random bytes, which must stay secret and never serve twice
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the length of the key is wrong or its ML-KEM part fails the check of FIPS 203 section
 * 7.2; then both outputs are zeroed. The outputs must not overlap each other or an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_xwing_encaps(uint8_t ct[NONCRYPTO_XWING_CIPHERTEXT_LEN],
                       uint8_t shared[NONCRYPTO_XWING_SHARED_LEN], const uint8_t *pk, size_t pk_len,
                       const uint8_t random[NONCRYPTO_XWING_RANDOM_LEN],
                       struct noncrypto_xwing_workspace *workspace);

/*
 * Decapsulate (section 5.5): the shared secret of a ciphertext. A ciphertext that was not made for this key is no error that
 * can be seen here: the result is then a secret that nobody else knows, and what is done with it will fail.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if a length is wrong; then `shared` is zeroed. `shared` must not overlap an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_xwing_decaps(uint8_t shared[NONCRYPTO_XWING_SHARED_LEN], const uint8_t *seed,
                       size_t seed_len, const uint8_t *ct, size_t ct_len,
                       struct noncrypto_xwing_workspace *workspace);

#ifdef __cplusplus
}
#endif

#endif
