/* The vfs without its messages: RAM file system, ext4, archive, walk, views, pipes and the file protocol's requests. */
#include <check_main.h>

#include "vfs_client.h"

START_TEST(what_is_written_is_read_back)
{
    char text[64];
    write_file(&root, "/a", "hello");
    ck_assert_int_eq(read_file(&root, "a", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "hello");
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    struct handle f;
    ck_assert_int_eq(open_path(&root, "/no", NONOS_OPEN_READ, &f), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(open_path(&root, "/no/no", NONOS_OPEN_CREATE, &f), NONOS_E_NOT_FOUND);
    write_file(&root, "/a", "x");
    ck_assert_int_eq(open_path(&root, "/a/b", NONOS_OPEN_READ, &f), NONOS_E_NOT_DIRECTORY);
    ck_assert_int_eq(open_path(&root, "/a/", NONOS_OPEN_READ, &f), NONOS_E_NOT_DIRECTORY);
}
END_TEST

START_TEST(dot_dot_at_the_root_stays)
{
    char text[64];
    write_file(&root, "/a", "top");
    ck_assert_int_eq(read_file(&root, "/../../a", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "top");
}
END_TEST

START_TEST(a_hole_reads_as_zeros_and_costs_nothing)
{
    struct handle f;
    struct file_reply reply;
    ck_assert_int_eq(
        open_path(&root, "/s", NONOS_OPEN_READ | NONOS_OPEN_WRITE | NONOS_OPEN_CREATE, &f), 0);
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, "end"), 1u << 20};
    ck_assert_int_eq(request(&f, NONOS_FILE_WRITE, w, &reply), 0);
    struct nonos_file_stat stat;
    uint64_t s[NONOS_IPC_WORDS] = {0};
    ck_assert_int_eq(request(&f, NONOS_FILE_STAT, s, &reply), 0);
    memcpy(&stat, shared_bytes, sizeof(stat));
    ck_assert_uint_eq(stat.size, (1u << 20) + 3);
    ck_assert_uint_eq(stat.blocks, 8);
    uint64_t r[NONOS_IPC_WORDS] = {0, 10, (1u << 20) - 5};
    ck_assert_int_eq(request(&f, NONOS_FILE_READ, r, &reply), 0);
    ck_assert_uint_eq(reply.words[0], 8);
    ck_assert_mem_eq(shared_bytes, "\0\0\0\0\0end", 8);
    handle_close(&f);
}
END_TEST

START_TEST(growing_after_a_cut_reads_zeros)
{
    struct handle f;
    struct file_reply reply;
    char text[64];
    write_file(&root, "/t", "abcdef");
    ck_assert_int_eq(open_path(&root, "/t", NONOS_OPEN_WRITE, &f), 0);
    uint64_t two[NONOS_IPC_WORDS] = {2}, six[NONOS_IPC_WORDS] = {6};
    ck_assert_int_eq(request(&f, NONOS_FILE_TRUNCATE, two, &reply), 0);
    ck_assert_int_eq(request(&f, NONOS_FILE_TRUNCATE, six, &reply), 0);
    handle_close(&f);
    ck_assert_int_eq(read_file(&root, "/t", text, sizeof(text)), 0);
    ck_assert_mem_eq(text, "ab\0\0\0\0", 6);
}
END_TEST

START_TEST(a_full_file_system_says_so_and_keeps_what_it_has)
{
    struct handle f;
    struct file_reply reply;
    int r = 0;
    uint64_t total = 0;
    ck_assert_int_eq(open_path(&root, "/f", NONOS_OPEN_WRITE | NONOS_OPEN_CREATE, &f), 0);
    while (r == 0 && total < (8u << 20)) {
        uint64_t w[NONOS_IPC_WORDS] = {0, BUFFER, NONOS_FILE_CURRENT};
        r = request(&f, NONOS_FILE_WRITE, w, &reply);
        if (r == 0)
            total += reply.words[0];
    }
    ck_assert_int_eq(r, NONOS_E_NO_SPACE);
    ck_assert_uint_le(total, 4u << 20);
    ck_assert_uint_ge(total, 3u << 20);
    handle_close(&f);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/f", 0), 0);
    write_file(&root, "/g", "room again");
}
END_TEST

START_TEST(an_offset_far_out_costs_no_memory)
{
    struct handle f;
    struct file_reply reply;
    ck_assert_int_eq(open_path(&root, "/f", NONOS_OPEN_WRITE | NONOS_OPEN_CREATE, &f), 0);
    uint64_t w[NONOS_IPC_WORDS] = {0, 1, 1ull << 60};
    ck_assert_int_eq(request(&f, NONOS_FILE_WRITE, w, &reply), NONOS_E_NO_SPACE);
    w[2] = UINT64_MAX - 1;
    ck_assert_int_eq(request(&f, NONOS_FILE_WRITE, w, &reply), NONOS_E_NO_SPACE);
    handle_close(&f);
}
END_TEST

START_TEST(a_removed_file_lives_as_long_as_it_is_open)
{
    struct handle f;
    struct file_reply reply;
    write_file(&root, "/a", "still");
    ck_assert_int_eq(open_path(&root, "/a", NONOS_OPEN_READ, &f), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/a", 0), 0);
    uint64_t w[NONOS_IPC_WORDS] = {0, 5, 0};
    ck_assert_int_eq(request(&f, NONOS_FILE_READ, w, &reply), 0);
    ck_assert_mem_eq(shared_bytes, "still", 5);
    handle_close(&f);
}
END_TEST

START_TEST(directories_are_removed_only_when_empty)
{
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d", 0755), 0);
    write_file(&root, "/d/x", "");
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 1), NONOS_E_NOT_EMPTY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 0), NONOS_E_IS_DIRECTORY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d/x", 1), NONOS_E_NOT_DIRECTORY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d/x", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 1), 0);
}
END_TEST

