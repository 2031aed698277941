/* Entered by a multiboot loader (version 1) in 32-bit protected mode, paging and interrupts off. */
        .section .multiboot, "a"
        .balign 4
        .long   0x1badb002, 1, -(0x1badb002 + 1) /* flag 1: modules begin on a page */

        .text
        .globl  _start
_start:
        movl    $stack_end, %esp
        cld
        pushl   %ebx            /* multiboot information */
        pushl   %eax            /* 0x2badb002 if the loader keeps to the protocol */
        call    kernel_main

        .bss
        .balign 16
        .skip   16384
        .globl  stack_end
stack_end:
        .section .note.GNU-stack, "", @progbits
