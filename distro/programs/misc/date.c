/* date: shows the time. */
#include "../lib/program.h"

#include <stdio.h>
#include <time.h>

static const struct program about = {
    "date",
    "usage: date [-d @SECONDS] [+FORMAT]\n\n"
    "Shows the time in UTC, such as Sun Nov 22 16:03:00 UTC 2026, or as FORMAT says: %Y %m %d %H "
    "%M %S, %s seconds since\n"
    "1970, %N nanoseconds, and what else strftime knows.\n\n"
    "  -d @SECONDS   that time instead of now\n"
    "  -u            UTC (always so)\n\n"
    "Exit status: 0, 1 for an error, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

/* strftime with a format that is no literal: the compiler cannot check it, strftime copies what it does not know. */
static size_t (*const conversion)(char *restrict, size_t, const char *restrict,
                                  const struct tm *restrict) = strftime;

/* One conversion of the format, or one ordinary byte. Returns its length in the format. */
static size_t part_print(const char *format, const struct timespec *now, const struct tm *tm)
{
    char text[128];
    /* A blank first tells an empty result from a full buffer. */
    char one[] = {' ', '%', format[1], '\0'};
    if (format[0] != '%' || format[1] == '\0') {
        putchar(format[0]);
        return 1;
    }
    if (format[1] == 's')
        printf("%lld", (long long)now->tv_sec);
    else if (format[1] == 'N')
        printf("%09ld", (long)now->tv_nsec);
    else if (conversion(text, sizeof(text), one, tm) > 0)
        fputs(text + 1, stdout);
    else
        program_die("%%%c gives too much text", format[1]);
    return 2;
}

static time_t given_time(const char *text)
{
    uint64_t seconds;
    bool minus = text[0] == '@' && text[1] == '-';
    if (text[0] != '@' || !program_number(text + 1 + minus, INT64_MAX, &seconds))
        program_misuse("'%s' is not @SECONDS", text);
    return minus ? -(time_t)seconds : (time_t)seconds;
}

int main(int argc, char **argv)
{
    const char *format = "%a %b %e %H:%M:%S UTC %Y";
    struct timespec now;
    struct tm tm;

    program_start(&about);
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        program_die("the clock cannot be read");
    struct options o = options_begin(argc, argv, "d:u", NULL);
    for (int c; (c = options_next(&o)) != 0;)
        if (c == 'd')
            now = (struct timespec){.tv_sec = given_time(o.value)};
    if (o.noperands > 1 || (o.noperands == 1 && o.operands[0][0] != '+'))
        program_misuse("'%s' is not +FORMAT", o.operands[o.noperands - 1]);
    if (o.noperands == 1)
        format = o.operands[0] + 1;
    if (!gmtime_r(&now.tv_sec, &tm))
        program_die("the time is out of range");
    while (*format)
        format += part_print(format, &now, &tm);
    putchar('\n');
    return program_end(PROGRAM_OK);
}
