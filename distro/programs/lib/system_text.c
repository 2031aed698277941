#include "system_text.h"

#include "utf8.h"

#include <nonos/objects.h>
#include <nonos/supervisor.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *name_at(const char *const *names, size_t n, uint32_t i)
{
    return i < n && names[i] ? names[i] : "?";
}

const char *system_type_name(uint32_t type)
{
    static const char *const names[] = {
        "none",         "task", "thread",    "account",    "memory", "endpoint", "reply",
        "notification", "irq",  "io-region", "dma-domain", "module", "audit",    "system"};
    return name_at(names, COUNT(names), type);
}

const char *system_state_name(uint32_t state)
{
    static const char *const names[] = {"-", "running", "exited", "killed", "faulted"};
    return name_at(names, COUNT(names), state);
}

const char *system_module_state_name(uint32_t state)
{
    static const char *const names[] = {NULL,      "stopped", "starting",
                                        "running", "waiting", "failed"};
    return name_at(names, COUNT(names), state);
}

const char *system_event_name(uint32_t event)
{
    static const char *const names[] = {
        NULL,          "boot",           "cap-create", "cap-derive", "cap-transfer", "cap-delete",
        "cap-revoke",  "cap-expire",     "refused",    "task-start", "task-end",     "task-fault",
        "module-mint", "module-refused", "device",     "power",      "dropped",      "user"};
    return name_at(names, COUNT(names), event);
}

const char *system_fault_name(uint32_t fault)
{
    static const char *const names[] = {NULL,         "access",     "instruction",
                                        "arithmetic", "protection", "debug"};
    return name_at(names, COUNT(names), fault);
}

struct bit {
    uint32_t type; /* 0: every type */
    uint32_t bit;
    const char *name;
};

static const struct bit rights_names[] = {
    {NONOS_OBJECT_TASK, NONOS_TASK_MAP, "map"},
    {NONOS_OBJECT_TASK, NONOS_TASK_CONTROL, "control"},
    {NONOS_OBJECT_TASK, NONOS_TASK_KILL, "kill"},
    {NONOS_OBJECT_THREAD, NONOS_THREAD_CONTROL, "control"},
    {NONOS_OBJECT_THREAD, NONOS_THREAD_SCHED, "sched"},
    {NONOS_OBJECT_ACCOUNT, NONOS_ACCOUNT_CREATE, "create"},
    {NONOS_OBJECT_ACCOUNT, NONOS_ACCOUNT_LIMIT, "limit"},
    {NONOS_OBJECT_MEMORY, NONOS_MEMORY_READ, "read"},
    {NONOS_OBJECT_MEMORY, NONOS_MEMORY_WRITE, "write"},
    {NONOS_OBJECT_MEMORY, NONOS_MEMORY_EXECUTE, "execute"},
    {NONOS_OBJECT_MEMORY, NONOS_MEMORY_DMA, "dma"},
    {NONOS_OBJECT_ENDPOINT, NONOS_ENDPOINT_SEND, "send"},
    {NONOS_OBJECT_ENDPOINT, NONOS_ENDPOINT_RECV, "recv"},
    {NONOS_OBJECT_ENDPOINT, NONOS_ENDPOINT_BADGE, "badge"},
    {NONOS_OBJECT_REPLY, NONOS_REPLY_SEND, "send"},
    {NONOS_OBJECT_NOTIFICATION, NONOS_NOTIFICATION_SIGNAL, "signal"},
    {NONOS_OBJECT_NOTIFICATION, NONOS_NOTIFICATION_WAIT, "wait"},
    {NONOS_OBJECT_IRQ, NONOS_IRQ_BIND, "bind"},
    {NONOS_OBJECT_IRQ, NONOS_IRQ_CARVE, "carve"},
    {NONOS_OBJECT_IO_REGION, NONOS_IO_READ, "read"},
    {NONOS_OBJECT_IO_REGION, NONOS_IO_WRITE, "write"},
    {NONOS_OBJECT_IO_REGION, NONOS_IO_CARVE, "carve"},
    {NONOS_OBJECT_DMA_DOMAIN, NONOS_DMA_MAP, "map"},
    {NONOS_OBJECT_DMA_DOMAIN, NONOS_DMA_CARVE, "carve"},
    {NONOS_OBJECT_DMA_DOMAIN, NONOS_DMA_SETTLE, "settle"},
    {NONOS_OBJECT_MODULE, NONOS_MODULE_LOAD, "load"},
    {NONOS_OBJECT_MODULE, NONOS_MODULE_MINT, "mint"},
    {NONOS_OBJECT_AUDIT, NONOS_AUDIT_READ, "read"},
    {NONOS_OBJECT_AUDIT, NONOS_AUDIT_APPEND, "append"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CLOCK, "clock"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_RANDOM, "random"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CONSOLE, "console"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_POWER, "power"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CLOCK_SET, "clock-set"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TASKS, "tasks"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_KILL, "kill"},
    {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TERMINAL, "terminal"},
    {0, NONOS_RIGHT_INSPECT, "inspect"},
    {0, NONOS_RIGHT_GRANT, "grant"},
    {0, NONOS_RIGHT_REVOKE, "revoke"},
};

static void append(char *out, size_t size, const char *word)
{
    size_t len = strlen(out);
    snprintf(out + len, size - len, "%s%s", len ? "," : "", word);
}

void system_rights_text(char *out, size_t size, uint32_t type, uint32_t rights)
{
    out[0] = '\0';
    for (size_t i = 0; i < COUNT(rights_names); i++) {
        const struct bit *b = &rights_names[i];
        if ((b->type == 0 || b->type == type) && rights & b->bit)
            append(out, size, b->name);
    }
    if (out[0] == '\0')
        append(out, size, "-");
}

void system_grants_text(char *out, size_t size, uint64_t grants)
{
    static const char *const names[] = {"mint",       "device", "block-raw",  "net-raw", "clearnet",
                                        "audit-read", "power",  "clock-set",  "tasks",   "console",
                                        "dma",        "attest", "net-capture"};
    out[0] = '\0';
    for (size_t i = 0; i < COUNT(names); i++)
        if (grants >> i & 1)
            append(out, size, names[i]);
    if (out[0] == '\0')
        append(out, size, "-");
}

void system_duration_text(char out[32], uint64_t ns)
{
    uint64_t s = ns / 1000000000u;
    unsigned h = (unsigned)(s / 3600 % 24), m = (unsigned)(s / 60 % 60), r = (unsigned)(s % 60);
    if (s >= 86400)
        snprintf(out, 32, "%llud %02u:%02u:%02u", (unsigned long long)(s / 86400), h, m, r);
    else
        snprintf(out, 32, "%u:%02u:%02u", h, m, r);
}

void system_print_safe(const char *text, size_t len)
{
    for (size_t n; len > 0; text += n, len -= n) {
        uint32_t c;
        n = utf8_decode(&c, text, len);
        if (c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c < UTF8_INVALID))
            fwrite(text, 1, n, stdout);
        else
            putchar('?');
    }
}
