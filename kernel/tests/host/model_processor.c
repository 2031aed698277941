/* The processors of the modelled machine: its clock, its interrupts, and who runs. */
#include "model_private.h"

#include <pthread.h>

#include <time.h>

#include <debug/log.h>

void (*model_interrupt)(void);
unsigned model_timer_sets;

static void host_yield(void)
{
    struct timespec t = {0, 1000};
    nanosleep(&t, NULL);
}

static struct processor processors[CPU_MAX];
static unsigned nprocessors = 1;
static __thread unsigned cpu_id;
static bool real_clock;
static bool smp_stop;
static uint64_t clock_ns = 1000000000;
static unsigned preempt_every, preempt_count;

/* Never inlined: a coroutine that moved to another pthread must not use the old one's address. */
__attribute__((noinline)) unsigned arch_cpu_id(void)
{
    __asm__ volatile("" : : : "memory");
    return cpu_id;
}

unsigned arch_cpu_count(void)
{
    return nprocessors;
}

struct processor *model_processor(void)
{
    return &processors[arch_cpu_id()];
}

void model_processors_start(unsigned n)
{
    for (unsigned i = 0; i < CPU_MAX; i++)
        processors[i].timer_ns = NONOS_NEVER;
    nprocessors = n;
}

void model_processors_set(unsigned n)
{
    nprocessors = n;
}

struct thread *arch_current(void)
{
    return model_processor()->current;
}

bool arch_is_virtual(void)
{
    return false;
}

void arch_pause(void)
{
    host_yield();
}

uint64_t arch_clock_ns(void)
{
    struct timespec t;
    if (!real_clock)
        return clock_ns;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t model_now(void)
{
    return arch_clock_ns();
}

uint64_t arch_wall_at_boot_ns(void)
{
    return 0;
}

/* Devices are slow: nobody may have to wait for one because of the scheduler's lock. */
static void device_write(void)
{
    KERNEL_ASSERT(__atomic_load_n(&sched_lock.holder, __ATOMIC_RELAXED) != arch_cpu_id() + 1);
}

void arch_timer_set(uint64_t deadline_ns)
{
    device_write();
    model_timer_sets++;
    model_processor()->timer_ns = deadline_ns;
}

void model_timer_lose(void)
{
    model_processor()->timer_ns = NONOS_NEVER;
}

void arch_send_reschedule(unsigned cpu)
{
    device_write();
    __atomic_store_n(&processors[cpu].reschedule, true, __ATOMIC_SEQ_CST);
}

void model_preempt_every(unsigned n)
{
    preempt_every = n;
}

/* Takes what waits at this processor. */
static void interrupts_take(void)
{
    struct processor *p = model_processor();
    if (__atomic_exchange_n(&p->reschedule, false, __ATOMIC_SEQ_CST))
        sched_reschedule_interrupt();
    if (p->timer_ns <= arch_clock_ns()) {
        p->timer_ns = NONOS_NEVER;
        sched_timer_interrupt();
    }
}

bool arch_preempt_pending(void)
{
    if (real_clock)
        return true;
    return preempt_every && ++preempt_count % preempt_every == 0;
}

void arch_interrupt_window(void)
{
    if (model_interrupt)
        model_interrupt();
    interrupts_take();
}

bool arch_irq_disable(void)
{
    return false;
}

void arch_irq_restore(bool on)
{
    (void)on;
}

void arch_idle_wait(void)
{
    interrupts_take();
}

/* ---- running ---- */

void model_run(void)
{
    interrupts_take();
    lock_acquire(&sched_lock);
    sched_switch();
    defer_run();
}

void model_advance(uint64_t ns)
{
    struct processor *p = &processors[0];
    uint64_t end = clock_ns + ns;
    while (p->timer_ns <= end) {
        clock_ns = p->timer_ns > clock_ns ? p->timer_ns : clock_ns;
        model_run();
    }
    clock_ns = end;
    model_run();
}

void model_tick(uint64_t ns)
{
    clock_ns += ns;
    interrupts_take();
}

/* ---- several processors ---- */

static uint64_t smp_end_ns;

void model_user_mode(void)
{
    if (!real_clock)
        return;
    interrupts_take();
    if (arch_clock_ns() > smp_end_ns) {
        lock_acquire(&sched_lock);
        arch_current()->kill = true;
        lock_release(&sched_lock);
    }
    sched_user_return();
}

static void *processor_run(void *argument)
{
    cpu_id = (unsigned)(uintptr_t)argument;
    sched_adopt();
    while (!__atomic_load_n(&smp_stop, __ATOMIC_ACQUIRE)) {
        model_run();
        host_yield();
    }
    /*
     * Threads may sit on this processor's queue or hold its stack: run them out while the others
     * do, too.
     */
    return NULL;
}

void model_smp(unsigned ncpus, unsigned milliseconds)
{
    pthread_t threads[16];
    ck_assert_uint_le(ncpus, 16);
    real_clock = true;
    smp_end_ns = arch_clock_ns() + milliseconds * 1000000ull;
    clock_ns = arch_clock_ns();
    nprocessors = ncpus;
    smp_stop = false;
    for (unsigned i = 1; i < ncpus; i++)
        pthread_create(&threads[i], NULL, processor_run, (void *)(uintptr_t)i);
    while (arch_clock_ns() < smp_end_ns) {
        model_run();
        host_yield();
    }
    for (size_t i = 0; i < model_ntasks; i++)
        if (model_tasks[i]->nthreads)
            task_end(model_tasks[i], NONOS_TASK_KILLED, 0);
    for (size_t i = 0; i < model_ntasks; i++)
        while (__atomic_load_n(&model_tasks[i]->nthreads, __ATOMIC_ACQUIRE) ||
               (model_tasks[i]->end_state && model_tasks[i]->state == NONOS_TASK_RUNNING))
            model_run();
    __atomic_store_n(&smp_stop, true, __ATOMIC_RELEASE);
    for (unsigned i = 1; i < ncpus; i++)
        pthread_join(threads[i], NULL);
    nprocessors = 1;
    model_run();
}
