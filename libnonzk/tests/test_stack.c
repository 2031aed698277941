/*
 * How much stack it takes to decide whether a module may run, callees counted: below 16 KiB for
 * whatever a kernel calls on the way. Prints a table; README.md of the library shows it.
 */
#include <check_main.h>
#include <noncrypto/cpu.h>
#include <own_stack.h>

#include "module_helpers.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_UNDEFINED__)

int main(void)
{
    puts("1..0 # SKIP sanitizers need stack of their own");
    return 0;
}

#else

#define STACK_MAX 16384
#define NCLAIMS   3

static struct made_module module;
static uint8_t key[NONZK_GROTH16_KEY_LEN(NONZK_ATTESTATION_INPUTS)];
static uint8_t inputs[NCLAIMS][NONZK_ATTESTATION_INPUTS * NONZK_FR_LEN];
static struct nonzk_groth16_claim claims[NCLAIMS];
static uint64_t memory[MADE_MEMORY_LEN], workspace[1024];
static int result;

static void run_nothing(void)
{
}

static void run_init(void)
{
    struct nonzk_groth16_verifier *verifier;

    result = nonzk_groth16_verifier_init(&verifier, memory, sizeof memory, key, sizeof key);
}

static void run_verify(void)
{
    result = nonzk_groth16_verify(module.verifier, claims[0].proof, NONZK_GROTH16_PROOF_LEN,
                                  claims[0].inputs, NONZK_ATTESTATION_INPUTS);
}

static void run_batch(void)
{
    static const uint8_t random[NCLAIMS * NONZK_GROTH16_RANDOM_LEN] = {
        [0] = 1, [NONZK_GROTH16_RANDOM_LEN] = 2, [2 * NONZK_GROTH16_RANDOM_LEN] = 3};
    size_t bad;

    result = nonzk_groth16_verify_batch(module.verifier, claims, NCLAIMS, random, workspace,
                                        nonzk_groth16_batch_size(module.verifier), &bad);
}

static void run_check(void)
{
    struct nonzk_module_report report;

    result =
        nonzk_module_check(&report, module.verifier, &module.rule, module.file, sizeof module.file);
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {
    {"verifier_init", run_init},
    {"verify", run_verify},
    {"verify_batch", run_batch},
    {"module_check", run_check},
};

static size_t stack_of(void (*run)(void), uint32_t features)
{
    noncrypto_cpu_set_features(features & noncrypto_cpu_detect());
    own_stack_run(run);
    return own_stack_used();
}

START_TEST(no_step_of_a_decision_needs_more_stack_than_it_may)
{
    printf("# %-16s %9s %9s\n", "bytes of stack", "portable", "all");
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        size_t used[2];

        for (unsigned all = 0; all < 2; all++) {
            uint32_t features = all ? UINT32_MAX : 0;

            result = -1;
            used[all] = stack_of(operations[i].run, features) - stack_of(run_nothing, features);
            ck_assert_uint_gt(used[all], 0);
            ck_assert_uint_le(used[all], STACK_MAX);
        }
        printf("# %-16s %9zu %9zu\n", operations[i].name, used[0], used[1]);
    }
    fflush(stdout);
}
END_TEST

START_TEST(each_step_was_whole)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        result = -1;
        own_stack_run(operations[i].run);
        ck_assert_msg(result == 0, "%s: %s", operations[i].name, nonzk_strerror(result));
    }
}
END_TEST

static void setup(void)
{
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    made_key(key, NONZK_ATTESTATION_INPUTS);
    ck_assert_int_eq(made_module(&module), 0);
    ck_assert_uint_le(nonzk_groth16_batch_size(module.verifier), sizeof workspace);
    for (size_t i = 0; i < NCLAIMS; i++) {
        struct nonzk_module_report report;

        ck_assert_int_eq(nonzk_module_claim(&report, inputs[i], &claims[i], module.verifier,
                                            &module.rule, module.file, sizeof module.file),
                         0);
    }
}

static Suite *stack_suite(void)
{
    Suite *suite = suite_create("nonzk stack");
    TCase *tc = tcase_create("stack");
    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, setup, NULL);
    tcase_add_test(tc, no_step_of_a_decision_needs_more_stack_than_it_may);
    tcase_add_test(tc, each_step_was_whole);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stack_suite)

#endif
