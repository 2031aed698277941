/* wc: counts lines, words and bytes. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "wc",
    "usage: wc [-lwmc] [FILE]...\n\n"
    "Counts lines, words and bytes of each file, and of all if there are several.\n\n"
    "  -l   lines\n"
    "  -w   words\n"
    "  -m   characters (UTF-8)\n"
    "  -c   bytes\n\n"
    "Exit status: 0, or 1 if a file could not be read or the output not be written.\n",
    PROGRAM_FAILED,
};

struct counts {
    uint64_t lines, words, characters, bytes;
};

struct wc {
    struct counts total;
    bool lines, words, characters, bytes, named, columns;
};

static void print(const struct wc *w, const struct counts *c, const char *name)
{
    const struct {
        bool wanted;
        uint64_t n;
    } column[] = {{w->lines, c->lines},
                  {w->words, c->words},
                  {w->characters, c->characters},
                  {w->bytes, c->bytes}};
    const char *space = "";
    for (size_t i = 0; i < 4; i++) {
        if (!column[i].wanted)
            continue;
        printf("%s%*llu", space, w->columns ? 7 : 0, (unsigned long long)column[i].n);
        space = " ";
    }
    printf(name ? " %s\n" : "\n", name);
}

static int count(struct input *in, void *context)
{
    static char buffer[65536];
    struct wc *w = context;
    struct counts c = {0};
    bool word = false;

    for (size_t n; (n = input_read(in, buffer, sizeof(buffer))) > 0;) {
        c.bytes += n;
        for (size_t i = 0; i < n; i++) {
            char b = buffer[i];
            c.lines += b == '\n';
            c.characters += ((uint8_t)b & 0xc0) != 0x80;
            bool space = b == ' ' || (b >= '\t' && b <= '\r');
            c.words += !space && !word;
            word = !space;
        }
    }
    print(w, &c, w->named ? in->name : NULL);
    w->total.lines += c.lines;
    w->total.words += c.words;
    w->total.characters += c.characters;
    w->total.bytes += c.bytes;
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct wc w;
    program_start(&about);
    struct options o = options_begin(argc, argv, "lwmc", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        w.lines |= c == 'l';
        w.words |= c == 'w';
        w.characters |= c == 'm';
        w.bytes |= c == 'c';
    }
    int columns = w.lines + w.words + w.characters + w.bytes;
    if (columns == 0)
        w.lines = w.words = w.bytes = true;
    w.named = o.noperands > 0;
    w.columns = columns != 1 || o.noperands > 1;
    int status = input_each(o.noperands, o.operands, count, &w);
    if (o.noperands > 1)
        print(&w, &w.total, "total");
    return program_end(status);
}
