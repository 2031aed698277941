/* Between the log, the panic code and the tests. */
#ifndef KERNEL_DEBUG_LOG_PRIVATE_H
#define KERNEL_DEBUG_LOG_PRIVATE_H

#include <stdarg.h>
#include <stddef.h>

#define LOG_RING_SIZE 65536

void log_vprint(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
/* From now on the caller is the only one who writes: the log's lock is not taken any more. */
void log_panic_begin(void);
/* The architecture: shows text of a panic on the screen, if there is one. */
void log_panic_screen(const char *text, size_t len);

#endif
