/*
 * The mount's options for privacy, looked at from outside: on the bytes of the device. Each search is made without the option, too, where
 * it must find what it looks for.
 */
#include <check_main.h>

#include <nonfs/ext4_write.h>

#include "image.h"

#define TOOLS "mke2fs e2fsck truncate"
#define WRITE NONFS_MOUNT_WRITE
#define TIME  1700000000 /* the clock of the tests; mke2fs uses another one */

static const char *const images[] = {
    "-t ext4 -b 1024 -J size=1",
    "-t ext4 -b 4096 -J size=4",
    "-t ext4 -b 1024 -O ^has_journal",
    "-t ext4 -b 1024 -O ^metadata_csum,^64bit,orphan_file -J size=1",
};
#define IMAGES ((int)(sizeof(images) / sizeof(images[0])))

/* What deleted files and their names, targets and attributes are made of. */
static const char *const secrets[] = {"SecretContent",  "SecretName",  "SecretTarget",
                                      "SecretLongLink", "SecretValue", "SecretLargeValue"};
#define SECRETS (sizeof(secrets) / sizeof(secrets[0]))

static char path[300];
static char judged[300];

static int make_image(int i, struct volume *v)
{
    const char *missing = missing_tool(TOOLS);

    memset(v, 0, sizeof(*v));
    snprintf(path, sizeof(path), "%s/image", test_folder());
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return 0;
    }
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 16M '%s'; mke2fs -q -F %s '%s'", path,
                                 path, images[i], path),
                     0);
    ck_assert_int_eq(image_open(&v->image, path, 512), 0);
    image_make_writable(&v->image);
    return 1;
}

static void unmount(struct volume *v)
{
    ck_assert_int_eq(nonfs_ext4_unmount(v->fs), 0);
    v->fs = NULL;
    free(v->arena);
    v->arena = NULL;
}

/* The power is lost: nothing is written any more. */
static void lose_power(struct volume *v)
{
    free(v->arena);
    v->fs = NULL;
    v->arena = NULL;
}

static void judge(struct volume *v)
{
    image_check(&v->image, "after the test");
    image_save(&v->image, judged);
    ck_assert_int_eq(run_command("e2fsck -fn '%s' >'%s.said' 2>&1 && ! grep '? no' '%s.said'",
                                 judged, judged, judged),
                     0);
}

static int is_on_device(const struct volume *v, const char *text)
{
    return memmem(v->image.bytes, v->image.size, text, strlen(text)) != NULL;
}

static void fill(uint8_t *bytes, size_t len, const char *text)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)text[i % strlen(text)];
}

static void create(struct nonfs_ext4_node *root, const char *name, uint16_t mode,
                   const char *target, struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_new what = {.mode = mode};

    what.target = target;
    what.target_len = target != NULL ? strlen(target) : 0;
    ck_assert_int_eq(nonfs_ext4_create(root, name, strlen(name), &what, node), 0);
}

/* Files, links, attributes, and names enough for a tree, and a deep one. */
static void make_secrets(struct nonfs_ext4 *fs)
{
    static uint8_t bytes[300000];
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    char target[300];
    char name[60];
    size_t done;

    ck_assert_int_eq(nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    create(&root, "file", 0100644, NULL, &node);
    fill(bytes, sizeof(bytes), "SecretContent");
    ck_assert_int_eq(nonfs_ext4_write(&node, 0, bytes, sizeof(bytes), &done), 0);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&node, "user.a", 6, "SecretValue", 11, 0), 0);
    fill(bytes, 700, "SecretLargeValue");
    ck_assert_int_eq(nonfs_ext4_xattr_set(&node, "user.b", 6, bytes, 700, 0), 0);
    create(&root, "link", 0120777, "SecretTarget", &node);
    fill((uint8_t *)target, sizeof(target) - 1, "SecretLongLink");
    target[sizeof(target) - 1] = '\0';
    create(&root, "long link", 0120777, target, &node);
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "SecretName-and-more-of-it-%d", i);
        create(&root, name, 0100644, NULL, &node);
    }
    ck_assert_int_eq(nonfs_ext4_sync(fs), 0);
}

static void delete_secrets(struct nonfs_ext4 *fs)
{
    struct nonfs_ext4_node root;
    char name[60];

    ck_assert_int_eq(nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "file", 4), 0);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "link", 4), 0);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "long link", 9), 0);
    for (int i = 0; i < 200; i++) {
        int len = snprintf(name, sizeof(name), "SecretName-and-more-of-it-%d", i * 77 % 200);
        ck_assert_int_eq(nonfs_ext4_unlink(&root, name, (size_t)len), 0);
    }
    ck_assert_int_eq(nonfs_ext4_sync(fs), 0);
}

