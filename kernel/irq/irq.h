/*
 * Device interrupts: an Irq object has a vector for life; binding it to a notification routes it.
 * The scheduler's lock guards vectors and bindings, since an interrupt signals under it.
 */
#ifndef KERNEL_IRQ_IRQ_H
#define KERNEL_IRQ_IRQ_H

#include <cap/cap.h>

struct notification;

struct irq {
    struct object object;
    uint32_t kind; /* NONOS_IRQ_*; 0: the root, which has no interrupt */
    uint32_t gsi;
    uint32_t vector;
    bool level;
    bool active_low;
    bool masked;                       /* level-triggered: from the interrupt until irq_ack */
    struct notification *notification; /* holds a reference; NULL: not bound */
    uint64_t bits;
    struct binding
        binding; /* to the capability it was bound by; holds a reference to this object */
};

NONOS_MUST_CHECK int irq_create(struct account *account, uint64_t kind, uint64_t argument,
                                struct object **object);
NONOS_MUST_CHECK int irq_create_root(struct object **object);
void irq_destroy(struct irq *irq);

#endif
