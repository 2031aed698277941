#include "multiboot2/bios.h"

#include "common/cpu.h"
#include "common/time.h"

#include <stdbool.h>
#include <string.h>

enum {
    EBDA_SEGMENT = 0x40e, /* word in the BIOS data area: segment of the extended one */
    EBDA_SEARCH = 1024,
    BIOS_START = 0xe0000,
    BIOS_END = 0x100000,
    RSDP_ALIGN = 16,
    RSDP_V1_LEN = 20,

    RTC_INDEX = 0x70,
    RTC_DATA = 0x71,
    RTC_STATUS_A = 0x0a,
    RTC_STATUS_B = 0x0b,
    STATUS_A_UPDATING = 0x80,
    STATUS_B_24_HOURS = 0x02,
    STATUS_B_BINARY = 0x04,
    HOUR_PM = 0x80,
    RTC_ATTEMPTS = 10000, /* an update takes 2 ms, a port access about 1 us */
};

/* The optimiser must not reason about objects at fixed addresses. */
static const uint8_t *physical(uintptr_t address)
{
    __asm__("" : "+r"(address));
    return (const uint8_t *)address;
}

static bool rsdp_valid(const uint8_t *p)
{
    uint8_t sum = 0;
    if (memcmp(p, "RSD PTR ", 8) != 0)
        return false;
    for (int i = 0; i < RSDP_V1_LEN; i++)
        sum = (uint8_t)(sum + p[i]);
    return sum == 0;
}

static uint64_t rsdp_search(uintptr_t start, uintptr_t end)
{
    for (uintptr_t at = start; at + RSDP_V1_LEN <= end; at += RSDP_ALIGN)
        if (rsdp_valid(physical(at)))
            return at;
    return 0;
}

uint64_t bios_rsdp_find(void)
{
    const uint8_t *word = physical(EBDA_SEGMENT);
    uintptr_t ebda = (uintptr_t)(word[0] | word[1] << 8) << 4;
    uint64_t found = ebda != 0 ? rsdp_search(ebda, ebda + EBDA_SEARCH) : 0;

    return found != 0 ? found : rsdp_search(BIOS_START, BIOS_END);
}

static uint8_t rtc_read(uint8_t index)
{
    boot_cpu_out8(RTC_INDEX, index);
    return boot_cpu_in8(RTC_DATA);
}

struct rtc_time {
    uint8_t second, minute, hour, day, month, year;
};

static struct rtc_time rtc_read_all(void)
{
    for (int i = 0; i < RTC_ATTEMPTS && (rtc_read(RTC_STATUS_A) & STATUS_A_UPDATING); i++)
        ;
    return (struct rtc_time){rtc_read(0), rtc_read(2), rtc_read(4),
                             rtc_read(7), rtc_read(8), rtc_read(9)};
}

static uint8_t from_bcd(uint8_t value)
{
    return (uint8_t)(value / 16 * 10 + value % 16);
}

static void rtc_from_bcd(struct rtc_time *t)
{
    t->second = from_bcd(t->second);
    t->minute = from_bcd(t->minute);
    t->hour = (uint8_t)(from_bcd(t->hour & ~HOUR_PM) | (t->hour & HOUR_PM));
    t->day = from_bcd(t->day);
    t->month = from_bcd(t->month);
    t->year = from_bcd(t->year);
}

uint64_t bios_time_read(void)
{
    struct rtc_time t = rtc_read_all(), again = rtc_read_all();

    /* Two equal readings: no update fell into the first. */
    for (int i = 0; i < RTC_ATTEMPTS && memcmp(&t, &again, sizeof t) != 0; i++) {
        t = again;
        again = rtc_read_all();
    }
    uint8_t status = rtc_read(RTC_STATUS_B);
    if (!(status & STATUS_B_BINARY))
        rtc_from_bcd(&t);
    if (!(status & STATUS_B_24_HOURS))
        t.hour = (uint8_t)((t.hour & ~HOUR_PM) % 12 + ((t.hour & HOUR_PM) ? 12 : 0));
    /* The clock knows two digits of the year: this side of 1970, or after 2000. */
    return boot_time_unix(t.year < 70 ? 2000u + t.year : 1900u + t.year, t.month, t.day, t.hour,
                          t.minute, t.second);
}
