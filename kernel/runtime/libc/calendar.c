/* The Gregorian calendar in UTC, and dates as text. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY 86400

static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static int is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first day of a month (1 to 12), counting years from March so that a leap day comes last. */
static int64_t days_before(int64_t year, int month)
{
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Year, month (1 to 12) and day (1 to 31) of a day since 1970: the inverse of the above. */
static void date_of(int64_t day, int64_t *year, int *month, int *of_month)
{
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2);
}

struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict tm)
{
    int64_t day = *when / DAY, second = *when % DAY, year;
    int month;
    if (second < 0) {
        second += DAY;
        day--;
    }
    if (day > 784354000000 || day < -784354000000) { /* the year does not fit tm_year */
        errno = EOVERFLOW;
        return NULL;
    }
    memset(tm, 0, sizeof(*tm));
    date_of(day, &year, &month, &tm->tm_mday);
    if (year - 1900 > INT32_MAX || year - 1900 < INT32_MIN) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_year = (int)(year - 1900);
    tm->tm_mon = month - 1;
    tm->tm_yday = (int)(day - days_before(year, 1));
    tm->tm_wday = (int)(((day + 4) % 7 + 7) % 7);
    tm->tm_hour = (int)(second / 3600);
    tm->tm_min = (int)(second / 60 % 60);
    tm->tm_sec = (int)(second % 60);
    tm->tm_zone = "UTC";
    return tm;
}

struct tm *gmtime(const time_t *when)
{
    static struct tm tm;
    return gmtime_r(when, &tm);
}

struct tm *localtime_r(const time_t *restrict when, struct tm *restrict tm)
{
    return gmtime_r(when, tm);
}

struct tm *localtime(const time_t *when)
{
    return gmtime(when);
}

time_t timegm(struct tm *tm)
{
    int64_t year = tm->tm_year + 1900ll + tm->tm_mon / 12;
    int month = tm->tm_mon % 12;
    if (month < 0) {
        month += 12;
        year--;
    }
    time_t when = (days_before(year, month + 1) + tm->tm_mday - 1) * DAY + tm->tm_hour * 3600ll +
                  tm->tm_min * 60ll + tm->tm_sec;
    gmtime_r(&when, tm);
    return when;
}

time_t mktime(struct tm *tm)
{
    return timegm(tm);
}

double difftime(time_t end, time_t start)
{
    return (double)(end - start);
}

/* ISO 8601: a week belongs to the year that its Thursday is in. Returns its number (1 to 53) and that year. */
static int iso_week(const struct tm *tm, int64_t *year)
{
    int thursday = tm->tm_yday - (tm->tm_wday + 6) % 7 + 3;
    *year = tm->tm_year + 1900ll;
    if (thursday < 0) {
        --*year;
        thursday += is_leap(*year) ? 366 : 365;
    } else if (thursday >= (is_leap(*year) ? 366 : 365)) {
        thursday -= is_leap(*year) ? 366 : 365;
        ++*year;
    }
    return thursday / 7 + 1;
}

static int hour12(const struct tm *tm)
{
    return tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
}

static size_t convert(char *to, size_t size, char c, const struct tm *tm);

static size_t put(char *to, size_t size, const char *format, long long n)
{
    int len = snprintf(to, size, format, n);
    return len < 0 || (size_t)len >= size ? size : (size_t)len;
}

static size_t put_text(char *to, size_t size, const char *const *names, int n, int index, int max)
{
    int len = snprintf(to, size, "%.*s", max, index >= 0 && index < n ? names[index] : "?");
    return len < 0 || (size_t)len >= size ? size : (size_t)len;
}

static size_t put_all(char *to, size_t size, const char *conversions, const struct tm *tm)
{
    size_t at = 0;
    for (const char *c = conversions; *c && at < size; c++) {
        if (*c >= 'A') {
            at += convert(to + at, size - at, *c, tm);
        } else {
            to[at++] = *c;
        }
    }
    return at;
}

