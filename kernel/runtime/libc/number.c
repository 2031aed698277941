/* Text to numbers, and integer arithmetic. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static unsigned digit_value(char c)
{
    if (isdigit((unsigned char)c))
        return (unsigned)(c - '0');
    if (isalpha((unsigned char)c))
        return (unsigned)((c | 0x20) - 'a') + 10;
    return UINT_MAX;
}

/* A prefix "0x" counts only if a digit follows it. */
static int has_hex_prefix(const char *text)
{
    return text[0] == '0' && (text[1] | 0x20) == 'x' && digit_value(text[2]) < 16;
}

struct parsed {
    unsigned long long magnitude; /* ULLONG_MAX if too large */
    int negative;
    int overflow;
};

static struct parsed number_parse(const char *text, char **end, int base)
{
    struct parsed number = {0};
    const char *at = text;
    if (end)
        *end = (char *)(uintptr_t)text;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return number;
    }
    while (isspace((unsigned char)*at))
        at++;
    if (*at == '-' || *at == '+')
        number.negative = *at++ == '-';
    if ((base == 0 || base == 16) && has_hex_prefix(at)) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    const char *digits = at;
    for (; digit_value(*at) < (unsigned)base; at++) {
        if (__builtin_mul_overflow(number.magnitude, (unsigned)base, &number.magnitude) ||
            __builtin_add_overflow(number.magnitude, digit_value(*at), &number.magnitude))
            number.overflow = 1;
    }
    if (end && at != digits)
        *end = (char *)(uintptr_t)at;
    return number;
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
    struct parsed number = number_parse(text, end, base);
    if (number.overflow) {
        errno = ERANGE;
        return ULLONG_MAX;
    }
    return number.negative ? -number.magnitude : number.magnitude;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
    struct parsed number = number_parse(text, end, base);
    unsigned long long limit = (unsigned long long)LLONG_MAX + (number.negative ? 1 : 0);
    if (number.overflow || number.magnitude > limit) {
        errno = ERANGE;
        return number.negative ? LLONG_MIN : LLONG_MAX;
    }
    return (long long)(number.negative ? -number.magnitude : number.magnitude);
}

_Static_assert(sizeof(long) == sizeof(long long) && sizeof(intmax_t) == sizeof(long long),
               "the functions below rely on it");

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
    return strtoull(text, end, base);
}

long strtol(const char *restrict text, char **restrict end, int base)
{
    return strtoll(text, end, base);
}

intmax_t strtoimax(const char *restrict text, char **restrict end, int base)
{
    return strtoll(text, end, base);
}

uintmax_t strtoumax(const char *restrict text, char **restrict end, int base)
{
    return strtoull(text, end, base);
}

int atoi(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

long atol(const char *text)
{
    return strtol(text, NULL, 10);
}

long long atoll(const char *text)
{
    return strtoll(text, NULL, 10);
}

int abs(int n)
{
    return n < 0 ? -n : n;
}

long labs(long n)
{
    return n < 0 ? -n : n;
}

long long llabs(long long n)
{
    return n < 0 ? -n : n;
}

div_t div(int n, int d)
{
    return (div_t){n / d, n % d};
}

ldiv_t ldiv(long n, long d)
{
    return (ldiv_t){n / d, n % d};
}

lldiv_t lldiv(long long n, long long d)
{
    return (lldiv_t){n / d, n % d};
}

/* xorshift64*, Vigna 2014; never a source of secrets. */
static unsigned long long random_state = 0x9e3779b97f4a7c15ull;

void srand(unsigned int seed)
{
    random_state = (seed + 1ull) * 0x9e3779b97f4a7c15ull;
}

int rand(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)(random_state * 0x2545f4914f6cdd1dull >> 33);
}
