#include "model_private.h"

#include <audit/audit.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/types.h>
#include <mm/frame.h>
#include <nonos/boot_info.h>

struct account *model_root;
struct task *model_tasks[TASKS_MAX];
size_t model_ntasks;
static size_t base_frames, base_blocks;

void model_start(size_t npages)
{
    struct nonos_boot_info info = {.entropy_sources = 1};
    model_memory_start(npages);
    model_processors_start(16); /* what audit_init() prepares for */
    sched_adopt();
    ck_assert_int_eq(audit_init(16), 0);
    model_processors_set(1);
    ck_assert_int_eq(random_init(&info), 0);
    ck_assert_int_eq(account_create(NULL, (uint64_t)npages * FRAME_SIZE, &model_root), 0);
    model_root->limit[ACCOUNT_DMA] = memory_dma_limit();
    expiry_start();
    model_run();
    base_frames = model_frames_used();
    base_blocks = model_blocks_used();
}

struct task *model_task(uint64_t grants)
{
    struct task *task;
    ck_assert_int_eq(task_create(model_root, 0, grants, "test", &task), 0);
    ck_assert_uint_lt(model_ntasks, TASKS_MAX);
    model_tasks[model_ntasks++] = task;
    task_publish(task);
    /* A thread that never runs keeps the task when the others have ended. */
    struct thread *keeper;
    const struct nonos_thread_regs regs = {0};
    ck_assert_int_eq(thread_create_user(task, model_root, &regs, 1, &keeper), 0);
    object_put(&keeper->object);
    return task;
}

struct thread *model_thread(struct task *task, unsigned priority, void (*entry)(void *),
                            const void *argument)
{
    struct thread *thread;
    const struct nonos_thread_regs regs = {.rip = USER(entry), .rdi = USER(argument)};
    ck_assert_int_eq(thread_create_user(task, model_root, &regs, priority, &thread), 0);
    ck_assert_int_eq(thread_start(thread), 0);
    object_put(&thread->object); /* the task keeps it */
    return thread;
}

nonos_handle model_give(struct task *task, struct object *object)
{
    nonos_handle handle;
    ck_assert_int_eq(cap_create(task, object, type_rights(object), &handle), 0);
    object_put(object);
    return handle;
}

static void tasks_end(void)
{
    for (size_t i = 0; i < model_ntasks; i++) {
        struct task *task = model_tasks[i];
        if (task->nthreads)
            task_end(task, NONOS_TASK_KILLED, 0);
        else if (task->state == NONOS_TASK_RUNNING)
            task_teardown(task);
        model_run();
        ck_assert_int_ne(task->state, NONOS_TASK_RUNNING);
        object_put(&task->object);
    }
    model_ntasks = 0;
    model_run();
}

void model_finish(void)
{
    model_fail_after(-1);
    tasks_end();
    ck_assert_uint_eq(model_root->memory_used, 0);
    for (unsigned kind = 0; kind < ACCOUNT_KINDS; kind++)
        ck_assert_uint_eq(model_root->used[kind], 0);
    ck_assert_uint_eq(model_frames_used(), base_frames);
    ck_assert_uint_eq(model_blocks_used(), base_blocks);
}
