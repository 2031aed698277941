/* The regular expressions beside those of the C library. */
#include "../lib/regex.h"

#include <check_main.h>
#include <locale.h>
#include <regex.h>

static struct regex *compiled(const char *pattern, unsigned flags, const char **error)
{
    return regex_compile(&(struct regex_pattern){pattern, strlen(pattern)}, 1, flags, error);
}

static bool finds(const char *pattern, unsigned flags, const char *text, size_t *start, size_t *end)
{
    const char *error = NULL;
    struct regex *re = compiled(pattern, flags, &error);
    ck_assert_msg(re != NULL, "%s: %s", pattern, error);
    bool found = regex_search(re, text, strlen(text), 0, start, end);
    regex_free(re);
    return found;
}

/* Compares one pattern on one text with the C library; patterns that it refuses are not compared. */
static void compare(const char *pattern, bool extended, bool fold, const char *text)
{
    regex_t theirs;
    regmatch_t match;
    const char *error = NULL;
    size_t start, end;
    if (regcomp(&theirs, pattern, (extended ? REG_EXTENDED : 0) | (fold ? REG_ICASE : 0)) != 0)
        return;
    struct regex *ours =
        compiled(pattern, (extended ? REGEX_EXTENDED : 0) | (fold ? REGEX_IGNORE_CASE : 0), &error);
    ck_assert_msg(ours != NULL, "'%s' is refused: %s", pattern, error);
    bool expected = regexec(&theirs, text, 1, &match, 0) == 0;
    bool found = regex_search(ours, text, strlen(text), 0, &start, &end);
    ck_assert_msg(found == expected, "'%s' (%d %d) on '%s': %d, expected %d", pattern, extended,
                  fold, text, found, expected);
    if (found)
        ck_assert_msg((regoff_t)start == match.rm_so && (regoff_t)end == match.rm_eo,
                      "'%s' (%d %d) on '%s': %zu-%zu, expected %d-%d", pattern, extended, fold,
                      text, start, end, match.rm_so, match.rm_eo);
    regex_free(ours);
    regfree(&theirs);
}

