/* Interrupts of devices: I/O APICs (82093AA datasheet) for global system interrupts, messages for
 * PCI devices. */
#include "ioapic.h"

#include "acpi.h"
#include "cpu.h"
#include "percpu.h"
#include "trap.h"

#include <arch/arch.h>
#include <debug/lock.h>
#include <debug/log.h>
#include <mm/kernel_map.h>

#define REG_SELECT  0x00u
#define REG_WINDOW  0x10u
#define REG_VERSION 0x01u
#define REG_ENTRY   0x10u /* two registers for each line */

#define ENTRY_ACTIVE_LOW 0x2000u
#define ENTRY_LEVEL      0x8000u
#define ENTRY_MASKED     0x10000u
#define ENTRY_READ_ONLY  0x5000u /* delivery status, remote IRR */
#define LINES_MAX        256u    /* the version register counts them in eight bits */
#define WRITES_MAX       100u
#define SELECTED_NONE    UINT32_MAX

#define MSI_ADDRESS 0xfee00000ull

static struct {
    volatile uint8_t *registers;
    uint32_t gsi_base;
    uint32_t nlines;
    uint32_t selected;         /* register, or SELECTED_NONE */
    uint32_t entry[LINES_MAX]; /* lower halves: nothing is computed from what the device answers */
} ioapics[ACPI_IOAPIC_MAX];
static unsigned nioapics;

/* Selecting a register and using it are two steps. */
static struct lock ioapic_lock = LOCK_INIT(LOCK_RANK_IOAPIC);

/*
 * What was selected stays so: the line that interrupts is mostly the one that did before. What is
 * written is read back, and written again if it did not arrive. Hardware takes the first write, and
 * the read pushes it out. QEMU 7.2 with a thread for each processor loses one now and
 * then while another processor switches the decoding of a PCI device, and what is lost here is a
 * device that is never heard of again.
 */
static void ioapic_select(unsigned i, uint32_t reg)
{
    if (ioapics[i].selected == reg)
        return;
    ioapics[i].selected = SELECTED_NONE;
    for (unsigned writes = 0; writes < WRITES_MAX; writes++) {
        mmio_write32(ioapics[i].registers + REG_SELECT, reg);
        if (((mmio_read32(ioapics[i].registers + REG_SELECT) ^ reg) & 0xff) == 0) {
            ioapics[i].selected = reg;
            return;
        }
    }
    log_print("I/O APIC %u: register %x cannot be selected\n", i, reg);
}

static uint32_t ioapic_read(unsigned i, uint32_t reg)
{
    ioapic_select(i, reg);
    return mmio_read32(ioapics[i].registers + REG_WINDOW);
}

/* `value` has no bits that only the device writes. */
static void ioapic_write(unsigned i, uint32_t reg, uint32_t value)
{
    for (unsigned writes = 0; writes < WRITES_MAX; writes++) {
        ioapic_select(i, reg);
        mmio_write32(ioapics[i].registers + REG_WINDOW, value);
        if ((ioapic_read(i, reg) & ~ENTRY_READ_ONLY) == value)
            return;
        ioapics[i].selected = SELECTED_NONE; /* perhaps what was written went elsewhere */
    }
    log_print("I/O APIC %u: register %x does not take %x\n", i, reg, value);
}

void ioapic_init(void)
{
    for (unsigned i = 0; i < acpi.nioapics; i++) {
        volatile uint8_t *registers =
            device_map(acpi.ioapic[i].address, 0x20, KERNEL_WRITE | KERNEL_UNCACHED);
        unsigned n = nioapics;

        if (!registers)
            panic("no memory to map an I/O APIC");
        ioapics[n].registers = registers;
        ioapics[n].selected = SELECTED_NONE;
        ioapics[n].gsi_base = acpi.ioapic[i].gsi_base;
        ioapics[n].nlines = (ioapic_read(n, REG_VERSION) >> 16 & 0xff) + 1;
        nioapics++;
        for (uint32_t line = 0; line < ioapics[n].nlines; line++)
            ioapic_write(n, REG_ENTRY + 2 * line, ENTRY_MASKED);
    }
}

static bool gsi_find(uint32_t gsi, unsigned *i, uint32_t *line)
{
    for (*i = 0; *i < nioapics; ++*i) {
        *line = gsi - ioapics[*i].gsi_base;
        if (gsi >= ioapics[*i].gsi_base && *line < ioapics[*i].nlines)
            return true;
    }
    return false;
}

/* The firmware knows better how an interrupt of the ISA bus is wired than a driver that asks for it
 * by number. */
static void isa_override(uint32_t gsi, bool *level, bool *active_low)
{
    for (unsigned irq = 0; irq < ACPI_ISA_IRQS; irq++)
        if (acpi.isa[irq].gsi == gsi && (acpi.isa[irq].level || acpi.isa[irq].active_low)) {
            *level = acpi.isa[irq].level;
            *active_low = acpi.isa[irq].active_low;
        }
}

int arch_irq_route_gsi(uint32_t gsi, unsigned irq, unsigned cpu, bool level, bool active_low)
{
    uint32_t line, entry;
    unsigned i;

    if (irq >= ARCH_IRQ_VECTORS || cpu >= cpu_count || !gsi_find(gsi, &i, &line))
        return NONOS_E_INVALID;
    isa_override(gsi, &level, &active_low);
    entry = (VECTOR_DEVICE + irq) | (level ? ENTRY_LEVEL : 0) |
            (active_low ? ENTRY_ACTIVE_LOW : 0) | ENTRY_MASKED;
    lock_acquire(&ioapic_lock);
    ioapic_write(i, REG_ENTRY + 2 * line, ENTRY_MASKED);
    ioapic_write(i, REG_ENTRY + 2 * line + 1, cpus[cpu].apic_id << 24);
    ioapic_write(i, REG_ENTRY + 2 * line, entry);
    ioapics[i].entry[line] = entry;
    lock_release(&ioapic_lock);
    return 0;
}

static void mask_set(uint32_t gsi, bool masked)
{
    uint32_t line, entry;
    unsigned i;

    if (!gsi_find(gsi, &i, &line))
        return;
    lock_acquire(&ioapic_lock);
    entry = (ioapics[i].entry[line] & ~ENTRY_MASKED) | (masked ? ENTRY_MASKED : 0);
    ioapic_write(i, REG_ENTRY + 2 * line, entry);
    ioapics[i].entry[line] = entry;
    lock_release(&ioapic_lock);
}

void arch_irq_mask(uint32_t gsi)
{
    mask_set(gsi, true);
}

void arch_irq_unmask(uint32_t gsi)
{
    mask_set(gsi, false);
}

/* SDM volume 3 section 11.11: fixed delivery, edge, one target. */
void arch_irq_msi(unsigned irq, unsigned cpu, uint64_t *address, uint64_t *data)
{
    *address = MSI_ADDRESS | (uint64_t)cpus[cpu].apic_id << 12;
    *data = VECTOR_DEVICE + irq;
}
