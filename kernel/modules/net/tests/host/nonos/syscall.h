/* In place of the generated header: the system calls that the module makes, as functions of the kernel that kernel.c plays. */
#ifndef NONOS_SYSCALL_H
#define NONOS_SYSCALL_H

#include <nonos/objects.h>
#include <nonos/result.h>

int nonos_cap_derive(nonos_handle cap, uint32_t rights, uint64_t badge, uint64_t expiry_ms,
                     uint32_t flags, nonos_handle *handle);
int nonos_cap_delete(nonos_handle cap);
int nonos_cap_revoke(nonos_handle cap);
int nonos_cap_info(nonos_handle cap, struct nonos_cap_info *info);
int nonos_object_create(nonos_handle account, uint32_t type, uint64_t arg0, uint64_t arg1,
                        nonos_handle root, nonos_handle *handle);
int nonos_notify_signal(nonos_handle notification, uint64_t bits);
int nonos_notify_wait(nonos_handle notification, uint64_t mask, uint64_t deadline, uint64_t *bits);
int nonos_notify_timer(nonos_handle notification, uint64_t deadline, uint64_t bits);
int nonos_notify_bind(nonos_handle thread, nonos_handle notification);
int nonos_notify_watch(nonos_handle object, nonos_handle notification, uint64_t bits);
int nonos_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message);

#endif
