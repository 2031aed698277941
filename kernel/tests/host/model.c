#include "model.h"

#include <pthread.h>

#include <stdarg.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <audit/audit.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/types.h>
#include <debug/log.h>
#include <ipc/ipc.h>
#include <mm/frame.h>
#include <mm/heap.h>
#include <nonos/boot_info.h>

#define STACK_LEN (256u << 10)
#define BASE      0x100000u /* physical address of the first frame */

struct account *model_root;
void (*model_interrupt)(void);

static void host_yield(void)
{
    struct timespec t = {0, 1000};
    nanosleep(&t, NULL);
}

/* ---- frames and heap ---- */

static uint8_t *pool;
static uint8_t *frame_used;
static size_t nframes, frames_used, frame_hint;
static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;
static size_t blocks_used;
static long fail_after = -1;
static bool failed;

static bool allocation_fails(void)
{
    if (fail_after < 0)
        return false;
    if (fail_after > 0) {
        fail_after--;
        return false;
    }
    failed = true;
    return true;
}

void model_fail_after(long n)
{
    fail_after = n;
    failed = false;
}

bool model_failed(void)
{
    return failed;
}

static int frames_take(size_t count, uint64_t *physical)
{
    int error = NONOS_E_NO_MEMORY;
    pthread_mutex_lock(&memory_lock);
    bool fails = allocation_fails();
    for (size_t tried = 0; tried < nframes && !fails && error; tried++) {
        size_t at = (frame_hint + tried) % nframes, n = 0;
        while (n < count && at + n < nframes && !frame_used[at + n])
            n++;
        if (n < count)
            continue;
        memset(frame_used + at, 1, count);
        memset(pool + at * FRAME_SIZE, 0, count * FRAME_SIZE);
        frames_used += count;
        frame_hint = at + count;
        *physical = BASE + at * FRAME_SIZE;
        error = 0;
    }
    pthread_mutex_unlock(&memory_lock);
    return error;
}

int frame_alloc(uint64_t *physical)
{
    return frames_take(1, physical);
}

int frame_alloc_contiguous(size_t count, uint64_t limit, uint64_t *physical)
{
    (void)limit;
    return frames_take(count, physical);
}

void frame_free(uint64_t physical)
{
    size_t at = (physical - BASE) / FRAME_SIZE;
    pthread_mutex_lock(&memory_lock);
    if (physical < BASE || at >= nframes || !frame_used[at])
        panic("frame %llx freed that is not in use", (unsigned long long)physical);
    frame_used[at] = 0;
    memset(pool + at * FRAME_SIZE, 0xdf, FRAME_SIZE);
    frames_used--;
    pthread_mutex_unlock(&memory_lock);
}

size_t frame_free_count(void)
{
    return nframes - frames_used;
}

size_t frame_total_count(void)
{
    return nframes;
}

void *frame_address(uint64_t physical)
{
    return pool + (physical - BASE);
}

uint64_t frame_physical(const void *address)
{
    return BASE + (uint64_t)((const uint8_t *)address - pool);
}

void *heap_alloc(size_t size)
{
    pthread_mutex_lock(&memory_lock);
    void *block = allocation_fails() ? NULL : calloc(1, size);
    if (block)
        blocks_used++;
    pthread_mutex_unlock(&memory_lock);
    return block;
}

void heap_free(void *block)
{
    if (!block)
        return;
    pthread_mutex_lock(&memory_lock);
    blocks_used--;
    pthread_mutex_unlock(&memory_lock);
    free(block);
}

size_t model_frames_used(void)
{
    return frames_used;
}

size_t model_blocks_used(void)
{
    return blocks_used;
}

/* ---- address spaces: a list of what is mapped ---- */

struct page {
    struct page *next;
    const struct space *space;
    uint64_t address;
};

#define PAGE_BUCKETS 4096
static struct page *pages[PAGE_BUCKETS];
static pthread_mutex_t pages_lock = PTHREAD_MUTEX_INITIALIZER;

static struct page **page_find(const struct space *space, uint64_t address)
{
    size_t bucket = (address / FRAME_SIZE ^ (uintptr_t)space / 64) % PAGE_BUCKETS;
    struct page **at = &pages[bucket];
    while (*at && ((*at)->space != space || (*at)->address != address))
        at = &(*at)->next;
    return at;
}

int space_init(struct space *space)
{
    lock_init(&space->lock, LOCK_RANK_SPACE);
    space->ntables = 1;
    return frame_alloc(&space->root);
}

void space_free(struct space *space)
{
    ck_assert_uint_eq(model_pages_mapped(space), 0);
    frame_free(space->root);
}

