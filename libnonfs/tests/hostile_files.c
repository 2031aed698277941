#include "hostile.h"

#include "bytes.h"

START_TEST(extent_tree_that_leads_to_itself_is_damage)
{
    struct volume v;
    uint8_t *child;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    uint8_t *root = inode_at(&v, "comb") + 0x28;
    ck_assert_uint_eq(load_le16(root + 6), 2);
    child = first_child(&v, root);
    store_le32(child + 12 + 4, load_le32(root + 12 + 4));
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "comb"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_EXTENTS, "the depth does not fall by one");
    volume_close(&v);
}
END_TEST

/* Offset in an inner node of depth 1 (or, from 1000 on, in a leaf), what is stored there, and what is said of it. */
static const struct {
    uint32_t offset;
    uint32_t value; /* 16 bits */
    const char *reason;
} extents[] = {
    {0, 0, "the signature is missing"},
    {2, 85, "the number of entries is out of range"},
    {4, 85, "the number of entries is out of range"},
    {4, 0, "the number of entries is out of range"},
    {2, 0, "the depth is out of range"},
    {6, 6, "the depth is out of range"},
    {6, 0, "the entries are not in order"},
    {6, 2, "the depth does not fall by one"},
    {24, 0, "the entries are not in order"},
    {16, 0xffff, "the block is outside of the volume"},
    {20, 0xffff, "the block is outside of the volume"},
    {1000 + 12 + 4, 0, "an extent is out of range"},
    {1000 + 12 + 4, 100, "the entries are not in order"},
    {1000 + 12 + 6, 1, "it maps blocks outside of the volume"},
    {1000 + 12 + 8, 0xffff, "it maps blocks outside of the volume"},
    {1000 + 12 + 2, 0xffff, "the entries are not in order"},
};

START_TEST(damaged_extent_tree_is_damage)
{
    struct volume v;
    uint8_t *node;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    node = first_child(&v, inode_at(&v, "comb") + 0x28);
    if (extents[_i].offset >= 1000)
        node = first_child(&v, node);
    store_le16(node + extents[_i].offset % 1000, extents[_i].value);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "comb"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_EXTENTS, extents[_i].reason);
    ck_assert_int_eq(read_all(&v, "few/file"), 0);
    volume_close(&v);
}
END_TEST

START_TEST(extents_outside_of_their_parent_are_damage)
{
    struct volume v;
    uint8_t *node;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    node = first_child(&v, inode_at(&v, "comb") + 0x28);
    /* The last extent of the first leaf now reaches into the second. */
    node = first_child(&v, node);
    store_le16(node + 12 * load_le16(node + 2) + 4, 1000);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "comb"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_EXTENTS, "the entries do not fit their parent");
    volume_close(&v);
}
END_TEST

START_TEST(block_map_that_leads_to_itself_ends)
{
    struct volume v;
    uint8_t *map;

    NEEDS_IMAGES();
    open_image(&v, classic_path);
    map = inode_at(&v, "comb") + 0x28;
    ck_assert_uint_ne(load_le32(map + 4 * 13), 0);
    /* The double-indirect block names only itself, at both of its levels. */
    for (int i = 0; i < 256; i++)
        store_le32(block_number(&v, load_le32(map + 4 * 13)) + 4 * i, load_le32(map + 4 * 13));
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "comb"), 0);
    volume_close(&v);
}
END_TEST

START_TEST(block_map_outside_of_the_volume_is_damage)
{
    struct volume v;
    uint8_t *map;

    NEEDS_IMAGES();
    for (int level = 0; level < 2; level++) {
        open_image(&v, classic_path);
        map = inode_at(&v, "comb") + 0x28;
        store_le32(level == 0 ? map : map + 4 * 12, 0xfffffff0);
        volume_mount_again(&v, 8);
        ck_assert_int_eq(read_all(&v, "comb"), NONFS_E_CORRUPT);
        check_diagnostic(&v, NONFS_STRUCTURE_INDIRECT,
                         level == 0 ? "it maps blocks outside of the volume"
                                    : "the block is outside of the volume");
        volume_close(&v);
    }
}
END_TEST

START_TEST(links_in_a_ring_are_too_many)
{
    struct volume v;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    ck_assert_int_eq(read_all(&v, "self"), NONFS_E_LOOP);
    ck_assert_int_eq(read_all(&v, "ring-a"), NONFS_E_LOOP);
    ck_assert_int_eq(read_all(&v, "ring-b/x"), NONFS_E_LOOP);
    ck_assert_int_eq(read_all(&v, "link"), 0);
    volume_close(&v);
}
END_TEST

START_TEST(damaged_link_is_damage)
{
    static const uint32_t sizes[] = {0, 70, 4096, 0xffffffff};
    struct volume v;

    NEEDS_IMAGES();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        open_image(&v, plain_path);
        store_le32(inode_at(&v, "link") + 4, sizes[i]);
        volume_mount_again(&v, 8);
        ck_assert_int_eq(read_all(&v, "link"), NONFS_E_CORRUPT);
        volume_close(&v);
    }
}
END_TEST

START_TEST(size_that_no_file_can_have_is_damage)
{
    struct volume v;

    NEEDS_IMAGES();
    open_image(&v, plain_path);
    store_le32(inode_at(&v, "comb") + 0x6c, 0x80000000);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(read_all(&v, "comb"), NONFS_E_CORRUPT);
    check_diagnostic(&v, NONFS_STRUCTURE_INODE, "the size is out of range");
    volume_close(&v);
}
END_TEST

START_TEST(damaged_inline_attribute_is_damage)
{
    /* Offsets of 16-bit fields behind the inode's own 160 bytes; the link "long" has 20 bytes there. */
    static const struct {
        uint32_t offset;
        uint32_t value;
    } cases[] = {{128, 0xfffc}, {164, 0x07ff}, {166, 0xfff0}, {172, 0xfff0}, {168, 1}, {162, 0}};
    struct volume v;

    NEEDS_IMAGES();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nonfs_ext4_node node;
        char target[4096];
        size_t len;

        open_image(&v, inline_path);
        ck_assert_uint_eq(load_le32(inode_at(&v, "long") + 160), 0xea020000);
        store_le16(inode_at(&v, "long") + cases[i].offset, cases[i].value);
        volume_mount_again(&v, 8);
        node = node_at(&v, "long");
        ck_assert_int_eq(nonfs_ext4_readlink(&node, target, sizeof(target), &len), NONFS_E_CORRUPT);
        check_diagnostic(&v, NONFS_STRUCTURE_INLINE_DATA, nonfs_ext4_diagnostic(v.fs)->reason);
        volume_close(&v);
    }
}
END_TEST

void hostile_files_add(TCase *tc)
{
    tcase_add_test(tc, extent_tree_that_leads_to_itself_is_damage);
    ADD_LOOP(tc, damaged_extent_tree_is_damage, extents);
    tcase_add_test(tc, extents_outside_of_their_parent_are_damage);
    tcase_add_test(tc, block_map_that_leads_to_itself_ends);
    tcase_add_test(tc, block_map_outside_of_the_volume_is_damage);
    tcase_add_test(tc, links_in_a_ring_are_too_many);
    tcase_add_test(tc, damaged_link_is_damage);
    tcase_add_test(tc, size_that_no_file_can_have_is_damage);
    tcase_add_test(tc, damaged_inline_attribute_is_damage);
}
