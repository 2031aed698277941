/*
 * Files that are in use when their last name goes, and orphans after a loss of power: in the chain and in the orphan file,
 * finished by the library, by e2fsck and by Linux.
 */
#include <check_main.h>

#include <nonfs/ext4_write.h>

#include "image.h"

#define TOOLS "mke2fs e2fsck truncate"
#define MANY  290u

static const char *const kinds[] = {
    "-b 1024", "-b 1024 -O orphan_file", "-b 1024 -O orphan_file,^metadata_csum",
    "-b 1024 -O orphan_file -E orphan_file_size=1", /* one block, which MANY fill */
};

static char path[300];
static char judged[300]; /* not the file that is mapped */

struct place {
    struct volume v;
    struct nonfs_ext4_node root;
};

static void place_mount(struct place *p)
{
    image_make_writable(&p->v.image);
    ck_assert_int_eq(volume_mount(&p->v, 192, NONFS_MOUNT_WRITE), 0);
    ck_assert_int_eq(nonfs_ext4_open(p->v.fs, NONFS_EXT4_ROOT_INODE, &p->root), 0);
}

static int place_open(struct place *p, const char *options)
{
    const char *missing = missing_tool(TOOLS);

    memset(p, 0, sizeof(*p));
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return 0;
    }
    snprintf(path, sizeof(path), "%s/image", test_folder());
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 16M '%s'; mke2fs -q -F -t ext4 %s '%s'",
                                 path, path, options, path),
                     0);
    ck_assert_int_eq(image_open(&p->v.image, path, 512), 0);
    place_mount(p);
    return 1;
}

static void place_unmount(struct place *p)
{
    ck_assert_int_eq(nonfs_ext4_unmount(p->v.fs), 0);
    free(p->v.arena);
    p->v.fs = NULL;
    p->v.arena = NULL;
}

/* The volume as a loss of power leaves it now. */
static void place_lose_power(struct place *p)
{
    ck_assert_int_eq(nonfs_ext4_sync(p->v.fs), 0);
    free(p->v.arena);
    p->v.fs = NULL;
    p->v.arena = NULL;
    image_save(&p->v.image, judged);
}

static void e2fsck_is_content(void)
{
    const char *objection = e2fsck_objection(judged);

    ck_assert_msg(objection == NULL, "%s", objection);
}

static void place_judge(struct place *p)
{
    place_unmount(p);
    image_save(&p->v.image, judged);
    e2fsck_is_content();
    image_close(&p->v.image);
}

static struct nonfs_ext4_node make_file(struct place *p, const char *name, size_t size)
{
    static uint8_t bytes[100000];
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_node node;
    size_t done;

    memset(bytes, name[0], sizeof(bytes));
    ck_assert_int_eq(nonfs_ext4_create(&p->root, name, strlen(name), &what, &node), 0);
    ck_assert_int_eq(nonfs_ext4_write(&node, 0, bytes, size, &done), 0);
    return node;
}

static uint64_t free_blocks(struct place *p)
{
    struct nonfs_ext4_statfs st;

    nonfs_ext4_statfs(p->v.fs, &st);
    return st.blocks_free;
}

static int unlink_name(struct place *p, const char *name)
{
    return nonfs_ext4_unlink(&p->root, name, strlen(name));
}

