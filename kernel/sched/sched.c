#include <sched/sched.h>

#include <audit/audit.h>
#include <cap/account.h>
#include <debug/log.h>
#include <sched/task.h>

struct cpu {
    struct thread_queue ready;
    struct timer_heap timers;
    struct thread *current;
    struct thread *corpse; /* ended, left on its own stack until the switch is over */
    bool reschedule;
    bool switching;    /* the lock goes with the switch, to be released on the other side */
    uint64_t since_ns; /* `current` runs, or was charged last */
    uint64_t slice_end_ns;
    uint64_t armed_ns; /* the processor's timer is set to that, or will be with the lock released */
    bool arms;         /* `armed_ns` is new */
    bool kicked; /* an interrupt is on its way to this processor, or noted by who will send it, */
    uint64_t kicked_ns; /* since then */
    uint64_t kicks;     /* processors that this one interrupts when it releases the lock */
    struct nonos_cpu_info info;
    struct thread idle;
};

/*
 * An interrupt that has not come so long after it was due does not count: an emulator may have lost the write that was to bring it
 * (docs/known-issues.md).
 */
#define INTERRUPT_LATE_NS 2000000u

struct lock sched_lock = LOCK_INIT(LOCK_RANK_SCHED);
static struct cpu cpus[CPU_MAX];

static struct cpu *this_cpu(void)
{
    return &cpus[arch_cpu_id()];
}

void sched_unlock(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t kicks = cpu->kicks;
    bool arms = cpu->arms;
    cpu->kicks = 0;
    cpu->arms = false;
    lock_release(&sched_lock);
    if (arms)
        arch_timer_set(cpu->armed_ns);
    for (; kicks; kicks &= kicks - 1)
        arch_send_reschedule((unsigned)__builtin_ctzll(kicks));
}

/* Has a processor interrupted. One is enough until it comes: what it is for is read under the lock after that. */
static void cpu_kick(unsigned id)
{
    uint64_t now_ns = arch_clock_ns();
    if (cpus[id].kicked && now_ns - cpus[id].kicked_ns < INTERRUPT_LATE_NS)
        return;
    cpus[id].kicked = true;
    cpus[id].kicked_ns = now_ns;
    this_cpu()->kicks |= 1ull << id;
}

static void sleep_over(struct timer *timer)
{
    struct thread *thread = container_of(timer, struct thread, timer);
    if (thread->wait == WAIT_SHARE)
        sched_wake(thread, 0);
    else
        thread_cancel_locked(thread, thread->wait == WAIT_SLEEP ? 0 : NONOS_E_TIMED_OUT);
}

/* ---- the timer ---- */

static uint64_t slice_deadline(const struct cpu *cpu)
{
    const struct thread *current = cpu->current;
    if (current->idle || !(cpu->ready.used & (1u << current->priority)))
        return NONOS_NEVER;
    return cpu->slice_end_ns;
}

/*
 * Has the timer set to what comes first. Its own processor only. One that is set to an earlier time stays, as deadlines are put off much
 * more often than they come: its interrupt finds nothing due and sets it again.
 */
static void timer_program(struct cpu *cpu, uint64_t now_ns)
{
    uint64_t deadline = slice_deadline(cpu);
    uint64_t left = cpu->current->idle ? NONOS_NEVER : share_left_ns(cpu->current, now_ns);
    if (left != NONOS_NEVER && now_ns + left < deadline)
        deadline = now_ns + left;
    if (cpu->timers.first && cpu->timers.first->deadline_ns < deadline)
        deadline = cpu->timers.first->deadline_ns;
    bool late = now_ns > cpu->armed_ns && now_ns - cpu->armed_ns >= INTERRUPT_LATE_NS;
    if (deadline < cpu->armed_ns || late) {
        cpu->armed_ns = deadline;
        cpu->arms = true;
    }
}

