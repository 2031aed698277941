/* sort: orders lines by their bytes or by a number. Stable merge sort: n log n whatever the input. */
#include "../lib/input.h"
#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct program about = {
    "sort",
    "usage: sort [-rnufsc] [-k FIELD[,FIELD]] [-t C] [-o FILE] [FILE]...\n\n"
    "Writes the lines of all files in order of their bytes.\n\n"
    "  -r         reverse the order\n"
    "  -n         by the number that a line starts with (sign, digits, fraction)\n"
    "  -f         upper and lower case of ASCII letters are equal\n"
    "  -u         one line of each run of equal lines\n"
    "  -s         keep the order of lines whose keys are equal\n"
    "  -k A[,B]   compare the fields A to B (to the end of the line without B) only\n"
    "  -t C       the byte between fields; runs of blanks by default\n"
    "  -c         do not sort: fail if the input is not in order\n"
    "  -o FILE    write to FILE, which may be one of the input files\n\n"
    "Exit status: 0, 1 if -c found disorder, 2 for an error.\n",
    2,
};

struct line {
    const char *text, *key;
    size_t len, key_len;
};

struct sort {
    struct line *lines;
    size_t n, capacity;
    bool reverse, numeric, fold, unique, stable, check;
    bool keyed, separated;
    uint64_t first_field, last_field; /* from 1; last 0: to the end of the line */
    char separator;
};

/* Where field `field` starts (`end` false) or ends. Without -t the blanks before a field belong to it, as POSIX has it. */
static size_t field_edge(const struct sort *s, const char *text, size_t len, uint64_t field,
                         bool end)
{
    size_t at = 0;
    for (uint64_t f = 1; at < len; f++) {
        if (f == field && !end)
            return at;
        if (s->separated) {
            while (at < len && text[at] != s->separator)
                at++;
        } else {
            while (at < len && (text[at] == ' ' || text[at] == '\t'))
                at++;
            while (at < len && text[at] != ' ' && text[at] != '\t')
                at++;
        }
        if (f == field)
            return at;
        at += s->separated && at < len;
    }
    return len;
}

static int collect(struct input *in, void *context)
{
    struct sort *s = context;
    char *text;
    for (size_t n; (n = input_line(in, &text)) > 0;) {
        if (text[n - 1] == '\n')
            n--;
        struct line l = {.text = program_strndup(text, n), .len = n};
        size_t from = 0, to = n;
        if (s->keyed) {
            from = field_edge(s, l.text, n, s->first_field, false);
            if (s->last_field)
                to = field_edge(s, l.text, n, s->last_field, true);
            if (to < from)
                to = from;
        }
        l.key = l.text + from;
        l.key_len = to - from;
        s->lines = program_grow(s->lines, s->n, &s->capacity, sizeof(*s->lines));
        s->lines[s->n++] = l;
    }
    return PROGRAM_OK;
}

static int bytes_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    if (order != 0)
        return order;
    return a_len < b_len ? -1 : a_len > b_len;
}

static int fold(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : (uint8_t)c;
}

static int folded_compare(const struct line *a, const struct line *b)
{
    for (size_t i = 0; i < a->key_len && i < b->key_len; i++) {
        int order = fold(a->key[i]) - fold(b->key[i]);
        if (order != 0)
            return order;
    }
    return a->key_len < b->key_len ? -1 : a->key_len > b->key_len;
}

/* A number of any length as it stands in the line. */
struct number {
    const char *whole, *fraction;
    size_t whole_len, fraction_len;
    bool minus;
};

static size_t digits(const char *p, const char *end)
{
    size_t n = 0;
    while (p + n < end && p[n] >= '0' && p[n] <= '9')
        n++;
    return n;
}

static struct number number_parse(const char *p, size_t len)
{
    const char *end = p + len;
    struct number n = {0};
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    n.minus = p < end && *p == '-';
    p += n.minus;
    while (p < end && *p == '0')
        p++;
    n.whole = p;
    n.whole_len = digits(p, end);
    p += n.whole_len;
    n.fraction = p;
    if (p < end && *p == '.') {
        n.fraction = p + 1;
        n.fraction_len = digits(p + 1, end);
        while (n.fraction_len > 0 && n.fraction[n.fraction_len - 1] == '0')
            n.fraction_len--;
    }
    if (n.whole_len == 0 && n.fraction_len == 0)
        n.minus = false;
    return n;
}

