/* sleep: waits. */
#include "../lib/program.h"

#include <errno.h>
#include <time.h>

static const struct program about = {
    "sleep",
    "usage: sleep TIME[s|m|h|d]...\n\n"
    "Waits that many seconds, minutes, hours or days; several times are added. A decimal point is "
    "understood.\n\n"
    "Exit status: 0, 1 if it was interrupted, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

/* Nanoseconds of "1.5m". */
static uint64_t duration(const char *text)
{
    static const struct {
        char suffix;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    uint64_t unit = 1000000000u, value = 0, fraction = unit, total;
    const char *p = text;
    bool digits = false;

    for (; *p >= '0' && *p <= '9' && value < 1000000000u; p++, digits = true)
        value = value * 10 + (uint64_t)(*p - '0');
    uint64_t billionths = 0;
    if (*p == '.') {
        for (p++; *p >= '0' && *p <= '9'; p++, digits = true) {
            fraction /= 10;
            billionths += fraction * (uint64_t)(*p - '0');
        }
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (*p == units[i].suffix && p[1] == '\0') {
            unit *= units[i].seconds;
            billionths *= units[i].seconds;
            p++;
            break;
        }
    }
    if (!digits || *p != '\0')
        program_misuse("'%s' is not a time", text);
    if (__builtin_mul_overflow(value, unit, &total) ||
        __builtin_add_overflow(total, billionths, &total))
        program_misuse("'%s' is too long", text);
    return total;
}

int main(int argc, char **argv)
{
    uint64_t total = 0;
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands == 0)
        program_misuse("TIME is missing");
    for (int i = 0; i < o.noperands; i++)
        if (__builtin_add_overflow(total, duration(o.operands[i]), &total))
            program_misuse("the times are too long");
    struct timespec t = {(time_t)(total / 1000000000u), (long)(total % 1000000000u)};
    if (nanosleep(&t, NULL) != 0) {
        program_error("%s", program_strerror(errno));
        return PROGRAM_FAILED;
    }
    return PROGRAM_OK;
}
