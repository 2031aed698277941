/*
 * What an operation leaves behind: after it, no 16 bytes in a row of a key, a seed, a secret text or a secret that it derived
 * are on the stack that it used, nor in a context or workspace that it ended. Less than 16 bytes may remain where the compiler
 * keeps registers on the stack.
 */
#include <check_main.h>
#include <noncrypto/cpu.h>
#include <noncrypto/memory.h>
#include <own_stack.h>

#include "operations.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_UNDEFINED__)

int main(void)
{
    puts("1..0 # SKIP sanitizers copy what is on the stack");
    return 0;
}

#else

#define WINDOW 16

static unsigned first_two(const uint8_t *bytes)
{
    return bytes[0] | (unsigned)bytes[1] << 8;
}

/* Where any WINDOW bytes in a row of `secret` are in `area`, or NULL. */
static const uint8_t *find(const void *area, size_t area_len, const uint8_t *secret, size_t len)
{
    static const uint8_t zero[WINDOW];
    static uint8_t begins[65536]; /* by the first two bytes: whether such a window begins so */
    const uint8_t *bytes = area;

    memset(begins, 0, sizeof begins);
    for (size_t at = 0; at + WINDOW <= len; at++)
        if (memcmp(secret + at, zero, WINDOW) != 0)
            begins[first_two(secret + at)] = 1;
    for (size_t i = 0; i + WINDOW <= area_len; i++) {
        if (!begins[first_two(bytes + i)])
            continue;
        for (size_t at = 0; at + WINDOW <= len; at++)
            if (memcmp(secret + at, zero, WINDOW) != 0 &&
                memcmp(bytes + i, secret + at, WINDOW) == 0)
                return bytes + i;
    }
    return NULL;
}

/* Prints what is found in `area` and returns how many of the secrets are. */
static unsigned search(const char *operation, const char *where, const void *area, size_t len)
{
    unsigned found = 0;

    if (find(area, len, operation_secret, OPERATION_SECRET_LEN)) {
        printf("# %s leaves its key, seed or text %s\n", operation, where);
        found++;
    }
    for (size_t d = 0; d < operation_derived_count; d++)
        if (find(area, len, operation_derived[d].data, operation_derived[d].len)) {
            printf("# %s leaves %s %s\n", operation, operation_derived[d].name, where);
            found++;
        }
    return found;
}

static unsigned run_and_search(const struct operation *o)
{
    unsigned found;

    if (o->prepare)
        o->prepare();
    own_stack_run(o->run);
    size_t used = own_stack_used();
    found = search(o->name, "on the stack", own_stack + OWN_STACK_LEN - used, used);
    for (size_t c = 0; c < operation_contexts_count; c++)
        found +=
            search(o->name, "in a context", operation_contexts[c].data, operation_contexts[c].len);
    return found;
}

static void fill_secret(void)
{
    uint64_t state = check_seed();

    for (unsigned i = 0; i < OPERATION_SECRET_LEN; i++)
        operation_secret[i] = (uint8_t)check_random(&state);
}

START_TEST(operations_leave_no_secrets_behind)
{
    unsigned found = 0;

    fill_secret();
    for (unsigned all = 0; all < 2; all++) {
        noncrypto_cpu_set_features(all ? noncrypto_cpu_detect() : 0);
        printf("# %s\n", all ? "all back ends" : "portable C");
        for (size_t i = 0; i < operations_count; i++)
            found += run_and_search(&operations[i]);
    }
    printf("# %zu operations, twice\n", operations_count);
    fflush(stdout);
    ck_assert_uint_eq(found, 0);
}
END_TEST

/* Copies a part of the secret as an operation would that forgets to wipe, to below what the end of the run writes over. */
static void forget(void)
{
    uint8_t area[1024];

    memcpy(area, operation_secret + 40, 24);
    __asm__ volatile("" : : "r"(area) : "memory");
}

static void wipe(void)
{
    uint8_t copy[24];

    memcpy(copy, operation_secret + 40, sizeof copy);
    __asm__ volatile("" : : "r"(copy) : "memory");
    noncrypto_wipe(copy, sizeof copy);
}

START_TEST(the_search_finds_what_is_left)
{
    struct operation planted = {.name = "planted, must be found:", .run = forget};
    struct operation clean = {.name = "clean", .run = wipe};

    fill_secret();
    ck_assert_uint_eq(run_and_search(&planted), 1);
    ck_assert_uint_eq(run_and_search(&clean), 0);
}
END_TEST

static Suite *wipe_suite(void)
{
    Suite *suite = suite_create("noncrypto wiping");
    TCase *tc = tcase_create("wiping");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, operations_leave_no_secrets_behind);
    tcase_add_test(tc, the_search_finds_what_is_left);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(wipe_suite)

#endif
