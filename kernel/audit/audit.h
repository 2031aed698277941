/*
 * The audit log. Records go into a ring of the processor without a lock; whoever returns to user
 * mode with a ring half full drains all rings, in order of time, into one chain of BLAKE3 hashes of
 * which the last records are kept. A full ring counts what it drops, and the count becomes a
 * record, so that a gap is visible.
 */
#ifndef KERNEL_AUDIT_AUDIT_H
#define KERNEL_AUDIT_AUDIT_H

#include <stddef.h>

#include <nonos/objects.h>
#include <nonos/result.h>

#define AUDIT_KEPT 8192 /* records */

NONOS_MUST_CHECK int audit_init(unsigned ncpus);
/* `task` 0: the current one. Interrupts are off; any lock may be held. */
void audit_record(enum nonos_audit_event event, int32_t result, uint64_t task, uint64_t object,
                  uint64_t a, uint64_t b);
/* `text` is cut to what fits; NULL for none. */
void audit_record_text(enum nonos_audit_event event, int32_t result, uint64_t task, uint64_t object,
                       uint64_t a, uint64_t b, const char *text);
/* Drains if a ring is half full. No lock is held. */
void audit_drain_if_due(void);
void audit_drain(void);
/*
 * Copies up to `count` records from `sequence` (the first is 1) on. Returns how many; OVERRUN if
 * that record is not kept any more, and then *first is the first that is.
 */
NONOS_MUST_CHECK int audit_copy(uint64_t sequence, struct nonos_audit_record *records, size_t count,
                                uint64_t *first);

#endif
