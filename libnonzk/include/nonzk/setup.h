/*
 * The setup of Groth16: from a constraint system and five secret numbers, a proving key.
 *
 * Who knows the secrets can prove everything. A key for use therefore comes from a ceremony of many
 * parties, of which one must be honest; the setup by one party is for development and for tests.
 *
 * The constraints, and after them one that binds wire 0 and each public input, are interpolated on
 * the smallest domain of 2^k points, k >= 1, that holds them all, as snarkjs does it: with gamma = 1
 * the key is what its ceremony makes of the same secrets.
 *
 * The secrets are kept from caches and clocks: no function's time or memory access depends on them,
 * save for that which refuses them. No function here needs more than 16 KiB of stack.
 */
#ifndef NONZK_SETUP_H
#define NONZK_SETUP_H

#include <nonzk/proving_key.h>
#include <nonzk/r1cs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The trapdoor. Wipe it after use. */
struct nonzk_setup_secrets {
    struct nonzk_fr tau;
    struct nonzk_fr alpha;
    struct nonzk_fr beta;
    struct nonzk_fr gamma;
    struct nonzk_fr delta;
};

/*
 * Derives secrets from a seed: tau, alpha, beta, gamma and delta are the five elements of
 * hash_to_field (RFC 9380 section 5.2) for the scalar field with expand_message_xmd, SHA-256, L = 48
 * and the tag "NONOS-DEVELOPMENT-SETUP-V1_XMD:SHA-256". A public seed makes a setup that everybody
 * can repeat and nobody may trust.
 */
NONZK_API void nonzk_setup_development(struct nonzk_setup_secrets *secrets, const void *seed,
                                       size_t seed_len);

/*
 * Sets `*shape` to that of the key of a recorded system. Returns 0; NONZK_E_INVALID if the system
 * was not recorded or has failed; NONZK_E_UNSUPPORTED if it is too large. On failure `*shape` is
 * unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_setup_shape(struct nonzk_proving_key_shape *shape,
                                                 const struct nonzk_r1cs *cs);

/*
 * Bytes of workspace, or 0 if no object can be so large: 0.24 MB, 160 bytes for each point of the
 * domain and 96 for each wire.
 */
NONZK_API size_t nonzk_setup_workspace(const struct nonzk_proving_key_shape *shape);

/*
 * Makes a proving key, with the hash of the circuit that a ceremony would begin with and without
 * contributions.
 *
 * memory      nonzk_proving_key_size() bytes, aligned for uint64_t, for the key
 * workspace   nonzk_setup_workspace() bytes, aligned for uint64_t; wiped at the end
 *
 * Returns 0; what nonzk_setup_shape() returns; NONZK_E_INVALID if a secret is 0, if tau is in the
 * domain of twice the size, or if delta is gamma, 1, or the negative of one of them, which no
 * verifier accepts; NONZK_E_INFINITY if a public input would bind nothing; NONZK_E_NO_SPACE if
 * memory or workspace is too small or not aligned. On failure `*key` is all zeros.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_setup(struct nonzk_proving_key *key, void *memory,
                                           size_t memory_len, const struct nonzk_r1cs *cs,
                                           const struct nonzk_setup_secrets *secrets,
                                           void *workspace, size_t workspace_len);

#ifdef __cplusplus
}
#endif

#endif
