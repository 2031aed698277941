/* The battery of the VFS layer on each file system: ext4, RAM with and without a cipher, and what it reads on a verified image. */
#include <check_main.h>

#include <nonfs/ram_fs.h>
#include <nonfs/verity.h>

#include "arena.h"
#include "ext4_disk.h"
#include "ram_cipher.h"
#include "vfs_battery.h"

static char message[NONFS_EXT4_FS_MESSAGE_SIZE];
static struct memory_disk disk;
static void *arena;

/* ---- ext4 ---- */

static void setup_ext4(void)
{
    ext4_disk_make(&disk, 6u << 20);
    tree_open(&battery, ext4_disk_mount(&disk, false, message), NULL);
    battery_fill(&battery);
}

static void teardown_ext4(void)
{
    tree_close(&battery);
    ck_assert_int_eq(ext4_disk_unmount(battery.fs), 0);
    memory_disk_free(&disk);
}

/* ---- RAM ---- */

static void *more(void *context)
{
    (void)context;
    return malloc(NONFS_RAM_FS_CHUNK_SIZE);
}

static void less(void *context, void *chunk)
{
    (void)context;
    free(chunk);
}

static void setup_ram(const struct nonfs_ram_fs_config *config)
{
    struct nonfs_fs *fs;
    size_t size = nonfs_ram_fs_arena_size(config);
    arena = arena_alloc(size);
    ck_assert_int_eq(nonfs_ram_fs_create(&fs, config, arena, size), 0);
    tree_open(&battery, fs, NULL);
    battery_fill(&battery);
}

static void setup_ram_sealed(void)
{
    setup_ram(&(struct nonfs_ram_fs_config){.pages_max = 1024,
                                            .inodes_max = 1000,
                                            .workers = 1,
                                            .cipher = &ram_cipher,
                                            .more = more,
                                            .less = less});
}

static void setup_ram_clear(void)
{
    setup_ram(&(struct nonfs_ram_fs_config){.pages_max = 1024, .inodes_max = 1000, .workers = 1});
}

/* All that was written is gone again: but for the root's inode nothing is left. */
static void teardown_ram(void)
{
    tree_close(&battery);
    nonfs_ram_fs_destroy(battery.fs);
    free(arena);
}

/* ---- a verified image ---- */

static struct memory_disk hashes;
static struct nonfs_verity *verity;
static struct nonfs_block_device verified;
static void *verity_arena;
static char said[1024];

static void note(void *context, const char *text)
{
    (void)context;
    strcat(said, text);
    strcat(said, "\n");
}

static int mount_verified(struct nonfs_fs **fs)
{
    struct nonfs_ext4_fs_config config = {
        .cache_blocks = 16, .read_only = true, .source = "image", .say = note, .verity = verity};
    size_t size = nonfs_ext4_fs_arena_size(&config, 1024);
    arena = arena_alloc(size);
    return nonfs_ext4_fs_mount(fs, &verified, &config, arena, size, message);
}

static void setup_image(void)
{
    struct nonfs_verity_params params = {
        .data_blocks = (6u << 20) / 4096, .data_block_size = 4096, .hash_block_size = 4096};
    uint8_t root[NONFS_VERITY_HASH_LEN];
    size_t size = nonfs_verity_arena_size(&params);

    said[0] = '\0';
    setup_ext4();
    tree_close(&battery);
    ck_assert_int_eq(ext4_disk_unmount(battery.fs), 0);
    memory_disk_make(&hashes, nonfs_verity_hash_size(&params), 4096);
    verity_arena = malloc(size);
    ck_assert_int_eq(
        nonfs_verity_format(&params, &disk.dev, &hashes.dev, verity_arena, size, root, NULL), 0);
    ck_assert_int_eq(
        nonfs_verity_open(&verity, &disk.dev, &hashes.dev, &params, root, verity_arena, size), 0);
    nonfs_verity_device(verity, &verified);
}

static void setup_verity(void)
{
    struct nonfs_fs *fs;

    setup_image();
    ck_assert_int_eq(mount_verified(&fs), 0);
    tree_open(&battery, fs, NULL);
}

static void teardown_image(void)
{
    free(arena);
    free(verity_arena);
    memory_disk_free(&hashes);
    memory_disk_free(&disk);
}

static void teardown_verity(void)
{
    tree_close(&battery);
    ck_assert_int_eq(nonfs_ext4_fs_unmount(battery.fs), 0);
    teardown_image();
}

