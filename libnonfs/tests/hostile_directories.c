#include "hostile.h"

#include "bytes.h"

/* The record of `name` in a block of a directory. */
static uint8_t *record_of(uint8_t *block, const char *name)
{
    for (uint32_t at = 0; at < 1024; at += load_le16(block + at + 4)) {
        if (block[at + 6] == strlen(name) && memcmp(block + at + 8, name, strlen(name)) == 0)
            return block + at;
    }
    ck_abort_msg("no such record");
    return NULL;
}

/* Damage of the record of "file" in the directory "few". */
static const struct {
    uint32_t offset;
    uint32_t value; /* 16 bits */
    const char *reason;
} records[] = {
    {4, 0, "the length of a record is out of range"},
    {4, 8, "the length of a record is out of range"},
    {4, 13, "the length of a record is out of range"},
    {4, 0xfffc, "a record runs over the end"},
    {4, 1020, "a record runs over the end"},
    {4, 12, "the length of a record is out of range"},
    {6, 0x01ff + 1, "a name is empty"},
    {8, '/', "a name holds a byte that is not allowed"},
    {9, 0, "a name holds a byte that is not allowed"},
};

START_TEST(damaged_directory_record_is_damage)
{
    struct volume v;
    unsigned count;
    uint8_t *record;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    record = record_of(block_at(&v, "few", 0), "file");
    store_le16(record + records[_i].offset, records[_i].value);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(list_all(&v, "few", &count), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_DIRECTORY, records[_i].reason);
    ck_assert_int_ne(read_all(&v, "few/file"), 0);
    volume_close(&v);
}
END_TEST

START_TEST(name_over_the_end_of_its_record_is_damage)
{
    struct volume v;
    unsigned count;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    /* The two dots have records of 12 bytes. */
    record_of(block_at(&v, "few", 0), ".")[6] = 5;
    volume_mount_again(&v, 8);
    ck_assert_int_eq(list_all(&v, "few", &count), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_DIRECTORY, "a name runs over the end of its record");
    volume_close(&v);
}
END_TEST

START_TEST(entry_that_names_no_inode_is_damage)
{
    static const uint32_t inodes[] = {0xffffffff, 100000, 1, 7, 8};
    struct volume v;

    NEEDS_IMAGES();
    for (size_t i = 0; i < sizeof(inodes) / sizeof(inodes[0]); i++) {
        open_image(&v, plain_path);
        store_le32(record_of(block_at(&v, "few", 0), "file"), inodes[i]);
        volume_mount_again(&v, 8);
        ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CORRUPT);
        check_diagnostic(&v, NONFS_STRUCTURE_DIRECTORY,
                         "an entry names an inode that does not exist");
        volume_close(&v);
    }
}
END_TEST

START_TEST(entry_that_names_a_free_inode_is_damage)
{
    struct volume v;
    struct nonfs_ext4_info info;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    nonfs_ext4_info(v.fs, &info);
    store_le32(record_of(block_at(&v, "few", 0), "file"), info.inode_count);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_DIRECTORY, "an entry names an inode that is not in use");
    volume_close(&v);
}
END_TEST

START_TEST(directory_larger_than_the_volume_is_damage)
{
    struct volume v;
    unsigned count;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    store_le32(inode_at(&v, "few") + 4, 0xfffffc00);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(list_all(&v, "few", &count), NONFS_E_CORRUPT);
    ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_DIRECTORY, "the size of the directory is out of range");
    volume_close(&v);
}
END_TEST

START_TEST(damaged_directory_block_does_not_hide_the_others)
{
    struct volume v;
    unsigned all;
    unsigned count;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    ck_assert_int_eq(list_all(&v, "many", &all), 0);
    ck_assert_uint_eq(all, 402);
    store_le16(block_at(&v, "many", 5) + 4, 0);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(list_all(&v, "many", &count), NONFS_E_CORRUPT);
    ck_assert_uint_lt(count, all);
    ck_assert_uint_gt(count, all - 40);
    volume_close(&v);
}
END_TEST

/* Damage of a hash tree, at an offset in its root. */
static const struct {
    uint32_t offset;
    uint32_t value; /* 16 bits */
} indices[] = {
    {24, 1},                               /* reserved */
    {28, 0x0809},                          /* version of the hash */
    {30, 1},                               /* levels: the children are then no nodes */
    {30, 2},      {30, 255},    {32, 200}, /* limit */
    {34, 200},                             /* count */
    {34, 0},      {36, 0},                 /* the first child is the root */
    {36, 0xffff},                          /* or outside of the directory */
    {44, 0},      {44, 0xffff},
};

START_TEST(damaged_hash_tree_is_passed_over)
{
    struct volume v;
    struct nonfs_ext4_node many;
    struct nonfs_ext4_entry entry;
    uint8_t *root;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    ck_assert(node_at(&v, "many").stat.flags & NONFS_EXT4_FL_INDEX);
    root = block_at(&v, "many", 0);
    store_le16(root + indices[_i].offset, indices[_i].value);
    volume_mount_again(&v, 8);
    many = node_at(&v, "many");
    for (int i = 0; i < 400; i++) {
        char name[64];
        int len = snprintf(name, sizeof(name), "a-rather-long-name-of-a-file-%d", i);
        int result = nonfs_ext4_find(&many, name, (size_t)len, &entry);

        ck_assert_msg(result == 0, "%s: %s", name, nonfs_strerror(result));
    }
    ck_assert_int_eq(nonfs_ext4_find(&many, "absent", 6, &entry), NONFS_E_NOT_FOUND);
    volume_close(&v);
}
END_TEST

START_TEST(hash_tree_whose_entries_all_lead_to_one_block_ends)
{
    struct volume v;
    struct nonfs_ext4_node many;
    struct nonfs_ext4_entry entry;
    uint8_t *root;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    root = block_at(&v, "many", 0);
    for (uint32_t i = 1; i < load_le16(root + 34); i++) {
        store_le32(root + 32 + 8 * i, 0);
        store_le32(root + 32 + 8 * i + 4, 1);
    }
    volume_mount_again(&v, 8);
    many = node_at(&v, "many");
    ck_assert_int_eq(nonfs_ext4_find(&many, "absent", 6, &entry), NONFS_E_NOT_FOUND);
    volume_close(&v);
}
END_TEST

START_TEST(damaged_inline_directory_is_damage)
{
    struct volume v;
    unsigned count;
    uint8_t *inode;

    NEEDS_IMAGES();
    open_image(&v, inline_path);
    inode = inode_at(&v, "few");
    ck_assert(load_le32(inode + 0x20) & NONFS_EXT4_FL_INLINE_DATA);
    store_le16(inode + 0x28 + 4 + 4, 0xfffc);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(list_all(&v, "few", &count), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_INLINE_DATA, "a record runs over the end");
    ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CORRUPT);
    volume_close(&v);
}
END_TEST

void hostile_directories_add(TCase *tc)
{
    ADD_LOOP(tc, damaged_directory_record_is_damage, records);
    tcase_add_test(tc, name_over_the_end_of_its_record_is_damage);
    tcase_add_test(tc, entry_that_names_no_inode_is_damage);
    tcase_add_test(tc, entry_that_names_a_free_inode_is_damage);
    tcase_add_test(tc, directory_larger_than_the_volume_is_damage);
    tcase_add_test(tc, damaged_directory_block_does_not_hide_the_others);
    ADD_LOOP(tc, damaged_hash_tree_is_passed_over, indices);
    tcase_add_test(tc, hash_tree_whose_entries_all_lead_to_one_block_ends);
    tcase_add_test(tc, damaged_inline_directory_is_damage);
}
