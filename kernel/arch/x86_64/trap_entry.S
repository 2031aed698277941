/*
 * Every way into ring 0 and back out.
 *
 * User mode may hold any GS base, so its sign says nothing. On ordinary entries the saved CS tells
 * whether SWAPGS is due. NMI, double fault, machine check and debug exceptions can strike between
 * an entry and its SWAPGS, where CS and GS base disagree: they run on stacks of their own, which
 * hold the address of the processor's struct cpu in their last word, and set and restore the GS
 * base itself whatever it was.
 *
 * LFENCE after SWAPGS keeps the processor from using the wrong base speculatively (CVE-2019-1125).
 */

#include "percpu.h"
#include "trap.h"

/* Exceptions with an error code: 8, 10 to 14, 17, 21, 29, 30. */
#define ERROR_CODES 0x60227d00

/* Three bytes that smap_patch() replaces by CLAC or STAC. An interrupt gate leaves AC as user mode
 * had it. */
    .macro smap_site instruction
8000:
    .byte 0x0f, 0x1f, 0x00
    .pushsection .rodata.smap, "a"
    .long 8000b - ., \instruction
    .popsection
    .endm

    .macro push_registers
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro pop_registers
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    .endm

    .text
    .balign TRAP_STUB_SIZE
    .globl trap_stubs
    .type trap_stubs, @function
trap_stubs:
    .set vector, 0
    .rept 256
    .balign TRAP_STUB_SIZE
    .if ((1 << (vector & 31)) & ERROR_CODES) && vector < 32
    /* the processor pushed an error code */
    .else
    push $0
    .endif
    pushq $vector
    .if vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK
    jmp trap_anywhere
    .elseif vector == VECTOR_DEBUG
    jmp trap_debug
    .else
    jmp trap_common
    .endif
    .set vector, vector + 1
    .endr
    .size trap_stubs, . - trap_stubs

    .type trap_common, @function
trap_common:
    testb $3, 24(%rsp)
    jz 1f
    swapgs
    lfence
1:
    smap_site 0
trap_registers:
    push_registers
    cld
    testb $3, FRAME_CS(%rsp)
    jz 1f
    xor %ebp, %ebp /* the backtrace ends at user mode */
1:
    mov %rsp, %rdi
    call trap_handle
    testb $3, FRAME_CS(%rsp)
    jnz user_return
    pop_registers
    add $16, %rsp
    iretq
    .size trap_common, . - trap_common

    /* A debug exception of user mode is an ordinary fault, and its thread may be switched away: to
     * the thread's own stack. */
    .type trap_debug, @function
trap_debug:
    testb $3, 24(%rsp)
    jz trap_anywhere
    swapgs
    lfence
    smap_site 0
    mov %rax, %gs:CPU_USER_RSP
    mov %rsp, %rax
    mov %gs:CPU_KERNEL_RSP, %rsp
    pushq 48(%rax)
    pushq 40(%rax)
    pushq 32(%rax)
    pushq 24(%rax)
    pushq 16(%rax)
    pushq 8(%rax)
    pushq 0(%rax)
    mov %gs:CPU_USER_RSP, %rax
    jmp trap_registers
    .size trap_debug, . - trap_debug

    .type trap_anywhere, @function
trap_anywhere:
    push_registers
    cld
    smap_site 0
    mov $0xc0000101, %ecx /* MSR_GS_BASE */
    rdmsr
    mov %eax, %r12d
    mov %edx, %r13d
    mov %rsp, %rdx
    or $0x3fff, %rdx /* KERNEL_STACK_SIZE - 1 */
    mov -7(%rdx), %rax
    mov %rax, %rdx
    shr $32, %rdx
    wrmsr
    mov %rsp, %rdi
    call trap_handle
    mov $0xc0000101, %ecx
    mov %r12d, %eax
    mov %r13d, %edx
    wrmsr
    pop_registers
    add $16, %rsp
    iretq
    .size trap_anywhere, . - trap_anywhere

