/* The console without its hardware: terminal, line discipline, keyboard, drawing. */
#include <check_main.h>

#include <stdbool.h>

#include "../draw.h"
#include "../keyboard.h"
#include "../notices.h"
#include "../term.h"
#include "../tty.h"

/* ---- terminal ---- */

static struct term term;
static char answers[256];

static void note_answer(void *context, const char *text, size_t len)
{
    (void)context;
    strncat(answers, text, len);
}

static void term_setup(void)
{
    ck_assert(term_init(&term, 10, 4));
    term.answer = note_answer;
    answers[0] = '\0';
}

static void term_teardown(void)
{
    term_free(&term);
}

static void show(const char *text)
{
    term_write(&term, text, strlen(text));
}

/* A row as text, without the blanks at its end; what is not ASCII shows as '#'. */
static const char *row(unsigned y)
{
    static char text[16];
    const struct term_cell *cells = term_row(&term, y);
    size_t len = 0;
    for (unsigned x = 0; x < term.columns; x++) {
        uint32_t c = cells[x].code;
        text[x] = c == 0 ? ' ' : c < 0x80 ? (char)c : '#';
        if (text[x] != ' ')
            len = x + 1;
    }
    text[len] = '\0';
    return text;
}

START_TEST(text_wraps_at_the_last_column_only_when_more_comes)
{
    show("0123456789");
    ck_assert_uint_eq(term.y, 0);
    show("a");
    ck_assert_uint_eq(term.y, 1);
    ck_assert_str_eq(row(0), "0123456789");
    ck_assert_str_eq(row(1), "a");
}
END_TEST

START_TEST(the_screen_scrolls_and_keeps_what_left_it)
{
    show("1\r\n2\r\n3\r\n4\r\n5\r\n6");
    ck_assert_str_eq(row(0), "3");
    ck_assert_str_eq(row(3), "6");
    term_scroll_view(&term, 1);
    ck_assert_str_eq(row(0), "2");
    term_scroll_view(&term, 100);
    ck_assert_str_eq(row(0), "1");
    ck_assert_str_eq(row(1), "2");
    ck_assert_str_eq(row(2), "3");
    show("x");
    ck_assert_str_eq(row(3), "6x");
}
END_TEST

START_TEST(the_history_is_bounded)
{
    for (int i = 0; i < TERM_SCROLLBACK + 50; i++) {
        char line[16];
        snprintf(line, sizeof(line), "%d\r\n", i);
        show(line);
    }
    term_scroll_view(&term, 1 << 20);
    ck_assert_uint_eq(term.view, TERM_SCROLLBACK);
    ck_assert_str_eq(row(0), "47");
}
END_TEST

START_TEST(the_cursor_moves_and_stays_on_the_screen)
{
    unsigned x, y;
    show("\033[3;5Hx\033[99;99H");
    ck_assert(term_cursor(&term, &x, &y));
    ck_assert_uint_eq(x, 9);
    ck_assert_uint_eq(y, 3);
    ck_assert_str_eq(row(2), "    x");
    show("\033[99A\033[99D");
    ck_assert(term_cursor(&term, &x, &y));
    ck_assert_uint_eq(x + y, 0);
    show("\033[?25l");
    ck_assert(!term_cursor(&term, &x, &y));
}
END_TEST

START_TEST(erasing_and_moving_cells)
{
    show("abcdefgh\033[1;3H\033[2P");
    ck_assert_str_eq(row(0), "abefgh");
    show("\033[3@");
    ck_assert_str_eq(row(0), "ab   efgh");
    show("\033[1K");
    ck_assert_str_eq(row(0), "     efgh");
    show("\033[1;7H\033[K");
    ck_assert_str_eq(row(0), "     e");
    show("\033[2J");
    ck_assert_str_eq(row(0), "");
}
END_TEST

