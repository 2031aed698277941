#include <cap/syscall.h>

#include <audit/audit.h>
#include <sched/sched.h>
#include <sched/task.h>

struct demand {
    uint8_t argument;
    uint8_t type; /* NONOS_OBJECT_NONE: any */
    bool optional;
    uint32_t rights;
};

struct syscall_entry {
    const char *name;
    int (*enter)(struct syscall *call);
    uint32_t event;
    bool message;
    uint8_t ndemands;
    struct demand demands[SYSCALL_CAPS];
};

#include <syscall_dispatch.h>

static void refusal_record(const struct syscall *call, uint64_t number, nonos_handle handle,
                           int error)
{
    audit_record_text(NONOS_AUDIT_REFUSED, error, 0, 0, number, handle,
                      call->entry ? call->entry->name : NULL);
}

static int capability_check(struct syscall *call, nonos_handle handle, uint32_t type,
                            uint32_t rights, struct cap_ref *ref)
{
    int error = cap_lookup(call->task, handle, ref);
    if (error)
        return error;
    if (type != NONOS_OBJECT_NONE && ref->object->type != type)
        error = NONOS_E_BAD_TYPE;
    else if ((ref->rights & rights) != rights)
        error = NONOS_E_DENIED;
    if (error)
        cap_ref_put(ref);
    return error;
}

int syscall_capability(struct syscall *call, nonos_handle handle, enum nonos_object_type type,
                       uint32_t rights, struct cap_ref *ref)
{
    int error = capability_check(call, handle, type, rights, ref);
    if (error)
        refusal_record(call, call->frame->rax, handle, error);
    return error;
}

/* The one place where what a call names is checked. */
static int demands_check(struct syscall *call)
{
    const struct syscall_entry *entry = call->entry;
    for (unsigned i = 0; i < entry->ndemands; i++) {
        const struct demand *d = &entry->demands[i];
        nonos_handle handle = (nonos_handle)call->args[d->argument];
        if (d->optional && handle == 0)
            continue;
        int error = syscall_capability(call, handle, d->type, d->rights, &call->caps[i]);
        if (error)
            return error;
    }
    return 0;
}

static void arguments_take(struct syscall *call)
{
    const struct trap_frame *f = call->frame;
    if (call->entry->message) {
        call->args[0] = (uint32_t)f->rdi;
        call->args[1] = f->rdi >> 32;
        return;
    }
    call->args[0] = f->rdi;
    call->args[1] = f->rsi;
    call->args[2] = f->rdx;
    call->args[3] = f->r10;
    call->args[4] = f->r8;
    call->args[5] = f->r9;
}

/*
 * A success of consequence, and a refusal by the handler that is about authority or about a pointer
 * to what is not the caller's, leave a record.
 */
static void result_record(const struct syscall *call, uint64_t number, int result)
{
    if (result >= 0 && call->entry->event && !call->entry->message)
        audit_record(call->entry->event, result, 0, call->audit_object, call->audit_a,
                     call->audit_b);
    else if (result == NONOS_E_CEILING || result == NONOS_E_DENIED || result == NONOS_E_HASH ||
             result == NONOS_E_BAD_ADDRESS)
        refusal_record(call, number, (nonos_handle)call->args[0], result);
}

static int syscall_run(struct syscall *call, uint64_t number)
{
    arguments_take(call);
    int result = demands_check(call);
    if (result == 0) {
        if (call->entry->ndemands && call->caps[0].object)
            call->audit_object = call->caps[0].object->id;
        result = call->entry->enter(call);
        result_record(call, number, result);
    }
    for (unsigned i = 0; i < call->entry->ndemands; i++)
        cap_ref_put(&call->caps[i]);
    return result;
}

void syscall_enter(struct trap_frame *frame)
{
    struct thread *thread = arch_current();
    struct syscall call = {.thread = thread, .task = thread->task, .frame = frame};
    uint64_t number = frame->rax;

    if (number == 0 || number >= NONOS_SYS_COUNT) {
        refusal_record(&call, number, 0, NONOS_E_NO_CALL);
        frame->rax = (uint64_t)(int64_t)NONOS_E_NO_CALL;
        frame->rdx = 0;
        return;
    }
    call.entry = &syscall_table[number];
    int result = syscall_run(&call, number);
    frame->rax = (uint64_t)(int64_t)result;
    if (!call.entry->message)
        frame->rdx = call.out;
}
