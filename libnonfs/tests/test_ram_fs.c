/* The RAM file system by itself: that nothing is clear in its memory, what is refused, what is given back. */
#include <check_main.h>

#include "arena.h"
#include "ram_cipher.h"
#include "vfs_tree.h"

#define PAGES 256u
#define KEPT  7u /* pages of a file of the tests */

static struct vfs_tree tree;
static struct nonfs_ram_fs_config config;
static uint8_t *arena;
static size_t arena_size;
static unsigned seals, seals_until_failure;
static struct nonfs_ram_fs_id last_id;
static uint64_t generations;

/* Counts generations, and fails at will. */
static int counting_seal(void *context, const struct nonfs_ram_fs_id *id, const void *in,
                         size_t len, void *out, uint8_t tag[NONFS_RAM_FS_TAG_SIZE])
{
    ck_assert_uint_gt(id->generation, generations);
    generations = id->generation;
    last_id = *id;
    seals++;
    if (seals_until_failure != 0 && --seals_until_failure == 0)
        return NONFS_E_IO;
    return ram_cipher_seal(context, id, in, len, out, tag);
}

static void make(const struct nonfs_ram_fs_cipher *cipher)
{
    struct nonfs_fs *fs;

    seals = seals_until_failure = 0;
    generations = 0;
    config = (struct nonfs_ram_fs_config){
        .pages_max = PAGES, .inodes_max = 40, .workers = 2, .cipher = cipher};
    arena_size = nonfs_ram_fs_arena_size(&config);
    arena = arena_alloc(arena_size);
    memset(arena, 0x55, arena_size);
    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &config, arena, arena_size), 0);
    tree_open(&tree, fs, NULL);
}

static void setup(void)
{
    static const struct nonfs_ram_fs_cipher cipher = {counting_seal, ram_cipher_open,
                                                      ram_cipher_hash, NULL};
    make(&cipher);
}

static void setup_clear(void)
{
    make(NULL);
}

static void teardown(void)
{
    tree_close(&tree);
    nonfs_ram_fs_destroy(tree.fs);
    free(arena);
}

static bool arena_has(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= arena_size; i++)
        if (arena[i] == (uint8_t)text[0] && memcmp(arena + i, text, len) == 0)
            return true;
    return false;
}

static const char *const secrets[] = {
    "CONTENT-OF-A-SMALL-FILE", "CONTENT-OF-MANY-PAGES", "CONTENT-BEHIND-A-CUT", "NAME-OF-A-FILE",
    "NAME-OF-A-DIRECTORY",     "NAME-AFTER-A-MOVE",     "TARGET-OF-A-LINK",
};

