/* In place of the generated header: the system calls of blockdev.c, as functions of the kernel that test_blockdev.c plays. */
#ifndef NONOS_SYSCALL_H
#define NONOS_SYSCALL_H

#include <nonos/objects.h>
#include <nonos/result.h>

int nonos_cap_derive(nonos_handle cap, uint32_t rights, uint64_t badge, uint64_t expiry_ms,
                     uint32_t flags, nonos_handle *handle);
int nonos_cap_delete(nonos_handle cap);
int nonos_object_create(nonos_handle account, uint32_t type, uint64_t arg0, uint64_t arg1,
                        nonos_handle root, nonos_handle *handle);
int nonos_notify_signal(nonos_handle notification, uint64_t bits);
int nonos_notify_wait(nonos_handle notification, uint64_t mask, uint64_t deadline, uint64_t *bits);

#endif