START_TEST(rename_replaces_and_refuses_cycles)
{
    char text[64];
    write_file(&root, "/a", "new");
    write_file(&root, "/b", "old");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/a", "/b"), 0);
    ck_assert_int_eq(read_file(&root, "/b", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "new");
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d/e", 0), 0);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/d", "/d/e/f"), NONOS_E_INVALID);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/d/e", "/d"), NONOS_E_NOT_EMPTY);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/d/e", "/e"), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 1), 0);
}
END_TEST

START_TEST(symlinks_are_followed_and_loops_end)
{
    char text[64];
    struct handle f;
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d", 0), 0);
    write_file(&root, "/d/x", "here");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "/d", "/l"), 0);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "../d/x", "/d/y"), 0);
    ck_assert_int_eq(read_file(&root, "/l/y", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "here");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "loop", "/loop"), 0);
    ck_assert_int_eq(open_path(&root, "/loop", NONOS_OPEN_READ, &f), NONOS_E_LOOP);
    ck_assert_int_eq(open_path(&root, "/l", NONOS_OPEN_READ | NONOS_OPEN_NO_FOLLOW, &f),
                     NONOS_E_LOOP);
}
END_TEST

START_TEST(a_directory_read_in_pieces_misses_nothing)
{
    char expect[4096] = "", names[4096];
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof(name), "/file-with-a-long-name-%02d", i);
        write_file(&root, name, "");
        strcat(expect, name + 1);
        strcat(expect, " ");
    }
    list(&root, "/", names);
    ck_assert_str_eq(names, expect);
}
END_TEST

START_TEST(numbers_outside_of_the_buffer_are_refused)
{
    struct file_reply reply;
    uint64_t at_end[NONOS_IPC_WORDS] = {BUFFER, 1}, wrap[NONOS_IPC_WORDS] = {2, UINT64_MAX};
    uint64_t stat[NONOS_IPC_WORDS] = {BUFFER - 8};
    ck_assert_int_eq(request(&root, NONOS_FILE_OPEN, at_end, &reply), NONOS_E_RANGE);
    ck_assert_int_eq(request(&root, NONOS_FILE_OPEN, wrap, &reply), NONOS_E_RANGE);
    ck_assert_int_eq(request(&root, NONOS_FILE_STAT, stat, &reply), NONOS_E_RANGE);
    ck_assert_int_eq(request(&root, 4711, stat, &reply), NONOS_E_NO_CALL);
}
END_TEST

