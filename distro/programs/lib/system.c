#ifdef __nonos__
#include "system.h"

#include <nonos/attest.h>
#include <nonos/mounts.h>
#include <nonos/runtime.h>
#include <string.h>

int system_describe(struct nonos_system_info *info)
{
    uint64_t len;
    return nonos_system_info(nonos_cap_find(NONOS_NAME_SYSTEM), NONOS_INFO_SYSTEM, 0, info,
                             sizeof(*info), &len);
}

int system_cpu(uint32_t cpu, struct nonos_cpu_info *info)
{
    uint64_t len;
    return nonos_system_info(nonos_cap_find(NONOS_NAME_SYSTEM), NONOS_INFO_CPU, cpu, info,
                             sizeof(*info), &len);
}

uint64_t system_monotonic_ns(void)
{
    return nonos_time_monotonic();
}

int system_task(uint64_t after, struct nonos_task_info *info)
{
    nonos_handle task;
    int result = nonos_task_find(nonos_cap_find(NONOS_NAME_SYSTEM), after, &task);
    if (result < 0)
        return result;
    result = nonos_task_info(task, NONOS_INFO_TASK, 0, info, sizeof(*info));
    nonos_cap_delete(task);
    return result;
}

/* A capability to just this task. */
static int task_open(uint64_t id, nonos_handle *task)
{
    struct nonos_task_info info;
    int result =
        id ? nonos_task_find(nonos_cap_find(NONOS_NAME_SYSTEM), id - 1, task) : NONOS_E_NOT_FOUND;
    if (result < 0)
        return result;
    result = nonos_task_info(*task, NONOS_INFO_TASK, 0, &info, sizeof(info));
    if (result >= 0 && info.id != id)
        result = NONOS_E_NOT_FOUND;
    if (result < 0)
        nonos_cap_delete(*task);
    return result;
}

int system_task_cap(uint64_t id, uint32_t slot, struct nonos_cap_info *info)
{
    nonos_handle task;
    int result = task_open(id, &task);
    if (result < 0)
        return result;
    result = nonos_task_info(task, NONOS_INFO_CAP, slot, info, sizeof(*info));
    nonos_cap_delete(task);
    return result;
}

int system_own_cap(size_t index, char name[NONOS_STARTUP_NAME_SIZE], struct nonos_cap_info *info)
{
    const struct nonos_startup_cap *cap = nonos_cap_at(index);
    if (!cap)
        return NONOS_E_NOT_FOUND;
    memcpy(name, cap->name, NONOS_STARTUP_NAME_SIZE);
    memset(info, 0, sizeof(*info));
    /* Without INSPECT only the name is known. */
    int result = nonos_cap_info(cap->handle, info);
    return result == NONOS_E_DENIED ? 0 : result;
}

int system_reconnect(const char *service)
{
    struct nonos_message message = nonos_message_make(NONOS_SUPERVISOR_CONNECT);
    struct nonos_cap_info info;
    nonos_handle handle = nonos_cap_find(service);
    if (!handle || nonos_cap_info(handle, &info) != NONOS_E_BAD_HANDLE)
        return 0;
    int result = nonos_words_from_name(message.words, 3, service);
    if (result >= 0)
        result = nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message);
    if (result >= 0 && !message.ncaps)
        result = NONOS_E_IO;
    return result < 0 ? result : nonos_cap_set(service, message.caps[0]);
}

int system_kill(uint64_t id)
{
    nonos_handle task;
    int result = task_open(id, &task);
    if (result < 0)
        return result;
    result = nonos_task_kill(task, 128 + 15);
    nonos_cap_delete(task);
    return result;
}

int system_log(uint64_t from, char *buffer, size_t size, size_t *len)
{
    uint64_t got;
    int result = nonos_system_info(nonos_cap_find(NONOS_NAME_SYSTEM), NONOS_INFO_LOG, from, buffer,
                                   size, &got);
    *len = result < 0 ? 0 : (size_t)got;
    return result;
}

