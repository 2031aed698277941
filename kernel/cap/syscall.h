/*
 * System calls: one table (made from nonos/syscalls.def), one check of what they name, then the
 * handler. Handlers decode, which may fail and changes nothing, then commit, which cannot fail.
 */
#ifndef KERNEL_CAP_SYSCALL_H
#define KERNEL_CAP_SYSCALL_H

#include <arch/arch.h>
#include <cap/cap.h>
#include <syscall_handlers.h>

#define SYSCALL_CAPS 3

struct task;
struct thread;

struct syscall {
    const struct syscall_entry *entry;
    struct thread *thread;
    struct task *task;
    struct trap_frame *frame;
    uint64_t args[6];
    struct cap_ref
        caps[SYSCALL_CAPS]; /* in the order of the table; object NULL: the handle was 0 */
    uint64_t out;           /* comes back beside the result */
    uint64_t audit_object;  /* what a success was about, for the audit record */
    uint64_t audit_a, audit_b;
};

/*
 * A capability that a handler finds in an argument's structure: the same check, with the same
 * record of a refusal.
 */
NONOS_MUST_CHECK int syscall_capability(struct syscall *call, nonos_handle handle,
                                        enum nonos_object_type type, uint32_t rights,
                                        struct cap_ref *ref);

#endif
