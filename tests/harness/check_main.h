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

/*
 * Check notes each assertion that holds in a file, to say after which one a test crashed, and reads all that afterwards: of some
 * suites it was most of the time. Of an assertion in a loop the first note says it, and of very many one in 64 is near enough.
 */
static inline void check_mark_point(const char *file, int line)
{
    static unsigned noted;
    static int last;
    if (line != last && (noted++ < 1000 || noted % 64 == 0))
        _mark_point(file, line);
    last = line;
}
#define _mark_point(file, line) check_mark_point(file, line)

#ifdef CHECK_NO_HEAP
/* Nothing that is tested allocates: to look for leaks behind each test, which is a process, costs more than some tests. */
__attribute__((weak)) const char *__asan_default_options(void);
__attribute__((weak)) const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

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

/* The byte that two hexadecimal digits say, of either case. Vectors have millions of them: no sscanf, which measures the rest. */
static inline uint8_t check_unhex_byte(const char *digits)
{
    unsigned byte = 0;
    for (int i = 0; i < 2; i++) {
        char c = digits[i], letter = (char)(c | 32);
        if (c >= '0' && c <= '9')
            byte = byte << 4 | (unsigned)(c - '0');
        else if (letter >= 'a' && letter <= 'f')
            byte = byte << 4 | (unsigned)(letter - 'a' + 10);
        else
            ck_abort_msg("no hexadecimal digit: %.8s", digits);
    }
    return (uint8_t)byte;
}

/* Fills `out` from lower- or upper-case hexadecimal; returns the number of bytes. */
static inline size_t check_unhex(uint8_t *out, size_t size, const char *hex)
{
    size_t n = strlen(hex) / 2;
    ck_assert_uint_le(n, size);
    for (size_t i = 0; i < n; i++)
        out[i] = check_unhex_byte(hex + 2 * i);
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
