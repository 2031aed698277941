#include "clock.h"

#include "acpi.h"
#include "apic.h"
#include "cpu.h"
#include "percpu.h"
#include "start.h"

#include <arch/arch.h>
#include <debug/log.h>
#include <mm/kernel_map.h>

#define NS_PER_S 1000000000ull

#define HPET_CAPABILITIES 0x000u
#define HPET_CONFIG       0x010u
#define HPET_COUNTER      0x0f0u
#define HPET_TIMER_CONFIG 0x100u /* one each 0x20 bytes */
#define HPET_ENABLE       1u
#define HPET_LEGACY       2u
#define HPET_TIMER_ENABLE 4u
#define HPET_FS_MAX       100000000ull /* femtoseconds a count, at most */

#define PM_TIMER_HZ 3579545ull

#define PIT_CHANNEL0 0x40u
#define PIT_COMMAND  0x43u
#define PIT_ONE_SHOT \
    0x38u /* channel 0, mode 4: armed only when a count is written, which never happens */

#define RTC_INDEX      0x70u
#define RTC_DATA       0x71u
#define RTC_STATUS_A   0x0au
#define RTC_STATUS_B   0x0bu
#define RTC_STATUS_C   0x0cu
#define RTC_UPDATING   0x80u
#define RTC_INTERRUPTS 0x70u /* of status B */
#define RTC_BINARY     4u
#define RTC_24_HOURS   2u
#define RTC_NMI_OFF    0x80u

#define CALIBRATION_NS 3000000ull

/* A counter of known rate to compare with. */
enum reference { REFERENCE_NONE, REFERENCE_HPET, REFERENCE_PM_TIMER };

static struct {
    const volatile uint8_t *hpet;
    uint64_t hpet_hz;
    bool hpet_64bit;
    bool running;
    bool use_hpet;
    uint64_t base;        /* counter at time 0 */
    uint64_t ns_per_2_32; /* nanoseconds a count, as a fixed-point number with 32 fraction bits */
    uint64_t wall_at_boot;
    uint64_t hpet_wide; /* last value of a 32-bit counter, extended */
} clock;

static uint64_t multiply_shift(uint64_t a, uint64_t b, unsigned shift)
{
    return (uint64_t)((unsigned __int128)a * b >> shift);
}

/* ---- references ---- */

static uint64_t hpet_read(void)
{
    uint32_t low, high, again;

    if (clock.hpet_64bit) {
        do { /* two halves, as not every chipset gives eight bytes at once */
            high = mmio_read32(clock.hpet + HPET_COUNTER + 4);
            low = mmio_read32(clock.hpet + HPET_COUNTER);
            again = mmio_read32(clock.hpet + HPET_COUNTER + 4);
        } while (high != again);
        return (uint64_t)high << 32 | low;
    }
    return mmio_read32(clock.hpet + HPET_COUNTER);
}

static void hpet_init(void)
{
    volatile uint8_t *hpet;
    uint64_t fs;

    if (!acpi.hpet_address)
        return;
    hpet = device_map(acpi.hpet_address, 1024, KERNEL_WRITE | KERNEL_UNCACHED);
    if (!hpet)
        return;
    fs = mmio_read32(hpet + HPET_CAPABILITIES + 4);
    if (!fs || fs > HPET_FS_MAX)
        return;
    unsigned ntimers = (mmio_read32(hpet + HPET_CAPABILITIES) >> 8 & 31) + 1;
    for (unsigned i = 0; i < ntimers; i++) {
        volatile uint8_t *config = hpet + HPET_TIMER_CONFIG + 0x20 * i;
        mmio_write32(config, mmio_read32(config) & ~HPET_TIMER_ENABLE);
    }
    mmio_write32(hpet + HPET_CONFIG,
                 (mmio_read32(hpet + HPET_CONFIG) & ~HPET_LEGACY) | HPET_ENABLE);
    clock.hpet_64bit = mmio_read32(hpet + HPET_CAPABILITIES) >> 13 & 1;
    clock.hpet_hz = 1000000000000000ull / fs;
    clock.hpet = hpet;
}

static uint64_t reference_read(enum reference r)
{
    return r == REFERENCE_HPET ? hpet_read() : port_read32(acpi.pm_timer_port);
}

