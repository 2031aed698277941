/*
 * Constraint systems in lent memory. Invariant: every wire number in `terms` and `scratch` is below
 * nwires, and ends[] does not decrease and ends at nterms.
 */
#include <nonzk/r1cs.h>

#include "field/limb.h"
#include "layout.h"
#include "r1cs/r1cs_private.h"

#define BOTH (NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN)

struct layout {
    size_t terms, values, scratch, ends, end;
};

/* The most strictly aligned arrays come first. */
static struct layout layout_of(const struct nonzk_r1cs_limits *limits, unsigned mode)
{
    struct layout layout = {0};
    size_t recording = mode & NONZK_R1CS_RECORD ? 1 : 0;
    size_t assigning = mode & NONZK_R1CS_ASSIGN ? 1 : 0;

    layout.terms =
        layout_add(&layout.end, recording * limits->terms, sizeof(struct nonzk_r1cs_term));
    layout.values = layout_add(&layout.end, assigning * limits->wires, sizeof(struct nonzk_fr));
    layout.scratch =
        layout_add(&layout.end, recording * limits->scratch, sizeof(struct nonzk_r1cs_term));
    layout.ends = layout_add(&layout.end, recording * limits->constraints, 3 * sizeof(uint32_t));
    return layout;
}

size_t nonzk_r1cs_size(const struct nonzk_r1cs_limits *limits, unsigned mode)
{
    struct layout layout = layout_of(limits, mode);

    return layout.end == SIZE_MAX ? 0 : layout.end;
}

