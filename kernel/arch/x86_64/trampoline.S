/*
 * Where another processor starts: in real mode, at a page below 1 MiB that smp_start() copies this
 * code to. It goes straight to long mode, on a page table that maps this page at its own address
 * and the kernel half as usual, and on to smp_entry.
 */

#include "percpu.h"

#define CR0_PE       0x1
#define CR0_PG_WP_NE 0x80010021 /* and PE */
#define CR4_PAE_PGE  0xa0
#define MSR_EFER     0xc0000080
#define EFER_NXE_LME 0x900

#define OFFSET(label) (label - trampoline_start)

    .section .rodata.trampoline, "a"
    .globl trampoline_start, trampoline_end
    .globl trampoline_root, trampoline_entry, trampoline_gdt_base
    .globl trampoline_far32, trampoline_far64
    .globl trampoline_32, trampoline_64, trampoline_gdt

    .code16
trampoline_start:
    cli
    cld
    mov %cs, %ax
    mov %ax, %ds
    movzwl %ax, %ebx
    shl $4, %ebx /* where this page is */
    lgdtl OFFSET(gdtr)
    mov $CR0_PE, %eax
    mov %eax, %cr0
    ljmpl *OFFSET(trampoline_far32)

    .code32
trampoline_32:
    mov $SELECTOR_KERNEL_DATA, %eax
    mov %eax, %ds
    mov $CR4_PAE_PGE, %eax
    mov %eax, %cr4
    mov OFFSET(trampoline_root)(%ebx), %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    mov $EFER_NXE_LME, %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_PG_WP_NE, %eax
    mov %eax, %cr0
    ljmpl *OFFSET(trampoline_far64)(%ebx)

    .code64
trampoline_64:
    mov %ebx, %ebx
    jmp *OFFSET(trampoline_entry)(%rbx)

    .balign 8
trampoline_gdt:
    .quad 0
    .quad 0x00209b0000000000 /* SELECTOR_KERNEL_CODE: 64 bits */
    .quad 0x00cf93000000ffff /* SELECTOR_KERNEL_DATA: flat */
    .quad 0x00cf9b000000ffff /* 0x18: 32-bit code, flat */
gdtr:
    .word 31
trampoline_gdt_base: /* smp_start() fills in what follows */
    .long 0
trampoline_far32:
    .long 0
    .word 0x18
trampoline_far64:
    .long 0
    .word SELECTOR_KERNEL_CODE
    .balign 8
trampoline_root:
    .quad 0
trampoline_entry:
    .quad 0
trampoline_end:

    .section .note.GNU-stack, "", @progbits
