/* The editor without its screen: the text, its changes and their undoing, places in it, and saving. */
#include <check_main.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../edit/document.h"
#include "../edit/save.h"

static struct document d;

static void begin(const char *text)
{
    document_begin(&d, text, strlen(text));
}

static void finish(void)
{
    document_free(&d);
}

static void must_be(const char *text)
{
    size_t len = buffer_len(&d.text);
    char *all = calloc(1, len + 1);
    buffer_copy(&d.text, 0, len, all);
    ck_assert_str_eq(all, text);
    free(all);
}

static void type(const char *text)
{
    for (; *text; text++)
        document_insert(&d, text, 1);
}

START_TEST(random_changes_of_a_buffer_agree_with_a_model)
{
    uint64_t seed = check_seed();
    struct buffer b = {0};
    static char model[8192], out[8192];
    size_t len = 0;
    for (int step = 0; step < 20000; step++) {
        size_t at = check_random(&seed) % (len + 1), n = check_random(&seed) % 20;
        if (check_random(&seed) % 2 && len + n < sizeof(model)) {
            char text[20];
            for (size_t i = 0; i < n; i++)
                text[i] = (char)check_random(&seed);
            buffer_insert(&b, at, text, n);
            memmove(model + at + n, model + at, len - at);
            memcpy(model + at, text, n);
            len += n;
        } else {
            n = n < len - at ? n : len - at;
            buffer_delete(&b, at, n);
            memmove(model + at, model + at + n, len - at - n);
            len -= n;
        }
        ck_assert_uint_eq(buffer_len(&b), len);
        at = check_random(&seed) % (len + 1);
        buffer_copy(&b, at, len - at, out);
        ck_assert_mem_eq(out, model + at, len - at);
    }
    buffer_free(&b);
}
END_TEST

START_TEST(everything_that_was_done_can_be_undone_and_done_again)
{
    uint64_t seed = check_seed();
    static char *states[401];
    size_t nstates = 0;
    begin("first\nsecond\n");
    for (int step = 0; step <= 400; step++) {
        size_t len = buffer_len(&d.text);
        states[nstates] = calloc(1, len + 1);
        buffer_copy(&d.text, 0, len, states[nstates++]);
        size_t before = d.nchanges;
        while (d.nchanges == before) {
            d.cursor = check_random(&seed) % (buffer_len(&d.text) + 1);
            d.typing = false;
            switch (check_random(&seed) % 5) {
            case 0:
                document_delete(&d);
                break;
            case 1:
                document_backspace(&d);
                break;
            case 2:
                document_cut_line(&d);
                break;
            default:
                document_insert(&d, "some\ntext", 1 + check_random(&seed) % 9);
            }
        }
    }
    size_t len = buffer_len(&d.text);
    char *last = calloc(1, len + 1);
    buffer_copy(&d.text, 0, len, last);
    for (size_t i = nstates; i-- > 0;) {
        ck_assert(document_undo(&d));
        must_be(states[i]);
    }
    ck_assert(!document_undo(&d) && !document_is_changed(&d));
    for (size_t i = 1; i < nstates; i++) {
        ck_assert(document_redo(&d));
        must_be(states[i]);
    }
    ck_assert(document_redo(&d) && !document_redo(&d));
    must_be(last);
    for (size_t i = 0; i < nstates; i++)
        free(states[i]);
    free(last);
    finish();
}
END_TEST

START_TEST(what_was_typed_in_a_row_is_one_change)
{
    begin("");
    type("word\nnext");
    ck_assert(document_undo(&d));
    must_be("word\n");
    ck_assert(document_undo(&d));
    must_be("word");
    ck_assert(document_undo(&d));
    must_be("");
    finish();
}
END_TEST

START_TEST(a_replaced_selection_comes_back_in_one_step)
{
    begin("one two three");
    d.cursor = 4;
    document_mark(&d);
    d.cursor = 7;
    document_insert(&d, "2", 1);
    must_be("one 2 three");
    ck_assert(document_undo(&d));
    must_be("one two three");
    ck_assert(document_redo(&d));
    must_be("one 2 three");
    finish();
}
END_TEST

START_TEST(a_document_knows_whether_it_is_as_it_was_saved)
{
    begin("text");
    ck_assert(!document_is_changed(&d));
    type("a");
    ck_assert(document_is_changed(&d));
    document_saved(&d);
    type("b");
    ck_assert(document_is_changed(&d));
    ck_assert(document_undo(&d));
    ck_assert(!document_is_changed(&d));
    must_be("atext");
    ck_assert(document_undo(&d));
    ck_assert(document_is_changed(&d));
    type("c"); /* now the saved state cannot come back */
    ck_assert(document_undo(&d));
    ck_assert(document_is_changed(&d));
    finish();
}
END_TEST

