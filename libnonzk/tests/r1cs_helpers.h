/*
 * Constraint systems in tests, with memory of their own.
 */
#ifndef NONZK_TESTS_R1CS_HELPERS_H
#define NONZK_TESTS_R1CS_HELPERS_H

#include "fr_helpers.h"

#include <nonzk/gadget.h>

struct system {
    struct nonzk_r1cs cs;
    void *memory;
};

/* Room for `constraints` constraints and as many wires. */
static inline void system_start(struct system *system, unsigned mode, uint32_t constraints)
{
    const struct nonzk_r1cs_limits limits = {
        .wires = constraints + 100,
        .constraints = constraints,
        .terms = 60 * constraints + 2000,
        .scratch = NONZK_GADGET_SCRATCH + 1000,
    };
    size_t size = nonzk_r1cs_size(&limits, mode);
    system->memory = malloc(size);
    ck_assert_ptr_nonnull(system->memory);
    ck_assert_int_eq(nonzk_r1cs_init(&system->cs, &limits, mode, system->memory, size), 0);
}

static inline void system_stop(struct system *system)
{
    free(system->memory);
}

/* The number of the first violated constraint, or NONZK_R1CS_NONE. */
static inline uint32_t system_violated(const struct system *system)
{
    uint32_t violated;
    int result = nonzk_r1cs_check(&system->cs, system->cs.values, &violated);
    ck_assert_int_eq(result, violated == NONZK_R1CS_NONE ? 0 : NONZK_E_UNSATISFIED);
    return violated;
}

#endif