START_TEST(a_scrolling_region_leaves_the_rest_alone)
{
    show("1\r\n2\r\n3\r\n4\033[2;3r\033[3;1H\n");
    ck_assert_str_eq(row(0), "1");
    ck_assert_str_eq(row(1), "3");
    ck_assert_str_eq(row(2), "");
    ck_assert_str_eq(row(3), "4");
    show("\033[2;1H\033M");
    ck_assert_str_eq(row(1), "");
    ck_assert_str_eq(row(2), "3");
}
END_TEST

START_TEST(colours_are_selected)
{
    show("\033[1;31;44ma\033[38;5;196mb\033[48;2;1;2;3mc\033[0md");
    const struct term_cell *cells = term_row(&term, 0);
    ck_assert_uint_eq(cells[0].foreground, 0xd05050);
    ck_assert_uint_eq(cells[0].background, 0x5080d0);
    ck_assert_uint_eq(cells[0].style, TERM_BOLD);
    ck_assert_uint_eq(cells[1].foreground, 0xff0000);
    ck_assert_uint_eq(cells[2].background, 0x010203);
    ck_assert_uint_eq(cells[3].style, 0);
}
END_TEST

START_TEST(utf8_is_decoded_and_damage_shows)
{
    show("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff\xc3(");
    const struct term_cell *cells = term_row(&term, 0);
    ck_assert_uint_eq(cells[0].code, 0xe4);
    ck_assert_uint_eq(cells[1].code, 0x20ac);
    ck_assert_uint_eq(cells[2].code, 0x1f600);
    ck_assert_uint_eq(cells[3].code, 0xfffd);
    ck_assert_uint_eq(cells[4].code, 0xfffd);
    ck_assert_uint_eq(cells[5].code, '(');
    show("\r\xe0\x80\x80");
    ck_assert_uint_eq(term_row(&term, 0)[0].code, 0xfffd); /* overlong */
}
END_TEST

START_TEST(the_alternate_screen_gives_the_main_one_back)
{
    show("main\033[?1049h\033[Halt");
    ck_assert_str_eq(row(0), "alt");
    show("\033[?1049l!");
    ck_assert_str_eq(row(0), "main!");
}
END_TEST

START_TEST(unknown_sequences_do_not_show)
{
    show("\033]0;title\a\033Pq\033\\\033[>4;1m\033[5$x\033(Bok");
    ck_assert_str_eq(row(0), "ok");
}
END_TEST

START_TEST(a_cursor_report_is_answered)
{
    show("\033[2;3H\033[6n\033[5n");
    ck_assert_str_eq(answers, "\033[2;3R\033[0n");
}
END_TEST

START_TEST(any_bytes_are_survived)
{
    uint64_t seed = check_seed();
    for (int i = 0; i < 300000; i++) {
        /* Mostly bytes that mean something in a sequence. */
        static const char likely[] = "\033[;?0123456789ABCDHJKLMPSTX@mrhlsu\n\r\t 7";
        uint64_t r = check_random(&seed);
        char c = r & 1 ? likely[(r >> 8) % (sizeof(likely) - 1)] : (char)(r >> 16);
        term_write(&term, &c, 1);
        ck_assert_uint_lt(term.x, term.columns);
        ck_assert_uint_lt(term.y, term.rows);
        ck_assert_uint_lt(term.top, term.bottom);
    }
}
END_TEST

/* ---- line discipline ---- */

static struct tty tty;
static char output[8192];
static int interrupts;
static char read_text[256];
static int reads_finished;
static size_t read_done;

static void note_output(void *context, const char *text, size_t len)
{
    (void)context;
    if (strlen(output) + len < sizeof(output))
        strncat(output, text, len);
}

static void note_interrupt(void *context)
{
    (void)context;
    interrupts++;
}

static void note_finish(struct tty_reader *reader, size_t done)
{
    (void)reader;
    reads_finished++;
    read_done = done;
    read_text[done] = '\0';
}

