/*
 * Multiboot2 header and the way from GRUB's 32-bit protected mode (Multiboot2 specification 2.0,
 * sections 3.1 and 3.3) to 64-bit C code with the first 4 GiB mapped one to one.
 */
    .set MAGIC, 0xe85250d6
    .set ARCHITECTURE_I386, 0
    .set LOADER_MAGIC, 0x36d76289

    .section .multiboot2, "a"
    .balign 8
header:
    .long MAGIC, ARCHITECTURE_I386, header_end - header
    .long -(MAGIC + ARCHITECTURE_I386 + (header_end - header))
    .balign 8
    .short 1, 0 /* information request: modules, memory map */
    .long 16, 3, 6
    .balign 8
    .short 5, 1 /* framebuffer, optional: 1280x800, 32 bits a pixel */
    .long 20, 1280, 800, 32
    .balign 8
    .short 6, 0 /* modules on page boundaries */
    .long 8
    .balign 8
    .short 0, 0
    .long 8
header_end:

    .set PRESENT_WRITE, 3
    .set LARGE, 0x80
    .set CR0_PG, 1 << 31
    .set CR4_PAE, 1 << 5
    .set MSR_EFER, 0xc0000080
    .set EFER_LME, 1 << 8
    .set CPUID_EXTENDED, 0x80000001
    .set EDX_LONG_MODE, 1 << 29

    .section .text.start, "ax"
    .code32
    .globl multiboot2_start
multiboot2_start:
    cli
    cld
    mov $stack_top, %esp
    mov %eax, %edi /* arguments of multiboot2_main */
    mov %ebx, %esi

    mov $0x80000000, %eax
    cpuid
    cmp $CPUID_EXTENDED, %eax
    jb no_long_mode
    mov $CPUID_EXTENDED, %eax
    cpuid
    test $EDX_LONG_MODE, %edx
    jz no_long_mode

    /* 2048 pages of 2 MiB through four tables that lie one behind the other. */
    xor %ecx, %ecx
1:  mov %ecx, %eax
    shl $21, %eax
    or $(PRESENT_WRITE | LARGE), %eax
    mov %eax, directories(, %ecx, 8)
    inc %ecx
    cmp $2048, %ecx
    jne 1b
    movl $(directories + PRESENT_WRITE), pointers
    movl $(directories + 0x1000 + PRESENT_WRITE), pointers + 8
    movl $(directories + 0x2000 + PRESENT_WRITE), pointers + 16
    movl $(directories + 0x3000 + PRESENT_WRITE), pointers + 24
    movl $(pointers + PRESENT_WRITE), root

    mov %cr4, %eax
    or $CR4_PAE, %eax
    mov %eax, %cr4
    mov $root, %eax
    mov %eax, %cr3
    mov $MSR_EFER, %ecx
    rdmsr
    or $EFER_LME, %eax
    wrmsr
    mov %cr0, %eax
    or $CR0_PG, %eax
    mov %eax, %cr0
    lgdt descriptors_register
    ljmp $0x08, $long_mode

no_long_mode:
    mov $message, %esi
    mov $0x3f8, %edx
2:  lodsb
    test %al, %al
    jz 3f
    out %al, %dx
    jmp 2b
3:  hlt
    jmp 3b

    .code64
long_mode:
    mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %edi, %edi /* the upper halves are undefined after the change of mode */
    mov %esi, %esi
    mov $stack_top, %esp
    xor %ebp, %ebp
    call multiboot2_main
4:  hlt
    jmp 4b

    .section .rodata
message:
    .asciz "\r\nNONOS cannot start: processor: it has no 64-bit mode.\r\n"
    .balign 8
descriptors:
    .quad 0
    .quad 0x00af9b000000ffff
    .quad 0x00cf93000000ffff
descriptors_register:
    .short descriptors_register - descriptors - 1
    .long descriptors

    .bss
    .balign 4096
root:
    .skip 4096
pointers:
    .skip 4096
directories:
    .skip 4 * 4096
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", @progbits
