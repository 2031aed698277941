#include "vfs_battery.h"

#include <check_main.h>

#define BIG  100003u /* bytes */
#define MANY 300

struct vfs_tree battery;

#define T    (&battery)
#define ROOT (&battery.root)

static uint8_t big_byte(size_t i)
{
    return (uint8_t)(i * 7 + i / 251 + i / 65537);
}

static uint8_t big[BIG];

static void long_name(char *name, char fill)
{
    memset(name, fill, NONFS_NAME_MAX);
    name[NONFS_NAME_MAX] = '\0';
}

void battery_fill(struct vfs_tree *t)
{
    char name[300] = "/many/";

    for (size_t i = 0; i < BIG; i++)
        big[i] = big_byte(i);
    ck_assert_int_eq(tree_make_directory(t, &t->root, "/dir"), 0);
    ck_assert_int_eq(tree_make_directory(t, &t->root, "/dir/deep"), 0);
    ck_assert_int_eq(tree_make_directory(t, &t->root, "/secret"), 0);
    ck_assert_int_eq(tree_make_directory(t, &t->root, "/many"), 0);
    ck_assert_int_eq(tree_put(t, &t->root, "/dir/file", "text", 4), 0);
    ck_assert_int_eq(tree_put(t, &t->root, "/dir/deep/file", "deeper", 6), 0);
    ck_assert_int_eq(tree_put(t, &t->root, "/secret/key", "hidden", 6), 0);
    ck_assert_int_eq(tree_put(t, &t->root, "/big", big, BIG), 0);
    ck_assert_int_eq(tree_symlink(t, &t->root, "/dir/deep", "/absolute"), 0);
    ck_assert_int_eq(tree_symlink(t, &t->root, "../dir/file", "/dir/relative"), 0);
    ck_assert_int_eq(tree_symlink(t, &t->root, "/secret/key", "/dir/out"), 0);
    ck_assert_int_eq(tree_symlink(t, &t->root, "circle", "/circle"), 0);
    for (int i = 0; i < MANY; i++) {
        snprintf(name + 6, sizeof(name) - 6, "%03d", i);
        ck_assert_int_eq(tree_put(t, &t->root, name, name, i % 5), 0);
    }
    long_name(name + 6, 'l');
    ck_assert_int_eq(tree_put(t, &t->root, name, "long", 4), 0);
}

/* ---- reading ---- */

START_TEST(paths_lead_where_they_say)
{
    tree_must_hold(T, ROOT, "/dir/file", "text");
    tree_must_hold(T, ROOT, "dir//./deep/../file", "text");
    tree_must_hold(T, ROOT, "/../../dir/file", "text");
    tree_must_hold(T, ROOT, "/absolute/file", "deeper");
    tree_must_hold(T, ROOT, "/absolute/../file", "text");
    tree_must_hold(T, ROOT, "/dir/relative", "text");
}
END_TEST

START_TEST(paths_that_lead_nowhere_say_why)
{
    static const char nul[] = "/dir/fi\0le";
    char path[NONFS_PATH_MAX + 1], name[300] = "/";
    struct nonfs_fs_stat stat;

    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/no"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, ""), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/no/no"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/dir/file/"), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/dir/file/x"), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/circle"), NONFS_E_LOOP);
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/dir"), NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(nonfs_path_stat(ROOT, &T->scratch, nul, sizeof(nul) - 1, 0, &stat),
                     NONFS_E_INVALID);
    long_name(name + 1, 'x');
    ck_assert_int_eq(tree_get_nothing(T, ROOT, name), NONFS_E_NOT_FOUND);
    strcat(name, "x");
    ck_assert_int_eq(tree_get_nothing(T, ROOT, name), NONFS_E_NAME_TOO_LONG);
    memset(path, '/', sizeof(path));
    ck_assert_int_eq(nonfs_path_stat(ROOT, &T->scratch, path, NONFS_PATH_MAX, 0, &stat), 0);
    ck_assert_int_eq(nonfs_path_stat(ROOT, &T->scratch, path, sizeof(path), 0, &stat),
                     NONFS_E_NAME_TOO_LONG);
}
END_TEST

