/*
 * main() of a Check test program. A suite is one program; it prints TAP, which the test command counts.
 * A failing test prints its seed itself: a random test takes it from check_seed().
 */
#ifndef NONOS_TESTS_CHECK_MAIN_H
#define NONOS_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seed of this run: NONOS_SEED if set, else a fixed value, so that a plain run is repeatable. */
static inline uint64_t check_seed(void)
{
    const char *s = getenv("NONOS_SEED");
    return s ? strtoull(s, NULL, 0) : 0x4e4f4e4f53u;
}

/* splitmix64 (public domain, S. Vigna): the tests' only source of pseudo-random numbers. */
static inline uint64_t check_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Fills `out` from lower- or upper-case hexadecimal; returns the number of bytes. */
static inline size_t check_unhex(uint8_t *out, size_t size, const char *hex)
{
    size_t n = strlen(hex) / 2;
    ck_assert_uint_le(n, size);
    for (size_t i = 0; i < n; i++) {
        unsigned byte;
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out[i] = (uint8_t)byte;
    }
    return n;
}

#define CHECK_MAIN(make_suite)                          \
    int main(void)                                      \
    {                                                   \
        SRunner *runner = srunner_create(make_suite()); \
        srunner_run_all(runner, CK_ENV);                \
        int failed = srunner_ntests_failed(runner);     \
        srunner_free(runner);                           \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;    \
    }

#endif
