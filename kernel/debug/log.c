#include "log.h"

#include "format.h"
#include "lock.h"
#include "log_private.h"

#include <arch/arch.h>

#include <stdarg.h>
#include <stdbool.h>

#define LINE_SIZE 512

static char ring[LOG_RING_SIZE];
static struct {
    struct lock lock;
    uint64_t end; /* bytes ever written; the ring keeps the last LOG_RING_SIZE of them */
    bool line_open;
    bool quiet; /* what the kernel prints goes to the ring only */
    bool panicking;
} kernel_log = {.lock = LOCK_INIT(LOCK_RANK_LOG)};

/* A panic may strike while the lock is held, and stops all who could write: then it is not
 * taken. */
static void log_lock(void)
{
    if (!kernel_log.panicking)
        lock_acquire(&kernel_log.lock);
}

static void log_unlock(void)
{
    if (!kernel_log.panicking)
        lock_release(&kernel_log.lock);
}

static void append_locked(const char *text, size_t len, bool quiet)
{
    if (!len)
        return;
    for (size_t i = 0; i < len; i++)
        ring[(kernel_log.end + i) % LOG_RING_SIZE] = text[i];
    kernel_log.end += len;
    kernel_log.line_open = text[len - 1] != '\n';
    if (!quiet || kernel_log.panicking)
        arch_console_write(text, len);
    if (kernel_log.panicking)
        log_panic_screen(text, len);
}

static void time_put_locked(void)
{
    uint64_t us = arch_clock_ns() / 1000;
    char text[32];

    append_locked(text,
                  format_line(text, sizeof(text), "[%5llu.%06llu] ",
                              (unsigned long long)(us / 1000000),
                              (unsigned long long)(us % 1000000)),
                  kernel_log.quiet);
}

/* Bytes up to and with the first newline. */
static size_t line_len(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && text[n++] != '\n')
        ;
    return n;
}

void log_vprint(const char *format, va_list args)
{
    char text[LINE_SIZE];
    size_t len = format_text(text, sizeof(text), format, args);

    log_lock();
    for (size_t at = 0; at < len;) {
        size_t part = line_len(text + at, len - at);
        if (!kernel_log.line_open)
            time_put_locked();
        append_locked(text + at, part, kernel_log.quiet);
        at += part;
    }
    log_unlock();
}

void log_print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vprint(format, args);
    va_end(args);
}

void log_keep(const char *text, size_t len)
{
    log_lock();
    append_locked(text, len, true);
    log_unlock();
}

void log_show(const char *text, size_t len)
{
    log_lock();
    arch_console_write(text, len);
    log_unlock();
}

size_t log_read(uint64_t cursor, char *buffer, size_t len, uint64_t *start, uint64_t *end)
{
    size_t count;

    log_lock();
    *end = kernel_log.end;
    *start = *end > LOG_RING_SIZE ? *end - LOG_RING_SIZE : 0;
    if (cursor < *start)
        cursor = *start;
    if (cursor > *end)
        cursor = *end;
    count = *end - cursor < len ? (size_t)(*end - cursor) : len;
    for (size_t i = 0; i < count; i++)
        buffer[i] = ring[(cursor + i) % LOG_RING_SIZE];
    log_unlock();
    return count;
}

void log_console(int on)
{
    kernel_log.quiet = !on;
}

void log_panic_begin(void)
{
    kernel_log.panicking = true;
    if (kernel_log.line_open)
        append_locked("\n", 1, false);
}
