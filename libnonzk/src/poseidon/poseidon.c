/*
 * Poseidon as the paper states it, round by round: constants, fifth powers, matrix. The matrix is
 * small and a multiplication is cheap here, so the rewriting into sparse matrices is left out.
 */
#include "poseidon/poseidon_private.h"

#include <noncrypto/memory.h>

const struct poseidon_parameters nonzk_poseidon3 = {
    .width = 3,
    .partial_rounds = 57,
    .constants = nonzk_poseidon3_constants,
    .matrix = nonzk_poseidon3_matrix,
};

const struct poseidon_parameters nonzk_poseidon5 = {
    .width = 5,
    .partial_rounds = 60,
    .constants = nonzk_poseidon5_constants,
    .matrix = nonzk_poseidon5_matrix,
};

const struct poseidon_parameters *nonzk_poseidon_for(size_t count)
{
    return count < nonzk_poseidon3.width ? &nonzk_poseidon3 : &nonzk_poseidon5;
}

unsigned nonzk_poseidon_boxes(const struct poseidon_parameters *p, unsigned round)
{
    unsigned half = POSEIDON_FULL_ROUNDS / 2;

    return round < half || round >= half + p->partial_rounds ? p->width : 1;
}

void nonzk_poseidon_capacity(struct nonzk_fr *out, uint64_t domain, size_t count)
{
    struct nonzk_fr shift, low;

    nonzk_fr_set_u64(&shift, UINT64_C(1) << 32);
    nonzk_fr_square(&shift, &shift);
    nonzk_fr_set_u64(out, count);
    nonzk_fr_mul(out, out, &shift);
    nonzk_fr_set_u64(&low, domain);
    nonzk_fr_add(out, out, &low);
}

static void fifth_power(struct nonzk_fr *a)
{
    struct nonzk_fr t;

    nonzk_fr_square(&t, a);
    nonzk_fr_square(&t, &t);
    nonzk_fr_mul(a, a, &t);
}

static void multiply_by_matrix(const struct poseidon_parameters *p, struct nonzk_fr *state)
{
    struct nonzk_fr in[NONZK_POSEIDON_MAX_WIDTH], t;

    for (unsigned i = 0; i < p->width; i++)
        in[i] = state[i];
    for (unsigned i = 0; i < p->width; i++) {
        nonzk_fr_set_zero(&state[i]);
        for (unsigned j = 0; j < p->width; j++) {
            nonzk_fr_mul(&t, &p->matrix[i * p->width + j], &in[j]);
            nonzk_fr_add(&state[i], &state[i], &t);
        }
    }
}

static void permute(const struct poseidon_parameters *p, struct nonzk_fr *state)
{
    for (unsigned round = 0; round < POSEIDON_FULL_ROUNDS + p->partial_rounds; round++) {
        unsigned boxes = nonzk_poseidon_boxes(p, round);
        for (unsigned i = 0; i < p->width; i++)
            nonzk_fr_add(&state[i], &state[i], &p->constants[round * p->width + i]);
        for (unsigned i = 0; i < boxes; i++)
            fifth_power(&state[i]);
        multiply_by_matrix(p, state);
    }
}

int nonzk_poseidon_permute(struct nonzk_fr *state, unsigned width)
{
    if (width != nonzk_poseidon3.width && width != nonzk_poseidon5.width)
        return NONZK_E_INVALID;
    permute(width == nonzk_poseidon3.width ? &nonzk_poseidon3 : &nonzk_poseidon5, state);
    return 0;
}

void nonzk_poseidon_hash(struct nonzk_fr *out, uint64_t domain, const struct nonzk_fr *in,
                         size_t count)
{
    const struct poseidon_parameters *p = nonzk_poseidon_for(count);
    struct nonzk_fr state[NONZK_POSEIDON_MAX_WIDTH] = {{{0}}};
    size_t done = 0;

    nonzk_poseidon_capacity(&state[0], domain, count);
    do {
        for (unsigned i = 1; i < p->width && done < count; i++, done++)
            nonzk_fr_add(&state[i], &state[i], &in[done]);
        permute(p, state);
    } while (done < count);
    *out = state[1];
    noncrypto_wipe(state, sizeof state);
}
