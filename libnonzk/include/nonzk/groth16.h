/*
 * Verification of Groth16 proofs over BLS12-381 (Groth, "On the size of pairing-based non-interactive
 * arguments", 2016).
 *
 * A proof has 192 bytes, A || B || C in compressed encoding. A public input has 32 bytes,
 * big-endian, and must be below r. Note that proof bytes are malleable: from one proof anybody makes
 * others of the same statement. Never key anything, such as replay or revocation, on them.
 *
 * A verifying key is a file: header, then the key as bellman writes it.
 *
 *     8  magic "NONOSVK1"
 *    32  circuit id
 *    32  SHA-256 of magic, circuit id and all that follows the header
 *    96  alpha in G1, uncompressed, as all points
 *    96  beta in G1, or infinity if it is not known: the check of proofs does not use it
 *   192  beta in G2
 *   192  gamma in G2
 *    96  delta in G1, or infinity if it is not known
 *   192  delta in G2
 *     4  number of the points that follow, big-endian: one more than there are inputs
 *    96  each IC[i] in G1
 *
 * All is public here: time depends on values. Inputs and outputs must not overlap. No function here
 * needs more than 16 KiB of stack.
 */
#ifndef NONZK_GROTH16_H
#define NONZK_GROTH16_H

#include <nonzk/result.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_GROTH16_PROOF_LEN      192  /* bytes */
#define NONZK_GROTH16_INPUT_LEN      32   /* bytes */
#define NONZK_GROTH16_CIRCUIT_ID_LEN 32   /* bytes */
#define NONZK_GROTH16_HEADER_LEN     72   /* bytes of a key file before bellman's layout */
#define NONZK_GROTH16_MAX_INPUTS     1024 /* of a circuit */
#define NONZK_GROTH16_RANDOM_LEN     16   /* bytes of randomness for each proof of a batch */

/* Bytes of a key file for a circuit of `ninputs` public inputs. */
#define NONZK_GROTH16_KEY_LEN(ninputs) \
    (NONZK_GROTH16_HEADER_LEN + 864u + 4u + 96u * ((size_t)(ninputs) + 1u))

/*
 * A checked and prepared key: what the pairings need of it is worked out. It lives in the caller's
 * memory.
 */
struct nonzk_groth16_verifier;

/* One proof of a batch. */
struct nonzk_groth16_claim {
    const uint8_t *proof;  /* NONZK_GROTH16_PROOF_LEN bytes */
    const uint8_t *inputs; /* NONZK_GROTH16_INPUT_LEN bytes for each input of the circuit */
};

/* Writes the header of a key file whose rest, `body`, is in bellman's layout. */
NONZK_API void nonzk_groth16_key_header(uint8_t header[NONZK_GROTH16_HEADER_LEN],
                                        const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN],
                                        const uint8_t *body, size_t body_len);

/*
 * Reads from a key file how many public inputs the circuit has. Returns 0, or NONZK_E_ENCODING if
 * magic, length and number do not fit together. Nothing else is checked.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_groth16_key_ninputs(size_t *ninputs, const uint8_t *key,
                                                         size_t key_len);

/* Bytes of memory of a verifier; 0 if there are more inputs than NONZK_GROTH16_MAX_INPUTS. */
NONZK_API size_t nonzk_groth16_verifier_size(size_t ninputs);

/*
 * Checks a key file and prepares it.
 *
 * out      the verifier, which begins at `memory`
 * memory   nonzk_groth16_verifier_size() bytes, aligned for uint64_t; it holds no pointers, so that
 *          it may be moved as a whole
 *
 * Returns 0; NONZK_E_ENCODING, NONZK_E_NOT_ON_CURVE or NONZK_E_NOT_IN_SUBGROUP if the file is
 * malformed; NONZK_E_INFINITY if a point other than the two optional ones is infinity (an input
 * with IC[i] = infinity would bind nothing); NONZK_E_KEY if the hash is wrong, if beta or delta
 * differ between the groups, or if delta is gamma or the generator or the negative of one of them,
 * as an unfinished ceremony leaves it: then anybody can make proofs; NONZK_E_NO_SPACE if `memory`
 * is too small or not aligned. On error `*out` is NULL. Takes some milliseconds.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_groth16_verifier_init(struct nonzk_groth16_verifier **out,
                                                           void *memory, size_t memory_len,
                                                           const uint8_t *key, size_t key_len);

/* The circuit id of the key, NONZK_GROTH16_CIRCUIT_ID_LEN bytes, as long as the verifier lives. */
NONZK_API const uint8_t *nonzk_groth16_circuit_id(const struct nonzk_groth16_verifier *verifier);

/* The number of public inputs. */
NONZK_API size_t nonzk_groth16_ninputs(const struct nonzk_groth16_verifier *verifier);

/*
 * Verifies one proof.
 *
 * inputs   `ninputs` public inputs of NONZK_GROTH16_INPUT_LEN bytes, one after the other
 *
 * Returns 0 if the proof holds. NONZK_E_INVALID if `ninputs` or `proof_len` is not what it must be;
 * NONZK_E_ENCODING if an input is not below r or a point is not canonical; NONZK_E_NOT_ON_CURVE,
 * NONZK_E_NOT_IN_SUBGROUP; NONZK_E_INFINITY if A, B or C is infinity; NONZK_E_PROOF if the proof
 * does not hold.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_groth16_verify(const struct nonzk_groth16_verifier *verifier,
                                                    const uint8_t *proof, size_t proof_len,
                                                    const uint8_t *inputs, size_t ninputs);

/* Bytes of workspace for a batch of any number of proofs. */
NONZK_API size_t nonzk_groth16_batch_size(const struct nonzk_groth16_verifier *verifier);

/*
 * Verifies many proofs of one circuit in less time than one by one. A random combination of all is
 * checked; if it does not hold, each proof is verified alone to find which one is bad. No claim is
 * taken on the word of the combination with a probability above 2^-128, provided that whoever made
 * the proofs could not foresee `random`.
 *
 * random      NONZK_GROTH16_RANDOM_LEN bytes for each claim, uniform and secret until now
 * workspace   nonzk_groth16_batch_size() bytes, aligned for uint64_t
 * bad         on failure, the index of a claim that is refused; `nclaims` if none is to blame
 *
 * Returns 0 if all proofs hold (as none do if `nclaims` is 0); NONZK_E_NO_SPACE if the workspace is
 * too small or not aligned; NONZK_E_INVALID if the random bytes of the claim `*bad` are all zero; or
 * what nonzk_groth16_verify() returns for the claim `*bad`.
 * NONZK_E_PROOF with `*bad` = `nclaims` says that the machine has miscalculated: nothing is
 * accepted then.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_groth16_verify_batch(
    const struct nonzk_groth16_verifier *verifier, const struct nonzk_groth16_claim *claims,
    size_t nclaims, const uint8_t *random, void *workspace, size_t workspace_len, size_t *bad);

#ifdef __cplusplus
}
#endif

#endif
