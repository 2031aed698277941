/*
 * The assertions of Check that models use, without Check: the process ends where one fails.
 */
#ifndef DRIVER_FUZZ_CHECK_MAIN_H
#define DRIVER_FUZZ_CHECK_MAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ck_abort_msg(...)                  \
    do {                                   \
        fprintf(stderr, "%s: ", __func__); \
        fprintf(stderr, __VA_ARGS__);      \
        fprintf(stderr, "\n");             \
        abort();                           \
    } while (0)
#define ck_assert_msg(holds, ...)      \
    do {                               \
        if (!(holds))                  \
            ck_abort_msg(__VA_ARGS__); \
    } while (0)
#define ck_assert(holds)          ck_assert_msg(holds, "line %d: %s", __LINE__, #holds)
#define ck_assert_uint_eq(a, b)   ck_assert((uintmax_t)(a) == (uintmax_t)(b))
#define ck_assert_uint_lt(a, b)   ck_assert((uintmax_t)(a) < (uintmax_t)(b))
#define ck_assert_uint_le(a, b)   ck_assert((uintmax_t)(a) <= (uintmax_t)(b))
#define ck_assert_uint_gt(a, b)   ck_assert((uintmax_t)(a) > (uintmax_t)(b))
#define ck_assert_uint_ge(a, b)   ck_assert((uintmax_t)(a) >= (uintmax_t)(b))
#define ck_assert_int_eq(a, b)    ck_assert((intmax_t)(a) == (intmax_t)(b))
#define ck_assert_mem_eq(a, b, n) ck_assert(memcmp(a, b, n) == 0)

#endif
