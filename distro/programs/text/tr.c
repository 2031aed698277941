/* tr: maps, deletes or squeezes bytes. */
#include "../lib/input.h"
#include "../lib/pattern.h"
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "tr",
    "usage: tr [-c] [-d] [-s] SET1 [SET2]\n\n"
    "Copies standard input to standard output and replaces each byte of SET1 by the one at the "
    "same place in SET2, whose last\n"
    "byte is repeated if it is shorter. Sets know ranges (a-z), classes ([:alpha:]) and \\n \\t "
    "\\\\ \\ooo. Bytes, not characters.\n\n"
    "  -c   all bytes that are not in SET1\n"
    "  -d   delete the bytes of SET1\n"
    "  -s   one byte instead of a run of the same byte of the last set\n\n"
    "Exit status: 0, 1 if something could not be read or written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct set {
    uint8_t bytes[1024]; /* in order, as written */
    size_t n;
};

static void set_add(struct set *s, unsigned byte)
{
    if (s->n == sizeof(s->bytes))
        program_misuse("a set is too long");
    s->bytes[s->n++] = (uint8_t)byte;
}

static unsigned escaped(const char **p)
{
    static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
    const char *s = *p;
    if (*s != '\\' || s[1] == '\0') {
        *p = s + 1;
        return (uint8_t)*s;
    }
    s++;
    unsigned value = 0, digits = 0;
    while (digits < 3 && *s >= '0' && *s <= '7' && value * 8 + (unsigned)(*s - '0') < 256) {
        value = value * 8 + (unsigned)(*s++ - '0');
        digits++;
    }
    if (digits == 0) {
        const char *at = strchr(letters, *s);
        value = at ? (uint8_t)values[at - letters] : (uint8_t)*s;
        s++;
    }
    *p = s;
    return value;
}

static void set_parse(struct set *s, const char *text)
{
    while (*text) {
        const char *end = text[0] == '[' && text[1] == ':' ? strstr(text + 2, ":]") : NULL;
        if (end) {
            if (!pattern_class_known(text + 2, (size_t)(end - text - 2)))
                program_misuse("unknown class '%.*s'", (int)(end + 2 - text), text);
            for (unsigned b = 0; b < 256; b++)
                if (pattern_class(text + 2, (size_t)(end - text - 2), b))
                    set_add(s, b);
            text = end + 2;
            continue;
        }
        unsigned first = escaped(&text), last = first;
        if (text[0] == '-' && text[1] != '\0') {
            text++;
            last = escaped(&text);
            if (last < first)
                program_misuse("a range ends before it starts");
        }
        for (unsigned b = first; b <= last; b++)
            set_add(s, b);
    }
}

static void set_complement(struct set *s)
{
    struct set out = {.n = 0};
    for (unsigned b = 0; b < 256; b++)
        if (!memchr(s->bytes, (int)b, s->n))
            set_add(&out, b);
    *s = out;
}

struct mapping {
    uint8_t to[256];
    bool drop[256], squeeze[256];
    int last;
};

static int filter(struct input *in, void *context)
{
    static char buffer[65536];
    struct mapping *m = context;
    for (size_t n; (n = input_read(in, buffer, sizeof(buffer))) > 0;) {
        size_t out = 0;
        for (size_t i = 0; i < n; i++) {
            uint8_t b = (uint8_t)buffer[i];
            if (m->drop[b])
                continue;
            b = m->to[b];
            if (m->squeeze[b] && m->last == b)
                continue;
            m->last = b;
            buffer[out++] = (char)b;
        }
        fwrite(buffer, 1, out, stdout);
    }
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static struct set set1, set2;
    static struct mapping m = {.last = -1};
    bool complement = false, drop = false, squeeze = false;

    program_start(&about);
    struct options o = options_begin(argc, argv, "+cCds", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        complement |= c == 'c' || c == 'C';
        drop |= c == 'd';
        squeeze |= c == 's';
    }
    int most = drop && !squeeze ? 1 : 2, least = drop == squeeze ? 2 : 1;
    if (o.noperands < least || o.noperands > most)
        program_misuse("%s", o.noperands < least ? "a set is missing" : "too many sets");
    set_parse(&set1, o.operands[0]);
    if (complement)
        set_complement(&set1);
    if (o.noperands == 2)
        set_parse(&set2, o.operands[1]);
    if (o.noperands == 2 && set2.n == 0 && !drop)
        program_misuse("SET2 is empty");
    for (unsigned b = 0; b < 256; b++)
        m.to[b] = (uint8_t)b;
    for (size_t i = 0; i < set1.n; i++) {
        if (drop)
            m.drop[set1.bytes[i]] = true;
        else if (o.noperands == 2)
            m.to[set1.bytes[i]] = set2.bytes[i < set2.n ? i : set2.n - 1];
    }
    const struct set *last = o.noperands == 2 ? &set2 : &set1;
    for (size_t i = 0; squeeze && i < last->n; i++)
        m.squeeze[last->bytes[i]] = true;
    return program_end(input_each(0, NULL, filter, &m));
}