START_TEST(old_changes_are_forgotten_and_the_others_still_fit)
{
    const size_t piece = 1u << 20;
    char *text = malloc(piece);
    memset(text, 'x', piece);
    begin("");
    for (int i = 0; i < 20; i++) {
        d.typing = false;
        document_insert(&d, text, piece);
    }
    int undone = 0;
    while (document_undo(&d))
        undone++;
    ck_assert_int_ge(undone, 7);
    ck_assert_int_le(undone, 8);
    ck_assert_uint_eq(buffer_len(&d.text), (20 - (size_t)undone) * piece);
    ck_assert(document_is_changed(&d));
    free(text);
    finish();
}
END_TEST

START_TEST(cut_and_paste_move_text)
{
    begin("one\ntwo\nthree\n");
    document_cut_line(&d);
    document_cut_line(&d);
    must_be("two\nthree\n");
    d.cursor = 0;
    document_mark(&d);
    document_move(&d, MOVE_LINE_END);
    ck_assert(document_cut(&d));
    document_move(&d, MOVE_END);
    document_paste(&d);
    must_be("\nthree\ntwo");
    ck_assert(!document_cut(&d) && !document_copy(&d));
    finish();
}
END_TEST

START_TEST(characters_are_moved_over_whole_and_bytes_that_are_none_one_by_one)
{
    begin("a\303\274\342\202\254\377\200b");
    const size_t places[] = {0, 1, 3, 6, 7, 8, 9};
    for (size_t i = 0; i + 1 < sizeof(places) / sizeof(places[0]); i++) {
        ck_assert_uint_eq(d.cursor, places[i]);
        document_move(&d, MOVE_RIGHT);
    }
    for (size_t i = sizeof(places) / sizeof(places[0]); i-- > 0;) {
        ck_assert_uint_eq(d.cursor, places[i]);
        document_move(&d, MOVE_LEFT);
    }
    d.cursor = 3;
    document_backspace(&d);
    must_be("a\342\202\254\377\200b");
    document_delete(&d);
    must_be("a\377\200b");
    finish();
}
END_TEST

START_TEST(up_and_down_keep_the_column_over_short_lines)
{
    begin("0123456789\n\ta\nx\n0123456789");
    d.cursor = 9;
    document_move(&d, MOVE_DOWN);
    ck_assert_uint_eq(d.cursor, 11 + 2); /* column 9: behind the tab and the letter */
    document_move(&d, MOVE_DOWN);
    ck_assert_uint_eq(d.cursor, 14 + 1);
    document_move(&d, MOVE_DOWN);
    ck_assert_uint_eq(d.cursor, 16 + 9);
    document_move(&d, MOVE_DOWN);
    ck_assert_uint_eq(d.cursor, 16 + 9);
    document_go_to_line(&d, 2);
    ck_assert_uint_eq(d.cursor, 11);
    ck_assert_uint_eq(document_line(&d), 2);
    document_go_to_line(&d, 99);
    ck_assert_uint_eq(document_line(&d), 4);
    finish();
}
END_TEST

START_TEST(a_search_goes_round_both_ways_and_a_capital_makes_it_exact)
{
    begin("Word word WORD");
    ck_assert(document_search(&d, "word", 4, true));
    ck_assert_uint_eq(d.cursor, 5);
    ck_assert(document_search(&d, "word", 4, true));
    ck_assert_uint_eq(d.cursor, 10);
    ck_assert(document_search(&d, "word", 4, true));
    ck_assert_uint_eq(d.cursor, 0);
    ck_assert(document_search(&d, "word", 4, false));
    ck_assert_uint_eq(d.cursor, 10);
    ck_assert(document_search(&d, "Word", 4, true));
    ck_assert_uint_eq(d.cursor, 0);
    ck_assert(!document_search(&d, "wORD", 4, true));
    ck_assert(!document_search(&d, "", 0, true));
    ck_assert(!document_search(&d, "word word word word", 19, true));
    document_move(&d, MOVE_END);
    ck_assert(document_search(&d, "d", 1, false));
    ck_assert_uint_eq(d.cursor, 13);
    finish();
}
END_TEST

/* ---- files ---- */

static char folder[] = "/tmp/nonos-edit-XXXXXX";

