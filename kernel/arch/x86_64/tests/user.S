/* User programs of the boot test, copied to a user page. RDI: the thread's number; RSP: the top of
 * its stack. */

#include "user.h"

    .section .rodata.user, "a"
    .globl user_start, user_worker, user_faults, user_end
user_start:

/*
 * Spins and makes system calls while the timer preempts it, and checks that vector registers, FS
 * and GS base and general registers are its own all the time. Exits with 0, or with a number that
 * says what was wrong.
 */
user_worker:
    mov %rdi, %r12
    lea 0x1000(%rdi), %rax
    movq %rax, %xmm7
    fldpi
    mov $10000, %r13d
    testl $1, user_has_fsgsbase(%rip)
    jz 1f
    mov %r12, %rax
    shl $20, %rax
    wrfsbase %rax
    mov $0xffff800000000000, %rbx /* a GS base as the kernel might have */
    or %r12, %rbx
    wrgsbase %rbx
1:
    mov $200, %ecx
2:
    loop 2b
    mov $1, %edi
    movq %xmm7, %rax
    sub $0x1000, %rax
    cmp %r12, %rax
    jne 9f
    testl $1, user_has_fsgsbase(%rip)
    jz 3f
    mov $2, %edi
    rdfsbase %rax
    shr $20, %rax
    cmp %r12, %rax
    jne 9f
    mov $3, %edi
    rdgsbase %rax
    cmp %rbx, %rax
    jne 9f
3:
    test $63, %r13d
    jnz 4f
    mov $TEST_CALL_ECHO, %eax
    mov %r12, %rdi
    mov $0x11111111, %esi
    mov $0x22222222, %r8d
    syscall
    mov $4, %edi
    cmp %r12, %rax
    jne 9f
    mov $5, %edi
    cmp $0x11111111, %esi
    jne 9f
    cmp $0x22222222, %r8d
    jne 9f
4:
    dec %r13d
    jnz 1b
    xor %edi, %edi
9:
    mov $TEST_CALL_EXIT, %eax
    syscall
    ud2

/* Each block faults; the test's task_fault() goes on at RBX and counts, if it is the fault that R12
 * asks for. */
    .macro faults kind, code
    lea 100f(%rip), %rbx
    mov $\kind, %r12d
    \code
    mov $0x100, %edi /* it did not fault */
    mov $TEST_CALL_EXIT, %eax
    syscall
100:
    .endm

user_faults:
    mov %rsp, %rbp
    faults 2, "cli"
    faults 2, "ud2"
    faults 2, "hlt"
    faults 2, "outb %al, $0x80"
    faults 2, "rex.W mov %cr0, %rax"
    faults 2, "rdmsr"
    faults 1, "mov 0xffffffffffffff00, %rax"
    faults 1, "mov 0, %rax"
    faults 1, "movb $0, user_start(%rip)"
    faults 1, "jmp *%rsp"
    faults 3, "xor %ecx, %ecx; div %ecx"
    faults 5, "int3"
    faults 4, "int $0x80"
    faults 4, "mov $0x8000, %eax; shl $48, %rax; mov (%rax), %rax"
    faults 5, "pushfq; orl $0x100, (%rsp); popfq; nop; nop"
    mov %rbp, %rsp

    /* With the alignment flag set, which SMAP uses too, system calls and interrupts work as
     * ever. */
    pushfq
    orl $0x40000, (%rsp)
    popfq
    mov $TEST_CALL_ECHO, %eax
    mov $77, %edi
    syscall
    mov $6, %edi
    cmp $77, %rax
    jne 1f
    mov $10000000, %ecx
2:
    loop 2b
    xor %edi, %edi
1:
    mov $TEST_CALL_EXIT, %eax
    syscall
    ud2

    .globl user_has_fsgsbase
    .balign 4
user_has_fsgsbase:
    .long 0
user_end:

    .section .note.GNU-stack, "", @progbits
