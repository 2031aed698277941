/* seq: counts. Whole numbers only. */
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "seq",
    "usage: seq [-w] [-s TEXT] [FIRST [STEP]] LAST\n\n"
    "Writes the whole numbers from FIRST (1) to LAST by STEP (1), each on a line.\n\n"
    "  -w        equal widths, by leading zeros\n"
    "  -s TEXT   TEXT between the numbers instead of a new line\n\n"
    "Exit status: 0, 1 if the output could not be written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

static int64_t number(const char *s)
{
    uint64_t value;
    bool minus = s[0] == '-';
    if (!program_number(s + (minus || s[0] == '+'), INT64_MAX, &value))
        program_misuse("'%s' is not a whole number", s);
    return minus ? -(int64_t)value : (int64_t)value;
}

static int digits(int64_t n)
{
    int count = n < 0 ? 2 : 1;
    while (n >= 10 || n <= -10) {
        n /= 10;
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    const char *separator = "\n";
    int width = 0, i = 1;
    bool equal = false;

    program_start(&about);
    /* Not by options_next(): -1 is a number here. */
    for (; i < argc && argv[i][0] == '-' && (argv[i][1] < '0' || argv[i][1] > '9'); i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(about.help, stdout);
            return program_end(PROGRAM_OK);
        }
        if (strcmp(argv[i], "-w") == 0)
            equal = true;
        else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc)
            separator = argv[++i];
        else
            program_misuse("unknown option %s", argv[i]);
    }
    int n = argc - i;
    if (n < 1 || n > 3)
        program_misuse("%s", n < 1 ? "LAST is missing" : "too many operands");
    int64_t first = n > 1 ? number(argv[i]) : 1, step = n > 2 ? number(argv[i + 1]) : 1;
    int64_t last = number(argv[i + n - 1]);
    if (step == 0)
        program_misuse("STEP must not be 0");
    if (equal)
        width = digits(first) > digits(last) ? digits(first) : digits(last);
    bool any = false;
    for (int64_t at = first; step > 0 ? at <= last : at >= last;) {
        printf("%s%0*lld", any ? separator : "", width, (long long)at);
        any = true;
        if (__builtin_add_overflow(at, step, &at))
            break;
    }
    if (any)
        putchar('\n');
    return program_end(PROGRAM_OK);
}
