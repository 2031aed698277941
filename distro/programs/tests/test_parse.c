/* The shell's parser and printer: a tree printed and parsed again is the same tree; and shell patterns beside fnmatch. */
#include "../lib/pattern.h"
#include "../sh/lex.h"
#include "../sh/parse.h"
#include "../sh/print.h"

#include <check_main.h>
#include <fnmatch.h>

static enum parse_result parsed(const char *text, char **printed)
{
    struct arena a = {0};
    struct text t = {0};
    struct node *n;
    const char *error;
    enum parse_result result = parse_text(text, strlen(text), &a, &n, &error);
    *printed = NULL;
    if (result == PARSE_COMMAND) {
        print_node(&t, n);
        *printed = t.data;
    }
    arena_free(&a);
    return result;
}

START_TEST(printed_commands_parse_to_what_prints_the_same)
{
    static const char *const commands[] = {
        "echo a b",
        "a=1 b=$x cmd 'q' \"$y\" >out 2>&1 <in",
        "a | b | c",
        "! a | b",
        "a && b || c",
        "a; b & c",
        "if a; then b; elif c; then d; else e; fi",
        "while a; do b; done >x",
        "until a; do b; done",
        "for i in 1 2; do c; done",
        "for i do c; done",
        "case $x in (a|b) c;; *) d; esac",
        "f() { a; }",
        "f() ( a )",
        "( a; b )",
        "{ a; b; } 2>x",
        "cat <<E\nbody $x\nE\n",
        "cat <<'E F'\nbody $x\nE F\n",
        "cat <<-E\n\tbody\n\tE\n",
        "cat <<A <<B\na\nA\nb\nB\n",
        "if cat <<E\nx\nE\nthen b; fi",
        "a <<E | b\nx\nE\n",
        "echo $(a; b) `c` ${d:-$(e)} $((1+2))",
        "a & b &",
        "f() { g() { h; }; }",
    };
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char *once, *twice;
        ck_assert_msg(parsed(commands[i], &once) == PARSE_COMMAND, "%s", commands[i]);
        ck_assert_msg(parsed(once, &twice) == PARSE_COMMAND, "%s -> %s", commands[i], once);
        ck_assert_str_eq(once, twice);
        free(once);
        free(twice);
    }
}
END_TEST

START_TEST(incomplete_and_wrong_commands_are_refused)
{
    static const char *const commands[] = {
        "if",  "if a",   "if a; then",  "fi",       "do",
        "(",   ")",      "a |",         "a &&",     "|",
        ";;",  "case x", "case x in a", "for",      "for 1 in a; do b; done",
        "f(",  "f() a",  "'a",          "\"a",      "`a",
        "$(a", "${a",    "$((1",        "a >",      "a <<",
        "{ a", "} a",    "a ;; b",      "a () () b"};
    char *printed;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        ck_assert_msg(parsed(commands[i], &printed) == PARSE_ERROR, "%s", commands[i]);
}
END_TEST

START_TEST(nesting_is_refused_beyond_its_limit)
{
    static const char *const openings[] = {"(", "$(", "{ ", "if ", "${a:-", "\"$(", "while "};
    char *text = malloc(100000), *printed;
    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        text[0] = '\0';
        char *end = text;
        for (int n = 0; n < 10000; n++)
            end = stpcpy(end, openings[i]);
        ck_assert(parsed(text, &printed) == PARSE_ERROR);
    }
    free(text);
}
END_TEST

START_TEST(skipping_a_part_stops_where_the_word_does)
{
    ck_assert_uint_eq(lex_skip("$(a ')' \"$(b)\")rest", 18, false), 15);
    ck_assert_uint_eq(lex_skip("${x:-'}'}y", 10, false), 9);
    ck_assert_uint_eq(lex_skip("$((1+(2)))z", 11, false), 10);
    ck_assert_uint_eq(lex_skip("\"a\\\"b\"c", 7, false), 6);
    ck_assert_uint_eq(lex_skip("$(unclosed", 10, false), 10);
}
END_TEST

START_TEST(random_shell_patterns_match_as_fnmatch_does)
{
    static const char *const pattern_parts[] = {"a",           "b",     "*",   "?",   "[ab]",
                                                "[!a]",        "[a-c]", "\\*", "\\a", "-",
                                                "[[:digit:]]", "[]x]",  "[x"};
    static const char *const text_parts[] = {"a", "b", "c", "*", "x", "-", "[", "]", "1"};
    uint64_t seed = check_seed();
    for (int i = 0; i < 200000; i++) {
        char pattern[128] = "", text[128] = "";
        for (size_t n = check_random(&seed) % 7; n > 0; n--)
            strcat(pattern, pattern_parts[check_random(&seed) %
                                          (sizeof(pattern_parts) / sizeof(pattern_parts[0]))]);
        for (size_t n = check_random(&seed) % 8; n > 0; n--)
            strcat(text,
                   text_parts[check_random(&seed) % (sizeof(text_parts) / sizeof(text_parts[0]))]);
        bool expected = fnmatch(pattern, text, 0) == 0;
        ck_assert_msg(pattern_match(pattern, strlen(pattern), text, strlen(text)) == expected,
                      "'%s' on '%s': expected %d", pattern, text, expected);
    }
}
END_TEST

START_TEST(shell_patterns_match_whole_characters)
{
    ck_assert(pattern_match("?", 1, "\xc3\xa4", 2));
    ck_assert(!pattern_match("??", 2, "\xc3\xa4", 2));
    ck_assert(pattern_match("[\xc3\xa0-\xc3\xa5]", 7, "\xc3\xa4", 2));
    ck_assert(pattern_match("?", 1, "\xff", 1));
}
END_TEST

START_TEST(many_stars_do_not_take_exponential_time)
{
    char pattern[201], text[5001];
    for (size_t i = 0; i < 200; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[199] = 'b';
    pattern[200] = '\0';
    memset(text, 'a', 5000);
    text[5000] = '\0';
    ck_assert(!pattern_match(pattern, 200, text, 5000));
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("sh");
    TCase *tc = tcase_create("parser");
    tcase_add_test(tc, printed_commands_parse_to_what_prints_the_same);
    tcase_add_test(tc, incomplete_and_wrong_commands_are_refused);
    tcase_add_test(tc, nesting_is_refused_beyond_its_limit);
    tcase_add_test(tc, skipping_a_part_stops_where_the_word_does);
    tcase_add_test(tc, random_shell_patterns_match_as_fnmatch_does);
    tcase_add_test(tc, shell_patterns_match_whole_characters);
    tcase_add_test(tc, many_stars_do_not_take_exponential_time);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
