#include <cap/system.h>

#include <string.h>

#include <arch/arch.h>
#include <audit/audit.h>
#include <cap/console.h>
#include <cap/random.h>
#include <cap/syscall.h>
#include <debug/log.h>
#include <mm/frame.h>
#include <mm/space.h>
#include <noncrypto/memory.h>
#include <nonos/boot_info.h>
#include <sched/sched.h>
#include <sched/task.h>

#define RANDOM_MAX 4096u
#define PIECE      256u /* bytes on the stack at a time */

static uint32_t firmware;
static uint64_t wall_at_boot_ns; /* atomic */

void system_init(const struct nonos_boot_info *info)
{
    firmware = info->firmware;
    wall_at_boot_ns = arch_wall_at_boot_ns();
}

int system_create(enum nonos_object_type type, struct object **object)
{
    return object_alloc(NULL, type, sizeof(struct object), object);
}

int sys_clock_get(struct syscall *call, nonos_handle system, uint32_t clock)
{
    (void)system;
    switch (clock) {
    case NONOS_CLOCK_MONOTONIC:
        call->out = arch_clock_ns();
        return 0;
    case NONOS_CLOCK_WALL:
        call->out = __atomic_load_n(&wall_at_boot_ns, __ATOMIC_RELAXED) + arch_clock_ns();
        return 0;
    case NONOS_CLOCK_THREAD:
        call->out = sched_thread_time();
        return 0;
    default:
        return NONOS_E_INVALID;
    }
}

int sys_clock_set(struct syscall *call, nonos_handle system, uint64_t unix_ns)
{
    uint64_t now = arch_clock_ns();
    (void)call;
    (void)system;
    if (unix_ns < now)
        return NONOS_E_INVALID;
    __atomic_store_n(&wall_at_boot_ns, unix_ns - now, __ATOMIC_RELAXED);
    log_print("wall clock set to %llu s\n", (unsigned long long)(unix_ns / 1000000000));
    return 0;
}

int sys_random_get(struct syscall *call, nonos_handle system, uint64_t buffer, size_t len)
{
    uint8_t piece[PIECE];
    int error = 0;
    (void)call;
    (void)system;
    if (len > RANDOM_MAX)
        return NONOS_E_TOO_BIG;
    for (size_t done = 0; done < len && !error;) {
        size_t n = len - done < PIECE ? len - done : PIECE;
        random_bytes(piece, n);
        error = user_write(buffer + done, piece, n);
        done += n;
    }
    noncrypto_wipe(piece, sizeof(piece));
    return error;
}

int sys_power(struct syscall *call, nonos_handle system, uint32_t action, uint32_t status)
{
    (void)system;
    if (action != NONOS_POWER_OFF && action != NONOS_POWER_REBOOT)
        return NONOS_E_INVALID;
    log_print("task %s: %s\n", call->task->name,
              action == NONOS_POWER_OFF ? "power off" : "reboot");
    console_unfollow();
    if (action == NONOS_POWER_REBOOT)
        arch_reboot();
    arch_power_off(status);
}

/* ---- system_info ---- */

static int info_system(uint64_t buffer, size_t len)
{
    uint64_t start, end;
    char nothing;
    (void)log_read(UINT64_MAX, &nothing, 0, &start, &end);
    struct nonos_system_info info = {
        .memory_total = frame_total_count() * (uint64_t)FRAME_SIZE,
        .memory_free = frame_free_count() * (uint64_t)FRAME_SIZE,
        .boot_unix_ns = __atomic_load_n(&wall_at_boot_ns, __ATOMIC_RELAXED),
        .ncpus = arch_cpu_count(),
        .ntasks = task_count(),
        .nthreads = thread_count(),
        .firmware = firmware,
        .iommu = 0,
        .entropy_sources = random_sources(),
        .log_start = start,
        .log_end = end,
        .version = KERNEL_VERSION,
    };
    return len < sizeof(info) ? NONOS_E_INVALID : user_write(buffer, &info, sizeof(info));
}

static int info_log(struct syscall *call, uint64_t cursor, uint64_t buffer, size_t len)
{
    char piece[PIECE];
    uint64_t start, end, done = 0;
    if (!(call->caps[0].rights & NONOS_SYSTEM_CONSOLE))
        return NONOS_E_DENIED;
    if (len > 16 * PIECE)
        len = 16 * PIECE;
    while (done < len) {
        size_t n =
            log_read(cursor + done, piece, len - done < PIECE ? len - done : PIECE, &start, &end);
        if (n == 0)
            break;
        int error = user_write(buffer + done, piece, n);
        if (error)
            return error;
        done += n;
    }
    call->out = done;
    return 0;
}

static int info_cpu(uint64_t cursor, uint64_t buffer, size_t len)
{
    struct nonos_cpu_info info;
    if (cursor >= arch_cpu_count())
        return NONOS_E_NOT_FOUND;
    if (len < sizeof(info))
        return NONOS_E_INVALID;
    sched_cpu_info((unsigned)cursor, &info);
    return user_write(buffer, &info, sizeof(info));
}

int sys_system_info(struct syscall *call, nonos_handle system, uint32_t selector, uint64_t cursor,
                    uint64_t buffer, size_t len)
{
    int error;
    (void)system;
    switch (selector) {
    case NONOS_INFO_SYSTEM:
        error = info_system(buffer, len);
        call->out = error ? 0 : sizeof(struct nonos_system_info);
        return error;
    case NONOS_INFO_LOG:
        return info_log(call, cursor, buffer, len);
    case NONOS_INFO_CPU:
        error = info_cpu(cursor, buffer, len);
        call->out = error ? 0 : sizeof(struct nonos_cpu_info);
        return error;
    default:
        return NONOS_E_INVALID;
    }
}