static struct tty_reader reader = {.finish = note_finish};

static void tty_setup(void)
{
    tty_init(&tty);
    tty.output = note_output;
    tty.interrupt = note_interrupt;
    output[0] = '\0';
    interrupts = reads_finished = 0;
}

static void type(const char *text)
{
    tty_type(&tty, text, strlen(text));
}

/* Reads what is there, or says "(waits)". */
static const char *read_now(void)
{
    static char text[256];
    size_t done;
    if (!tty_read(&tty, text, sizeof(text) - 1, &done, &reader)) {
        tty_cancel(&tty, &reader);
        return "(waits)";
    }
    text[done] = '\0';
    return text;
}

START_TEST(a_line_is_read_when_it_ends)
{
    type("ab");
    ck_assert_str_eq(read_now(), "(waits)");
    type("c\r");
    ck_assert_str_eq(read_now(), "abc\n");
    ck_assert_str_eq(output, "abc\r\n");
}
END_TEST

START_TEST(a_waiting_read_is_finished_by_the_line)
{
    size_t done;
    ck_assert(!tty_read(&tty, read_text, sizeof(read_text) - 1, &done, &reader));
    type("hi\rnext\r");
    ck_assert_int_eq(reads_finished, 1);
    ck_assert_str_eq(read_text, "hi\n");
    ck_assert_str_eq(read_now(), "next\n");
}
END_TEST

START_TEST(erase_takes_whole_characters)
{
    type("a\xc3\xa4\x7f\x7fxy zw\027q\r");
    ck_assert_str_eq(read_now(), "xy q\n");
    type("gone\025left\r");
    ck_assert_str_eq(read_now(), "left\n");
}
END_TEST

START_TEST(end_of_file_reads_nothing_once)
{
    type("\004after\r");
    ck_assert_str_eq(read_now(), "");
    ck_assert_str_eq(read_now(), "after\n");
    type("half\004");
    ck_assert_str_eq(read_now(), "half");
}
END_TEST

START_TEST(the_interrupt_drops_the_line)
{
    type("rm -r\003ls\r");
    ck_assert_int_eq(interrupts, 1);
    ck_assert_str_eq(read_now(), "ls\n");
}
END_TEST

START_TEST(raw_mode_gives_each_byte_and_does_not_echo)
{
    tty_set_mode(&tty, 0);
    type("a\003\033[A\r");
    ck_assert_str_eq(read_now(), "a\003\033[A\r");
    ck_assert_int_eq(interrupts, 0);
    ck_assert_str_eq(output, "");
}
END_TEST

START_TEST(what_is_typed_ahead_survives_a_change_of_mode)
{
    type("half");
    tty_set_mode(&tty, 0);
    ck_assert_str_eq(read_now(), "half");
    type("one\rtwo");
    tty_set_mode(&tty, NONOS_TTY_LINES);
    ck_assert_str_eq(read_now(), "one\n");
    type("!\r");
    ck_assert_str_eq(read_now(), "two!\n");
}
END_TEST

START_TEST(too_much_input_rings_the_bell_and_keeps_what_was_first)
{
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < TTY_LINE + 10; j++)
            type("x");
        type("\r");
    }
    for (int i = 0; i < 3; i++) {
        char text[TTY_LINE + 2];
        size_t done;
        ck_assert(tty_read(&tty, text, sizeof(text), &done, &reader));
        ck_assert_uint_eq(done, TTY_LINE + 1);
        ck_assert_int_eq(text[done - 1], '\n');
    }
    ck_assert_ptr_nonnull(strchr(output, '\a'));
}
END_TEST

START_TEST(a_line_feed_gets_a_carriage_return)
{
    tty_write(&tty, "a\nb\n\n", 5);
    ck_assert_str_eq(output, "a\r\nb\r\n\r\n");
}
END_TEST

/* ---- keyboard ---- */