static uint64_t reference_mask(enum reference r)
{
    if (r == REFERENCE_HPET)
        return clock.hpet_64bit ? UINT64_MAX : UINT32_MAX;
    return acpi.pm_timer_32bit ? UINT32_MAX : 0xffffff;
}

/* ---- calibration ---- */

struct sample {
    uint64_t tsc;
    uint64_t reference;
    uint32_t apic;
};

/* Of a few readings the one that was disturbed least. */
static struct sample sample_take(enum reference r)
{
    struct sample best = {0};
    uint64_t best_gap = UINT64_MAX;

    for (unsigned i = 0; i < 8; i++) {
        struct sample s;
        uint64_t before = tsc_read(), after;

        s.reference = reference_read(r);
        s.apic = apic_timer_count();
        after = tsc_read();
        s.tsc = before + (after - before) / 2;
        if (after - before < best_gap) {
            best_gap = after - before;
            best = s;
        }
    }
    return best;
}

/* Returns the rate of the time-stamp counter, and sets that of the local timer. */
static uint64_t calibrate(enum reference r)
{
    uint64_t hz = r == REFERENCE_HPET ? clock.hpet_hz : PM_TIMER_HZ;
    uint64_t need = hz * (CALIBRATION_NS / 1000) / 1000000, elapsed;
    struct sample first, last;

    apic_timer_start(UINT32_MAX);
    first = sample_take(r);
    while (((reference_read(r) - first.reference) & reference_mask(r)) < need)
        cpu_relax();
    last = sample_take(r);
    apic_timer_start(0);
    elapsed = (last.reference - first.reference) & reference_mask(r);
    apic_timer_hz = (uint64_t)(first.apic - last.apic) * hz / elapsed;
    return (last.tsc - first.tsc) * hz / elapsed;
}

/* ---- the wall clock: MC146818 in the chipset ---- */

static uint8_t rtc_read(uint8_t index)
{
    port_write8(RTC_INDEX, RTC_NMI_OFF | index);
    return port_read8(RTC_DATA);
}

static unsigned from_bcd(unsigned value)
{
    return (value >> 4) * 10 + (value & 15);
}

/* Days since 1970-01-01 of a date in the Gregorian calendar; years count from March, so that the
 * leap day is the last. */
