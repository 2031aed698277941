/*
 * Children: waiting for them, ending them, and ^C.
 *
 * One notification tells of both: a child's end signals the bit of its place in the table (several children may share one),
 * the terminal signals BIT_INTERRUPT. A bit only says that it is worth looking; what happened is asked of the task.
 */
#include "children.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nonos/file.h>
#include <nonos/spawn.h>
#include <nonos/tty.h>

#include "files.h"

#define CHILD_BITS    62u
#define BIT_INTERRUPT (1ull << 62)

struct child {
    pid_t pid; /* 0: free */
    nonos_handle task;
};

static struct child *children;
static size_t capacity;
static nonos_handle notification;
static bool interrupts; /* the terminal signals the notification */
static bool interrupted;

static int notification_make(void)
{
    if (notification)
        return NONOS_OK;
    return nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                               &notification);
}

static int child_info(nonos_handle task, struct nonos_task_info *info)
{
    return nonos_task_info(task, NONOS_INFO_TASK, 0, info, sizeof(*info));
}

static struct child *child_place(void)
{
    for (size_t i = 0; i < capacity; i++)
        if (!children[i].pid)
            return &children[i];
    size_t n = capacity ? capacity * 2 : 16;
    struct child *grown = reallocarray(children, n, sizeof(*grown));
    if (!grown)
        return NULL;
    memset(grown + capacity, 0, (n - capacity) * sizeof(*grown));
    struct child *place = grown + capacity;
    children = grown;
    capacity = n;
    return place;
}

int children_add(nonos_handle task, int *pid)
{
    struct nonos_task_info info;
    struct child *child = child_place();
    int result = child ? notification_make() : NONOS_E_NO_MEMORY;
    if (result >= 0)
        result = child_info(task, &info);
    if (result >= 0)
        result =
            nonos_notify_watch(task, notification, 1ull << (size_t)(child - children) % CHILD_BITS);
    if (result < 0)
        return result;
    child->pid = *pid = (pid_t)info.id;
    child->task = task;
    return NONOS_OK;
}

static struct child *child_find(pid_t pid)
{
    for (size_t i = 0; pid > 0 && i < capacity; i++)
        if (children[i].pid == pid)
            return &children[i];
    return NULL;
}

nonos_handle nonos_child_task(pid_t pid)
{
    struct child *child = child_find(pid);
    return child ? child->task : 0;
}

/* The status word of wait(), from how the task ended. */
static int status_of(const struct nonos_task_info *info)
{
    static const int faults[] = {
        [NONOS_FAULT_ACCESS] = SIGSEGV,    [NONOS_FAULT_INSTRUCTION] = SIGILL,
        [NONOS_FAULT_ARITHMETIC] = SIGFPE, [NONOS_FAULT_PROTECTION] = SIGBUS,
        [NONOS_FAULT_DEBUG] = SIGTRAP,
    };
    uint32_t status = (uint32_t)info->status;
    switch (info->state) {
    case NONOS_TASK_EXITED:
        return (int)(status & 0xff) << 8;
    case NONOS_TASK_FAULTED:
        return status && status < sizeof(faults) / sizeof(faults[0]) ? faults[status] : SIGSEGV;
    default:
        return status & 0x7f ? (int)(status & 0x7f) : SIGKILL;
    }
}

/* Reports a child that has ended and forgets it; false if it still runs. */
static bool child_reap(struct child *child, pid_t *pid, int *status)
{
    struct nonos_task_info info = {.state = NONOS_TASK_KILLED};
    if (child_info(child->task, &info) >= 0 && info.state == NONOS_TASK_RUNNING)
        return false;
    *pid = child->pid;
    if (status)
        *status = status_of(&info);
    (void)nonos_cap_delete(child->task);
    child->pid = 0;
    child->task = 0;
    return true;
}

/* Waits for bits of children or ^C; true if ^C came. */
static bool wait_for_news(uint64_t mask, uint64_t deadline)
{
    uint64_t bits = 0;
    if (nonos_notify_wait(notification, mask, deadline, &bits) >= 0 && bits & BIT_INTERRUPT)
        interrupted = true;
    return interrupted;
}

bool nonos_interrupted(void)
{
    if (interrupts && !interrupted)
        (void)wait_for_news(BIT_INTERRUPT, 0);
    bool result = interrupted;
    interrupted = false;
    return result;
}

bool children_sleep(uint64_t deadline)
{
    if (!interrupts) {
        (void)nonos_sleep_until(deadline);
        return true;
    }
    return !wait_for_news(BIT_INTERRUPT, deadline);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    for (;;) {
        size_t candidates = 0;
        for (size_t i = 0; i < capacity; i++) {
            pid_t ended;
            if (!children[i].pid || (pid != -1 && children[i].pid != pid))
                continue;
            candidates++;
            if (child_reap(&children[i], &ended, status))
                return ended;
        }
        if (!candidates) {
            errno = ECHILD;
            return -1;
        }
        if (options & WNOHANG)
            return 0;
        if (wait_for_news(~(1ull << 63), NONOS_NEVER)) {
            errno = EINTR;
            return -1;
        }
    }
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

int kill(pid_t pid, int signal)
{
    struct nonos_task_info info;
    struct child *child = child_find(pid);
    if (!child) {
        errno = ESRCH;
        return -1;
    }
    if (signal < 0 || signal > 127) {
        errno = EINVAL;
        return -1;
    }
    if (signal == 0) {
        if (child_info(child->task, &info) >= 0 && info.state == NONOS_TASK_RUNNING)
            return 0;
        errno = ESRCH;
        return -1;
    }
    return (int)files_result(nonos_task_kill(child->task, (uint32_t)signal));
}

int nonos_interrupt_enable(int fd)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_TTY_INTERRUPT);
    struct open_file *file = files_get(fd);
    if (!file)
        return -1;
    int result = notification_make();
    if (result >= 0) {
        message.words[0] = BIT_INTERRUPT;
        message.caps[0] = notification;
        message.ncaps = 1;
        result = files_call(file, &message);
    }
    interrupts |= result >= 0;
    return (int)files_result(result);
}

static pid_t own_id(bool parent)
{
    struct nonos_task_info info;
    if (child_info(NONOS_SLOT_TASK, &info) < 0)
        return 0;
    return (pid_t)(parent ? info.parent_id : info.id);
}

pid_t getpid(void)
{
    return own_id(false);
}

pid_t getppid(void)
{
    return own_id(true);
}