static void expect_secrets(const struct volume *v, int there)
{
    for (size_t i = 0; i < SECRETS; i++) {
        if (is_on_device(v, secrets[i]) != there)
            ck_abort_msg("%s is %son the device", secrets[i], there ? "not " : "");
    }
}

/* Calls of so many blocks until nothing is left; returns how many those were. */
static uint32_t scrub_all(struct nonfs_ext4 *fs, uint32_t budget)
{
    uint64_t left = 1;
    uint32_t calls = 0;

    for (; left > 0; calls++) {
        ck_assert_int_eq(nonfs_ext4_scrub(fs, budget, &left), 0);
        ck_assert_uint_lt(calls, 100000);
    }
    return calls;
}

START_TEST(scrubbing_leaves_nothing_of_what_was_deleted)
{
    struct volume v;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    make_secrets(v.fs);
    expect_secrets(&v, 1);
    delete_secrets(v.fs);
    ck_assert(is_on_device(&v, "SecretContent"));
    /* Little by little: more than once, and never more than was allowed. */
    ck_assert_uint_gt(scrub_all(v.fs, 7), 10);
    expect_secrets(&v, 0);
    unmount(&v);
    judge(&v);
    volume_close(&v);
}
END_TEST

START_TEST(without_scrubbing_everything_is_found)
{
    struct volume v;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE), 0);
    make_secrets(v.fs);
    delete_secrets(v.fs);
    ck_assert_uint_eq(scrub_all(v.fs, UINT32_MAX), 1);
    unmount(&v);
    expect_secrets(&v, 1);
    volume_close(&v);
}
END_TEST

START_TEST(unmounting_scrubs)
{
    struct volume v;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    make_secrets(v.fs);
    delete_secrets(v.fs);
    unmount(&v);
    expect_secrets(&v, 0);
    judge(&v);
    volume_close(&v);
}
END_TEST

START_TEST(what_a_loss_of_power_left_is_swept)
{
    struct volume v;
    uint64_t left;

    if (strstr(images[_i], "^has_journal") != NULL || !make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    make_secrets(v.fs);
    delete_secrets(v.fs);
    lose_power(&v);
    ck_assert(is_on_device(&v, "SecretContent"));
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    ck_assert_int_eq(nonfs_ext4_scrub(v.fs, 0, &left), 0);
    ck_assert_uint_gt(left, 1000);
    scrub_all(v.fs, 100);
    expect_secrets(&v, 0);
    unmount(&v);
    judge(&v);
    volume_close(&v);
}
END_TEST

START_TEST(sweep_overwrites_what_was_deleted_before_and_nothing_else)
{
    static uint8_t bytes[200000];
    static uint8_t back[200000];
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    struct volume v;
    size_t done;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE), 0);
    make_secrets(v.fs);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    create(&root, "kept", 0100644, NULL, &node);
    fill(bytes, sizeof(bytes), "this stays");
    ck_assert_int_eq(nonfs_ext4_write(&node, 0, bytes, sizeof(bytes), &done), 0);
    delete_secrets(v.fs);
    unmount(&v);
    ck_assert(is_on_device(&v, "SecretContent"));
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    scrub_all(v.fs, 1000);
    ck_assert(is_on_device(&v, "SecretContent"));
    nonfs_ext4_scrub_all(v.fs);
    scrub_all(v.fs, 1000);
    ck_assert(!is_on_device(&v, "SecretContent"));
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "kept", 4, 0, &node), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, back, sizeof(back), &done), 0);
    ck_assert_mem_eq(back, bytes, sizeof(bytes));
    unmount(&v);
    judge(&v);
    volume_close(&v);
}
END_TEST

/* What is reserved is never written: so it would keep what was in its blocks. */
START_TEST(blocks_that_wait_are_overwritten_before_they_are_used_again)
{
    static uint8_t bytes[1 << 20];
    struct nonfs_ext4_statfs st;
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    uint64_t most;
    struct volume v;
    size_t done;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_SCRUB), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    nonfs_ext4_statfs(v.fs, &st);
    most = st.blocks_available * st.block_size / 5 * 4;
    fill(bytes, sizeof(bytes), "SecretContent");
    create(&root, "first", 0100644, NULL, &node);
    for (uint64_t at = 0; at < most; at += sizeof(bytes))
        ck_assert_int_eq(nonfs_ext4_write(&node, at, bytes, sizeof(bytes), &done), 0);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "first", 5), 0);
    create(&root, "second", 0100644, NULL, &node);
    ck_assert_int_eq(nonfs_ext4_allocate(&node, 0, most, 0), 0);
    ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
    unmount(&v);
    ck_assert(!is_on_device(&v, "SecretContent"));
    judge(&v);
    volume_close(&v);
}
END_TEST