static int number_compare(const struct line *x, const struct line *y)
{
    struct number a = number_parse(x->key, x->key_len), b = number_parse(y->key, y->key_len);
    if (a.minus != b.minus)
        return a.minus ? -1 : 1;
    int order;
    if (a.whole_len != b.whole_len)
        order = a.whole_len < b.whole_len ? -1 : 1;
    else if ((order = memcmp(a.whole, b.whole, a.whole_len)) == 0)
        order = bytes_compare(a.fraction, a.fraction_len, b.fraction, b.fraction_len);
    return a.minus ? -order : order;
}

static int key_compare(const struct sort *s, const struct line *a, const struct line *b)
{
    if (s->numeric)
        return number_compare(a, b);
    if (s->fold)
        return folded_compare(a, b);
    return bytes_compare(a->key, a->key_len, b->key, b->key_len);
}

static int compare(const struct sort *s, const struct line *a, const struct line *b)
{
    int order = key_compare(s, a, b);
    if (order == 0 && !s->stable && !s->unique)
        order = bytes_compare(a->text, a->len, b->text, b->len);
    return s->reverse ? -order : order;
}

static void merge(const struct sort *s, struct line *out, const struct line *a, size_t na,
                  const struct line *b, size_t nb)
{
    while (na > 0 && nb > 0) {
        if (compare(s, a, b) <= 0) {
            *out++ = *a++;
            na--;
        } else {
            *out++ = *b++;
            nb--;
        }
    }
    memcpy(out, na ? a : b, (na + nb) * sizeof(*out));
}

static void order_lines(struct sort *s)
{
    struct line *from = s->lines, *to = program_alloc(s->n * sizeof(*to));
    for (size_t run = 1; run < s->n; run *= 2) {
        for (size_t at = 0; at < s->n; at += 2 * run) {
            size_t na = s->n - at < run ? s->n - at : run;
            size_t nb = s->n - at - na < run ? s->n - at - na : run;
            merge(s, to + at, from + at, na, from + at + na, nb);
        }
        struct line *swap = from;
        from = to;
        to = swap;
    }
    s->lines = from;
    free(to);
}

static int check_order(const struct sort *s)
{
    for (size_t i = 1; i < s->n; i++) {
        int order = compare(s, &s->lines[i - 1], &s->lines[i]);
        if (order > 0 || (s->unique && order == 0)) {
            program_error("disorder: %.*s", (int)(s->lines[i].len & 0xffff), s->lines[i].text);
            return PROGRAM_FAILED;
        }
    }
    return PROGRAM_OK;
}

static void print(const struct sort *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->unique && i > 0 && key_compare(s, &s->lines[i - 1], &s->lines[i]) == 0)
            continue;
        fwrite(s->lines[i].text, 1, s->lines[i].len, stdout);
        putchar('\n');
    }
}

static void key_option(struct sort *s, const char *value)
{
    char *copy = program_strdup(value), *comma = strchr(copy, ',');
    if (comma)
        *comma = '\0';
    if (!program_number(copy, UINT64_MAX, &s->first_field) || s->first_field == 0 ||
        (comma && (!program_number(comma + 1, UINT64_MAX, &s->last_field) || s->last_field == 0)))
        program_misuse("'%s' is not a key; fields are counted from 1", value);
    s->keyed = true;
    free(copy);
}

int main(int argc, char **argv)
{
    static struct sort state;
    struct sort *s = &state;
    const char *output = NULL;

    program_start(&about);
    struct options o = options_begin(argc, argv, "rnfusck:t:o:", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        s->reverse |= c == 'r';
        s->numeric |= c == 'n';
        s->fold |= c == 'f';
        s->unique |= c == 'u';
        s->stable |= c == 's';
        s->check |= c == 'c';
        if (c == 'k')
            key_option(s, o.value);
        if (c == 'o')
            output = o.value;
        if (c == 't') {
            if (strlen(o.value) != 1)
                program_misuse("the separator must be a single byte");
            s->separated = true;
            s->separator = o.value[0];
        }
    }
    int status = input_each(o.noperands, o.operands, collect, s);
    if (status != PROGRAM_OK)
        return program_end(2);
    if (s->check)
        return program_end(check_order(s));
    order_lines(s);
    /* Only now: FILE may be one of the inputs. */
    if (output && !freopen(output, "w", stdout)) {
        program_errno(output);
        return 2;
    }
    print(s);
    for (size_t i = 0; i < s->n; i++)
        free((void *)(uintptr_t)s->lines[i].text);
    free(s->lines);
    return program_end(status);
}
