/*
 * What was computed from secrets and is public all the same, because it is published or because everybody knows it: that the
 * random bytes did not make zero, which points are infinity, the points of a contribution. It is code only in the test that
 * poisons secrets (libnonzk/tests/ct). Private to libnonzk.
 */
#ifndef NONZK_SRC_CT_H
#define NONZK_SRC_CT_H

#include <stddef.h>

#if defined(NONZK_CONFIG_TAINT) && NONZK_CONFIG_TAINT
#include <valgrind/memcheck.h>
#endif

static inline void ct_declassify(const void *data, size_t len)
{
#if defined(NONZK_CONFIG_TAINT) && NONZK_CONFIG_TAINT
    VALGRIND_MAKE_MEM_DEFINED(data, len);
#else
    (void)data;
    (void)len;
#endif
}

/* The same for a value that is returned or decided on. */
static inline int ct_public(int x)
{
    ct_declassify(&x, sizeof x);
    return x;
}

#endif