static void random_string(uint64_t *seed, const char *const *parts, size_t nparts, char *out,
                          size_t most)
{
    size_t n = check_random(seed) % most;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(out, parts[check_random(seed) % nparts]);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(random_patterns_match_as_in_the_c_library)
{
    static const char *const extended[] = {
        "a",    "b",  "c",    ".",        "*",           "+",    "?",     "|",
        "(",    ")",  "[ab]", "[^a]",     "[a-c]",       "{2}",  "{1,2}", "{0,1}",
        "{2,}", "ab", "\\.",  "\xc3\xa4", "[[:digit:]]", "[]x]", "(a|b)", "(ab)*"};
    static const char *const basic[] = {
        "a",    "b",    "c",       ".",         "*",        "\\(",      "\\)",    "\\|",
        "[ab]", "[^b]", "\\{2\\}", "\\{1,2\\}", "\\{0,\\}", "a*",       "\\+",    "\\?",
        "+",    "?",    "|",       "(",         "{",        "\xc3\xa4", "\\(a\\)"};
    static const char *const text[] = {"a", "b",        "c", "ab", "aa", "x", "B",  "A",
                                       ".", "\xc3\xa4", "*", "+",  "(",  "]", "{2}"};
    uint64_t seed = check_seed();
    char pattern[128], subject[128];
    setlocale(LC_ALL, "C.UTF-8");
    for (int i = 0; i < 60000; i++) {
        bool is_extended = i & 1;
        if (is_extended)
            random_string(&seed, extended, COUNT(extended), pattern, 9);
        else
            random_string(&seed, basic, COUNT(basic), pattern, 9);
        /* The C library is wrong about some anchors in the middle: they are tried at the ends only. */
        if (check_random(&seed) % 4 == 0) {
            memmove(pattern + 1, pattern, strlen(pattern) + 1);
            pattern[0] = '^';
        }
        if (check_random(&seed) % 4 == 0)
            strcat(pattern, "$");
        for (int t = 0; t < 4; t++) {
            random_string(&seed, text, COUNT(text), subject, 12);
            compare(pattern, is_extended, (i & 6) == 6, subject);
        }
    }
}
END_TEST

START_TEST(the_longest_of_the_leftmost_matches_is_found)
{
    size_t start, end;
    ck_assert(finds("a|ab|abc", REGEX_EXTENDED, "xxabcabc", &start, &end));
    ck_assert_uint_eq(start, 2);
    ck_assert_uint_eq(end, 5);
}
END_TEST

START_TEST(a_search_in_the_middle_knows_what_is_before)
{
    const char *error, *text = "foo foo";
    size_t start, end;
    struct regex *re = compiled("^foo", 0, &error);
    ck_assert(!regex_search(re, text, 7, 1, &start, &end));
    regex_free(re);
    re = compiled("\\<oo", 0, &error);
    ck_assert(!regex_search(re, text, 7, 1, &start, &end));
    regex_free(re);
}
END_TEST

START_TEST(word_and_whole_restrict_the_match)
{
    size_t start, end;
    ck_assert(finds("foo", REGEX_WORD, "foobar foo", &start, &end));
    ck_assert_uint_eq(start, 7);
    ck_assert(!finds("foo", REGEX_WHOLE, "foo ", &start, &end));
    ck_assert(finds("a|b", REGEX_WHOLE | REGEX_EXTENDED, "b", &start, &end));
    ck_assert(finds("a.*", REGEX_LITERAL, "xa.*", &start, &end));
    ck_assert(!finds("a.*", REGEX_LITERAL, "axx", &start, &end));
}
END_TEST

START_TEST(several_patterns_are_searched_together)
{
    struct regex_pattern patterns[] = {{"two", 3}, {"one", 3}};
    const char *error;
    size_t start, end;
    struct regex *re = regex_compile(patterns, 2, 0, &error);
    ck_assert(regex_search(re, "x one two", 9, 0, &start, &end));
    ck_assert_uint_eq(start, 2);
    regex_free(re);
    re = regex_compile(NULL, 0, 0, &error);
    ck_assert(!regex_search(re, "", 0, 0, &start, &end));
    regex_free(re);
}
END_TEST

START_TEST(what_cannot_be_matched_in_bounded_time_is_refused)
{
    static const char *const bad[] = {"\\(a\\)\\1", "\\(",        "\\)",     "[a",
                                      "[[:nope:]]", "[b-a]",      "\\{1\\}", "a\\{2",
                                      "a\\{2,1\\}", "a\\{256\\}", "a\\",     "[[.ab.]]"};
    char deep[2001];
    const char *error;
    for (size_t i = 0; i < COUNT(bad); i++) {
        error = NULL;
        ck_assert_msg(compiled(bad[i], 0, &error) == NULL, "%s", bad[i]);
        ck_assert(error != NULL);
    }
    memset(deep, '(', 2000);
    deep[2000] = '\0';
    ck_assert(compiled(deep, REGEX_EXTENDED, &error) == NULL);
    ck_assert(compiled("(((a{200}){200}){200})", REGEX_EXTENDED, &error) == NULL);
    ck_assert(compiled("((((){255}){255}){255}){255}", REGEX_EXTENDED, &error) == NULL);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("regex");
    TCase *tc = tcase_create("regex");
    tcase_add_test(tc, random_patterns_match_as_in_the_c_library);
    tcase_add_test(tc, the_longest_of_the_leftmost_matches_is_found);
    tcase_add_test(tc, a_search_in_the_middle_knows_what_is_before);
    tcase_add_test(tc, word_and_whole_restrict_the_match);
    tcase_add_test(tc, several_patterns_are_searched_together);
    tcase_add_test(tc, what_cannot_be_matched_in_bounded_time_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
