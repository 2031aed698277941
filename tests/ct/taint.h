/*
 * Secrets for the test of constant time. Under valgrind a poisoned byte may be moved and computed with, but a branch or an
 * address that depends on it is reported. Each ct_SUBJECT.c has one function ct_SUBJECT(), which poisons what is secret,
 * runs each secret-dependent operation of its subject with each back end that the processor has, and takes the poison from
 * what is public before it looks at it.
 */
#ifndef TESTS_CT_TAINT_H
#define TESTS_CT_TAINT_H

#include <stddef.h>
#include <valgrind/memcheck.h>

static inline void taint(void *data, size_t len)
{
    VALGRIND_MAKE_MEM_UNDEFINED(data, len);
}

static inline void untaint(void *data, size_t len)
{
    VALGRIND_MAKE_MEM_DEFINED(data, len);
}

#endif
