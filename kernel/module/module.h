/*
 * Modules: attested images, in pages that nobody but the kernel can write. A task is made only from
 * a module.
 *
 * Minting copies the image first and hashes the copy, so nothing changes between check and use.
 * Each segment becomes Memory of its own: tasks share the pages of segments that are not written,
 * and get copies of the others.
 */
#ifndef KERNEL_MODULE_MODULE_H
#define KERNEL_MODULE_MODULE_H

#include <cap/cap.h>

struct memory;
struct thread;

struct module {
    struct object object;
    struct nonos_image image;                      /* nsegments 0: the root, which mints */
    struct memory *segments[NONOS_IMAGE_SEGMENTS]; /* hold references */
};

NONOS_MUST_CHECK int module_create_root(struct object **object);
/*
 * Makes a module of the first `len` bytes of `source`. INVALID (an image that breaks a rule),
 * RANGE, HASH, QUOTA, NO_MEMORY. May preempt.
 */
NONOS_MUST_CHECK int module_mint(struct account *account, const struct memory *source,
                                 uint64_t first_page, uint64_t len, const struct nonos_image *image,
                                 struct module **module);
void module_destroy(struct module *module);

/* A task that is being made. */
struct spawn {
    struct module *module;
    struct account *account;
    uint64_t parent_id;
    unsigned priority;
    uint64_t stack_len;
    struct memory *startup;
    struct task *task;
    struct thread *thread;
    struct cap_ref startup_ref; /* the task's own capability to it; no reference is counted */
};

/* Makes the task with its memory and its first thread, stopped. On error nothing is left. */
NONOS_MUST_CHECK int spawn_prepare(struct spawn *spawn);
/*
 * Maps the start-up block under the task's own capability to it, and sets the first thread's
 * registers.
 */
NONOS_MUST_CHECK int spawn_startup(struct spawn *spawn);
/* Remembers the task's capability to its start-up block. The tree lock is held. */
void spawn_startup_slot(struct spawn *spawn, struct slot *slot);
/* Takes back what spawn_prepare() made. */
void spawn_abandon(struct spawn *spawn);

#endif