START_TEST(any_piece_of_a_file_is_what_was_written)
{
    uint64_t seed = check_seed();
    struct nonfs_file file;
    static uint8_t piece[20000];
    size_t done;

    ck_assert_int_eq(tree_open_file(T, ROOT, "/big", NONFS_OPEN_READ, &file), 0);
    for (int i = 0; i < 300; i++) {
        size_t at = (size_t)(check_random(&seed) % (BIG + 10)),
               len = (size_t)(check_random(&seed) % sizeof(piece));
        size_t expected = at >= BIG ? 0 : len < BIG - at ? len : BIG - at;
        ck_assert_int_eq(nonfs_file_read(&file, at, piece, len, &done), 0);
        ck_assert_uint_eq(done, expected);
        ck_assert_mem_eq(piece, big + (at < BIG ? at : 0), done);
    }
    nonfs_file_close(&file);
}
END_TEST

START_TEST(a_directory_read_in_pieces_misses_nothing)
{
    static struct tree_names n;
    char name[300];

    for (size_t room = 1; room < 400; room = room * 7 + 1) {
        tree_list(T, ROOT, "/many", room, &n);
        ck_assert_uint_eq(n.count, MANY + 1);
        for (int i = 0; i < MANY; i++) {
            snprintf(name, sizeof(name), "%03d", i);
            ck_assert_str_eq(n.names[i], name);
        }
        long_name(name, 'l');
        ck_assert_str_eq(n.names[MANY], name);
    }
}
END_TEST

START_TEST(files_directories_and_links_are_described)
{
    struct nonfs_fs_stat dir, file, link;
    char target[64];
    size_t len;

    ck_assert_int_eq(tree_stat(T, ROOT, "/dir", &dir), 0);
    ck_assert_int_eq(dir.kind, NONFS_KIND_DIRECTORY);
    ck_assert_uint_eq(dir.links, 3);
    ck_assert_int_eq(tree_stat(T, ROOT, "/dir/file", &file), 0);
    ck_assert_int_eq(file.kind, NONFS_KIND_FILE);
    ck_assert_uint_eq(file.size, 4);
    ck_assert_uint_eq(file.mode, 0644);
    ck_assert_uint_eq(file.links, 1);
    ck_assert_int_eq(tree_stat(T, ROOT, "/dir/relative", &link), 0);
    ck_assert_int_eq(link.kind, NONFS_KIND_SYMLINK);
    ck_assert_uint_eq(link.size, strlen("../dir/file"));
    ck_assert_int_eq(
        nonfs_path_read_link(ROOT, &T->scratch, "/dir/relative", 13, target, sizeof(target), &len),
        0);
    ck_assert_uint_eq(len, strlen("../dir/file"));
    ck_assert_mem_eq(target, "../dir/file", len);
    ck_assert_int_eq(nonfs_path_read_link(ROOT, &T->scratch, "/dir/relative", 13, target, 10, &len),
                     NONFS_E_NO_SPACE);
    ck_assert_int_eq(
        nonfs_path_read_link(ROOT, &T->scratch, "/dir/file", 9, target, sizeof(target), &len),
        NONFS_E_INVALID);
}
END_TEST