/* Whether a number near the tests' clock is anywhere, in either order of bytes. */
static int time_is_on_device(const struct volume *v)
{
    for (size_t i = 0; i + 4 <= v->image.size; i += 4) {
        const uint8_t *b = v->image.bytes + i;
        uint32_t little = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        uint32_t big = b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24;

        if (little - TIME < 100 || big - TIME < 100)
            return 1;
    }
    return 0;
}

/* Changes of every kind, with a clock that goes on. */
static void use_volume(struct volume *v)
{
    const struct nonfs_ext4_attributes times = {.which =
                                                    NONFS_EXT4_SET_ATIME | NONFS_EXT4_SET_MTIME,
                                                .atime = {.seconds = TIME + 9},
                                                .mtime = {.seconds = TIME + 9}};
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    size_t done;

    ck_assert_int_eq(nonfs_ext4_open(v->fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (int i = 0; i < 20; i++) {
        struct nonfs_time now = {.seconds = TIME + 1 + i, .nanoseconds = 5};
        char name[20];
        size_t len = (size_t)snprintf(name, sizeof(name), "name %d", i);

        nonfs_ext4_set_time(v->fs, &now);
        create(&root, name, i % 3 == 0 ? 0040755 : 0100644, NULL, &node);
        if (i % 3 != 0)
            ck_assert_int_eq(nonfs_ext4_write(&node, 0, name, len, &done), 0);
        ck_assert_int_eq(nonfs_ext4_xattr_set(&node, "user.x", 6, name, len, 0), 0);
        if (i % 5 == 4)
            ck_assert_int_eq(nonfs_ext4_set_attributes(&node, &times), 0);
        if (i % 3 == 1)
            ck_assert_int_eq(nonfs_ext4_unlink(&root, name, len), 0);
        if (i % 3 == 2)
            ck_assert_int_eq(nonfs_ext4_rename(&root, name, len, &root, "renamed", 7), 0);
        if (i % 7 == 6)
            ck_assert_int_eq(nonfs_ext4_sync(v->fs), 0);
    }
}

START_TEST(no_time_reaches_the_device)
{
    static const struct nonfs_time now = {.seconds = TIME};
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct volume v;

    for (uint32_t off = 0; off <= NONFS_MOUNT_NO_TIMES; off += NONFS_MOUNT_NO_TIMES) {
        if (!make_image(_i, &v))
            return;
        ck_assert_int_eq(volume_mount(&v, 192, WRITE | off), 0);
        nonfs_ext4_set_time(v.fs, &now);
        use_volume(&v);
        ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "renamed", 7, 0, &node), 0);
        nonfs_ext4_stat(&node, &st);
        ck_assert_int_eq(st.mtime.seconds == 0 && st.atime.seconds == 0 && st.ctime.seconds == 0 &&
                             st.crtime.seconds == 0 && st.mtime.nanoseconds == 0,
                         off != 0);
        unmount(&v);
        ck_assert_int_eq(time_is_on_device(&v), off == 0);
        judge(&v);
        volume_close(&v);
    }
}
END_TEST

START_TEST(files_take_space_in_classes)
{
    static const struct {
        uint64_t size;
        uint64_t padded;
    } classes[] = {
        {0, 0},
        {1, 16384},
        {16384, 16384},
        {16385, 24576},
        {24576, 24576},
        {24577, 32768},
        {40000, 49152},
        {65537, 98304},
        {98305, 131072},
        {131072, 131072},
        {1000000, 1048576},
        {1048577, 1572864},
        {(uint64_t)1 << 40, (uint64_t)1 << 40},
        {UINT64_MAX, UINT64_MAX},
    };

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        ck_assert_uint_eq(nonfs_ext4_padded_size(classes[i].size), classes[i].padded);
}
END_TEST

struct zeros {
    uint64_t written; /* bytes, in writes of nothing but zeros */
};

static void count_zeros(void *context, uint64_t offset, const void *bytes, size_t len)
{
    struct zeros *z = context;
    const uint8_t *b = bytes;

    (void)offset;
    if (b != NULL && b[0] == 0 && memcmp(b, b + 1, len - 1) == 0)
        z->written += len;
}

static void expect_padded(struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_stat st;
    uint64_t want;

    nonfs_ext4_stat(node, &st);
    want = nonfs_ext4_padded_size(st.size);
    /* A node of extents may come to it. */
    if (st.allocated != want && st.allocated != want + 1024 && st.allocated != want + 4096)
        ck_abort_msg("a file of %llu bytes takes %llu, not %llu", (unsigned long long)st.size,
                     (unsigned long long)st.allocated, (unsigned long long)want);
}