int space_map(struct space *space, uint64_t address, uint64_t physical, uint32_t prot,
              enum space_cache cache)
{
    (void)physical;
    (void)cache;
    if ((prot & NONOS_PROT_WRITE) && (prot & NONOS_PROT_EXECUTE))
        panic("a page that is writable and executable");
    pthread_mutex_lock(&memory_lock);
    bool fails = allocation_fails();
    pthread_mutex_unlock(&memory_lock);
    if (fails)
        return NONOS_E_NO_MEMORY;
    pthread_mutex_lock(&pages_lock);
    struct page **at = page_find(space, address);
    if (*at)
        panic("page %llx is mapped already", (unsigned long long)address);
    *at = malloc(sizeof(**at));
    **at = (struct page){NULL, space, address};
    pthread_mutex_unlock(&pages_lock);
    return 0;
}

void space_unmap(struct space *space, uint64_t address, size_t npages)
{
    pthread_mutex_lock(&pages_lock);
    for (size_t i = 0; i < npages; i++) {
        struct page **at = page_find(space, address + i * FRAME_SIZE), *page = *at;
        if (page) {
            *at = page->next;
            free(page);
        }
    }
    pthread_mutex_unlock(&pages_lock);
}

void space_protect(struct space *space, uint64_t address, size_t npages, uint32_t prot)
{
    (void)prot;
    for (size_t i = 0; i < npages; i++)
        ck_assert(model_is_mapped(space, address + i * FRAME_SIZE));
}

bool model_is_mapped(const struct space *space, uint64_t address)
{
    pthread_mutex_lock(&pages_lock);
    bool mapped = *page_find(space, address) != NULL;
    pthread_mutex_unlock(&pages_lock);
    return mapped;
}

size_t model_pages_mapped(const struct space *space)
{
    size_t n = 0;
    pthread_mutex_lock(&pages_lock);
    for (size_t b = 0; b < PAGE_BUCKETS; b++)
        for (const struct page *p = pages[b]; p; p = p->next)
            n += p->space == space;
    pthread_mutex_unlock(&pages_lock);
    return n;
}

int user_read(void *to, uint64_t address, size_t len)
{
    if (address < NONOS_USER_MIN || address >= NONOS_USER_END)
        return NONOS_E_BAD_ADDRESS;
    memcpy(to, (const void *)(uintptr_t)address, len);
    return 0;
}

int user_write(uint64_t address, const void *from, size_t len)
{
    if (address < NONOS_USER_MIN || address >= NONOS_USER_END)
        return NONOS_E_BAD_ADDRESS;
    memcpy((void *)(uintptr_t)address, from, len);
    return 0;
}

/* ---- processors ---- */

struct processor {
    struct thread *current;
    struct thread *previous;
    bool reschedule; /* an interrupt waits; atomic */
    uint64_t timer_ns;
};

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

