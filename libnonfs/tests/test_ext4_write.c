/*
 * Random operations on volumes of many kinds, against a model in memory; then e2fsck and Linux say what they think.
 */
#include <check_main.h>

#include "companion.h"
#include "model.h"

#define TOOLS      "mke2fs e2fsck truncate"
#define LONG_STEPS 100000u /* operations on each kind of volume with NONOS_LONG=1 */

static const struct {
    const char *arguments;
    const char *size;
    uint32_t steps;
    uint32_t flags; /* of the mount, beside writing */
} images[] = {
    {"-t ext4", "64M", 3000, 0},
    {"-t ext4 -b 4096", "64M", 3000, 0},
    {"-t ext4 -b 1024 -J size=1", "16M", 4000, 0},
    {"-t ext4 -b 1024 -O ^metadata_csum", "32M", 3000, 0},
    {"-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,^64bit -g 1024", "32M", 3000, 0},
    {"-t ext4 -b 2048 -O ^64bit", "32M", 2000, 0},
    {"-t ext4 -b 1024 -O ^has_journal", "32M", 3000, 0},
    {"-t ext4 -b 1024 -O ^has_journal,^metadata_csum", "32M", 2000, 0},
    {"-t ext4 -I 128 -b 1024", "32M", 2000, 0},
    {"-t ext4 -I 1024 -b 4096", "64M", 2000, 0},
    {"-t ext4 -O ^dir_index -b 1024", "32M", 2000, 0},
    {"-t ext4 -O large_dir,metadata_csum_seed -b 1024", "32M", 3000, 0},
    {"-t ext4 -O meta_bg,^resize_inode -b 1024 -g 1024 -N 2048", "64M", 2000, 0},
    {"-t ext4 -O sparse_super2 -b 1024 -g 2048", "64M", 2000, 0},
    {"-t ext4 -O ^flex_bg -b 1024 -g 1024", "32M", 2000, 0},
    {"-t ext4 -O orphan_file -b 1024", "32M", 2000, 0},
    {"-t ext4 -b 16384", "128M", 1000, 0},
    {"-t ext4 -b 65536 -E lazy_itable_init=0", "256M", 600, 0},
    {"-t ext4 -b 1024 -O ^has_journal -m 0", "2M", 4000, 0},
    {"-t ext4 -b 1024 -J size=1", "16M", 3000, NONFS_MOUNT_SCRUB},
    {"-t ext4 -b 4096", "64M", 2000, NONFS_MOUNT_SCRUB | NONFS_MOUNT_PAD},
};

static char path[300];
static char judged[300]; /* not the file that is mapped */

/* Mounts for writing, with a clock that stands. */
static int mount_writable(struct volume *v, uint32_t cache_blocks)
{
    image_make_writable(&v->image);
    return volume_mount(v, cache_blocks, NONFS_MOUNT_WRITE);
}

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
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s %s '%s'; mke2fs -q -F %s '%s'", path,
                                 images[i].size, path, images[i].arguments, path),
                     0);
    ck_assert_int_eq(image_open(&v->image, path, i % 2 ? 512 : 4096), 0);
    return 1;
}

static void judge(struct volume *v, const char *what)
{
    const char *objection;

    image_check(&v->image, what);
    image_save(&v->image, judged);
    objection = e2fsck_objection(judged);
    ck_assert_msg(objection == NULL, "%s: %s", what, objection);
}

/* Linux reads the same as the library. */
static void compare_with_linux(struct volume *v)
{
    char folder[400];

    snprintf(folder, sizeof(folder), "%s/mnt", test_folder());
    if (run_command("mkdir -p '%s' && mount -o loop,ro '%s' '%s'", folder, judged, folder) != 0) {
        printf("# not compared: this user cannot mount, or Linux not such blocks\n");
        return;
    }
    ck_assert_int_eq(volume_mount(v, 64, 0), 0);
    compare_tree(v->fs, folder);
    ck_assert_int_eq(nonfs_ext4_unmount(v->fs), 0);
    v->fs = NULL;
    free(v->arena);
    v->arena = NULL;
    ck_assert_int_eq(run_command("umount '%s'", folder), 0);
}

