/*
 * Poseidon and Merkle paths as constraints. Only the fifth powers cost constraints, three each; all
 * between them is linear and stays in linear combinations, which get one term longer with each
 * partial round.
 */
#include <nonzk/gadget.h>

#include "poseidon/poseidon_private.h"

/*
 * Terms of an element of the state: the constant, what came out of the last full round, and a term
 * for each partial round. At first it is the sum of an input and the constant.
 */
#define STATE_TERMS (NONZK_GADGET_INPUT_TERMS + 1)
_Static_assert(1 + 5 + 60 <= STATE_TERMS, "the state of the widest permutation has room");
_Static_assert(
    2 * NONZK_POSEIDON_MAX_WIDTH * (STATE_TERMS + 1) + 512 <= NONZK_GADGET_SCRATCH,
    "the scratch that is promised suffices for both copies of the state and what is small");

/* Empties a linear combination and keeps its room. */
static void clear(struct nonzk_lc *lc)
{
    nonzk_fr_set_zero(&lc->value);
    lc->count = 0;
}

static void fifth_power(struct nonzk_r1cs *cs, struct nonzk_lc *a)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    struct nonzk_lc square, fourth;

    nonzk_lc_of_wire(cs, &square, nonzk_gadget_product(cs, a, a));
    nonzk_lc_of_wire(cs, &fourth, nonzk_gadget_product(cs, &square, &square));
    uint32_t fifth = nonzk_gadget_product(cs, &fourth, a);
    clear(a);
    nonzk_lc_add_wire(cs, a, fifth, NULL);
    nonzk_r1cs_release(cs, mark);
}

static void round_of(struct nonzk_r1cs *cs, const struct poseidon_parameters *p, unsigned round,
                     struct nonzk_lc *state, struct nonzk_lc *next)
{
    unsigned boxes = nonzk_poseidon_boxes(p, round);

    for (unsigned i = 0; i < p->width; i++)
        nonzk_lc_add_wire(cs, &state[i], NONZK_R1CS_ONE, &p->constants[round * p->width + i]);
    for (unsigned i = 0; i < boxes; i++)
        fifth_power(cs, &state[i]);
    for (unsigned i = 0; i < p->width; i++) {
        clear(&next[i]);
        for (unsigned j = 0; j < p->width; j++)
            nonzk_lc_add(cs, &next[i], &state[j], &p->matrix[i * p->width + j]);
    }
}

static void permute(struct nonzk_r1cs *cs, const struct poseidon_parameters *p,
                    struct nonzk_lc *state, struct nonzk_lc *next)
{
    for (unsigned round = 0; round < POSEIDON_FULL_ROUNDS + p->partial_rounds; round++) {
        round_of(cs, p, round, state, next);
        for (unsigned i = 0; i < p->width; i++) {
            struct nonzk_lc t = state[i];
            state[i] = next[i];
            next[i] = t;
        }
    }
}

void nonzk_gadget_poseidon(struct nonzk_r1cs *cs, struct nonzk_lc *out, uint64_t domain,
                           const struct nonzk_lc *in, size_t count)
{
    const struct poseidon_parameters *p = nonzk_poseidon_for(count);
    struct nonzk_lc state[NONZK_POSEIDON_MAX_WIDTH], next[NONZK_POSEIDON_MAX_WIDTH];
    struct nonzk_fr capacity;
    size_t done = 0;

    nonzk_lc_init(cs, out, NONZK_POSEIDON_MAX_WIDTH + 1);
    uint32_t mark = nonzk_r1cs_mark(cs);
    for (unsigned i = 0; i < p->width; i++) {
        nonzk_lc_init(cs, &state[i], STATE_TERMS);
        nonzk_lc_init(cs, &next[i], STATE_TERMS);
    }
    nonzk_poseidon_capacity(&capacity, domain, count);
    nonzk_lc_add_wire(cs, &state[0], NONZK_R1CS_ONE, &capacity);
    do {
        for (unsigned i = 1; i < p->width && done < count; i++, done++)
            nonzk_lc_add(cs, &state[i], &in[done], NULL);
        permute(cs, p, state, next);
    } while (done < count);
    /* The last rounds are full ones, after which an element is the sum of `width` wires. */
    nonzk_lc_add(cs, out, &state[1], NULL);
    nonzk_r1cs_release(cs, mark);
}

/* One level: out = the parent of `node` and `sibling`, which are swapped where `bit` is 1. */
static void merkle_level(struct nonzk_r1cs *cs, struct nonzk_lc *out, const struct nonzk_lc *node,
                         uint32_t bit, uint32_t sibling)
{
    struct nonzk_fr minus_one;
    struct nonzk_lc choice, difference, children[2];

    /* swap = bit * (sibling - node); left = node + swap; right = sibling - swap */
    nonzk_fr_set_one(&minus_one);
    nonzk_fr_neg(&minus_one, &minus_one);
    nonzk_lc_of_wire(cs, &choice, bit);
    nonzk_lc_init(cs, &difference, node->count + 1);
    nonzk_lc_add_wire(cs, &difference, sibling, NULL);
    nonzk_lc_add(cs, &difference, node, &minus_one);
    uint32_t swap = nonzk_gadget_product(cs, &choice, &difference);
    nonzk_lc_init(cs, &children[0], node->count + 1);
    nonzk_lc_add(cs, &children[0], node, NULL);
    nonzk_lc_add_wire(cs, &children[0], swap, NULL);
    nonzk_lc_init(cs, &children[1], 2);
    nonzk_lc_add_wire(cs, &children[1], sibling, NULL);
    nonzk_lc_add_wire(cs, &children[1], swap, &minus_one);
    nonzk_gadget_poseidon(cs, out, NONZK_DOMAIN_NODE, children, 2);
}

void nonzk_gadget_merkle(struct nonzk_r1cs *cs, struct nonzk_lc *out, const struct nonzk_lc *leaf,
                         const uint32_t *index, const uint32_t *siblings, unsigned depth)
{
    struct nonzk_lc node;

    nonzk_lc_init(cs, out, NONZK_GADGET_INPUT_TERMS);
    nonzk_lc_add(cs, out, leaf, NULL);
    for (unsigned level = 0; level < depth; level++) {
        uint32_t mark = nonzk_r1cs_mark(cs);
        merkle_level(cs, &node, out, index[level], siblings[level]);
        clear(out);
        nonzk_lc_add(cs, out, &node, NULL);
        nonzk_r1cs_release(cs, mark);
    }
}
