#include <nonos/syscall_numbers.h>

/*
 * The first instructions of every task. The kernel enters with the address of the start-up block in RDI, its length in RSI, and
 * RSP at the top of the first stack. Nothing is relocated yet.
 */
    .section .text.nonos_start, "ax", @progbits
    .globl nonos_start
    .hidden nonos_start
    .type nonos_start, @function
nonos_start:
    xorl %ebp, %ebp
    andq $-16, %rsp
    pushq %rdi
    pushq %rsi
    leaq nonos_image_start(%rip), %rdi
    leaq _DYNAMIC(%rip), %rsi
    call nonos_relocate
    popq %rsi
    popq %rdi
    call nonos_start_task
    ud2
    .size nonos_start, . - nonos_start

/* Where a thread made by nonos_thread_spawn() starts: its block is in RDI. */
    .section .text, "ax", @progbits
    .globl nonos_thread_entry
    .hidden nonos_thread_entry
    .type nonos_thread_entry, @function
nonos_thread_entry:
    xorl %ebp, %ebp
    andq $-16, %rsp
    call nonos_thread_run
    ud2
    .size nonos_thread_entry, . - nonos_thread_entry

/*
 * nonos_thread_leave(uint64_t handle, uint32_t *busy): ends the thread `handle`, which is the caller. Once *busy is 0 another thread
 * may take this stack, so nothing touches it from there on.
 */
    .globl nonos_thread_leave
    .hidden nonos_thread_leave
    .type nonos_thread_leave, @function
nonos_thread_leave:
    movq %rsi, %rcx
    xorl %esi, %esi
    movl $NONOS_SYS_THREAD_EXIT, %eax
    movl $0, (%rcx)
    syscall
    ud2
    .size nonos_thread_leave, . - nonos_thread_leave

    .hidden _DYNAMIC
    .hidden nonos_image_start
    .section .note.GNU-stack, "", @progbits