static void unmount(struct volume *v)
{
    ck_assert_int_eq(nonfs_ext4_unmount(v->fs), 0);
    v->fs = NULL;
    free(v->arena);
    v->arena = NULL;
}

START_TEST(random_operations_leave_a_volume_that_e2fsck_and_linux_accept)
{
    uint32_t steps = getenv("NONOS_LONG") != NULL ? LONG_STEPS / 2 : images[_i].steps;
    struct volume v;
    struct model *m = malloc(sizeof(*m));

    if (!make_image(_i, &v))
        return;
    model_init(m, check_seed() + (uint64_t)_i, images[_i].size[0] == '2' ? 100000 : 300000);
    for (uint32_t round = 0; round < 2; round++) {
        uint64_t left;
        int result;

        image_make_writable(&v.image);
        result = volume_mount(&v, round == 0 ? 192 : 1000, NONFS_MOUNT_WRITE | images[_i].flags);
        ck_assert_msg(result == 0, "%s: %s %s", images[_i].arguments, nonfs_strerror(result),
                      v.diagnostic.reason);
        for (uint32_t step = 0; step < steps; step++) {
            model_step(m, v.fs);
            if (step % 500 == 499)
                ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
            if (step % 100 == 50)
                ck_assert_int_eq(nonfs_ext4_scrub(v.fs, step % 700, &left), 0);
        }
        model_compare(m, v.fs);
        model_release(m);
        unmount(&v);
        judge(&v, images[_i].arguments);
        ck_assert_int_eq(volume_mount(&v, 64, 0), 0);
        model_compare(m, v.fs);
        unmount(&v);
        compare_with_linux(&v);
    }
    model_free(m);
    free(m);
    volume_close(&v);
}
END_TEST

START_TEST(random_operations_are_right_while_another_thread_reads)
{
    /* On devices whose blocks are not larger than the volume's: on others nobody comes in. */
    static const int which[] = {1, 3, 5, 15, 19};
    int i = which[_i];
    struct volume v;
    struct model *m = malloc(sizeof(*m));
    struct companion *companion;
    uint64_t left;

    if (!make_image(i, &v))
        return;
    model_init(m, check_seed() + (uint64_t)_i, 100000);
    image_make_writable(&v.image);
    companion = companion_start(&v, 192, NONFS_MOUNT_WRITE | images[i].flags);
    for (uint32_t step = 0; step < 600; step++) {
        model_step(m, v.fs);
        if (step % 100 == 99)
            ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
        if (step % 100 == 50)
            ck_assert_int_eq(nonfs_ext4_scrub(v.fs, step % 700, &left), 0);
    }
    model_compare(m, v.fs);
    model_release(m);
    companion_stop(companion);
    unmount(&v);
    companion_free(companion);
    judge(&v, images[i].arguments);
    ck_assert_int_eq(volume_mount(&v, 64, 0), 0);
    model_compare(m, v.fs);
    model_free(m);
    free(m);
    volume_close(&v);
}
END_TEST

/* Operations of all kinds, whatever comes of them. */
static void any_operation(struct nonfs_ext4 *fs, uint64_t *random)
{
    static uint8_t bytes[30000];
    struct nonfs_ext4_new what = {.mode = 0100644, .target = "a/target", .target_len = 8};
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    uint64_t x = check_random(random);
    size_t offset = (size_t)(x >> 32) % 200000;
    char name[20];
    char other[20];
    size_t done;

    int n = snprintf(name, sizeof(name), "name-%u", (unsigned)(x % 40));
    int o = snprintf(other, sizeof(other), "name-%u", (unsigned)(x / 40 % 40));

    if (nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &root) != 0)
        return;
    what.mode = x % 5 == 0 ? 0040755 : x % 5 == 1 ? 0120777 : 0100644;
    (void)!nonfs_ext4_create(&root, name, (size_t)n, &what, NULL);
    if (nonfs_ext4_lookup(fs, &root, other, (size_t)o, NONFS_EXT4_LOOKUP_NOFOLLOW, &node) == 0) {
        (void)!nonfs_ext4_write(&node, offset, bytes, x % sizeof(bytes), &done);
        (void)!nonfs_ext4_create(&node, name, (size_t)n, &what, NULL);
        if (x % 3 == 0)
            (void)!nonfs_ext4_truncate(&node, offset);
        if (x % 7 == 0)
            (void)!nonfs_ext4_punch(&node, offset / 2, x % 50000);
    }
    if (x % 8 == 0)
        (void)!nonfs_ext4_rename(&root, name, (size_t)n, &node, other, (size_t)o);
    if (x % 8 == 4)
        (void)!nonfs_ext4_exchange(&root, name, (size_t)n, &node, other, (size_t)o);
    if (x % 4 == 1)
        (void)!nonfs_ext4_unlink(&root, other, (size_t)o);
    if (x % 4 == 2)
        (void)!nonfs_ext4_rmdir(&root, other, (size_t)o);
    if (x % 16 == 0)
        (void)!nonfs_ext4_sync(fs);
}