START_TEST(a_handle_is_of_no_use_without_the_key_of_its_buffer)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, "/x"), NONOS_OPEN_CREATE, 0, 0, 0, 0, KEY + 1};
    struct handle bare = {root.file, NULL};
    ck_assert_int_eq(
        file_request(&root, NONOS_FILE_OPEN, w, &reply, note_answer, NULL, &last_pending),
        NONOS_E_DENIED);
    ck_assert_int_eq(request(&bare, NONOS_FILE_STAT, w, &reply), NONOS_E_DENIED);
}
END_TEST

START_TEST(mounts_are_listed_a_line_each)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, 100};
    ck_assert_int_eq(request(&root, NONOS_FILE_MOUNTS, w, &reply), 0);
    ck_assert_uint_eq(reply.words[0], strlen("memory / ram rw\n"));
    ck_assert_mem_eq(shared_bytes, "memory / ram rw\n", reply.words[0]);
    w[1] = reply.words[0] - 1;
    ck_assert_int_eq(request(&root, NONOS_FILE_MOUNTS, w, &reply), NONOS_E_RANGE);
}
END_TEST

static void make_view(const char *text, struct handle *out)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, text)};
    ck_assert_int_eq(request(&root, NONOS_FILE_VIEW, w, &reply), 0);
    *out = reply.handles[0];
}

START_TEST(a_view_shows_only_its_paths)
{
    struct handle view, f;
    char names[256], text[64];
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/home", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/home/notes", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/home/keys", 0), 0);
    write_file(&root, "/home/notes/n", "note");
    write_file(&root, "/home/keys/k", "secret");
    make_view("/home/notes ro\n", &view);
    list(&view, "/", names);
    ck_assert_str_eq(names, "home ");
    list(&view, "/home", names);
    ck_assert_str_eq(names, "notes ");
    ck_assert_int_eq(read_file(&view, "/home/notes/n", text, sizeof(text)), 0);
    ck_assert_int_eq(read_file(&view, "/home/notes/../keys/k", text, sizeof(text)),
                     NONOS_E_NOT_FOUND);
    ck_assert_int_eq(open_path(&view, "/home/notes/n", NONOS_OPEN_WRITE, &f), NONOS_E_READ_ONLY);
    ck_assert_int_eq(open_path(&view, "/home/notes/m", NONOS_OPEN_CREATE, &f), NONOS_E_READ_ONLY);
    ck_assert_int_eq(open_path(&view, "/home/m", NONOS_OPEN_CREATE, &f), NONOS_E_DENIED);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_REMOVE, "/home/notes/n", 0), NONOS_E_READ_ONLY);
    handle_close(&view);
}
END_TEST

START_TEST(a_symlink_does_not_lead_out_of_a_view)
{
    struct handle view;
    char text[64];
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/in", 0), 0);
    write_file(&root, "/secret", "s");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "/secret", "/in/a"), 0);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "../secret", "/in/b"), 0);
    make_view("/in rw\n", &view);
    ck_assert_int_eq(read_file(&view, "/in/a", text, sizeof(text)), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(read_file(&view, "/in/b", text, sizeof(text)), NONOS_E_NOT_FOUND);
    handle_close(&view);
}
END_TEST

START_TEST(a_moved_directory_does_not_carry_its_holder_out_of_a_view)
{
    struct handle view, dir;
    char text[64];
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/in", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/in/d", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/out", 0), 0);
    write_file(&root, "/out/secret", "s");
    make_view("/in rw\n", &view);
    ck_assert_int_eq(open_path(&view, "/in/d", NONOS_OPEN_READ | NONOS_OPEN_DIRECTORY, &dir), 0);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/in/d", "/out/d"), 0);
    ck_assert_int_eq(read_file(&dir, "../secret", text, sizeof(text)), NONOS_E_NOT_FOUND);
    handle_close(&dir);
    handle_close(&view);
}
END_TEST

