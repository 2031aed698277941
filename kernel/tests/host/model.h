/*
 * A machine made of the host: frames from a pool, threads as coroutines, processors as the test's
 * own threads.
 *
 * "User mode" is a C function that runs as a coroutine on a stack of its own and enters the kernel
 * through model_call(). With one processor the test itself is the idle thread: model_run() lets
 * everybody run until nobody can. The clock stands still unless the test moves it. model_smp()
 * starts more processors, each a pthread, and then the clock is the host's.
 */
#ifndef KERNEL_TESTS_MODEL_H
#define KERNEL_TESTS_MODEL_H

#include <check_main.h>

#include <cap/account.h>
#include <cap/syscall.h>
#include <sched/sched.h>
#include <sched/task.h>

/* A fresh machine with one processor, `npages` frames and a root account. */
void model_start(size_t npages);
extern struct account *model_root;

/* A task of the root account with all grants, and a thread of it that will run entry(argument). */
struct task *model_task(uint64_t grants);
struct thread *model_thread(struct task *task, unsigned priority, void (*entry)(void *),
                            const void *argument);
/* Gives a task a root capability with all rights to an object. */
nonos_handle model_give(struct task *task, struct object *object);

void model_run(void); /* until every thread waits */
void model_advance(uint64_t ns);
extern unsigned model_timer_sets; /* how often a processor's timer was set */
void model_timer_lose(void);      /* this processor's, as if it had not been set */
uint64_t model_now(void);
/* The current thread works for so long; interrupts that become due are taken. */
void model_tick(uint64_t ns);

/* A system call of the current thread. */
int model_call(unsigned number, const uint64_t args[6], uint64_t *out);
#define CALL(name, out, ...) model_call(NONOS_SYS_##name, (const uint64_t[6]){__VA_ARGS__}, out)
int model_ipc_call(nonos_handle endpoint, struct nonos_message *message);
int model_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message);
/* "User memory" is the host's. */
#define USER(pointer) ((uint64_t)(uintptr_t)(pointer))

/*
 * Ends all tasks that model_task() made, and checks that every frame, heap block and charge is
 * given back.
 */
void model_finish(void);
size_t model_frames_used(void);
size_t model_blocks_used(void);
/* The n-th allocation from now on (0: the next) fails, and so do all after it; -1: none. */
void model_fail_after(long n);
/* Whether an allocation was made to fail since then. */
bool model_failed(void);
/* Pages mapped in a space, and how many unmappings were asked for. */
size_t model_pages_mapped(const struct space *space);
bool model_is_mapped(const struct space *space, uint64_t address);
/* Every n-th preemption point finds an interrupt waiting; 0: none. */
void model_preempt_every(unsigned n);
/* Called at every preemption point that takes interrupts; NULL: nothing. */
extern void (*model_interrupt)(void);

/* Runs until `seconds` have passed or stop() is true, on `ncpus` pthreads. */
void model_smp(unsigned ncpus, unsigned milliseconds);

#endif
