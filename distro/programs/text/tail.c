/* tail: the last lines or bytes. Keeps only what it may have to print. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct program about = {
    "tail",
    "usage: tail [-n [+]LINES | -c [+]BYTES] [FILE]...\n\n"
    "Writes the last 10 lines of each file, with a heading if there are several.\n\n"
    "  -n LINES   that many lines; -LINES is the same. With +: from that line on\n"
    "  -c BYTES   that many bytes. With +: from that byte on\n"
    "  -q         no headings\n\n"
    "Exit status: 0, or 1 if a file could not be read or the output not be written.\n",
    PROGRAM_FAILED,
};

struct tail {
    uint64_t count;
    bool bytes, from_start, headings, later;
};

static void copy_rest(struct input *in)
{
    static char buffer[16384];
    for (size_t n; (n = input_read(in, buffer, sizeof(buffer))) > 0;)
        fwrite(buffer, 1, n, stdout);
}

static void copy_from(struct input *in, const struct tail *t)
{
    static char skipped[16384];
    char *line;
    for (uint64_t left = t->count > 0 ? t->count - 1 : 0; left > 0;) {
        size_t n;
        if (t->bytes) {
            n = input_read(in, skipped, left < sizeof(skipped) ? (size_t)left : sizeof(skipped));
            left -= n;
        } else {
            n = input_line(in, &line);
            left--;
        }
        if (n == 0)
            return;
    }
    copy_rest(in);
}

/* Drops from the front of `data` what can no longer be among the last `count` lines or bytes. */
static size_t excess(const char *data, size_t len, const struct tail *t)
{
    if (t->bytes)
        return len > t->count ? len - (size_t)t->count : 0;
    uint64_t lines = 0;
    if (t->count == 0)
        return len;
    for (size_t i = len; i > 0; i--) {
        /* The new line that ends the data ends the last line, it does not start one. */
        if (data[i - 1] == '\n' && i != len && ++lines == t->count)
            return i;
    }
    return 0;
}

static void copy_last(struct input *in, const struct tail *t)
{
    size_t len = 0, size = 65536, checked = size / 2;
    char *data = program_alloc(size);

    for (;;) {
        if (len == size) {
            size *= 2;
            data = program_resize(data, size, 1);
        }
        size_t n = input_read(in, data + len, size - len);
        if (n == 0)
            break;
        len += n;
        /* Looking only when the content has doubled keeps the whole linear. */
        if (len >= checked) {
            size_t drop = excess(data, len, t);
            memmove(data, data + drop, len - drop);
            len -= drop;
            checked = 2 * len > 32768 ? 2 * len : 32768;
        }
    }
    size_t drop = excess(data, len, t);
    fwrite(data + drop, 1, len - drop, stdout);
    free(data);
}

static int copy(struct input *in, void *context)
{
    struct tail *t = context;
    if (t->headings)
        printf("%s==> %s <==\n", t->later ? "\n" : "", in->name);
    t->later = true;
    if (t->from_start) {
        copy_from(in, t);
        return PROGRAM_OK;
    }
    /* The last bytes of a file need not be searched for. */
    if (t->bytes && t->count < INT64_MAX) {
        off_t end = lseek(in->fd, 0, SEEK_END);
        if (end > 0 && (uint64_t)end > t->count)
            lseek(in->fd, end - (off_t)t->count, SEEK_SET);
        else if (end >= 0)
            lseek(in->fd, 0, SEEK_SET);
    }
    copy_last(in, t);
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct tail t = {.count = 10};
    static char text[24];
    bool quiet = false;

    program_start(&about);
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
        t.bytes = c == 'c';
        t.from_start = o.value[0] == '+';
        const char *number = o.value + (t.from_start || o.value[0] == '-');
        if (!program_number(number, UINT64_MAX, &t.count))
            program_misuse("'%s' is not a number of %s", o.value, t.bytes ? "bytes" : "lines");
    }
    t.headings = o.noperands > 1 && !quiet;
    return program_end(input_each(o.noperands, o.operands, copy, &t));
}
