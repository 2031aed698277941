#include "apic.h"

#include "cpu.h"
#include "percpu.h"
#include "start.h"
#include "trap.h"

#include <debug/log.h>
#include <mm/kernel_map.h>

#define REG_ID         0x020u
#define REG_TPR        0x080u
#define REG_EOI        0x0b0u
#define REG_LDR        0x0d0u
#define REG_DFR        0x0e0u
#define REG_SPURIOUS   0x0f0u
#define REG_IRR        0x200u /* 8 registers of 32 vectors, 16 bytes apart */
#define REG_ESR        0x280u
#define REG_ICR_LOW    0x300u
#define REG_ICR_HIGH   0x310u
#define REG_LVT_TIMER  0x320u
#define REG_LVT_LINT0  0x350u
#define REG_LVT_LINT1  0x360u
#define REG_LVT_ERROR  0x370u
#define REG_TIMER_INIT 0x380u
#define REG_TIMER_NOW  0x390u
#define REG_TIMER_DIV  0x3e0u

#define SPURIOUS_ENABLE 0x100u
#define LVT_MASKED      0x10000u
#define LVT_NMI         0x400u
#define TIMER_DIVIDE_1  0xbu

#define ICR_NMI        0x400u
#define ICR_INIT       0x500u
#define ICR_STARTUP    0x600u
#define ICR_PENDING    0x1000u
#define ICR_ASSERT     0x4000u
#define ICR_ALL_OTHERS 0xc0000u

#define APIC_BASE_ENABLE 0x800u
#define APIC_BASE_X2APIC 0x400u

#define PIC1_DATA 0x21u
#define PIC2_DATA 0xa1u

uint64_t apic_timer_hz;

static volatile uint8_t *apic; /* the registers; every processor sees its own there */

static uint32_t apic_read(unsigned reg)
{
    return mmio_read32(apic + reg);
}

static void apic_write(unsigned reg, uint32_t value)
{
    mmio_write32(apic + reg, value);
}

void apic_enable(void)
{
    apic_write(REG_TPR, 0);
    apic_write(REG_DFR, 0xffffffff);
    apic_write(REG_LDR, 0);
    apic_write(REG_TIMER_INIT, 0);
    apic_write(REG_LVT_TIMER, VECTOR_TIMER);
    apic_write(REG_LVT_LINT0, LVT_MASKED);
    apic_write(REG_LVT_LINT1, LVT_NMI);
    apic_write(REG_LVT_ERROR, LVT_MASKED);
    apic_write(REG_TIMER_DIV, TIMER_DIVIDE_1);
    apic_write(REG_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(REG_ESR, 0);
    apic_eoi(); /* whatever the firmware left in service */
}

void apic_init(void)
{
    uint64_t base = msr_read(MSR_APIC_BASE);

    /* Firmware that hands over in x2APIC mode has more than 255 processors: out of it goes only by
     * a reset. */
    if (base & APIC_BASE_X2APIC)
        panic("the firmware left the local APIC in x2APIC mode");
    msr_write(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
    apic = device_map(base & ~0xfffull, 4096, KERNEL_WRITE | KERNEL_UNCACHED);
    if (!apic)
        panic("no memory to map the local APIC");
    port_write8(PIC1_DATA, 0xff);
    port_write8(PIC2_DATA, 0xff);
    apic_enable();
    cpus[0].apic_id = apic_id();
}

uint32_t apic_id(void)
{
    return apic_read(REG_ID) >> 24;
}

void apic_eoi(void)
{
    apic_write(REG_EOI, 0);
}

bool apic_interrupt_waits(void)
{
    uint32_t waits = 0;

    for (unsigned i = 1; i < 8; i++) /* below are exceptions */
        waits |= apic_read(REG_IRR + 16 * i);
    return waits;
}

static void icr_send(uint32_t id, uint32_t command)
{
    /* A hypervisor has delivered one before the next can be written, and to be asked costs it as much as another. */
    while (!features.hypervisor && apic_read(REG_ICR_LOW) & ICR_PENDING)
        cpu_relax();
    apic_write(REG_ICR_HIGH, id << 24);
    apic_write(REG_ICR_LOW, command);
}

void apic_send(unsigned cpu, unsigned vector)
{
    icr_send(cpus[cpu].apic_id, ICR_ASSERT | vector);
}

void apic_stop_others(void)
{
    if (apic)
        icr_send(0, ICR_ALL_OTHERS | ICR_ASSERT | ICR_NMI);
}

void apic_send_init(uint32_t id)
{
    icr_send(id, ICR_ASSERT | ICR_INIT);
}

void apic_send_startup(uint32_t id, unsigned page)
{
    icr_send(id, ICR_ASSERT | ICR_STARTUP | page);
}

/* A count of 0 stops it, SDM volume 3 section 11.5.4. */
void apic_timer_start(uint32_t count)
{
    apic_write(REG_TIMER_INIT, count);
}

uint32_t apic_timer_count(void)
{
    return apic_read(REG_TIMER_NOW);
}
