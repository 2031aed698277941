/* Where malloc gets its pages: Memory objects on NONOS, anonymous mappings in the host's tests. */
#ifndef LIBC_HEAP_H
#define LIBC_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Maps `len` zeroed bytes (a multiple of the page size). NULL if there is no memory. `*handle` goes back to heap_pages_put(). */
void *heap_pages_get(size_t len, uint64_t *handle);
void heap_pages_put(void *pages, size_t len, uint64_t handle);

/* 32 unpredictable bits, or as near as can be had. */
uint32_t heap_secret(void);

void heap_lock(void);
void heap_unlock(void);

/* The heap was damaged, or free() got what is no block: says so and ends the task. */
_Noreturn void heap_damaged(const char *what);

#endif
