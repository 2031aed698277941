/* Memory, time, randomness, messages and the end of a task: thin, checked wrappers round the system calls. */
#include <nonos/runtime.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "start.h"

#define RANDOM_MAX  4096u /* of one call */
#define CONSOLE_MAX 1024u
#define LOG_LINE    256

nonos_handle nonos_clock_handle(void)
{
    nonos_handle clock = nonos_cap_find(NONOS_NAME_CLOCK);
    return clock ? clock : nonos_cap_find(NONOS_NAME_SYSTEM);
}

static uint64_t time_read(uint32_t clock)
{
    uint64_t ns;
    return nonos_clock_get(nonos_clock_handle(), clock, &ns) < 0 ? 0 : ns;
}

uint64_t nonos_time_monotonic(void)
{
    return time_read(NONOS_CLOCK_MONOTONIC);
}

uint64_t nonos_time_wall(void)
{
    return time_read(NONOS_CLOCK_WALL);
}

int nonos_sleep_until(uint64_t deadline_ns)
{
    return nonos_thread_sleep(nonos_thread_self()->handle, deadline_ns);
}

int nonos_random(void *buffer, size_t len)
{
    nonos_handle system = nonos_clock_handle();
    if (!system)
        return NONOS_E_DENIED;
    for (uint8_t *at = buffer; len;) {
        size_t part = len < RANDOM_MAX ? len : RANDOM_MAX;
        int result = nonos_random_get(system, at, part);
        if (result < 0)
            return result;
        at += part;
        len -= part;
    }
    return NONOS_OK;
}

int nonos_memory_map(nonos_handle memory, size_t len, uint32_t prot, void **address)
{
    uint64_t place;
    int result = nonos_mem_map(NONOS_SLOT_TASK, memory, 0, 0, nonos_page_round(len), prot, &place);
    *address = result < 0 ? NULL : (void *)place;
    return result;
}

int nonos_memory_create(size_t len, uint64_t flags, nonos_handle *handle, void **address)
{
    int result =
        nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_MEMORY, len, flags, 0, handle);
    if (result < 0)
        return result;
    result = nonos_memory_map(*handle, len, NONOS_PROT_READ | NONOS_PROT_WRITE, address);
    if (result < 0) {
        nonos_memory_free(*handle);
        *handle = 0;
    }
    return result < 0 ? result : NONOS_OK;
}

void nonos_memory_free(nonos_handle handle)
{
    if (handle)
        (void)nonos_cap_delete(handle);
}

void nonos_log(const char *text)
{
    nonos_handle system = nonos_cap_find(NONOS_NAME_SYSTEM);
    size_t len = strlen(text);
    while (system && len) {
        size_t part = len < CONSOLE_MAX ? len : CONSOLE_MAX;
        if (nonos_console_write(system, text, part) < 0)
            return;
        text += part;
        len -= part;
    }
}

void nonos_logf(const char *format, ...)
{
    char line[LOG_LINE];
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(line, sizeof(line), format, ap);
    va_end(ap);
    nonos_log(line);
}

_Noreturn void nonos_exit(int status)
{
    if (thread_count > 1)
        (void)nonos_task_kill(NONOS_SLOT_TASK, (uint32_t)status);
    (void)nonos_thread_exit(NONOS_SLOT_THREAD, (uint32_t)status);
    /* The handle of a thread that is not the first differs; a task that cannot end in order ends by a fault. */
    __builtin_trap();
}

int nonos_call(nonos_handle endpoint, struct nonos_message *message)
{
    int result = nonos_ipc_call(endpoint, message);
    if (result < 0)
        return result;
    result = (int)message->label;
    for (uint32_t i = 0; result < 0 && i < message->ncaps && i < NONOS_IPC_CAPS; i++)
        (void)nonos_cap_delete(message->caps[i]);
    return result;
}
