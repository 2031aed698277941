/* The kernel log: a ring of text that also goes to the console of last resort; and the end of the
 * machine, with a diagnostic. */
#ifndef KERNEL_DEBUG_LOG_H
#define KERNEL_DEBUG_LOG_H

#include <stddef.h>
#include <stdint.h>

/* printf subset: %s %c %d %u %x %p %zu %llu %llx %lx %lu with width and zero padding, and %% . Each
 * line gets the time in front. */
void log_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Text as it is: into the ring only, and to the console of last resort only. */
void log_keep(const char *text, size_t len);
void log_show(const char *text, size_t len);
/* Copies log bytes from `cursor` on; returns how many, and the range that is kept. */
size_t log_read(uint64_t cursor, char *buffer, size_t len, uint64_t *start, uint64_t *end);
/* Whether what log_print prints also goes to the serial port (it does at first), or to the ring
 * only. A panic is always seen. */
void log_console(int on);

/* Stops all processors and prints message, registers and a symbolised backtrace. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* States what cannot happen whatever user mode does. */
#define KERNEL_ASSERT(condition) \
    ((condition) ? (void)0 : panic("%s:%d: %s", __FILE__, __LINE__, #condition))

#endif