START_TEST(padding_follows_a_file_that_grows_and_shrinks)
{
    static uint8_t bytes[50000];
    static uint8_t back[400000];
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    struct zeros zeros = {0};
    uint64_t size = 0;
    struct volume v;
    size_t done;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_PAD), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    create(&root, "file", 0100644, NULL, &node);
    expect_padded(&node);
    fill(bytes, sizeof(bytes), "content");
    v.image.watch = count_zeros;
    v.image.watch_context = &zeros;
    ck_assert_int_eq(nonfs_ext4_write(&node, 0, bytes, 5000, &done), 0);
    v.image.watch = NULL;
    expect_padded(&node);
    /* All behind the end is written, but for the rest of its block. */
    ck_assert_uint_ge(zeros.written, 16384 - 8192);
    for (size_t n = 5000; size < 300000; n = n % 40000 + 777) {
        ck_assert_int_eq(nonfs_ext4_write(&node, size, bytes, n, &done), 0);
        size += n;
        expect_padded(&node);
    }
    for (; size > 100; size = size / 3 * 2) {
        ck_assert_int_eq(nonfs_ext4_truncate(&node, size), 0);
        expect_padded(&node);
    }
    ck_assert_int_eq(nonfs_ext4_truncate(&node, sizeof(back)), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, back, sizeof(back), &done), 0);
    for (size_t i = size / 2 * 3 + 3; i < sizeof(back); i++)
        ck_assert_uint_eq(back[i], 0);
    ck_assert_int_eq(nonfs_ext4_truncate(&node, 0), 0);
    expect_padded(&node);
    ck_assert_int_eq(nonfs_ext4_allocate(&node, 0, 20000, 0), 0);
    expect_padded(&node);
    unmount(&v);
    judge(&v);
    volume_close(&v);
}
END_TEST

START_TEST(padding_that_finds_no_room_is_said)
{
    static uint8_t bytes[1 << 20];
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct volume v;
    size_t done = 0;
    int result = 0;

    if (!make_image(_i, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | NONFS_MOUNT_PAD), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    create(&root, "file", 0100644, NULL, &node);
    for (uint64_t at = 0; result == 0; at += done)
        result = nonfs_ext4_write(&node, at, bytes, sizeof(bytes), &done);
    ck_assert_int_eq(result, NONFS_E_FULL);
    ck_assert_int_eq(nonfs_ext4_truncate(&node, 1), 0);
    nonfs_ext4_stat(&node, &st);
    ck_assert_uint_eq(st.size, 1);
    expect_padded(&node);
    unmount(&v);
    judge(&v);
    volume_close(&v);
}
END_TEST

START_TEST(options_are_for_writing_and_can_be_asked_for)
{
    const uint32_t all = NONFS_MOUNT_NO_TIMES | NONFS_MOUNT_PAD | NONFS_MOUNT_SCRUB;
    struct nonfs_ext4_config config = {.cache_blocks = 192, .flags = NONFS_MOUNT_PAD};
    struct volume v;

    if (!make_image(0, &v))
        return;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 1024), 0);
    config.flags = NONFS_MOUNT_RECOVER | NONFS_MOUNT_SCRUB;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 1024), 0);
    config.flags = NONFS_MOUNT_NO_TIMES;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 1024), 0);
    ck_assert_int_eq(volume_mount(&v, 192, WRITE | all), 0);
    ck_assert_uint_eq(nonfs_ext4_flags(v.fs), WRITE | all);
    unmount(&v);
    ck_assert_int_eq(volume_mount(&v, 192, 0), 0);
    ck_assert_uint_eq(nonfs_ext4_flags(v.fs), 0);
    volume_close(&v);
}
END_TEST

static Suite *privacy_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 privacy");
    TCase *tc = tcase_create("privacy");

    tcase_set_timeout(tc, 300);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_loop_test(tc, scrubbing_leaves_nothing_of_what_was_deleted, 0, IMAGES);
    tcase_add_loop_test(tc, without_scrubbing_everything_is_found, 0, IMAGES);
    tcase_add_loop_test(tc, unmounting_scrubs, 0, IMAGES);
    tcase_add_loop_test(tc, what_a_loss_of_power_left_is_swept, 0, IMAGES);
    tcase_add_loop_test(tc, sweep_overwrites_what_was_deleted_before_and_nothing_else, 0, IMAGES);
    tcase_add_loop_test(tc, blocks_that_wait_are_overwritten_before_they_are_used_again, 0, IMAGES);
    tcase_add_loop_test(tc, no_time_reaches_the_device, 0, IMAGES);
    tcase_add_test(tc, files_take_space_in_classes);
    tcase_add_loop_test(tc, padding_follows_a_file_that_grows_and_shrinks, 0, IMAGES);
    tcase_add_loop_test(tc, padding_that_finds_no_room_is_said, 0, IMAGES);
    tcase_add_test(tc, options_are_for_writing_and_can_be_asked_for);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(privacy_suite)
