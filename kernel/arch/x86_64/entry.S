/* Where the loader enters (kernel/include/nonos/boot_info.h says in which state), and where the
 * other processors arrive. */

#include "percpu.h"

    .section .text.entry, "ax"
    .globl kernel_entry
    .type kernel_entry, @function
kernel_entry:
    cli
    cld
    lea boot_stack_end(%rip), %rsp
    xor %ebp, %ebp
    push %rbp
    push %rbp
    call kernel_start
    ud2
    .size kernel_entry, . - kernel_entry

/* void stack_call(void *top, void (*function)(void)): leaves the present stack for ever. */
    .text
    .globl stack_call
    .type stack_call, @function
stack_call:
    mov %rdi, %rsp
    xor %ebp, %ebp
    push %rbp
    push %rbp
    call *%rsi
    ud2
    .size stack_call, . - stack_call

/*
 * Another processor, in long mode, without a stack. They start one by one; one that is not expected
 * (any more) stops.
 */
    .globl smp_entry
    .type smp_entry, @function
smp_entry:
    mov $1, %eax
    cpuid
    shr $24, %ebx
    cmp smp_expected_apic_id(%rip), %ebx
    jne 1f
    mov smp_expected_stack(%rip), %rsp
    xor %ebp, %ebp
    push %rbp
    push %rbp
    call smp_secondary
1:
    cli
    hlt
    jmp 1b
    .size smp_entry, . - smp_entry

    .bss
    .balign 4096
    .skip 16384
boot_stack_end:

    .section .note.GNU-stack, "", @progbits
