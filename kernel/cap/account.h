/*
 * Accounts: a tree of quotas. Memory is handed down: what an account may use is taken out of its
 * parent's when it is created, so a charge looks at one account only. DMA memory, slots and threads
 * are charged to an account and all its ancestors.
 *
 * One lock guards all accounts. The processor share is the scheduler's (sched/share.c), under its
 * lock.
 */
#ifndef KERNEL_CAP_ACCOUNT_H
#define KERNEL_CAP_ACCOUNT_H

#include <cap/object.h>

enum account_kind { ACCOUNT_DMA, ACCOUNT_SLOTS, ACCOUNT_THREADS, ACCOUNT_KINDS };

#define ACCOUNT_DEPTH_MAX 16

struct account {
    struct object object;
    struct account *parent; /* holds a reference; NULL: the root */
    uint32_t depth;
    uint64_t memory_limit;
    uint64_t memory_used;
    uint64_t memory_reserved; /* max(limit, used): what is taken out of the parent's */
    uint64_t limit[ACCOUNT_KINDS];
    uint64_t used[ACCOUNT_KINDS];
    /* The scheduler's, under its lock. */
    uint32_t cpu_permille;
    uint64_t cpu_window; /* number of the window that cpu_used belongs to */
    uint64_t cpu_used;   /* nanoseconds */
};

/*
 * Makes the root account, or a child that may use `memory` bytes of `parent`'s. QUOTA, NO_MEMORY,
 * INVALID (tree too deep).
 */
NONOS_MUST_CHECK int account_create(struct account *parent, uint64_t memory,
                                    struct account **account);
void account_destroy(struct account *account);

/* QUOTA if a limit would be passed; then nothing is charged. `account` NULL: always 0. */
NONOS_MUST_CHECK int account_charge_memory(struct account *account, uint64_t bytes);
void account_uncharge_memory(struct account *account, uint64_t bytes);
NONOS_MUST_CHECK int account_charge(struct account *account, enum account_kind kind,
                                    uint64_t amount);
void account_uncharge(struct account *account, enum account_kind kind, uint64_t amount);

/*
 * account_set of the ABI. INVALID if a limit is above the parent's; QUOTA if the parent has not so
 * much memory left.
 */
NONOS_MUST_CHECK int account_set_limits(struct account *account,
                                        const struct nonos_account_limits *limits);

#endif
