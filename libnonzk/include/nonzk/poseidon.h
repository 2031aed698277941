/*
 * Poseidon over the scalar field of BLS12-381, a hash that is cheap inside proofs, and Merkle trees
 * of it.
 *
 * The permutations are those of the reference implementation (Grassi et al., "Poseidon: A New Hash
 * Function for Zero-Knowledge Proof Systems"), 128 bits of security: x^5, width 3 with 8 full and
 * 57 partial rounds, width 5 with 8 and 60. Constants come from src/poseidon/make_constants.py.
 * They are not circomlib's, which are for another curve.
 *
 * Lengths, domains and depths are public; all else takes the same time for all values. Outputs may
 * be the same objects as inputs unless a function says otherwise.
 */
#ifndef NONZK_POSEIDON_H
#define NONZK_POSEIDON_H

#include <nonzk/fr.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_POSEIDON_MAX_WIDTH 5
#define NONZK_MERKLE_MAX_DEPTH   31

/*
 * What a hash is for. Hashes of different domains have nothing to do with each other. The numbers
 * are ASCII, and part of what a proof says: they never change.
 */
#define NONZK_DOMAIN_NODE UINT64_C(0x6e6f6e6f736e6f64) /* "nonosnod": two children of a tree */
#define NONZK_DOMAIN_KEY  UINT64_C(0x6e6f6e6f736b6579) /* "nonoskey": a secret key */
#define NONZK_DOMAIN_LEAF UINT64_C(0x6e6f6e6f736c6561) /* "nonoslea": an authority */
#define NONZK_DOMAIN_PSEUDONYM \
    UINT64_C(0x6e6f6e6f7370736e) /* "nonospsn": an authority in an epoch */

/*
 * Permutes `width` elements in place. Returns 0, or NONZK_E_INVALID if `width` is neither 3 nor 5.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_poseidon_permute(struct nonzk_fr *state, unsigned width);

/*
 * out = the hash of the `count` elements of `in`, of which there may be none.
 *
 * A sponge of capacity 1: state[0] starts as count * 2^64 + domain, the inputs are added to the
 * rest in blocks, zeros fill the last block (no two inputs collide by that, as the count is in the
 * capacity), and the hash is state[1]. Up to two inputs take one permutation of width 3, more take
 * one of width 5 for each four.
 */
NONZK_API void nonzk_poseidon_hash(struct nonzk_fr *out, uint64_t domain, const struct nonzk_fr *in,
                                   size_t count);

/* out = the parent of two nodes: the hash of both in NONZK_DOMAIN_NODE. */
NONZK_API void nonzk_merkle_node(struct nonzk_fr *out, const struct nonzk_fr *left,
                                 const struct nonzk_fr *right);

/*
 * out = the root of the tree of 2^depth leaves that has `leaf` at `index`, given the `depth`
 * siblings on the way up, the leaf's own first. Returns 0, or NONZK_E_INVALID if depth is above
 * NONZK_MERKLE_MAX_DEPTH or there is no such index; then `out` is unchanged. The time does not
 * depend on the index.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_merkle_root(struct nonzk_fr *out, const struct nonzk_fr *leaf,
                                                 uint32_t index, const struct nonzk_fr *siblings,
                                                 unsigned depth);

/*
 * Fills in the inner nodes of a tree. `nodes` holds 2^(depth + 1) elements, of which the last
 * 2^depth are the leaves; after it nodes[1] is the root, and nodes[0] is zero. Returns 0, or
 * NONZK_E_INVALID if depth is above NONZK_MERKLE_MAX_DEPTH.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_merkle_build(struct nonzk_fr *nodes, unsigned depth);

/*
 * Takes the `depth` siblings of leaf `index` from a tree that nonzk_merkle_build() made; `siblings`
 * is not part of `nodes`. Returns 0, or NONZK_E_INVALID as nonzk_merkle_root() does. What memory is
 * read depends on the index.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_merkle_path(struct nonzk_fr *siblings,
                                                 const struct nonzk_fr *nodes, unsigned depth,
                                                 uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