START_TEST(a_verified_image_is_not_written)
{
    struct nonfs_file *root = &battery.root;
    uint64_t writes = disk.writes;

    ck_assert_int_eq(tree_put(&battery, root, "/dir/file", "x", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_put(&battery, root, "/new", "x", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(tree_remove(&battery, root, "/dir/file", false), NONFS_E_READ_ONLY);
    ck_assert_uint_eq(disk.writes, writes);
}
END_TEST

/* Where the content of "/secret/key" lies on the disk. */
static size_t find_hidden(void)
{
    size_t at = 0;

    while (memcmp(disk.bytes + at, "hidden", 7) != 0)
        at += 1024;
    return at;
}

START_TEST(a_block_that_was_changed_is_refused_by_its_number)
{
    size_t at = find_hidden();
    char expected[64];

    disk.bytes[at] ^= 1;
    ck_assert_int_eq(tree_get_nothing(&battery, &battery.root, "/secret/key"), NONFS_E_CHECKSUM);
    snprintf(expected, sizeof(expected), "data block %zu", at / 4096);
    ck_assert_msg(strstr(said, expected) != NULL, "%s does not say %s", said, expected);
    disk.bytes[at] ^= 1;
    tree_must_hold(&battery, &battery.root, "/secret/key", "hidden");
}
END_TEST

START_TEST(a_changed_superblock_is_refused_when_it_is_mounted)
{
    struct nonfs_fs *fs = NULL;

    disk.bytes[1024 + 120] ^= 1; /* the label */
    ck_assert_int_eq(mount_verified(&fs), NONFS_E_CHECKSUM);
    ck_assert_ptr_null(fs);
    ck_assert_msg(strstr(message, "data block 0") != NULL, "%s", message);
}
END_TEST

/* ---- mounts ---- */

START_TEST(a_mount_hides_a_directory_and_is_kept_while_it_is_used)
{
    struct nonfs_ram_fs_config config = {.pages_max = 64, .inodes_max = 10, .workers = 1};
    size_t size = nonfs_ram_fs_arena_size(&config);
    void *memory = arena_alloc(size);
    struct nonfs_file *root = &battery.root, file;
    struct nonfs_fs_info info;
    struct nonfs_place at;
    struct nonfs_fs *fs;
    enum nonfs_kind kind;
    char text[NONFS_VFS_MOUNT_TEXT_MAX + 1];

    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &config, memory, size), 0);
    ck_assert_int_eq(nonfs_path_find(root, &battery.scratch, "/dir", 4, &at, &kind), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&battery.vfs, at, "/dir", fs), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&battery.vfs, at, "/dir", fs), NONFS_E_BUSY);
    ck_assert_int_eq(nonfs_vfs_mount_info(&battery.vfs, 1, &info, text), 0);
    ck_assert_str_eq(text, "/dir");
    ck_assert_str_eq(info.type, "ram");
    ck_assert_int_eq(nonfs_vfs_mount_info(&battery.vfs, 2, &info, text), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_get_nothing(&battery, root, "/dir/file"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(tree_put(&battery, root, "/dir/../dir/inner", "in", 2), 0);
    tree_must_hold(&battery, root, "/dir/../secret/key", "hidden");
    ck_assert_int_eq(tree_rename(&battery, root, "/dir/inner", "/x"), NONFS_E_CROSS_DEVICE);
    ck_assert_int_eq(tree_link(&battery, root, "/dir/inner", "/x"), NONFS_E_CROSS_DEVICE);
    ck_assert_int_eq(tree_remove(&battery, root, "/dir", true), NONFS_E_BUSY);
    ck_assert_int_eq(tree_rename(&battery, root, "/dir", "/x"), NONFS_E_BUSY);
    ck_assert_int_eq(tree_open_file(&battery, root, "/dir/inner", NONFS_OPEN_READ, &file), 0);
    ck_assert_int_eq(nonfs_vfs_unmount(&battery.vfs, fs), NONFS_E_BUSY);
    nonfs_file_close(&file);
    ck_assert_int_eq(nonfs_vfs_unmount(&battery.vfs, battery.fs), NONFS_E_BUSY);
    ck_assert_int_eq(nonfs_vfs_unmount(&battery.vfs, fs), 0);
    ck_assert_int_eq(nonfs_vfs_unmount(&battery.vfs, fs), NONFS_E_NOT_FOUND);
    tree_must_hold(&battery, root, "/dir/file", "text");
    nonfs_ram_fs_destroy(fs);
    free(memory);
}
END_TEST

static TCase *case_of(Suite *suite, const char *name, SFun setup, SFun teardown, bool writing)
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    if (setup != setup_image)
        battery_add_reading(tc);
    if (writing) {
        battery_add_writing(tc);
        tcase_add_test(tc, a_mount_hides_a_directory_and_is_kept_while_it_is_used);
    }
    suite_add_tcase(suite, tc);
    return tc;
}

static Suite *vfs_suite(void)
{
    Suite *suite = suite_create("nonfs VFS layer");
    TCase *tc;

    case_of(suite, "ext4", setup_ext4, teardown_ext4, true);
    case_of(suite, "RAM, sealed", setup_ram_sealed, teardown_ram, true);
    case_of(suite, "RAM, clear", setup_ram_clear, teardown_ram, true);
    tc = case_of(suite, "verified image", setup_verity, teardown_verity, false);
    tcase_add_test(tc, a_verified_image_is_not_written);
    tcase_add_test(tc, a_block_that_was_changed_is_refused_by_its_number);
    tc = case_of(suite, "image", setup_image, teardown_image, false);
    tcase_add_test(tc, a_changed_superblock_is_refused_when_it_is_mounted);
    return suite;
}

CHECK_MAIN(vfs_suite)
