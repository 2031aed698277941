/*
 * Merkle trees of Poseidon. A tree is kept as a heap: node 1 is the root, nodes 2i and 2i + 1 are
 * the children of i.
 */
#include <nonzk/poseidon.h>

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

    if (depth > NONZK_MERKLE_MAX_DEPTH || (uint64_t)index >> depth != 0)
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
    if (depth > NONZK_MERKLE_MAX_DEPTH || (uint64_t)index >> depth != 0)
        return NONZK_E_INVALID;
    size_t node = ((size_t)1 << depth) + index;
    for (unsigned level = 0; level < depth; level++, node >>= 1)
        siblings[level] = nodes[node ^ 1];
    return 0;
}
