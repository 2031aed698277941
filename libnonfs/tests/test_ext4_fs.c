/* ext4 as a file system of the VFS layer: what is durable when, what ends writing, what a number means after it was given anew. */
#include <check_main.h>

#include "ext4_disk.h"

#define MIB   (1u << 20)
#define STATE (1024 + 58) /* s_state of the superblock */

static struct memory_disk disk;
static struct nonfs_fs *fs;
static char message[NONFS_EXT4_FS_MESSAGE_SIZE], said[4096];

static int64_t clock_ns;

static int64_t now(void *context)
{
    (void)context;
    return clock_ns;
}

static void note(void *context, const char *text)
{
    (void)context;
    strcat(said, text);
    strcat(said, "\n");
}

static void setup(void)
{
    said[0] = '\0';
    ext4_disk_config.say = note;
    ext4_disk_config.now = now;
    clock_ns = 0;
    ext4_disk_make(&disk, 8 * MIB);
    fs = ext4_disk_mount(&disk, false, message);
    ck_assert_str_eq(message, "");
}

static void teardown(void)
{
    if (fs)
        (void)!ext4_disk_unmount(fs);
    fs = NULL;
    memory_disk_free(&disk);
}

static int make(const char *name, enum nonfs_kind kind, uint64_t *inode)
{
    return fs->ops->create(fs, fs->root, name, strlen(name), kind, 0644, NULL, 0, inode);
}

static int find(const char *name, uint64_t *inode, enum nonfs_kind *kind)
{
    return fs->ops->lookup(fs, fs->root, name, strlen(name), inode, kind);
}

static int put(uint64_t inode, const char *text)
{
    size_t done;
    int r = fs->ops->write(fs, inode, 0, text, strlen(text), &done);
    if (r == 0)
        ck_assert_uint_eq(done, strlen(text));
    return r;
}

static void put_new(const char *name, const char *text)
{
    uint64_t inode;
    ck_assert_int_eq(make(name, NONFS_KIND_FILE, &inode), 0);
    ck_assert_int_eq(put(inode, text), 0);
}

static void must_hold(const char *name, const char *text)
{
    uint64_t inode;
    enum nonfs_kind kind;
    char got[64] = "";
    size_t done;
    ck_assert_int_eq(find(name, &inode, &kind), 0);
    ck_assert_int_eq(fs->ops->read(fs, inode, 0, got, sizeof(got) - 1, &done), 0);
    ck_assert_str_eq(got, text);
}

static int removed(const char *name, bool directory)
{
    return fs->ops->remove(fs, fs->root, name, strlen(name), directory);
}

/* The power goes, and comes again: what only the module knew is lost. */
static void cut_power(void)
{
    struct memory_disk after = disk;
    size_t size = (size_t)(disk.dev.block_count * disk.dev.block_size);
    after.bytes = malloc(size);
    memcpy(after.bytes, disk.bytes, size);
    (void)!ext4_disk_unmount(fs);
    free(disk.bytes);
    disk = after;
    disk.dev.context = &disk;
    disk.fail_at = disk.fail_write = 0;
    fs = ext4_disk_mount(&disk, false, message);
    ck_assert_str_eq(message, "");
}

static struct nonfs_ext4_info volume_info(void)
{
    struct nonfs_ext4_info info;
    void *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    ck_assert_int_eq(nonfs_ext4_probe(&disk.dev, scratch, &info, NULL), 0);
    free(scratch);
    return info;
}

START_TEST(what_was_synced_survives_a_loss_of_power)
{
    uint64_t inode;
    enum nonfs_kind kind;
    put_new("kept", "synced");
    ck_assert(nonfs_ext4_fs_is_dirty(fs));
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    ck_assert(!nonfs_ext4_fs_is_dirty(fs));
    put_new("lost", "not synced");
    ck_assert(nonfs_ext4_fs_is_dirty(fs));
    cut_power();
    must_hold("kept", "synced");
    ck_assert_int_eq(find("lost", &inode, &kind), NONFS_E_NOT_FOUND);
}
END_TEST

