/* System calls on the audit log. */
#include <audit/audit.h>
#include <cap/syscall.h>
#include <cap/tree.h>
#include <mm/space.h>

#define PIECE 8 /* records on the stack at a time */

int sys_audit_read(struct syscall *call, nonos_handle audit, uint64_t sequence, uint64_t records,
                   size_t count)
{
    struct nonos_audit_record piece[PIECE];
    uint64_t first, done = 0;
    (void)audit;
    audit_drain();
    while (done < count) {
        size_t n = count - done < PIECE ? count - done : PIECE;
        int copied = audit_copy(sequence + done, piece, n, &first);
        if (copied < 0 && done == 0) {
            call->out = first;
            return copied;
        }
        if (copied <= 0)
            break;
        int error =
            user_write(records + done * sizeof(piece[0]), piece, (size_t)copied * sizeof(piece[0]));
        if (error)
            return error;
        done += (uint64_t)copied;
        preemption_point();
    }
    call->out = done;
    return 0;
}

int sys_audit_append(struct syscall *call, nonos_handle audit, uint32_t event, uint64_t a,
                     uint64_t b, uint64_t text, size_t len)
{
    char buffer[sizeof(((struct nonos_audit_record *)0)->text)] = {0};
    (void)audit;
    if ((event != NONOS_AUDIT_USER && event != NONOS_AUDIT_MODULE_REFUSED) || len >= sizeof(buffer))
        return NONOS_E_INVALID;
    int error = user_read(buffer, text, len);
    if (!error)
        audit_record_text(event, 0, 0, call->caps[0].object->id, a, b, buffer);
    return error;
}
