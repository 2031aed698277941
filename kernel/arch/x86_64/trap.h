/* Entries to ring 0 and what they share with assembly. */
#ifndef KERNEL_ARCH_X86_64_TRAP_H
#define KERNEL_ARCH_X86_64_TRAP_H

#define VECTOR_DEBUG         1
#define VECTOR_NMI           2
#define VECTOR_BREAKPOINT    3
#define VECTOR_DOUBLE_FAULT  8
#define VECTOR_PAGE_FAULT    14
#define VECTOR_MACHINE_CHECK 18
#define VECTOR_EXCEPTIONS    32
#define VECTOR_DEVICE        32 /* first of ARCH_IRQ_VECTORS */
#define VECTOR_RESCHEDULE    0xf0
#define VECTOR_TIMER         0xf1
#define VECTOR_TLB           0xf2
#define VECTOR_SPURIOUS      0xff
#define VECTOR_SYSCALL \
    0x100 /* not of the processor: marks frames that the system-call entry made */
#define VECTOR_RESTORE 0x101 /* marks frames whose every register counts */

#define TRAP_STUB_SIZE 16

/* Offsets in struct trap_frame; trap.c asserts them. */
#define FRAME_R11    32
#define FRAME_RCX    96
#define FRAME_RAX    112
#define FRAME_VECTOR 120
#define FRAME_ERROR  128
#define FRAME_RIP    136
#define FRAME_CS     144
#define FRAME_RFLAGS 152
#define FRAME_RSP    160

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

struct trap_frame;

extern const uint8_t trap_stubs[]; /* TRAP_STUB_SIZE bytes for each of 256 vectors */
void syscall_entry(void);
void trap_handle(struct trap_frame *frame);

/* In words, for people; never NULL. */
const char *trap_name(uint64_t vector);

/*
 * Runs function(argument), which is expected to fault. Returns true if it did, with the exception's
 * vector and CR2; what it held is lost. For the self-tests and for probing what the processor can
 * do; interrupts are off.
 */
struct trap_probe {
    uint64_t resume[8]; /* rbx rbp r12 r13 r14 r15 rsp rip */
    uint64_t vector;
    uint64_t address;
};
bool trap_probe(struct trap_probe *probe, void (*function)(void *), void *argument);

/* Copies with interrupts off, in either direction between kernel and user memory. Returns 0, or 1
 * after a fault. */
int user_copy(void *to, const void *from, uint64_t len);

/* Puts CLAC and STAC where the code has room for them; before the kernel leaves the loader's page
 * tables. */
void smap_patch(uint64_t kernel_physical);

#endif
#endif
