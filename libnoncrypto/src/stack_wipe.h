/*
 * For what a compiler leaves on the stack: registers that it kept there and temporaries that have no name. A function that
 * is not inlined works with the secrets; after it returned, its caller erases the stack below.
 */
#ifndef NONCRYPTO_SRC_STACK_WIPE_H
#define NONCRYPTO_SRC_STACK_WIPE_H

#include "cpu.h"

/* Keeps the function out of the frame of the caller that erases what it leaves. */
#define STACK_WIPED __attribute__((__noinline__))

/* Each erases so many bytes below the frame of its caller, and needs no more stack itself. */
void noncrypto_stack_wipe_512(void);
void noncrypto_stack_wipe_1920(void);
#if NONCRYPTO_X86_64
void noncrypto_stack_wipe_256_avx2(void);
void noncrypto_stack_wipe_608_avx2(void);
#endif

/* Calls one of them. It must come back: a jump in place of the call would erase from above the caller's frame on. */
#define STACK_WIPE(which)                    \
    do {                                     \
        noncrypto_stack_wipe_##which();      \
        __asm__ volatile("" : : : "memory"); \
    } while (0)

#endif
