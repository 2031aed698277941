/* The System object: what there is one of. */
#ifndef KERNEL_CAP_SYSTEM_H
#define KERNEL_CAP_SYSTEM_H

#include <cap/object.h>

struct nonos_boot_info;

void system_init(const struct nonos_boot_info *info);
NONOS_MUST_CHECK int system_create(enum nonos_object_type type, struct object **object);

#endif
