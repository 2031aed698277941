/*
 * `every NUMBER`: makes one system call with every capability that this task can name, in every place where a capability can stand, and with
 * values that are small, huge, and addresses of its own. For tests/system/test_attest.py, which runs it for each number.
 *
 * It may end itself, by what it does to its own task; what it must not do is to get anything beyond its grants, or to disturb anybody. What it
 * holds at the end is checked here, the rest by the test.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonos/runtime.h>
#include <nonos/thread.h>

#define HANDLES_MAX 64
#define LIMIT_NS    3000000000ull /* for calls that wait */
/* A label that is no operation of any server. */
#define LABEL       0x00ffffffull

static nonos_handle handles[HANDLES_MAX];
static size_t nhandles;
static unsigned long calls, allowed;
/* What calls read and write. */
static uint64_t buffer[512];

/* Ends the task when it waits for what will not come. */
static void watch(void *argument)
{
    (void)argument;
    (void)nonos_sleep_until(nonos_time_monotonic() + LIMIT_NS);
    nonos_exit(0);
}

/* Every slot that is used, whatever is in it; and two handles that name nothing. */
static void handles_find(void)
{
    struct nonos_cap_info info;
    for (uint64_t cursor = 0; nhandles < HANDLES_MAX - 2;
         cursor = NONOS_HANDLE_INDEX(info.handle) + 1) {
        if (nonos_task_info(NONOS_SLOT_TASK, NONOS_INFO_CAP, cursor, &info, sizeof(info)) < 0)
            break;
        handles[nhandles++] = info.handle;
    }
    handles[nhandles++] = 0;
    handles[nhandles++] = 0xffffffff;
}

static void call(uint64_t number, const uint64_t arguments[6])
{
    uint64_t value;
    int result = nonos_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
                               arguments[4], arguments[5], &value);
    calls++;
    allowed += result >= 0;
}

/* IPC has stubs of its own; the watcher ends a wait. */
static void call_ipc(uint64_t number, nonos_handle first, nonos_handle second)
{
    struct nonos_message message = nonos_message_make(LABEL);
    message.caps[0] = second;
    message.ncaps = 1;
    int result = number == NONOS_SYS_IPC_CALL ? nonos_ipc_call(first, &message)
                                              : nonos_ipc_reply_wait(first, second, &message);
    calls++;
    allowed += result >= 0;
}

/* The handle `h` in each place, the other places filled with `other` and values. */
static void call_all(uint64_t number, nonos_handle h, nonos_handle other)
{
    const uint64_t values[] = {1, ~0ull, (uint64_t)(uintptr_t)buffer};
    if (number == NONOS_SYS_IPC_CALL || number == NONOS_SYS_IPC_REPLY_WAIT) {
        call_ipc(number, h, other);
        return;
    }
    for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
        const uint64_t x = values[v];
        const uint64_t places[][6] = {
            {h, x, x, x, x, x},
            {h, other, x, x, x, x},
            {h, x, x, x, other, x},
            {h, NONOS_SLOT_ACCOUNT, other, x, (uint64_t)(uintptr_t)buffer, x},
        };
        for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++)
            call(number, places[p]);
    }
}

/* No capability to an object of a class that this task's module was not attested for. */
static bool ceiling_holds(void)
{
    struct nonos_task_info task;
    struct nonos_cap_info info;
    if (nonos_task_info(NONOS_SLOT_TASK, NONOS_INFO_TASK, 0, &task, sizeof(task)) < 0)
        return true; /* it has thrown away the capability to itself */
    for (uint64_t cursor = 0;
         nonos_task_info(NONOS_SLOT_TASK, NONOS_INFO_CAP, cursor, &info, sizeof(info)) >= 0;
         cursor = NONOS_HANDLE_INDEX(info.handle) + 1)
        if (info.grants & ~task.grants)
            return false;
    return task.grants == 0;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    uint64_t number = strtoull(argv[1], NULL, 10);
    if (nonos_thread_spawn(watch, NULL, 0) < 0)
        return 2;
    handles_find();
    for (size_t i = 0; i < nhandles; i++)
        for (size_t j = 0; j < nhandles; j++)
            call_all(number, handles[i], handles[j]);
    (void)printf("call %lu: %lu of %lu allowed, ceiling %s\n", (unsigned long)number, allowed,
                 calls, ceiling_holds() ? "holds" : "BROKEN");
    return 0;
}
