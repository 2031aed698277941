/* Kernel stacks: KERNEL_STACK_SIZE bytes, aligned to their size, between unmapped guards of the
 * same size. */
#ifndef KERNEL_MM_STACK_H
#define KERNEL_MM_STACK_H

#include <stdbool.h>
#include <stdint.h>

/* Gives a stack's lowest address, or NULL. Its content is not defined. */
void *stack_alloc(void);
void stack_free(void *stack);

/* Whether `address` lies in the stack area, and then which stack it belongs to and whether in that
 * stack's guard, below it. */
bool stack_find(uint64_t address, unsigned *number, bool *guard);

#endif
