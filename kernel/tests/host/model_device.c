/* The devices of the modelled machine, its console and its power. */
#include "model_private.h"

#include <stdarg.h>

#include <debug/log.h>

int arch_irq_route_gsi(uint32_t gsi, unsigned irq, unsigned cpu, bool level, bool active_low)
{
    (void)irq;
    (void)cpu;
    (void)level;
    (void)active_low;
    return gsi < 24 ? 0 : NONOS_E_INVALID;
}

void arch_irq_mask(uint32_t gsi)
{
    (void)gsi;
}

void arch_irq_unmask(uint32_t gsi)
{
    (void)gsi;
}

void arch_irq_msi(unsigned irq, unsigned cpu, uint64_t *address, uint64_t *data)
{
    *address = 0xfee00000 | cpu << 12;
    *data = irq;
}

uint32_t arch_port_read(uint16_t port, unsigned width)
{
    (void)width;
    return port;
}

void arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
    (void)port;
    (void)width;
    (void)value;
}

bool arch_random(uint64_t *value)
{
    static uint64_t state = 1;
    *value = check_random(&state);
    return true;
}

void arch_power_off(unsigned status)
{
    exit((int)status);
}

void arch_reboot(void)
{
    exit(1);
}

static void text_print(const char *format, va_list arguments)
{
    printf("# ");
    vprintf(format, arguments);
}

void log_print(const char *format, ...)
{
    va_list arguments;
    if (!getenv("NONOS_MODEL_LOG"))
        return;
    va_start(arguments, format);
    text_print(format, arguments);
    va_end(arguments);
}

void log_keep(const char *text, size_t len)
{
    (void)text;
    (void)len;
}

size_t model_console_len;
char model_console[4096];

void log_show(const char *text, size_t len)
{
    if (len <= sizeof(model_console) - model_console_len && len > 0)
        memcpy(model_console + model_console_len, text, len);
    model_console_len += len;
}

size_t log_read(uint64_t cursor, char *buffer, size_t len, uint64_t *start, uint64_t *end)
{
    (void)cursor;
    (void)buffer;
    (void)len;
    *start = *end = 0;
    return 0;
}

void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_print(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
    abort();
}