START_TEST(a_view_of_a_view_is_never_wider)
{
    struct handle view, inner;
    struct file_reply reply;
    char text[64];
    struct handle f;
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/a", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/a/locked", 0), 0);
    write_file(&root, "/a/locked/x", "x");
    make_view("/a rw\n/a/locked ro\n", &view);
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, "/a rw\n")};
    ck_assert_int_eq(request(&view, NONOS_FILE_VIEW, w, &reply), 0);
    inner = reply.handles[0];
    ck_assert_int_eq(read_file(&inner, "/a/locked/x", text, sizeof(text)), 0);
    ck_assert_int_eq(open_path(&inner, "/a/locked/x", NONOS_OPEN_WRITE, &f), NONOS_E_READ_ONLY);
    write_file(&inner, "/a/new", "n");
    handle_close(&inner);
    handle_close(&view);
}
END_TEST

START_TEST(a_hard_link_does_not_make_a_read_only_file_writable)
{
    struct handle view;
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/ro", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/rw", 0), 0);
    write_file(&root, "/ro/x", "x");
    make_view("/ro ro\n/rw rw\n", &view);
    ck_assert_int_eq(two_path_op(&view, NONOS_FILE_LINK, "/ro/x", "/rw/x"), NONOS_E_READ_ONLY);
    handle_close(&view);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_LINK, "/ro/x", "/rw/x"), 0);
}
END_TEST

/* ---- mounts and the archive ---- */

static uint8_t archive[3 * 4096];

static void make_archive(const char *first, const char *second)
{
    memset(archive, 0, sizeof(archive));
    struct nonos_archive_header *h = (struct nonos_archive_header *)archive;
    struct nonos_archive_entry *e = (struct nonos_archive_entry *)(archive + sizeof(*h));
    *h = (struct nonos_archive_header){NONOS_ARCHIVE_MAGIC, 1, 2, sizeof(archive), 0, {0}};
    strcpy(e[0].name, first);
    e[0].offset = 4096;
    e[0].len = 5;
    strcpy(e[1].name, second);
    e[1].offset = 8192;
    e[1].len = 7;
    memcpy(archive + 4096, "first", 5);
    memcpy(archive + 8192, "seconds", 7);
}

START_TEST(the_archive_is_mounted_and_read_only)
{
    struct fs *fs;
    struct target t;
    struct handle f;
    char names[256], text[64];
    make_archive("bin/ls", "bin/sub/x");
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/m", 0), 0);
    struct view *whole = view_create_whole();
    ck_assert_int_eq(walk(whole, view_root(whole), "/m", 2, 0, &t), 0);
    ck_assert_int_eq(mount_at(t.at, "/m", fs), 0);
    ck_assert_int_eq(mount_at(t.at, "/m", fs), NONOS_E_BUSY);
    list(&root, "/m/bin", names);
    ck_assert_str_eq(names, "ls sub ");
    ck_assert_int_eq(read_file(&root, "/m/bin/sub/../sub/x", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "seconds");
    write_file(&root, "/top", "t");
    ck_assert_int_eq(read_file(&root, "/m/bin/../../top", text, sizeof(text)), 0);
    ck_assert_int_eq(open_path(&root, "/m/bin/ls", NONOS_OPEN_WRITE, &f), NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/m/new", 0), NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/m", 1), NONOS_E_BUSY);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/top", "/m/bin/top"),
                     NONOS_E_READ_ONLY);
    view_release(whole);
    mount_reset();
    ck_assert_int_eq(mount_root(root_fs), 0);
    archivefs_destroy(fs);
}
END_TEST