void sched_timer_arm(struct timer *timer, uint64_t deadline_ns)
{
    struct cpu *cpu = this_cpu();
    timer_remove(timer);
    if (deadline_ns == NONOS_NEVER)
        return;
    timer->deadline_ns = deadline_ns;
    timer_insert(&cpu->timers, timer);
    timer_program(cpu, arch_clock_ns());
}

/* ---- choosing ---- */

static bool runs_at_once(const struct cpu *cpu, const struct thread *thread)
{
    return cpu->current && thread->priority > cpu->current->priority &&
           (int)thread->priority > queue_priority(&cpu->ready);
}

static unsigned cpu_choose(const struct thread *thread)
{
    unsigned count = arch_cpu_count(), self = arch_cpu_id(), best = thread->cpu;
    if (thread->pinned != CPU_ANY)
        return thread->pinned;
    /* Nobody need be interrupted, and what it was woken for is in this processor's cache. */
    if (runs_at_once(&cpus[self], thread))
        return self;
    if (runs_at_once(&cpus[best], thread))
        return best;
    unsigned lowest = thread->priority;
    for (unsigned i = 0; i < count; i++) {
        const struct cpu *cpu = &cpus[i];
        if (runs_at_once(cpu, thread) && cpu->current->priority < lowest) {
            lowest = cpu->current->priority;
            best = i;
        }
    }
    return best;
}

/*
 * A processor got a thread: it looks again if it should run it, or must end its present slice some
 * time.
 */
static void cpu_notice(unsigned id, const struct thread *thread)
{
    struct cpu *cpu = &cpus[id];
    if (!cpu->current || thread->priority < cpu->current->priority)
        return;
    if (thread->priority > cpu->current->priority)
        cpu->reschedule = true;
    if (id != arch_cpu_id())
        cpu_kick(id);
    else
        timer_program(cpu, arch_clock_ns());
}

void sched_make_ready(struct thread *thread)
{
    thread->state = THREAD_READY;
    thread->wait = WAIT_NONE;
    thread->cpu = cpu_choose(thread);
    queue_insert(&cpus[thread->cpu].ready, thread, false);
    cpu_notice(thread->cpu, thread);
}

static void wait_over(struct thread *thread, int result)
{
    KERNEL_ASSERT(thread->state == THREAD_BLOCKED && !thread->queue);
    timer_remove(&thread->timer);
    thread->wait_result = result;
    thread->wait_slot = NULL;
}

void sched_wake(struct thread *thread, int result)
{
    wait_over(thread, result);
    sched_make_ready(thread);
}

void sched_hand_over(struct thread *thread, int result)
{
    struct cpu *cpu = this_cpu();
    wait_over(thread, result);
    if (thread->pinned != CPU_ANY) {
        sched_make_ready(thread);
        return;
    }
    thread->state = THREAD_READY;
    thread->wait = WAIT_NONE;
    thread->cpu = arch_cpu_id();
    queue_insert(&cpu->ready, thread, false);
}

void sched_set_priority(struct thread *thread, unsigned priority)
{
    struct thread_queue *queue = thread->queue;
    bool lower = priority < thread->priority;
    if (queue)
        queue_remove(thread);
    thread->priority = (uint8_t)priority;
    if (queue)
        queue_insert(queue, thread, false);
    if (thread->state == THREAD_READY)
        cpu_notice(thread->cpu, thread);
    if (thread->state == THREAD_RUNNING && lower &&
        queue_priority(&cpus[thread->cpu].ready) > (int)priority) {
        cpus[thread->cpu].reschedule = true;
        sched_kick(thread);
    }
}

void sched_kick(struct thread *thread)
{
    if (thread->state == THREAD_RUNNING && thread->cpu != arch_cpu_id())
        cpu_kick(thread->cpu);
}

void sched_pin(struct thread *thread, uint32_t cpu)
{
    thread->pinned = cpu;
    if (cpu == CPU_ANY || cpu == thread->cpu)
        return;
    if (thread->state == THREAD_READY) {
        queue_remove(thread);
        sched_make_ready(thread);
    } else if (thread->state == THREAD_RUNNING) {
        cpus[thread->cpu].reschedule = true; /* moves when it is switched away from */
        sched_kick(thread);
    }
}

