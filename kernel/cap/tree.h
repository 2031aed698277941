/*
 * Between cap/table.c and cap/tree.c: the links of the derivation tree. The tree lock is held
 * throughout.
 */
#ifndef KERNEL_CAP_TREE_H
#define KERNEL_CAP_TREE_H

#include <cap/cap.h>

extern uint32_t cap_revocations; /* how many go on */

void tree_link(struct slot *slot, struct slot *parent);
/* Whether an ancestor of the slot is being revoked. */
bool cap_under_revocation(const struct slot *slot);
/* Empties the slot in its table; its links are gone. */
void slot_release(struct slot *slot);
/* Tells the object that it has one capability more, or one less. */
void capability_entered(struct slot *slot);
void capability_gone(struct slot *slot);
/* Lets interrupts and other threads in. No lock is held. */
void preemption_point(void);

#endif
