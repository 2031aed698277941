/* How much stack each operation needs, callees counted. Prints a table; README.md of the library shows it. */
#include <check_main.h>
#include <noncrypto/cpu.h>
#include <own_stack.h>

#include "operations.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_UNDEFINED__)

int main(void)
{
    puts("1..0 # SKIP sanitizers need stack of their own");
    return 0;
}

#else

/* On s390x each frame begins with 160 bytes for what it calls, and operations are up to eight calls deep. */
#ifdef __s390x__
#define STACK_MAX (4096 + 8 * 160)
#else
#define STACK_MAX 4096
#endif

static size_t stack_of(const struct operation *o, uint32_t features)
{
    noncrypto_cpu_set_features(features & noncrypto_cpu_detect());
    if (o->prepare)
        o->prepare();
    own_stack_run(o->run);
    return own_stack_used();
}

START_TEST(no_operation_needs_more_stack_than_it_may)
{
    size_t harness[2];
    unsigned over = 0;

    for (unsigned i = 0; i < OPERATION_SECRET_LEN; i++)
        operation_secret[i] = (uint8_t)(i * 37 + 11);
    for (unsigned all = 0; all < 2; all++)
        harness[all] = stack_of(&operations[0], all ? UINT32_MAX : 0);
    printf("# %-32s %9s %9s\n", "bytes of stack", "portable", "all");
    for (size_t i = 1; i < operations_count; i++) {
        size_t used[2];

        for (unsigned all = 0; all < 2; all++) {
            used[all] = stack_of(&operations[i], all ? UINT32_MAX : 0) - harness[all];
            over += used[all] > STACK_MAX;
        }
        printf("# %-32s %9zu %9zu%s\n", operations[i].name, used[0], used[1],
               used[0] > STACK_MAX || used[1] > STACK_MAX ? "  too much" : "");
    }
    fflush(stdout);
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    ck_assert_uint_eq(over, 0);
}
END_TEST

static void use_five_kilobytes(void)
{
    volatile uint8_t buffer[5 * 1024];

    for (size_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (uint8_t)i;
}

START_TEST(the_measurement_sees_what_is_used)
{
    struct operation planted = {.name = "planted", .run = use_five_kilobytes};
    size_t used = stack_of(&planted, 0) - stack_of(&operations[0], 0);

    ck_assert_uint_ge(used, 9 * 1024 / 2); /* less what the harness needs, which shares the area */
    ck_assert_uint_le(used, 6 * 1024);
}
END_TEST

static Suite *stack_suite(void)
{
    Suite *suite = suite_create("noncrypto stack");
    TCase *tc = tcase_create("stack");
    tcase_add_test(tc, no_operation_needs_more_stack_than_it_may);
    tcase_add_test(tc, the_measurement_sees_what_is_used);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stack_suite)

#endif
