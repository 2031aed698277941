/*
 * What the parts of the modelled machine know of each other.
 */
#ifndef KERNEL_TESTS_MODEL_PRIVATE_H
#define KERNEL_TESTS_MODEL_PRIVATE_H

#include "model.h"

#define TASKS_MAX 64

/* What model_task() made. */
extern struct task *model_tasks[TASKS_MAX];
extern size_t model_ntasks;

struct processor {
    struct thread *current;
    struct thread *previous;
    bool reschedule; /* an interrupt waits; atomic */
    uint64_t timer_ns;
};

/* The one that the caller runs on. */
struct processor *model_processor(void);
/* No timer is set, and there are `n` processors. */
void model_processors_start(unsigned n);
void model_processors_set(unsigned n);

/*
 * User mode of several processors: interrupts come, and when the time is up every thread ends.
 */
void model_user_mode(void);

void model_memory_start(size_t npages);

#endif
