/*
 * The second phase of the ceremony that makes a proving key: each party multiplies delta by a secret
 * and proves that it knew it; a public beacon comes last. Whoever kept one of the secrets from the
 * others and forgot it has made the key safe. Files are those of snarkjs, and either program goes on
 * with what the other has left.
 *
 * A contribution proves its factor x by s and x s in G1, for a point s of its own, and x times the
 * point of G2 that a hash of all contributions before, s and x s chooses; so it can neither be taken
 * from another transcript nor be made without knowing x (Bowe, Gabizon, Miers, "Scalable multi-party
 * computation for zk-SNARK parameters in the random beacon model", 2017).
 *
 * Secrets are kept from caches and clocks; everything else is public. No function here needs more
 * than 16 KiB of stack.
 */
#ifndef NONZK_CEREMONY_H
#define NONZK_CEREMONY_H

#include <nonzk/proving_key.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_CONTRIBUTION_NAME_MAX   64 /* bytes */
#define NONZK_CONTRIBUTION_RANDOM_LEN 64 /* bytes */
#define NONZK_CONTRIBUTION_HASH_LEN   64 /* bytes */
#define NONZK_BEACON_MAX_LEN          255
#define NONZK_BEACON_MIN_LOG          10 /* a beacon is hashed at least 2^10 times */
#define NONZK_BEACON_MAX_LOG          30 /* beyond that a file is a way to keep verifiers busy */
#define NONZK_CEREMONY_RANDOM_LEN     32 /* bytes of randomness for a verification */

/* Who contributes: a party with a secret, or the beacon. */
struct nonzk_contribution {
    const char *name; /* for the record, not terminated */
    size_t name_len;
    const uint8_t *random; /* NONZK_CONTRIBUTION_RANDOM_LEN bytes, uniform and secret; wipe them */
    const uint8_t *beacon; /* if not NULL, `random` is not used: the secret comes from this */
    size_t beacon_len;     /* from 1 on */
    unsigned log_iterations;
};

/*
 * Sets `*shape` to that of `old` with one more contribution. Returns 0; NONZK_E_INVALID if a part of
 * the contribution is out of its bounds or there is neither random nor beacon; NONZK_E_UNSUPPORTED if
 * the contributions have become too long. On failure `*shape` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_phase2_shape(struct nonzk_proving_key_shape *shape,
                                                  const struct nonzk_proving_key *old,
                                                  const struct nonzk_contribution *contribution);

/*
 * Contributes to a key.
 *
 * key      the new key, in `memory`, of nonzk_proving_key_size() bytes for nonzk_phase2_shape()
 * old      is only read; its memory does not overlap the other
 * hash     the hash of the contribution, which its party publishes
 *
 * Returns 0; what nonzk_phase2_shape() returns; NONZK_E_ENCODING and what decoding says of points if
 * the contributions of `old` are malformed; NONZK_E_NOT_INVERTIBLE if the secret is 0, which random
 * bytes do not make; NONZK_E_NO_SPACE if the memory is too small or not aligned. On failure `*key` is
 * all zeros. A beacon takes the time of 2^log_iterations hashes.
 */
NONZK_API NONZK_MUST_CHECK int
nonzk_phase2_contribute(struct nonzk_proving_key *key, void *memory, size_t memory_len,
                        const struct nonzk_proving_key *old,
                        const struct nonzk_contribution *contribution,
                        uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN]);

/* Bytes of workspace for a verification, or 0 if no object can be so large. */
NONZK_API size_t nonzk_phase2_verify_workspace(const struct nonzk_proving_key *key);

/*
 * Verifies that `key` is what its contributions make of `initial`, a key with delta = 1 that whoever
 * verifies has computed. Each proof is checked, and each beacon; C and H by a random combination,
 * which passes wrong ones with a probability of about 2^-128; all else must be equal.
 *
 * random      uniform, and not known to those who contributed
 * workspace   nonzk_phase2_verify_workspace() bytes, aligned for uint64_t
 * fault       where it failed, or NULL
 *
 * Returns 0; NONZK_E_KEY if anything is wrong, or if there is no contribution; NONZK_E_ENCODING and
 * what decoding says of points if the contributions are malformed; NONZK_E_NO_SPACE if the workspace
 * is too small or not aligned. Beacons take the time of their hashes.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_phase2_verify(const struct nonzk_proving_key *initial,
                                                   const struct nonzk_proving_key *key,
                                                   const uint8_t random[NONZK_CEREMONY_RANDOM_LEN],
                                                   void *workspace, size_t workspace_len,
                                                   struct nonzk_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