START_TEST(held_file_keeps_its_content_until_it_is_released)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct place p;
    uint64_t before;
    char bytes[20];
    size_t done;

    if (!place_open(&p, kinds[_i]))
        return;
    before = free_blocks(&p);
    node = make_file(&p, "file", 60000);
    ck_assert_int_eq(nonfs_ext4_hold(&node), 0);
    ck_assert_int_eq(nonfs_ext4_hold(&node), 0);
    ck_assert_int_eq(unlink_name(&p, "file"), 0);
    ck_assert_int_eq(unlink_name(&p, "file"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_write(&node, 70000, "behind", 6, &done), 0);
    ck_assert_int_eq(nonfs_ext4_release(&node), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 70000, bytes, 20, &done), 0);
    ck_assert_uint_eq(done, 6);
    ck_assert_mem_eq(bytes, "behind", 6);
    ck_assert_int_eq(nonfs_ext4_truncate(&node, 5), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, bytes, 20, &done), 0);
    ck_assert_uint_eq(done, 5);
    nonfs_ext4_stat(&node, &st);
    ck_assert_uint_eq(st.links, 0);
    ck_assert_int_eq(nonfs_ext4_link(&p.root, "back", 4, &node), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_release(&node), 0);
    ck_assert_int_eq(nonfs_ext4_release(&node), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, bytes, 20, &done), NONFS_E_NOT_FOUND);
    ck_assert_uint_eq(free_blocks(&p), before);
    place_judge(&p);
}
END_TEST

/* In the chain, that takes them from its middle; a small orphan file overflows into it. */
START_TEST(held_files_are_released_in_any_order)
{
    static struct nonfs_ext4_node nodes[MANY];
    struct place p;
    uint64_t before;
    char name[20];

    if (!place_open(&p, kinds[_i]))
        return;
    before = free_blocks(&p);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "file-%u", i);
        nodes[i] = make_file(&p, name, 1000);
        ck_assert_int_eq(nonfs_ext4_hold(&nodes[i]), 0);
        ck_assert_int_eq(unlink_name(&p, name), 0);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t k = i * 7 % MANY; /* MANY has no factor 7 */

        ck_assert_int_eq(nonfs_ext4_release(&nodes[k]), 0);
    }
    /* The directory has grown. */
    ck_assert_uint_ge(free_blocks(&p) + 16, before);
    place_judge(&p);
}
END_TEST

START_TEST(renaming_over_a_held_file_keeps_it)
{
    struct nonfs_ext4_node node;
    struct place p;
    char bytes[4];
    size_t done;

    if (!place_open(&p, kinds[_i]))
        return;
    node = make_file(&p, "old", 3000);
    (void)make_file(&p, "new", 10);
    ck_assert_int_eq(nonfs_ext4_hold(&node), 0);
    ck_assert_int_eq(nonfs_ext4_rename(&p.root, "new", 3, &p.root, "old", 3), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 2000, bytes, 4, &done), 0);
    ck_assert_mem_eq(bytes, "oooo", 4);
    ck_assert_int_eq(nonfs_ext4_release(&node), 0);
    place_judge(&p);
}
END_TEST

START_TEST(held_directory_without_a_name_gets_no_entries)
{
    struct nonfs_ext4_new what = {.mode = 0040755};
    struct nonfs_ext4_node node;
    struct place p;

    if (!place_open(&p, kinds[_i]))
        return;
    ck_assert_int_eq(nonfs_ext4_create(&p.root, "sub", 3, &what, &node), 0);
    ck_assert_int_eq(nonfs_ext4_hold(&node), 0);
    ck_assert_int_eq(nonfs_ext4_rmdir(&p.root, "sub", 3), 0);
    ck_assert_int_eq(nonfs_ext4_create(&node, "a", 1, &what, NULL), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_release(&node), 0);
    place_judge(&p);
}
END_TEST

START_TEST(unmounting_deletes_what_is_held_without_a_name)
{
    struct nonfs_ext4_node node;
    struct place p;

    if (!place_open(&p, kinds[_i]))
        return;
    for (uint32_t i = 0; i < 3; i++) {
        char name[2] = {(char)('a' + i), '\0'};

        node = make_file(&p, name, 5000);
        ck_assert_int_eq(nonfs_ext4_hold(&node), 0);
        ck_assert_int_eq(unlink_name(&p, name), 0);
    }
    place_judge(&p);
}
END_TEST