START_TEST(writing_a_damaged_volume_ends)
{
    uint64_t random = check_seed();
    struct volume v;

    for (uint32_t round = 0; round < 60; round++) {
        if (!make_image(18, &v))
            return;
        /* Something to damage. */
        ck_assert_int_eq(mount_writable(&v, 192), 0);
        for (int i = 0; i < 60; i++)
            any_operation(v.fs, &random);
        unmount(&v);
        for (uint32_t i = 0; i < 20; i++)
            v.image.bytes[2048 + check_random(&random) % 400000] ^= 1u << check_random(&random) % 8;
        if (mount_writable(&v, 192) == 0) {
            for (int i = 0; i < 100; i++)
                any_operation(v.fs, &random);
            (void)!nonfs_ext4_unmount(v.fs);
        }
        v.fs = NULL;
        volume_close(&v);
    }
}
END_TEST

START_TEST(device_that_fails_ends_writing_and_the_volume_can_be_recovered)
{
    uint64_t random = check_seed();
    struct volume v;

    for (uint64_t at = 3; at < 60; at += 4) {
        int result;

        if (!make_image(2, &v))
            return;
        ck_assert_int_eq(mount_writable(&v, 192), 0);
        v.image.fail_write_at = v.image.writes + at;
        for (int i = 0; i < 200; i++)
            any_operation(v.fs, &random);
        result = nonfs_ext4_unmount(v.fs);
        ck_assert_msg(result == NONFS_E_ABORTED || result == NONFS_E_IO, "%s",
                      nonfs_strerror(result));
        v.fs = NULL;
        free(v.arena);
        v.image.fail_write_at = 0;
        ck_assert_int_eq(mount_writable(&v, 192), 0);
        unmount(&v);
        judge(&v, "recovered");
        volume_close(&v);
    }
}
END_TEST

START_TEST(volume_that_is_only_read_refuses_every_change)
{
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_node root;
    struct volume v;
    size_t done;

    if (!make_image(2, &v))
        return;
    ck_assert_int_eq(volume_mount(&v, 192, NONFS_MOUNT_WRITE), NONFS_E_READ_ONLY);
    free(v.arena);
    image_make_writable(&v.image);
    ck_assert_int_eq(volume_mount(&v, 64, 0), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_create(&root, "a", 1, &what, NULL), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "a", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_rmdir(&root, "lost+found", 10), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_rename(&root, "lost+found", 10, &root, "a", 1), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_exchange(&root, "lost+found", 10, &root, "a", 1),
                     NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_write(&root, 0, "a", 1, &done), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_truncate(&root, 0), NONFS_E_READ_ONLY);
    ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
    ck_assert_uint_eq(v.image.writes, 0);
    volume_close(&v);
}
END_TEST

