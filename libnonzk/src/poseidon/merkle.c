/*
 * Merkle trees of Poseidon. A tree is kept as a heap: node 1 is the root, nodes 2i and 2i + 1 are
 * the children of i.
 */
#include <nonzk/poseidon.h>

#include "ct.h"
#include "field/limb.h"

/* Whether there is such a leaf, which is no secret; which one it is, is. */
static int is_leaf(uint32_t index, unsigned depth)
{
    return depth <= NONZK_MERKLE_MAX_DEPTH && ct_public((uint64_t)index >> depth == 0);
}

void nonzk_merkle_node(struct nonzk_fr *out, const struct nonzk_fr *left,
                       const struct nonzk_fr *right)
{
    const struct nonzk_fr children[2] = {*left, *right};

    nonzk_poseidon_hash(out, NONZK_DOMAIN_NODE, children, 2);
}

int nonzk_merkle_root(struct nonzk_fr *out, const struct nonzk_fr *leaf, uint32_t index,
                      const struct nonzk_fr *siblings, unsigned depth)
{
    struct nonzk_fr node = *leaf, left, right;

    if (!is_leaf(index, depth))
        return NONZK_E_INVALID;
    for (unsigned level = 0; level < depth; level++) {
        int is_right = (int)(index >> level & 1);
        nonzk_fr_select(&left, &siblings[level], &node, is_right);
        nonzk_fr_select(&right, &node, &siblings[level], is_right);
        nonzk_merkle_node(&node, &left, &right);
    }
    *out = node;
    return 0;
}

int nonzk_merkle_build(struct nonzk_fr *nodes, unsigned depth)
{
    if (depth > NONZK_MERKLE_MAX_DEPTH)
        return NONZK_E_INVALID;
    nonzk_fr_set_zero(&nodes[0]);
    for (size_t i = ((size_t)1 << depth) - 1; i > 0; i--)
        nonzk_merkle_node(&nodes[i], &nodes[2 * i], &nodes[2 * i + 1]);
    return 0;
}

int nonzk_merkle_path(struct nonzk_fr *siblings, const struct nonzk_fr *nodes, unsigned depth,
                      uint32_t index)
{
    if (!is_leaf(index, depth))
        return NONZK_E_INVALID;
    /* All nodes of a level are read, or memory would tell which leaf it is. */
    for (unsigned level = 0; level < depth; level++) {
        size_t first = (size_t)1 << (depth - level);
        uint64_t sibling = first + ((index >> level) ^ 1);
        siblings[level] = nodes[first];
        for (size_t i = first + 1; i < 2 * first; i++)
            nonzk_fr_select(&siblings[level], &nodes[i], &siblings[level],
                            (int)limb_is_zero(i ^ sibling));
    }
    return 0;
}
