#include "tlb.h"

#include "space.h"

#include <arch/arch.h>
#include <debug/log.h>

#include <stdbool.h>

enum tlb_kind { TLB_KERNEL, TLB_USER, TLB_LEAVE };

/* Written by the initiator before it raises its bit in the target's mask, read by the target after
 * it has seen the bit. */
struct mailbox {
    enum tlb_kind kind;
    uint32_t done; /* by the target: served */
    uint64_t root;
    uint64_t address;
    size_t npages;
};

static struct mailbox mailboxes[CPU_MAX][CPU_MAX]; /* [target][initiator] */
static uint64_t pending[CPU_MAX];                  /* bit n: mail from processor n */

/*
 * A processor that sleeps in the idle loop touches only memory whose mapping never changes, so
 * nobody waits for it: it forgets everything when it wakes. Under an emulator, or a hypervisor,
 * waking a processor takes longer than anything else here.
 */
enum { AWAKE, ASLEEP, ASLEEP_STALE };
static uint32_t sleep_state[CPU_MAX];

void tlb_sleep(void)
{
    __atomic_store_n(&sleep_state[arch_cpu_id()], ASLEEP, __ATOMIC_SEQ_CST);
}

void tlb_wake(void)
{
    uint32_t *state = &sleep_state[arch_cpu_id()];

    if (__atomic_load_n(state, __ATOMIC_RELAXED) == AWAKE)
        return;
    if (__atomic_exchange_n(state, AWAKE, __ATOMIC_SEQ_CST) == ASLEEP_STALE)
        tlb_flush_kernel(0, SIZE_MAX); /* user translations go, too */
}

/* Returns whether the processor sleeps and will forget everything before it does anything else. */
static bool left_to_sleep(unsigned cpu)
{
    uint32_t state = ASLEEP;

    return __atomic_compare_exchange_n(&sleep_state[cpu], &state, ASLEEP_STALE, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
           state == ASLEEP_STALE;
}

static void serve(const struct mailbox *m)
{
    switch (m->kind) {
    case TLB_KERNEL:
        tlb_flush_kernel(m->address, m->npages);
        break;
    case TLB_USER:
        /* Perhaps the processor has other tables by now: then it flushes in vain. */
        tlb_flush_user(m->address, m->npages);
        break;
    case TLB_LEAVE:
        tlb_drop_root(m->root);
        break;
    }
}

void tlb_poll(void)
{
    unsigned self = arch_cpu_id();
    uint64_t mail;

    if (!__atomic_load_n(&pending[self], __ATOMIC_RELAXED))
        return;
    mail = __atomic_exchange_n(&pending[self], 0, __ATOMIC_ACQ_REL);
    for (; mail; mail &= mail - 1) {
        struct mailbox *m = &mailboxes[self][__builtin_ctzll(mail)];
        serve(m);
        __atomic_store_n(&m->done, 1, __ATOMIC_RELEASE);
    }
}

/* Posts the request to every processor of `targets` but this one, and serves it here if this one is
 * among them. */
static void shootdown(uint64_t targets, const struct mailbox *request)
{
    unsigned self = arch_cpu_id();
    uint64_t others = targets & tlb_online() & ~(1ull << self);

    for (uint64_t t = others; t; t &= t - 1) {
        unsigned cpu = (unsigned)__builtin_ctzll(t);

        /* The loaded tables themselves must be left at once: the processor may walk them asleep. */
        if (request->kind != TLB_LEAVE && left_to_sleep(cpu)) {
            others &= ~(1ull << cpu);
            continue;
        }
        mailboxes[cpu][self] = *request;
        __atomic_fetch_or(&pending[cpu], 1ull << self, __ATOMIC_RELEASE);
        tlb_interrupt(cpu);
    }
    if (targets >> self & 1)
        serve(request);
    for (uint64_t t = others; t; t &= t - 1) {
        const struct mailbox *m = &mailboxes[__builtin_ctzll(t)][self];
        while (!__atomic_load_n(&m->done, __ATOMIC_ACQUIRE))
            arch_pause(); /* serves our own mail */
    }
}

void tlb_shootdown_kernel(uint64_t address, size_t npages)
{
    const struct mailbox m = {.kind = TLB_KERNEL, .address = address, .npages = npages};

    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    shootdown(~0ull, &m);
}

/*
 * A processor sets its bit in space->cpus before it loads the tables. So either its bit is seen
 * here, after the fence, or it loads the tables after they were changed.
 */
void tlb_shootdown_space(struct space *space, uint64_t address, size_t npages)
{
    const struct mailbox m = {.kind = TLB_USER, .address = address, .npages = npages};

    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    shootdown(__atomic_load_n(&space->cpus, __ATOMIC_SEQ_CST), &m);
}

void tlb_leave_space(struct space *space)
{
    const struct mailbox m = {.kind = TLB_LEAVE, .root = space->root};

    shootdown(__atomic_load_n(&space->cpus, __ATOMIC_SEQ_CST), &m);
    KERNEL_ASSERT(!__atomic_load_n(&space->cpus, __ATOMIC_SEQ_CST));
}