static const char *typed(const char *codes)
{
    static char text[64];
    struct keyboard keyboard = {0};
    size_t at = 0;
    for (const char *c = codes; *c; c++) {
        size_t len;
        keyboard_code(&keyboard, (uint8_t)*c, text + at, &len);
        at += len;
    }
    text[at] = '\0';
    return text;
}

START_TEST(keys_type_what_is_printed_on_them)
{
    ck_assert_str_eq(typed("\x1e\x9e\x2a\x1e\x9e\xaa\x1e"), "aAa");
    ck_assert_str_eq(typed("\x3a\xba\x1e\x02\x2a\x1e"), "A1a"); /* Caps Lock */
    ck_assert_str_eq(typed("\x1d\x2e\xae\x9d\x2e"), "\003c");
    ck_assert_str_eq(typed("\x38\x30"), "\033b");
    ck_assert_str_eq(typed("\x1c\x0e\x0f"), "\r\177\t");
}
END_TEST

START_TEST(grey_keys_send_sequences)
{
    ck_assert_str_eq(typed("\xe0\x48\xe0\xc8"), "\033[A");
    ck_assert_str_eq(typed("\xe0\x53"), "\033[3~");
    ck_assert_str_eq(typed("\x3b\x57"), "\033OP\033[23~");
    ck_assert_str_eq(typed("\xe1\x1d\x45\xe1\x9d\xc5\x1e"), "a"); /* Pause types nothing */
}
END_TEST