START_TEST(unmounting_makes_the_volume_durable_and_clean)
{
    put_new("a", "text");
    ck_assert_uint_eq(volume_info().needs_recovery, 1);
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    ck_assert_uint_eq(volume_info().needs_recovery, 0);
    fs = ext4_disk_mount(&disk, true, message);
    must_hold("a", "text");
    ck_assert(fs->read_only);
}
END_TEST

static bool is_on_disk(const char *text)
{
    for (size_t at = 0; at + strlen(text) <= 8 * MIB; at++) {
        if (memcmp(disk.bytes + at, text, strlen(text)) == 0)
            return true;
    }
    return false;
}

START_TEST(options_for_privacy_are_told_and_what_is_deleted_is_overwritten)
{
    static const char *const secrets[] = {"SecretKept", "SecretScrubbed"};
    const uint32_t options[] = {0, NONFS_MOUNT_NO_TIMES | NONFS_MOUNT_PAD | NONFS_MOUNT_SCRUB};
    struct nonfs_fs_info info;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ext4_disk_unmount(fs), 0);
        ext4_disk_config.privacy = options[i];
        fs = ext4_disk_mount(&disk, false, message);
        ck_assert_int_eq(fs->ops->info(fs, &info), 0);
        ck_assert_str_eq(info.options, i ? "notimes,pad,scrub" : "");
        put_new("secret", secrets[i]);
        ck_assert_int_eq(fs->ops->sync(fs), 0);
        ck_assert_int_eq(removed("secret", false), 0);
        ck_assert_int_eq(fs->ops->sync(fs), 0);
        ck_assert(is_on_disk(secrets[i]));
        ck_assert_int_eq(nonfs_ext4_fs_must_scrub(fs), i);
        while (nonfs_ext4_fs_must_scrub(fs))
            nonfs_ext4_fs_scrub(fs);
        ck_assert_int_eq(is_on_disk(secrets[i]), !i);
    }
    ext4_disk_config.privacy = 0;
}
END_TEST

START_TEST(a_volume_at_rest_is_clean_and_can_be_read_but_not_changed)
{
    uint64_t inode;
    enum nonfs_kind kind;
    put_new("a", "text");
    ck_assert_int_eq(find("a", &inode, &kind), 0);
    ck_assert_int_eq(fs->ops->open(fs, inode), 0);
    ck_assert_int_eq(fs->ops->rest(fs), 0);
    ck_assert_uint_eq(volume_info().needs_recovery, 0);
    must_hold("a", "text");
    ck_assert_int_eq(put(inode, "more"), NONFS_E_READ_ONLY);
    ck_assert_int_eq(make("b", NONFS_KIND_FILE, &inode), NONFS_E_READ_ONLY);
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    ck_assert_int_eq(fs->ops->rest(fs), 0);
    fs->ops->close(fs, inode);
}
END_TEST

START_TEST(mounting_for_reading_writes_nothing)
{
    put_new("a", "text");
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    uint64_t writes = disk.writes, inode;
    fs = ext4_disk_mount(&disk, true, message);
    ck_assert_str_eq(message, "");
    must_hold("a", "text");
    ck_assert_int_eq(make("b", NONFS_KIND_FILE, &inode), NONFS_E_READ_ONLY);
    ck_assert_int_eq(removed("a", false), NONFS_E_READ_ONLY);
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    fs = NULL;
    ck_assert_uint_eq(disk.writes, writes);
}
END_TEST

START_TEST(a_device_that_cannot_be_written_is_mounted_for_reading)
{
    static const struct nonfs_block_ops read_only = {.read = memory_disk_read};
    put_new("a", "text");
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    disk.dev.ops = &read_only;
    fs = ext4_disk_mount(&disk, false, message);
    ck_assert(fs->read_only);
    ck_assert_ptr_nonnull(strstr(message, "cannot be written"));
    must_hold("a", "text");
}
END_TEST

