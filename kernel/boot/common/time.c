#include "common/time.h"

#include <stdbool.h>

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Leap days in the years 1 to `year`. */
static unsigned leap_days(unsigned year)
{
    return year / 4 - year / 100 + year / 400;
}

uint64_t boot_time_unix(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                        unsigned second)
{
    if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month) || hour > 23 || minute > 59 || second > 59)
        return 0;

    uint64_t days = (year - 1970) * 365ull + leap_days(year - 1) - leap_days(1969) + day - 1;
    for (unsigned m = 1; m < month; m++)
        days += month_days(year, m);
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}
