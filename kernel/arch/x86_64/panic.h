/* The end of the machine. */
#ifndef KERNEL_ARCH_X86_64_PANIC_H
#define KERNEL_ARCH_X86_64_PANIC_H

#include <stdint.h>

struct trap_frame;
struct nonos_boot_framebuffer;

/* Exit status under an emulator (command line: debug-exit). */
#define PANIC_STATUS 0x2fu

/* A trap of ring 0 that nobody can handle: says what happened in words. */
_Noreturn void panic_trap(const struct trap_frame *frame);
/* A non-maskable interrupt: another processor's panic stops this one, or somebody asked for the
 * machine's state. */
void panic_nmi(const struct trap_frame *frame);
/* Lets panics appear on the screen. */
void panic_screen_init(const struct nonos_boot_framebuffer *framebuffer);

#endif
