/*
 * The statement of a NONOS attestation, as a circuit: "a holder of a secret key in the authority
 * set with root R allows exactly this code, with exactly these capabilities, in this epoch",
 * without telling which authority it was.
 *
 * Public inputs, in this order:
 *
 *     R   the root of the authority tree, a Merkle tree of depth 10
 *     M   the module: a SHA-256 digest cut to 253 bits
 *     P   the policy: capabilities * 2^96 + version * 2^32 + epoch
 *     T   the pseudonym of the authority in this epoch
 *
 * The prover knows a secret, an allowed mask, an expiry epoch and a place in the tree such that the
 * leaf of those is under R at that place; every capability of P is in the allowed mask; the epoch
 * of P is at most the expiry epoch; and T is the hash of the secret and the epoch of P. M takes
 * part in a constraint, so that a proof is bound to it.
 *
 * A leaf is Poseidon in NONZK_DOMAIN_LEAF of (key, allowed, expiry), a key is Poseidon in
 * NONZK_DOMAIN_KEY of the secret, T is Poseidon in NONZK_DOMAIN_PSEUDONYM of (secret, epoch). These
 * take the same time for all values.
 */
#ifndef NONZK_ATTESTATION_H
#define NONZK_ATTESTATION_H

#include <nonzk/r1cs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_ATTESTATION_DEPTH       10 /* of the authority tree, which has room for 1,024 */
#define NONZK_ATTESTATION_DIGEST_LEN  32
#define NONZK_ATTESTATION_CONSTRAINTS 3561
#define NONZK_ATTESTATION_CIRCUIT_LEN 32 /* NONZK_GROTH16_CIRCUIT_ID_LEN */

/* The public inputs; what the members are is said above. */
struct nonzk_attestation_statement {
    struct nonzk_fr root;
    struct nonzk_fr module;
    struct nonzk_fr policy;
    struct nonzk_fr pseudonym;
};

/* What the prover knows. Wipe it after use. */
struct nonzk_attestation_witness {
    struct nonzk_fr secret;
    uint64_t allowed;                                  /* mask of capabilities */
    uint32_t expiry;                                   /* the last epoch */
    uint32_t index;                                    /* of the leaf in the tree */
    struct nonzk_fr siblings[NONZK_ATTESTATION_DEPTH]; /* the leaf's own first */
};

/*
 * The circuit id of verifying keys for this circuit: "NONOS attestation v1", filled up with zeros;
 * or "NONOS attestation v1 DEVELOPMENT" for keys of a setup that everybody can repeat, which a
 * release refuses and everything else says. It is a label and keeps honest people from mistakes;
 * what a key is worth comes from its ceremony.
 */
NONZK_API void nonzk_attestation_circuit_id(uint8_t out[NONZK_ATTESTATION_CIRCUIT_LEN],
                                            int development);

/* out = the key of an authority, which it gives away to be put into the tree. */
NONZK_API void nonzk_attestation_key(struct nonzk_fr *out, const struct nonzk_fr *secret);

/* out = the leaf of an authority with that key. */
NONZK_API void nonzk_attestation_leaf(struct nonzk_fr *out, const struct nonzk_fr *key,
                                      uint64_t allowed, uint32_t expiry);

/* out = M of the SHA-256 digest of a module: its three highest bits are dropped. */
NONZK_API void nonzk_attestation_module(struct nonzk_fr *out,
                                        const uint8_t digest[NONZK_ATTESTATION_DIGEST_LEN]);

/* out = P */
NONZK_API void nonzk_attestation_policy(struct nonzk_fr *out, uint64_t capabilities,
                                        uint64_t version, uint32_t epoch);

/* out = T */
NONZK_API void nonzk_attestation_pseudonym(struct nonzk_fr *out, const struct nonzk_fr *secret,
                                           uint32_t epoch);

/*
 * `*limits` = what the circuit needs of a system that it is alone in: some 3.8 MB for recording,
 * 110 KB for assigning.
 */
NONZK_API void nonzk_attestation_limits(struct nonzk_r1cs_limits *limits);

/*
 * Describes the circuit in an empty system with room for nonzk_attestation_limits(). When only
 * recording, `statement` and `witness` may be NULL. nonzk_r1cs_status() tells the result:
 * NONZK_E_UNSATISFIED if the statement is not true of the witness, NONZK_E_INVALID if the index is
 * not in the tree.
 */
NONZK_API void nonzk_attestation_circuit(struct nonzk_r1cs *cs,
                                         const struct nonzk_attestation_statement *statement,
                                         const struct nonzk_attestation_witness *witness);

#ifdef __cplusplus
}
#endif

#endif
