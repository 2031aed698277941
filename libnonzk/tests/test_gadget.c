#include "r1cs_helpers.h"

#define BOTH (NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN)

/* A private wire with a value, as a linear combination. */
static struct nonzk_lc wire_of(struct system *s, const struct nonzk_fr *value)
{
    struct nonzk_lc lc;
    nonzk_lc_of_wire(&s->cs, &lc, nonzk_r1cs_private(&s->cs, value));
    return lc;
}

START_TEST(a_boolean_is_0_or_1_and_nothing_else)
{
    for (uint64_t value = 0; value < 4; value++) {
        struct system s;
        system_start(&s, BOTH, 2);
        nonzk_gadget_boolean(&s.cs, value);
        ck_assert_uint_eq(s.cs.nconstraints, 1);
        ck_assert_uint_eq(system_violated(&s), value < 2 ? NONZK_R1CS_NONE : 0);
        system_stop(&s);
    }
}
END_TEST

/*
 * All numbers near a small range: taken are exactly those in it. As the bits are boolean and their
 * sum does not wrap, no other bits could make a number outside fit; the mutation test of the
 * circuit looks at each constraint.
 */
START_TEST(a_range_takes_exactly_its_numbers)
{
    for (unsigned count = 0; count < 5; count++)
        for (int number = -20; number < 40; number++) {
            struct system s;
            struct nonzk_fr value = fr_u64((uint64_t)abs(number));
            if (number < 0)
                nonzk_fr_neg(&value, &value);
            system_start(&s, BOTH, 300);
            struct nonzk_lc lc = wire_of(&s, &value);
            nonzk_gadget_range(&s.cs, &lc, count);
            ck_assert_uint_eq(s.cs.nconstraints, count + 1);
            ck_assert_int_eq(system_violated(&s) == NONZK_R1CS_NONE,
                             number >= 0 && number < 1 << count);
            system_stop(&s);
        }
}
END_TEST

/* Of all boolean assignments of the bits, none lets a number pass that is outside the range. */
START_TEST(no_choice_of_bits_takes_a_number_into_a_range)
{
    enum { COUNT = 4 };
    for (uint64_t number = 0; number < 40; number++) {
        struct system s;
        struct nonzk_fr value = fr_u64(number);
        int satisfied = 0;
        system_start(&s, BOTH, 10);
        struct nonzk_lc lc = wire_of(&s, &value);
        nonzk_gadget_range(&s.cs, &lc, COUNT);
        for (uint64_t bits = 0; bits < 1 << COUNT; bits++) {
            for (int i = 0; i < COUNT; i++)
                s.cs.values[2 + i] = fr_u64(bits >> i & 1);
            satisfied += system_violated(&s) == NONZK_R1CS_NONE;
        }
        ck_assert_int_eq(satisfied, number < 1 << COUNT);
        system_stop(&s);
    }
}
END_TEST

START_TEST(wider_ranges_than_the_field_can_hold_are_refused)
{
    struct system s;
    struct nonzk_fr value = fr_u64(1);
    system_start(&s, BOTH, 300);
    struct nonzk_lc lc = wire_of(&s, &value);
    nonzk_gadget_range(&s.cs, &lc, NONZK_GADGET_MAX_BITS);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), 0);
    nonzk_gadget_range(&s.cs, &lc, NONZK_GADGET_MAX_BITS + 1);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), NONZK_E_INVALID);
    system_stop(&s);
}
END_TEST

START_TEST(comparison_is_that_of_integers)
{
    for (uint64_t a = 0; a < 16; a++)
        for (uint64_t b = 0; b < 16; b++) {
            struct system s;
            struct nonzk_fr value_a = fr_u64(a), value_b = fr_u64(b);
            system_start(&s, BOTH, 10);
            struct nonzk_lc lc_a = wire_of(&s, &value_a), lc_b = wire_of(&s, &value_b);
            nonzk_gadget_not_greater(&s.cs, &lc_a, &lc_b, 4);
            ck_assert_int_eq(nonzk_r1cs_status(&s.cs), a <= b ? 0 : NONZK_E_UNSATISFIED);
            ck_assert_int_eq(system_violated(&s) == NONZK_R1CS_NONE, a <= b);
            system_stop(&s);
        }
}
END_TEST

START_TEST(subsets_are_those_of_masks)
{
    enum { COUNT = 3 };
    for (uint64_t subset = 0; subset < 1 << COUNT; subset++)
        for (uint64_t set = 0; set < 1 << COUNT; set++) {
            struct system s;
            uint32_t subset_bits[COUNT], set_bits[COUNT];
            struct nonzk_fr subset_value = fr_u64(subset), set_value = fr_u64(set);
            system_start(&s, BOTH, 20);
            nonzk_gadget_bits(&s.cs, subset_bits, COUNT, &subset_value);
            nonzk_gadget_bits(&s.cs, set_bits, COUNT, &set_value);
            nonzk_gadget_subset(&s.cs, subset_bits, set_bits, COUNT);
            ck_assert_uint_eq(s.cs.nconstraints, 3 * COUNT);
            ck_assert_int_eq(system_violated(&s) == NONZK_R1CS_NONE, (subset & ~set) == 0);
            system_stop(&s);
        }
}
END_TEST