/* The first thread of the highest priority that waits elsewhere and may move. */
static struct thread *steal(const struct cpu *self)
{
    struct thread *best = NULL;
    for (unsigned i = 0; i < arch_cpu_count(); i++) {
        struct thread *t = &cpus[i] == self ? NULL : queue_first(&cpus[i].ready);
        while (t && t->pinned != CPU_ANY)
            t = queue_next(t);
        if (t && (!best || t->priority > best->priority))
            best = t;
    }
    return best;
}

static struct thread *pick(struct cpu *cpu)
{
    struct thread *thread = queue_first(&cpu->ready);
    if (!thread)
        thread = steal(cpu);
    if (!thread)
        return &cpu->idle;
    queue_remove(thread);
    return thread;
}

/* ---- switching ---- */

static void time_charge(struct cpu *cpu, uint64_t now_ns)
{
    struct thread *thread = cpu->current;
    uint64_t used = now_ns - cpu->since_ns;
    cpu->since_ns = now_ns;
    if (thread->idle) {
        cpu->info.idle_ns += used;
        return;
    }
    cpu->info.busy_ns += used;
    thread->cpu_ns += used;
    if (thread->task)
        thread->task->cpu_ns += used;
    share_charge(thread, now_ns, used);
}

/* Puts the thread that ran where it belongs. */
static void current_leave(struct cpu *cpu, struct thread *thread, uint64_t now_ns)
{
    if (thread->state == THREAD_DEAD)
        cpu->corpse = thread;
    if (thread->state != THREAD_RUNNING || thread->idle)
        return;
    if (share_left_ns(thread, now_ns) == 0) {
        thread->state = THREAD_BLOCKED;
        thread->wait = WAIT_SHARE;
        sched_timer_arm(&thread->timer, (now_ns / SCHED_WINDOW_NS + 1) * SCHED_WINDOW_NS);
        return;
    }
    thread->state = THREAD_READY;
    bool moves = thread->pinned != CPU_ANY && thread->pinned != thread->cpu;
    if (moves)
        thread->cpu = thread->pinned;
    queue_insert(&cpus[thread->cpu].ready, thread, now_ns < cpu->slice_end_ns);
    if (moves)
        cpu_notice(thread->cpu, thread);
}

/* What remains after a switch, on the stack of the thread that was switched to. */
static void switch_finish(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *corpse = cpu->corpse;
    cpu->corpse = NULL;
    cpu->switching = false;
    sched_unlock();
    if (corpse)
        object_put(&corpse->object);
}

void sched_kernel_begin(void)
{
    if (this_cpu()->switching)
        switch_finish();
}

void sched_switch(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *before = cpu->current;
    uint64_t now_ns = arch_clock_ns();

    cpu->reschedule = false;
    time_charge(cpu, now_ns);
    current_leave(cpu, before, now_ns);
    struct thread *next = pick(cpu);
    next->state = THREAD_RUNNING;
    next->cpu = arch_cpu_id();
    if (next != before || now_ns >= cpu->slice_end_ns)
        cpu->slice_end_ns = now_ns + SCHED_SLICE_NS;
    cpu->current = next;
    timer_program(cpu, now_ns);
    if (next != before) {
        cpu->info.switches++;
        cpu->switching = true;
        arch_switch(before, next);
    }
    switch_finish();
}

int sched_block_until(enum thread_wait wait, uint64_t deadline_ns)
{
    struct thread *thread = arch_current();
    thread->state = THREAD_BLOCKED;
    thread->wait = (uint8_t)wait;
    if (thread->kill || thread->stop)
        thread_cancel_locked(thread, NONOS_E_CANCELLED);
    else if (deadline_ns != NONOS_NEVER)
        sched_timer_arm(&thread->timer, deadline_ns);
    sched_switch();
    return thread->wait_result;
}