int system_module(uint32_t index, struct system_module *m)
{
    struct nonos_message message = nonos_message_make(NONOS_SUPERVISOR_LIST);
    message.words[0] = index;
    int result = nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message);
    if (result < 0)
        return result;
    memcpy(m->name, message.words, sizeof(m->name));
    m->name[sizeof(m->name) - 1] = '\0';
    m->state = (uint32_t)message.words[3];
    m->restarts = (uint32_t)(message.words[3] >> 32);
    m->task_id = message.words[4];
    m->grants = message.words[5];
    m->start_ns = message.words[6];
    m->last_status = (int32_t)(uint32_t)message.words[7];
    m->last_state = (uint32_t)(message.words[7] >> 32);
    return 0;
}

int system_module_given(uint32_t index, uint32_t line, char text[64])
{
    struct nonos_message message = nonos_message_make(NONOS_SUPERVISOR_GIVEN);
    message.words[0] = index;
    message.words[1] = line;
    int result = nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message);
    if (result < 0)
        return result;
    memcpy(text, message.words, 64);
    text[63] = '\0';
    return 0;
}

int system_module_control(const char *name, enum nonos_supervisor_op op)
{
    struct nonos_message message = nonos_message_make(op);
    int result = nonos_words_from_name(message.words, 3, name);
    return result < 0 ? result : nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message);
}

int system_authority(struct system_authority *authority)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_STATE);
    int result = nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
    if (result < 0)
        return result;
    authority->epoch = (uint32_t)message.words[0];
    authority->development = message.words[1] & NONOS_ATTEST_DEVELOPMENT;
    authority->denied = (uint32_t)message.words[2];
    memcpy(authority->root, &message.words[3], sizeof(authority->root));
    return 0;
}

int system_attestation(const char *name, struct system_attestation *attestation)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_IMAGE);
    int result = nonos_words_from_name(message.words, 4, name);
    if (result >= 0)
        result = nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
    if (result < 0)
        return result;
    memcpy(attestation->pseudonym, message.words, sizeof(attestation->pseudonym));
    attestation->version = message.words[4];
    attestation->epoch = (uint32_t)message.words[5];
    attestation->result = (int32_t)(uint32_t)(message.words[5] >> 32);
    attestation->grants = message.words[6];
    return 0;
}

int system_audit(uint64_t sequence, struct nonos_audit_record *records, size_t size, uint64_t *n)
{
    return nonos_audit_read(nonos_cap_find(NONOS_NAME_AUDIT), sequence, records, size, n);
}

int system_power(enum nonos_power action, bool force)
{
    nonos_handle system = nonos_cap_find(NONOS_NAME_SYSTEM);
    struct nonos_cap_info info;
    /* Who may not switch the machine off shall not stop the disks either. Without INSPECT the kernel's answer comes last. */
    int result = nonos_cap_info(system, &info);
    if (result >= 0 && !(info.rights & NONOS_SYSTEM_POWER))
        return NONOS_E_DENIED;
    if (result < 0 && result != NONOS_E_DENIED)
        return result;
    result = nonos_sync(true);
    return result < 0 && !force ? result : nonos_power(system, action, 0);
}

int system_mount(const char *path, bool read_only)
{
    return nonos_mount(path, read_only ? NONOS_MOUNT_READ_ONLY : 0);
}

int system_unmount(const char *path)
{
    return nonos_unmount(path);
}

int system_check(char *text, size_t size, struct system_check *check)
{
    struct nonos_disk_check found;
    int result = nonos_disk_check(text, size, &found);
    if (result < 0)
        return result;
    *check = (struct system_check){
        .problems = found.problems,
        .inodes = found.inodes,
        .directories = found.directories,
        .blocks = found.blocks,
        .journal_waits = found.flags & NONOS_CHECK_JOURNAL,
        .errors_flagged = found.flags & NONOS_CHECK_ERRORS,
    };
    return 0;
}

int system_make_volume(const char *label, bool force)
{
    return nonos_disk_make(label, force);
}
#else
/* The tests answer instead: tests/system_scenario.c. */
typedef int programs_system_needs_nonos;
#endif
