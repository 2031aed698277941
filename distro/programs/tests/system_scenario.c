/* A machine for the tests of the system programs: lib/system.h answered from tables. */
#include "../lib/system.h"

#include <noncrypto/blake3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000ull

static const struct nonos_task_info tasks[] = {
    {.id = 1,
     .state = NONOS_TASK_RUNNING,
     .grants = NONOS_GRANTS_ALL,
     .cpu_ns = 2 * SECOND,
     .memory = 1 << 20,
     .nthreads = 1,
     .ncaps = 12,
     .priority = 16,
     .name = "attestor"},
    {.id = 2,
     .parent_id = 1,
     .state = NONOS_TASK_RUNNING,
     .grants = NONOS_GRANT_DEVICE,
     .start_ns = SECOND,
     .memory = 5000000,
     .nthreads = 2,
     .ncaps = 30,
     .priority = 24,
     .name = "virtio-blk"},
    {.id = 7, .parent_id = 2, .state = NONOS_TASK_EXITED, .name = "sh", .start_ns = 90 * SECOND},
    {.id = 9,
     .parent_id = 2,
     .state = NONOS_TASK_RUNNING,
     .name = "yes",
     .start_ns = 90000 * SECOND},
    {.id = 10, .parent_id = 2, .state = NONOS_TASK_RUNNING, .name = "yes"},
};

static bool scenario_is(const char *name)
{
    const char *s = getenv("NONOS_SCENARIO");
    return s && strcmp(s, name) == 0;
}

/* NONOS_SCENARIO=denied: every call is refused. */
static int refusal(void)
{
    return scenario_is("denied") ? NONOS_E_DENIED : 0;
}

uint64_t system_monotonic_ns(void)
{
    return 93784 * SECOND;
}

int system_describe(struct nonos_system_info *info)
{
    *info = (struct nonos_system_info){.memory_total = 512u << 20,
                                       .memory_free = 400u << 20,
                                       .ncpus = 2,
                                       .ntasks = 5,
                                       .nthreads = 6,
                                       .firmware = 2,
                                       .log_start = 10,
                                       .log_end = 10 + 12000,
                                       .version = "0.8.0"};
    return refusal();
}

int system_cpu(uint32_t cpu, struct nonos_cpu_info *info)
{
    *info = (struct nonos_cpu_info){.busy_ns = (cpu + 1) * 10 * SECOND, .idle_ns = 90 * SECOND};
    return refusal();
}

int system_task(uint64_t after, struct nonos_task_info *info)
{
    for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]) && !refusal(); i++) {
        if (tasks[i].id > after) {
            *info = tasks[i];
            return 0;
        }
    }
    return refusal() ? refusal() : NONOS_E_NOT_FOUND;
}

static const struct nonos_cap_info caps[] = {
    {.handle = 1,
     .type = NONOS_OBJECT_TASK,
     .rights = 0xffff,
     .object_id = 3,
     .expiry_ms = NONOS_NEVER,
     .nchildren = 2},
    {.handle = 0x00030005,
     .type = NONOS_OBJECT_MEMORY,
     .rights = NONOS_MEMORY_READ,
     .object_id = 8,
     .size = 8192,
     .expiry_ms = 93784 * 1000ull + 61000},
    {.handle = 6,
     .type = NONOS_OBJECT_ENDPOINT,
     .rights = NONOS_ENDPOINT_SEND | NONOS_RIGHT_GRANT,
     .badge = 0xbeef,
     .expiry_ms = NONOS_NEVER},
};

int system_task_cap(uint64_t id, uint32_t slot, struct nonos_cap_info *info)
{
    for (size_t i = 0; i < 3 && id == 2 && !refusal(); i++) {
        if (NONOS_HANDLE_INDEX(caps[i].handle) >= slot) {
            *info = caps[i];
            return 0;
        }
    }
    return refusal() ? refusal() : NONOS_E_NOT_FOUND;
}

int system_own_cap(size_t index, char name[NONOS_STARTUP_NAME_SIZE], struct nonos_cap_info *info)
{
    static const char *const names[] = {"root", "buffer", "stdout", "net"};
    const char *s = getenv("NONOS_SCENARIO");
    if (index >= 3 + (unsigned)(s && strcmp(s, "clearnet") == 0))
        return NONOS_E_NOT_FOUND;
    strcpy(name, names[index]);
    *info = index == 0 || index == 3 ? (struct nonos_cap_info){0} : caps[index];
    return refusal();
}

int system_reconnect(const char *service)
{
    (void)service;
    return refusal();
}

int system_kill(uint64_t id)
{
    if (refusal())
        return refusal();
    return id == 2 || id == 9 || id == 10 ? 0 : NONOS_E_NOT_FOUND;
}

int system_log(uint64_t from, char *buffer, size_t size, size_t *len)
{
    static const char line[] = "[0.001] hello \033[31m w\303\266rld \x7f\n";
    if (refusal())
        return refusal();
    *len = 0;
    for (uint64_t at = from - 10; *len < size && *len < 1000 && at < 12000; at++)
        buffer[(*len)++] = line[at % (sizeof(line) - 1)];
    return 0;
}

static const struct system_module modules[] = {
    {.name = "vfs",
     .state = NONOS_MODULE_RUNNING,
     .task_id = 4,
     .start_ns = 4 * SECOND,
     .grants = NONOS_GRANT_BLOCK_RAW},
    {.name = "virtio-blk",
     .state = NONOS_MODULE_WAITING,
     .restarts = 3,
     .last_state = NONOS_TASK_FAULTED,
     .last_status = NONOS_FAULT_ACCESS},
};

