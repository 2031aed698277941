/*
 * Gadgets on bits and numbers.
 */
#include <noncrypto/memory.h>
#include <nonzk/gadget.h>

#include "r1cs/r1cs_private.h"

/* lc -= wire */
static void subtract_wire(struct nonzk_r1cs *cs, struct nonzk_lc *lc, uint32_t wire)
{
    struct nonzk_fr minus_one;

    nonzk_fr_set_one(&minus_one);
    nonzk_fr_neg(&minus_one, &minus_one);
    nonzk_lc_add_wire(cs, lc, wire, &minus_one);
}

uint32_t nonzk_gadget_product(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                              const struct nonzk_lc *b)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    struct nonzk_fr value = {{0}};
    struct nonzk_lc c;

    if (cs->mode & NONZK_R1CS_ASSIGN)
        nonzk_fr_mul(&value, &a->value, &b->value);
    uint32_t wire = nonzk_r1cs_private(cs, &value);
    nonzk_lc_of_wire(cs, &c, wire);
    nonzk_r1cs_enforce(cs, a, b, &c);
    nonzk_r1cs_release(cs, mark);
    return wire;
}

uint32_t nonzk_gadget_boolean(struct nonzk_r1cs *cs, uint64_t value)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    struct nonzk_fr bit;
    struct nonzk_lc a, b, zero;

    /* bit * (bit - 1) = 0 */
    nonzk_fr_set_u64(&bit, value);
    uint32_t wire = nonzk_r1cs_private(cs, &bit);
    nonzk_lc_of_wire(cs, &a, wire);
    nonzk_lc_init(cs, &b, 2);
    nonzk_lc_add_wire(cs, &b, wire, NULL);
    subtract_wire(cs, &b, NONZK_R1CS_ONE);
    nonzk_lc_init(cs, &zero, 0);
    nonzk_r1cs_enforce(cs, &a, &b, &zero);
    nonzk_r1cs_release(cs, mark);
    return wire;
}

void nonzk_gadget_bits(struct nonzk_r1cs *cs, uint32_t *bits, unsigned count,
                       const struct nonzk_fr *value)
{
    uint8_t bytes[NONZK_FR_LEN] = {0};

    if (cs->mode & NONZK_R1CS_ASSIGN)
        nonzk_fr_to_bytes_le(bytes, value);
    for (unsigned i = 0; i < count; i++)
        bits[i] = nonzk_gadget_boolean(cs, i < 256 ? (uint64_t)(bytes[i / 8] >> i % 8 & 1) : 0);
    noncrypto_wipe(bytes, sizeof bytes);
}

void nonzk_gadget_pack(struct nonzk_r1cs *cs, struct nonzk_lc *lc, const uint32_t *bits,
                       unsigned count, unsigned shift)
{
    struct nonzk_fr weight;

    nonzk_fr_set_u64(&weight, 2);
    nonzk_fr_power(&weight, &weight, shift);
    for (unsigned i = 0; i < count; i++) {
        nonzk_lc_add_wire(cs, lc, bits[i], &weight);
        nonzk_fr_add(&weight, &weight, &weight);
    }
}

void nonzk_gadget_equal(struct nonzk_r1cs *cs, const struct nonzk_lc *a, const struct nonzk_lc *b)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    struct nonzk_lc one;

    nonzk_lc_of_wire(cs, &one, NONZK_R1CS_ONE);
    nonzk_r1cs_enforce(cs, a, &one, b);
    nonzk_r1cs_release(cs, mark);
}

void nonzk_gadget_range(struct nonzk_r1cs *cs, const struct nonzk_lc *a, unsigned count)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    uint32_t bits[NONZK_GADGET_MAX_BITS];
    struct nonzk_lc sum;

    if (count > NONZK_GADGET_MAX_BITS) {
        nonzk_r1cs_fail(cs, NONZK_E_INVALID);
        return;
    }
    nonzk_gadget_bits(cs, bits, count, &a->value);
    nonzk_lc_init(cs, &sum, count);
    nonzk_gadget_pack(cs, &sum, bits, count, 0);
    nonzk_gadget_equal(cs, &sum, a);
    nonzk_r1cs_release(cs, mark);
}

void nonzk_gadget_not_greater(struct nonzk_r1cs *cs, const struct nonzk_lc *a,
                              const struct nonzk_lc *b, unsigned count)
{
    uint32_t mark = nonzk_r1cs_mark(cs);
    struct nonzk_fr minus_one;
    struct nonzk_lc difference;

    nonzk_fr_set_one(&minus_one);
    nonzk_fr_neg(&minus_one, &minus_one);
    nonzk_lc_init(cs, &difference, a->count + b->count);
    nonzk_lc_add(cs, &difference, b, NULL);
    nonzk_lc_add(cs, &difference, a, &minus_one);
    nonzk_gadget_range(cs, &difference, count);
    nonzk_r1cs_release(cs, mark);
}

void nonzk_gadget_subset(struct nonzk_r1cs *cs, const uint32_t *subset, const uint32_t *set,
                         unsigned count)
{
    struct nonzk_lc a, b, zero;

    /* subset * (set - 1) = 0 */
    for (unsigned i = 0; i < count; i++) {
        uint32_t mark = nonzk_r1cs_mark(cs);
        nonzk_lc_of_wire(cs, &a, subset[i]);
        nonzk_lc_init(cs, &b, 2);
        nonzk_lc_add_wire(cs, &b, set[i], NULL);
        subtract_wire(cs, &b, NONZK_R1CS_ONE);
        nonzk_lc_init(cs, &zero, 0);
        nonzk_r1cs_enforce(cs, &a, &b, &zero);
        nonzk_r1cs_release(cs, mark);
    }
}