/* Every way in which content and names come in and are changed. */
static void fill(void)
{
    static char bytes[KEPT * 4096];
    struct nonfs_file *root = &tree.root, file;
    char text[64];
    size_t done;

    for (size_t i = 0; i + 21 <= sizeof(bytes); i += 21)
        memcpy(bytes + i, "CONTENT-OF-MANY-PAGES", 21);
    ck_assert_int_eq(tree_make_directory(&tree, root, "/NAME-OF-A-DIRECTORY"), 0);
    ck_assert_int_eq(
        tree_put(&tree, root, "/NAME-OF-A-DIRECTORY/NAME-OF-A-FILE", "CONTENT-OF-A-SMALL-FILE", 23),
        0);
    ck_assert_int_eq(tree_put(&tree, root, "/big", bytes, sizeof(bytes)), 0);
    ck_assert_int_eq(tree_open_file(&tree, root, "/big", NONFS_OPEN_READ | NONFS_OPEN_WRITE, &file),
                     0);
    ck_assert_int_eq(nonfs_file_write(&file, 5000, "CONTENT-BEHIND-A-CUT", 20, &done), 0);
    ck_assert_int_eq(nonfs_file_read(&file, 4990, text, 40, &done), 0);
    ck_assert_int_eq(nonfs_file_read(&file, 0, bytes, sizeof(bytes), &done), 0);
    ck_assert_int_eq(nonfs_file_truncate(&file, 6000), 0);
    nonfs_file_close(&file);
    ck_assert_int_eq(tree_symlink(&tree, root, "TARGET-OF-A-LINK", "/link"), 0);
    ck_assert_int_eq(tree_get_nothing(&tree, root, "/link"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_put(&tree, root, "/before", "x", 1), 0);
    ck_assert_int_eq(tree_rename(&tree, root, "/before", "/NAME-AFTER-A-MOVE"), 0);
}

START_TEST(nothing_that_was_written_is_clear_in_memory)
{
    static struct tree_names n;

    fill();
    tree_list(&tree, &tree.root, "/", 2, &n);
    ck_assert_uint_eq(n.count, 4);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        ck_assert_msg(!arena_has(secrets[i]), "%s is clear", secrets[i]);
    tree_must_hold(&tree, &tree.root, "/NAME-OF-A-DIRECTORY/NAME-OF-A-FILE",
                   "CONTENT-OF-A-SMALL-FILE");
}
END_TEST

/* The same search, which would find it. */
START_TEST(without_a_cipher_all_of_it_is_found)
{
    fill();
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        ck_assert_msg(arena_has(secrets[i]), "%s is not found", secrets[i]);
}
END_TEST

static void remove_all(void)
{
    struct nonfs_file *root = &tree.root;

    ck_assert_int_eq(tree_remove(&tree, root, "/NAME-OF-A-DIRECTORY/NAME-OF-A-FILE", false), 0);
    ck_assert_int_eq(tree_remove(&tree, root, "/NAME-OF-A-DIRECTORY", true), 0);
    ck_assert_int_eq(tree_remove(&tree, root, "/big", false), 0);
    ck_assert_int_eq(tree_remove(&tree, root, "/link", false), 0);
    ck_assert_int_eq(tree_remove(&tree, root, "/NAME-AFTER-A-MOVE", false), 0);
}

START_TEST(what_is_removed_is_wiped)
{
    fill();
    remove_all();
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
        ck_assert_msg(!arena_has(secrets[i]), "%s is still there", secrets[i]);
}
END_TEST

START_TEST(all_pages_come_back_when_all_is_removed)
{
    struct nonfs_fs_info before, after;

    ck_assert_int_eq(nonfs_file_fs_info(&tree.root, &before), 0);
    for (int round = 0; round < 3; round++) {
        fill();
        ck_assert_int_eq(nonfs_file_fs_info(&tree.root, &after), 0);
        ck_assert_uint_lt(after.blocks_free, before.blocks_free);
        ck_assert_uint_eq(after.inodes_free, before.inodes_free - 5);
        remove_all();
        ck_assert_int_eq(nonfs_file_fs_info(&tree.root, &after), 0);
        ck_assert_uint_eq(after.blocks_free, before.blocks_free);
        ck_assert_uint_eq(after.inodes_free, before.inodes_free);
    }
}
END_TEST

/* The frame of the only page that is sealed for a file, by what it looks like. */
static uint8_t *find_sealed(const char *content, size_t len)
{
    static uint8_t page[4096], sealed[4096];
    uint8_t tag[NONFS_RAM_FS_TAG_SIZE];

    memset(page, 0, sizeof(page));
    memcpy(page, content, len);
    ck_assert_int_eq(ram_cipher_seal(NULL, &last_id, page, sizeof(page), sealed, tag), 0);
    for (size_t i = 0; i + sizeof(sealed) <= arena_size; i += 16)
        if (memcmp(arena + i, sealed, sizeof(sealed)) == 0)
            return arena + i;
    ck_abort_msg("the page is not in the arena");
    return NULL;
}

START_TEST(a_page_that_was_changed_in_memory_is_refused)
{
    struct nonfs_file *root = &tree.root;

    ck_assert_int_eq(tree_put(&tree, root, "/a", "first", 5), 0);
    uint8_t *a = find_sealed("first", 5);
    a[100] ^= 1;
    ck_assert_int_eq(tree_get_nothing(&tree, root, "/a"), NONFS_E_CHECKSUM);
    a[100] ^= 1;
    tree_must_hold(&tree, root, "/a", "first");
}
END_TEST

START_TEST(a_page_in_the_place_of_another_or_an_older_one_is_refused)
{
    struct nonfs_file *root = &tree.root, file;
    static uint8_t old[4096];
    size_t done;

    ck_assert_int_eq(tree_put(&tree, root, "/a", "first", 5), 0);
    uint8_t *a = find_sealed("first", 5);
    memcpy(old, a, sizeof(old));
    ck_assert_int_eq(tree_open_file(&tree, root, "/a", NONFS_OPEN_WRITE, &file), 0);
    ck_assert_int_eq(nonfs_file_write(&file, 0, "FIRST", 5, &done), 0);
    nonfs_file_close(&file);
    ck_assert_ptr_eq(find_sealed("FIRST", 5), a);
    memcpy(a, old, sizeof(old));
    ck_assert_int_eq(tree_get_nothing(&tree, root, "/a"), NONFS_E_CHECKSUM);
    ck_assert_int_eq(tree_put(&tree, root, "/b", "second", 6), 0);
    memcpy(a, find_sealed("second", 6), sizeof(old));
    ck_assert_int_eq(tree_get_nothing(&tree, root, "/a"), NONFS_E_CHECKSUM);
}
END_TEST

START_TEST(a_cipher_that_fails_changes_nothing)
{
    struct nonfs_file *root = &tree.root, file;
    struct nonfs_fs_info before, after;
    size_t done = 0;

    ck_assert_int_eq(tree_put(&tree, root, "/a", "kept", 4), 0);
    ck_assert_int_eq(nonfs_file_fs_info(root, &before), 0);
    ck_assert_int_eq(tree_open_file(&tree, root, "/a", NONFS_OPEN_WRITE, &file), 0);
    seals_until_failure = 1;
    ck_assert_int_eq(nonfs_file_write(&file, 0, "lost", 4, &done), NONFS_E_IO);
    seals_until_failure = 1;
    ck_assert_int_eq(nonfs_file_write(&file, 4096, "lost", 4, &done), NONFS_E_IO);
    ck_assert_int_eq(nonfs_file_truncate(&file, 4), 0);
    nonfs_file_close(&file);
    seals_until_failure = 1;
    ck_assert_int_eq(tree_make_directory(&tree, root, "/d"), NONFS_E_IO);
    seals_until_failure = 1;
    ck_assert_int_eq(tree_symlink(&tree, root, "t", "/l"), NONFS_E_IO);
    seals_until_failure = 1;
    ck_assert_int_eq(tree_rename(&tree, root, "/a", "/b"), NONFS_E_IO);
    tree_must_hold(&tree, root, "/a", "kept");
    ck_assert_int_eq(nonfs_file_fs_info(root, &after), 0);
    ck_assert_uint_eq(after.inodes_free, before.inodes_free);
    ck_assert_uint_ge(after.blocks_free + 1, before.blocks_free); /* a table may stay */
}
END_TEST

START_TEST(inodes_and_pages_are_limited)
{
    struct nonfs_file *root = &tree.root;
    char path[16];
    int r = 0, made = 0;

    for (; r == 0 && made < 100; made += r == 0) {
        snprintf(path, sizeof(path), "/%d", made);
        r = tree_put(&tree, root, path, "", 0);
    }
    ck_assert_int_eq(r, NONFS_E_FULL);
    ck_assert_int_eq(made, 39); /* the root is one */
    ck_assert_int_eq(tree_remove(&tree, root, "/3", false), 0);
    ck_assert_int_eq(tree_put(&tree, root, "/new", "", 0), 0);
}
END_TEST

struct inside {
    uint64_t depth;
    int result; /* of the innermost listing */
};

/* Lists inside of a listing: each holds a clear page. */
static bool list_inside(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                        size_t len)
{
    struct inside *in = context;
    struct nonfs_fs *fs = tree.fs;
    uint64_t cursor = 0;

    (void)inode, (void)kind, (void)name, (void)len;
    in->depth++;
    in->result = fs->ops->read_dir(fs, fs->root, &cursor, list_inside, in);
    return false;
}

START_TEST(more_workers_than_were_said_are_refused)
{
    struct nonfs_fs *fs = tree.fs;
    struct inside in = {0, 0};
    uint64_t cursor = 0;

    ck_assert_int_eq(tree_put(&tree, &tree.root, "/a", "z", 1), 0);
    ck_assert_int_eq(fs->ops->read_dir(fs, fs->root, &cursor, list_inside, &in), 0);
    ck_assert_uint_eq(in.depth, 2);
    tree_must_hold(&tree, &tree.root, "/a", "z");
}
END_TEST

START_TEST(a_configuration_that_cannot_be_is_refused)
{
    struct nonfs_ram_fs_config c = {.pages_max = 16, .inodes_max = 1, .workers = 1};
    struct nonfs_fs *fs = NULL;
    uint8_t *memory = arena_alloc(nonfs_ram_fs_arena_size(&c) + 1);

    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &c, memory, nonfs_ram_fs_arena_size(&c) - 1),
                     NONFS_E_NO_MEMORY);
    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &c, memory + 1, nonfs_ram_fs_arena_size(&c)),
                     NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &c, memory, nonfs_ram_fs_arena_size(&c)), 0);
    nonfs_ram_fs_destroy(fs);
    free(memory);
    c.pages_max = 15;
    ck_assert_uint_eq(nonfs_ram_fs_arena_size(&c), 0);
    c.pages_max = 16;
    c.workers = 0;
    ck_assert_uint_eq(nonfs_ram_fs_arena_size(&c), 0);
    c.workers = 1;
    c.inodes_max = 0;
    ck_assert_uint_eq(nonfs_ram_fs_arena_size(&c), 0);
}
END_TEST

static Suite *ram_fs_suite(void)
{
    Suite *suite = suite_create("nonfs RAM file system");
    TCase *tc = tcase_create("sealed");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, nothing_that_was_written_is_clear_in_memory);
    tcase_add_test(tc, all_pages_come_back_when_all_is_removed);
    tcase_add_test(tc, a_page_that_was_changed_in_memory_is_refused);
    tcase_add_test(tc, a_page_in_the_place_of_another_or_an_older_one_is_refused);
    tcase_add_test(tc, a_cipher_that_fails_changes_nothing);
    tcase_add_test(tc, inodes_and_pages_are_limited);
    tcase_add_test(tc, more_workers_than_were_said_are_refused);
    tcase_add_test(tc, a_configuration_that_cannot_be_is_refused);
    suite_add_tcase(suite, tc);
    tc = tcase_create("clear");
    tcase_add_checked_fixture(tc, setup_clear, teardown);
    tcase_add_test(tc, without_a_cipher_all_of_it_is_found);
    tcase_add_test(tc, what_is_removed_is_wiped);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ram_fs_suite)
