/*
 * The last code of the loader: enters the kernel's address space, from a page that both address
 * spaces map.
 *
 *     void gate(info in rdi, entry in rsi, root table in rdx, stack top in rcx);
 *
 * It is copied into the boot block and therefore position independent. It also leaves the
 * firmware's descriptor tables, whose memory the map calls free: the kernel starts with flat
 * segments from here and with no interrupt table.
 */
    .section .rodata.gate, "a"
    .balign 16
    .globl boot_gate_start, boot_gate_end
    .hidden boot_gate_start, boot_gate_end
boot_gate_start:
    cli
    cld
    mov %rdx, %cr3
    mov %rcx, %rsp

    /* A table register is loaded from ten bytes: limit, address. */
    sub $16, %rsp
    lea descriptors(%rip), %rax
    movw $(descriptors_end - descriptors - 1), (%rsp)
    mov %rax, 2(%rsp)
    lgdt (%rsp)
    movw $0, (%rsp)
    lidt (%rsp)
    add $16, %rsp

    mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    lldt %ax
    push $0x08
    lea 1f(%rip), %rax
    push %rax
    lretq

    /*
     * As after a call: a return address of 0 ends every backtrace, and the stack is aligned as the
     * ABI says.
     */
1:  xor %ebp, %ebp
    push $0
    jmp *%rsi

    .balign 8
descriptors:
    .quad 0
    .quad 0x00af9b000000ffff /* 0x08: code, 64 bit, accessed (the processor never writes here) */
    .quad 0x00cf93000000ffff /* 0x10: data, writable, accessed */
descriptors_end:
boot_gate_end:

    .section .note.GNU-stack, "", @progbits
