#include "acpi.h"

#include "cpu.h"
#include "start.h"

#include <debug/log.h>
#include <mm/kernel_map.h>

#include <string.h>

#define TABLE_HEADER_LEN 36u
#define TABLE_MAX        (4u << 20) /* longer than any table in the field */
#define RSDP_LEN         20u
#define RSDP_LEN_2       36u
#define BIOS_AREA        0xe0000u
#define BIOS_AREA_LEN    0x20000u

#define FADT_DSDT        40u
#define FADT_SMI_CMD     48u
#define FADT_ACPI_ENABLE 52u
#define FADT_PM1A_CNT    64u
#define FADT_PM1B_CNT    68u
#define FADT_PM_TIMER    76u
#define FADT_BOOT_ARCH   109u
#define FADT_FLAGS       112u
#define FADT_RESET       116u /* generic address: space, width, offset, access, address */
#define FADT_RESET_VALUE 128u
#define FADT_X_DSDT      140u

#define FADT_FLAG_TIMER_32 (1u << 8)
#define FADT_FLAG_RESET    (1u << 10)
#define BOOT_ARCH_NO_RTC   (1u << 5)

#define SPACE_MEMORY 0u
#define SPACE_IO     1u

#define PM1_SCI_ENABLED 0x0001u
#define PM1_SLEEP       0x2000u

struct acpi_info acpi;

static struct {
    uint16_t pm1a, pm1b;
    uint8_t sleep_a, sleep_b;
    bool can_sleep;
    uint16_t smi_port;
    uint8_t enable;
    uint8_t reset_space, reset_value;
    uint64_t reset_address;
    volatile uint8_t *reset_memory;
} power;

/* A table in memory; every read of it goes through the functions below, which give 0 beyond its
 * end. */
struct table {
    const uint8_t *bytes;
    uint32_t len;
};

static uint8_t get8(const struct table *t, uint64_t offset)
{
    return offset < t->len ? t->bytes[offset] : 0;
}

static uint64_t get(const struct table *t, uint64_t offset, unsigned nbytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < nbytes; i++)
        value |= (uint64_t)get8(t, offset + i) << 8 * i;
    return value;
}

static uint16_t get16(const struct table *t, uint64_t offset)
{
    return (uint16_t)get(t, offset, 2);
}

static uint32_t get32(const struct table *t, uint64_t offset)
{
    return (uint32_t)get(t, offset, 4);
}

static bool sum_is_zero(const uint8_t *bytes, size_t len)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* Maps a table, first its header to learn its length. */
static bool table_map(uint64_t physical, struct table *t)
{
    t->len = TABLE_HEADER_LEN;
    if (!physical || physical >> features.phys_bits)
        return false;
    t->bytes = device_map(physical, TABLE_HEADER_LEN, KERNEL_READ);
    if (!t->bytes)
        return false;
    uint32_t len = get32(t, 4);
    if (len < TABLE_HEADER_LEN || len > TABLE_MAX)
        return false;
    if (physical % 4096 + len > 4096)
        t->bytes = device_map(physical, len, KERNEL_READ);
    t->len = len;
    return t->bytes && sum_is_zero(t->bytes, len);
}

/* ---- MADT, section 5.2.12 ---- */

static void madt_cpu(uint32_t id, uint32_t flags)
{
    if (!(flags & 1) || id > 254) /* disabled, or out of reach of an xAPIC */
        return;
    if (acpi.ncpus == CPU_MAX) {
        log_print("acpi: more than %u processors, the rest stays unused\n", CPU_MAX);
        return;
    }
    for (unsigned i = 0; i < acpi.ncpus; i++)
        if (acpi.apic_id[i] == id)
            return;
    acpi.apic_id[acpi.ncpus++] = id;
}

static void madt_override(const struct table *t, uint64_t at)
{
    unsigned irq = get8(t, at + 3), flags = get16(t, at + 8);

    if (get8(t, at + 2) != 0 || irq >= ACPI_ISA_IRQS)
        return;
    acpi.isa[irq].gsi = get32(t, at + 4);
    acpi.isa[irq].active_low = (flags & 3) == 3;
    acpi.isa[irq].level = (flags >> 2 & 3) == 3;
}

static void madt_read(const struct table *t)
{
    for (uint64_t at = 44; at + 2 <= t->len;) {
        unsigned len = get8(t, at + 1);

        if (len < 2 || at + len > t->len)
            return;
        switch (get8(t, at)) {
        case 0:
            madt_cpu(get8(t, at + 3), get32(t, at + 4));
            break;
        case 1:
            if (acpi.nioapics < ACPI_IOAPIC_MAX)
                acpi.ioapic[acpi.nioapics++] =
                    (struct acpi_ioapic){get32(t, at + 4), get32(t, at + 8)};
            break;
        case 2:
            madt_override(t, at);
            break;
        case 9:
            madt_cpu(get32(t, at + 4), get32(t, at + 8));
            break;
        }
        at += len;
    }
}

/* ---- FADT, section 5.2.9, and one package of the DSDT ---- */

/*
 * AML of a package \_S5 is: name "_S5_", PackageOp, PkgLength, count, then the two sleep types as
 * bytes (BytePrefix) or as ZeroOp or OneOp. The kernel has no interpreter; a bounded search finds
 * it in every firmware of the field.
 */
static bool sleep_type_read(const struct table *t, uint64_t *at, uint8_t *type)
{
    uint8_t op = get8(t, (*at)++);

    if (op == 0x0a)
        op = get8(t, (*at)++);
    else if (op > 1)
        return false;
    *type = op & 7;
    return true;
}

