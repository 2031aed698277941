/*
 * Random operations on volumes of many kinds, against a model in memory; then e2fsck and Linux say what they think.
 */
#include <check_main.h>

#include "model.h"

#define TOOLS "mke2fs e2fsck truncate"

static const struct {
    const char *arguments;
    const char *size;
    uint32_t steps;
} images[] = {
    {"-t ext4", "64M", 3000},
    {"-t ext4 -b 4096", "64M", 3000},
    {"-t ext4 -b 1024 -J size=1", "16M", 4000},
    {"-t ext4 -b 1024 -O ^metadata_csum", "32M", 3000},
    {"-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,^64bit -g 1024", "32M", 3000},
    {"-t ext4 -b 2048 -O ^64bit", "32M", 2000},
    {"-t ext4 -b 1024 -O ^has_journal", "32M", 3000},
    {"-t ext4 -b 1024 -O ^has_journal,^metadata_csum", "32M", 2000},
    {"-t ext4 -I 128 -b 1024", "32M", 2000},
    {"-t ext4 -I 1024 -b 4096", "64M", 2000},
    {"-t ext4 -O ^dir_index -b 1024", "32M", 2000},
    {"-t ext4 -O large_dir,metadata_csum_seed -b 1024", "32M", 3000},
    {"-t ext4 -O meta_bg,^resize_inode -b 1024 -g 1024 -N 2048", "64M", 2000},
    {"-t ext4 -O sparse_super2 -b 1024 -g 2048", "64M", 2000},
    {"-t ext4 -O ^flex_bg -b 1024 -g 1024", "32M", 2000},
    {"-t ext4 -O orphan_file -b 1024", "32M", 2000},
    {"-t ext4 -b 16384", "128M", 1000},
    {"-t ext4 -b 65536 -E lazy_itable_init=0", "256M", 600},
    {"-t ext4 -b 1024 -O ^has_journal", "2M", 4000},
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

/* Whether e2fsck has nothing to say; what it said is printed. */
static void judge(struct volume *v, const char *what)
{
    char line[900];
    int code;

    image_save(&v->image, judged);
    /* That a tree of extents could be shorter is advice: Linux leaves them so too. */
    code = run_command(
        "e2fsck -fn '%s' >'%s.said' 2>&1 && ! grep '? no' '%s.said' | grep -v 'Optimize? no'",
        judged, judged, judged);
    if (code != 0) {
        read_command(line, sizeof(line),
                     "grep -v -e Pass -e Optimize '%s.said' | head -20 | tr '\\n' ' '", judged);
        ck_abort_msg("%s: %s", what, line);
    }
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
    struct volume v;
    struct model *m = malloc(sizeof(*m));

    if (!make_image(_i, &v))
        return;
    model_init(m, check_seed() + (uint64_t)_i, images[_i].size[0] == '2' ? 100000 : 300000);
    for (uint32_t round = 0; round < 2; round++) {
        int result = mount_writable(&v, round == 0 ? 192 : 1000);

        ck_assert_msg(result == 0, "%s: %s %s", images[_i].arguments, nonfs_strerror(result),
                      v.diagnostic.reason);
        for (uint32_t step = 0; step < images[_i].steps; step++) {
            model_step(m, v.fs);
            if (step % 500 == 499)
                ck_assert_int_eq(nonfs_ext4_sync(v.fs), 0);
        }
        model_compare(m, v.fs);
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

static Suite *write_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 write");
    TCase *tc = tcase_create("random");

    tcase_set_timeout(tc, 300);
    tcase_add_unchecked_fixture(tc, NULL, test_folder_remove);
    tcase_add_loop_test(tc, random_operations_leave_a_volume_that_e2fsck_and_linux_accept, 0,
                        (int)(sizeof(images) / sizeof(images[0])));
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(write_suite)