static uint64_t days_from_date(unsigned year, unsigned month, unsigned day)
{
    unsigned y = month <= 2 ? year - 1 : year;
    unsigned m = month <= 2 ? month + 9 : month - 3;

    return 365ull * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static uint64_t rtc_unix_time(void)
{
    unsigned field[6], again[6], status;
    static const uint8_t index[6] = {0, 2, 4, 7, 8, 9};
    bool same, afternoon;

    for (unsigned tries = 0; tries < 100; tries++) {
        for (unsigned i = 0; i < 100000 && (rtc_read(RTC_STATUS_A) & RTC_UPDATING); i++)
            cpu_relax();
        for (unsigned i = 0; i < 6; i++)
            field[i] = rtc_read(index[i]);
        same = !(rtc_read(RTC_STATUS_A) & RTC_UPDATING);
        for (unsigned i = 0; i < 6; i++) {
            again[i] = rtc_read(index[i]);
            same = same && again[i] == field[i];
        }
        if (same)
            break;
    }
    status = rtc_read(RTC_STATUS_B);
    afternoon = !(status & RTC_24_HOURS) && (field[2] & 0x80);
    field[2] &= 0x7f;
    for (unsigned i = 0; i < 6 && !(status & RTC_BINARY); i++)
        field[i] = from_bcd(field[i]);
    if (!(status & RTC_24_HOURS))
        field[2] = field[2] % 12 + (afternoon ? 12 : 0);
    if (field[4] < 1 || field[4] > 12 || field[3] < 1 || field[3] > 31 || field[5] > 99)
        return 0;
    return ((days_from_date(2000 + field[5], field[4], field[3]) * 24 + field[2]) * 60 + field[1]) *
               60 +
           field[0];
}

/* ---- interface ---- */

static uint64_t counter_read(void)
{
    if (!clock.use_hpet)
        return tsc_read();
    if (clock.hpet_64bit)
        return hpet_read();
    /* A 32-bit counter wraps after minutes; some processor reads it more often than that, and the
     * last one wins. */
    uint32_t now = (uint32_t)hpet_read();
    uint64_t last = __atomic_load_n(&clock.hpet_wide, __ATOMIC_ACQUIRE);
    uint64_t value = (last & ~0xffffffffull) | now;
    if (value < last && last - value > 0x80000000u)
        value += 1ull << 32;
    if (value > last)
        (void)__atomic_compare_exchange_n(&clock.hpet_wide, &last, value, false, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED);
    return value;
}

static void counter_use(uint64_t hz)
{
    uint64_t now = arch_clock_ns();

    clock.ns_per_2_32 = (NS_PER_S << 32) / hz;
    clock.base = 0;
    clock.base = counter_read() - multiply_shift(now, hz, 0) / NS_PER_S;
    clock.running = true;
}

/* The PIT has ticked since the firmware started, the RTC perhaps. */
static void tickers_stop(void)
{
    port_write8(PIT_COMMAND, PIT_ONE_SHOT);
    if (!acpi.has_rtc)
        return;
    uint8_t status = rtc_read(RTC_STATUS_B);
    port_write8(RTC_INDEX, RTC_NMI_OFF | RTC_STATUS_B);
    port_write8(RTC_DATA, status & (uint8_t)~RTC_INTERRUPTS);
    (void)rtc_read(RTC_STATUS_C);
}

void clock_init(uint64_t unix_time)
{
    enum reference r = REFERENCE_NONE;
    uint64_t hz;

    hpet_init();
    tickers_stop();
    if (clock.hpet)
        r = REFERENCE_HPET;
    else if (acpi.pm_timer_port)
        r = REFERENCE_PM_TIMER;
    if (r == REFERENCE_NONE)
        panic("no HPET and no ACPI timer: nothing to measure time with");
    hz = calibrate(r);
    if (!hz || !apic_timer_hz)
        panic("the processor's timers do not count");
    counter_use(hz);
    /* A virtual machine's counter is kept steady by its host, though few say so. */
    if (!features.invariant_tsc && !features.hypervisor && clock.hpet)
        clock_distrust_tsc();
    if (!unix_time && acpi.has_rtc)
        unix_time = rtc_unix_time();
    clock.wall_at_boot = unix_time * NS_PER_S;
}

void clock_distrust_tsc(void)
{
    if (clock.use_hpet)
        return;
    if (!clock.hpet)
        panic("the processors' counters do not agree, and there is no HPET");
    uint64_t now = arch_clock_ns();
    clock.use_hpet = true;
    clock.ns_per_2_32 = (NS_PER_S << 32) / clock.hpet_hz;
    clock.base = counter_read() - multiply_shift(now, clock.hpet_hz, 0) / NS_PER_S;
}

const char *clock_name(void)
{
    return clock.use_hpet ? "HPET" : "TSC";
}

uint64_t arch_clock_ns(void)
{
    if (!clock.running)
        return 0;
    return multiply_shift(counter_read() - clock.base, clock.ns_per_2_32, 32);
}

uint64_t arch_wall_at_boot_ns(void)
{
    return clock.wall_at_boot;
}

void clock_wait(uint64_t ns)
{
    uint64_t end = arch_clock_ns() + ns;

    while (arch_clock_ns() < end)
        cpu_relax();
}

/* ---- timers ---- */

void (*clock_timer_expired)(void) = sched_timer_interrupt;

static void timer_arm(uint64_t deadline, uint64_t now)
{
    uint64_t ns = deadline > now ? deadline - now : 0;
    uint64_t count = UINT32_MAX;

    /* A longer wait is cut; the interrupt sees that its time has not come and arms the rest. */
    if (ns < 4 * NS_PER_S)
        count = multiply_shift(ns, apic_timer_hz, 0) / NS_PER_S + 1;
    apic_timer_start(count < UINT32_MAX ? (uint32_t)count : UINT32_MAX);
}

void arch_timer_set(uint64_t deadline_ns)
{
    struct cpu *cpu = cpu_this();

    cpu->timer_deadline = deadline_ns;
    if (deadline_ns == NONOS_NEVER)
        apic_timer_start(0);
    else
        timer_arm(deadline_ns, arch_clock_ns());
}

void clock_timer_interrupt(void)
{
    struct cpu *cpu = cpu_this();
    uint64_t now = arch_clock_ns();

    if (cpu->timer_deadline == NONOS_NEVER)
        return;
    if (now < cpu->timer_deadline) {
        timer_arm(cpu->timer_deadline, now);
        return;
    }
    cpu->timer_deadline = NONOS_NEVER;
    clock_timer_expired();
}
