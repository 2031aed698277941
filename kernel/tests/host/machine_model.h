/*
 * A machine for the host tests of kernel/mm and kernel/debug: physical memory in a file, seen
 * through a direct map as in the kernel, and processors that are threads.
 */
#ifndef KERNEL_TESTS_HOST_MACHINE_MODEL_H
#define KERNEL_TESTS_HOST_MACHINE_MODEL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/boot_info.h>

#define MODEL_LOW_RAM  (48ull << 20) /* from 1 MiB on, with a hole of reserved memory in it */
#define MODEL_HIGH     (5ull << 30)
#define MODEL_HIGH_RAM (8ull << 20)
#define MODEL_HOLE     (16ull << 20)
#define MODEL_HOLE_LEN (1ull << 20)
#define MODEL_TOP      (MODEL_HIGH + MODEL_HIGH_RAM)

/* Makes the memory and its direct map; `info` then describes it. With `high`, some of it lies above
 * 4 GiB. */
void model_memory(struct nonos_boot_info *info, bool high);
/* The same, and the frame allocator started. */
void model_frames(struct nonos_boot_info *info, bool high);

/* Maps physical memory at a host address of choice, as a page table would. */
void model_map(uintptr_t address, uint64_t physical, size_t len);
/* Reserves address space in which nothing is mapped. */
uintptr_t model_reserve(size_t len);

/* Which processor the calling thread is. */
void model_cpu_set(unsigned cpu);
void model_cpu_count_set(unsigned count);

/* What arch_is_virtual() says. */
extern bool model_virtual;

/* What the console of last resort got. */
extern char model_console[1 << 20];
extern size_t model_console_len;

/* The clock stands still until the test moves it. */
extern uint64_t model_clock_ns;

/* A panic goes back to the armed jump, with its text; not armed, it ends the program. */
extern jmp_buf model_panic_jump;
extern bool model_panic_armed;
extern char model_panic_text[512];

/* The statement must panic with a text that contains `text`. Locks stay as the panic left them: it
 * is the last thing a test does. */
#define ck_assert_panics(statement, text)                                      \
    do {                                                                       \
        model_panic_armed = true;                                              \
        if (!setjmp(model_panic_jump)) {                                       \
            statement;                                                         \
            ck_abort_msg("no panic: " #statement);                             \
        }                                                                      \
        model_panic_armed = false;                                             \
        ck_assert_msg(strstr(model_panic_text, text), "%s", model_panic_text); \
    } while (0)

#endif