/* Writes one conversion; a length of `size` says that it did not fit. */
static size_t convert(char *to, size_t size, char c, const struct tm *tm)
{
    struct tm copy = *tm;
    int64_t year;
    switch (c) {
    case 'a':
        return put_text(to, size, days, 7, tm->tm_wday, 3);
    case 'A':
        return put_text(to, size, days, 7, tm->tm_wday, 9);
    case 'b':
    case 'h':
        return put_text(to, size, months, 12, tm->tm_mon, 3);
    case 'B':
        return put_text(to, size, months, 12, tm->tm_mon, 9);
    case 'c':
        return put_all(to, size, "a b e H:M:S Y", tm);
    case 'C':
        return put(to, size, "%02lld", (tm->tm_year + 1900ll) / 100);
    case 'd':
        return put(to, size, "%02lld", tm->tm_mday);
    case 'D':
    case 'x':
        return put_all(to, size, "m/d/y", tm);
    case 'e':
        return put(to, size, "%2lld", tm->tm_mday);
    case 'F':
        return put_all(to, size, "Y-m-d", tm);
    case 'g':
        (void)iso_week(tm, &year);
        return put(to, size, "%02lld", (year % 100 + 100) % 100);
    case 'G':
        (void)iso_week(tm, &year);
        return put(to, size, "%lld", year);
    case 'H':
        return put(to, size, "%02lld", tm->tm_hour);
    case 'I':
        return put(to, size, "%02lld", hour12(tm));
    case 'j':
        return put(to, size, "%03lld", tm->tm_yday + 1ll);
    case 'k':
        return put(to, size, "%2lld", tm->tm_hour);
    case 'l':
        return put(to, size, "%2lld", hour12(tm));
    case 'm':
        return put(to, size, "%02lld", tm->tm_mon + 1ll);
    case 'M':
        return put(to, size, "%02lld", tm->tm_min);
    case 'n':
        return put_all(to, size, "\n", tm);
    case 'p':
        return put_text(to, size, (const char *const[]){"AM", "PM"}, 2, tm->tm_hour >= 12, 2);
    case 'P':
        return put_text(to, size, (const char *const[]){"am", "pm"}, 2, tm->tm_hour >= 12, 2);
    case 'r':
        return put_all(to, size, "I:M:S p", tm);
    case 'R':
        return put_all(to, size, "H:M", tm);
    case 's':
        return put(to, size, "%lld", timegm(&copy));
    case 'S':
        return put(to, size, "%02lld", tm->tm_sec);
    case 't':
        return put_all(to, size, "\t", tm);
    case 'T':
    case 'X':
        return put_all(to, size, "H:M:S", tm);
    case 'u':
        return put(to, size, "%lld", tm->tm_wday ? tm->tm_wday : 7);
    case 'U':
        return put(to, size, "%02lld", (tm->tm_yday + 7 - tm->tm_wday) / 7);
    case 'V':
        return put(to, size, "%02lld", iso_week(tm, &year));
    case 'w':
        return put(to, size, "%lld", tm->tm_wday);
    case 'W':
        return put(to, size, "%02lld", (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7);
    case 'y':
        return put(to, size, "%02lld", ((tm->tm_year + 1900ll) % 100 + 100) % 100);
    case 'Y':
        return put(to, size, "%lld", tm->tm_year + 1900ll);
    case 'z':
        return put_all(to, size, "+0000", tm);
    case 'Z':
        return put_text(to, size, (const char *const[]){"UTC"}, 1, 0, 3);
    case '%':
        return put_all(to, size, "%", tm);
    default:
        return size;
    }
}

size_t strftime(char *restrict to, size_t size, const char *restrict format,
                const struct tm *restrict tm)
{
    size_t at = 0;
    for (; *format && at < size; format++) {
        if (*format != '%') {
            to[at++] = *format;
            continue;
        }
        format++;
        if (*format == 'E' || *format == 'O')
            format++;
        if (!*format)
            return 0;
        at += convert(to + at, size - at, *format, tm);
    }
    if (at >= size)
        return 0;
    to[at] = 0;
    return at;
}