/*
 * SYSCALL leaves RSP and GS base of user mode, has interrupts off and AC, DF, NT and TF clear
 * (MSR_SFMASK). An NMI between here and the new RSP is harmless: it has a stack of its own.
 */
    .globl syscall_entry
    .type syscall_entry, @function
syscall_entry:
    swapgs
    mov %rsp, %gs:CPU_USER_RSP
    mov %gs:CPU_KERNEL_RSP, %rsp
    pushq $SELECTOR_USER_DATA
    pushq %gs:CPU_USER_RSP
    push %r11
    pushq $SELECTOR_USER_CODE
    push %rcx
    pushq $0
    pushq $VECTOR_SYSCALL
    push_registers
    xor %ebp, %ebp
    mov %rsp, %rdi
    call syscall_enter
    /* falls through */
    .size syscall_entry, . - syscall_entry

/*
 * The one way to user mode; the frame lies at RSP. SYSRET takes RIP from RCX and flags from R11,
 * which only a system call may lose; and with a non-canonical RCX some processors fault in ring 0
 * on the user's stack. So it is used only for an unchanged system-call frame whose RIP lies in the
 * lower half; all else goes by IRETQ.
 */
    .globl user_return
    .type user_return, @function
user_return:
    call sched_user_return
    cmpq $VECTOR_SYSCALL, FRAME_VECTOR(%rsp)
    jne 1f
    mov FRAME_RIP(%rsp), %rcx
    mov %rcx, %rax
    shr $47, %rax
    jnz 1f
    mov FRAME_RFLAGS(%rsp), %r11
    test $0x10100, %r11d /* RF, TF */
    jnz 1f
    mov %rcx, FRAME_RCX(%rsp)
    mov %r11, FRAME_R11(%rsp)
    pop_registers
    mov 40(%rsp), %rsp /* vector, error, rip, cs, rflags, rsp */
    swapgs
    sysretq
1:
    pop_registers
    swapgs
    add $16, %rsp
    iretq
    .size user_return, . - user_return

/* void switch_stacks(uint64_t *save, uint64_t load) */
    .globl switch_stacks
    .type switch_stacks, @function
switch_stacks:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .size switch_stacks, . - switch_stacks

/* Where a new kernel thread's first switch returns to: R12 entry, R13 argument. */
    .globl thread_start_kernel
    .type thread_start_kernel, @function
thread_start_kernel:
    mov %r13, %rdi
    call *%r12
    ud2
    .size thread_start_kernel, . - thread_start_kernel

/* bool trap_probe_call(uint64_t resume[8], void (*function)(void *), void *argument) */
    .globl trap_probe_call
    .type trap_probe_call, @function
trap_probe_call:
    mov %rbx, 0(%rdi)
    mov %rbp, 8(%rdi)
    mov %r12, 16(%rdi)
    mov %r13, 24(%rdi)
    mov %r14, 32(%rdi)
    mov %r15, 40(%rdi)
    mov %rsp, 48(%rdi)
    lea 1f(%rip), %rax
    mov %rax, 56(%rdi)
    mov %rdx, %rdi
    sub $8, %rsp
    call *%rsi
    add $8, %rsp
    xor %eax, %eax
    ret
1:
    mov $1, %eax
    ret
    .size trap_probe_call, . - trap_probe_call

/*
 * int user_copy(void *to, const void *from, uint64_t len). One side is user memory that may not be
 * there: a fault at one of the two string instructions goes on at user_copy_fault (the table is in
 * trap.c).
 */
    .globl user_copy, user_copy_words, user_copy_bytes, user_copy_fault
    .type user_copy, @function
user_copy:
    mov %rdx, %rcx
    shr $3, %rcx
    and $7, %edx
    smap_site 1
user_copy_words:
    rep movsq
    mov %edx, %ecx
user_copy_bytes:
    rep movsb
    smap_site 0
    xor %eax, %eax
    ret
user_copy_fault:
    smap_site 0
    mov $1, %eax
    ret
    .size user_copy, . - user_copy

    .section .note.GNU-stack, "", @progbits
