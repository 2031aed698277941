/* head: the first lines or bytes. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>

static const struct program about = {
    "head",
    "usage: head [-n LINES | -c BYTES] [FILE]...\n\n"
    "Writes the first 10 lines of each file, with a heading if there are several.\n\n"
    "  -n LINES   that many lines; -LINES is the same\n"
    "  -c BYTES   that many bytes\n"
    "  -q         no headings\n\n"
    "Exit status: 0, or 1 if a file could not be read or the output not be written.\n",
    PROGRAM_FAILED,
};

struct head {
    uint64_t count;
    bool bytes, headings, later;
};

static int copy(struct input *in, void *context)
{
    static char buffer[16384];
    struct head *h = context;

    if (h->headings)
        printf("%s==> %s <==\n", h->later ? "\n" : "", in->name);
    h->later = true;
    for (uint64_t left = h->count; left > 0;) {
        char *data = buffer;
        size_t n;
        if (h->bytes) {
            n = input_read(in, buffer, left < sizeof(buffer) ? (size_t)left : sizeof(buffer));
            left -= n;
        } else {
            n = input_line(in, &data);
            left--;
        }
        if (n == 0)
            break;
        fwrite(data, 1, n, stdout);
    }
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct head h = {.count = 10};
    static char text[24];
    bool quiet = false;

    program_start(&about);
    /* The historical head -5. */
    if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
        snprintf(text, sizeof(text), "-n%s", argv[1] + 1);
        argv[1] = text;
    }
    struct options o = options_begin(argc, argv, "n:c:q", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        if (c == 'q') {
            quiet = true;
            continue;
        }
        h.bytes = c == 'c';
        if (!program_number(o.value, UINT64_MAX, &h.count))
            program_misuse("'%s' is not a number of %s", o.value, h.bytes ? "bytes" : "lines");
    }
    h.headings = o.noperands > 1 && !quiet;
    return program_end(input_each(o.noperands, o.operands, copy, &h));
}
