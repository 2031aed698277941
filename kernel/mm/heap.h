/* Kernel heap: red zones on both sides of every block, canaries derived by BLAKE3 from a boot
 * secret, checked at every free. */
#ifndef KERNEL_MM_HEAP_H
#define KERNEL_MM_HEAP_H

#include <stddef.h>

/* Gives `size` zeroed bytes, aligned to 16, or NULL. Blocks of a page and more come from the frame
 * allocator. */
void *heap_alloc(size_t size);
void heap_free(void *block); /* NULL is fine */
size_t heap_used(void);      /* bytes of frames the heap holds */
/* Checks every red zone of the heap; stops the machine with a diagnostic if one is damaged. */
void heap_check(void);

#endif
