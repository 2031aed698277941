#include "attestation_helpers.h"

#define BOTH (NONZK_R1CS_RECORD | NONZK_R1CS_ASSIGN)

/* What the assignment alone says of an attestation. */
static int verdict(const struct attestation *a)
{
    struct nonzk_r1cs cs;
    void *memory = attestation_run(&cs, NONZK_R1CS_ASSIGN, a);
    int result = nonzk_r1cs_status(&cs);
    free(memory);
    return result;
}

static struct attestation honest(uint64_t *seed)
{
    return attestation_make(seed, 0xf0f0, 100, 0x5030, 7, 42);
}

START_TEST(the_circuit_fits_its_limits_exactly_and_is_below_4096)
{
    struct nonzk_r1cs cs;
    struct nonzk_r1cs_limits limits;
    void *memory = attestation_run(&cs, NONZK_R1CS_RECORD, NULL);
    nonzk_attestation_limits(&limits);
    ck_assert_int_eq(nonzk_r1cs_status(&cs), 0);
    printf("# attestation circuit: %u constraints, %u wires, %u terms\n", cs.nconstraints,
           cs.nwires, cs.nterms);
    ck_assert_uint_eq(cs.nconstraints, NONZK_ATTESTATION_CONSTRAINTS);
    ck_assert_uint_eq(cs.nwires, limits.wires);
    ck_assert_uint_eq(cs.nterms, limits.terms);
    ck_assert_uint_eq(cs.npublic, 4);
    /* A setup adds a constraint for wire 0 and each input. */
    ck_assert_uint_le(cs.nconstraints + 1 + cs.npublic, 1 << 12);
    free(memory);
}
END_TEST

START_TEST(honest_statements_are_satisfied)
{
    static const struct {
        uint64_t allowed, capabilities, version;
        uint32_t expiry, epoch;
    } cases[] = {
        {0xf0f0, 0x5030, 7, 100, 42},
        {0, 0, 0, 0, 0},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX},
        {UINT64_MAX, 0, 1, UINT32_MAX, 0},
        {UINT64_C(1) << 63, UINT64_C(1) << 63, UINT64_C(1) << 63, 5, 5},
        {0x8000000000000001, 1, 3, 1000000, 999999},
    };
    uint64_t seed = check_seed();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct attestation a =
            attestation_make(&seed, cases[i].allowed, cases[i].expiry, cases[i].capabilities,
                             cases[i].version, cases[i].epoch);
        struct nonzk_r1cs cs;
        uint32_t violated;
        void *memory = attestation_run(&cs, BOTH, &a);
        ck_assert_int_eq(nonzk_r1cs_status(&cs), 0);
        ck_assert_int_eq(nonzk_r1cs_check(&cs, cs.values, &violated), 0);
        assert_fr_equal(&cs.values[1], &a.statement.root);
        assert_fr_equal(&cs.values[2], &a.statement.module);
        assert_fr_equal(&cs.values[3], &a.statement.policy);
        assert_fr_equal(&cs.values[4], &a.statement.pseudonym);
        free(memory);
    }
}
END_TEST

START_TEST(the_witness_depends_on_the_mode_in_nothing)
{
    uint64_t seed = check_seed();
    struct attestation a = honest(&seed);
    struct nonzk_r1cs both, assign, record;
    void *memory_both = attestation_run(&both, BOTH, &a);
    void *memory_assign = attestation_run(&assign, NONZK_R1CS_ASSIGN, &a);
    void *memory_record = attestation_run(&record, NONZK_R1CS_RECORD, NULL);
    ck_assert_uint_eq(both.nwires, assign.nwires);
    ck_assert_uint_eq(both.nconstraints, assign.nconstraints);
    ck_assert_mem_eq(both.values, assign.values, both.nwires * sizeof(struct nonzk_fr));
    ck_assert_uint_eq(both.nterms, record.nterms);
    for (uint32_t i = 0; i < both.nterms; i++) {
        ck_assert_uint_eq(both.terms[i].wire, record.terms[i].wire);
        ck_assert_int_eq(nonzk_fr_equal(&both.terms[i].coefficient, &record.terms[i].coefficient),
                         1);
    }
    free(memory_both);
    free(memory_assign);
    free(memory_record);
}
END_TEST

