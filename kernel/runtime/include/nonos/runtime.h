/*
 * What a ring-3 task has before it has a C library: its start-up block, its named capabilities, memory, time and randomness.
 *
 * Every program and module starts in nonos_start (src/start.S), which relocates the image, checks the start-up block
 * (nonos/startup.h) and calls main(). Results are enum nonos_result: 0 or positive is success.
 */
#ifndef NONOS_RUNTIME_H
#define NONOS_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>
#include <nonos/startup.h>
#include <nonos/syscall.h>

/* Exit status of a task that its runtime ended: the start-up block was bad, or an integrity check failed. */
#define NONOS_EXIT_STARTUP 124
#define NONOS_EXIT_ABORT   134

/* The handle that the creator gave under `name`, or 0. What was closed or narrowed later is not known here. */
nonos_handle nonos_cap_find(const char *name);

/* The `index`th named capability; NULL past the end. */
const struct nonos_startup_cap *nonos_cap_at(size_t index);

/* Puts `handle` under `name`, in place of what was there; handle 0 removes the name. NO_SPACE if the table (64 names) is full,
 * NAME_TOO_LONG. */
NONOS_MUST_CHECK int nonos_cap_set(const char *name, nonos_handle handle);

/* The System capability to use for clocks and randomness: `clock`, else `system`; 0 if there is neither. */
nonos_handle nonos_clock_handle(void);

/* Monotonic nanoseconds since boot, and wall-clock nanoseconds since 1970 UTC; 0 without a clock capability. */
uint64_t nonos_time_monotonic(void);
uint64_t nonos_time_wall(void);

/* Waits until the monotonic clock reaches `deadline_ns`. CANCELLED: the thread was stopped meanwhile. */
int nonos_sleep_until(uint64_t deadline_ns);

/* Fills `len` bytes (any length) from the kernel's generator. Errors of random_get; DENIED without a capability. */
NONOS_MUST_CHECK int nonos_random(void *buffer, size_t len);

/*
 * Makes a zeroed Memory of `len` bytes (rounded up to pages) with `flags` (NONOS_MEMORY_FLAG_*) and maps it readable and
 * writable. The mapping ends with nonos_memory_free(), or when the handle is deleted.
 */
NONOS_MUST_CHECK int nonos_memory_create(size_t len, uint64_t flags, nonos_handle *handle,
                                         void **address);

/* Maps the first `len` bytes of a Memory with NONOS_PROT_* where there is room. */
NONOS_MUST_CHECK int nonos_memory_map(nonos_handle memory, size_t len, uint32_t prot,
                                      void **address);

/* Deletes the handle, and its mappings with it. */
void nonos_memory_free(nonos_handle handle);

static inline size_t nonos_page_round(size_t len)
{
    return (len + NONOS_PAGE_SIZE - 1) & ~(size_t)(NONOS_PAGE_SIZE - 1);
}

/* Writes text to the kernel's console of last resort, if the task holds System with CONSOLE; else nothing. */
void nonos_log(const char *text);
/* The same in parts: `format` knows %s %d %u %x %lu %lx %c and %%. At most 256 bytes. */
void nonos_logf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the task. No atexit function runs. */
_Noreturn void nonos_exit(int status);
/* Says `text` on the console of last resort and on standard error, and ends the task with NONOS_EXIT_ABORT. */
_Noreturn void nonos_panic(const char *text);

/* A message with a label and no words, no capabilities. */
static inline struct nonos_message nonos_message_make(uint32_t label)
{
    struct nonos_message message = {.label = label};
    return message;
}

/*
 * Calls `endpoint` and returns the reply's label as a result when the call itself succeeded: one value says both.
 * Capabilities that arrive with a failing reply are deleted.
 */
NONOS_MUST_CHECK int nonos_call(nonos_handle endpoint, struct nonos_message *message);

/* A name of at most 8 * n - 1 bytes in words and back, for protocols that carry short names. NAME_TOO_LONG; INVALID if the words hold no
 * terminated name. */
NONOS_MUST_CHECK int nonos_words_from_name(uint64_t *words, size_t n, const char *name);
NONOS_MUST_CHECK int nonos_name_from_words(char *name, const uint64_t *words, size_t n);

#endif