START_TEST(dev_null_takes_everything_and_gives_nothing)
{
    struct target t;
    struct view *whole = view_create_whole();
    char names[256], text[16];
    struct handle f;
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/dev", 0), 0);
    ck_assert_int_eq(walk(whole, view_root(whole), "/dev", 4, 0, &t), 0);
    ck_assert_int_eq(mount_at(t.at, "/dev", devfs_get()), 0);
    list(&root, "/dev", names);
    ck_assert_str_eq(names, "null zero ");
    write_file(&root, "/dev/null", "gone");
    ck_assert_int_eq(read_file(&root, "/dev/null", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "");
    memset(text, 'x', sizeof(text));
    ck_assert_int_eq(read_file(&root, "/dev/zero", text, sizeof(text)), 0);
    for (size_t i = 0; i < sizeof(text); i++)
        ck_assert_int_eq(text[i], 0);
    ck_assert_int_eq(open_path(&root, "/dev/new", NONOS_OPEN_WRITE | NONOS_OPEN_CREATE, &f),
                     NONOS_E_READ_ONLY);
    view_release(whole);
    mount_reset();
    ck_assert_int_eq(mount_root(root_fs), 0);
}
END_TEST

START_TEST(a_damaged_archive_is_refused)
{
    struct fs *fs;
    static const char *const bad[][2] = {
        {"a", "a"}, {"a", "a/b"}, {"", "b"}, {"../x", "y"}, {"a//b", "c"}, {"a/", "b"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        make_archive(bad[i][0], bad[i][1]);
        ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONOS_E_CORRUPT);
    }
    make_archive("a", "b");
    ((struct nonos_archive_entry *)(archive + sizeof(struct nonos_archive_header)))->len =
        sizeof(archive);
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONOS_E_CORRUPT);
    make_archive("a", "b");
    ((struct nonos_archive_header *)archive)->nentries = 1000;
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONOS_E_CORRUPT);
}
END_TEST

/* ---- pipes ---- */

static void make_pipe(struct handle *reader, struct handle *writer)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0};
    ck_assert_int_eq(request(&root, NONOS_FILE_PIPE, w, &reply), 0);
    *reader = reply.handles[0];
    *writer = reply.handles[1];
    answered = 0;
}

START_TEST(a_read_of_an_empty_pipe_waits_for_the_writer)
{
    struct handle r, w;
    struct file_reply reply;
    make_pipe(&r, &w);
    uint64_t read[NONOS_IPC_WORDS] = {100, 50}, write[NONOS_IPC_WORDS] = {0, put(0, "abc")};
    ck_assert_int_eq(request(&r, NONOS_FILE_READ, read, &reply), FILE_WAITS);
    ck_assert_int_eq(answered, 0);
    ck_assert_int_eq(request(&w, NONOS_FILE_WRITE, write, &reply), 0);
    ck_assert_int_eq(answered, 1);
    ck_assert_int_eq(answer_result, 0);
    ck_assert_uint_eq(answer_word, 3);
    ck_assert_mem_eq(shared_bytes + 100, "abc", 3);
    handle_close(&r);
    handle_close(&w);
}
END_TEST

START_TEST(a_closed_writer_is_the_end_and_a_closed_reader_an_error)
{
    struct handle r, w;
    struct file_reply reply;
    uint64_t io[NONOS_IPC_WORDS] = {0, 10};
    make_pipe(&r, &w);
    ck_assert_int_eq(request(&r, NONOS_FILE_READ, io, &reply), FILE_WAITS);
    handle_close(&w);
    ck_assert_int_eq(answered, 1);
    ck_assert_uint_eq(answer_word, 0);
    ck_assert_int_eq(request(&r, NONOS_FILE_READ, io, &reply), 0);
    ck_assert_uint_eq(reply.words[0], 0);
    handle_close(&r);

    make_pipe(&r, &w);
    handle_close(&r);
    ck_assert_int_eq(request(&w, NONOS_FILE_WRITE, io, &reply), NONOS_E_PIPE);
    ck_assert_int_eq(request(&w, NONOS_FILE_READ, io, &reply), NONOS_E_DENIED);
    handle_close(&w);
}
END_TEST

START_TEST(a_write_larger_than_the_pipe_arrives_whole)
{
    struct handle r, w;
    struct file_reply reply;
    make_pipe(&r, &w);
    for (size_t i = 0; i < BUFFER / 2; i++)
        shared_bytes[i] = (uint8_t)(i * 7 + i / 251);
    uint64_t write[NONOS_IPC_WORDS] = {0, BUFFER / 2};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(request(&w, NONOS_FILE_WRITE, write, &reply), 0);
    ck_assert_int_eq(request(&w, NONOS_FILE_WRITE, write, &reply), FILE_WAITS);
    size_t total = 0;
    while (total < 3 * BUFFER / 2) {
        uint64_t read[NONOS_IPC_WORDS] = {BUFFER / 2, 10000};
        ck_assert_int_eq(request(&r, NONOS_FILE_READ, read, &reply), 0);
        for (size_t i = 0; i < reply.words[0]; i++) {
            size_t at = (total + i) % (BUFFER / 2);
            ck_assert_uint_eq(shared_bytes[BUFFER / 2 + i], (uint8_t)(at * 7 + at / 251));
        }
        total += reply.words[0];
    }
    ck_assert_int_eq(answered, 1);
    ck_assert_uint_eq(answer_word, BUFFER / 2);
    handle_close(&r);
    handle_close(&w);
}
END_TEST

