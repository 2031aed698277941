/*
 * Endpoints, replies and notifications. The scheduler's lock guards all of them, so that a message,
 * the state of both threads and the priority that is lent change at once. Where capabilities move,
 * the tree lock is taken first.
 *
 * A call that is going on is a Reply object: its caller waits for it, its server is the thread that
 * took the message. Each way that it can end - an answer, the caller's end, the end of the last
 * capability to it - goes through reply_finish().
 */
#ifndef KERNEL_IPC_IPC_H
#define KERNEL_IPC_IPC_H

#include <cap/cap.h>
#include <sched/queue.h>
#include <sched/timer.h>

struct thread;

struct endpoint {
    struct object object;
    struct thread_queue senders;
    struct thread_queue receivers;
    struct thread *server; /* received last; NULL: nobody */
    int lent;              /* priority lent to it: the highest in `senders`, or -1 */
    uint32_t nrecv; /* capabilities with RECV: without one, nobody can ever answer; the tree lock */
    struct notification *watcher; /* holds a reference */
    uint64_t watcher_bits;
};

struct reply {
    struct object object;
    uint32_t ncaps;                /* capabilities to it; the tree lock */
    struct thread *caller;         /* waits for it; NULL: the call is over */
    struct thread *server;         /* that the caller lends to; NULL: it is gone */
    struct reply *next, *previous; /* of the same server */
};

struct notification {
    struct object object;
    uint64_t bits;
    struct thread_queue waiters;
    struct thread *bound; /* that is woken from ipc_reply_wait */
    struct timer timer;
    uint64_t timer_bits;
};

NONOS_MUST_CHECK int endpoint_create(struct account *account, uint64_t grants,
                                     struct endpoint **endpoint);
void endpoint_destroy(struct endpoint *endpoint);
NONOS_MUST_CHECK int notification_create(struct account *account,
                                         struct notification **notification);
void notification_destroy(struct notification *notification);

/* Sets bits and wakes who waits for them. The scheduler's lock is held. */
void notification_signal_locked(struct notification *notification, uint64_t bits);
void notification_signal(struct notification *notification, uint64_t bits);
struct watch;
void watch_free(struct watch *watch);

#define REPLY_RIGHTS (NONOS_REPLY_SEND | NONOS_RIGHT_INSPECT)

/* ---- capabilities come and go; the tree lock is held ---- */

void endpoint_capability_entered(struct slot *slot);
void endpoint_capability_gone(struct slot *slot);
void reply_capability_gone(struct slot *slot);
/* Ends the waiting of threads that wait under this capability. */
void ipc_capability_gone(struct slot *slot);
/* A capability derived with WATCH has lost its last child. */
void ipc_children_gone(struct slot *slot);

/* ---- for the scheduler, whose lock is held ---- */

/*
 * A blocked thread's priority was `before` and has changed: changes what it lends, and returns to
 * whom.
 */
struct thread *ipc_lend_again(struct thread *thread, unsigned before);
/* Undoes what the wait of a blocked thread has linked; its place in a queue may remain. */
void ipc_wait_undo(struct thread *thread);
/* ---- no lock is held ---- */

/* A thread is about to end: nobody may point to it. */
void ipc_thread_gone(struct thread *thread);

#endif
