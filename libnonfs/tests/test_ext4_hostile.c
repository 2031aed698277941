#include "hostile.h"

#include "bytes.h"

/* Offsets in the superblock, what is stored there, and the error it must lead to. */
static const struct {
    uint32_t offset;
    uint32_t len;
    uint32_t value;
    int result;
} superblocks[] = {
    {0x38, 2, 0, NONFS_E_NO_SIGNATURE},
    {0x18, 4, 7, NONFS_E_CORRUPT}, /* block size */
    {0x18, 4, 0xffffffff, NONFS_E_CORRUPT},
    {0x04, 4, 0, NONFS_E_CORRUPT},          /* blocks */
    {0x04, 4, 0xffffffff, NONFS_E_CORRUPT}, /* more than the device */
    {0x150, 4, 1, NONFS_E_CORRUPT},
    {0x150, 4, 0xffffffff, NONFS_E_CORRUPT},
    {0x14, 4, 0xffffffff, NONFS_E_CORRUPT}, /* first data block */
    {0x20, 4, 0, NONFS_E_CORRUPT},          /* blocks in a group */
    {0x20, 4, 0xffffffff, NONFS_E_CORRUPT},
    {0x28, 4, 0, NONFS_E_CORRUPT}, /* inodes in a group */
    {0x28, 4, 0xffffffff, NONFS_E_CORRUPT},
    {0x28, 4, 8, NONFS_E_CORRUPT}, /* fewer than there are inodes */
    {0x00, 4, 0, NONFS_E_CORRUPT}, /* inodes */
    {0x00, 4, 0xffffffff, NONFS_E_CORRUPT},
    {0x58, 2, 0, NONFS_E_CORRUPT}, /* size of an inode */
    {0x58, 2, 64, NONFS_E_CORRUPT},
    {0x58, 2, 384, NONFS_E_CORRUPT},
    {0x58, 2, 2048, NONFS_E_CORRUPT},
    {0xfe, 2, 0, NONFS_E_CORRUPT}, /* size of a group descriptor */
    {0xfe, 2, 32, NONFS_E_CORRUPT},
    {0xfe, 2, 96, NONFS_E_CORRUPT},
    {0xfe, 2, 2048, NONFS_E_CORRUPT},
    {0x62, 2, 0x8000, NONFS_E_UNSUPPORTED},
    {0x62, 2, 0x0001, NONFS_E_UNSUPPORTED},
};

START_TEST(damaged_superblock_is_refused)
{
    struct volume v;
    uint8_t *field;

    NEEDS_IMAGES();
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, plain_path, 512), 0);
    field = v.image.bytes + 1024 + superblocks[_i].offset;
    if (superblocks[_i].len == 4)
        store_le32(field, superblocks[_i].value);
    else
        store_le16(field, superblocks[_i].value);
    ck_assert_int_eq(volume_mount(&v, 8, 0), superblocks[_i].result);
    ck_assert_int_eq(v.diagnostic.result, superblocks[_i].result);
    ck_assert_ptr_nonnull(v.diagnostic.reason);
    volume_close(&v);
}
END_TEST

START_TEST(group_descriptors_outside_of_the_volume_are_damage)
{
    struct volume v;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    /* meta_bg puts the table of the first group behind the volume's first block. */
    store_le32(block_number(&v, 2) + 0x08, 0x7fffffff);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_GROUP, "the inode table is outside of the volume");
    ck_assert_uint_eq(nonfs_ext4_diagnostic(v.fs)->block, 2);
    volume_close(&v);
}
END_TEST

START_TEST(inode_table_that_leaves_the_volume_at_its_end_is_damage)
{
    struct volume v;
    struct nonfs_ext4_node node;
    struct nonfs_ext4_info info;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    nonfs_ext4_info(v.fs, &info);
    store_le32(block_number(&v, 2) + 0x08, (uint32_t)info.block_count - 1);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, 2, &node), NONFS_E_CORRUPT);
    volume_close(&v);
}
END_TEST

START_TEST(truncated_image_is_refused)
{
    struct volume v;

    NEEDS_IMAGES();
    for (size_t size = 0; size < 8 << 20; size = size == 0 ? 512 : size * 2) {
        memset(&v, 0, sizeof(v));
        ck_assert_int_eq(image_open(&v.image, plain_path, 512), 0);
        v.image.dev.block_count = size / 512;
        ck_assert_int_eq(volume_mount(&v, 8, 0),
                         size < 2048 ? NONFS_E_NO_SIGNATURE : NONFS_E_CORRUPT);
        volume_close(&v);
    }
}
END_TEST

