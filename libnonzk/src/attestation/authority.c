/* The set of authorities and its tree. */
#include <nonzk/authority.h>
#include <nonzk/poseidon.h>
#include <string.h>

static int is_free(const struct nonzk_authority *place)
{
    return nonzk_fr_is_zero(&place->key);
}

void nonzk_authority_set_init(struct nonzk_authority_set *set, uint32_t epoch)
{
    memset(set, 0, sizeof *set);
    set->epoch = epoch;
}

int nonzk_authority_find(const struct nonzk_authority_set *set, uint32_t *index,
                         const struct nonzk_fr *key)
{
    if (nonzk_fr_is_zero(key))
        return NONZK_E_NOT_FOUND;
    for (uint32_t i = 0; i < NONZK_AUTHORITY_MAX; i++) {
        if (nonzk_fr_equal(&set->places[i].key, key)) {
            *index = i;
            return 0;
        }
    }
    return NONZK_E_NOT_FOUND;
}

int nonzk_authority_add(struct nonzk_authority_set *set, uint32_t *index,
                        const struct nonzk_fr *key, uint64_t allowed, uint32_t expiry)
{
    uint32_t i = 0;

    if (nonzk_fr_is_zero(key))
        return NONZK_E_INVALID;
    if (nonzk_authority_find(set, &i, key) == 0)
        return NONZK_E_EXISTS;
    while (i < NONZK_AUTHORITY_MAX && !is_free(&set->places[i]))
        i++;
    if (i == NONZK_AUTHORITY_MAX)
        return NONZK_E_NO_SPACE;
    set->places[i].key = *key;
    set->places[i].allowed = allowed;
    set->places[i].expiry = expiry;
    set->count++;
    *index = i;
    return 0;
}

int nonzk_authority_revoke(struct nonzk_authority_set *set, uint32_t index)
{
    if (index >= NONZK_AUTHORITY_MAX || is_free(&set->places[index]))
        return NONZK_E_NOT_FOUND;
    if (set->epoch == UINT32_MAX)
        return NONZK_E_INVALID;
    memset(&set->places[index], 0, sizeof set->places[index]);
    set->count--;
    set->epoch++;
    return 0;
}

void nonzk_authority_tree(struct nonzk_fr *nodes, const struct nonzk_authority_set *set)
{
    struct nonzk_fr *leaves = nodes + NONZK_AUTHORITY_MAX;

    for (uint32_t i = 0; i < NONZK_AUTHORITY_MAX; i++) {
        const struct nonzk_authority *place = &set->places[i];
        if (is_free(place))
            nonzk_fr_set_zero(&leaves[i]);
        else
            nonzk_attestation_leaf(&leaves[i], &place->key, place->allowed, place->expiry);
    }
    int result = nonzk_merkle_build(nodes, NONZK_ATTESTATION_DEPTH);
    (void)result; /* the depth is in range */
}

int nonzk_authority_witness(struct nonzk_attestation_witness *witness,
                            const struct nonzk_authority_set *set, const struct nonzk_fr *nodes,
                            const struct nonzk_fr *secret)
{
    struct nonzk_fr key;
    uint32_t index;

    nonzk_attestation_key(&key, secret);
    if (nonzk_authority_find(set, &index, &key) != 0)
        return NONZK_E_NOT_FOUND;
    witness->secret = *secret;
    witness->allowed = set->places[index].allowed;
    witness->expiry = set->places[index].expiry;
    witness->index = index;
    return nonzk_merkle_path(witness->siblings, nodes, NONZK_ATTESTATION_DEPTH, index);
}
