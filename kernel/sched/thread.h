/* Threads. Fields are guarded by the scheduler's lock unless said otherwise. */
#ifndef KERNEL_SCHED_THREAD_H
#define KERNEL_SCHED_THREAD_H

#include <arch/arch.h>
#include <cap/object.h>
#include <sched/queue.h>
#include <sched/timer.h>

struct endpoint;
struct notification;
struct reply;
struct slot;
struct task;

enum thread_state {
    THREAD_STOPPED, /* at the boundary to user mode, or never started */
    THREAD_READY,
    THREAD_RUNNING,
    THREAD_BLOCKED,
    THREAD_DEAD,
};

/* What a blocked thread waits for. */
enum thread_wait {
    WAIT_NONE,
    WAIT_SEND,   /* in an endpoint's queue of callers */
    WAIT_REPLY,  /* its message was taken */
    WAIT_RECV,   /* in an endpoint's queue of receivers */
    WAIT_NOTIFY, /* in a notification's queue */
    WAIT_SLEEP,
    WAIT_THREAD, /* in a thread's queue of those who wait until it has stopped */
    WAIT_TASK,   /* in a task's queue of those who wait for its end */
    WAIT_SHARE,  /* its account has used up its share of the processor */
};

#define CPU_ANY UINT32_MAX

struct thread {
    struct object object;
    struct arch_thread arch;
    struct task *task; /* holds a reference; NULL: a kernel thread */
    struct thread *task_next, *task_previous;
    struct deferred *deferred; /* its own, no lock */

    uint8_t state;
    uint8_t wait;
    uint8_t base_priority;
    uint8_t priority; /* with what others lend */
    bool kill;
    bool stop;
    bool idle;
    uint32_t cpu; /* where it runs or ran last */
    uint32_t pinned;
    int wait_result;
    uint64_t cpu_ns;
    struct account
        *payer; /* whose share it uses: its own account, or its caller's; holds a reference */

    struct thread_queue *queue;
    struct thread *queue_next, *queue_previous;
    struct timer timer;
    struct thread_queue stop_waiters;

    /* Who waits for this thread lends it its priority. */
    uint32_t lent_used; /* bit n: lent[n] is not 0 */
    uint32_t lent[PRIORITIES];

    /* What it waits for, and under which capability. */
    struct slot *wait_slot;
    struct endpoint *endpoint;
    uint64_t badge; /* of that capability */
    struct notification *notification;
    uint64_t wait_mask;
    uint64_t wait_bits;  /* that came */
    struct reply *reply; /* its own, made at its first call: what answers it. Holds a reference. */

    struct endpoint *serves;    /* that it received from last */
    struct reply *served;       /* calls whose message it took */
    struct notification *bound; /* holds a reference */
    struct binding
        bound_link; /* to the capability that the notification was bound by; the tree lock */
    uint32_t exit_status;
};

/*
 * Makes a stopped thread of `task`, charged to `account`, with one reference. QUOTA, NO_MEMORY,
 * INVALID, PEER_GONE if the task is ending.
 */
NONOS_MUST_CHECK int thread_create_user(struct task *task, struct account *account,
                                        const struct nonos_thread_regs *regs, unsigned priority,
                                        struct thread **thread);
/* Makes a stopped thread that runs entry(argument) in the kernel and never returns from it. */
NONOS_MUST_CHECK int thread_create_kernel(void (*entry)(void *), void *argument, unsigned priority,
                                          struct thread **thread);
void thread_destroy(struct thread *thread);
/*
 * Makes `thread` ready if it is stopped, and takes back a wish to stop it. INVALID if it is dead or
 * dying.
 */
NONOS_MUST_CHECK int thread_start(struct thread *thread);
/* The end of the current thread. */
_Noreturn void thread_die(void);

/* ---- the scheduler's lock is held ---- */

/* Asks a thread to end; it runs at `priority` at least until it has. */
void thread_kill_locked(struct thread *thread, unsigned priority);
/* Ends what a blocked thread waits for, with `result`. */
void thread_cancel_locked(struct thread *thread, int result);

#endif
