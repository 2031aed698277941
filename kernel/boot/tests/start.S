/* Entry of the test kernel: info in rdi. Relocates the image, then calls test_main(info). */
    .section .text.start, "ax"
    .globl kernel_entry
    .hidden kernel_entry
kernel_entry:
    mov %rsp, entry_rsp(%rip)
    pushfq
    popq entry_flags(%rip)
    push %rdi
    lea __ehdr_start(%rip), %rdi
    lea _DYNAMIC(%rip), %rsi
    call test_relocate
    mov %eax, entry_relocations(%rip)
    pop %rdi
    call test_main
1:  cli
    hlt
    jmp 1b

    .data
    .balign 8
    .globl entry_rsp, entry_flags, entry_relocations
    .hidden entry_rsp, entry_flags, entry_relocations
entry_rsp:
    .quad 0
entry_flags:
    .quad 0
entry_relocations:
    .quad 0

    .section .note.GNU-stack, "", @progbits
