/*
 * The set of authorities that may allow modules, and the Merkle tree whose root R the verifiers
 * know. The set is public; only who holds the secret of a key in it can prove anything.
 *
 * A place of the tree that nobody has is zero, which is no leaf that anybody can open. Revoking
 * empties a place and begins the next epoch: proofs are for one epoch, so those of the authority
 * that went end with it; until the verifiers know the new epoch, they deny its pseudonym.
 *
 * docs/formats/authorities.md describes the file. Nothing is allocated; the set (49 KB) and the
 * nodes of the tree (64 KB) live in the caller's memory. All but the secret is public.
 */
#ifndef NONZK_AUTHORITY_H
#define NONZK_AUTHORITY_H

#include <nonzk/attestation.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_AUTHORITY_MAX       (1u << NONZK_ATTESTATION_DEPTH)
#define NONZK_AUTHORITY_NODES     (2u * NONZK_AUTHORITY_MAX) /* of the tree */
#define NONZK_AUTHORITY_ENTRY_LEN 48                         /* bytes of an authority in a file */

/* Bytes of a file of `count` authorities. */
#define NONZK_AUTHORITY_FILE_LEN(count) (48u + NONZK_AUTHORITY_ENTRY_LEN * (size_t)(count))

struct nonzk_authority {
    struct nonzk_fr key; /* zero: nobody has this place */
    uint64_t allowed;    /* mask of capabilities */
    uint32_t expiry;     /* the last epoch */
};

/* All fields may be read; the functions below keep them consistent. */
struct nonzk_authority_set {
    uint32_t epoch;
    uint32_t count; /* of places that somebody has */
    struct nonzk_authority places[NONZK_AUTHORITY_MAX];
};

/* Starts an empty set. */
NONZK_API void nonzk_authority_set_init(struct nonzk_authority_set *set, uint32_t epoch);

/*
 * Gives the first free place to a key, and its number to `*index`. Returns 0; NONZK_E_INVALID if
 * the key is zero; NONZK_E_EXISTS if it is in the set; NONZK_E_NO_SPACE if the set is full. On
 * failure nothing is changed.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_add(struct nonzk_authority_set *set, uint32_t *index,
                                                   const struct nonzk_fr *key, uint64_t allowed,
                                                   uint32_t expiry);

/* The place of a key: 0 and `*index`, or NONZK_E_NOT_FOUND. */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_find(const struct nonzk_authority_set *set,
                                                    uint32_t *index, const struct nonzk_fr *key);

/*
 * Empties a place and begins the next epoch. Returns 0; NONZK_E_NOT_FOUND if nobody has it;
 * NONZK_E_INVALID if there is no next epoch. On failure nothing is changed.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_revoke(struct nonzk_authority_set *set,
                                                      uint32_t index);

/*
 * Fills in the tree of the set: nodes[1] is R. `nodes` holds NONZK_AUTHORITY_NODES elements, for
 * nonzk_merkle_path(). Takes two hashes an authority and one for each of the other inner nodes.
 */
NONZK_API void nonzk_authority_tree(struct nonzk_fr *nodes, const struct nonzk_authority_set *set);

/*
 * Fills in what a prover must know: the place of the key that belongs to `secret`, with its mask,
 * expiry and siblings, from the set and its tree. Returns 0, or NONZK_E_NOT_FOUND; then `witness`
 * is unchanged. Wipe it after use. What memory is read depends on the place.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_witness(struct nonzk_attestation_witness *witness,
                                                       const struct nonzk_authority_set *set,
                                                       const struct nonzk_fr *nodes,
                                                       const struct nonzk_fr *secret);

/*
 * Writes the file of a set. Returns 0 with its length in `*len`, or NONZK_E_NO_SPACE if `size` is
 * below NONZK_AUTHORITY_FILE_LEN(set->count); then nothing is changed. No overlap.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_encode(uint8_t *out, size_t size, size_t *len,
                                                      const struct nonzk_authority_set *set);

/*
 * Reads the file of a set. Returns 0, or NONZK_E_ENCODING if anything in it is not as it must be;
 * then `set` is empty. The checksum finds damage; who can write the file can change it.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_authority_decode(struct nonzk_authority_set *set,
                                                      const uint8_t *bytes, size_t len);

#ifdef __cplusplus
}
#endif

#endif
