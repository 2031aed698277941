/*
 * What all kernel objects have in common. An object lives as long as a capability or the kernel
 * refers to it. Its memory is charged to an account from before it exists until after it is gone.
 *
 * object_put() of the last reference only queues the destruction (cap/defer.h), so it may be called
 * under any lock.
 */
#ifndef KERNEL_CAP_OBJECT_H
#define KERNEL_CAP_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include <cap/defer.h>
#include <nonos/objects.h>
#include <nonos/result.h>

struct account;
struct slot;

/*
 * An effect that lives as long as a capability: a mapping, an interrupt binding, a DMA window. It
 * is in the list of the object that the capability names; the tree lock protects that list.
 */
struct binding {
    struct binding *next;
    struct binding **link; /* what points to this; NULL when in no list */
    struct slot *slot;
    struct deferred deferred;
    void (*end)(
        struct deferred *deferred); /* runs when the capability is gone, with no lock held */
};

struct object {
    uint32_t type; /* enum nonos_object_type */
    uint32_t refs; /* atomic */
    uint64_t id;   /* never used again */
    uint64_t grants;
    struct account *account; /* NULL: the kernel's own */
    uint64_t charged;        /* bytes charged to it for this structure */
    struct binding *bindings;
    struct deferred deferred;
};

#define object_of(type_name, pointer) \
    ((struct type_name *)(void *)((char *)(pointer)-offsetof(struct type_name, object)))
#define container_of(pointer, type_name, member) \
    ((type_name *)(void *)((char *)(pointer)-offsetof(type_name, member)))

/*
 * Allocates `size` zeroed bytes that begin with a struct object, with one reference. QUOTA or
 * NO_MEMORY.
 */
NONOS_MUST_CHECK int object_alloc(struct account *account, enum nonos_object_type type, size_t size,
                                  void *object);
void object_get(struct object *object);
void object_put(struct object *object); /* NULL is fine */
/* Id for an object, or a task. */
uint64_t object_new_id(void);

/* Kernel memory that belongs to no object of its own, charged to `account`. */
void *charged_alloc(struct account *account, size_t size, int *error);
void charged_free(struct account *account, void *block, size_t size);

/* The tree lock is held. */
void binding_attach(struct binding *binding, struct object *object, struct slot *slot,
                    void (*end)(struct deferred *deferred));
/* Takes it out of its list; false if it was in none: then somebody else ends it. */
int binding_detach(struct binding *binding);

#endif