START_TEST(a_cancelled_read_is_not_answered)
{
    struct handle r, w;
    struct file_reply reply;
    uint64_t io[NONOS_IPC_WORDS] = {0, 10};
    make_pipe(&r, &w);
    ck_assert_int_eq(request(&r, NONOS_FILE_READ, io, &reply), FILE_WAITS);
    file_cancel(last_pending);
    ck_assert_int_eq(request(&w, NONOS_FILE_WRITE, io, &reply), 0);
    ck_assert_int_eq(answered, 0);
    handle_close(&r);
    handle_close(&w);
}
END_TEST

/* Random names in a small tree, against a model: a set of paths. */
START_TEST(random_operations_agree_with_a_model)
{
    uint64_t seed = check_seed();
    char model[16][8][8]; /* text of file j of directory i, or "" */
    bool there[16][8] = {{false}};
    for (int i = 0; i < 16; i++) {
        char path[32];
        snprintf(path, sizeof(path), "/%d", i);
        ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, path, 0), 0);
    }
    for (int step = 0; step < 20000; step++) {
        unsigned i = check_random(&seed) % 16, j = check_random(&seed) % 8;
        unsigned k = check_random(&seed) % 16, l = check_random(&seed) % 8;
        char a[32], b[32], text[64];
        snprintf(a, sizeof(a), "/%u/%u", i, j);
        snprintf(b, sizeof(b), "/%u/../%u/%u", i, k, l);
        switch (check_random(&seed) % 4) {
        case 0:
            snprintf(model[i][j], sizeof(model[i][j]), "%d", step);
            there[i][j] = true;
            write_file(&root, a, model[i][j]);
            break;
        case 1:
            ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, a, 0),
                             there[i][j] ? 0 : NONOS_E_NOT_FOUND);
            there[i][j] = false;
            break;
        case 2:
            ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, a, b),
                             there[i][j] ? 0 : NONOS_E_NOT_FOUND);
            if (there[i][j] && !(i == k && j == l)) {
                memcpy(model[k][l], model[i][j], sizeof(model[k][l]));
                there[k][l] = true;
                there[i][j] = false;
            }
            break;
        default:
            ck_assert_int_eq(read_file(&root, a, text, sizeof(text)),
                             there[i][j] ? 0 : NONOS_E_NOT_FOUND);
            if (there[i][j])
                ck_assert_str_eq(text, model[i][j]);
        }
    }
}
END_TEST