START_TEST(every_public_input_is_in_a_constraint)
{
    struct nonzk_r1cs cs;
    void *memory = attestation_run(&cs, NONZK_R1CS_RECORD, NULL);
    uint32_t uses[5] = {0};
    for (uint32_t i = 0; i < cs.nterms; i++) {
        ck_assert_int_eq(nonzk_fr_is_zero(&cs.terms[i].coefficient), 0);
        if (cs.terms[i].wire < 5)
            uses[cs.terms[i].wire]++;
    }
    for (int wire = 1; wire < 5; wire++)
        ck_assert_uint_gt(uses[wire], 0);
    free(memory);
}
END_TEST

START_TEST(a_capability_that_is_not_allowed_is_refused)
{
    uint64_t seed = check_seed();
    for (int bit = 0; bit < 64; bit++) {
        uint64_t mask = UINT64_C(1) << bit;
        struct attestation a = attestation_make(&seed, ~mask, 100, mask, 7, 42);
        ck_assert_int_eq(verdict(&a), NONZK_E_UNSATISFIED);
        a = attestation_make(&seed, mask, 100, mask, 7, 42);
        ck_assert_int_eq(verdict(&a), 0);
    }
}
END_TEST

START_TEST(an_expired_authority_is_refused)
{
    static const uint32_t cases[][2] = {
        {0, 1}, {41, 42}, {0, UINT32_MAX}, {UINT32_MAX - 1, UINT32_MAX}};
    uint64_t seed = check_seed();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct attestation a = attestation_make(&seed, 0xf0f0, cases[i][0], 0x30, 7, cases[i][1]);
        ck_assert_int_eq(verdict(&a), NONZK_E_UNSATISFIED);
    }
}
END_TEST

START_TEST(a_wrong_public_input_is_refused)
{
    uint64_t seed = check_seed();
    struct attestation a = honest(&seed), b = a;
    b.statement.root = fr_random(&seed);
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    b = a;
    b.statement.pseudonym = fr_random(&seed);
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    b = a;
    b.statement.policy = fr_random(&seed); /* not below 2^160 */
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    b = a;
    nonzk_attestation_policy(&b.statement.policy, 0x5030, 7, 43); /* T is of epoch 42 */
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
}
END_TEST

START_TEST(a_wrong_witness_is_refused)
{
    uint64_t seed = check_seed();
    struct attestation a = honest(&seed), b = a;
    b.witness.secret = fr_random(&seed);
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    b = a;
    nonzk_attestation_pseudonym(&b.statement.pseudonym, &b.witness.secret, 42);
    b.witness.allowed |= UINT64_C(1) << 20;
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    b = a;
    b.witness.expiry++;
    ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    for (int level = 0; level < NONZK_ATTESTATION_DEPTH; level++) {
        b = a;
        b.witness.index ^= UINT32_C(1) << level;
        ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
        b = a;
        b.witness.siblings[level] = fr_random(&seed);
        ck_assert_int_eq(verdict(&b), NONZK_E_UNSATISFIED);
    }
    b = a;
    b.witness.index |= 1024; /* the same place, written otherwise */
    ck_assert_int_eq(verdict(&b), NONZK_E_INVALID);
}
END_TEST

START_TEST(a_satisfied_statement_holds_for_no_other_module)
{
    uint64_t seed = check_seed();
    struct attestation a = honest(&seed);
    struct nonzk_r1cs cs;
    uint32_t violated;
    void *memory = attestation_run(&cs, BOTH, &a);
    cs.values[2] = fr_random(&seed);
    ck_assert_int_eq(nonzk_r1cs_check(&cs, cs.values, &violated), NONZK_E_UNSATISFIED);
    free(memory);
}
END_TEST