START_TEST(shift_page_up_looks_back)
{
    struct keyboard keyboard = {0};
    char text[KEYBOARD_TEXT_SIZE];
    size_t len;
    keyboard_code(&keyboard, 0x2a, text, &len);
    keyboard_code(&keyboard, 0xe0, text, &len);
    ck_assert_int_eq(keyboard_code(&keyboard, 0x49, text, &len), KEYBOARD_PAGE_UP);
    ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(any_scan_codes_are_survived)
{
    uint64_t seed = check_seed();
    struct keyboard keyboard = {0};
    for (int i = 0; i < 100000; i++) {
        char text[KEYBOARD_TEXT_SIZE];
        size_t len;
        keyboard_code(&keyboard, (uint8_t)check_random(&seed), text, &len);
        ck_assert_uint_le(len, KEYBOARD_TEXT_SIZE);
    }
}
END_TEST

/* ---- drawing ---- */

START_TEST(a_glyph_is_drawn_where_its_cell_is_and_nowhere_else)
{
    static uint32_t pixels[64 * 100];
    struct screen screen = {(uint8_t *)pixels, 90, 64, 400, 16, 8, 0, &font_8x16, 0, 0};
    unsigned columns, rows;
    screen_grid(&screen, &columns, &rows);
    ck_assert_uint_eq(columns, 11);
    ck_assert_uint_eq(rows, 4);
    memset(pixels, 0x55, sizeof(pixels));
    show("\033[?25l\033[2;3H\033[38;2;255;255;255mA");
    screen_draw(&screen, &term);
    const uint8_t *glyph = font_glyph(&font_8x16, 'A');
    for (unsigned y = 0; y < 64; y++) {
        for (unsigned x = 0; x < 100; x++) {
            bool ink =
                y >= 16 && y < 32 && x >= 16 && x < 24 && (glyph[y - 16] >> (7 - (x - 16)) & 1);
            uint32_t expect = x >= 80 ? 0x55555555 : ink ? 0xffffff : 0x101418;
            ck_assert_uint_eq(pixels[y * 100 + x], expect);
        }
    }
}
END_TEST

START_TEST(only_rows_that_changed_are_drawn)
{
    static uint32_t pixels[64 * 80];
    struct screen screen = {(uint8_t *)pixels, 80, 64, 320, 16, 8, 0, &font_8x16, 0, 0};
    screen_draw(&screen, &term);
    memset(pixels, 0x55, sizeof(pixels));
    show("\033[3;1Hx");
    screen_draw(&screen, &term);
    ck_assert_uint_ne(pixels[0], 0x55555555); /* the cursor left this row */
    ck_assert_uint_eq(pixels[16 * 80], 0x55555555);
    ck_assert_uint_ne(pixels[32 * 80], 0x55555555);
    ck_assert_uint_eq(pixels[48 * 80], 0x55555555);
}
END_TEST

/* ---- what modules say ---- */

static struct notices notices;

static void notices_show(void *context, const char *text, size_t len)
{
    (void)context;
    term_write(&term, text, len);
}

static void notices_setup(void)
{
    term_setup();
    notices_init(&notices);
    notices.output = notices_show;
}

static void program_writes(const char *text)
{
    show(text);
    notices_seen(&notices, text, strlen(text));
}

static void module_says(const char *text)
{
    notices_add(&notices, text, strlen(text));
}

START_TEST(a_notice_has_lines_of_its_own)
{
    program_writes("one\r\n");
    module_says("said\n");
    program_writes("two");
    ck_assert_str_eq(row(0), "one");
    ck_assert_str_eq(row(1), "said");
    ck_assert_str_eq(row(2), "two");
}
END_TEST

START_TEST(a_notice_comes_above_the_line_that_is_not_finished)
{
    program_writes("old\r\nlogin: ");
    program_writes("me");
    module_says("a\nb\n");
    ck_assert_str_eq(row(0), "old");
    ck_assert_str_eq(row(1), "a");
    ck_assert_str_eq(row(2), "b");
    ck_assert_str_eq(row(3), "login: me");
    ck_assert_uint_eq(term.x, 9);
    program_writes("\b \b");
    module_says("c\n");
    ck_assert_str_eq(row(2), "c");
    ck_assert_str_eq(row(3), "login: m");
}
END_TEST

START_TEST(a_notice_waits_for_its_end)
{
    module_says("half ");
    ck_assert_str_eq(row(0), "");
    module_says("x\nnext");
    ck_assert_str_eq(row(0), "half x");
    ck_assert_str_eq(row(1), "");
}
END_TEST

START_TEST(a_notice_cannot_control_the_terminal)
{
    module_says("a\033[Hb\r\177\n");
    ck_assert_str_eq(row(0), "a?[Hb??");
}
END_TEST

START_TEST(a_cleared_screen_is_not_cleared_again)
{
    program_writes("some");
    program_writes("\033[H\033[J$ ");
    module_says("said\n");
    ck_assert_str_eq(row(0), "said");
    ck_assert_str_eq(row(1), "$");
}
END_TEST

START_TEST(notices_wait_while_a_program_has_the_alternate_screen)
{
    program_writes("$ edit\r\n\033[?10");
    program_writes("49h\033[2J\033[HFull");
    module_says("one\n");
    module_says("two\n");
    ck_assert_str_eq(row(0), "Full");
    ck_assert_str_eq(row(1), "");
    program_writes("\033[?1049l");
    program_writes("$ ");
    ck_assert_str_eq(row(0), "$ edit");
    ck_assert_str_eq(row(1), "one");
    ck_assert_str_eq(row(2), "two");
    ck_assert_str_eq(row(3), "$");
}
END_TEST

START_TEST(too_much_that_waits_is_said_to_be_lost)
{
    static char long_line[NOTICES_TEXT + 100];
    memset(long_line, 'x', sizeof(long_line));
    program_writes("\033[?1049h");
    notices_add(&notices, long_line, sizeof(long_line));
    for (unsigned i = 0; i < 3; i++) {
        module_says("no room\n");
        ck_assert_uint_le(notices.text_len, NOTICES_TEXT);
    }
    program_writes("\033[?1049l");
    ck_assert_str_eq(row(0), "More was s"); /* of ten columns */
    ck_assert_uint_eq(notices.text_len, 0);
    module_says("later\n");
    ck_assert_str_eq(row(2), "later");
}
END_TEST

START_TEST(a_line_too_long_to_repeat_stays_as_it_is)
{
    char text[NOTICES_LINE + 2];
    memset(text, 'y', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    program_writes(text);
    module_says("said\n");
    ck_assert_str_eq(row(2), "said");
    ck_assert_uint_eq(term.x, 0);
    program_writes("\r\nz");
    module_says("again\n");
    ck_assert_str_eq(row(2), "again");
    ck_assert_str_eq(row(3), "z");
}
END_TEST

static Suite *console_suite(void)
{
    Suite *suite = suite_create("console");
    TCase *tc = tcase_create("terminal");
    tcase_add_checked_fixture(tc, term_setup, term_teardown);
    tcase_add_test(tc, text_wraps_at_the_last_column_only_when_more_comes);
    tcase_add_test(tc, the_screen_scrolls_and_keeps_what_left_it);
    tcase_add_test(tc, the_history_is_bounded);
    tcase_add_test(tc, the_cursor_moves_and_stays_on_the_screen);
    tcase_add_test(tc, erasing_and_moving_cells);
    tcase_add_test(tc, a_scrolling_region_leaves_the_rest_alone);
    tcase_add_test(tc, colours_are_selected);
    tcase_add_test(tc, utf8_is_decoded_and_damage_shows);
    tcase_add_test(tc, the_alternate_screen_gives_the_main_one_back);
    tcase_add_test(tc, unknown_sequences_do_not_show);
    tcase_add_test(tc, a_cursor_report_is_answered);
    tcase_add_test(tc, any_bytes_are_survived);
    tcase_add_test(tc, a_glyph_is_drawn_where_its_cell_is_and_nowhere_else);
    tcase_add_test(tc, only_rows_that_changed_are_drawn);
    suite_add_tcase(suite, tc);

    tc = tcase_create("what modules say");
    tcase_add_checked_fixture(tc, notices_setup, term_teardown);
    tcase_add_test(tc, a_notice_has_lines_of_its_own);
    tcase_add_test(tc, a_notice_comes_above_the_line_that_is_not_finished);
    tcase_add_test(tc, a_notice_waits_for_its_end);
    tcase_add_test(tc, a_notice_cannot_control_the_terminal);
    tcase_add_test(tc, a_cleared_screen_is_not_cleared_again);
    tcase_add_test(tc, notices_wait_while_a_program_has_the_alternate_screen);
    tcase_add_test(tc, too_much_that_waits_is_said_to_be_lost);
    tcase_add_test(tc, a_line_too_long_to_repeat_stays_as_it_is);
    suite_add_tcase(suite, tc);
    tc = tcase_create("line discipline");
    tcase_add_checked_fixture(tc, tty_setup, NULL);
    tcase_add_test(tc, a_line_is_read_when_it_ends);
    tcase_add_test(tc, a_waiting_read_is_finished_by_the_line);
    tcase_add_test(tc, erase_takes_whole_characters);
    tcase_add_test(tc, end_of_file_reads_nothing_once);
    tcase_add_test(tc, the_interrupt_drops_the_line);
    tcase_add_test(tc, raw_mode_gives_each_byte_and_does_not_echo);
    tcase_add_test(tc, what_is_typed_ahead_survives_a_change_of_mode);
    tcase_add_test(tc, too_much_input_rings_the_bell_and_keeps_what_was_first);
    tcase_add_test(tc, a_line_feed_gets_a_carriage_return);
    suite_add_tcase(suite, tc);

    tc = tcase_create("keyboard");
    tcase_add_test(tc, keys_type_what_is_printed_on_them);
    tcase_add_test(tc, grey_keys_send_sequences);
    tcase_add_test(tc, shift_page_up_looks_back);
    tcase_add_test(tc, any_scan_codes_are_survived);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(console_suite)
