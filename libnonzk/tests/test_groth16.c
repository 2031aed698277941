/*
 * Groth16 on keys whose secrets are known, with any number of inputs.
 */
#include "made_key.h"
#include "point_helpers.h"

static const size_t numbers[] = {0, 1, 3, 4, 5, 15, 16, 17, 40};

struct made {
    uint8_t *key, *inputs;
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    void *memory;
    struct nonzk_groth16_verifier *verifier;
};

static struct made made_of(size_t n)
{
    struct made m;
    uint64_t seed = check_seed();
    uint32_t inputs[64];
    size_t size = nonzk_groth16_verifier_size(n);
    m.key = malloc(NONZK_GROTH16_KEY_LEN(n));
    m.inputs = malloc(n * NONZK_GROTH16_INPUT_LEN + 1);
    m.memory = malloc(size);
    made_key(m.key, n);
    for (size_t i = 0; i < n; i++)
        inputs[i] = (uint32_t)check_random(&seed);
    made_proof(m.proof, m.inputs, inputs, n);
    ck_assert_int_eq(
        nonzk_groth16_verifier_init(&m.verifier, m.memory, size, m.key, NONZK_GROTH16_KEY_LEN(n)),
        0);
    return m;
}

static void made_free(struct made *m)
{
    free(m->key);
    free(m->inputs);
    free(m->memory);
}

START_TEST(any_number_of_inputs_is_verified)
{
    size_t n = numbers[_i];
    struct made m = made_of(n);
    ck_assert_uint_eq(nonzk_groth16_ninputs(m.verifier), n);
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, m.inputs, n), 0);
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, m.inputs, n + 1),
                     NONZK_E_INVALID);
    for (size_t i = 0; i < n; i++) {
        uint8_t *last = &m.inputs[(i + 1) * NONZK_GROTH16_INPUT_LEN - 1];
        *last ^= 1;
        ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, m.inputs, n),
                         NONZK_E_PROOF);
        *last ^= 1;
    }
    made_free(&m);
}
END_TEST

START_TEST(a_verifier_may_be_moved)
{
    struct made m = made_of(2);
    size_t size = nonzk_groth16_verifier_size(2);
    void *moved = malloc(size);
    memcpy(moved, m.memory, size);
    memset(m.memory, 0, size);
    ck_assert_int_eq(nonzk_groth16_verify(moved, m.proof, sizeof m.proof, m.inputs, 2), 0);
    free(moved);
    made_free(&m);
}
END_TEST

/* The input r - 1 is taken, r is not. */
START_TEST(inputs_are_below_r)
{
    struct made m = made_of(1);
    struct scalar r =
        scalar_hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, r.byte, 1),
                     NONZK_E_ENCODING);
    r.byte[31] = 0;
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, r.byte, 1),
                     NONZK_E_PROOF);
    made_free(&m);
}
END_TEST

/* With the input -1/2, X = IC[0] + s IC[1] = 1 + 2 s is infinity. */
START_TEST(a_sum_of_inputs_that_is_infinity_is_no_exception)
{
    struct made m = made_of(1);
    struct scalar s =
        scalar_hex("39f6d3a994cebea4199cec0404d0ec02a9ded2017fff2dff7fffffff80000000");
    uint8_t random[NONZK_GROTH16_RANDOM_LEN] = {7};
    struct nonzk_groth16_claim claim = {m.proof, s.byte};
    uint64_t workspace[8];
    size_t bad;
    /* a b = 9 * 5 and alpha beta = 35: C = (35 - 45) / 2 = -5 */
    made_g1(m.proof, 9, 0, 1);
    made_g2(m.proof + 48, 5, 0, 1);
    made_g1(m.proof + 144, 5, 1, 1);
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, s.byte, 1), 0);
    ck_assert_int_eq(nonzk_groth16_verify_batch(m.verifier, &claim, 1, random, workspace,
                                                sizeof workspace, &bad),
                     0);
    made_free(&m);
}
END_TEST

START_TEST(a_batch_refuses_random_bytes_that_are_zero)
{
    struct made m = made_of(1);
    uint8_t random[2 * NONZK_GROTH16_RANDOM_LEN] = {7}, s[NONZK_GROTH16_INPUT_LEN] = {0};
    struct nonzk_groth16_claim claims[2] = {{m.proof, s}, {m.proof, s}};
    uint64_t workspace[8];
    size_t bad;
    /* A proof of nothing: points of the groups. */
    made_g1(m.proof, 9, 0, 1);
    made_g2(m.proof + 48, 5, 0, 1);
    made_g1(m.proof + 144, 5, 1, 1);
    ck_assert_int_eq(nonzk_groth16_verify(m.verifier, m.proof, sizeof m.proof, s, 1),
                     NONZK_E_PROOF);
    ck_assert_int_eq(nonzk_groth16_verify_batch(m.verifier, &claims[1], 1,
                                                random + NONZK_GROTH16_RANDOM_LEN, workspace,
                                                sizeof workspace, &bad),
                     NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_groth16_verify_batch(m.verifier, claims, 2, random, workspace,
                                                sizeof workspace, &bad),
                     NONZK_E_INVALID);
    ck_assert_uint_eq(bad, 1);
    random[2 * NONZK_GROTH16_RANDOM_LEN - 1] = 1;
    ck_assert_int_eq(nonzk_groth16_verify_batch(m.verifier, claims, 2, random, workspace,
                                                sizeof workspace, &bad),
                     NONZK_E_PROOF);
    made_free(&m);
}
END_TEST

static Suite *groth16_suite(void)
{
    Suite *suite = suite_create("nonzk groth16");
    TCase *tc = tcase_create("groth16");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, any_number_of_inputs_is_verified, 0,
                        sizeof numbers / sizeof numbers[0]);
    tcase_add_test(tc, a_verifier_may_be_moved);
    tcase_add_test(tc, inputs_are_below_r);
    tcase_add_test(tc, a_sum_of_inputs_that_is_infinity_is_no_exception);
    tcase_add_test(tc, a_batch_refuses_random_bytes_that_are_zero);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(groth16_suite)
