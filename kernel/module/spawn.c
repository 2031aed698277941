/*
 * Making a task. Everything is made before anything can be seen: address space, segments, stack,
 * first thread, capabilities. Then the capability to the task enters the creator's table and the
 * thread starts.
 */
#include <module/module.h>

#include <string.h>

#include <audit/audit.h>
#include <cap/account.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/syscall.h>
#include <cap/types.h>
#include <debug/log.h>
#include <sched/sched.h>
#include <sched/task.h>

#define STACK_MIN (16u << 10)
#define STACK_MAX (256u << 20)
/*
 * The load bias lies in the lower part of the address space, above what a null pointer with an
 * offset reaches.
 */
#define BIAS_MIN  0x100000000ull
#define BIAS_END  0x7f0000000000ull

static uint64_t pages_of(uint64_t bytes)
{
    return bytes / NONOS_PAGE_SIZE + (bytes % NONOS_PAGE_SIZE != 0);
}

/* ---- memory ---- */

static int segment_copy(struct account *account, const struct memory *template,
                        struct memory **copy)
{
    int error = memory_create(account, template->npages * NONOS_PAGE_SIZE, 0, copy);
    if (error)
        return error;
    for (uint64_t page = 0; page < template->npages; page++) {
        memcpy(memory_page(*copy, page), memory_page(template, page), NONOS_PAGE_SIZE);
        if (page % 64 == 63 && arch_preempt_pending())
            sched_preempt();
    }
    return 0;
}

/*
 * Segments that are not written are shared, the others copied. What a task may do to its code is
 * what its image says, no more.
 */
static int segment_map(struct task *task, struct memory *template, const struct nonos_segment *s,
                       uint64_t bias)
{
    struct memory *memory = template;
    uint64_t address = bias + s->address;
    uint32_t allowed = s->prot;
    if (s->prot & NONOS_PROT_WRITE) {
        int error = segment_copy(task->object.account, template, &memory);
        if (error)
            return error;
    } else {
        object_get(&memory->object);
    }
    const struct region_source source = {&memory->object, 0, SPACE_CACHED, allowed};
    int error = region_map(task, &source, NULL, s->prot, memory->npages, &address);
    object_put(&memory->object);
    return error;
}

static int image_map(struct task *task, const struct module *module, uint64_t *bias)
{
    const struct nonos_image *image = &module->image;
    int error = 0;
    *bias = BIAS_MIN + random_below((BIAS_END - BIAS_MIN) / NONOS_PAGE_SIZE) * NONOS_PAGE_SIZE;
    for (unsigned i = 0; i < image->nsegments && !error; i++)
        error = segment_map(task, module->segments[i], &image->segments[i], *bias);
    return error;
}

/* A guard page, the stack, and another guard page, at a random place that has room for all. */
static int stack_map(struct task *task, uint64_t len, uint64_t *top)
{
    const struct region_source guard = {NULL, 0, SPACE_CACHED, 0};
    struct memory *memory;
    uint64_t npages = pages_of(len);
    int error = memory_create(task->object.account, len, 0, &memory);
    for (unsigned attempt = 0; !error && attempt < 16; attempt++) {
        uint64_t low =
            BIAS_MIN + random_below((BIAS_END - BIAS_MIN) / NONOS_PAGE_SIZE) * NONOS_PAGE_SIZE;
        uint64_t stack = low + NONOS_PAGE_SIZE, high = stack + npages * NONOS_PAGE_SIZE;
        error = region_map(task, &guard, NULL, 0, 1, &low);
        if (error == NONOS_E_BAD_ADDRESS) {
            error = 0; /* something is there: another place */
            continue;
        }
        const struct region_source source = {&memory->object, 0, SPACE_CACHED,
                                             NONOS_PROT_READ | NONOS_PROT_WRITE};
        if (!error)
            error =
                region_map(task, &source, NULL, NONOS_PROT_READ | NONOS_PROT_WRITE, npages, &stack);
        if (!error)
            error = region_map(task, &guard, NULL, 0, 1, &high);
        *top = high;
        object_put(&memory->object);
        return error;
    }
    if (!error)
        object_put(&memory->object);
    return error ? error : NONOS_E_NO_MEMORY;
}