START_TEST(a_mount_in_use_cannot_be_removed)
{
    struct handle f, view;
    uint64_t inode;
    disk_fs = ramfs_create(1u << 20, 16);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/disk", 0), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MOUNT, "/disk", NONOS_MOUNT_READ_ONLY), 0);
    ck_assert(disk_read_only);
    write_file(&root, "/disk/a", "x");
    ck_assert_int_eq(open_path(&root, "/disk/a", NONOS_OPEN_READ, &f), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), NONOS_E_BUSY);
    handle_close(&f);
    make_view("/disk/a ro\n", &view);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), NONOS_E_BUSY);
    handle_close(&view);
    ck_assert_int_eq(disk_fs->ops->create(disk_fs, disk_fs->root, "on", 2, NONOS_KIND_DIRECTORY, 0,
                                          NULL, 0, &inode),
                     0);
    ck_assert_int_eq(mount_at((struct place){disk_fs, inode}, "/disk/on", devfs_get()), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), NONOS_E_BUSY);
    ck_assert_int_eq(mount_remove(devfs_get()), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk/a", 0), NONOS_E_INVALID);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), 0);
    ck_assert_int_eq(open_path(&root, "/disk/a", NONOS_OPEN_READ, &f), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/", 0), NONOS_E_BUSY);
    ramfs_destroy(disk_fs);
}
END_TEST

START_TEST(who_sees_a_part_of_the_tree_cannot_mount_check_or_make)
{
    struct handle view;
    struct file_reply reply;
    uint64_t last[NONOS_IPC_WORDS] = {NONOS_SYNC_LAST}, all[NONOS_IPC_WORDS] = {NONOS_SYNC_ALL};
    uint64_t other[NONOS_IPC_WORDS] = {NONOS_SYNC_LAST + 1};
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/disk", 0), 0);
    make_view("/disk rw\n", &view);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_MOUNT, "/disk", 0), NONOS_E_DENIED);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_UNMOUNT, "/disk", 0), NONOS_E_DENIED);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_CHECK_DISK, "text", 0), NONOS_E_DENIED);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_MAKE_DISK, "L", 1), NONOS_E_DENIED);
    ck_assert_int_eq(request(&view, NONOS_FILE_SYNC, last, &reply), NONOS_E_DENIED);
    ck_assert_int_eq(request(&view, NONOS_FILE_SYNC, all, &reply), 0);
    ck_assert_int_eq(request(&view, NONOS_FILE_SYNC, other, &reply), NONOS_E_INVALID);
    handle_close(&view);
}
END_TEST

START_TEST(the_disk_is_checked_and_made_through_the_root)
{
    struct file_reply reply;
    uint64_t check[NONOS_IPC_WORDS] = {64, 1000}, outside[NONOS_IPC_WORDS] = {BUFFER, 1};
    ck_assert_int_eq(request(&root, NONOS_FILE_CHECK_DISK, outside, &reply), NONOS_E_RANGE);
    ck_assert_int_eq(request(&root, NONOS_FILE_CHECK_DISK, check, &reply), 0);
    ck_assert_mem_eq(shared_bytes + 64, "bad", 3);
    const uint64_t expect[] = {3, 1, 12, 2, 100, NONOS_CHECK_JOURNAL};
    ck_assert_mem_eq(reply.words, expect, sizeof(expect));
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DISK, "L", 1), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DISK, "L", 0), NONOS_E_EXISTS);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DISK, "L", 2), NONOS_E_INVALID);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DISK, "a label of 17 b..", 1), NONOS_E_INVALID);
}
END_TEST

START_TEST(a_read_only_handle_writes_nothing_to_a_disk)
{
    struct handle view, f;
    struct file_reply reply;
    write_file(&root, "/a", "text");
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d", 0755), 0);
    make_view("/a ro\n/d ro\n", &view);
    ck_assert_int_eq(open_path(&view, "/a", NONOS_OPEN_WRITE, &f), NONOS_E_READ_ONLY);
    ck_assert_int_eq(open_path(&view, "/a", NONOS_OPEN_READ | NONOS_OPEN_TRUNCATE, &f),
                     NONOS_E_READ_ONLY);
    ck_assert_int_eq(open_path(&view, "/d/new", NONOS_OPEN_WRITE | NONOS_OPEN_CREATE, &f),
                     NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_REMOVE, "/a", 0), NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_SET_MODE, "/a", 0), NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_SET_TIMES, "/a", 0), NONOS_E_READ_ONLY);
    ck_assert_int_eq(two_path_op(&view, NONOS_FILE_RENAME, "/a", "/d/b"), NONOS_E_READ_ONLY);
    ck_assert_int_eq(two_path_op(&view, NONOS_FILE_LINK, "/a", "/d/b"), NONOS_E_READ_ONLY);
    ck_assert_int_eq(two_path_op(&view, NONOS_FILE_SYMLINK, "x", "/d/b"), NONOS_E_READ_ONLY);
    ck_assert_int_eq(path_op(&view, NONOS_FILE_MAKE_DIR, "/d/e", 0), NONOS_E_READ_ONLY);
    ck_assert_int_eq(open_path(&view, "/a", NONOS_OPEN_READ, &f), 0);
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, "no"), 0}, size[NONOS_IPC_WORDS] = {0};
    ck_assert_int_eq(request(&f, NONOS_FILE_WRITE, w, &reply), NONOS_E_DENIED);
    ck_assert_int_eq(request(&f, NONOS_FILE_TRUNCATE, size, &reply), NONOS_E_DENIED);
    handle_close(&f);
    handle_close(&view);
}
END_TEST

