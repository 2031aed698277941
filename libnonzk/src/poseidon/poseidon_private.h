/*
 * Parameters of the permutation: what the hash and the circuit of the hash have in common.
 */
#ifndef NONZK_SRC_POSEIDON_POSEIDON_PRIVATE_H
#define NONZK_SRC_POSEIDON_POSEIDON_PRIVATE_H

#include <nonzk/poseidon.h>

#define POSEIDON_FULL_ROUNDS 8 /* half of them before the partial ones, half after */

struct poseidon_parameters {
    unsigned width;
    unsigned partial_rounds;
    const struct nonzk_fr *constants; /* `width` for each round */
    const struct nonzk_fr *matrix;    /* rows of `width` */
};

extern const struct nonzk_fr nonzk_poseidon3_constants[195], nonzk_poseidon3_matrix[9];
extern const struct nonzk_fr nonzk_poseidon5_constants[340], nonzk_poseidon5_matrix[25];

extern const struct poseidon_parameters nonzk_poseidon3, nonzk_poseidon5;

/*
 * The narrowest permutation that takes `count` inputs beside the capacity, or the widest if none
 * does.
 */
const struct poseidon_parameters *nonzk_poseidon_for(size_t count);

/* How many elements of the state round `round` raises to the fifth power. */
unsigned nonzk_poseidon_boxes(const struct poseidon_parameters *p, unsigned round);

/* The first element of the state, which keeps hashes of different domains and lengths apart. */
void nonzk_poseidon_capacity(struct nonzk_fr *out, uint64_t domain, size_t count);

#endif
