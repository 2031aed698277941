/*
 * The vfs without its messages: the requests of the file protocol, pipes, the archive. What the tree does on each file system is tested
 * in libnonfs/tests.
 */
#include <check_main.h>

#include <pthread.h>

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

START_TEST(names_are_moved_linked_and_removed)
{
    char text[64];
    write_file(&root, "/a", "new");
    write_file(&root, "/b", "old");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_RENAME, "/a", "/b"), 0);
    ck_assert_int_eq(read_file(&root, "/b", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "new");
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_LINK, "/b", "/c"), 0);
    ck_assert_int_eq(two_path_op(&root, NONOS_FILE_SYMLINK, "c", "/l"), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/b", 0), 0);
    ck_assert_int_eq(read_file(&root, "/l", text, sizeof(text)), 0);
    ck_assert_str_eq(text, "new");
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/d", 0755), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 0), NONOS_E_IS_DIRECTORY);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_REMOVE, "/d", 1), 0);
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
    ck_assert_int_eq(request_words(&root, NONOS_FILE_OPEN, w, &reply), NONOS_E_DENIED);
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
    struct nonfs_fs *fs;
    struct nonfs_place at;
    struct handle f;
    char names[256], text[64];
    make_archive("bin/ls", "bin/sub/x");
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/m", 0), 0);
    ck_assert_int_eq(tree_find("/m", &at), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&tree, at, "/m", fs), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&tree, at, "/m", fs), NONFS_E_BUSY);
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
    ck_assert_int_eq(tree_reset(NULL), 0);
    ck_assert_int_eq(nonfs_vfs_mount_root(&tree, root_fs), 0);
    archivefs_destroy(fs);
}
END_TEST

START_TEST(dev_null_takes_everything_and_gives_nothing)
{
    struct nonfs_place at;
    char names[256], text[16];
    struct handle f;
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/dev", 0), 0);
    ck_assert_int_eq(tree_find("/dev", &at), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&tree, at, "/dev", devfs_get()), 0);
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
    ck_assert_int_eq(tree_reset(NULL), 0);
    ck_assert_int_eq(nonfs_vfs_mount_root(&tree, root_fs), 0);
}
END_TEST

START_TEST(a_damaged_archive_is_refused)
{
    struct nonfs_fs *fs;
    static const char *const bad[][2] = {
        {"a", "a"}, {"a", "a/b"}, {"", "b"}, {"../x", "y"}, {"a//b", "c"}, {"a/", "b"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        make_archive(bad[i][0], bad[i][1]);
        ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONFS_E_CORRUPT);
    }
    make_archive("a", "b");
    ((struct nonos_archive_entry *)(archive + sizeof(struct nonos_archive_header)))->len =
        sizeof(archive);
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONFS_E_CORRUPT);
    make_archive("a", "b");
    ((struct nonos_archive_header *)archive)->nentries = 1000;
    ck_assert_int_eq(archivefs_create(archive, sizeof(archive), &fs), NONFS_E_CORRUPT);
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

