#include "program.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct program *self;

void program_start(const struct program *p)
{
    self = p;
}

const char *program_strerror(int error)
{
    static char text[96];
    const char *s = strerror(error);
    size_t len = strlen(s);
    if (len >= sizeof(text))
        return s;
    memcpy(text, s, len + 1);
    /* "No such file" becomes "no such file", "I/O error" stays. */
    if (text[0] >= 'A' && text[0] <= 'Z' && ((text[1] >= 'a' && text[1] <= 'z') || text[1] == ' '))
        text[0] = (char)(text[0] + ('a' - 'A'));
    return text;
}

static void error_print(const char *format, va_list args)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", self->name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void program_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error_print(format, args);
    va_end(args);
}

void program_errno(const char *what)
{
    program_error("%s: %s", what, program_strerror(errno));
}

_Noreturn void program_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error_print(format, args);
    va_end(args);
    exit(self->failed);
}

_Noreturn void program_misuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error_print(format, args);
    va_end(args);
    fprintf(stderr, "Try '%s --help'.\n", self->name);
    exit(self->failed > PROGRAM_MISUSED ? self->failed : PROGRAM_MISUSED);
}

int program_end(int status)
{
    bool bad = ferror(stdout) != 0;
    errno = 0;
    if (fclose(stdout) != 0)
        bad = true;
    if (bad) {
        fprintf(stderr, "%s: write error%s%s\n", self->name, errno ? ": " : "",
                errno ? program_strerror(errno) : "");
        return status > self->failed ? status : self->failed;
    }
    return status;
}

void *program_alloc(size_t len)
{
    void *p = malloc(len ? len : 1);
    if (!p)
        program_die("out of memory");
    return p;
}

void *program_resize(void *old, size_t count, size_t item_len)
{
    size_t len;
    if (__builtin_mul_overflow(count, item_len, &len))
        program_die("out of memory");
    void *p = realloc(old, len ? len : 1);
    if (!p)
        program_die("out of memory");
    return p;
}

void *program_grow(void *array, size_t count, size_t *capacity, size_t item_len)
{
    if (count < *capacity)
        return array;
    if (*capacity > SIZE_MAX / 2)
        program_die("out of memory");
    *capacity = *capacity ? 2 * *capacity : 16;
    return program_resize(array, *capacity, item_len);
}

char *program_strndup(const char *s, size_t len)
{
    char *copy = program_alloc(len + 1);
    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *program_strdup(const char *s)
{
    return program_strndup(s, strlen(s));
}

int program_write_all(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0) {
            errno = EIO;
            return -1;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

char *program_join(const char *dir, const char *name)
{
    size_t len = strlen(dir);
    while (len > 0 && dir[len - 1] == '/')
        len--;
    size_t name_len = strlen(name);
    char *path = program_alloc(len + name_len + 2);
    memcpy(path, dir, len);
    path[len] = '/';
    memcpy(path + len + 1, name, name_len + 1);
    return path;
}

char *program_basename(char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        path[--len] = '\0';
    char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

bool program_number(const char *s, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    if (*s == '\0')
        return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value))
            return false;
    }
    if (value > max)
        return false;
    *out = value;
    return true;
}

void program_human(char out[8], uint64_t bytes)
{
    static const char suffix[] = "KMGTPE";
    if (bytes < 1024) {
        snprintf(out, 8, "%u", (unsigned)bytes);
        return;
    }
    uint64_t unit = 1024;
    size_t s = 0;
    /* 1023.1K rounds up to 1.0M: a unit is left when its rounded-up count needs four digits. */
    while (s + 1 < sizeof(suffix) - 1 && (bytes - 1) / unit + 1 >= 1024) {
        unit *= 1024;
        s++;
    }
    /* Tenths, rounded up, without a product that overflows. */
    uint64_t whole = bytes / unit, rest = bytes % unit;
    uint64_t tenths = whole * 10 + (rest / (unit / 1024) * 10 + 1023) / 1024;
    if (rest % (unit / 1024) && (rest / (unit / 1024) * 10) % 1024 == 0)
        tenths++;
    if (tenths < 100)
        snprintf(out, 8, "%u.%u%c", (unsigned)(tenths / 10), (unsigned)(tenths % 10), suffix[s]);
    else
        snprintf(out, 8, "%u%c", (unsigned)(whole + (rest != 0)), suffix[s]);
}

struct options options_begin(int argc, char **argv, const char *spec,
                             const struct option_name *names)
{
    struct options o = {.spec = spec, .names = names, .argv = argv, .argc = argc, .next = 1};
    /* Operands are gathered at the start of argv: an operand never moves to a place that was not read yet. */
    o.operands = argv + (argc > 0);
    return o;
}

static int option_value(struct options *o, const char *inline_value, const char *name)
{
    if (inline_value)
        o->value = inline_value;
    else if (o->next < o->argc)
        o->value = o->argv[o->next++];
    else
        program_misuse("option %s needs a value", name);
    return 0;
}

static int option_long(struct options *o, const char *arg)
{
    const char *name = arg + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    if (strcmp(name, "help") == 0) {
        fputs(self->help, stdout);
        exit(program_end(PROGRAM_OK));
    }
    for (const struct option_name *n = o->names; n && n->name; n++) {
        if (strlen(n->name) != len || memcmp(n->name, name, len) != 0)
            continue;
        const char *at = strchr(o->spec, n->letter);
        if (at && at[1] == ':')
            option_value(o, equals ? equals + 1 : NULL, arg);
        else if (equals)
            program_misuse("option --%s takes no value", n->name);
        return n->letter;
    }
    program_misuse("unknown option %s", arg);
}

static int option_short(struct options *o)
{
    char letter = *o->cluster++;
    const char *at = letter == ':' || letter == '+' ? NULL : strchr(o->spec, letter);
    if (!at)
        program_misuse("unknown option -%c", letter);
    const char *rest = *o->cluster ? o->cluster : NULL;
    if (at[1] == ':') {
        option_value(o, rest, (char[]){'-', letter, 0});
        rest = NULL;
    }
    o->cluster = rest;
    return letter;
}

int options_next(struct options *o)
{
    o->value = NULL;
    if (o->cluster && *o->cluster)
        return option_short(o);
    while (o->next < o->argc) {
        char *arg = o->argv[o->next++];
        if (o->only_operands || arg[0] != '-' || arg[1] == '\0') {
            o->operands[o->noperands++] = arg;
            o->only_operands |= o->spec[0] == '+';
        } else if (arg[1] != '-') {
            o->cluster = arg + 1;
            return option_short(o);
        } else if (arg[2] == '\0') {
            o->only_operands = true;
        } else {
            return option_long(o, arg);
        }
    }
    if (o->argc > 0)
        o->operands[o->noperands] = NULL;
    return 0;
}

struct options options_none(int argc, char **argv)
{
    struct options o = options_begin(argc, argv, "", NULL);
    while (options_next(&o))
        ;
    return o;
}
