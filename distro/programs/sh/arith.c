/*
 * $(( )): 64-bit signed integers that wrap, C's operators without side effects but = and the op= forms. Precedence climbing; parentheses and
 * unary operators count towards a limit.
 */
#include "expand.h"
#include "parse.h"
#include "shell.h"
#include "vars.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arith {
    const char *p;
    unsigned depth;
    bool failed;
    bool skip; /* the untaken side of && || ?: : nothing is assigned, nothing divides */
};

static void fail(struct arith *a, const char *message)
{
    if (!a->failed)
        shell_error("arithmetic: %s", message);
    a->failed = true;
}

static void blanks(struct arith *a)
{
    a->p += strspn(a->p, " \t\n");
}

static bool accept(struct arith *a, const char *op)
{
    size_t len = strlen(op);
    blanks(a);
    if (strncmp(a->p, op, len) != 0)
        return false;
    a->p += len;
    return true;
}

static int64_t expression(struct arith *a, int least);

static int64_t number(struct arith *a)
{
    char *end;
    /* strtoull so that what is too large wraps like every other result. */
    unsigned long long n = strtoull(a->p, &end, 0);
    if (end == a->p || parse_is_name(end, 1) || (*end >= '0' && *end <= '9'))
        fail(a, "not a number");
    a->p = end;
    return (int64_t)n;
}

/* A variable's value: a number, nothing counts as 0. */
static int64_t variable(struct arith *a, const char *name)
{
    const char *value = var_get(name);
    char *end;
    if (!value && shell.no_unset) {
        shell_error("%s: parameter not set", name);
        a->failed = true;
        return 0;
    }
    if (!value || *value == '\0')
        return 0;
    bool minus = value[strspn(value, " \t\n")] == '-';
    unsigned long long n =
        minus ? (unsigned long long)strtoll(value, &end, 0) : strtoull(value, &end, 0);
    end += strspn(end, " \t\n");
    if (*end)
        fail(a, "a variable is not a number");
    return (int64_t)n;
}

static int64_t apply(struct arith *a, const char *op, int64_t x, int64_t y)
{
    uint64_t ux = (uint64_t)x, uy = (uint64_t)y;
    switch (op[0]) {
    case '+':
        return (int64_t)(ux + uy);
    case '-':
        return (int64_t)(ux - uy);
    case '*':
        return (int64_t)(ux * uy);
    case '/':
    case '%':
        if (a->skip)
            return 0;
        if (y == 0) {
            fail(a, "division by zero");
            return 0;
        }
        if (y == -1)
            return op[0] == '/' ? (int64_t)(0 - ux) : 0;
        return op[0] == '/' ? x / y : x % y;
    case '&':
        return x & y;
    case '|':
        return x | y;
    case '^':
        return x ^ y;
    case '=':
        return x == y;
    case '!':
        return x != y;
    case '<':
        if (op[1] == '<')
            return (int64_t)(ux << (uy & 63));
        return op[1] == '=' ? x <= y : x < y;
    default:
        if (op[1] == '>')
            return x >> (uy & 63);
        return op[1] == '=' ? x >= y : x > y;
    }
}

/* NAME, NAME = expression, NAME += expression ... */
static int64_t name_or_assignment(struct arith *a)
{
    static const char *const operators[] = {
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
    size_t len = 1;
    while (parse_is_name(a->p, len + 1))
        len++;
    char *name = program_strndup(a->p, len);
    int64_t value = 0;
    const char *op = NULL;
    a->p += len;
    blanks(a);
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]) && !op; i++)
        if (accept(a, operators[i]))
            op = operators[i];
    if (op || (a->p[0] == '=' && a->p[1] != '=')) {
        a->p += op == NULL;
        int64_t right = expression(a, 0);
        value = op && !a->failed ? apply(a, op, a->skip ? 0 : variable(a, name), right) : right;
        if (!a->failed && !a->skip) {
            struct text t = {0};
            text_add_number(&t, value);
            a->failed |= !var_set(name, t.data);
            text_free(&t);
        }
    } else if (!a->skip) {
        value = variable(a, name);
    }
    free(name);
    return value;
}

static int64_t unary(struct arith *a)
{
    int64_t value = 0;
    if (a->failed)
        return 0;
    if (++a->depth > NESTING_MAX) {
        fail(a, "nested too deeply");
        return 0;
    }
    blanks(a);
    if (accept(a, "(")) {
        value = expression(a, 0);
        if (!a->failed && !accept(a, ")"))
            fail(a, "a parenthesis is missing");
    } else if (accept(a, "-")) {
        value = (int64_t)(0 - (uint64_t)unary(a));
    } else if (accept(a, "+")) {
        value = unary(a);
    } else if (accept(a, "~")) {
        value = ~unary(a);
    } else if (a->p[0] == '!' && a->p[1] != '=') {
        a->p++;
        value = !unary(a);
    } else if (*a->p >= '0' && *a->p <= '9') {
        value = number(a);
    } else if (parse_is_name(a->p, *a->p != '\0')) {
        value = name_or_assignment(a);
    } else {
        fail(a, *a->p ? "an operand is missing" : "the expression ends too early");
    }
    a->depth--;
    return value;
}

static const struct {
    char op[3];
    int level;
} binary[] = {
    {"||", 2}, {"&&", 3}, {"==", 7}, {"!=", 7}, {"<=", 8}, {">=", 8},
    {"<<", 9}, {">>", 9}, {"<", 8},  {">", 8},  {"|", 4},  {"^", 5},
    {"&", 6},  {"+", 10}, {"-", 10}, {"*", 11}, {"/", 11}, {"%", 11},
};

/* The binary operator at the position, if its level is at least `least`. */
static const char *binary_operator(struct arith *a, int least, int *level)
{
    blanks(a);
    for (size_t i = 0; i < sizeof(binary) / sizeof(binary[0]); i++) {
        size_t len = strlen(binary[i].op);
        if (strncmp(a->p, binary[i].op, len) != 0)
            continue;
        *level = binary[i].level;
        if (*level < least)
            return NULL;
        a->p += len;
        return binary[i].op;
    }
    return NULL;
}

static int64_t conditional(struct arith *a, int64_t condition)
{
    bool skip = a->skip;
    a->skip = skip || !condition;
    int64_t yes = expression(a, 0);
    if (!a->failed && !accept(a, ":"))
        fail(a, "a : is missing");
    a->skip = skip || condition;
    int64_t no = expression(a, 1);
    a->skip = skip;
    return condition ? yes : no;
}

static int64_t expression(struct arith *a, int least)
{
    if (++a->depth > NESTING_MAX) {
        fail(a, "nested too deeply");
        return 0;
    }
    int64_t left = unary(a);
    while (!a->failed) {
        int level;
        const char *op = binary_operator(a, least > 2 ? least : 2, &level);
        if (op) {
            bool skip = a->skip, logical = level <= 3;
            a->skip = skip || (level == 2 && left) || (level == 3 && !left);
            int64_t right = expression(a, level + 1);
            a->skip = skip;
            if (logical)
                left = level == 2 ? left || right : left && right;
            else
                left = apply(a, op, left, right);
        } else if (least <= 1 && accept(a, "?")) {
            left = conditional(a, left);
        } else {
            break;
        }
    }
    a->depth--;
    return left;
}

long long arith_evaluate(const char *text)
{
    struct arith a = {.p = text};
    blanks(&a);
    /* As in other shells an empty expression is 0. */
    if (*a.p == '\0')
        return 0;
    int64_t value = expression(&a, 0);
    blanks(&a);
    if (!a.failed && *a.p)
        fail(&a, "something follows the expression");
    return value;
}