/* ---- the task ---- */

int spawn_prepare(struct spawn *spawn)
{
    const struct nonos_image *image = &spawn->module->image;
    struct nonos_thread_regs regs = {0};
    uint64_t bias = 0, top = 0;

    if (!image->nsegments)
        return NONOS_E_INVALID;
    int error =
        task_create(spawn->account, spawn->parent_id, image->grants, image->name, &spawn->task);
    if (error)
        return error;
    spawn->task->priority = spawn->priority;
    error = image_map(spawn->task, spawn->module, &bias);
    if (!error)
        error = stack_map(spawn->task, spawn->stack_len, &top);
    regs.rip = bias + image->entry;
    regs.rsp = top - 8; /* as after a call, System V ABI */
    if (!error)
        error =
            thread_create_user(spawn->task, spawn->account, &regs, spawn->priority, &spawn->thread);
    if (error)
        spawn_abandon(spawn);
    return error;
}

void spawn_startup_slot(struct spawn *spawn, struct slot *slot)
{
    spawn->startup_ref =
        (struct cap_ref){.slot = slot, .object = slot->object, .generation = slot->generation};
}

int spawn_startup(struct spawn *spawn)
{
    struct nonos_thread_regs regs;
    uint64_t address = 0, npages = spawn->startup->npages;
    const struct region_source source = {&spawn->startup->object, 0, SPACE_CACHED, NONOS_PROT_READ};
    int error =
        region_map(spawn->task, &source, &spawn->startup_ref, NONOS_PROT_READ, npages, &address);
    if (error)
        return error;
    arch_regs_store(spawn->thread, &regs);
    regs.rdi = address;
    regs.rsi = npages * NONOS_PAGE_SIZE;
    return arch_regs_load(spawn->thread, &regs);
}

void spawn_abandon(struct spawn *spawn)
{
    struct task *task = spawn->task;
    if (spawn->thread) {
        /* It ends as its task's last thread, and takes the task with it. */
        task_end(task, NONOS_TASK_KILLED, 0);
        object_put(&spawn->thread->object);
    } else {
        task_teardown(task);
    }
    object_put(&task->object);
    spawn->task = NULL;
    spawn->thread = NULL;
}

/* ---- module_spawn ---- */

struct request {
    struct nonos_spawn spawn;
    struct nonos_spawn_cap caps[NONOS_SPAWN_CAPS];
    struct cap_ref account;
    struct cap_ref startup;
};

static int request_check(const struct syscall *call, const struct nonos_spawn *s,
                         nonos_handle module)
{
    if (s->module != module || s->ncaps > NONOS_SPAWN_CAPS || s->reserved ||
        s->priority < NONOS_PRIORITY_MIN || s->priority > call->thread->base_priority ||
        s->stack_len < STACK_MIN || s->stack_len > STACK_MAX)
        return NONOS_E_INVALID;
    return 0;
}

static int request_read(struct syscall *call, nonos_handle module, uint64_t address,
                        struct request *r)
{
    int error = user_read(&r->spawn, address, sizeof(r->spawn));
    if (!error)
        error = request_check(call, &r->spawn, module);
    if (!error)
        error = user_read(r->caps, r->spawn.caps, r->spawn.ncaps * sizeof(r->caps[0]));
    if (!error)
        error = syscall_capability(call, r->spawn.account, NONOS_OBJECT_ACCOUNT,
                                   NONOS_ACCOUNT_CREATE, &r->account);
    if (!error)
        error = syscall_capability(call, r->spawn.startup, NONOS_OBJECT_MEMORY, NONOS_MEMORY_READ,
                                   &r->startup);
    return error;
}

/*
 * Derives a capability of the creator's into the new task's table; each lands in the slot after the
 * one before.
 */
