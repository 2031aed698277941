#include "machine_model.h"

#include <check_main.h>
#include <debug/format.h>
#include <debug/log.h>
#include <debug/log_private.h>

void log_panic_screen(const char *text, size_t len)
{
    (void)text;
    (void)len;
}

/* What format_line() makes must be what the C library makes. */
#define CHECK_FORMAT(...)                                                          \
    do {                                                                           \
        char ours[256], theirs[256];                                               \
        size_t len = format_line(ours, sizeof(ours), __VA_ARGS__);                 \
        ck_assert_int_eq(snprintf(theirs, sizeof(theirs), __VA_ARGS__), (int)len); \
        ck_assert_str_eq(ours, theirs);                                            \
    } while (0)

START_TEST(format_agrees_with_the_c_library)
{
    CHECK_FORMAT("plain %% text");
    CHECK_FORMAT("%d %d %d %d", 0, 1, -1, INT32_MIN);
    CHECK_FORMAT("%u %u", 0u, UINT32_MAX);
    CHECK_FORMAT("%x %08x %8x %-8x|", 0xbeefu, 0xbeefu, 0xbeefu, 0xbeefu);
    CHECK_FORMAT("%lu %lx %ld", 1ul << 40, 1ul << 63, INT64_MIN);
    CHECK_FORMAT("%llu %016llx %lld", ~0ull, 0x123456789abcull, -5ll);
    CHECK_FORMAT("%zu %zu", (size_t)0, SIZE_MAX);
    CHECK_FORMAT("%5d|%-5d|%05d|%05d|%1d", 42, 42, 42, -42, 12345);
    CHECK_FORMAT("%s|%10s|%-10s|%.2s|%.*s|%*s", "abc", "abc", "abc", "abc", 1, "abc", 5, "abc");
    CHECK_FORMAT("%c%c%c", 'a', '%', 'z');
    CHECK_FORMAT("%p", (void *)0x1234);
}
END_TEST

START_TEST(format_cuts_at_the_end_of_the_buffer)
{
    char out[8];

    memset(out, 'x', sizeof(out));
    ck_assert_uint_eq(format_line(out, 5, "%s", "abcdefgh"), 4);
    ck_assert_str_eq(out, "abcd");
    ck_assert_int_eq(out[5], 'x');
    ck_assert_uint_eq(format_line(out, 1, "%d", 5), 0);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(format_shows_a_missing_string_and_an_unknown_conversion)
{
    char out[64];
    const char *volatile nothing = NULL, *volatile unknown = "%q %";

    format_line(out, sizeof(out), "%s", nothing);
    ck_assert_str_eq(out, "(null)");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    format_line(out, sizeof(out), unknown);
#pragma GCC diagnostic pop
    ck_assert_str_eq(out, "%q %");
}
END_TEST

static void console_is(const char *text)
{
    ck_assert_uint_eq(model_console_len, strlen(text));
    ck_assert_mem_eq(model_console, text, strlen(text));
}

START_TEST(log_puts_the_time_in_front_of_every_line)
{
    model_clock_ns = 12345678901;
    log_print("one\ntwo");
    model_clock_ns = 99999000000000;
    log_print(" more\nthree %d\n", 3);
    console_is("[   12.345678] one\n[   12.345678] two more\n[99999.000000] three 3\n");
}
END_TEST

START_TEST(log_show_takes_text_as_it_is)
{
    log_show("a\0b\n", 4);
    log_show("", 0);
    log_show("login: ", 7);
    ck_assert_uint_eq(model_console_len, 11);
    ck_assert_mem_eq(model_console, "a\0b\nlogin: ", 11);
}
END_TEST

START_TEST(log_read_gives_what_was_written_from_any_cursor)
{
    char text[64];
    uint64_t start, end;

    log_keep("0123456789", 10);
    ck_assert_uint_eq(model_console_len, 0);
    ck_assert_uint_eq(log_read(0, text, sizeof(text), &start, &end), 10);
    ck_assert_uint_eq(start, 0);
    ck_assert_uint_eq(end, 10);
    ck_assert_mem_eq(text, "0123456789", 10);
    ck_assert_uint_eq(log_read(7, text, 2, &start, &end), 2);
    ck_assert_mem_eq(text, "78", 2);
    ck_assert_uint_eq(log_read(10, text, sizeof(text), &start, &end), 0);
    ck_assert_uint_eq(log_read(UINT64_MAX, text, sizeof(text), &start, &end), 0);
}
END_TEST

START_TEST(log_ring_keeps_the_last_bytes)
{
    static char all[3 * LOG_RING_SIZE], kept[LOG_RING_SIZE + 100];
    uint64_t start, end, seed = check_seed();
    size_t len = 0;

    while (len + 300 < sizeof(all)) {
        size_t n = (size_t)(check_random(&seed) % 300);
        for (size_t i = 0; i < n; i++)
            all[len + i] = (char)check_random(&seed);
        log_keep(all + len, n);
        len += n;
    }
    ck_assert_uint_eq(log_read(0, kept, sizeof(kept), &start, &end), LOG_RING_SIZE);
    ck_assert_uint_eq(end, len);
    ck_assert_uint_eq(start, len - LOG_RING_SIZE);
    ck_assert_mem_eq(kept, all + start, LOG_RING_SIZE);
}
END_TEST

START_TEST(log_console_off_keeps_the_ring_only)
{
    char text[64];
    uint64_t start, end;

    log_console(0);
    log_print("hidden\n");
    ck_assert_uint_eq(model_console_len, 0);
    ck_assert_uint_gt(log_read(0, text, sizeof(text), &start, &end), 7);
    log_console(1);
    log_show("x", 1);
    console_is("x");
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("log");
    TCase *t = tcase_create("log");

    tcase_add_test(t, format_agrees_with_the_c_library);
    tcase_add_test(t, format_cuts_at_the_end_of_the_buffer);
    tcase_add_test(t, format_shows_a_missing_string_and_an_unknown_conversion);
    tcase_add_test(t, log_puts_the_time_in_front_of_every_line);
    tcase_add_test(t, log_show_takes_text_as_it_is);
    tcase_add_test(t, log_read_gives_what_was_written_from_any_cursor);
    tcase_add_test(t, log_ring_keeps_the_last_bytes);
    tcase_add_test(t, log_console_off_keeps_the_ring_only);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