int system_module(uint32_t index, struct system_module *m)
{
    if (refusal() || index >= 2)
        return refusal() ? refusal() : NONOS_E_NOT_FOUND;
    *m = modules[index];
    return 0;
}

int system_module_given(uint32_t index, uint32_t line, char text[64])
{
    if (line > 1)
        return NONOS_E_NOT_FOUND;
    strcpy(text, line ? "irq 4" : index ? "need pci" : "need block");
    return 0;
}

int system_module_control(const char *name, enum nonos_supervisor_op op)
{
    (void)op;
    return strcmp(name, "vfs") == 0 ? refusal() : NONOS_E_NOT_FOUND;
}

int system_authority(struct system_authority *authority)
{
    const char *s = getenv("NONOS_SCENARIO");
    *authority = (struct system_authority){.epoch = 3, .denied = 2, .root = {0xab}};
    authority->development = !s || strcmp(s, "release") != 0;
    return refusal();
}

int system_attestation(const char *name, struct system_attestation *attestation)
{
    *attestation = (struct system_attestation){
        .pseudonym = {0x01, 0x23, 0x45, 0x67}, .version = 5, .grants = 1, .epoch = 3};
    if (strcmp(name, "virtio-blk") == 0)
        attestation->result = NONOS_E_EPOCH;
    return refusal();
}

/* Records 50 to 249. With NONOS_SCENARIO=forged one of them was changed after the fact, with refusal the last four are the attestor's. */
static struct nonos_audit_record records[250];

/* What the attestor leaves of an image that it refuses. */
static void refusal_make(struct nonos_audit_record *r, uint64_t i)
{
    static const struct {
        uint64_t a, b;
        const char *text;
    } parts[] = {{8, 9, "another epoch"},
                 {NONOS_GRANT_POWER | NONOS_GRANT_AUDIT_READ, 7, "P 00000002 ls"},
                 {1, 2, "M 33333333333333333333333333333333"},
                 {4, 5, "T 66666666666666666666666666666666"}};
    r->event = NONOS_AUDIT_MODULE_REFUSED;
    r->result = 0;
    r->a = parts[i].a;
    r->b = parts[i].b;
    strcpy(r->text, parts[i].text);
}

static void records_make(void)
{
    struct noncrypto_blake3 ctx;
    const char *s = getenv("NONOS_SCENARIO");
    for (uint64_t i = 0; i < 250; i++) {
        struct nonos_audit_record *r = &records[i];
        *r = (struct nonos_audit_record){.sequence = i,
                                         .time_ns = i * SECOND / 4,
                                         .task_id = i % 3,
                                         .object_id = i,
                                         .event = i % 17 + 1,
                                         .result =
                                             i % 17 + 1 == NONOS_AUDIT_REFUSED ? NONOS_E_DENIED : 0,
                                         .a = 1,
                                         .b = 0x1000};
        strcpy(r->text, i % 2 ? "" : "some \033 text");
        if (s && strcmp(s, "refusal") == 0 && i >= 246)
            refusal_make(r, i - 246);
        noncrypto_blake3_init(&ctx);
        noncrypto_blake3_update(&ctx, i ? records[i - 1].chain : (const uint8_t[32]){0}, 32);
        noncrypto_blake3_update(&ctx, r, sizeof(*r));
        noncrypto_blake3_final(&ctx, r->chain, 32);
    }
    if (s && strcmp(s, "forged") == 0)
        records[120].task_id = 99;
}

int system_audit(uint64_t sequence, struct nonos_audit_record *out, size_t size, uint64_t *n)
{
    records_make();
    *n = 50;
    if (refusal())
        return refusal();
    if (sequence < 50)
        return NONOS_E_OVERRUN;
    for (*n = 0; *n < size && sequence + *n < 250; ++*n)
        out[*n] = records[sequence + *n];
    return 0;
}

int system_power(enum nonos_power action, bool force)
{
    (void)action, (void)force;
    return NONOS_E_DENIED;
}

/* There is a disk at /disk. NONOS_SCENARIO=writable: it is mounted and may be written; damaged; unreadable. */
int system_mount(const char *path, bool read_only)
{
    if (refusal())
        return refusal();
    if (strcmp(path, "/disk") != 0)
        return NONOS_E_NOT_FOUND;
    return scenario_is("damaged") && !read_only ? NONOS_E_READ_ONLY : 0;
}

int system_unmount(const char *path)
{
    if (refusal())
        return refusal();
    return strcmp(path, "/disk") == 0 ? 0 : NONOS_E_INVALID;
}

int system_check(char *text, size_t size, struct system_check *check)
{
    if (refusal())
        return refusal();
    if (scenario_is("writable"))
        return NONOS_E_BUSY;
    if (scenario_is("unreadable"))
        return NONOS_E_IO;
    *check = (struct system_check){.inodes = 12, .directories = 2, .blocks = 1300};
    text[0] = '\0';
    if (scenario_is("damaged")) {
        check->problems = 3;
        check->journal_waits = check->errors_flagged = true;
        snprintf(text, size, "%s",
                 "inode 12: 3 links, and 2 names were found\nname \033[31m here\n");
    }
    return 0;
}

int system_make_volume(const char *label, bool force)
{
    if (refusal())
        return refusal();
    if (scenario_is("writable"))
        return NONOS_E_BUSY;
    return force && strcmp(label, "backup") == 0 ? 0 : NONOS_E_EXISTS;
}