/* Four extents fill the inode, so that a fifth needs a block, which a full volume does not have. */
START_TEST(hole_that_finds_no_room_leaves_the_content_as_it_was)
{
    enum { EXTENT = 4096, DISTANCE = 5120, FILE_LEN = 3 * DISTANCE + EXTENT };
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_node root, file, filler;
    static uint8_t before[FILE_LEN], after[FILE_LEN], bytes[65536];
    struct volume v;
    size_t done;

    if (!make_image(18, &v))
        return;
    memset(bytes, 0x5a, sizeof(bytes));
    ck_assert_int_eq(mount_writable(&v, 192), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_create(&root, "file", 4, &what, &file), 0);
    for (uint64_t i = 0; i < 4; i++)
        ck_assert_int_eq(nonfs_ext4_write(&file, i * DISTANCE, bytes, EXTENT, &done), 0);
    ck_assert_int_eq(nonfs_ext4_create(&root, "filler", 6, &what, &filler), 0);
    for (uint64_t at = 0; nonfs_ext4_write(&filler, at, bytes, sizeof(bytes), &done) == 0;)
        at += done;
    /* The filler may have wanted a block for its tree, too; one with few extents takes the last ones. */
    ck_assert_int_eq(nonfs_ext4_create(&root, "rest", 4, &what, &filler), 0);
    for (uint64_t at = 0; nonfs_ext4_write(&filler, at, bytes, 1024, &done) == 0;)
        at += done;
    ck_assert_int_eq(nonfs_ext4_read(&file, 0, before, FILE_LEN, &done), 0);
    ck_assert_int_eq(nonfs_ext4_punch(&file, 924, 2248), NONFS_E_FULL);
    ck_assert_int_eq(nonfs_ext4_read(&file, 0, after, FILE_LEN, &done), 0);
    ck_assert_mem_eq(before, after, FILE_LEN);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "filler", 6), 0);
    ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
    ck_assert_int_eq(nonfs_ext4_punch(&file, 924, 2248), 0);
    ck_assert_int_eq(nonfs_ext4_read(&file, 0, after, FILE_LEN, &done), 0);
    memset(before + 924, 0, 2248);
    ck_assert_mem_eq(before, after, FILE_LEN);
    unmount(&v);
    judge(&v, "full once");
    volume_close(&v);
}
END_TEST

/* The power of a device that goes after the first transaction is in the log, and before any of it is at home. */
struct power {
    struct image *image;
    uint32_t flushes;
    size_t logged; /* bytes before the first flush */
};

static void go_after_the_second_flush(void *context, uint64_t offset, const void *bytes, size_t len)
{
    struct power *p = context;

    (void)offset;
    if (bytes != NULL)
        p->logged += p->flushes == 0 ? len : 0;
    else if (++p->flushes == 2)
        p->image->fail_write_at = p->image->writes + 1;
}