static int hand_over(struct syscall *call, struct task *task, nonos_handle handle, uint32_t rights)
{
    struct slot *parent, *slot;
    int error = cap_find(call->task, handle, &parent);
    if (error)
        return error;
    if (!(parent->rights & NONOS_RIGHT_GRANT))
        return NONOS_E_DENIED;
    error = cap_enter_child(task, parent, rights, &slot);
    if (!error)
        audit_record(NONOS_AUDIT_CAP_TRANSFER, 0, 0, slot->object->id, task->object.id,
                     slot->rights);
    return error;
}

/* Fills NONOS_SLOT_TASK to NONOS_SLOT_STARTUP; the tree lock is held. */
static int own_caps(const struct request *r, struct spawn *spawn)
{
    const struct cap thread = {.object = &spawn->thread->object,
                               .expiry_ms = SLOT_EXPIRY_NEVER,
                               .rights = type_rights(&spawn->thread->object)};
    const struct cap self = {.object = &spawn->task->object,
                             .expiry_ms = SLOT_EXPIRY_NEVER,
                             .rights = NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_TASK_MAP |
                                       NONOS_TASK_CONTROL | NONOS_TASK_KILL};
    struct slot *slot;
    int error = cap_enter(spawn->task, &self, &slot);
    if (!error && !cap_ref_valid(&r->account))
        error = NONOS_E_BAD_HANDLE;
    if (!error)
        error =
            cap_enter_child(spawn->task, r->account.slot,
                            NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_ACCOUNT_CREATE, &slot);
    if (!error)
        error = cap_enter(spawn->task, &thread, &slot);
    if (error)
        return error;
    if (!cap_ref_valid(&r->startup))
        return NONOS_E_BAD_HANDLE;
    error = cap_enter_child(spawn->task, r->startup.slot, NONOS_RIGHT_INSPECT | NONOS_MEMORY_READ,
                            &slot);
    if (!error)
        spawn_startup_slot(spawn, slot);
    return error;
}

/* All capabilities of the new task. */
static int caps_enter(struct syscall *call, const struct request *r, struct spawn *spawn)
{
    lock_acquire(&cap_tree_lock);
    int error = own_caps(r, spawn);
    for (uint32_t i = 0; i < r->spawn.ncaps && !error; i++)
        error = hand_over(call, spawn->task, r->caps[i].handle, r->caps[i].rights);
    lock_release(&cap_tree_lock);
    return error;
}

static int spawn_run(struct syscall *call, const struct request *r)
{
    nonos_handle handle;
    struct spawn spawn = {
        .module = object_of(module, call->caps[0].object),
        .account = object_of(account, r->account.object),
        .parent_id = call->task->object.id,
        .priority = r->spawn.priority,
        .stack_len = r->spawn.stack_len,
        .startup = object_of(memory, r->startup.object),
    };
    int error = spawn_prepare(&spawn);
    if (error)
        return error;
    error = caps_enter(call, r, &spawn);
    if (!error)
        error = spawn_startup(&spawn);
    /* Until here nobody can reach the task, so nobody can end it under our hands. */
    if (!error)
        error =
            cap_create(call->task, &spawn.task->object, type_rights(&spawn.task->object), &handle);
    if (error) {
        spawn_abandon(&spawn);
        return error;
    }
    call->out = handle;
    call->audit_object = spawn.task->object.id;
    call->audit_a = spawn.task->object.id;
    call->audit_b = spawn.module->object.id;
    task_publish(spawn.task);
    if (thread_start(spawn.thread) != 0)
        log_print("task %s was killed before it started\n", spawn.task->name);
    object_put(&spawn.thread->object);
    object_put(&spawn.task->object);
    return 0;
}

int sys_module_spawn(struct syscall *call, nonos_handle module, uint64_t address)
{
    struct request r = {0};
    int error = request_read(call, module, address, &r);
    if (!error)
        error = spawn_run(call, &r);
    cap_ref_put(&r.account);
    cap_ref_put(&r.startup);
    return error;
}
