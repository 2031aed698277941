/* The kernel's numbers as words. Every text fits `size` or is cut; `size` of 160 holds each. */
#ifndef PROGRAMS_LIB_SYSTEM_TEXT_H
#define PROGRAMS_LIB_SYSTEM_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define SYSTEM_TEXT_SIZE 160

const char *system_type_name(uint32_t type);          /* enum nonos_object_type */
const char *system_state_name(uint32_t state);        /* enum nonos_task_state */
const char *system_module_state_name(uint32_t state); /* enum nonos_module_state */
const char *system_event_name(uint32_t event);        /* enum nonos_audit_event */
const char *system_fault_name(uint32_t fault);        /* enum nonos_fault */

/* "read,write,inspect"; "-" if none. What a bit means depends on the object's type. */
void system_rights_text(char *out, size_t size, uint32_t type, uint32_t rights);

/* "device,power"; "-" if none. */
void system_grants_text(char *out, size_t size, uint64_t grants);

/* "1:02:03" or "4d 01:02:03"; `out` has 32 bytes. */
void system_duration_text(char out[32], uint64_t ns);

/* Copies text from a device, a disk or the kernel to standard output with nothing in it that controls a terminal. */
void system_print_safe(const char *text, size_t len);

#endif
