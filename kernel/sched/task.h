/* Tasks: an address space, a capability table and threads. */
#ifndef KERNEL_SCHED_TASK_H
#define KERNEL_SCHED_TASK_H

#include <cap/cap.h>
#include <cap/mapping.h>
#include <mm/space.h>
#include <sched/thread.h>

/* Somebody to be told of the end of a task. */
struct watch {
    struct watch *next;
    struct notification *notification; /* holds a reference */
    struct account *account;           /* it is charged to; holds a reference */
    uint64_t bits;
};

struct task {
    struct object object;
    uint64_t parent_id;
    uint64_t grants; /* ceiling, fixed */
    uint64_t start_ns;
    char name[NONOS_MODULE_NAME_SIZE];
    struct space space;
    struct cap_table table;
    struct region_table regions;
    struct task *next, *previous; /* list of all tasks, by ascending id; the list's lock */
    bool listed;
    bool essential; /* the first task: without it nothing can go on */

    /* The scheduler's lock. */
    struct thread *threads;
    uint32_t nthreads;
    uint32_t state;     /* enum nonos_task_state; RUNNING until the end is complete */
    uint32_t end_state; /* what it will be; 0: nothing has ended it */
    int32_t status;
    uint64_t cpu_ns;
    uint32_t priority; /* of its first thread, when it was made */
    struct thread_queue waiters;
    struct watch *watches;
};

/* Makes a task without threads, charged to `account`. QUOTA or NO_MEMORY. */
NONOS_MUST_CHECK int task_create(struct account *account, uint64_t parent_id, uint64_t grants,
                                 const char *name, struct task **task);
/* Lets task_find() find it. */
void task_publish(struct task *task);
void task_destroy(struct task *task);
/* Ends a task that has no thread left, or never had one. No lock is held. */
void task_teardown(struct task *task);
/* Asks all threads to end. The first reason counts. No lock is held. */
void task_end(struct task *task, enum nonos_task_state state, int32_t status);
/* The task with the smallest id greater than `after`, with a reference; NULL if there is none. */
struct task *task_find(uint64_t after);
unsigned task_count(void);
unsigned thread_count(void);
void task_describe(struct task *task, struct nonos_task_info *info);
struct task *task_current(void);

#endif
