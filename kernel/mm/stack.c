#include "stack.h"

#include "frame.h"
#include "kernel_map.h"

#include <arch/arch.h>
#include <debug/lock.h>
#include <debug/log.h>

#define STACK_SLOT   (2ull * KERNEL_STACK_SIZE)
#define STACK_MAX    16384u
#define STACK_PAGES  (KERNEL_STACK_SIZE / FRAME_SIZE)
#define STACK_CACHED 32u /* free stacks that stay mapped */

_Static_assert(STACK_MAX *STACK_SLOT <= STACK_AREA_SIZE, "the area holds every stack");

static struct {
    struct lock lock;
    uint64_t used[STACK_MAX / 64];
    unsigned first; /* no free number below it */
    unsigned cached[STACK_CACHED];
    unsigned ncached;
} stacks = {.lock = LOCK_INIT(LOCK_RANK_STACK)};

static uint64_t stack_address(unsigned number)
{
    return kernel_layout.stacks + number * STACK_SLOT + KERNEL_STACK_SIZE;
}

static void frames_release(unsigned number, unsigned npages)
{
    if (!npages)
        return;
    kernel_unmap_hide(stack_address(number), npages);
    kernel_unmap_flush();
    kernel_unmap_free(stack_address(number), npages);
}

static void number_free(unsigned number)
{
    lock_acquire(&stacks.lock);
    stacks.used[number / 64] &= ~(1ull << number % 64);
    if (number < stacks.first)
        stacks.first = number;
    lock_release(&stacks.lock);
}

/* Returns false if all numbers are taken. `*mapped` tells whether the stack comes from the
 * cache. */
static bool number_take(unsigned *number, bool *mapped)
{
    bool found = true;

    lock_acquire(&stacks.lock);
    *mapped = stacks.ncached > 0;
    if (*mapped) {
        *number = stacks.cached[--stacks.ncached];
    } else {
        while (stacks.first < STACK_MAX && stacks.used[stacks.first / 64] >> stacks.first % 64 & 1)
            stacks.first++;
        found = stacks.first < STACK_MAX;
        if (found) {
            *number = stacks.first++;
            stacks.used[*number / 64] |= 1ull << *number % 64;
        }
    }
    lock_release(&stacks.lock);
    return found;
}

void *stack_alloc(void)
{
    unsigned number;
    bool mapped;

    if (!number_take(&number, &mapped))
        return NULL;
    for (unsigned i = 0; i < STACK_PAGES && !mapped; i++) {
        uint64_t frame;

        if (frame_alloc(&frame) == 0) {
            if (kernel_map(stack_address(number) + (uint64_t)i * FRAME_SIZE, frame, 1,
                           KERNEL_WRITE) == 0)
                continue;
            frame_free(frame);
        }
        frames_release(number, i);
        number_free(number);
        return NULL;
    }
    return (void *)(uintptr_t)stack_address(number);
}

void stack_free(void *stack)
{
    unsigned number;
    bool guard, keep;

    if (!stack_find((uintptr_t)stack, &number, &guard) || stack_address(number) != (uintptr_t)stack)
        panic("free of %p, which is no stack", stack);
    lock_acquire(&stacks.lock);
    if (!(stacks.used[number / 64] >> number % 64 & 1))
        panic("stack %u is freed twice", number);
    keep = stacks.ncached < STACK_CACHED;
    if (keep)
        stacks.cached[stacks.ncached++] = number;
    lock_release(&stacks.lock);
    if (keep)
        return;
    frames_release(number, STACK_PAGES);
    number_free(number);
}

bool stack_find(uint64_t address, unsigned *number, bool *guard)
{
    uint64_t offset = address - kernel_layout.stacks;

    if (address < kernel_layout.stacks || offset >= STACK_MAX * STACK_SLOT)
        return false;
    *number = (unsigned)(offset / STACK_SLOT);
    *guard = offset % STACK_SLOT < KERNEL_STACK_SIZE;
    return true;
}
