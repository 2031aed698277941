#include "r1cs_helpers.h"

#define BOTH (NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN)

/* x^3 + x + 5 = y for a public y */
static void cubic(struct nonzk_r1cs *cs, uint64_t x_value, uint64_t y_value)
{
    struct nonzk_fr y = fr_u64(y_value), x = fr_u64(x_value), square = fr_u64(x_value * x_value),
                    cube = fr_u64(x_value * x_value * x_value), five = fr_u64(5);
    struct nonzk_lc a, b, c, one;
    uint32_t wire_y = nonzk_r1cs_public(cs, &y), wire_x = nonzk_r1cs_private(cs, &x);
    uint32_t wire_square = nonzk_r1cs_private(cs, &square);
    uint32_t wire_cube = nonzk_r1cs_private(cs, &cube);
    uint32_t mark = nonzk_r1cs_mark(cs);
    nonzk_lc_of_wire(cs, &a, wire_x);
    nonzk_lc_of_wire(cs, &b, wire_square);
    nonzk_r1cs_enforce(cs, &a, &a, &b);
    nonzk_lc_of_wire(cs, &c, wire_cube);
    nonzk_r1cs_enforce(cs, &a, &b, &c);
    nonzk_lc_init(cs, &a, 3);
    nonzk_lc_add_wire(cs, &a, wire_cube, NULL);
    nonzk_lc_add_wire(cs, &a, wire_x, NULL);
    nonzk_lc_add_wire(cs, &a, NONZK_R1CS_ONE, &five);
    nonzk_lc_of_wire(cs, &one, NONZK_R1CS_ONE);
    nonzk_lc_of_wire(cs, &c, wire_y);
    nonzk_r1cs_enforce(cs, &a, &one, &c);
    nonzk_r1cs_release(cs, mark);
}

START_TEST(a_solution_satisfies_and_another_is_refused_by_number)
{
    struct system s;
    system_start(&s, BOTH, 10);
    cubic(&s.cs, 3, 35);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), 0);
    ck_assert_uint_eq(s.cs.nwires, 5);
    ck_assert_uint_eq(s.cs.npublic, 1);
    ck_assert_uint_eq(s.cs.nconstraints, 3);
    ck_assert_uint_eq(system_violated(&s), NONZK_R1CS_NONE);
    for (uint32_t wire = 1; wire < 5; wire++) {
        const uint32_t first[] = {0, 2, 0, 0, 1};
        struct nonzk_fr before = s.cs.values[wire];
        s.cs.values[wire] = fr_u64(7);
        ck_assert_uint_eq(system_violated(&s), first[wire]);
        s.cs.values[wire] = before;
    }
    system_stop(&s);
}
END_TEST

START_TEST(wire_0_must_be_one)
{
    struct system s;
    uint32_t violated;
    system_start(&s, BOTH, 10);
    cubic(&s.cs, 3, 35);
    s.cs.values[0] = fr_u64(2);
    ck_assert_int_eq(nonzk_r1cs_check(&s.cs, s.cs.values, &violated), NONZK_E_UNSATISFIED);
    ck_assert_uint_eq(violated, NONZK_R1CS_NONE);
    system_stop(&s);
}
END_TEST

START_TEST(assigning_alone_finds_the_violated_constraint)
{
    struct system s;
    system_start(&s, NONZK_R1CS_ASSIGN, 10);
    cubic(&s.cs, 3, 36);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), NONZK_E_UNSATISFIED);
    ck_assert_uint_eq(s.cs.violated, 2);
    system_stop(&s);
}
END_TEST

START_TEST(of_several_violations_the_first_is_named)
{
    struct system s;
    system_start(&s, BOTH, 10);
    nonzk_gadget_boolean(&s.cs, 1);
    nonzk_gadget_boolean(&s.cs, 2);
    nonzk_gadget_boolean(&s.cs, 3);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), NONZK_E_UNSATISFIED);
    ck_assert_uint_eq(s.cs.violated, 1);
    ck_assert_uint_eq(system_violated(&s), 1);
    system_stop(&s);
}
END_TEST

START_TEST(recording_and_assigning_apart_give_what_both_give_together)
{
    struct system both, record, assign;
    system_start(&both, BOTH, 10);
    system_start(&record, NONZK_R1CS_RECORD, 10);
    system_start(&assign, NONZK_R1CS_ASSIGN, 10);
    cubic(&both.cs, 3, 35);
    cubic(&record.cs, 0, 0);
    cubic(&assign.cs, 3, 35);
    ck_assert_int_eq(nonzk_r1cs_status(&record.cs), 0);
    ck_assert_uint_eq(record.cs.nconstraints, assign.cs.nconstraints);
    ck_assert_uint_eq(record.cs.nterms, both.cs.nterms);
    ck_assert_mem_eq(record.cs.ends, both.cs.ends, 3 * 3 * sizeof(uint32_t));
    for (uint32_t i = 0; i < both.cs.nterms; i++) {
        ck_assert_uint_eq(record.cs.terms[i].wire, both.cs.terms[i].wire);
        assert_fr_equal(&record.cs.terms[i].coefficient, &both.cs.terms[i].coefficient);
    }
    ck_assert_uint_eq(assign.cs.nwires, both.cs.nwires);
    ck_assert_mem_eq(assign.cs.values, both.cs.values, both.cs.nwires * sizeof(struct nonzk_fr));
    system_stop(&both);
    system_stop(&record);
    system_stop(&assign);
}
END_TEST