START_TEST(transaction_that_fills_the_log_is_replayed_whole)
{
    struct nonfs_ext4_new what = {.mode = 0040755};
    struct nonfs_ext4_node root;
    struct nonfs_ext4_entry entry;
    struct power power;
    uint32_t made = 0;
    struct volume v;
    char name[32];

    if (!make_image(2, &v))
        return;
    ck_assert_int_eq(mount_writable(&v, 4000), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    power = (struct power){.image = &v.image};
    v.image.watch = go_after_the_second_flush;
    v.image.watch_context = &power;
    do
        snprintf(name, sizeof(name), "directory-%u", made++);
    while (nonfs_ext4_create(&root, name, strlen(name), &what, NULL) == 0);
    ck_assert_uint_eq(power.flushes, 2);
    /* Of the log, 1 MiB; the rest is for what the last operation might have needed. */
    ck_assert_uint_gt(power.logged, 3u << 18);
    v.image.watch = NULL;
    v.image.fail_write_at = 0;
    free(v.arena);
    ck_assert_int_eq(mount_writable(&v, 192), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (uint32_t i = 0; i < made; i++) {
        snprintf(name, sizeof(name), "directory-%u", i);
        ck_assert_int_eq(nonfs_ext4_find(&root, name, strlen(name), &entry),
                         i + 1 < made ? 0 : NONFS_E_NOT_FOUND);
    }
    unmount(&v);
    judge(&v, "a log that was full");
    volume_close(&v);
}
END_TEST

static uint32_t inode_of_new(struct nonfs_ext4_node *root, const char *name)
{
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_node node;

    ck_assert_int_eq(nonfs_ext4_create(root, name, strlen(name), &what, &node), 0);
    return (uint32_t)node.stat.inode;
}

START_TEST(first_free_inode_is_taken_also_after_one_was_given_back_or_not_taken_after_all)
{
    static uint8_t bytes[65536];
    struct nonfs_ext4_new file = {.mode = 0100644};
    struct nonfs_ext4_new directory = {.mode = 0040755};
    struct nonfs_ext4_node root, node;
    struct volume v;
    uint32_t first;
    size_t done;

    if (!make_image(18, &v))
        return;
    ck_assert_int_eq(mount_writable(&v, 192), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    first = inode_of_new(&root, "a");
    ck_assert_uint_eq(inode_of_new(&root, "b"), first + 1);
    ck_assert_uint_eq(inode_of_new(&root, "c"), first + 2);
    ck_assert_int_eq(nonfs_ext4_unlink(&root, "b", 1), 0);
    ck_assert_uint_eq(inode_of_new(&root, "d"), first + 1);
    ck_assert_uint_eq(inode_of_new(&root, "e"), first + 3);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(
            nonfs_ext4_create(&root, i == 0 ? "filler" : "rest", i == 0 ? 6 : 4, &file, &node), 0);
        for (uint64_t at = 0;
             nonfs_ext4_write(&node, at, bytes, i == 0 ? sizeof(bytes) : 1024, &done) == 0;)
            at += done;
    }
    ck_assert_int_eq(nonfs_ext4_create(&root, "f", 1, &directory, &node), NONFS_E_FULL);
    ck_assert_uint_eq(inode_of_new(&root, "g"), first + 6);
    unmount(&v);
    judge(&v, "inodes in their order");
    volume_close(&v);
}
END_TEST

static const struct {
    const char *arguments;
    const char *feature;
} unwritable[] = {
    {"-t ext4 -O inline_data", "inline_data"},
    {"-t ext4 -O bigalloc", "bigalloc"},
    {"-t ext4 -O quota", "quota"},
    {"-t ext4 -O ea_inode", "ea_inode"},
    {"-t ext4 -O mmp", "mmp"},
    {"-t ext3", "without extent"},
};

START_TEST(features_that_are_only_read_are_named_when_writing_is_refused)
{
    struct volume v;

    if (missing_tool(TOOLS) != NULL)
        return;
    memset(&v, 0, sizeof(v));
    snprintf(path, sizeof(path), "%s/image", test_folder());
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 32M '%s'; mke2fs -q -F %s '%s'", path,
                                 path, unwritable[_i].arguments, path),
                     0);
    ck_assert_int_eq(image_open(&v.image, path, 512), 0);
    ck_assert_int_eq(mount_writable(&v, 192), NONFS_E_READ_ONLY);
    ck_assert_str_eq(v.diagnostic.reason, unwritable[_i].feature);
    ck_assert_uint_eq(v.image.writes, 0);
    volume_close(&v);
}
END_TEST

static Suite *write_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 write");
    TCase *tc = tcase_create("random");

    tcase_set_timeout(tc, getenv("NONOS_LONG") != NULL ? 3600 : 300);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_loop_test(tc, random_operations_leave_a_volume_that_e2fsck_and_linux_accept, 0,
                        (int)(sizeof(images) / sizeof(images[0])));
    suite_add_tcase(suite, tc);
    tc = tcase_create("refused");
    tcase_set_timeout(tc, 300);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_loop_test(tc, random_operations_are_right_while_another_thread_reads, 0, 5);
    tcase_add_test(tc, writing_a_damaged_volume_ends);
    tcase_add_test(tc, device_that_fails_ends_writing_and_the_volume_can_be_recovered);
    tcase_add_test(tc, volume_that_is_only_read_refuses_every_change);
    tcase_add_test(tc, hole_that_finds_no_room_leaves_the_content_as_it_was);
    tcase_add_test(tc, transaction_that_fills_the_log_is_replayed_whole);
    tcase_add_test(tc,
                   first_free_inode_is_taken_also_after_one_was_given_back_or_not_taken_after_all);
    tcase_add_loop_test(tc, features_that_are_only_read_are_named_when_writing_is_refused, 0,
                        (int)(sizeof(unwritable) / sizeof(unwritable[0])));
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(write_suite)
