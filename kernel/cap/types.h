/*
 * What differs from one type of object to the next: how it is destroyed, and which rights it has.
 */
#ifndef KERNEL_CAP_TYPES_H
#define KERNEL_CAP_TYPES_H

#include <cap/object.h>

/* Frees what the object holds, not the structure itself. No lock is held. */
void type_destroy(struct object *object);
/* All rights that a capability to a new object of this type has. */
uint32_t type_rights(const struct object *object);
/* Grant classes that a task needs to hold a capability with these rights. */
uint64_t type_grants(const struct object *object, uint32_t rights);
/* cap_info: size of Memory and IoRegion, bytes in use of an Account. */
uint64_t type_size(const struct object *object);

#endif