START_TEST(a_volume_with_errors_is_mounted_for_reading_and_says_why)
{
    struct nonfs_mkfs_config config;
    void *arena = malloc(NONFS_MKFS_ARENA_SIZE);
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    /* Without a checksum, so that the state can be changed by hand. */
    nonfs_mkfs_defaults(&config, 8 * MIB);
    config.ro_compat &= ~0x400u; /* metadata_csum */
    memset(config.uuid, 1, sizeof(config.uuid));
    memset(config.hash_seed, 2, sizeof(config.hash_seed));
    ck_assert_int_eq(nonfs_mkfs(&disk.dev, &config, arena, NULL), 0);
    free(arena);
    disk.bytes[STATE] |= 2;
    fs = ext4_disk_mount(&disk, false, message);
    ck_assert(fs->read_only);
    ck_assert_ptr_nonnull(strstr(message, "errors were found"));
}
END_TEST

START_TEST(a_disk_without_a_volume_is_refused_with_a_reason)
{
    struct nonfs_fs *none = NULL;
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    fs = NULL;
    memset(disk.bytes, 0, 4096);
    ck_assert_int_eq(ext4_disk_try(&disk, false, &none, message), NONFS_E_NO_SIGNATURE);
    ck_assert_ptr_null(none);
    ck_assert_str_ne(message, "");
}
END_TEST