START_TEST(a_mount_in_use_cannot_be_removed)
{
    struct handle f, view;
    uint64_t inode;
    ck_assert_int_eq(tmpfs_create(1u << 20, 16, 1, NULL, &disk_fs), 0);
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
    ck_assert_int_eq(disk_fs->ops->create(disk_fs, disk_fs->root, "on", 2, NONFS_KIND_DIRECTORY, 0,
                                          NULL, 0, &inode),
                     0);
    ck_assert_int_eq(
        nonfs_vfs_mount(&tree, (struct nonfs_place){disk_fs, inode}, "/disk/on", devfs_get()), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), NONOS_E_BUSY);
    ck_assert_int_eq(nonfs_vfs_unmount(&tree, devfs_get()), 0);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk/a", 0), NONOS_E_INVALID);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/disk", 0), 0);
    ck_assert_int_eq(open_path(&root, "/disk/a", NONOS_OPEN_READ, &f), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(path_op(&root, NONOS_FILE_UNMOUNT, "/", 0), NONOS_E_BUSY);
    tmpfs_destroy(disk_fs);
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

START_TEST(every_error_of_the_library_has_one_of_the_system)
{
    for (int r = NONFS_E_CROSS_DEVICE; r < 0; r++) {
        int ours = tree_result(r);
        ck_assert_int_lt(ours, 0);
        if (r != NONFS_E_INVALID)
            ck_assert_int_ne(ours, NONOS_E_INVALID);
    }
    ck_assert_int_eq(tree_result(NONFS_E_FULL), NONOS_E_NO_SPACE);
    ck_assert_int_eq(tree_result(NONFS_E_EXISTS), NONOS_E_EXISTS);
    ck_assert_int_eq(tree_result(NONFS_E_NOT_EMPTY), NONOS_E_NOT_EMPTY);
}
END_TEST

/* ---- several threads ---- */

#define THREADS 4u
#define LOCKS   (1u + 64u)

static pthread_mutex_t tree_locks[LOCKS], tmp_lock, server_lock;
static int faults; /* under the server's lock: Check's assertions are not for threads */

static void lock_take(void *context, unsigned number)
{
    pthread_mutex_lock((pthread_mutex_t *)context + number);
}

static void lock_give(void *context, unsigned number)
{
    pthread_mutex_unlock((pthread_mutex_t *)context + number);
}

static void setup_threads(void)
{
    static const struct nonfs_locks locks = {lock_take, lock_give, tree_locks, LOCKS};
    static const struct nonfs_locks tmp = {lock_take, lock_give, &tmp_lock, 1};
    for (unsigned i = 0; i < LOCKS; i++)
        pthread_mutex_init(&tree_locks[i], NULL);
    pthread_mutex_init(&tmp_lock, NULL);
    pthread_mutex_init(&server_lock, NULL);
    ck_assert_int_eq(tmpfs_create(4u << 20, 256, THREADS, &tmp, &root_fs), 0);
    setup_root_with(&locks);
}

/* A client with a buffer of its own, and the thread that serves it. */
struct threaded {
    pthread_t thread;
    struct handle root;
    struct nonos_buffer buffer;
    uint8_t bytes[8192];
    struct file_work work;
    char path[32], other[32];
};

static int threaded_request(struct threaded *t, const struct handle *h, uint32_t op, uint64_t a,
                            uint64_t b, struct file_reply *reply)
{
    uint64_t w[NONOS_IPC_WORDS] = {0, strlen(t->path), a, b, [7] = KEY};
    struct handle held;
    if (op == NONOS_FILE_READ || op == NONOS_FILE_WRITE)
        w[0] = 4096, w[1] = a, w[2] = 0;
    memcpy(t->bytes, t->path, strlen(t->path));
    memcpy(t->bytes + 64, t->other, strlen(t->other));
    pthread_mutex_lock(&server_lock);
    handle_attach(h, nonos_buffer_hold(h->buffer), &held);
    pthread_mutex_unlock(&server_lock);
    int r = file_request(&held, op, w, reply, &t->work);
    pthread_mutex_lock(&server_lock);
    if (reply->nhandles)
        reply->handles[0].buffer = nonos_buffer_hold(held.buffer);
    struct open_file *last = handle_drop(&held);
    faults += last != NULL; /* the client has it as well */
    pthread_mutex_unlock(&server_lock);
    return r;
}

static void threaded_expect(bool holds)
{
    pthread_mutex_lock(&server_lock);
    faults += !holds;
    pthread_mutex_unlock(&server_lock);
}

/* A file that is made, filled, moved, read under its new name by its old handle, told about and removed. */
static void threaded_round(struct threaded *t, int round)
{
    struct file_reply reply;
    snprintf(t->path, sizeof(t->path), "/shared/a%p", (void *)t);
    snprintf(t->other, sizeof(t->other), "/shared/b%p", (void *)t);
    if (threaded_request(t, &t->root, NONOS_FILE_OPEN,
                         NONOS_OPEN_READ | NONOS_OPEN_WRITE | NONOS_OPEN_CREATE |
                             NONOS_OPEN_EXCLUSIVE,
                         0600, &reply) < 0) {
        threaded_expect(false);
        return;
    }
    struct handle file = reply.handles[0];
    memset(t->bytes + 4096, round, 3000);
    threaded_expect(threaded_request(t, &file, NONOS_FILE_WRITE, 3000, 0, &reply) == 0 &&
                    reply.words[0] == 3000);
    threaded_expect(
        threaded_request(t, &t->root, NONOS_FILE_RENAME, 64, strlen(t->other), &reply) == 0);
    threaded_expect(threaded_request(t, &t->root, NONOS_FILE_STAT_PATH, 0, 0, &reply) ==
                    NONOS_E_NOT_FOUND);
    memset(t->bytes + 4096, 0, 3000);
    threaded_expect(threaded_request(t, &file, NONOS_FILE_READ, 3000, 0, &reply) == 0 &&
                    t->bytes[4096 + 2999] == (uint8_t)round);
    memcpy(t->path, t->other, sizeof(t->path));
    threaded_expect(threaded_request(t, &t->root, NONOS_FILE_STAT_PATH, 0, 0, &reply) == 0);
    threaded_expect(threaded_request(t, &t->root, NONOS_FILE_REMOVE, 0, 0, &reply) == 0);
    pthread_mutex_lock(&server_lock);
    struct open_file *last = handle_drop(&file);
    pthread_mutex_unlock(&server_lock);
    threaded_expect(last != NULL);
    if (last)
        file_close(last);
}

static void *threaded_run(void *argument)
{
    for (int round = 1; round <= 100; round++)
        threaded_round(argument, round);
    return NULL;
}

START_TEST(requests_of_several_threads_do_not_meet)
{
    static struct threaded clients[THREADS];
    char names[64];
    ck_assert_int_eq(path_op(&root, NONOS_FILE_MAKE_DIR, "/shared", 0755), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        struct threaded *t = &clients[i];
        t->buffer = (struct nonos_buffer){
            .references = 1, .bytes = t->bytes, .len = sizeof(t->bytes), .key = KEY};
        handle_attach(&root, &t->buffer, &t->root);
    }
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&clients[i].thread, NULL, threaded_run, &clients[i]), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(clients[i].thread, NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_uint_eq(clients[i].buffer.references, 1);
        handle_close(&clients[i].root);
    }
    ck_assert_int_eq(faults, 0);
    list(&root, "/shared", names);
    ck_assert_str_eq(names, "");
    buffers_released = 0;
}
END_TEST

static Suite *vfs_suite(void)
{
    Suite *suite = suite_create("vfs");
    TCase *tc = tcase_create("ram");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_test(tc, a_missing_file_is_not_found);
    tcase_add_test(tc, a_hole_reads_as_zeros_and_costs_nothing);
    tcase_add_test(tc, names_are_moved_linked_and_removed);
    tcase_add_test(tc, a_directory_read_in_pieces_misses_nothing);
    tcase_add_test(tc, numbers_outside_of_the_buffer_are_refused);
    tcase_add_test(tc, every_error_of_the_library_has_one_of_the_system);
    tcase_add_test(tc, a_handle_is_of_no_use_without_the_key_of_its_buffer);
    tcase_add_test(tc, mounts_are_listed_a_line_each);
    suite_add_tcase(suite, tc);

    tc = tcase_create("views");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_view_shows_only_its_paths);
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

    tc = tcase_create("threads");
    tcase_add_checked_fixture(tc, setup_threads, teardown);
    tcase_add_test(tc, requests_of_several_threads_do_not_meet);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vfs_suite)
