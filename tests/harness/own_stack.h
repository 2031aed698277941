/*
 * Runs a function on a stack of its own, which was painted before: what was not painted over afterwards was not used, and
 * what is found in it was left behind.
 */
#ifndef NONOS_TESTS_OWN_STACK_H
#define NONOS_TESTS_OWN_STACK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define OWN_STACK_LEN   (256 * 1024)
#define OWN_STACK_PAINT 0xa5

static uint8_t own_stack[OWN_STACK_LEN] __attribute__((aligned(4096)));
static void (*own_stack_function)(void);

static void own_stack_entry(void)
{
    own_stack_function();
}

static inline void own_stack_run(void (*function)(void))
{
    static ucontext_t outside, inside;

    memset(own_stack, OWN_STACK_PAINT, sizeof own_stack);
    own_stack_function = function;
    getcontext(&inside);
    inside.uc_stack.ss_sp = own_stack;
    inside.uc_stack.ss_size = sizeof own_stack;
    inside.uc_link = &outside;
    makecontext(&inside, own_stack_entry, 0);
    swapcontext(&outside, &inside);
}

/* Bytes below the top that the last run changed. */
static inline size_t own_stack_used(void)
{
    size_t untouched = 0;

    while (untouched < sizeof own_stack && own_stack[untouched] == OWN_STACK_PAINT)
        untouched++;
    return sizeof own_stack - untouched;
}

#endif