START_TEST(a_number_that_is_given_anew_means_the_new_file)
{
    uint64_t file, directory;
    struct nonfs_fs_stat stat;
    put_new("a", "text");
    enum nonfs_kind kind;
    ck_assert_int_eq(find("a", &file, &kind), 0);
    ck_assert_int_eq(removed("a", false), 0);
    ck_assert_int_eq(fs->ops->stat(fs, file, &stat), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(make("d", NONFS_KIND_DIRECTORY, &directory), 0);
    ck_assert_uint_eq(directory, file); /* else this test shows nothing */
    ck_assert_int_eq(fs->ops->stat(fs, directory, &stat), 0);
    ck_assert_uint_eq(stat.kind, NONFS_KIND_DIRECTORY);
}
END_TEST

START_TEST(an_open_file_keeps_its_number_when_its_name_goes)
{
    uint64_t file, other;
    enum nonfs_kind kind;
    char got[8] = "";
    size_t done;
    put_new("a", "text");
    ck_assert_int_eq(find("a", &file, &kind), 0);
    ck_assert_int_eq(fs->ops->open(fs, file), 0);
    ck_assert_int_eq(removed("a", false), 0);
    ck_assert_int_eq(make("b", NONFS_KIND_FILE, &other), 0);
    ck_assert_uint_ne(other, file);
    ck_assert_int_eq(put(file, "more"), 0);
    ck_assert_int_eq(fs->ops->read(fs, file, 0, got, sizeof(got), &done), 0);
    ck_assert_str_eq(got, "more");
    fs->ops->close(fs, file);
    struct nonfs_fs_stat stat;
    ck_assert_int_eq(fs->ops->stat(fs, file, &stat), NONFS_E_NOT_FOUND);
}
END_TEST

START_TEST(a_full_volume_says_so_and_takes_more_when_there_is_room)
{
    static char bytes[65536];
    uint64_t inode, at = 0;
    size_t done;
    int r = 0;
    ck_assert_int_eq(make("large", NONFS_KIND_FILE, &inode), 0);
    while (r == 0 && at < 16 * MIB) {
        r = fs->ops->write(fs, inode, at, bytes, sizeof(bytes), &done);
        at += r == 0 ? done : 0;
    }
    ck_assert_int_eq(r, NONFS_E_FULL);
    ck_assert(!fs->read_only);
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    ck_assert_int_eq(removed("large", false), 0);
    put_new("small", "fits");
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    cut_power();
    must_hold("small", "fits");
}
END_TEST

START_TEST(a_disk_that_fails_ends_writing_and_no_sync_succeeds_any_more)
{
    uint64_t inode;
    put_new("kept", "synced");
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    ck_assert_int_eq(make("lost", NONFS_KIND_FILE, &inode), 0);
    disk.fail_write = disk.writes + 1;
    ck_assert_int_eq(fs->ops->sync(fs), NONFS_E_IO);
    ck_assert(fs->read_only);
    ck_assert_ptr_nonnull(strstr(said, "read-only from now on: the disk failed, and what"));
    ck_assert_int_eq(make("more", NONFS_KIND_FILE, &inode), NONFS_E_READ_ONLY);
    ck_assert_int_eq(fs->ops->sync(fs), NONFS_E_IO);
    ck_assert_int_eq(fs->ops->rest(fs), NONFS_E_IO);
    must_hold("kept", "synced");
    cut_power();
    must_hold("kept", "synced");
}
END_TEST

START_TEST(damage_ends_writing_but_keeps_what_was_written)
{
    uint64_t inode, victim;
    enum nonfs_kind kind;
    struct nonfs_fs_stat stat;
    put_new("victim", "text");
    ck_assert_int_eq(find("victim", &victim, &kind), 0);
    ck_assert_int_eq(ext4_disk_unmount(fs), 0);
    /*
     * The size in its inode, which has a checksum: found by its value and the mode before it, also
     * in the journal, where it means nothing any more.
     */
    int found = 0;
    for (size_t i = 0; i + 8 < 8 * MIB; i += 256) {
        if (disk.bytes[i] == 0xa4 && disk.bytes[i + 1] == 0x81 && disk.bytes[i + 4] == 4) {
            disk.bytes[i + 4] = 5;
            found++;
        }
    }
    ck_assert_int_gt(found, 0);
    fs = ext4_disk_mount(&disk, false, message);
    put_new("before", "kept");
    ck_assert_int_eq(fs->ops->stat(fs, victim, &stat), NONFS_E_CHECKSUM);
    ck_assert_ptr_nonnull(strstr(said, "read-only from now on: it is damaged\n"));
    ck_assert_int_eq(make("after", NONFS_KIND_FILE, &inode), NONFS_E_READ_ONLY);
    cut_power();
    must_hold("before", "kept");
}
END_TEST

START_TEST(times_before_1970_and_modes_are_kept)
{
    uint64_t inode;
    struct nonfs_fs_stat stat;
    clock_ns = INT64_C(-1500000000);
    ck_assert_int_eq(make("a", NONFS_KIND_FILE, &inode), 0);
    ck_assert_int_eq(fs->ops->stat(fs, inode, &stat), 0);
    ck_assert_int_eq(stat.modify_ns, clock_ns);
    ck_assert_int_eq(fs->ops->set_times(fs, inode, -1, INT64_C(4102444800123456789)), 0);
    ck_assert_int_eq(fs->ops->set_mode(fs, inode, 04751), 0);
    ck_assert_int_eq(fs->ops->sync(fs), 0);
    cut_power();
    ck_assert_int_eq(fs->ops->stat(fs, inode, &stat), 0);
    ck_assert_int_eq(stat.access_ns, -1);
    ck_assert_int_eq(stat.modify_ns, INT64_C(4102444800123456789));
    ck_assert_uint_eq(stat.mode, 04751);
}
END_TEST

static Suite *ext4_fs_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 in the VFS layer");
    TCase *tc = tcase_create("ext4");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_was_synced_survives_a_loss_of_power);
    tcase_add_test(tc, unmounting_makes_the_volume_durable_and_clean);
    tcase_add_test(tc, options_for_privacy_are_told_and_what_is_deleted_is_overwritten);
    tcase_add_test(tc, a_volume_at_rest_is_clean_and_can_be_read_but_not_changed);
    tcase_add_test(tc, mounting_for_reading_writes_nothing);
    tcase_add_test(tc, a_device_that_cannot_be_written_is_mounted_for_reading);
    tcase_add_test(tc, a_volume_with_errors_is_mounted_for_reading_and_says_why);
    tcase_add_test(tc, a_disk_without_a_volume_is_refused_with_a_reason);
    tcase_add_test(tc, a_number_that_is_given_anew_means_the_new_file);
    tcase_add_test(tc, an_open_file_keeps_its_number_when_its_name_goes);
    tcase_add_test(tc, a_full_volume_says_so_and_takes_more_when_there_is_room);
    tcase_add_test(tc, a_disk_that_fails_ends_writing_and_no_sync_succeeds_any_more);
    tcase_add_test(tc, damage_ends_writing_but_keeps_what_was_written);
    tcase_add_test(tc, times_before_1970_and_modes_are_kept);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ext4_fs_suite)
