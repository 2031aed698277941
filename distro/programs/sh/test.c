/* test and [: conditions (XCU test). */
#include "builtins.h"
#include "shell.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct test {
    char **argv;
    int at, argc;
    unsigned depth;
    bool failed;
};

static bool fail(struct test *t, const char *what, const char *message)
{
    if (!t->failed)
        shell_message("test: %s: %s", what, message);
    t->failed = true;
    return false;
}

static bool is_unary(const char *op)
{
    return op[0] == '-' && op[1] && !op[2] && strchr("bcdefghknprstuwxzLS", op[1]);
}

static bool is_binary(const char *op)
{
    static const char *const operators[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                            "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (strcmp(op, operators[i]) == 0)
            return true;
    return false;
}

static int64_t integer(struct test *t, const char *s)
{
    char *end;
    long long n = strtoll(s, &end, 10);
    end += strspn(end, " \t\n");
    if (end == s || *end)
        fail(t, s, "is not a number");
    return n;
}

static bool has_mode(mode_t mode, char op)
{
    switch (op) {
    case 'b':
        return S_ISBLK(mode);
    case 'c':
        return S_ISCHR(mode);
    case 'd':
        return S_ISDIR(mode);
    case 'f':
        return S_ISREG(mode);
    case 'p':
        return S_ISFIFO(mode);
    case 'S':
        return S_ISSOCK(mode);
    case 'u':
        return (mode & S_ISUID) != 0;
    case 'g':
        return (mode & S_ISGID) != 0;
    case 'k':
        return (mode & S_ISVTX) != 0;
    default:
        return true;
    }
}

static bool unary(struct test *t, char op, const char *operand)
{
    struct stat st;
    switch (op) {
    case 'n':
        return *operand != '\0';
    case 'z':
        return *operand == '\0';
    case 't':
        return isatty((int)integer(t, operand)) == 1;
    case 'h':
    case 'L':
        return lstat(operand, &st) == 0 && S_ISLNK(st.st_mode);
    case 'r':
        return access(operand, R_OK) == 0;
    case 'w':
        return access(operand, W_OK) == 0;
    case 'x':
        return access(operand, X_OK) == 0;
    case 's':
        return stat(operand, &st) == 0 && st.st_size > 0;
    default:
        return stat(operand, &st) == 0 && has_mode(st.st_mode, op);
    }
}

/* Compares the times of files; one that is not there is older than any. */
static int compare_times(const char *a, const char *b)
{
    struct stat x, y;
    bool has_x = stat(a, &x) == 0, has_y = stat(b, &y) == 0;
    if (!has_x || !has_y)
        return has_x - has_y;
    if (x.st_mtim.tv_sec != y.st_mtim.tv_sec)
        return x.st_mtim.tv_sec < y.st_mtim.tv_sec ? -1 : 1;
    return (x.st_mtim.tv_nsec > y.st_mtim.tv_nsec) - (x.st_mtim.tv_nsec < y.st_mtim.tv_nsec);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool binary(struct test *t, const char *a, const char *op, const char *b)
{
    if (op[0] == '=')
        return strcmp(a, b) == 0;
    if (op[0] == '!')
        return strcmp(a, b) != 0;
    if (op[0] == '<')
        return strcmp(a, b) < 0;
    if (op[0] == '>')
        return strcmp(a, b) > 0;
    if (strcmp(op, "-nt") == 0)
        return compare_times(a, b) > 0;
    if (strcmp(op, "-ot") == 0)
        return compare_times(a, b) < 0;
    if (strcmp(op, "-ef") == 0)
        return same_file(a, b);
    int64_t x = integer(t, a), y = integer(t, b);
    if (strcmp(op, "-eq") == 0)
        return x == y;
    if (strcmp(op, "-ne") == 0)
        return x != y;
    if (strcmp(op, "-lt") == 0)
        return x < y;
    if (strcmp(op, "-le") == 0)
        return x <= y;
    return strcmp(op, "-gt") == 0 ? x > y : x >= y;
}

static bool alternatives(struct test *t);

static bool primary(struct test *t)
{
    char **a = t->argv + t->at;
    int left = t->argc - t->at;
    if (left <= 0)
        return fail(t, "test", "an argument is missing");
    if (left >= 3 && is_binary(a[1])) {
        t->at += 3;
        return binary(t, a[0], a[1], a[2]);
    }
    if (left >= 2 && strcmp(a[0], "!") == 0) {
        t->at++;
        if (++t->depth > 100)
            return fail(t, "!", "nested too deeply");
        bool value = !primary(t);
        t->depth--;
        return value;
    }
    if (left >= 2 && strcmp(a[0], "(") == 0) {
        t->at++;
        if (++t->depth > 100)
            return fail(t, "(", "nested too deeply");
        bool value = alternatives(t);
        t->depth--;
        if (t->at >= t->argc || strcmp(t->argv[t->at], ")") != 0)
            return fail(t, "(", "has no partner");
        t->at++;
        return value;
    }
    if (left >= 2 && is_unary(a[0])) {
        t->at += 2;
        return unary(t, a[0][1], a[1]);
    }
    t->at++;
    return a[0][0] != '\0';
}

static bool at_operator(const struct test *t, const char *op)
{
    return !t->failed && t->at < t->argc && strcmp(t->argv[t->at], op) == 0;
}

static bool conjunction(struct test *t)
{
    bool value = primary(t);
    while (at_operator(t, "-a")) {
        t->at++;
        bool next = primary(t);
        value = value && next;
    }
    return value;
}

static bool alternatives(struct test *t)
{
    bool value = conjunction(t);
    while (at_operator(t, "-o")) {
        t->at++;
        bool next = conjunction(t);
        value = value || next;
    }
    return value;
}

/* What POSIX says for up to four arguments, so that no operand is taken for an operator. */
static bool by_count(struct test *t)
{
    char **a = t->argv;
    int n = t->argc;
    bool negate = false;
    for (; n > 1 && n <= 4 && strcmp(a[0], "!") == 0 && !(n == 3 && is_binary(a[1])); a++, n--)
        negate = !negate;
    if (n == 0)
        return false;
    bool value;
    if (n == 1) {
        value = a[0][0] != '\0';
    } else if (n == 2) {
        value = is_unary(a[0]) ? unary(t, a[0][1], a[1]) : fail(t, a[0], "is no operator");
    } else if (n == 3 && is_binary(a[1])) {
        value = binary(t, a[0], a[1], a[2]);
    } else {
        *t = (struct test){.argv = a, .argc = n};
        value = alternatives(t);
        if (!t->failed && t->at < t->argc)
            fail(t, t->argv[t->at], "was not expected");
    }
    return value != negate;
}

int builtin_test(int argc, char **argv)
{
    struct test t = {.argv = argv + 1, .argc = argc - 1};
    if (strcmp(argv[0], "[") == 0) {
        if (strcmp(argv[argc - 1], "]") != 0) {
            shell_message("[: the ] is missing");
            return 2;
        }
        t.argc--;
    }
    bool value = by_count(&t);
    return t.failed ? 2 : !value;
}