START_TEST(no_more_inodes_are_held_than_the_mount_allows)
{
    static struct nonfs_ext4_node nodes[IMAGE_HELD_INODES + 1];
    struct place p;
    char name[20];

    if (!place_open(&p, kinds[0]))
        return;
    for (uint32_t i = 0; i <= IMAGE_HELD_INODES; i++) {
        snprintf(name, sizeof(name), "file-%u", i);
        nodes[i] = make_file(&p, name, 1);
        ck_assert_int_eq(nonfs_ext4_hold(&nodes[i]), i < IMAGE_HELD_INODES ? 0 : NONFS_E_NO_MEMORY);
    }
    ck_assert_int_eq(nonfs_ext4_release(&nodes[5]), 0);
    ck_assert_int_eq(nonfs_ext4_hold(&nodes[IMAGE_HELD_INODES]), 0);
    place_judge(&p);
}
END_TEST

/* Leaves files that are held without a name, and a loss of power. */
static uint64_t leave_orphans(struct place *p)
{
    static struct nonfs_ext4_node nodes[MANY];
    uint64_t before;
    char name[20];

    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "file-%u", i);
        nodes[i] = make_file(p, name, 2000);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "file-%u", i);
        ck_assert_int_eq(unlink_name(p, name), 0);
    }
    before = free_blocks(p);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "file-%u", i);
        nodes[i] = make_file(p, name, 2000);
        ck_assert_int_eq(nonfs_ext4_hold(&nodes[i]), 0);
        ck_assert_int_eq(unlink_name(p, name), 0);
    }
    place_lose_power(p);
    return before;
}

START_TEST(orphans_of_a_lost_session_are_deleted_by_the_next_mount)
{
    struct place p;
    uint64_t before;

    if (!place_open(&p, kinds[_i]))
        return;
    before = leave_orphans(&p);
    place_mount(&p);
    ck_assert_uint_eq(free_blocks(&p), before);
    place_judge(&p);
}
END_TEST

START_TEST(e2fsck_deletes_the_orphans_that_were_written)
{
    struct place p;
    char line[100];

    if (!place_open(&p, kinds[_i]))
        return;
    (void)leave_orphans(&p);
    image_close(&p.v.image);
    ck_assert_int_eq(run_command("e2fsck -p '%s' >'%s.said' 2>&1 || [ $? -eq 1 ]", judged, judged),
                     0);
    read_command(line, sizeof(line), "grep -c 'Clearing orphaned inode' '%s.said'", judged);
    ck_assert_uint_eq(strtoul(line, NULL, 10), MANY);
    e2fsck_is_content();
}
END_TEST

START_TEST(linux_deletes_the_orphans_that_were_written)
{
    char folder[400];
    struct place p;

    if (!place_open(&p, kinds[_i]))
        return;
    (void)leave_orphans(&p);
    image_close(&p.v.image);
    snprintf(folder, sizeof(folder), "%s/mnt", test_folder());
    if (run_command("mkdir -p '%s' && mount -o loop '%s' '%s'", folder, judged, folder) != 0) {
        printf("# skipped: this user cannot mount, or Linux not such a volume\n");
        return;
    }
    ck_assert_int_eq(run_command("umount '%s'", folder), 0);
    e2fsck_is_content();
}
END_TEST

/* Linux holds a file that was deleted and one that is being written; the image is copied meanwhile. */
START_TEST(orphans_of_linux_are_deleted)
{
    char folder[400];
    struct place p;

    if (!place_open(&p, kinds[_i]))
        return;
    place_unmount(&p);
    image_save(&p.v.image, judged);
    image_close(&p.v.image);
    snprintf(folder, sizeof(folder), "%s/mnt", test_folder());
    if (run_command("mkdir -p '%s' && mount -o loop '%s' '%s'", folder, judged, folder) != 0) {
        printf("# skipped: this user cannot mount, or Linux not such a volume\n");
        return;
    }
    ck_assert_int_eq(
        run_command("cd '%s' && exec 3>a 4>b && head -c 50000 /dev/zero >&3 && echo x >&4 && "
                    "rm a b && sync -f . && sync && cp '%s' '%s'",
                    folder, judged, path),
        0);
    ck_assert_int_eq(run_command("umount '%s'", folder), 0);
    ck_assert_int_eq(image_open(&p.v.image, path, 512), 0);
    place_mount(&p);
    place_judge(&p);
}
END_TEST