static void files_begin(void)
{
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void files_end(void)
{
    char command[64];
    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void file_must_be(const char *path, const char *text)
{
    struct file_state state;
    char *got;
    size_t len;
    ck_assert_int_eq(file_read(path, &got, &len, &state), 0);
    ck_assert_uint_eq(len, strlen(text));
    ck_assert_mem_eq(got, text, len);
    free(got);
}

static void file_put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

START_TEST(a_saved_file_is_new_and_keeps_mode_and_links)
{
    struct file_state state;
    struct stat before, after;
    char *text;
    size_t len;
    file_put("f", "old");
    ck_assert_int_eq(chmod("f", 0640), 0);
    ck_assert_int_eq(mkdir("sub", 0755), 0);
    ck_assert_int_eq(symlink("../f", "sub/l"), 0);
    ck_assert_int_eq(file_read("sub/l", &text, &len, &state), 0);
    ck_assert_int_eq(stat("f", &before), 0);
    document_begin(&d, text, len);
    free(text);
    type("very ");
    ck_assert_int_eq(file_save("sub/l", &d.text, &state), 0);
    file_must_be("f", "very old");
    ck_assert_int_eq(stat("f", &after), 0);
    ck_assert_uint_ne(after.st_ino, before.st_ino);
    ck_assert_uint_eq(after.st_mode & 07777, 0640);
    ck_assert_int_eq(lstat("sub/l", &after), 0);
    ck_assert(S_ISLNK(after.st_mode));
    ck_assert_int_ne(access("f.new0", F_OK), 0);
    ck_assert(!file_changed("sub/l", &state));
    finish();
}
END_TEST

START_TEST(a_file_that_cannot_be_saved_stays_as_it_was)
{
    struct file_state state = {0};
    begin("text");
    ck_assert_int_eq(file_save("no/such/folder", &d.text, &state), ENOENT);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    ck_assert_int_eq(file_save("loop", &d.text, &state), ELOOP);
    ck_assert_int_eq(mkdir("directory", 0755), 0);
    ck_assert_int_ne(file_save("directory", &d.text, &state), 0);
    ck_assert_int_ne(access("directory.new0", F_OK), 0);
    ck_assert(!state.exists);
    finish();
}
END_TEST

START_TEST(a_file_that_somebody_else_wrote_is_noticed)
{
    struct file_state state;
    char *text;
    size_t len;
    file_put("f", "one");
    ck_assert_int_eq(file_read("f", &text, &len, &state), 0);
    free(text);
    ck_assert(!file_changed("f", &state));
    file_put("f", "three");
    ck_assert(file_changed("f", &state));
    ck_assert_int_eq(file_read("none", &text, &len, &state), ENOENT);
    ck_assert(!file_changed("none", &state));
    file_put("none", "x");
    ck_assert(file_changed("none", &state));
    ck_assert_int_eq(file_read(".", &text, &len, &state), EISDIR);
}
END_TEST

START_TEST(a_large_text_is_saved_whole)
{
    struct file_state state = {0};
    char *line = malloc(200001);
    memset(line, 'z', 200000);
    line[200000] = '\0';
    begin(line);
    d.cursor = 100000;
    document_insert(&d, "\n", 1);
    ck_assert_int_eq(file_save("large", &d.text, &state), 0);
    struct stat st;
    ck_assert_int_eq(stat("large", &st), 0);
    ck_assert_int_eq(st.st_size, 200001);
    free(line);
    finish();
}
END_TEST

static Suite *edit_suite(void)
{
    Suite *suite = suite_create("edit");
    TCase *tc = tcase_create("text");
    tcase_add_test(tc, random_changes_of_a_buffer_agree_with_a_model);
    tcase_add_test(tc, everything_that_was_done_can_be_undone_and_done_again);
    tcase_add_test(tc, what_was_typed_in_a_row_is_one_change);
    tcase_add_test(tc, a_replaced_selection_comes_back_in_one_step);
    tcase_add_test(tc, a_document_knows_whether_it_is_as_it_was_saved);
    tcase_add_test(tc, old_changes_are_forgotten_and_the_others_still_fit);
    tcase_add_test(tc, cut_and_paste_move_text);
    tcase_add_test(tc, characters_are_moved_over_whole_and_bytes_that_are_none_one_by_one);
    tcase_add_test(tc, up_and_down_keep_the_column_over_short_lines);
    tcase_add_test(tc, a_search_goes_round_both_ways_and_a_capital_makes_it_exact);
    suite_add_tcase(suite, tc);

    tc = tcase_create("files");
    tcase_add_checked_fixture(tc, files_begin, files_end);
    tcase_add_test(tc, a_saved_file_is_new_and_keeps_mode_and_links);
    tcase_add_test(tc, a_file_that_cannot_be_saved_stays_as_it_was);
    tcase_add_test(tc, a_file_that_somebody_else_wrote_is_noticed);
    tcase_add_test(tc, a_large_text_is_saved_whole);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(edit_suite)
