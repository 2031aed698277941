/* malloc's pages on the host. */
#ifndef RUNTIME_TESTS_HEAP_HOST_H
#define RUNTIME_TESTS_HEAP_HOST_H

#include <setjmp.h>
#include <stddef.h>

extern size_t heap_host_pages;    /* bytes that malloc holds now */
extern size_t heap_host_limit;    /* bytes that it may hold */
extern jmp_buf heap_host_damaged; /* where heap_damaged() goes if heap_host_catch is set */
extern int heap_host_catch;

#endif
