/* The C library's functions beside the host's: same arguments, same results. */
#include "prefix.h"

#include <check_main.h>

#define ROUNDS 20000

static uint64_t state;

static uint64_t below(uint64_t n)
{
    return check_random(&state) % n;
}

/* A number near a boundary more often than not. */
static uint64_t any_number(void)
{
    static const uint64_t edges[] = {0,   1,     9,     10,      127,      128,      255,
                                     256, 32768, 65536, INT_MAX, UINT_MAX, LONG_MAX, ULONG_MAX};
    uint64_t n = edges[below(sizeof(edges) / sizeof(edges[0]))];
    switch (below(4)) {
    case 0:
        return check_random(&state) >> below(64);
    case 1:
        return n - 1;
    case 2:
        return -n;
    default:
        return n;
    }
}

/* ---- printf ---- */

/* One random conversion with its flags, width, precision and length. */
static void any_conversion(char *format, size_t size, const char *kinds)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "z", "j", "t"};
    char kind = kinds[below(strlen(kinds))], width[16] = "", precision[16] = "", flags[6] = "";
    for (size_t i = 0, n = below(5); i < n; i++)
        flags[i] = "-+ #0"[below(5)];
    if (below(2))
        (void)snprintf(width, sizeof(width), "%d", (int)below(30) + 1);
    if (below(2))
        (void)snprintf(precision, sizeof(precision), below(4) ? ".%d" : ".", (int)below(30));
    (void)snprintf(format, size, "<%%%s%s%s%s%c>", flags, width, precision,
                   lengths[strchr("csp", kind) ? 0 : below(8)], kind);
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void compare_format(const char *format, uint64_t value)
{
    char ours[256], theirs[256];
    size_t size = below(4) ? sizeof(ours) : below(20) + 1;
    memset(ours, 'x', sizeof(ours));
    memset(theirs, 'x', sizeof(theirs));
    int n = libc_snprintf(ours, size, format, value);
    int expected = snprintf(theirs, size, format, value);
    ck_assert_msg(n == expected && memcmp(ours, theirs, sizeof(ours)) == 0,
                  "'%s' of %#lx: '%s' (%d), expected '%s' (%d), seed %#lx", format, value, ours, n,
                  theirs, expected, check_seed());
}

START_TEST(printf_of_numbers_is_the_hosts)
{
    for (int i = 0; i < ROUNDS * 5; i++) {
        char format[64];
        any_conversion(format, sizeof(format), "diuoxX");
        compare_format(format, any_number());
    }
}
END_TEST

START_TEST(printf_of_characters_is_the_hosts)
{
    for (int i = 0; i < ROUNDS; i++) {
        char format[64];
        any_conversion(format, sizeof(format), "c");
        compare_format(format, below(255) + 1);
    }
}
END_TEST

START_TEST(printf_of_strings_and_pointers_is_the_hosts)
{
    static const char *const texts[] = {"", "a", "hello, world", "\xc3\xb8"};
    for (int i = 0; i < ROUNDS; i++) {
        char format[64];
        any_conversion(format, sizeof(format), "s");
        compare_format(format, (uint64_t)(uintptr_t)texts[below(4)]);
    }
    compare_format("%p", 0);
    compare_format("%20p|", 0x1234);
    compare_format("%-20p|", 0xffff800000000000);
    compare_format("%s", 0);
    compare_format("100%% %d", 7);
}
END_TEST

START_TEST(printf_takes_width_and_precision_from_arguments)
{
    char ours[64], theirs[64];
    for (int width = -12; width <= 12; width++)
        for (int precision = -3; precision <= 12; precision++) {
            (void)libc_snprintf(ours, sizeof(ours), "%*.*d|%*.*s", width, precision, -42, width,
                                precision, "abcdef");
            (void)snprintf(theirs, sizeof(theirs), "%*.*d|%*.*s", width, precision, -42, width,
                           precision, "abcdef");
            ck_assert_str_eq(ours, theirs);
        }
}
END_TEST

START_TEST(printf_refuses_what_it_does_not_know)
{
    char text[32];
    static const char *const formats[] = {"%f", "%q", "%", "%5", "%99999999999d", "%n"};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        errno = 0;
        ck_assert_int_eq(libc_snprintf(text, sizeof(text), formats[i], 1), -1);
        ck_assert_int_eq(errno, EINVAL);
    }
}
END_TEST

START_TEST(asprintf_allocates_what_it_writes)
{
    char *text;
    ck_assert_int_eq(libc_asprintf(&text, "%d-%s", 12, "ab"), 5);
    ck_assert_str_eq(text, "12-ab");
    libc_free(text);
}
END_TEST

/* ---- numbers ---- */

static void any_number_text(char *text)
{
    static const char alphabet[] = "0123456789abcxzXZ+- ";
    size_t n = below(24);
    for (size_t i = 0; i < n; i++)
        text[i] = alphabet[below(sizeof(alphabet) - 1)];
    text[n] = 0;
    if (below(2))
        (void)snprintf(text, 32, "%s%s%lu%s", below(2) ? " " : "", below(2) ? "-" : "",
                       any_number(), below(4) ? "" : "q");
}