START_TEST(bits_pack_to_the_number_they_came_from)
{
    struct system s;
    uint32_t bits[64];
    struct nonzk_fr value = fr_u64(UINT64_C(0x8123456789abcdef)), expected, four = fr_u64(4);
    struct nonzk_lc lc;
    system_start(&s, BOTH, 100);
    nonzk_gadget_bits(&s.cs, bits, 64, &value);
    nonzk_lc_init(&s.cs, &lc, 64);
    nonzk_gadget_pack(&s.cs, &lc, bits, 64, 2);
    nonzk_fr_mul(&expected, &value, &four);
    assert_fr_equal(&lc.value, &expected);
    system_stop(&s);
}
END_TEST

START_TEST(the_hash_is_the_one_outside)
{
    uint64_t seed = check_seed();
    for (size_t count = 0; count < 10; count++) {
        struct system s;
        struct nonzk_fr in[9], expected;
        struct nonzk_lc lcs[9], out;
        system_start(&s, BOTH, 1000);
        for (size_t i = 0; i < count; i++) {
            in[i] = fr_random(&seed);
            lcs[i] = wire_of(&s, &in[i]);
        }
        nonzk_gadget_poseidon(&s.cs, &out, 99, lcs, count);
        nonzk_poseidon_hash(&expected, 99, in, count);
        ck_assert_int_eq(nonzk_r1cs_status(&s.cs), 0);
        assert_fr_equal(&out.value, &expected);
        ck_assert_uint_eq(s.cs.nconstraints, count < 3 ? 243 : 300 * ((count + 3) / 4));
        ck_assert_uint_eq(system_violated(&s), NONZK_R1CS_NONE);
        /* The terms must say the same as the value. */
        uint32_t wire = nonzk_r1cs_private(&s.cs, &expected);
        struct nonzk_lc result;
        nonzk_lc_of_wire(&s.cs, &result, wire);
        nonzk_gadget_equal(&s.cs, &out, &result);
        ck_assert_uint_eq(system_violated(&s), NONZK_R1CS_NONE);
        s.cs.values[wire] = fr_u64(1);
        ck_assert_uint_eq(system_violated(&s), s.cs.nconstraints - 1);
        system_stop(&s);
    }
}
END_TEST

START_TEST(changing_any_wire_of_a_hash_violates_a_constraint)
{
    struct system s;
    struct nonzk_fr in = fr_u64(5), other = fr_u64(123456789);
    struct nonzk_lc lc, out;
    system_start(&s, BOTH, 1000);
    lc = wire_of(&s, &in);
    nonzk_gadget_poseidon(&s.cs, &out, 99, &lc, 1);
    for (uint32_t wire = 1; wire < s.cs.nwires; wire++) {
        struct nonzk_fr before = s.cs.values[wire];
        s.cs.values[wire] = other;
        ck_assert_uint_ne(system_violated(&s), NONZK_R1CS_NONE);
        s.cs.values[wire] = before;
    }
    system_stop(&s);
}
END_TEST

START_TEST(the_root_is_the_one_outside)
{
    enum { DEPTH = 3 };
    uint64_t seed = check_seed();
    for (uint32_t index = 0; index < 1 << DEPTH; index++) {
        struct system s;
        struct nonzk_fr leaf = fr_random(&seed), siblings[DEPTH], expected, index_value;
        uint32_t bits[DEPTH], sibling_wires[DEPTH];
        struct nonzk_lc out;
        system_start(&s, BOTH, 1000);
        struct nonzk_lc leaf_lc = wire_of(&s, &leaf);
        nonzk_fr_set_u64(&index_value, index);
        nonzk_gadget_bits(&s.cs, bits, DEPTH, &index_value);
        for (int i = 0; i < DEPTH; i++) {
            siblings[i] = fr_random(&seed);
            sibling_wires[i] = nonzk_r1cs_private(&s.cs, &siblings[i]);
        }
        nonzk_gadget_merkle(&s.cs, &out, &leaf_lc, bits, sibling_wires, DEPTH);
        ck_assert_int_eq(nonzk_merkle_root(&expected, &leaf, index, siblings, DEPTH), 0);
        ck_assert_int_eq(nonzk_r1cs_status(&s.cs), 0);
        assert_fr_equal(&out.value, &expected);
        ck_assert_uint_eq(s.cs.nconstraints, DEPTH + DEPTH * 244);
        ck_assert_uint_eq(system_violated(&s), NONZK_R1CS_NONE);
        system_stop(&s);
    }
}
END_TEST

static Suite *gadget_suite(void)
{
    Suite *suite = suite_create("nonzk gadget");
    TCase *tc = tcase_create("gadget");
    tcase_add_test(tc, a_boolean_is_0_or_1_and_nothing_else);
    tcase_add_test(tc, a_range_takes_exactly_its_numbers);
    tcase_add_test(tc, no_choice_of_bits_takes_a_number_into_a_range);
    tcase_add_test(tc, wider_ranges_than_the_field_can_hold_are_refused);
    tcase_add_test(tc, comparison_is_that_of_integers);
    tcase_add_test(tc, subsets_are_those_of_masks);
    tcase_add_test(tc, bits_pack_to_the_number_they_came_from);
    tcase_add_test(tc, the_hash_is_the_one_outside);
    tcase_add_test(tc, changing_any_wire_of_a_hash_violates_a_constraint);
    tcase_add_test(tc, the_root_is_the_one_outside);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(gadget_suite)