/* Where the metadata of a small volume lies: the words that are not zero, without the superblock. */
static size_t *used_words(const struct image *image, size_t *count)
{
    size_t *words = malloc(image->size / 4 * sizeof(*words));

    *count = 0;
    for (size_t at = 2048; at < image->size; at += 4) {
        if (load_le32(image->bytes + at) != 0)
            words[(*count)++] = at;
    }
    return words;
}

/* Random damage all over the metadata; whatever comes, the walk ends and no memory is misused. */
START_TEST(random_damage_is_survived)
{
    const char *paths[] = {plain_path, classic_path, inline_path};
    uint64_t state = check_seed() + (uint64_t)_i;
    struct walk_result found;
    struct volume v;
    size_t *words = NULL;
    size_t nwords = 0;
    uint64_t errors = 0;

    NEEDS_IMAGES();
    for (int round = 0; round < 100; round++) {
        uint32_t changes = (uint32_t)(check_random(&state) % 200) + 1;

        memset(&v, 0, sizeof(v));
        ck_assert_int_eq(image_open(&v.image, paths[_i], 512), 0);
        if (words == NULL)
            words = used_words(&v.image, &nwords);
        for (uint32_t i = 0; i < changes; i++) {
            size_t at = words[check_random(&state) % nwords] + check_random(&state) % 4;
            v.image.bytes[at] = (uint8_t)check_random(&state);
        }
        ck_assert_int_eq(volume_mount(&v, 4, 0), 0);
        walk_volume(v.fs, 1 << 16, &found);
        errors += found.errors;
        volume_close(&v);
    }
    free(words);
    ck_assert_uint_gt(errors, 100);
}
END_TEST

START_TEST(device_error_at_each_read_surfaces)
{
    const char *paths[] = {plain_path, classic_path, summed_path};
    struct walk_result found;
    struct volume v;
    uint64_t reads;

    NEEDS_IMAGES();
    open_image(&v, paths[_i]);
    walk_volume(v.fs, 1 << 14, &found);
    ck_assert_uint_eq(found.errors, 0);
    reads = v.image.reads;
    volume_close(&v);
    for (uint64_t fail_at = 1; fail_at <= reads; fail_at += fail_at < 40 ? 1 : reads / 40 + 1) {
        for (uint32_t once = 0; once < 2; once++) {
            int result;

            memset(&v, 0, sizeof(v));
            ck_assert_int_eq(image_open(&v.image, paths[_i], 512), 0);
            v.image.fail_at = fail_at;
            v.image.fail_once = once;
            v.image.fail_result = once ? 77 : NONFS_E_GONE;
            result = volume_mount(&v, 8, 0);
            if (result == 0) {
                walk_volume(v.fs, 1 << 14, &found);
                ck_assert_uint_gt(found.errors, 0);
                result = found.last_error;
                ck_assert_int_eq(nonfs_ext4_diagnostic(v.fs)->result, result);
            }
            ck_assert_int_eq(result, once ? NONFS_E_IO : NONFS_E_GONE);
            if (v.fs != NULL && once) {
                /* Nothing of the failure is left. */
                walk_volume(v.fs, 1 << 14, &found);
                ck_assert_uint_eq(found.errors, 0);
            }
            volume_close(&v);
        }
    }
}
END_TEST

static Suite *hostile_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 hostile");
    TCase *tc = tcase_create("hostile");
    tcase_add_unchecked_fixture(tc, hostile_set_up, test_folder_remove);
    ADD_LOOP(tc, damaged_superblock_is_refused, superblocks);
    tcase_add_test(tc, group_descriptors_outside_of_the_volume_are_damage);
    tcase_add_test(tc, inode_table_that_leaves_the_volume_at_its_end_is_damage);
    tcase_add_test(tc, truncated_image_is_refused);
    hostile_files_add(tc);
    hostile_directories_add(tc);
    hostile_checksums_add(tc);
    tcase_add_loop_test(tc, random_damage_is_survived, 0, 3);
    tcase_add_loop_test(tc, device_error_at_each_read_surfaces, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hostile_suite)