START_TEST(damaged_orphan_file_is_named)
{
    struct nonfs_ext4_info info;
    struct place p;
    uint8_t magic[4] = {0x04, 0xca, 0x10, 0x0b};
    uint8_t *at;

    if (!place_open(&p, kinds[1]))
        return;
    nonfs_ext4_info(p.v.fs, &info);
    place_unmount(&p);
    at = memmem(p.v.image.bytes, p.v.image.size, magic, sizeof(magic));
    ck_assert_ptr_nonnull(at);
    at[4] ^= 1;
    ck_assert_int_eq(volume_mount(&p.v, 192, NONFS_MOUNT_WRITE), NONFS_E_CHECKSUM);
    ck_assert_int_eq(p.v.diagnostic.structure, NONFS_STRUCTURE_ORPHANS);
    free(p.v.arena);
    at[0] ^= 1;
    ck_assert_int_eq(volume_mount(&p.v, 192, NONFS_MOUNT_WRITE), NONFS_E_CORRUPT);
    ck_assert_int_eq(p.v.diagnostic.structure, NONFS_STRUCTURE_ORPHANS);
    free(p.v.arena);
    image_close(&p.v.image);
}
END_TEST

/* A file in pieces needs blocks for its tree; one that is cut short does not. */
START_TEST(tree_becomes_shallower_with_the_file)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct place p;
    size_t done;

    if (!place_open(&p, kinds[0]))
        return;
    node = make_file(&p, "file", 1024);
    for (uint32_t i = 0; i < 400; i++)
        ck_assert_int_eq(nonfs_ext4_write(&node, 2048 * (uint64_t)i, "x", 1, &done), 0);
    nonfs_ext4_stat(&node, &st);
    ck_assert_uint_gt(st.allocated, 400 * 1024);
    ck_assert_int_eq(nonfs_ext4_truncate(&node, 5000), 0);
    nonfs_ext4_stat(&node, &st);
    ck_assert_uint_eq(st.allocated, 3 * 1024);
    place_judge(&p);
}
END_TEST

static Suite *orphan_suite(void)
{
    const int n = (int)(sizeof(kinds) / sizeof(kinds[0]));
    Suite *suite = suite_create("nonfs ext4 orphan");
    TCase *tc = tcase_create("orphan");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, NULL, test_folder_remove);
    tcase_add_loop_test(tc, held_file_keeps_its_content_until_it_is_released, 0, n);
    tcase_add_loop_test(tc, held_files_are_released_in_any_order, 0, n);
    tcase_add_loop_test(tc, renaming_over_a_held_file_keeps_it, 0, n);
    tcase_add_loop_test(tc, held_directory_without_a_name_gets_no_entries, 0, n);
    tcase_add_loop_test(tc, unmounting_deletes_what_is_held_without_a_name, 0, n);
    tcase_add_test(tc, no_more_inodes_are_held_than_the_mount_allows);
    tcase_add_loop_test(tc, orphans_of_a_lost_session_are_deleted_by_the_next_mount, 0, n);
    tcase_add_loop_test(tc, e2fsck_deletes_the_orphans_that_were_written, 0, n);
    tcase_add_loop_test(tc, linux_deletes_the_orphans_that_were_written, 0, n);
    tcase_add_loop_test(tc, orphans_of_linux_are_deleted, 0, n);
    tcase_add_test(tc, damaged_orphan_file_is_named);
    tcase_add_test(tc, tree_becomes_shallower_with_the_file);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(orphan_suite)
