/*
 * Volumes with each feature that mke2fs can make, read back and compared with the folder that they were made from.
 */
#include <check_main.h>

#include "image.h"

#define TOOLS "mke2fs debugfs e2fsck tune2fs truncate"

/* Arguments of mke2fs, and a shell command with $I for the image that changes it afterwards. */
static const struct {
    const char *arguments;
    const char *size;
    const char *after;
} images[] = {
    {"-t ext4", "64M", ""},
    {"-t ext4 -b 1024", "64M", ""},
    {"-t ext4 -b 2048", "64M", ""},
    {"-t ext4 -b 8192", "64M", ""},
    {"-t ext4 -b 16384", "64M", ""},
    {"-t ext4 -b 32768", "128M", ""},
    {"-t ext4 -b 65536", "256M", ""},
    {"-t ext4 -b 65536 -O ^metadata_csum", "256M", ""},
    {"-t ext4 -O ^metadata_csum", "64M", ""},
    {"-t ext4 -O ^metadata_csum,uninit_bg", "64M", ""},
    {"-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,^64bit", "64M", ""},
    {"-t ext4 -O ^extents,^64bit", "64M", ""},
    {"-t ext4 -O ^extents,^64bit -b 1024", "64M", ""},
    {"-t ext4 -O ^64bit", "64M", ""},
    {"-t ext4 -O ^64bit,^metadata_csum,^flex_bg -b 1024 -g 1024", "64M", ""},
    {"-t ext4 -O metadata_csum_seed", "64M", "tune2fs -U random $I"},
    {"-t ext4 -O inline_data", "64M", ""},
    {"-t ext4 -O inline_data -I 1024", "64M", ""},
    {"-t ext4 -O inline_data,^metadata_csum -b 1024", "64M", ""},
    {"-t ext4 -O bigalloc -C 16384", "64M", ""},
    {"-t ext4 -O bigalloc -b 1024 -C 4096", "64M", ""},
    {"-t ext4 -O meta_bg,^resize_inode -b 1024 -g 1024 -N 2048", "128M", ""},
    {"-t ext4 -O meta_bg,^resize_inode,^64bit,^metadata_csum -b 1024 -g 512 -N 1024", "64M", ""},
    {"-t ext4 -O sparse_super2 -b 1024 -g 2048", "64M", ""},
    {"-t ext4 -O sparse_super2,meta_bg,^resize_inode -b 1024 -g 1024 -N 1024", "64M", ""},
    {"-t ext4 -O ^sparse_super,meta_bg,^resize_inode -b 1024 -g 1024 -N 1024", "64M", ""},
    {"-t ext4 -O ^sparse_super,^resize_inode", "64M", ""},
    {"-t ext4 -b 1024 -g 1024 -N 1024", "64M", ""},
    {"-t ext4 -O uninit_bg,^metadata_csum -b 1024 -g 1024 -N 1024", "64M", ""},
    {"-t ext4 -O ^has_journal", "64M", ""},
    {"-t ext4 -O large_dir,ea_inode,project,quota,mmp,verity", "64M", ""},
    {"-t ext4 -O orphan_file", "64M", ""},
    {"-t ext4 -O ^dir_index", "64M", ""},
    {"-t ext4 -O ^filetype,^dir_index", "64M", ""},
    {"-t ext4 -I 128", "64M", ""},
    {"-t ext4 -I 1024", "64M", ""},
    {"-t ext4 -N 4000 -G 4", "64M", ""},
    {"-t ext4", "64M", "e2fsck -fyD $I"},
    {"-t ext4 -O ^metadata_csum -b 1024", "64M", "e2fsck -fyD $I"},
    {"-t ext3", "64M", ""},
    {"-t ext3 -b 1024", "64M", "e2fsck -fyD $I"},
    {"-t ext2", "64M", ""},
    {"-t ext2 -b 1024 -I 128", "64M", ""},
    {"-t ext2 -r 0 -b 1024", "64M", ""},
    {"-t ext2 -o hurd -I 128", "64M", ""},
};

static char source[300];
static char image_path[300];

static void set_up(void)
{
    const char *folder = test_folder();

    snprintf(source, sizeof(source), "%s/source", folder);
    snprintf(image_path, sizeof(image_path), "%s/image", folder);
    if (missing_tool(TOOLS) == NULL)
        make_source_tree(source);
}

/* Makes the image; false, with a printed reason, if the tools cannot. */
static int make_image(const char *size, const char *arguments, const char *after)
{
    const char *missing = missing_tool(TOOLS);

    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return 0;
    }
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s %s '%s'", image_path, size, image_path),
                     0);
    if (run_command("mke2fs -q -F %s -d '%s' '%s'", arguments, source, image_path) != 0) {
        printf("# skipped: this mke2fs does not make %s\n", arguments);
        return 0;
    }
    if (after[0] != '\0')
        (void)run_command("I='%s'; %s", image_path, after);
    return 1;
}

START_TEST(image_holds_what_its_source_holds)
{
    struct volume v;

    if (!make_image(images[_i].size, images[_i].arguments, images[_i].after))
        return;
    for (uint32_t device_block = 512; device_block <= 4096; device_block *= 8) {
        ck_assert_int_eq(image_open(&v.image, image_path, device_block), 0);
        int result = volume_mount(&v, device_block == 512 ? 64 : 4, 0);
        ck_assert_msg(result == 0, "%s: %s", images[_i].arguments, nonfs_strerror(result));
        compare_tree(v.fs, source);
        volume_close(&v);
    }
}
END_TEST

static Suite *images_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 images");
    TCase *tc = tcase_create("images");
    tcase_add_unchecked_fixture(tc, set_up, test_folder_remove);
    tcase_add_loop_test(tc, image_holds_what_its_source_holds, 0,
                        (int)(sizeof(images) / sizeof(images[0])));
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(images_suite)
