/*
 * What the system programs ask the kernel, the supervisor and the attestor, as plain calls, so that they themselves only format. system.c asks
 * NONOS; the tests link tests/system_scenario.c instead, which answers from tables.
 *
 * Every int is 0 or a negative enum nonos_result. NOT_FOUND ends a walk.
 */
#ifndef PROGRAMS_LIB_SYSTEM_H
#define PROGRAMS_LIB_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>
#include <nonos/startup.h>
#include <nonos/supervisor.h>

struct system_module {
    char name[NONOS_SUPERVISOR_NAME_SIZE];
    uint32_t state; /* enum nonos_module_state */
    uint32_t restarts;
    uint64_t task_id; /* 0: it does not run */
    uint64_t grants;
    uint64_t start_ns; /* monotonic */
    int32_t last_status;
    uint32_t last_state; /* enum nonos_task_state of its last end; 0: it never ended */
};

/* What the attestor demands of whatever starts. */
struct system_authority {
    uint32_t epoch;
    uint32_t denied;  /* pseudonyms */
    bool development; /* anybody can attest */
    uint8_t root[32];
};

/* The attestation of a module or program of the boot archive. */
struct system_attestation {
    uint8_t pseudonym[32]; /* T */
    uint64_t version;
    uint64_t grants; /* that are proved; the manifest may give less */
    uint32_t epoch;
    int result; /* 0: it may start; else why not */
};

/* What a check of the disk found. */
struct system_check {
    uint64_t problems, inodes, directories, blocks;
    bool journal_waits;  /* changes in the journal were not looked at */
    bool errors_flagged; /* who used the volume last found errors in it */
};

int system_describe(struct nonos_system_info *info);
int system_cpu(uint32_t cpu, struct nonos_cpu_info *info);
uint64_t system_monotonic_ns(void);

/* The task with the smallest id above `after`. */
int system_task(uint64_t after, struct nonos_task_info *info);

/* The first capability of task `id` in a slot from `slot` on. */
int system_task_cap(uint64_t id, uint32_t slot, struct nonos_cap_info *info);

/* The caller's own named capability number `index`. */
int system_own_cap(size_t index, char name[NONOS_STARTUP_NAME_SIZE], struct nonos_cap_info *info);

/*
 * If the caller's capability `service` was taken back because who served it has ended, takes one to its successor from the supervisor, to be
 * used and handed on in its place. 0 also if it is still there or never was.
 */
int system_reconnect(const char *service);

/* The services of a session for which that is done: before each program that the shell starts, and at a login. NULL past the last. */
static inline const char *system_session_service(size_t index)
{
    static const char *const services[] = {"net", "net-control", "net-capture"};
    return index < sizeof(services) / sizeof(services[0]) ? services[index] : NULL;
}

int system_kill(uint64_t id);

/* Kernel log from byte `from` on: `*len` bytes, 0 at its end. */
int system_log(uint64_t from, char *buffer, size_t size, size_t *len);

int system_module(uint32_t index, struct system_module *m);

/* Line `line` of what the manifest gives to module `index`; `text` has 64 bytes. */
int system_module_given(uint32_t index, uint32_t line, char text[64]);

/* STOP, START or RESTART. */
int system_module_control(const char *name, enum nonos_supervisor_op op);

int system_authority(struct system_authority *authority);

/* NOT_FOUND: the manifest lists no such module or program. */
int system_attestation(const char *name, struct system_attestation *attestation);

/* Audit records from `sequence` on. OVERRUN: `*n` is then the first sequence that is kept. */
int system_audit(uint64_t sequence, struct nonos_audit_record *records, size_t size, uint64_t *n);

/*
 * Makes the disks durable and clean, and switches the power. If the first fails, that is the result and the machine goes on, unless
 * `force`.
 */
int system_power(enum nonos_power action, bool force);

/* The disk: kernel/runtime/include/nonos/mounts.h says what each can return. */
int system_mount(const char *path, bool read_only);
int system_unmount(const char *path);
/* `text` gets a line for each fault, as many as fit, NUL-terminated. */
int system_check(char *text, size_t size, struct system_check *check);
int system_make_volume(const char *label, bool force);

#endif