int nonzk_r1cs_init(struct nonzk_r1cs *cs, const struct nonzk_r1cs_limits *limits, unsigned mode,
                    void *memory, size_t len)
{
    struct layout layout = layout_of(limits, mode);
    uint8_t *base = memory;

    if (mode == 0 || (mode & ~BOTH) != 0 || limits->wires == 0)
        return NONZK_E_INVALID;
    if (layout.end == SIZE_MAX || len < layout.end || (uintptr_t)memory % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    *cs = (struct nonzk_r1cs){.mode = mode, .limits = *limits, .violated = NONZK_R1CS_NONE};
    cs->terms = (struct nonzk_r1cs_term *)(void *)(base + layout.terms);
    cs->values = (struct nonzk_fr *)(void *)(base + layout.values);
    cs->scratch = (struct nonzk_r1cs_term *)(void *)(base + layout.scratch);
    cs->ends = (uint32_t *)(void *)(base + layout.ends);
    cs->nwires = 1;
    if (mode & NONZK_R1CS_ASSIGN)
        nonzk_fr_set_one(&cs->values[NONZK_R1CS_ONE]);
    return 0;
}

void nonzk_r1cs_fail(struct nonzk_r1cs *cs, int error)
{
    if (cs->error == 0)
        cs->error = error;
}

int nonzk_r1cs_status(const struct nonzk_r1cs *cs)
{
    if (cs->error != 0)
        return cs->error;
    return cs->violated == NONZK_R1CS_NONE ? 0 : NONZK_E_UNSATISFIED;
}

uint32_t nonzk_r1cs_private(struct nonzk_r1cs *cs, const struct nonzk_fr *value)
{
    if (cs->nwires == cs->limits.wires) {
        nonzk_r1cs_fail(cs, NONZK_E_NO_SPACE);
        return NONZK_R1CS_ONE;
    }
    if (cs->mode & NONZK_R1CS_ASSIGN)
        cs->values[cs->nwires] = *value;
    return cs->nwires++;
}

uint32_t nonzk_r1cs_public(struct nonzk_r1cs *cs, const struct nonzk_fr *value)
{
    if (cs->nwires != cs->npublic + 1) {
        nonzk_r1cs_fail(cs, NONZK_E_INVALID);
        return NONZK_R1CS_ONE;
    }
    uint32_t wire = nonzk_r1cs_private(cs, value);
    if (wire != NONZK_R1CS_ONE)
        cs->npublic++;
    return wire;
}

uint32_t nonzk_r1cs_mark(const struct nonzk_r1cs *cs)
{
    return cs->nscratch;
}

void nonzk_r1cs_release(struct nonzk_r1cs *cs, uint32_t mark)
{
    cs->nscratch = mark;
}

void nonzk_lc_init(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t capacity)
{
    *lc = (struct nonzk_lc){.first = cs->nscratch};
    if (!(cs->mode & NONZK_R1CS_RECORD))
        return;
    if (capacity > cs->limits.scratch - cs->nscratch) {
        nonzk_r1cs_fail(cs, NONZK_E_NO_SPACE);
        return;
    }
    lc->capacity = capacity;
    cs->nscratch += capacity;
}

static void add_term(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire,
                     const struct nonzk_fr *coefficient)
{
    struct nonzk_r1cs_term *terms = cs->scratch + lc->first;

    for (uint32_t i = 0; i < lc->count; i++)
        if (terms[i].wire == wire) {
            nonzk_fr_add(&terms[i].coefficient, &terms[i].coefficient, coefficient);
            return;
        }
    if (lc->count == lc->capacity) {
        nonzk_r1cs_fail(cs, NONZK_E_NO_SPACE);
        return;
    }
    terms[lc->count].wire = wire;
    terms[lc->count].coefficient = *coefficient;
    lc->count++;
}

static void add_value(struct nonzk_lc *lc, const struct nonzk_fr *value,
                      const struct nonzk_fr *coefficient)
{
    struct nonzk_fr t;

    nonzk_fr_mul(&t, value, coefficient);
    nonzk_fr_add(&lc->value, &lc->value, &t);
}

void nonzk_lc_add_wire(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire,
                       const struct nonzk_fr *coefficient)
{
    struct nonzk_fr one;

    if (wire >= cs->nwires) {
        nonzk_r1cs_fail(cs, NONZK_E_INVALID);
        return;
    }
    nonzk_fr_set_one(&one);
    if (coefficient == NULL)
        coefficient = &one;
    if (cs->mode & NONZK_R1CS_ASSIGN)
        add_value(lc, &cs->values[wire], coefficient);
    if (cs->mode & NONZK_R1CS_RECORD)
        add_term(cs, lc, wire, coefficient);
}

void nonzk_lc_add(struct nonzk_r1cs *cs, struct nonzk_lc *lc, const struct nonzk_lc *other,
                  const struct nonzk_fr *coefficient)
{
    struct nonzk_fr one, product;

    nonzk_fr_set_one(&one);
    if (coefficient == NULL)
        coefficient = &one;
    if (cs->mode & NONZK_R1CS_ASSIGN)
        add_value(lc, &other->value, coefficient);
    for (uint32_t i = 0; i < other->count; i++) {
        const struct nonzk_r1cs_term *term = &cs->scratch[other->first + i];
        nonzk_fr_mul(&product, &term->coefficient, coefficient);
        add_term(cs, lc, term->wire, &product);
    }
}

void nonzk_lc_of_wire(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire)
{
    nonzk_lc_init(cs, lc, 1);
    nonzk_lc_add_wire(cs, lc, wire, NULL);
}

/* Copies the terms of one side to the end of all terms; returns whether they found room. */
static int record_side(struct nonzk_r1cs *cs, const struct nonzk_lc *lc)
{
    for (uint32_t i = 0; i < lc->count; i++) {
        const struct nonzk_r1cs_term *term = &cs->scratch[lc->first + i];
        if (nonzk_fr_is_zero(&term->coefficient))
            continue;
        if (cs->nterms == cs->limits.terms)
            return 0;
        cs->terms[cs->nterms++] = *term;
    }
    return 1;
}

static void record(struct nonzk_r1cs *cs, const struct nonzk_lc *const sides[3])
{
    uint32_t before = cs->nterms;

    if (cs->nconstraints == cs->limits.constraints) {
        nonzk_r1cs_fail(cs, NONZK_E_NO_SPACE);
        return;
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (!record_side(cs, sides[i])) {
            cs->nterms = before;
            nonzk_r1cs_fail(cs, NONZK_E_NO_SPACE);
            return;
        }
        cs->ends[3 * (size_t)cs->nconstraints + i] = cs->nterms;
    }
}

void nonzk_r1cs_enforce(struct nonzk_r1cs *cs, const struct nonzk_lc *a, const struct nonzk_lc *b,
                        const struct nonzk_lc *c)
{
    const struct nonzk_lc *const sides[3] = {a, b, c};
    struct nonzk_fr product;

    if (cs->error != 0)
        return;
    if (cs->mode & NONZK_R1CS_ASSIGN) {
        nonzk_fr_mul(&product, &a->value, &b->value);
        uint64_t first = (uint64_t)(cs->violated == NONZK_R1CS_NONE);
        uint64_t mask = limb_mask(first & ~(uint64_t)nonzk_fr_equal(&product, &c->value));
        cs->violated = (uint32_t)((cs->nconstraints & mask) | (cs->violated & ~mask));
    }
    if (cs->mode & NONZK_R1CS_RECORD)
        record(cs, sides);
    if (cs->error == 0)
        cs->nconstraints++;
}

uint32_t nonzk_r1cs_side(const struct nonzk_r1cs *cs, uint32_t constraint,
                         enum nonzk_r1cs_side side, const struct nonzk_r1cs_term **terms)
{
    size_t index = 3 * (size_t)constraint + (size_t)side;
    uint32_t start = index == 0 ? 0 : cs->ends[index - 1];

    *terms = cs->terms + start;
    return cs->ends[index] - start;
}

void nonzk_r1cs_evaluate(const struct nonzk_r1cs *cs, struct nonzk_fr *out, uint32_t constraint,
                         enum nonzk_r1cs_side side, const struct nonzk_fr *values)
{
    const struct nonzk_r1cs_term *terms;
    uint32_t count = nonzk_r1cs_side(cs, constraint, side, &terms);
    struct nonzk_fr t;

    nonzk_fr_set_zero(out);
    for (uint32_t i = 0; i < count; i++) {
        nonzk_fr_mul(&t, &terms[i].coefficient, &values[terms[i].wire]);
        nonzk_fr_add(out, out, &t);
    }
}

int nonzk_r1cs_check(const struct nonzk_r1cs *cs, const struct nonzk_fr *values, uint32_t *violated)
{
    struct nonzk_fr a, b, c;

    nonzk_fr_set_one(&a);
    *violated = NONZK_R1CS_NONE;
    if (!nonzk_fr_equal(&values[NONZK_R1CS_ONE], &a))
        return NONZK_E_UNSATISFIED;
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        nonzk_r1cs_evaluate(cs, &a, i, NONZK_R1CS_A, values);
        nonzk_r1cs_evaluate(cs, &b, i, NONZK_R1CS_B, values);
        nonzk_r1cs_evaluate(cs, &c, i, NONZK_R1CS_C, values);
        nonzk_fr_mul(&a, &a, &b);
        if (!nonzk_fr_equal(&a, &c)) {
            *violated = i;
            return NONZK_E_UNSATISFIED;
        }
    }
    return 0;
}
