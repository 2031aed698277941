/*
 * The two system calls that carry a message in registers (docs/abi.md). A message needs RBX, RBP and R12 to R15 too, so they
 * cannot be inline assembly.
 *
 *     int nonos_ipc_call(nonos_handle endpoint, struct nonos_message *message);
 *     int nonos_ipc_reply_wait(nonos_handle endpoint, nonos_handle reply, struct nonos_message *message);
 */
#include <nonos/syscall_numbers.h>

/* struct nonos_message; ipc_offsets.c checks them. */
#define MESSAGE_LABEL_NCAPS 0
#define MESSAGE_BADGE       8
#define MESSAGE_WORDS       16
#define MESSAGE_CAPS        80

    .text

    .globl nonos_ipc_call
    .type nonos_ipc_call, @function
nonos_ipc_call:
    movl    %edi, %edi                       /* no reply: the upper half is 0 */
    movl    $NONOS_SYS_IPC_CALL, %eax
    jmp     ipc_enter
    .size nonos_ipc_call, . - nonos_ipc_call

    .globl nonos_ipc_reply_wait
    .type nonos_ipc_reply_wait, @function
nonos_ipc_reply_wait:
    movl    %edi, %edi
    shlq    $32, %rsi
    orq     %rsi, %rdi
    movq    %rdx, %rsi
    movl    $NONOS_SYS_IPC_REPLY_WAIT, %eax
    jmp     ipc_enter
    .size nonos_ipc_reply_wait, . - nonos_ipc_reply_wait

/* RAX number, RDI as the kernel wants it, RSI message. */
    .type ipc_enter, @function
ipc_enter:
    pushq   %rbp
    pushq   %rbx
    pushq   %r12
    pushq   %r13
    pushq   %r14
    pushq   %r15
    pushq   %rsi
    movq    MESSAGE_WORDS + 8(%rsi), %r10
    movq    MESSAGE_WORDS + 16(%rsi), %r8
    movq    MESSAGE_WORDS + 24(%rsi), %r9
    movq    MESSAGE_WORDS + 32(%rsi), %r12
    movq    MESSAGE_WORDS + 40(%rsi), %r13
    movq    MESSAGE_WORDS + 48(%rsi), %r14
    movq    MESSAGE_WORDS + 56(%rsi), %r15
    movq    MESSAGE_CAPS(%rsi), %rbx
    movq    MESSAGE_CAPS + 8(%rsi), %rbp
    movq    MESSAGE_WORDS(%rsi), %rdx
    movq    MESSAGE_LABEL_NCAPS(%rsi), %rsi
    syscall
    popq    %rcx                             /* message */
    movq    %rsi, MESSAGE_LABEL_NCAPS(%rcx)
    movq    %rdi, MESSAGE_BADGE(%rcx)
    movq    %rdx, MESSAGE_WORDS(%rcx)
    movq    %r10, MESSAGE_WORDS + 8(%rcx)
    movq    %r8, MESSAGE_WORDS + 16(%rcx)
    movq    %r9, MESSAGE_WORDS + 24(%rcx)
    movq    %r12, MESSAGE_WORDS + 32(%rcx)
    movq    %r13, MESSAGE_WORDS + 40(%rcx)
    movq    %r14, MESSAGE_WORDS + 48(%rcx)
    movq    %r15, MESSAGE_WORDS + 56(%rcx)
    movq    %rbx, MESSAGE_CAPS(%rcx)
    movq    %rbp, MESSAGE_CAPS + 8(%rcx)
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rbx
    popq    %rbp
    ret
    .size ipc_enter, . - ipc_enter

    .section .note.GNU-stack, "", @progbits
