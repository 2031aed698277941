/*
 * Capability tables and the derivation tree.
 *
 * Every change of a slot or of a link holds the tree lock; the slot's table lock is held too while
 * the slot becomes used or free, so that a lookup needs the table lock alone. Slot addresses are
 * stable until the task is gone, and a task's own threads are gone by then, so a handler may keep a
 * slot's address and ask again, under the tree lock, whether it still holds the same capability.
 *
 * A revocation marks its root and counts itself in `revocations`. While that is not 0, a lookup
 * also walks the (at most 16) ancestors of the slot, so that no descendant can be used from the
 * moment of the mark, however long the walk that deletes them.
 */
#ifndef KERNEL_CAP_CAP_H
#define KERNEL_CAP_CAP_H

#include <stdbool.h>

#include <cap/object.h>
#include <debug/lock.h>

struct task;
struct thread;

#define SLOT_EXPIRY_NEVER ((1ull << 48) - 1)

#define SLOT_REVOKING 1u  /* a revocation of what was derived from it goes on */
#define SLOT_BOUND    2u  /* there may be bindings under it */
#define SLOT_WAITED   4u  /* a thread may wait under it */
#define SLOT_WATCH    8u  /* NONOS_DERIVE_WATCH */
#define SLOT_SWEPT    16u /* expired, and what was made under it has ended */

struct slot {
    struct object *object; /* NULL: free */
    uint64_t badge;
    uint64_t expiry_ms : 48;
    uint64_t depth : 8;
    uint64_t flags : 8;
    struct slot *parent;
    struct slot *child;
    struct slot *next; /* sibling; of a free slot: next free */
    struct slot *previous;
    uint16_t rights;
    uint16_t generation; /* 15 bits, so that a handle is never negative */
    uint32_t nchildren;
};

_Static_assert(sizeof(struct slot) == 64, "a slot is 64 bytes");

#define SLOTS_PER_PAGE 63 /* the place of index 0 of each page holds its header */

struct slot_page {
    struct task *task;
    uint32_t first; /* index of the header's place, a multiple of 64 */
    uint32_t reserved[13];
    struct slot slots[SLOTS_PER_PAGE];
};

_Static_assert(sizeof(struct slot_page) == 4096, "a page of slots is a page");

struct cap_table {
    struct lock lock;
    struct slot_page **pages;
    uint32_t npages;
    uint32_t capacity; /* of `pages` */
    uint32_t used;
    bool closed; /* nothing enters any more */
    struct slot *free;
    uint64_t next_expiry_ms; /* no later than the first expiry that was not swept */
};

/* A capability that a system call names: checked, and its object kept alive until cap_ref_put(). */
struct cap_ref {
    struct slot *slot;
    struct object *object; /* NULL: the handle was 0 */
    uint64_t badge;
    uint32_t rights;
    uint32_t generation;
};

/* What enters a table. */
struct cap {
    struct object *object;
    struct slot *parent; /* NULL: a root of the tree */
    uint64_t badge;
    uint64_t expiry_ms; /* SLOT_EXPIRY_NEVER or monotonic */
    uint32_t rights;
    uint32_t flags; /* SLOT_WATCH */
};

extern struct lock cap_tree_lock;

void cap_table_init(struct cap_table *table);
nonos_handle slot_handle(const struct slot *slot);
struct task *slot_task(const struct slot *slot);

/* BAD_HANDLE or EXPIRED. */
NONOS_MUST_CHECK int cap_lookup(struct task *task, nonos_handle handle, struct cap_ref *ref);
void cap_ref_put(struct cap_ref *ref);

/* ---- the tree lock is held ---- */

/* Slot of a handle, if it can be used now; BAD_HANDLE or EXPIRED. */
NONOS_MUST_CHECK int cap_find(struct task *task, nonos_handle handle, struct slot **slot);
/* Whether the slot still holds what the lookup found and may still be used. */
bool cap_ref_valid(const struct cap_ref *ref);
/*
 * The one way into a table: checks the ceiling of the task, the depth, the account's slots.
 * CEILING, DEPTH, NO_SLOTS, QUOTA, NO_MEMORY, PEER_GONE if the task is ending; then nothing has
 * changed. Takes a reference to the object. Leaves no audit record.
 */
NONOS_MUST_CHECK int cap_enter(struct task *task, const struct cap *cap, struct slot **slot);
/*
 * Whether cap_enter() would let it in, but for room in the table. CEILING, DEPTH, BUSY (its parent
 * is being revoked).
 */
NONOS_MUST_CHECK int cap_enter_check(const struct task *task, const struct cap *cap);
/* What cap_enter_child() would enter. */
struct cap cap_child(struct slot *parent, uint32_t rights);
/*
 * Makes room for `count` capabilities, so that cap_enter() needs no memory while the tree lock is
 * held.
 */
NONOS_MUST_CHECK int cap_reserve(struct task *task, unsigned count);
/* Derives a capability with at most `rights` from `parent` into `task`'s table. */
NONOS_MUST_CHECK int cap_enter_child(struct task *task, struct slot *parent, uint32_t rights,
                                     struct slot **slot);
/* Empties a slot that has no children; what was made under it is queued to end. */
void cap_remove_leaf(struct slot *slot);

/* ---- no lock is held; these may preempt ---- */

/* A new root capability with all rights of the type to a new object. Takes a reference. */
NONOS_MUST_CHECK int cap_create(struct task *task, struct object *object, uint32_t rights,
                                nonos_handle *handle);
void cap_delete(struct slot *slot, uint32_t generation);
void cap_revoke(struct slot *slot, uint32_t generation);
/* Deletes all capabilities of a task whose table is closed, and frees the table. */
void cap_table_destroy(struct task *task);
/*
 * Ends what was made under capabilities of `task` that have expired; returns when it is due again
 * (milliseconds).
 */
uint64_t cap_sweep(struct task *task, uint64_t now_ms);
void cap_describe(struct slot *slot, struct nonos_cap_info *info); /* the tree lock is held */
/* First used slot with an index of at least `cursor`, or NULL; the tree lock is held. */
struct slot *cap_next(struct task *task, uint64_t cursor);

/* Milliseconds of the monotonic clock, as expiries count. */
uint64_t cap_now_ms(void);

/* Starts the thread that ends what was made under capabilities that have expired. */
void expiry_start(void);
/* A capability of `task` expires at `expiry_ms`. The tree lock is held. */
void expiry_add(struct task *task, uint64_t expiry_ms);

#endif