START_TEST(terms_of_one_wire_are_joined_and_zeros_are_left_out)
{
    struct system s;
    struct nonzk_fr three = fr_u64(3), minus_three, value = fr_u64(8);
    struct nonzk_lc a, b;
    const struct nonzk_r1cs_term *terms;
    nonzk_fr_neg(&minus_three, &three);
    system_start(&s, BOTH, 10);
    uint32_t x = nonzk_r1cs_private(&s.cs, &value);
    nonzk_lc_init(&s.cs, &a, 2);
    nonzk_lc_add_wire(&s.cs, &a, x, &three);
    nonzk_lc_add_wire(&s.cs, &a, NONZK_R1CS_ONE, NULL);
    nonzk_lc_init(&s.cs, &b, 2);
    nonzk_lc_add(&s.cs, &b, &a, &three);
    nonzk_lc_add(&s.cs, &b, &a, NULL);
    nonzk_lc_add_wire(&s.cs, &a, x, &minus_three);
    nonzk_r1cs_enforce(&s.cs, &a, &b, &b);
    ck_assert_int_eq(nonzk_r1cs_status(&s.cs), 0);
    ck_assert_uint_eq(nonzk_r1cs_side(&s.cs, 0, NONZK_R1CS_A, &terms), 1);
    ck_assert_uint_eq(terms[0].wire, NONZK_R1CS_ONE);
    ck_assert_uint_eq(nonzk_r1cs_side(&s.cs, 0, NONZK_R1CS_B, &terms), 2);
    struct nonzk_fr twelve = fr_u64(12);
    assert_fr_equal(&terms[0].coefficient, &twelve);
    system_stop(&s);
}
END_TEST

START_TEST(each_limit_is_kept)
{
    const struct nonzk_r1cs_limits enough = {
        .wires = 5, .constraints = 3, .terms = 11, .scratch = 8};
    for (int which = 0; which < 5; which++) {
        struct nonzk_r1cs_limits limits = enough;
        limits.wires -= which == 1;
        limits.constraints -= which == 2;
        limits.terms -= which == 3;
        limits.scratch -= which == 4;
        struct nonzk_r1cs cs;
        size_t size = nonzk_r1cs_size(&limits, BOTH);
        void *memory = malloc(size); /* of just this size, so that a sanitizer sees more */
        ck_assert_ptr_nonnull(memory);
        ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, BOTH, memory, size), 0);
        cubic(&cs, 3, 35);
        ck_assert_int_eq(nonzk_r1cs_status(&cs), which == 0 ? 0 : NONZK_E_NO_SPACE);
        free(memory);
    }
}
END_TEST

START_TEST(wrong_uses_are_refused)
{
    struct nonzk_r1cs_limits limits = {.wires = 3, .constraints = 1, .terms = 1, .scratch = 1};
    uint64_t memory[100];
    struct nonzk_r1cs cs;
    struct nonzk_lc lc;
    size_t size = nonzk_r1cs_size(&limits, BOTH);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, 0, memory, sizeof memory), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, 4, memory, sizeof memory), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, BOTH, memory, size - 1), NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, BOTH, (char *)memory + 1, size),
                     NONZK_E_NO_SPACE);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, sizeof memory), 0);
    nonzk_r1cs_private(&cs, NULL);
    nonzk_r1cs_public(&cs, NULL);
    ck_assert_int_eq(nonzk_r1cs_status(&cs), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, sizeof memory), 0);
    nonzk_lc_of_wire(&cs, &lc, 1);
    ck_assert_int_eq(nonzk_r1cs_status(&cs), NONZK_E_INVALID);
    limits.wires = 0;
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, BOTH, memory, sizeof memory), NONZK_E_INVALID);
}
END_TEST

static Suite *r1cs_suite(void)
{
    Suite *suite = suite_create("nonzk r1cs");
    TCase *tc = tcase_create("r1cs");
    tcase_add_test(tc, a_solution_satisfies_and_another_is_refused_by_number);
    tcase_add_test(tc, wire_0_must_be_one);
    tcase_add_test(tc, assigning_alone_finds_the_violated_constraint);
    tcase_add_test(tc, of_several_violations_the_first_is_named);
    tcase_add_test(tc, recording_and_assigning_apart_give_what_both_give_together);
    tcase_add_test(tc, terms_of_one_wire_are_joined_and_zeros_are_left_out);
    tcase_add_test(tc, each_limit_is_kept);
    tcase_add_test(tc, wrong_uses_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(r1cs_suite)
