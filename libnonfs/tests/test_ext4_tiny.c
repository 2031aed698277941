/*
 * The volume of tiny_image.h, which needs no tools to make: the same bytes must mean the same on every machine.
 */
#include <check_main.h>

#include "ext4/volume.h"
#include "image.h"
#include "tiny_image.h"

static void open_tiny(struct volume *v, uint32_t device_block_size)
{
    static uint8_t bytes[TINY_IMAGE_SIZE];

    tiny_image_build(bytes);
    memset(v, 0, sizeof(*v));
    image_from_bytes(&v->image, bytes, sizeof(bytes), device_block_size);
    ck_assert_int_eq(volume_mount(v, 4, 0), 0);
}

static struct nonfs_ext4_node open_path(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node;
    int result = nonfs_ext4_lookup(v->fs, NULL, path, strlen(path), 0, &node);

    ck_assert_msg(result == 0, "%s: %s", path, nonfs_strerror(result));
    return node;
}

/* Checks that block `block` of a file is filled with `c`. */
static void check_block(struct nonfs_ext4_node *node, uint64_t block, char c)
{
    char buffer[TINY_BLOCK_SIZE];
    size_t done;

    ck_assert_int_eq(nonfs_ext4_read(node, block * TINY_BLOCK_SIZE, buffer, sizeof(buffer), &done),
                     0);
    ck_assert_uint_eq(done, sizeof(buffer));
    for (size_t i = 0; i < done; i++)
        ck_assert_int_eq(buffer[i], c);
}

START_TEST(tiny_volume_has_no_errors)
{
    struct walk_result found;
    struct volume v;

    for (uint32_t size = 512; size <= 4096; size *= 2) {
        open_tiny(&v, size);
        walk_volume(v.fs, 1 << 20, &found);
        ck_assert_uint_eq(found.errors, 0);
        ck_assert_uint_eq(found.entries, 9 + 2 + TINY_INDEX_NAMES + 3);
        volume_close(&v);
    }
}
END_TEST

START_TEST(tiny_files_have_their_content)
{
    struct nonfs_ext4_node node;
    struct volume v;

    open_tiny(&v, 512);
    node = open_path(&v, TINY_EXTENTS);
    for (uint64_t block = 0; block < 10; block++)
        check_block(&node, block, block == 0 ? 'a' : block == 2 ? 'b' : block == 9 ? 'c' : '\0');
    node = open_path(&v, TINY_MAPPED);
    for (uint64_t block = 0; block < 269; block++)
        check_block(&node, block, block == 0 ? 'd' : block == 12 ? 'e' : block == 268 ? 'f' : '\0');
    volume_close(&v);
}
END_TEST

START_TEST(tiny_inline_content_is_read)
{
    struct nonfs_ext4_node node;
    struct volume v;
    char buffer[100];
    size_t done;

    open_tiny(&v, 512);
    node = open_path(&v, TINY_INLINE_DIR "/x");
    for (uint64_t start = 0; start < 70; start++) {
        ck_assert_int_eq(nonfs_ext4_read(&node, start, buffer, sizeof(buffer), &done), 0);
        ck_assert_uint_eq(done, 70 - start);
        for (size_t i = 0; i < done; i++)
            ck_assert_int_eq(buffer[i], 'g');
    }
    volume_close(&v);
}
END_TEST

START_TEST(tiny_links_lead_to_their_targets)
{
    struct volume v;

    open_tiny(&v, 4096);
    ck_assert_uint_eq(open_path(&v, TINY_FAST_LINK).stat.inode,
                      open_path(&v, TINY_EXTENTS).stat.inode);
    ck_assert_uint_eq(open_path(&v, TINY_SLOW_LINK).stat.inode,
                      open_path(&v, TINY_INLINE).stat.inode);
    volume_close(&v);
}
END_TEST

START_TEST(tiny_hash_tree_finds_its_names)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    struct dir_place place;
    struct volume v;
    char name[8];

    open_tiny(&v, 512);
    directory = open_path(&v, TINY_INDEXED);
    for (unsigned i = 0; i < TINY_INDEX_NAMES; i++) {
        snprintf(name, sizeof(name), "name-%02u", i % 100);
        ck_assert_int_eq(nonfs_htree_find(&directory, name, 7, &entry, &place), 0);
        ck_assert_str_eq(entry.name, name);
    }
    ck_assert_int_eq(nonfs_htree_find(&directory, "name-99", 7, &entry, &place), NONFS_E_NOT_FOUND);
    volume_close(&v);
}
END_TEST

START_TEST(any_byte_of_the_tiny_volume_may_be_wrong)
{
    struct walk_result found;
    struct volume v;
    uint64_t state = check_seed();

    open_tiny(&v, 512);
    for (size_t at = 1024; at < v.image.size; at++) {
        uint8_t old = v.image.bytes[at];
        struct volume damaged = v;

        /* Each run takes others; fuzzing takes all. */
        if (check_random(&state) % (old == 0 ? 64 : 8) != 0)
            continue;
        v.image.bytes[at] = (uint8_t)check_random(&state);
        if (volume_mount(&damaged, 4, NONFS_MOUNT_IGNORE_JOURNAL) == 0)
            walk_volume(damaged.fs, 1 << 12, &found);
        free(damaged.arena);
        v.image.bytes[at] = old;
    }
    volume_close(&v);
}
END_TEST

static Suite *tiny_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 tiny volume");
    TCase *tc = tcase_create("tiny");
    tcase_add_test(tc, tiny_volume_has_no_errors);
    tcase_add_test(tc, tiny_files_have_their_content);
    tcase_add_test(tc, tiny_inline_content_is_read);
    tcase_add_test(tc, tiny_links_lead_to_their_targets);
    tcase_add_test(tc, tiny_hash_tree_finds_its_names);
    tcase_add_test(tc, any_byte_of_the_tiny_volume_may_be_wrong);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tiny_suite)