static void dsdt_read(const struct table *t)
{
    for (uint64_t at = TABLE_HEADER_LEN; at + 8 < t->len; at++) {
        uint64_t value = at + 5;

        if (t->bytes[at] != '_' || memcmp(t->bytes + at, "_S5_\x12", 5) != 0)
            continue;
        value += (get8(t, value) >> 6) +
                 1; /* PkgLength: the two high bits count the bytes that follow */
        value += 1; /* number of elements */
        if (sleep_type_read(t, &value, &power.sleep_a) &&
            sleep_type_read(t, &value, &power.sleep_b)) {
            power.can_sleep = true;
            return;
        }
    }
}

static void fadt_read(const struct table *t)
{
    uint32_t flags = get32(t, FADT_FLAGS);
    uint64_t dsdt = get(t, FADT_X_DSDT, 8);
    struct table d;

    power.smi_port = (uint16_t)get32(t, FADT_SMI_CMD);
    power.enable = get8(t, FADT_ACPI_ENABLE);
    power.pm1a = (uint16_t)get32(t, FADT_PM1A_CNT);
    power.pm1b = (uint16_t)get32(t, FADT_PM1B_CNT);
    acpi.pm_timer_port = (uint16_t)get32(t, FADT_PM_TIMER);
    acpi.pm_timer_32bit = flags & FADT_FLAG_TIMER_32;
    acpi.has_rtc = !(get16(t, FADT_BOOT_ARCH) & BOOT_ARCH_NO_RTC);
    if (flags & FADT_FLAG_RESET) {
        power.reset_space = get8(t, FADT_RESET);
        power.reset_address = get(t, FADT_RESET + 4, 8);
        power.reset_value = get8(t, FADT_RESET_VALUE);
        if (power.reset_space == SPACE_MEMORY && power.reset_address)
            power.reset_memory = device_map(power.reset_address, 1, KERNEL_WRITE | KERNEL_UNCACHED);
    }
    if (table_map(dsdt ? dsdt : get32(t, FADT_DSDT), &d))
        dsdt_read(&d);
}

/* ---- the root ---- */

static void table_read(uint64_t physical)
{
    struct table t;

    if (!table_map(physical, &t))
        return;
    if (memcmp(t.bytes, "APIC", 4) == 0)
        madt_read(&t);
    else if (memcmp(t.bytes, "FACP", 4) == 0)
        fadt_read(&t);
    else if (memcmp(t.bytes, "HPET", 4) == 0 && get8(&t, 40) == SPACE_MEMORY)
        acpi.hpet_address = get(&t, 44, 8);
}

static void root_read(uint64_t physical, unsigned entry_len)
{
    struct table t;

    if (!table_map(physical, &t)) {
        log_print("acpi: the root table is damaged\n");
        return;
    }
    for (uint64_t at = TABLE_HEADER_LEN; at + entry_len <= t.len; at += entry_len)
        table_read(get(&t, at, entry_len));
}

static uint64_t rsdp_search(void)
{
    const uint8_t *bios = device_map(BIOS_AREA, BIOS_AREA_LEN, KERNEL_READ);

    for (uint32_t at = 0; bios && at < BIOS_AREA_LEN; at += 16)
        if (memcmp(bios + at, "RSD PTR ", 8) == 0 && sum_is_zero(bios + at, RSDP_LEN))
            return BIOS_AREA + at;
    return 0;
}

void acpi_init(uint64_t rsdp_physical)
{
    struct table rsdp = {NULL, RSDP_LEN_2};

    for (unsigned i = 0; i < ACPI_ISA_IRQS; i++)
        acpi.isa[i].gsi = i;
    acpi.has_rtc = true;
    if (!rsdp_physical)
        rsdp_physical = rsdp_search();
    if (rsdp_physical)
        rsdp.bytes = device_map(rsdp_physical, RSDP_LEN_2, KERNEL_READ);
    if (!rsdp.bytes || memcmp(rsdp.bytes, "RSD PTR ", 8) != 0 ||
        !sum_is_zero(rsdp.bytes, RSDP_LEN)) {
        log_print("acpi: no tables\n");
        return;
    }
    if (get8(&rsdp, 15) >= 2 && get(&rsdp, 24, 8) && sum_is_zero(rsdp.bytes, RSDP_LEN_2))
        root_read(get(&rsdp, 24, 8), 8);
    else
        root_read(get32(&rsdp, 16), 4);
}

/* ---- power ---- */

/* The sleep registers work only in ACPI mode; firmware without UEFI may still be in the old one. */
static void acpi_mode_enter(void)
{
    if (!power.smi_port || !power.enable || (port_read16(power.pm1a) & PM1_SCI_ENABLED))
        return;
    port_write8(power.smi_port, power.enable);
    for (unsigned i = 0; i < 1000000 && !(port_read16(power.pm1a) & PM1_SCI_ENABLED); i++)
        cpu_relax();
}

void acpi_power_off(void)
{
    if (!power.can_sleep || !power.pm1a)
        return;
    acpi_mode_enter();
    port_write16(power.pm1a, (uint16_t)(power.sleep_a << 10 | PM1_SLEEP));
    if (power.pm1b)
        port_write16(power.pm1b, (uint16_t)(power.sleep_b << 10 | PM1_SLEEP));
}

void acpi_reset(void)
{
    if (power.reset_space == SPACE_IO && power.reset_address)
        port_write8((uint16_t)power.reset_address, power.reset_value);
    else if (power.reset_memory)
        *power.reset_memory = power.reset_value;
}