START_TEST(the_module_input_drops_three_bits_of_the_digest)
{
    uint8_t digest[NONZK_ATTESTATION_DIGEST_LEN], bytes[NONZK_FR_LEN];
    struct nonzk_fr module;
    memset(digest, 0xff, sizeof digest);
    nonzk_attestation_module(&module, digest);
    nonzk_fr_to_bytes(bytes, &module);
    digest[0] = 0x1f;
    ck_assert_mem_eq(bytes, digest, sizeof bytes);
}
END_TEST

START_TEST(the_policy_input_is_mask_version_epoch)
{
    struct nonzk_fr policy, expected = fr_hex("0000000000000000000000000123456789abcdef"
                                              "fedcba9876543210deadbeef");
    nonzk_attestation_policy(&policy, 0x0123456789abcdef, 0xfedcba9876543210, 0xdeadbeef);
    assert_fr_equal(&policy, &expected);
}
END_TEST

/* Computed with the functions of make_constants.py. */
START_TEST(the_values_of_a_fixed_authority_stay_as_they_are)
{
    struct nonzk_fr secret = fr_u64(1), key, leaf, pseudonym;
    nonzk_attestation_key(&key, &secret);
    nonzk_attestation_leaf(&leaf, &key, 0xff, 9);
    nonzk_attestation_pseudonym(&pseudonym, &secret, 3);
    struct nonzk_fr expected_key =
                        fr_hex("5024143718899d1a247617a4069fb8b9b81a086cef49c21f38f94ef8d4da3834"),
                    expected_leaf =
                        fr_hex("13b428450c12b149a9f4a3434c2fdadc3a48ab9251b7d0e7036378821efa9260"),
                    expected_pseudonym =
                        fr_hex("6ba957c692a894db51638b94e214c22777f36b592d5255e9c33b55cd1dd1db18");
    assert_fr_equal(&key, &expected_key);
    assert_fr_equal(&leaf, &expected_leaf);
    assert_fr_equal(&pseudonym, &expected_pseudonym);
}
END_TEST

START_TEST(the_circuit_id_tells_development_keys_from_others)
{
    uint8_t id[NONZK_ATTESTATION_CIRCUIT_LEN];
    uint8_t release[NONZK_ATTESTATION_CIRCUIT_LEN] = "NONOS attestation v1";
    nonzk_attestation_circuit_id(id, 1);
    ck_assert_mem_eq(id, "NONOS attestation v1 DEVELOPMENT", sizeof id);
    nonzk_attestation_circuit_id(id, 0);
    ck_assert_mem_eq(id, release, sizeof id);
}
END_TEST

static Suite *attestation_suite(void)
{
    Suite *suite = suite_create("nonzk attestation");
    TCase *tc = tcase_create("attestation");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, the_circuit_id_tells_development_keys_from_others);
    tcase_add_test(tc, the_circuit_fits_its_limits_exactly_and_is_below_4096);
    tcase_add_test(tc, honest_statements_are_satisfied);
    tcase_add_test(tc, the_witness_depends_on_the_mode_in_nothing);
    tcase_add_test(tc, every_public_input_is_in_a_constraint);
    tcase_add_test(tc, a_capability_that_is_not_allowed_is_refused);
    tcase_add_test(tc, an_expired_authority_is_refused);
    tcase_add_test(tc, a_wrong_public_input_is_refused);
    tcase_add_test(tc, a_wrong_witness_is_refused);
    tcase_add_test(tc, a_satisfied_statement_holds_for_no_other_module);
    tcase_add_test(tc, the_module_input_drops_three_bits_of_the_digest);
    tcase_add_test(tc, the_policy_input_is_mask_version_epoch);
    tcase_add_test(tc, the_values_of_a_fixed_authority_stay_as_they_are);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(attestation_suite)