struct thread *arch_current(void)
{
    return processors[arch_cpu_id()].current;
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

void arch_timer_set(uint64_t deadline_ns)
{
    processors[arch_cpu_id()].timer_ns = deadline_ns;
}

void arch_send_reschedule(unsigned cpu)
{
    __atomic_store_n(&processors[cpu].reschedule, true, __ATOMIC_SEQ_CST);
}

void model_preempt_every(unsigned n)
{
    preempt_every = n;
}

/* Takes what waits at this processor. */
static void interrupts_take(void)
{
    struct processor *p = &processors[arch_cpu_id()];
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

/* ---- threads ---- */

struct context {
    ucontext_t ucontext;
    struct trap_frame frame;
    struct nonos_thread_regs regs;
    void (*kernel_entry)(void *);
    void *argument;
};

static struct context *context_of(struct thread *thread)
{
    return (struct context *)thread->arch.fpu;
}

static void context_run(void)
{
    struct context *c = context_of(arch_current());
    if (c->kernel_entry) {
        c->kernel_entry(c->argument);
        panic("a kernel thread returned");
    }
    sched_user_return();
    ((void (*)(void *))(uintptr_t)c->regs.rip)((void *)(uintptr_t)c->regs.rdi);
    lock_acquire(&sched_lock);
    arch_current()->kill = true;
    lock_release(&sched_lock);
    sched_user_return();
    panic("a thread came back from its end");
}

static int context_make(struct thread *thread)
{
    struct context *c = heap_alloc(sizeof(*c));
    void *stack = c ? heap_alloc(STACK_LEN) : NULL;
    if (!stack) {
        heap_free(c);
        return NONOS_E_NO_MEMORY;
    }
    getcontext(&c->ucontext);
    c->ucontext.uc_stack.ss_sp = stack;
    c->ucontext.uc_stack.ss_size = STACK_LEN;
    makecontext(&c->ucontext, context_run, 0);
    thread->arch.fpu = c;
    thread->arch.stack = stack;
    return 0;
}

int arch_thread_init_user(struct thread *thread, const struct nonos_thread_regs *regs)
{
    int error = regs->rip >= NONOS_USER_END ? NONOS_E_INVALID : context_make(thread);
    if (!error)
        context_of(thread)->regs = *regs;
    return error;
}

int arch_thread_init_kernel(struct thread *thread, void (*entry)(void *), void *argument)
{
    int error = context_make(thread);
    if (!error) {
        context_of(thread)->kernel_entry = entry;
        context_of(thread)->argument = argument;
    }
    return error;
}

void arch_thread_free(struct thread *thread)
{
    ck_assert_ptr_ne(thread, arch_current());
    heap_free(thread->arch.stack);
    heap_free(thread->arch.fpu);
}

void arch_thread_adopt(struct thread *idle)
{
    struct context *c = calloc(1, sizeof(*c));
    idle->arch.fpu = c;
    processors[arch_cpu_id()].current = idle;
}

void arch_switch(struct thread *from, struct thread *to)
{
    struct processor *p = &processors[arch_cpu_id()];
    p->previous = from;
    p->current = to;
    swapcontext(&context_of(from)->ucontext, &context_of(to)->ucontext);
}

struct thread *arch_switched_from(void)
{
    return processors[arch_cpu_id()].previous;
}

struct trap_frame *arch_user_frame(struct thread *thread)
{
    return &context_of(thread)->frame;
}

int arch_regs_load(struct thread *thread, const struct nonos_thread_regs *regs)
{
    if (regs->rip >= NONOS_USER_END)
        return NONOS_E_INVALID;
    context_of(thread)->regs = *regs;
    return 0;
}

void arch_regs_store(struct thread *thread, struct nonos_thread_regs *regs)
{
    *regs = context_of(thread)->regs;
}

/* ---- devices, console, power ---- */

int arch_irq_route_gsi(uint32_t gsi, unsigned irq, unsigned cpu, bool level, bool active_low)
{
    (void)irq;
    (void)cpu;
    (void)level;
    (void)active_low;
    return gsi < 24 ? 0 : NONOS_E_INVALID;
}

void arch_irq_mask(uint32_t gsi)
{
    (void)gsi;
}

void arch_irq_unmask(uint32_t gsi)
{
    (void)gsi;
}

void arch_irq_msi(unsigned irq, unsigned cpu, uint64_t *address, uint64_t *data)
{
    *address = 0xfee00000 | cpu << 12;
    *data = irq;
}

uint32_t arch_port_read(uint16_t port, unsigned width)
{
    (void)width;
    return port;
}

void arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
    (void)port;
    (void)width;
    (void)value;
}

bool arch_random(uint64_t *value)
{
    static uint64_t state = 1;
    *value = check_random(&state);
    return true;
}

void arch_power_off(unsigned status)
{
    exit((int)status);
}

void arch_reboot(void)
{
    exit(1);
}

static void text_print(const char *format, va_list arguments)
{
    printf("# ");
    vprintf(format, arguments);
}

void log_print(const char *format, ...)
{
    va_list arguments;
    if (!getenv("NONOS_MODEL_LOG"))
        return;
    va_start(arguments, format);
    text_print(format, arguments);
    va_end(arguments);
}

void log_write(const char *text, size_t len)
{
    (void)text;
    (void)len;
}

size_t log_read(uint64_t cursor, char *buffer, size_t len, uint64_t *start, uint64_t *end)
{
    (void)cursor;
    (void)buffer;
    (void)len;
    *start = *end = 0;
    return 0;
}

void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_print(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
    abort();
}

/* ---- what tests use ---- */

#define TASKS_MAX 64
static struct task *tasks[TASKS_MAX];
static size_t ntasks;
static size_t base_frames, base_blocks;

void model_start(size_t npages)
{
    struct nonos_boot_info info = {.entropy_sources = 1};
    nframes = npages;
    pool = mmap(NULL, npages * FRAME_SIZE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ck_assert_ptr_ne(pool, MAP_FAILED);
    frame_used = calloc(1, npages);
    for (unsigned i = 0; i < CPU_MAX; i++)
        processors[i].timer_ns = NONOS_NEVER;
    nprocessors = 16; /* what audit_init() prepares for */
    sched_adopt();
    ck_assert_int_eq(audit_init(16), 0);
    nprocessors = 1;
    ck_assert_int_eq(random_init(&info), 0);
    ck_assert_int_eq(account_create(NULL, (uint64_t)npages * FRAME_SIZE, &model_root), 0);
    model_root->limit[ACCOUNT_DMA] = memory_dma_limit();
    expiry_start();
    model_run();
    base_frames = frames_used;
    base_blocks = blocks_used;
}

struct task *model_task(uint64_t grants)
{
    struct task *task;
    ck_assert_int_eq(task_create(model_root, 0, grants, "test", &task), 0);
    ck_assert_uint_lt(ntasks, TASKS_MAX);
    tasks[ntasks++] = task;
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

/* User mode of several processors: interrupts come, and when the time is up every thread ends. */
static uint64_t smp_end_ns;

static void user_mode(void)
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

int model_call(unsigned number, const uint64_t args[6], uint64_t *out)
{
    user_mode();
    struct trap_frame *f = arch_user_frame(arch_current());
    *f = (struct trap_frame){.rax = number,
                             .rdi = args[0],
                             .rsi = args[1],
                             .rdx = args[2],
                             .r10 = args[3],
                             .r8 = args[4],
                             .r9 = args[5]};
    syscall_enter(f);
    sched_user_return();
    if (out)
        *out = f->rdx;
    return (int)f->rax;
}

static int message_call(unsigned number, uint64_t rdi, struct nonos_message *m)
{
    user_mode();
    struct trap_frame *f = arch_user_frame(arch_current());
    *f = (struct trap_frame){.rax = number,
                             .rdi = rdi,
                             .rsi = m->label | (uint64_t)m->ncaps << 32,
                             .rbx = m->caps[0] | (uint64_t)m->caps[1] << 32,
                             .rbp = m->caps[2] | (uint64_t)m->caps[3] << 32,
                             .rdx = m->words[0],
                             .r10 = m->words[1],
                             .r8 = m->words[2],
                             .r9 = m->words[3],
                             .r12 = m->words[4],
                             .r13 = m->words[5],
                             .r14 = m->words[6],
                             .r15 = m->words[7]};
    syscall_enter(f);
    sched_user_return();
    *m = (struct nonos_message){
        .label = (uint32_t)f->rsi,
        .ncaps = (uint32_t)(f->rsi >> 32),
        .badge = f->rdi,
        .words = {f->rdx, f->r10, f->r8, f->r9, f->r12, f->r13, f->r14, f->r15},
        .caps = {(uint32_t)f->rbx, (uint32_t)(f->rbx >> 32), (uint32_t)f->rbp,
                 (uint32_t)(f->rbp >> 32)},
    };
    return (int)f->rax;
}

int model_ipc_call(nonos_handle endpoint, struct nonos_message *message)
{
    return message_call(NONOS_SYS_IPC_CALL, endpoint, message);
}

int model_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message)
{
    return message_call(NONOS_SYS_IPC_REPLY_WAIT, endpoint | (uint64_t)reply << 32, message);
}

static void tasks_end(void)
{
    for (size_t i = 0; i < ntasks; i++) {
        struct task *task = tasks[i];
        if (task->nthreads)
            task_end(task, NONOS_TASK_KILLED, 0);
        else if (task->state == NONOS_TASK_RUNNING)
            task_teardown(task);
        model_run();
        ck_assert_int_ne(task->state, NONOS_TASK_RUNNING);
        object_put(&task->object);
    }
    ntasks = 0;
    model_run();
}

void model_finish(void)
{
    model_fail_after(-1);
    tasks_end();
    ck_assert_uint_eq(model_root->memory_used, 0);
    for (unsigned kind = 0; kind < ACCOUNT_KINDS; kind++)
        ck_assert_uint_eq(model_root->used[kind], 0);
    ck_assert_uint_eq(frames_used, base_frames);
    ck_assert_uint_eq(blocks_used, base_blocks);
}

/* ---- several processors ---- */

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
    for (size_t i = 0; i < ntasks; i++)
        if (tasks[i]->nthreads)
            task_end(tasks[i], NONOS_TASK_KILLED, 0);
    for (size_t i = 0; i < ntasks; i++)
        while (__atomic_load_n(&tasks[i]->nthreads, __ATOMIC_ACQUIRE) ||
               (tasks[i]->end_state && tasks[i]->state == NONOS_TASK_RUNNING))
            model_run();
    __atomic_store_n(&smp_stop, true, __ATOMIC_RELEASE);
    for (unsigned i = 1; i < ncpus; i++)
        pthread_join(threads[i], NULL);
    nprocessors = 1;
    model_run();
}