int sched_block(enum thread_wait wait)
{
    return sched_block_until(wait, NONOS_NEVER);
}

void sched_preempt(void)
{
    arch_interrupt_window();
    if (!this_cpu()->reschedule)
        return;
    lock_acquire(&sched_lock);
    sched_switch();
}

void sched_give_way(void)
{
    lock_acquire(&sched_lock);
    this_cpu()->slice_end_ns = 0;
    sched_switch();
}

/* ---- what the architecture calls ---- */

struct arch_thread *thread_arch(struct thread *thread)
{
    return &thread->arch;
}

struct space *thread_space(struct thread *thread)
{
    return thread->task ? &thread->task->space : NULL;
}

void sched_timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    struct timer *timer;

    lock_acquire(&sched_lock);
    uint64_t now_ns = arch_clock_ns();
    cpu->info.interrupts++;
    cpu->armed_ns = NONOS_NEVER;
    while ((timer = timer_take_due(&cpu->timers, now_ns)))
        timer->fire(timer);
    time_charge(cpu, now_ns);
    if (slice_deadline(cpu) <= now_ns ||
        (!cpu->current->idle && !share_left_ns(cpu->current, now_ns)))
        cpu->reschedule = true;
    else
        timer_program(cpu, now_ns);
    sched_unlock();
}

void sched_reschedule_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    lock_acquire(&sched_lock);
    cpu->info.interrupts++;
    cpu->kicked = false;
    timer_program(cpu, arch_clock_ns());
    sched_unlock();
}

/* Stops here until thread_start(); tells who waits for that. */
static void stop_here(struct thread *thread)
{
    lock_acquire(&sched_lock);
    if (!thread->stop || thread->kill) {
        sched_unlock();
        return;
    }
    struct thread *waiter;
    thread->state = THREAD_STOPPED;
    while ((waiter = queue_first(&thread->stop_waiters))) {
        queue_remove(waiter);
        sched_wake(waiter, 0);
    }
    sched_switch();
}

void sched_user_return(void)
{
    sched_kernel_begin();
    for (;;) {
        struct thread *thread = arch_current();
        if (thread->deferred)
            defer_run();
        audit_drain_if_due();
        if (thread->kill)
            thread_die();
        if (thread->stop) {
            stop_here(thread);
        } else if (this_cpu()->reschedule) {
            lock_acquire(&sched_lock);
            sched_switch();
        } else if (!thread->deferred) {
            return;
        }
    }
}

/* ---- idle threads ---- */

void sched_adopt(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *idle = &cpu->idle;

    lock_acquire(&sched_lock);
    idle->object.type = NONOS_OBJECT_THREAD;
    idle->object.refs = 1;
    idle->idle = true;
    idle->state = THREAD_RUNNING;
    idle->cpu = idle->pinned = arch_cpu_id();
    cpu->current = idle;
    cpu->armed_ns = NONOS_NEVER;
    cpu->since_ns = arch_clock_ns();
    arch_thread_adopt(idle);
    sched_unlock();
}

void sched_idle(void)
{
    for (;;) {
        defer_run();
        audit_drain_if_due();
        lock_acquire(&sched_lock);
        sched_switch();
        if (!arch_current()->deferred)
            arch_idle_wait();
    }
}

void sched_cpu_info(unsigned cpu, struct nonos_cpu_info *info)
{
    lock_acquire(&sched_lock);
    *info = cpus[cpu].info;
    sched_unlock();
}

uint64_t sched_thread_time(void)
{
    lock_acquire(&sched_lock);
    struct cpu *cpu = this_cpu();
    time_charge(cpu, arch_clock_ns());
    uint64_t used = cpu->current->cpu_ns;
    sched_unlock();
    return used;
}

/* Threads share one way to be woken by their timer. */
void sched_thread_init(struct thread *thread)
{
    thread->timer.fire = sleep_over;
    thread->pinned = CPU_ANY;
    thread->cpu = arch_cpu_id();
}