START_TEST(a_view_shows_only_its_paths)
{
    static struct nonfs_view view, inner;
    struct nonfs_file dir, narrower;
    static struct tree_names n;

    ck_assert_int_eq(tree_view(T, ROOT, "/dir rw\n/dir/deep ro\n", &view, &dir), 0);
    tree_list(T, &dir, "/", 100, &n);
    ck_assert_uint_eq(n.count, 1);
    ck_assert_str_eq(n.names[0], "dir");
    tree_must_hold(T, &dir, "/dir/deep/../file", "text");
    ck_assert_int_eq(tree_get_nothing(T, &dir, "/secret/key"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, &dir, "/dir/../secret/key"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, &dir, "/dir/out"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_put(T, &dir, "/dir/deep/file", "x", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_view(T, &dir, "/dir ro\n", &inner, &narrower), 0);
    tree_must_hold(T, &narrower, "/dir/deep/file", "deeper");
    ck_assert_int_eq(tree_put(T, &narrower, "/dir/file", "x", 1), NONFS_E_READ_ONLY);
    nonfs_file_close(&narrower);
    ck_assert_int_eq(tree_view(T, &dir, "/secret rw\n", &inner, &narrower), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_view(T, &dir, "/dir wr\n", &inner, &narrower), NONFS_E_INVALID);
    nonfs_file_close(&dir);
}
END_TEST

void battery_add_reading(TCase *tc)
{
    tcase_add_test(tc, paths_lead_where_they_say);
    tcase_add_test(tc, paths_that_lead_nowhere_say_why);
    tcase_add_test(tc, any_piece_of_a_file_is_what_was_written);
    tcase_add_test(tc, a_directory_read_in_pieces_misses_nothing);
    tcase_add_test(tc, files_directories_and_links_are_described);
    tcase_add_test(tc, a_view_shows_only_its_paths);
}

/* ---- writing ---- */

#define FILE_MAX 70000u

START_TEST(random_writes_and_cuts_agree_with_a_model)
{
    static uint8_t model[FILE_MAX], got[FILE_MAX + 1], bytes[9000];
    uint64_t seed = check_seed();
    size_t size = 0, done;
    struct nonfs_file file;

    memset(model, 0, sizeof(model));
    ck_assert_int_eq(tree_open_file(T, ROOT, "/model",
                                    NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, &file),
                     0);
    for (int step = 0; step < 600; step++) {
        size_t at = (size_t)(check_random(&seed) % (FILE_MAX - sizeof(bytes)));
        size_t len = (size_t)(check_random(&seed) % (step % 3 ? 200 : sizeof(bytes)));
        if (check_random(&seed) % 8 == 0) {
            ck_assert_int_eq(nonfs_file_truncate(&file, at), 0);
            if (at < size)
                memset(model + at, 0, size - at);
            size = at;
        } else {
            for (size_t i = 0; i < len; i++)
                bytes[i] = (uint8_t)check_random(&seed);
            ck_assert_int_eq(nonfs_file_write(&file, at, bytes, len, &done), 0);
            ck_assert_uint_eq(done, len);
            memcpy(model + at, bytes, len);
            if (len > 0 && at + len > size)
                size = at + len;
        }
        if (step % 10 != 0)
            continue;
        ck_assert_int_eq(nonfs_file_read(&file, 0, got, sizeof(got), &done), 0);
        ck_assert_uint_eq(done, size);
        ck_assert_mem_eq(got, model, size);
    }
    nonfs_file_close(&file);
}
END_TEST

START_TEST(a_hole_reads_as_zeros_and_takes_no_room)
{
    struct nonfs_file file;
    struct nonfs_fs_stat stat;
    uint8_t got[8];
    size_t done;

    ck_assert_int_eq(tree_open_file(T, ROOT, "/hole",
                                    NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, &file),
                     0);
    ck_assert_int_eq(nonfs_file_write(&file, 1u << 20, "end", 3, &done), 0);
    ck_assert_int_eq(nonfs_file_stat(&file, &stat), 0);
    ck_assert_uint_eq(stat.size, (1u << 20) + 3);
    ck_assert_uint_le(stat.allocated, 8192);
    ck_assert_int_eq(nonfs_file_read(&file, (1u << 20) - 5, got, sizeof(got), &done), 0);
    ck_assert_uint_eq(done, 8);
    ck_assert_mem_eq(got, "\0\0\0\0\0end", 8);
    ck_assert_int_eq(nonfs_file_write(&file, UINT64_C(1) << 60, "x", 1, &done), NONFS_E_FULL);
    ck_assert_int_eq(nonfs_file_write(&file, UINT64_MAX - 1, "x", 1, &done), NONFS_E_FULL);
    nonfs_file_close(&file);
}
END_TEST

START_TEST(a_full_file_system_says_so_and_has_room_again_later)
{
    static uint8_t bytes[65536];
    struct nonfs_file file;
    uint64_t total = 0;
    size_t done;
    int r;

    memset(bytes, 'f', sizeof(bytes));
    ck_assert_int_eq(tree_open_file(T, ROOT, "/fill", NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, &file),
                     0);
    do {
        r = nonfs_file_write(&file, NONFS_FILE_POSITION, bytes, sizeof(bytes), &done);
        total += r == 0 ? done : 0;
    } while (r == 0 && total < 32u << 20);
    ck_assert_int_eq(r, NONFS_E_FULL);
    ck_assert_uint_gt(total, 2u << 20);
    nonfs_file_close(&file);
    tree_must_hold(T, ROOT, "/dir/file", "text");
    ck_assert_int_eq(tree_remove(T, ROOT, "/fill", false), 0);
    ck_assert_int_eq(tree_put(T, ROOT, "/again", bytes, sizeof(bytes)), 0);
}
END_TEST

START_TEST(what_is_open_lives_without_a_name)
{
    struct nonfs_file file;
    struct nonfs_fs_stat stat, other;
    char text[16] = "";
    size_t done;

    ck_assert_int_eq(
        tree_open_file(T, ROOT, "/dir/file", NONFS_OPEN_READ | NONFS_OPEN_WRITE, &file), 0);
    ck_assert_int_eq(tree_remove(T, ROOT, "/dir/file", false), 0);
    ck_assert_int_eq(tree_put(T, ROOT, "/dir/file", "new", 3), 0);
    ck_assert_int_eq(nonfs_file_stat(&file, &stat), 0);
    ck_assert_uint_eq(stat.links, 0);
    ck_assert_int_eq(tree_stat(T, ROOT, "/dir/file", &other), 0);
    ck_assert_uint_ne(other.inode, stat.inode);
    ck_assert_int_eq(nonfs_file_write(&file, 4, "!", 1, &done), 0);
    ck_assert_int_eq(nonfs_file_read(&file, 0, text, sizeof(text), &done), 0);
    ck_assert_str_eq(text, "text!");
    nonfs_file_close(&file);
    tree_must_hold(T, ROOT, "/dir/file", "new");
}
END_TEST

START_TEST(a_removed_directory_takes_no_names_and_leads_nowhere)
{
    struct nonfs_file dir;

    ck_assert_int_eq(tree_make_directory(T, ROOT, "/a"), 0);
    ck_assert_int_eq(tree_make_directory(T, ROOT, "/a/b"), 0);
    ck_assert_int_eq(tree_open_file(T, ROOT, "/a/b", NONFS_OPEN_READ, &dir), 0);
    ck_assert_int_eq(tree_remove(T, ROOT, "/a/b", true), 0);
    ck_assert_int_eq(tree_remove(T, ROOT, "/a", true), 0);
    ck_assert_int_lt(tree_put(T, &dir, "x", "x", 1), 0);
    ck_assert_int_eq(tree_get_nothing(T, &dir, "../dir/file"), NONFS_E_NOT_FOUND);
    tree_must_hold(T, &dir, "/dir/file", "text");
    nonfs_file_close(&dir);
}
END_TEST

START_TEST(removing_says_what_must_be_there)
{
    ck_assert_int_eq(tree_remove(T, ROOT, "/dir", true), NONFS_E_NOT_EMPTY);
    ck_assert_int_eq(tree_remove(T, ROOT, "/dir", false), NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(tree_remove(T, ROOT, "/big", true), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(tree_remove(T, ROOT, "/no", false), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_remove(T, ROOT, "/dir/..", true), NONFS_E_INVALID);
    ck_assert_int_eq(tree_remove(T, ROOT, "/absolute", false), 0);
    tree_must_hold(T, ROOT, "/dir/deep/file", "deeper");
}
END_TEST

START_TEST(a_move_replaces_as_rename_does)
{
    ck_assert_int_eq(tree_rename(T, ROOT, "/dir/file", "/dir/deep/file"), 0);
    tree_must_hold(T, ROOT, "/dir/deep/file", "text");
    ck_assert_int_eq(tree_get_nothing(T, ROOT, "/dir/file"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_rename(T, ROOT, "/dir", "/dir/deep/x"), NONFS_E_INVALID);
    ck_assert_int_eq(tree_rename(T, ROOT, "/secret", "/dir"), NONFS_E_NOT_EMPTY);
    ck_assert_int_eq(tree_rename(T, ROOT, "/secret", "/big"), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(tree_rename(T, ROOT, "/big", "/dir"), NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(tree_rename(T, ROOT, "/no", "/big"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_make_directory(T, ROOT, "/empty"), 0);
    ck_assert_int_eq(tree_rename(T, ROOT, "/secret", "/empty"), 0);
    tree_must_hold(T, ROOT, "/empty/key", "hidden");
    ck_assert_int_eq(tree_rename(T, ROOT, "/dir/deep", "/empty/deep"), 0);
    tree_must_hold(T, ROOT, "/empty/deep/../key", "hidden");
    ck_assert_int_eq(tree_rename(T, ROOT, "/empty/deep", "/empty/deep"), 0);
}
END_TEST

START_TEST(a_file_with_two_names_is_one_file)
{
    struct nonfs_fs_stat a, b;

    ck_assert_int_eq(tree_link(T, ROOT, "/dir/file", "/second"), 0);
    ck_assert_int_eq(tree_link(T, ROOT, "/dir/file", "/second"), NONFS_E_EXISTS);
    ck_assert_int_eq(tree_link(T, ROOT, "/dir", "/third"), NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(tree_stat(T, ROOT, "/dir/file", &a), 0);
    ck_assert_int_eq(tree_stat(T, ROOT, "/second", &b), 0);
    ck_assert_uint_eq(a.inode, b.inode);
    ck_assert_uint_eq(a.links, 2);
    ck_assert_int_eq(tree_rename(T, ROOT, "/dir/file", "/second"), 0); /* nothing is done */
    ck_assert_int_eq(tree_put(T, ROOT, "/second", "both", 4), 0);
    tree_must_hold(T, ROOT, "/dir/file", "both");
    ck_assert_int_eq(tree_remove(T, ROOT, "/dir/file", false), 0);
    tree_must_hold(T, ROOT, "/second", "both");
    ck_assert_int_eq(tree_stat(T, ROOT, "/second", &b), 0);
    ck_assert_uint_eq(b.links, 1);
}
END_TEST

START_TEST(flags_of_an_opening_are_kept)
{
    struct nonfs_file file;
    char text[16] = "";
    uint64_t position;
    size_t done;

    ck_assert_int_eq(
        tree_open_file(T, ROOT, "/dir/file", NONFS_OPEN_CREATE | NONFS_OPEN_EXCLUSIVE, &file),
        NONFS_E_EXISTS);
    ck_assert_int_eq(
        tree_open_file(T, ROOT, "/dir/out", NONFS_OPEN_READ | NONFS_OPEN_NO_FOLLOW, &file),
        NONFS_E_LOOP);
    ck_assert_int_eq(
        tree_open_file(T, ROOT, "/dir/file", NONFS_OPEN_READ | NONFS_OPEN_DIRECTORY, &file),
        NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(tree_open_file(T, ROOT, "/dir", NONFS_OPEN_WRITE, &file),
                     NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(tree_open_file(T, ROOT, "/dir/file",
                                    NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_APPEND, &file),
                     0);
    ck_assert_int_eq(nonfs_file_write(&file, 0, "+", 1, &done), 0);
    ck_assert_int_eq(nonfs_file_write(&file, NONFS_FILE_POSITION, "+", 1, &done), 0);
    ck_assert_int_eq(nonfs_file_seek(&file, -5, NONFS_SEEK_END, &position), 0);
    ck_assert_uint_eq(position, 1);
    ck_assert_int_eq(nonfs_file_seek(&file, -2, NONFS_SEEK_CURRENT, &position), NONFS_E_RANGE);
    ck_assert_int_eq(nonfs_file_read(&file, NONFS_FILE_POSITION, text, sizeof(text), &done), 0);
    ck_assert_str_eq(text, "ext++");
    nonfs_file_close(&file);
    ck_assert_int_eq(tree_open_file(T, ROOT, "/dir/file", NONFS_OPEN_READ, &file), 0);
    ck_assert_int_eq(nonfs_file_write(&file, 0, "x", 1, &done), NONFS_E_DENIED);
    ck_assert_int_eq(nonfs_file_truncate(&file, 0), NONFS_E_DENIED);
    nonfs_file_close(&file);
    ck_assert_int_eq(tree_open_file(T, ROOT, "/dir/file", NONFS_OPEN_WRITE, &file), 0);
    ck_assert_int_eq(nonfs_file_read(&file, 0, text, 1, &done), NONFS_E_DENIED);
    nonfs_file_close(&file);
}
END_TEST

START_TEST(modes_and_times_are_kept)
{
    struct nonfs_fs_stat stat;

    ck_assert_int_eq(nonfs_path_set_mode(ROOT, &T->scratch, "/dir/file", 9, 04751), 0);
    ck_assert_int_eq(
        nonfs_path_set_times(ROOT, &T->scratch, "/dir/file", 9, -1, INT64_C(1234567890123456789)),
        0);
    ck_assert_int_eq(tree_stat(T, ROOT, "/dir/file", &stat), 0);
    ck_assert_uint_eq(stat.mode, 04751);
    ck_assert_int_eq(stat.access_ns, -1);
    ck_assert_int_eq(stat.modify_ns, INT64_C(1234567890123456789));
}
END_TEST

START_TEST(a_view_changes_only_what_it_may)
{
    static struct nonfs_view view;
    struct nonfs_file dir, file;

    ck_assert_int_eq(tree_view(T, ROOT, "/dir ro\n/secret rw\n", &view, &dir), 0);
    ck_assert_int_eq(tree_put(T, &dir, "/dir/file", "x", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_put(T, &dir, "/dir/new", "x", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_put(T, &dir, "/new", "x", 1), NONFS_E_DENIED);
    ck_assert_int_eq(
        tree_open_file(T, &dir, "/dir/file", NONFS_OPEN_READ | NONFS_OPEN_TRUNCATE, &file),
        NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_remove(T, &dir, "/dir/file", false), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_rename(T, &dir, "/dir/file", "/secret/x"), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_rename(T, &dir, "/secret/key", "/dir/x"), NONFS_E_READ_ONLY);
    /* A second name in a writable place must not make a read-only file writable. */
    ck_assert_int_eq(tree_link(T, &dir, "/dir/file", "/secret/x"), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_symlink(T, &dir, "x", "/dir/x"), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_make_directory(T, &dir, "/dir/x"), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_path_set_mode(&dir, &T->scratch, "/dir/file", 9, 0), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_put(T, &dir, "/secret/key", "changed", 7), 0);
    nonfs_file_close(&dir);
    tree_must_hold(T, ROOT, "/secret/key", "changed");
    tree_must_hold(T, ROOT, "/dir/file", "text");
}
END_TEST

START_TEST(a_moved_directory_does_not_carry_its_holder_out_of_a_view)
{
    static struct nonfs_view view;
    struct nonfs_file top, dir;

    ck_assert_int_eq(tree_view(T, ROOT, "/dir rw\n", &view, &top), 0);
    ck_assert_int_eq(tree_open_file(T, &top, "/dir/deep", NONFS_OPEN_READ, &dir), 0);
    ck_assert_int_eq(tree_rename(T, ROOT, "/dir/deep", "/secret/deep"), 0);
    ck_assert_int_eq(tree_get_nothing(T, &dir, "../key"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(T, &dir, "file"), NONFS_E_NOT_FOUND);
    nonfs_file_close(&dir);
    nonfs_file_close(&top);
}
END_TEST

START_TEST(random_names_agree_with_a_model)
{
    uint64_t seed = check_seed();
    char model[6][8][12]; /* text of file j of directory i */
    bool there[6][8] = {{false}};
    char a[64], b[64];

    for (int i = 0; i < 6; i++) {
        snprintf(a, sizeof(a), "/%d", i);
        ck_assert_int_eq(tree_make_directory(T, ROOT, a), 0);
    }
    for (int step = 0; step < 6000; step++) {
        unsigned i = check_random(&seed) % 6, j = check_random(&seed) % 8;
        unsigned k = check_random(&seed) % 6, l = check_random(&seed) % 8;
        int expected = there[i][j] ? 0 : NONFS_E_NOT_FOUND;
        snprintf(a, sizeof(a), "/%u/%u", i, j);
        snprintf(b, sizeof(b), "/%u/../%u/%u", i, k, l);
        switch (check_random(&seed) % 4) {
        case 0:
            snprintf(model[i][j], sizeof(model[i][j]), "%d", step);
            there[i][j] = true;
            ck_assert_int_eq(tree_put(T, ROOT, a, model[i][j], strlen(model[i][j])), 0);
            break;
        case 1:
            ck_assert_int_eq(tree_remove(T, ROOT, a, false), expected);
            there[i][j] = false;
            break;
        case 2:
            ck_assert_int_eq(tree_rename(T, ROOT, a, b), expected);
            if (there[i][j] && !(i == k && j == l)) {
                memcpy(model[k][l], model[i][j], sizeof(model[k][l]));
                there[k][l] = true;
                there[i][j] = false;
            }
            break;
        default:
            if (there[i][j])
                tree_must_hold(T, ROOT, a, model[i][j]);
            else
                ck_assert_int_eq(tree_get_nothing(T, ROOT, a), NONFS_E_NOT_FOUND);
        }
    }
}
END_TEST

void battery_add_writing(TCase *tc)
{
    tcase_add_test(tc, random_writes_and_cuts_agree_with_a_model);
    tcase_add_test(tc, a_hole_reads_as_zeros_and_takes_no_room);
    tcase_add_test(tc, a_full_file_system_says_so_and_has_room_again_later);
    tcase_add_test(tc, what_is_open_lives_without_a_name);
    tcase_add_test(tc, a_removed_directory_takes_no_names_and_leads_nowhere);
    tcase_add_test(tc, removing_says_what_must_be_there);
    tcase_add_test(tc, a_move_replaces_as_rename_does);
    tcase_add_test(tc, a_file_with_two_names_is_one_file);
    tcase_add_test(tc, flags_of_an_opening_are_kept);
    tcase_add_test(tc, modes_and_times_are_kept);
    tcase_add_test(tc, a_view_changes_only_what_it_may);
    tcase_add_test(tc, a_moved_directory_does_not_carry_its_holder_out_of_a_view);
    tcase_add_test(tc, random_names_agree_with_a_model);
}