static Suite *vfs_suite(void)
{
    Suite *suite = suite_create("vfs");
    TCase *tc = tcase_create("ram");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_test(tc, a_missing_file_is_not_found);
    tcase_add_test(tc, dot_dot_at_the_root_stays);
    tcase_add_test(tc, a_hole_reads_as_zeros_and_costs_nothing);
    tcase_add_test(tc, growing_after_a_cut_reads_zeros);
    tcase_add_test(tc, a_full_file_system_says_so_and_keeps_what_it_has);
    tcase_add_test(tc, an_offset_far_out_costs_no_memory);
    tcase_add_test(tc, a_removed_file_lives_as_long_as_it_is_open);
    tcase_add_test(tc, directories_are_removed_only_when_empty);
    tcase_add_test(tc, rename_replaces_and_refuses_cycles);
    tcase_add_test(tc, symlinks_are_followed_and_loops_end);
    tcase_add_test(tc, a_directory_read_in_pieces_misses_nothing);
    tcase_add_test(tc, numbers_outside_of_the_buffer_are_refused);
    tcase_add_test(tc, a_handle_is_of_no_use_without_the_key_of_its_buffer);
    tcase_add_test(tc, mounts_are_listed_a_line_each);
    tcase_add_test(tc, random_operations_agree_with_a_model);
    suite_add_tcase(suite, tc);

    tc = tcase_create("ext4");
    tcase_add_checked_fixture(tc, setup_ext4, teardown_ext4);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_test(tc, a_missing_file_is_not_found);
    tcase_add_test(tc, growing_after_a_cut_reads_zeros);
    tcase_add_test(tc, a_full_file_system_says_so_and_keeps_what_it_has);
    tcase_add_test(tc, an_offset_far_out_costs_no_memory);
    tcase_add_test(tc, a_removed_file_lives_as_long_as_it_is_open);
    tcase_add_test(tc, directories_are_removed_only_when_empty);
    tcase_add_test(tc, rename_replaces_and_refuses_cycles);
    tcase_add_test(tc, symlinks_are_followed_and_loops_end);
    tcase_add_test(tc, a_hard_link_does_not_make_a_read_only_file_writable);
    tcase_add_test(tc, a_moved_directory_does_not_carry_its_holder_out_of_a_view);
    tcase_add_test(tc, a_read_only_handle_writes_nothing_to_a_disk);
    tcase_add_test(tc, random_operations_agree_with_a_model);
    suite_add_tcase(suite, tc);

    tc = tcase_create("views");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_view_shows_only_its_paths);
    tcase_add_test(tc, a_symlink_does_not_lead_out_of_a_view);
    tcase_add_test(tc, a_moved_directory_does_not_carry_its_holder_out_of_a_view);
    tcase_add_test(tc, a_view_of_a_view_is_never_wider);
    tcase_add_test(tc, a_hard_link_does_not_make_a_read_only_file_writable);
    tcase_add_test(tc, a_read_only_handle_writes_nothing_to_a_disk);
    suite_add_tcase(suite, tc);

    tc = tcase_create("mounts");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_archive_is_mounted_and_read_only);
    tcase_add_test(tc, dev_null_takes_everything_and_gives_nothing);
    tcase_add_test(tc, a_damaged_archive_is_refused);
    tcase_add_test(tc, a_mount_in_use_cannot_be_removed);
    tcase_add_test(tc, who_sees_a_part_of_the_tree_cannot_mount_check_or_make);
    tcase_add_test(tc, the_disk_is_checked_and_made_through_the_root);
    suite_add_tcase(suite, tc);

    tc = tcase_create("pipes");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_read_of_an_empty_pipe_waits_for_the_writer);
    tcase_add_test(tc, a_closed_writer_is_the_end_and_a_closed_reader_an_error);
    tcase_add_test(tc, a_write_larger_than_the_pipe_arrives_whole);
    tcase_add_test(tc, a_cancelled_read_is_not_answered);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vfs_suite)
