/*
 * Building blocks of circuits. Each makes wires and constraints in a system of nonzk/r1cs.h; what
 * is said of it holds for every assignment that satisfies its constraints, not only for the one
 * that it computes itself.
 *
 * Values of arguments are looked at only when assigning. Linear combinations that a gadget returns
 * lie in the scratch of the system. A gadget that cannot do its work leaves the error in
 * nonzk_r1cs_status().
 */
#ifndef NONZK_GADGET_H
#define NONZK_GADGET_H

#include <nonzk/poseidon.h>
#include <nonzk/r1cs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_GADGET_MAX_BITS 253 /* of a number: a sum of so many bits is below r */

/*
 * Scratch terms that the gadgets below take at most for themselves, of linear combinations with up
 * to NONZK_GADGET_INPUT_TERMS terms.
 */
#define NONZK_GADGET_SCRATCH     1600
#define NONZK_GADGET_INPUT_TERMS 96

/* A wire that is a * b; 1 constraint. */
NONZK_API uint32_t nonzk_gadget_product(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                                        const struct nonzk_lc *b);

/* A wire that is 0 or 1; 1 constraint. `value` is 0 or 1. */
NONZK_API uint32_t nonzk_gadget_boolean(struct nonzk_r1cs *cs, uint64_t value);

/*
 * `count` such wires, for the lowest bits of the integer that `value` is, the lowest first, and
 * zeros beyond the 256th; `count` constraints.
 */
NONZK_API void nonzk_gadget_bits(struct nonzk_r1cs *cs, uint32_t *bits, unsigned count,
                                 const struct nonzk_fr *value);

/* lc += the sum of 2^(shift + i) bits[i]; no constraint. */
NONZK_API void nonzk_gadget_pack(struct nonzk_r1cs *cs, struct nonzk_lc *lc, const uint32_t *bits,
                                 unsigned count, unsigned shift);

/* a = b; 1 constraint */
NONZK_API void nonzk_gadget_equal(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                                  const struct nonzk_lc *b);

/*
 * a is an integer below 2^count, where count is at most NONZK_GADGET_MAX_BITS; count + 1
 * constraints.
 */
NONZK_API void nonzk_gadget_range(struct nonzk_r1cs *cs, const struct nonzk_lc *a, unsigned count);

/*
 * b - a is an integer below 2^count. Where a is known to be below 2^count and count is below
 * NONZK_GADGET_MAX_BITS, that says a <= b and b < a + 2^count, also if nothing else is known of b.
 * count + 1 constraints.
 */
NONZK_API void nonzk_gadget_not_greater(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                                        const struct nonzk_lc *b, unsigned count);

/* Of `count` pairs of boolean wires: where subset[i] is 1, set[i] is 1; count constraints. */
NONZK_API void nonzk_gadget_subset(struct nonzk_r1cs *cs, const uint32_t *subset,
                                   const uint32_t *set, unsigned count);

/*
 * out = nonzk_poseidon_hash(domain, in). 243 constraints for up to two inputs, 300 for each four
 * otherwise. `out` is set up here.
 */
NONZK_API void nonzk_gadget_poseidon(struct nonzk_r1cs *cs, struct nonzk_lc *out, uint64_t domain,
                                     const struct nonzk_lc *in, size_t count);

/*
 * out = nonzk_merkle_root(leaf, index, siblings, depth), where `index` are boolean wires, the
 * lowest bit first. 244 constraints a level. `out` is set up here.
 */
NONZK_API void nonzk_gadget_merkle(struct nonzk_r1cs *cs, struct nonzk_lc *out,
                                   const struct nonzk_lc *leaf, const uint32_t *index,
                                   const uint32_t *siblings, unsigned depth);

#ifdef __cplusplus
}
#endif

#endif
