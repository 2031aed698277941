/*
 * ML-KEM-768, a key-encapsulation mechanism on module lattices (FIPS 203), category 3: keys, encapsulation and
 * decapsulation with implicit rejection.
 *
 * Randomness is an argument: bytes of a generator such as noncrypto/csprng.h, fresh for each call, erased by the caller.
 * A key pair may be stored as its 64 bytes of seed, and made anew from them.
 *
 * Working memory is an argument, too: a workspace of about 10 KiB, which may lie anywhere, holds nothing between calls and
 * is erased by each function that puts secrets into it. It must not overlap any other argument. No function here needs
 * more than 4 KiB of stack, in portable C 2 KiB. The running time does not depend on secrets; it depends on the seed of the
 * public matrix, which is part of the encapsulation key.
 *
 *     struct noncrypto_mlkem768_workspace *w = ...;
 *     noncrypto_mlkem768_keygen(ek, dk, seed, sizeof seed, w);
 *     noncrypto_mlkem768_encaps(ct, key, ek, ek_len, random, w);           the peer, with `ek` as it came
 *     noncrypto_mlkem768_decaps(key, dk, dk_len, ct, ct_len, w);
 */
#ifndef NONCRYPTO_MLKEM768_H
#define NONCRYPTO_MLKEM768_H

#include <noncrypto/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All in bytes. */
#define NONCRYPTO_MLKEM768_SEED_LEN       64   /* d, then z */
#define NONCRYPTO_MLKEM768_RANDOM_LEN     32   /* m */
#define NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN 1184 /* public */
#define NONCRYPTO_MLKEM768_DECAPS_KEY_LEN 2400 /* secret; contains the encapsulation key */
#define NONCRYPTO_MLKEM768_CIPHERTEXT_LEN 1088
#define NONCRYPTO_MLKEM768_SHARED_LEN     32 /* the shared secret */

/* A polynomial of 256 coefficients modulo 3329. The members of these structures are private. */
struct noncrypto_mlkem_poly {
    int16_t c[256];
};

struct noncrypto_mlkem768_workspace {
    uint64_t keccak[25][4];
    struct noncrypto_mlkem_poly matrix[3][3];
    struct noncrypto_mlkem_poly secret[3];
    struct noncrypto_mlkem_poly error[3];
    struct noncrypto_mlkem_poly scalar[2];
    uint8_t bytes[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN];
};

/*
 * ML-KEM.KeyGen_internal (algorithm 16): makes a key pair of `seed`, d || z.
 *
 * ek    the encapsulation key, to be published
 * dk    the decapsulation key, secret
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `seed_len` is not NONCRYPTO_MLKEM768_SEED_LEN; then both keys are zeroed. The
 * outputs must not overlap each other or `seed`.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mlkem768_keygen(uint8_t ek[NONCRYPTO_MLKEM768_ENCAPS_KEY_LEN],
                          uint8_t dk[NONCRYPTO_MLKEM768_DECAPS_KEY_LEN], const uint8_t *seed,
                          size_t seed_len, struct noncrypto_mlkem768_workspace *workspace);

/*
 * The encapsulation key check (section 7.2): the length, and that every coefficient is below the modulus.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the key fails it.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mlkem768_check_encaps_key(const uint8_t *ek,
                                                                           size_t ek_len);

/*
 * The decapsulation key check (section 7.3): the length, and that the hash in the key is that of the encapsulation key in
 * it. That finds damage, not malice.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the key fails it.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int noncrypto_mlkem768_check_decaps_key(const uint8_t *dk,
                                                                           size_t dk_len);

/*
 * ML-KEM.Encaps (algorithm 20) with its key check: makes a shared secret and a ciphertext that tells it to the owner of
 * `ek`.
 *
 * random   32 fresh random bytes, which must stay secret and never serve twice
 *
 * Returns 0, or NONCRYPTO_E_INVALID if noncrypto_mlkem768_check_encaps_key() does not accept the key; then both outputs are
 * zeroed. The outputs must not overlap each other or an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mlkem768_encaps(uint8_t ct[NONCRYPTO_MLKEM768_CIPHERTEXT_LEN],
                          uint8_t shared[NONCRYPTO_MLKEM768_SHARED_LEN], const uint8_t *ek,
                          size_t ek_len, const uint8_t random[NONCRYPTO_MLKEM768_RANDOM_LEN],
                          struct noncrypto_mlkem768_workspace *workspace);

/*
 * ML-KEM.Decaps (algorithm 21) with its checks (section 7.3): the shared secret of a ciphertext.
 *
 * A ciphertext that was not made by encapsulation for this key is not an error that can be seen here: the result is then a
 * secret that nobody else knows (implicit rejection), and what is done with it will fail.
 *
 * Returns 0, or NONCRYPTO_E_INVALID if `ct_len` is wrong or noncrypto_mlkem768_check_decaps_key() does not accept the key;
 * then `shared` is zeroed. `shared` must not overlap an input.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_mlkem768_decaps(uint8_t shared[NONCRYPTO_MLKEM768_SHARED_LEN], const uint8_t *dk,
                          size_t dk_len, const uint8_t *ct, size_t ct_len,
                          struct noncrypto_mlkem768_workspace *workspace);

#ifdef __cplusplus
}
#endif

#endif
