/* The machine's end and its new start. */
#include "acpi.h"
#include "cpu.h"
#include "start.h"

#include <arch/arch.h>

#define DEBUG_EXIT_PORT 0x501u /* isa-debug-exit of QEMU */
#define DEBUG_EXIT_BASE 0x10u
#define KEYBOARD_PORT   0x64u
#define KEYBOARD_RESET  0xfeu
#define RESET_PORT      0xcf9u

void arch_power_off(unsigned status)
{
    if (arch_option("debug-exit"))
        port_write32(DEBUG_EXIT_PORT, DEBUG_EXIT_BASE + status);
    acpi_power_off();
    cpu_halt_for_ever();
}

void arch_reboot(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) no_idt = {0, 0};

    __asm__ volatile("cli");
    acpi_reset();
    port_write8(RESET_PORT, 0x02);
    port_write8(RESET_PORT, 0x06);
    port_write8(KEYBOARD_PORT, KEYBOARD_RESET);
    /* Nothing helped: an exception without an interrupt table resets every processor. */
    __asm__ volatile("lidt %0; int3" : : "m"(no_idt));
    cpu_halt_for_ever();
}
