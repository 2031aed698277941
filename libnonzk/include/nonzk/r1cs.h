/*
 * Rank-1 constraint systems over the scalar field: what a proof is about.
 *
 * A system has wires and constraints A * B = C, where A, B and C are sums of wires with constant
 * coefficients (linear combinations). Wire 0 is the constant 1; then come the public inputs, then
 * the private wires.
 *
 * A circuit is described once, by a function that makes wires and constraints. Run in mode
 * NONZK_R1CS_RECORD it leaves the constraints, which is what a setup needs; in mode
 * NONZK_R1CS_ASSIGN it leaves the values of the wires, which is the witness of a proof; both flags
 * may be given together. The function must do the same steps in either mode: they must not depend
 * on values.
 *
 * Everything lies in memory that the caller lends. What fails is remembered, and later calls do
 * nothing that matters: one look at nonzk_r1cs_status() in the end is enough. The shape of a
 * circuit is public; the time of everything here depends on it and not on values, except that an
 * unsatisfied constraint is visible. Values are secret: wipe the memory after use.
 */
#ifndef NONZK_R1CS_H
#define NONZK_R1CS_H

#include <nonzk/fr.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_R1CS_RECORD 1u
#define NONZK_R1CS_ASSIGN 2u

#define NONZK_R1CS_ONE  0u         /* the wire that is always 1 */
#define NONZK_R1CS_NONE UINT32_MAX /* no constraint */

/* Which side of a constraint. */
enum nonzk_r1cs_side { NONZK_R1CS_A, NONZK_R1CS_B, NONZK_R1CS_C };

struct nonzk_r1cs_term {
    struct nonzk_fr coefficient;
    uint32_t wire;
};

/* How much there is room for. */
struct nonzk_r1cs_limits {
    uint32_t wires;       /* with wire 0 */
    uint32_t constraints; /* used when recording */
    uint32_t terms;       /* of all constraints together; used when recording */
    uint32_t scratch;     /* terms of linear combinations alive at one time; used when recording */
};

/* All fields may be read. */
struct nonzk_r1cs {
    unsigned mode;
    struct nonzk_r1cs_limits limits;
    uint32_t nwires;  /* with wire 0 */
    uint32_t npublic; /* without wire 0 */
    uint32_t nconstraints;
    uint32_t nterms;
    uint32_t nscratch;
    uint32_t
        violated; /* when assigning: the first constraint that does not hold, or NONZK_R1CS_NONE */
    int error;
    struct nonzk_r1cs_term *terms;
    uint32_t *ends; /* for each constraint, where the terms of A, B and C end */
    struct nonzk_fr *values;
    struct nonzk_r1cs_term *scratch;
};

/*
 * A linear combination under construction. Its terms lie in the scratch of the system, which is a
 * stack: what was made after nonzk_r1cs_mark() is gone after nonzk_r1cs_release().
 */
struct nonzk_lc {
    struct nonzk_fr value; /* when assigning */
    uint32_t first, count, capacity;
};

/* Bytes of memory that a system needs, or 0 if no object can be so large. */
NONZK_API size_t nonzk_r1cs_size(const struct nonzk_r1cs_limits *limits, unsigned mode);

/*
 * Starts a system with wire 0 only. `memory` is aligned as for uint64_t, holds `len` bytes and is
 * lent until the system is no longer used. Returns 0; NONZK_E_INVALID if `mode` is not one or both
 * of the flags or there is no room for a wire; NONZK_E_NO_SPACE if `len` is too small or the memory
 * is not aligned. On failure `cs` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_r1cs_init(struct nonzk_r1cs *cs,
                                               const struct nonzk_r1cs_limits *limits,
                                               unsigned mode, void *memory, size_t len);

/*
 * 0 if all went well; NONZK_E_NO_SPACE if a limit was reached; NONZK_E_INVALID if a wire does not
 * exist, or a public input was made after a private wire; NONZK_E_UNSATISFIED if values were
 * assigned that violate a constraint (its number is in cs->violated).
 */
NONZK_API NONZK_MUST_CHECK int nonzk_r1cs_status(const struct nonzk_r1cs *cs);

/*
 * Make a wire and return its number. `value` is read only when assigning, and may be NULL
 * otherwise.
 */
NONZK_API uint32_t nonzk_r1cs_public(struct nonzk_r1cs *cs, const struct nonzk_fr *value);
NONZK_API uint32_t nonzk_r1cs_private(struct nonzk_r1cs *cs, const struct nonzk_fr *value);

/* The state of the scratch, and a return to it. */
NONZK_API uint32_t nonzk_r1cs_mark(const struct nonzk_r1cs *cs);
NONZK_API void nonzk_r1cs_release(struct nonzk_r1cs *cs, uint32_t mark);

/* Starts an empty linear combination with room for `capacity` terms. */
NONZK_API void nonzk_lc_init(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t capacity);

/* Starts a linear combination that is one wire. */
NONZK_API void nonzk_lc_of_wire(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire);

/* lc += coefficient * wire; NULL stands for the coefficient 1. */
NONZK_API void nonzk_lc_add_wire(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire,
                                 const struct nonzk_fr *coefficient);

/* lc += coefficient * other; NULL stands for the coefficient 1. The two are different objects. */
NONZK_API void nonzk_lc_add(struct nonzk_r1cs *cs, struct nonzk_lc *lc,
                            const struct nonzk_lc *other, const struct nonzk_fr *coefficient);

/* Adds the constraint a * b = c. Terms with coefficient 0 are left out. */
NONZK_API void nonzk_r1cs_enforce(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                                  const struct nonzk_lc *b, const struct nonzk_lc *c);

/*
 * The terms of one side of a recorded constraint: sets `*terms`, returns how many. `constraint` is
 * below cs->nconstraints.
 */
NONZK_API uint32_t nonzk_r1cs_side(const struct nonzk_r1cs *cs, uint32_t constraint,
                                   enum nonzk_r1cs_side side, const struct nonzk_r1cs_term **terms);

/* out = the value of that side for the values of all wires. */
NONZK_API void nonzk_r1cs_evaluate(const struct nonzk_r1cs *cs, struct nonzk_fr *out,
                                   uint32_t constraint, enum nonzk_r1cs_side side,
                                   const struct nonzk_fr *values);

/*
 * Whether values of all cs->nwires wires satisfy the recorded constraints. Returns 0, or
 * NONZK_E_UNSATISFIED with the first violated constraint in `*violated`; NONZK_R1CS_NONE there
 * means that wire 0 is not 1.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_r1cs_check(const struct nonzk_r1cs *cs,
                                                const struct nonzk_fr *values, uint32_t *violated);

#ifdef __cplusplus
}
#endif

#endif