#define COMPARE_STRTO(type, function)                                                  \
    do {                                                                               \
        char *ours_end, *theirs_end;                                                   \
        errno = 0;                                                                     \
        type ours = libc_##function(text, &ours_end, base);                            \
        int ours_errno = errno;                                                        \
        errno = 0;                                                                     \
        type theirs = function(text, &theirs_end, base);                               \
        ck_assert_msg(ours == theirs && ours_end == theirs_end && ours_errno == errno, \
                      #function "(\"%s\", %d), seed %#lx", text, base, check_seed());  \
    } while (0)

START_TEST(strto_functions_are_the_hosts)
{
    static const int bases[] = {0, 2, 8, 10, 16, 36};
    for (int i = 0; i < ROUNDS; i++) {
        char text[64];
        int base = bases[below(6)];
        any_number_text(text);
        COMPARE_STRTO(long, strtol);
        COMPARE_STRTO(unsigned long, strtoul);
        COMPARE_STRTO(long long, strtoll);
        COMPARE_STRTO(unsigned long long, strtoull);
    }
}
END_TEST

/* ---- strings ---- */

static size_t any_text(char *text, size_t max, const char *alphabet)
{
    size_t n = below(max);
    for (size_t i = 0; i < n; i++)
        text[i] = alphabet[below(strlen(alphabet))];
    text[n] = 0;
    return n;
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

START_TEST(searching_and_comparing_are_the_hosts)
{
    for (int i = 0; i < ROUNDS; i++) {
        char a[65], b[17];
        size_t n = any_text(a, 64, i % 2 ? "ab" : "abAB\xff/"), m = any_text(b, 16, "abB");
        ck_assert_ptr_eq(libc_strstr(a, b), strstr(a, b));
        ck_assert_ptr_eq(libc_memmem(a, n, b, m), memmem(a, n, b, m));
        ck_assert_ptr_eq(libc_strchr(a, 'b'), strchr(a, 'b'));
        ck_assert_ptr_eq(libc_strchr(a, 0), strchr(a, 0));
        ck_assert_ptr_eq(libc_strrchr(a, 'a'), strrchr(a, 'a'));
        ck_assert_ptr_eq(libc_strpbrk(a, b), strpbrk(a, b));
        ck_assert_uint_eq(libc_strspn(a, b), strspn(a, b));
        ck_assert_uint_eq(libc_strcspn(a, b), strcspn(a, b));
        ck_assert_int_eq(sign(libc_strcmp(a, b)), sign(strcmp(a, b)));
        ck_assert_int_eq(sign(libc_strncmp(a, b, 3)), sign(strncmp(a, b, 3)));
        ck_assert_int_eq(sign(libc_strcasecmp(a, b)), sign(strcasecmp(a, b)));
        ck_assert_int_eq(sign(libc_memcmp(a, b, 16)), sign(memcmp(a, b, 16)));
    }
}
END_TEST

START_TEST(copying_is_the_hosts_at_every_length_and_distance)
{
    for (int i = 0; i < ROUNDS; i++) {
        unsigned char ours[200], theirs[200];
        for (size_t k = 0; k < sizeof(ours); k++)
            ours[k] = theirs[k] = (unsigned char)below(256);
        size_t to = below(100), from = below(100), len = below(100);
        libc_memmove(ours + to, ours + from, len);
        memmove(theirs + to, theirs + from, len);
        ck_assert_mem_eq(ours, theirs, sizeof(ours));
        libc_memset(ours + from, (int)to, len);
        memset(theirs + from, (int)to, len);
        ck_assert_mem_eq(ours, theirs, sizeof(ours));
        libc_memcpy(ours + 100, ours, len);
        memcpy(theirs + 100, theirs, len);
        ck_assert_mem_eq(ours, theirs, sizeof(ours));
    }
}
END_TEST

START_TEST(cutting_into_words_is_the_hosts)
{
    for (int i = 0; i < ROUNDS; i++) {
        char ours[65], theirs[65], *ours_state, *theirs_state;
        any_text(ours, 64, "ab :,");
        strcpy(theirs, ours);
        char *a = libc_strtok_r(ours, " ,", &ours_state),
             *b = strtok_r(theirs, " ,", &theirs_state);
        for (; a && b;
             a = libc_strtok_r(NULL, " ,", &ours_state), b = strtok_r(NULL, " ,", &theirs_state))
            ck_assert_str_eq(a, b);
        ck_assert(!a && !b);
    }
}
END_TEST

START_TEST(character_classes_are_the_hosts)
{
    for (int c = -1; c < 256; c++) {
        ck_assert_int_eq(!libc_isalnum(c), !isalnum(c));
        ck_assert_int_eq(!libc_isalpha(c), !isalpha(c));
        ck_assert_int_eq(!libc_isblank(c), !isblank(c));
        ck_assert_int_eq(!libc_iscntrl(c), !iscntrl(c));
        ck_assert_int_eq(!libc_isdigit(c), !isdigit(c));
        ck_assert_int_eq(!libc_isgraph(c), !isgraph(c));
        ck_assert_int_eq(!libc_islower(c), !islower(c));
        ck_assert_int_eq(!libc_isprint(c), !isprint(c));
        ck_assert_int_eq(!libc_ispunct(c), !ispunct(c));
        ck_assert_int_eq(!libc_isspace(c), !isspace(c));
        ck_assert_int_eq(!libc_isupper(c), !isupper(c));
        ck_assert_int_eq(!libc_isxdigit(c), !isxdigit(c));
        ck_assert_int_eq(libc_tolower(c), tolower(c));
        ck_assert_int_eq(libc_toupper(c), toupper(c));
    }
}
END_TEST

/* ---- sorting, patterns, dates ---- */

static int compare_int(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

START_TEST(qsort_sorts_and_bsearch_finds)
{
    for (int round = 0; round < 300; round++) {
        int ours[200], theirs[200];
        size_t n = below(200);
        for (size_t i = 0; i < n; i++)
            ours[i] = theirs[i] = (int)below(round % 3 ? 1000 : 3);
        libc_qsort(ours, n, sizeof(int), compare_int);
        qsort(theirs, n, sizeof(int), compare_int);
        ck_assert_mem_eq(ours, theirs, n * sizeof(int));
        int key = (int)below(1000);
        int *found = libc_bsearch(&key, ours, n, sizeof(int), compare_int);
        ck_assert_int_eq(found != NULL, bsearch(&key, theirs, n, sizeof(int), compare_int) != NULL);
        ck_assert(!found || *found == key);
    }
}
END_TEST

START_TEST(fnmatch_is_the_hosts)
{
    static const int flags[] = {0, FNM_PATHNAME, FNM_PERIOD, FNM_PATHNAME | FNM_PERIOD,
                                FNM_NOESCAPE};
    for (int i = 0; i < ROUNDS * 5; i++) {
        char pattern[13], text[13];
        any_text(pattern, 12, "ab*?./");
        if (i % 3 == 0)
            strcpy(pattern + below(4), below(2) ? "[a-b]*" : "[!b]?");
        any_text(text, 12, "ab./");
        int f = flags[below(5)];
        int ours = libc_fnmatch(pattern, text, f), theirs = fnmatch(pattern, text, f);
        ck_assert_msg(!ours == !theirs, "fnmatch(\"%s\", \"%s\", %d) is %d, expected %d", pattern,
                      text, f, ours, theirs);
    }
}
END_TEST

START_TEST(fnmatch_stays_quick_on_many_stars)
{
    char pattern[201], text[4001];
    for (int i = 0; i < 100; i++)
        memcpy(pattern + 2 * i, "a*", 2);
    strcpy(pattern + 198, "b");
    memset(text, 'a', 4000);
    text[4000] = 0;
    ck_assert_int_ne(libc_fnmatch(pattern, text, 0), 0);
}
END_TEST

START_TEST(dates_are_the_hosts)
{
    static const char format[] = "%a %A %b %B %c %C %d %D %e %F %g %G %H %I %j %k %l %m %M %p %P "
                                 "%r %R %S %T %u %U %V %w %W %y %Y %z %%";
    (void)setenv("TZ", "UTC", 1);
    (void)setenv("LC_ALL", "C", 1);
    for (int i = 0; i < ROUNDS; i++) {
        time_t when =
            (time_t)below(i % 2 ? 4102444800u : 253402300800u) - (i % 7 == 0 ? 2000000000 : 0);
        struct tm ours, theirs;
        char a[512], b[512];
        ck_assert_ptr_nonnull(libc_gmtime_r(&when, &ours));
        gmtime_r(&when, &theirs);
        ck_assert_int_eq(libc_timegm(&ours), when);
        size_t n = libc_strftime(a, sizeof(a), format, &ours);
        ck_assert_uint_eq(n, strftime(b, sizeof(b), format, &theirs));
        ck_assert_str_eq(a, b);
        ck_assert_uint_eq(libc_strftime(a, 5, "%Y-%m", &ours), 0);
    }
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("libc");
    TCase *tc = tcase_create("beside the host");
    state = check_seed();
    tcase_add_test(tc, printf_of_numbers_is_the_hosts);
    tcase_add_test(tc, printf_of_characters_is_the_hosts);
    tcase_add_test(tc, printf_of_strings_and_pointers_is_the_hosts);
    tcase_add_test(tc, printf_takes_width_and_precision_from_arguments);
    tcase_add_test(tc, printf_refuses_what_it_does_not_know);
    tcase_add_test(tc, asprintf_allocates_what_it_writes);
    tcase_add_test(tc, strto_functions_are_the_hosts);
    tcase_add_test(tc, searching_and_comparing_are_the_hosts);
    tcase_add_test(tc, copying_is_the_hosts_at_every_length_and_distance);
    tcase_add_test(tc, cutting_into_words_is_the_hosts);
    tcase_add_test(tc, character_classes_are_the_hosts);
    tcase_add_test(tc, qsort_sorts_and_bsearch_finds);
    tcase_add_test(tc, fnmatch_is_the_hosts);
    tcase_add_test(tc, fnmatch_stays_quick_on_many_stars);
    tcase_add_test(tc, dates_are_the_hosts);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
