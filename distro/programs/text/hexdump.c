/* hexdump: bytes as hexadecimal numbers. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "hexdump",
    "usage: hexdump [-C] [-v] [-s OFFSET] [-n BYTES] [FILE]...\n\n"
    "Shows the bytes of the files one after the other, 16 a line. Lines equal to the one before "
    "are shown as a single *.\n\n"
    "  -C          bytes and characters; without it 16-bit little-endian words\n"
    "  -v          all lines\n"
    "  -s OFFSET   skip that many bytes first\n"
    "  -n BYTES    at most that many bytes\n\n"
    "Exit status: 0, or 1 if a file could not be read or the output not be written.\n",
    PROGRAM_FAILED,
};

struct dump {
    uint8_t row[16], before[16];
    size_t len;
    uint64_t offset, skip, left;
    bool canonical, verbose, any_row, starred;
};

static void row_canonical(const struct dump *d)
{
    printf("%08llx ", (unsigned long long)d->offset);
    for (size_t i = 0; i < 16; i++) {
        const char *gap = i % 8 == 0 ? " " : "";
        if (i < d->len)
            printf("%s%02x ", gap, d->row[i]);
        else
            printf("%s   ", gap);
    }
    fputs(" |", stdout);
    for (size_t i = 0; i < d->len; i++)
        putchar(d->row[i] >= ' ' && d->row[i] < 127 ? d->row[i] : '.');
    fputs("|\n", stdout);
}

static void row_words(const struct dump *d)
{
    printf("%07llx", (unsigned long long)d->offset);
    for (size_t i = 0; i < 16; i += 2) {
        if (i < d->len)
            printf(" %04x", d->row[i] | (i + 1 < d->len ? d->row[i + 1] << 8 : 0));
        else
            fputs("     ", stdout);
    }
    putchar('\n');
}

static void row_flush(struct dump *d)
{
    if (d->len == 0)
        return;
    bool same =
        !d->verbose && d->any_row && d->len == 16 && memcmp(d->row, d->before, sizeof(d->row)) == 0;
    if (!same) {
        if (d->canonical)
            row_canonical(d);
        else
            row_words(d);
    } else if (!d->starred) {
        puts("*");
    }
    d->starred = same;
    d->any_row = true;
    memcpy(d->before, d->row, sizeof(d->row));
    d->offset += d->len;
    d->len = 0;
}

static int dump_file(struct input *in, void *context)
{
    static uint8_t buffer[16384];
    struct dump *d = context;
    while (d->left > 0) {
        uint64_t want = d->skip ? d->skip : d->left;
        size_t n = input_read(in, buffer, want < sizeof(buffer) ? (size_t)want : sizeof(buffer));
        if (n == 0)
            break;
        if (d->skip) {
            d->skip -= n;
            continue;
        }
        d->left -= n;
        for (size_t i = 0; i < n; i++) {
            d->row[d->len++] = buffer[i];
            if (d->len == 16)
                row_flush(d);
        }
    }
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct dump d = {.left = UINT64_MAX};
    program_start(&about);
    struct options o = options_begin(argc, argv, "Cvs:n:", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        d.canonical |= c == 'C';
        d.verbose |= c == 'v';
        if ((c == 's' && !program_number(o.value, UINT64_MAX, &d.skip)) ||
            (c == 'n' && !program_number(o.value, UINT64_MAX, &d.left)))
            program_misuse("'%s' is not a number of bytes", o.value);
    }
    d.offset = d.skip;
    int status = input_each(o.noperands, o.operands, dump_file, &d);
    row_flush(&d);
    if (d.any_row)
        printf(d.canonical ? "%08llx\n" : "%07llx\n", (unsigned long long)d.offset);
    return program_end(status);
}
