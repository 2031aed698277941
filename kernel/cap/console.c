/*
 * Who shows what console_write writes: the kernel on the console of last resort, until a terminal follows (console_follow). Then
 * the port is the terminal's, and two who write to it would mix their bytes: what is written waits for it here. Nothing is lost:
 * what finds no room, and what a terminal has not taken when it ends, the kernel shows.
 */
#include <cap/console.h>

#include <cap/syscall.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <mm/space.h>
#include <sched/sched.h>

#include <string.h>

#define WRITE_MAX   1024 /* bytes in one call */
#define WAITING_MAX 4096

static struct {
    struct binding binding;
    struct notification *notification; /* NULL: nobody follows */
    uint64_t bits;
    char waiting[WAITING_MAX];
    size_t len;
} follower; /* the scheduler's lock */

/* Returns whether the terminal has it. */
static bool hand_over(const char *text, size_t len)
{
    lock_acquire(&sched_lock);
    bool taken = follower.notification && len <= WAITING_MAX - follower.len;
    if (taken) {
        memcpy(follower.waiting + follower.len, text, len);
        follower.len += len;
        notification_signal_locked(follower.notification, follower.bits);
    }
    sched_unlock();
    return taken;
}

static size_t waiting_take(char *text, size_t size)
{
    lock_acquire(&sched_lock);
    size_t len = follower.len < size ? follower.len : size;
    memcpy(text, follower.waiting, len);
    follower.len -= len;
    memmove(follower.waiting, follower.waiting + len, follower.len);
    sched_unlock();
    return len;
}

int sys_console_write(struct syscall *call, nonos_handle system, uint64_t text, size_t len)
{
    char buffer[WRITE_MAX];
    (void)call;
    (void)system;
    if (len > sizeof(buffer))
        return NONOS_E_TOO_BIG;
    int error = user_read(buffer, text, len);
    if (error)
        return error;
    log_keep(buffer, len);
    if (!hand_over(buffer, len))
        log_show(buffer, len);
    return 0;
}

int sys_console_take(struct syscall *call, nonos_handle system, uint64_t buffer, size_t len)
{
    char text[WRITE_MAX];
    (void)system;
    size_t taken = waiting_take(text, len < sizeof(text) ? len : sizeof(text));
    call->out = taken;
    return user_write(buffer, text, taken);
}

/* ---- who follows ---- */

static void follower_end(struct deferred *deferred)
{
    char text[WRITE_MAX];
    size_t len;
    (void)deferred;
    lock_acquire(&sched_lock);
    struct notification *n = follower.notification;
    follower.notification = NULL;
    sched_unlock();
    while ((len = waiting_take(text, sizeof(text))) > 0)
        log_show(text, len);
    object_put(&n->object);
}

void console_unfollow(void)
{
    lock_acquire(&cap_tree_lock);
    bool linked = binding_detach(&follower.binding);
    lock_release(&cap_tree_lock);
    if (linked)
        follower_end(NULL);
}

static int follow(const struct cap_ref *ref, uint64_t bits)
{
    struct notification *n = object_of(notification, ref->object);
    int error = 0;
    lock_acquire(&cap_tree_lock);
    lock_acquire(&sched_lock);
    if (!cap_ref_valid(ref))
        error = NONOS_E_BAD_HANDLE;
    else if (follower.notification)
        error = NONOS_E_BUSY;
    if (!error) {
        object_get(&n->object);
        follower.notification = n;
        follower.bits = bits;
        binding_attach(&follower.binding, &n->object, ref->slot, follower_end);
        ref->slot->flags |= SLOT_BOUND;
    }
    sched_unlock();
    lock_release(&cap_tree_lock);
    if (!error)
        log_show("", 0); /* who is still writing has ended then */
    return error;
}

int sys_console_follow(struct syscall *call, nonos_handle system, nonos_handle notification,
                       uint64_t bits)
{
    (void)system;
    if (notification)
        return follow(&call->caps[1], bits);
    console_unfollow();
    return 0;
}
