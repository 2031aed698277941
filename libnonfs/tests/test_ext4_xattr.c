/*
 * Extended attributes and POSIX ACLs: rules of the calls, what e2fsprogs and Linux read of what was written, and what they
 * wrote. Random changes of them are in the model of test_ext4_write.c.
 */
#include <check_main.h>
#include <nonfs/ext4_write.h>

#include "image.h"

#define TOOLS "mke2fs debugfs e2fsck truncate"

static char path[300];
static char judged[300]; /* not the file that is mapped */

/* A volume with one file, mounted for writing. */
struct place {
    struct volume v;
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node file;
};

static int image_make(struct volume *v, const char *options, const char *commands)
{
    const char *missing = missing_tool(TOOLS);

    memset(v, 0, sizeof(*v));
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return 0;
    }
    snprintf(path, sizeof(path), "%s/image", test_folder());
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 16M '%s'; mke2fs -q -F -t ext4 %s '%s'",
                                 path, path, options, path),
                     0);
    if (commands != NULL)
        ck_assert_int_eq(run_command("cd '%s'; %s", test_folder(), commands), 0);
    ck_assert_int_eq(image_open(&v->image, path, 512), 0);
    image_make_writable(&v->image);
    return 1;
}

static int place_open(struct place *p, const char *options)
{
    struct nonfs_ext4_new what = {.mode = 0100640};

    if (!image_make(&p->v, options, NULL))
        return 0;
    ck_assert_int_eq(volume_mount(&p->v, 192, NONFS_MOUNT_WRITE), 0);
    ck_assert_int_eq(nonfs_ext4_open(p->v.fs, NONFS_EXT4_ROOT_INODE, &p->root), 0);
    ck_assert_int_eq(nonfs_ext4_create(&p->root, "file", 4, &what, &p->file), 0);
    return 1;
}

/* Unmounts, and asks e2fsck. */
static void place_judge(struct place *p)
{
    const char *objection;

    ck_assert_int_eq(nonfs_ext4_unmount(p->v.fs), 0);
    p->v.fs = NULL;
    image_save(&p->v.image, judged);
    objection = e2fsck_objection(judged);
    ck_assert_msg(objection == NULL, "%s", objection);
    volume_close(&p->v);
}

static int set(struct nonfs_ext4_node *node, const char *name, const void *value, size_t len)
{
    return nonfs_ext4_xattr_set(node, name, strlen(name), value, len, 0);
}

static int get(struct nonfs_ext4_node *node, const char *name, void *value, size_t size,
               size_t *len)
{
    return nonfs_ext4_xattr_get(node, name, strlen(name), value, size, len);
}

static int drop(struct nonfs_ext4_node *node, const char *name)
{
    return nonfs_ext4_xattr_remove(node, name, strlen(name));
}

START_TEST(value_is_read_as_it_was_set)
{
    struct place p;
    char value[20];
    size_t len = 99;

    if (!place_open(&p, ""))
        return;
    ck_assert_int_eq(get(&p.file, "user.a", value, sizeof(value), &len), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(set(&p.file, "user.a", "hello", 5), 0);
    ck_assert_int_eq(set(&p.file, "user.empty", "", 0), 0);
    ck_assert_int_eq(get(&p.file, "user.a", NULL, 0, &len), 0);
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(get(&p.file, "user.a", value, 4, &len), NONFS_E_NO_SPACE);
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(get(&p.file, "user.a", value, sizeof(value), &len), 0);
    ck_assert_mem_eq(value, "hello", 5);
    ck_assert_int_eq(get(&p.file, "user.empty", value, sizeof(value), &len), 0);
    ck_assert_uint_eq(len, 0);
    place_judge(&p);
}
END_TEST

START_TEST(flags_and_names_are_respected)
{
    struct place p;
    struct nonfs_ext4_xattr xattr;
    uint32_t cursor = 0;
    char name[300];

    if (!place_open(&p, ""))
        return;
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, "user.a", 6, "1", 1, NONFS_EXT4_XATTR_REPLACE),
                     NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, "user.a", 6, "1", 1, NONFS_EXT4_XATTR_CREATE),
                     0);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, "user.a", 6, "2", 1, NONFS_EXT4_XATTR_CREATE),
                     NONFS_E_EXISTS);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, "user.a", 6, "3", 1, 4), NONFS_E_INVALID);
    ck_assert_int_eq(set(&p.file, "users.a", "1", 1), NONFS_E_INVALID);
    ck_assert_int_eq(set(&p.file, "user.", "1", 1), NONFS_E_INVALID);
    ck_assert_int_eq(set(&p.file, "system.data", "1", 1), NONFS_E_INVALID);
    memset(name, 'n', sizeof(name));
    memcpy(name, "user.", 5);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, name, 256, "1", 1, 0), NONFS_E_NAME_TOO_LONG);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&p.file, name, 255, "1", 1, 0), 0);
    ck_assert_int_eq(drop(&p.file, "user.b"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(drop(&p.file, "user.a"), 0);
    ck_assert_int_eq(drop(&p.file, "user.a"), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_xattr_next(&p.file, &cursor, &xattr), 0);
    ck_assert_uint_eq(xattr.name_len, 255);
    ck_assert_mem_eq(xattr.name, name, 255);
    ck_assert_uint_eq(xattr.value_len, 1);
    ck_assert_int_eq(nonfs_ext4_xattr_next(&p.file, &cursor, &xattr), NONFS_E_NOT_FOUND);
    place_judge(&p);
}
END_TEST

START_TEST(value_moves_between_inode_and_block_as_it_grows_and_shrinks)
{
    static const size_t lens[] = {10, 900, 20, 70, 950, 0, 3};
    static uint8_t value[1024];
    static uint8_t got[1024];
    struct place p;
    size_t len;

    if (!place_open(&p, "-b 1024"))
        return;
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        memset(value, (int)i + 1, sizeof(value));
        ck_assert_int_eq(set(&p.file, "user.grows", value, lens[i]), 0);
        ck_assert_int_eq(set(&p.file, "user.stays", "here", 4), 0);
        ck_assert_int_eq(get(&p.file, "user.grows", got, sizeof(got), &len), 0);
        ck_assert_uint_eq(len, lens[i]);
        ck_assert_int_eq(memcmp(got, value, len), 0);
        ck_assert_int_eq(get(&p.file, "user.stays", got, sizeof(got), &len), 0);
        ck_assert_mem_eq(got, "here", 4);
    }
    ck_assert_int_eq(set(&p.file, "user.grows", value, 1000), NONFS_E_FULL);
    ck_assert_int_eq(get(&p.file, "user.grows", NULL, 0, &len), 0);
    ck_assert_uint_eq(len, 3);
    place_judge(&p);
}
END_TEST

START_TEST(debugfs_reads_what_was_set)
{
    static uint8_t value[600];
    struct place p;
    char line[200];

    if (!place_open(&p, "-b 1024"))
        return;
    memset(value, 'v', sizeof(value));
    ck_assert_int_eq(set(&p.file, "user.in-the-inode", "short", 5), 0);
    ck_assert_int_eq(set(&p.file, "trusted.in-the-block", value, sizeof(value)), 0);
    ck_assert_int_eq(set(&p.file, "user.\xc3\xa4", value, 400), NONFS_E_FULL);
    ck_assert_int_eq(set(&p.file, "user.\xc3\xa4", value, 300), 0);
    place_judge(&p);
    read_command(line, sizeof(line), "debugfs -R 'ea_get file user.in-the-inode' '%s'", judged);
    ck_assert_ptr_nonnull(strstr(line, "short"));
    read_command(line, sizeof(line),
                 "debugfs -R 'ea_get file trusted.in-the-block' '%s' | grep -o v | wc -l", judged);
    ck_assert_str_eq(line, "600");
}
END_TEST

/* What `ea_set -f` of debugfs stores in an inode of its own. */
START_TEST(value_in_its_own_inode_is_read_and_its_checksum_verified)
{
    static uint8_t value[1024];
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct volume v;
    size_t len;
    uint8_t *at;

    if (!image_make(&v, "-O ea_inode",
                    "seq 1 1000 | head -c 1024 >value; : >empty;"
                    "printf 'write empty file\\nea_set -f value file user.large\\n' | debugfs -w "
                    "-f - image"))
        return;
    ck_assert_int_eq(volume_mount(&v, 64, 0), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &node), 0);
    ck_assert_int_eq(get(&node, "user.large", value, sizeof(value), &len), 0);
    ck_assert_uint_eq(len, sizeof(value));
    ck_assert_mem_eq(value, "1\n2\n3\n4\n", 8);
    nonfs_ext4_stat(&node, &st);
    at = memmem(v.image.bytes, v.image.size, value, sizeof(value));
    ck_assert_ptr_nonnull(at);
    at[77] ^= 1;
    volume_mount_again(&v, 64);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &node), 0);
    ck_assert_int_eq(get(&node, "user.large", value, sizeof(value), &len), NONFS_E_CHECKSUM);
    ck_assert_int_eq(nonfs_ext4_diagnostic(v.fs)->structure, NONFS_STRUCTURE_XATTR);
    volume_close(&v);
}
END_TEST

START_TEST(damaged_block_of_attributes_is_named)
{
    static uint8_t value[600];
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct place p;
    size_t len;

    if (!place_open(&p, "-b 1024"))
        return;
    memset(value, 'v', sizeof(value));
    ck_assert_int_eq(set(&p.file, "user.large", value, sizeof(value)), 0);
    nonfs_ext4_stat(&p.file, &st);
    ck_assert_uint_ne(st.xattr_block, 0);
    ck_assert_int_eq(nonfs_ext4_unmount(p.v.fs), 0);
    free(p.v.arena);
    p.v.image.bytes[st.xattr_block * 1024 + 1000] ^= 1;
    ck_assert_int_eq(volume_mount(&p.v, 64, 0), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(p.v.fs, NULL, "file", 4, 0, &node), 0);
    ck_assert_int_eq(get(&node, "user.large", value, sizeof(value), &len), NONFS_E_CHECKSUM);
    ck_assert_uint_eq(nonfs_ext4_diagnostic(p.v.fs)->block, st.xattr_block);
    volume_close(&p.v);
}
END_TEST

/* Linux looks for blocks to share by the hash of the whole block, which e2fsck does not look at. */
START_TEST(block_is_the_one_that_linux_makes)
{
    static uint8_t value[600];
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat ours;
    struct nonfs_ext4_stat theirs;
    const uint8_t *a;
    const uint8_t *b;
    struct volume v;

    if (!image_make(&v, "-b 1024 -O ^metadata_csum",
                    "mkdir mnt; mount -o loop image mnt || exit 0; : >mnt/file; python3 -c '"
                    "import os; os.setxattr(\"mnt/file\", \"user.large\", b\"v\" * 600); "
                    "os.setxattr(\"mnt/file\", \"trusted.more\", b\"v\" * 150)'; umount mnt"))
        return;
    memset(value, 'v', sizeof(value));
    ck_assert_int_eq(volume_mount(&v, 192, NONFS_MOUNT_WRITE), 0);
    if (nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &node) != 0) {
        printf("# skipped: this user cannot mount\n");
        volume_close(&v);
        return;
    }
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_create(&root, "ours", 4, &what, &node), 0);
    ck_assert_int_eq(set(&node, "user.large", value, 600), 0);
    ck_assert_int_eq(set(&node, "trusted.more", value, 150), 0);
    nonfs_ext4_stat(&node, &ours);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &node), 0);
    nonfs_ext4_stat(&node, &theirs);
    ck_assert_uint_ne(ours.xattr_block, 0);
    ck_assert_uint_ne(theirs.xattr_block, 0);
    ck_assert_int_eq(nonfs_ext4_unmount(v.fs), 0);
    free(v.arena);
    v.fs = NULL;
    v.arena = NULL;
    a = v.image.bytes + ours.xattr_block * 1024;
    b = v.image.bytes + theirs.xattr_block * 1024;
    ck_assert_mem_eq(a, b, 16); /* with the hash of the block */
    ck_assert_mem_eq(a + 32, b + 32, 1024 - 32);
    volume_close(&v);
}
END_TEST

/* Linux lets inodes with the same attributes share a block. */
START_TEST(shared_block_is_copied_before_it_is_changed)
{
    static uint8_t value[600];
    static uint8_t got[600];
    struct nonfs_ext4_node other;
    struct nonfs_ext4_stat st;
    struct place p;
    size_t len;

    if (!place_open(&p, "-b 1024 -O ^metadata_csum,^uninit_bg"))
        return;
    memset(value, 'v', sizeof(value));
    ck_assert_int_eq(set(&p.file, "user.large", value, sizeof(value)), 0);
    nonfs_ext4_stat(&p.file, &st);
    place_judge(&p);
    ck_assert_int_eq(
        run_command(
            "printf 'write /dev/null other\\nsif other file_acl %llu\\nsif other blocks 2\\n' | "
            "debugfs -w -f - '%s'",
            (unsigned long long)st.xattr_block, judged),
        0);
    ck_assert_int_eq(run_command("cp '%s' '%s'", judged, path), 0);
    ck_assert_int_eq(image_open(&p.v.image, path, 512), 0);
    image_make_writable(&p.v.image);
    p.v.image.bytes[st.xattr_block * 1024 + 4] = 2;
    ck_assert_int_eq(volume_mount(&p.v, 192, NONFS_MOUNT_WRITE), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(p.v.fs, NULL, "other", 5, 0, &other), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(p.v.fs, NULL, "file", 4, 0, &p.file), 0);
    ck_assert_int_eq(set(&other, "user.large", value, 590), 0);
    ck_assert_int_eq(get(&p.file, "user.large", got, sizeof(got), &len), 0);
    ck_assert_uint_eq(len, 600);
    ck_assert_int_eq(get(&other, "user.large", got, sizeof(got), &len), 0);
    ck_assert_uint_eq(len, 590);
    ck_assert_int_eq(drop(&p.file, "user.large"), 0);
    place_judge(&p);
}
END_TEST

/* Of Linux' system calls: a version, then tag, permissions and ID of each entry. */
static const uint8_t acl_named[] = {
    2, 0,    0,    0,    1,    0,    6,    0, 0xff, 0xff, 0xff, 0xff, 2,    0,    7,
    0, 0xe8, 3,    0,    0,    4,    0,    5, 0,    0xff, 0xff, 0xff, 0xff, 0x10, 0,
    4, 0,    0xff, 0xff, 0xff, 0xff, 0x20, 0, 1,    0,    0xff, 0xff, 0xff, 0xff};
static const uint8_t acl_minimal[] = {2,    0,    0, 0, 1,    0,    7,    0,    0xff, 0xff,
                                      0xff, 0xff, 4, 0, 5,    0,    0xff, 0xff, 0xff, 0xff,
                                      0x20, 0,    0, 0, 0xff, 0xff, 0xff, 0xff};

START_TEST(access_acl_and_mode_follow_each_other)
{
    struct nonfs_ext4_attributes mode = {.which = NONFS_EXT4_SET_MODE, .mode = 0753};
    struct nonfs_ext4_stat st;
    struct place p;
    uint8_t got[100];
    size_t len;

    if (!place_open(&p, ""))
        return;
    ck_assert_int_eq(set(&p.file, "system.posix_acl_access", acl_named, sizeof(acl_named)), 0);
    nonfs_ext4_stat(&p.file, &st);
    ck_assert_uint_eq(st.mode, 0100641);
    ck_assert_int_eq(get(&p.file, "system.posix_acl_access", got, sizeof(got), &len), 0);
    ck_assert_uint_eq(len, sizeof(acl_named));
    ck_assert_mem_eq(got, acl_named, sizeof(acl_named));
    ck_assert_int_eq(nonfs_ext4_set_attributes(&p.file, &mode), 0);
    ck_assert_int_eq(get(&p.file, "system.posix_acl_access", got, sizeof(got), &len), 0);
    ck_assert_uint_eq(got[4 + 2], 7);         /* the owner */
    ck_assert_uint_eq(got[4 + 2 * 8 + 2], 5); /* the group is behind the mask */
    ck_assert_uint_eq(got[4 + 3 * 8 + 2], 5); /* the mask */
    ck_assert_uint_eq(got[4 + 4 * 8 + 2], 3);
    ck_assert_int_eq(set(&p.file, "system.posix_acl_access", acl_minimal, sizeof(acl_minimal)), 0);
    nonfs_ext4_stat(&p.file, &st);
    ck_assert_uint_eq(st.mode, 0100750);
    ck_assert_int_eq(get(&p.file, "system.posix_acl_access", got, sizeof(got), &len),
                     NONFS_E_NOT_FOUND);
    place_judge(&p);
}
END_TEST

START_TEST(acl_that_is_none_is_refused)
{
    struct place p;
    uint8_t bad[sizeof(acl_named)];

    if (!place_open(&p, ""))
        return;
    for (size_t len = 0; len < sizeof(acl_named); len++) {
        if (len != 4)
            ck_assert_int_eq(set(&p.file, "system.posix_acl_access", acl_named, len),
                             NONFS_E_INVALID);
    }
    memcpy(bad, acl_named, sizeof(bad));
    bad[4 + 3 * 8] = 8; /* a group in the place of the mask */
    ck_assert_int_eq(set(&p.file, "system.posix_acl_access", bad, sizeof(bad)), NONFS_E_INVALID);
    memcpy(bad, acl_named, sizeof(bad));
    bad[4 + 2] = 8;
    ck_assert_int_eq(set(&p.file, "system.posix_acl_access", bad, sizeof(bad)), NONFS_E_INVALID);
    ck_assert_int_eq(set(&p.file, "system.posix_acl_default", acl_named, sizeof(acl_named)),
                     NONFS_E_NOT_DIRECTORY);
    place_judge(&p);
}
END_TEST

START_TEST(new_files_inherit_the_default_acl)
{
    struct nonfs_ext4_new what = {.mode = 0100666};
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct place p;
    uint8_t got[100];
    size_t len;

    if (!place_open(&p, ""))
        return;
    ck_assert_int_eq(set(&p.root, "system.posix_acl_default", acl_named, sizeof(acl_named)), 0);
    ck_assert_int_eq(nonfs_ext4_create(&p.root, "inherits", 8, &what, &node), 0);
    nonfs_ext4_stat(&node, &st);
    ck_assert_uint_eq(st.mode, 0100640);
    ck_assert_int_eq(get(&node, "system.posix_acl_access", got, sizeof(got), &len), 0);
    ck_assert_uint_eq(got[4 + 8 + 2], 7);     /* who is named keeps all */
    ck_assert_uint_eq(got[4 + 4 * 8 + 2], 0); /* others get what both allow */
    ck_assert_int_eq(get(&node, "system.posix_acl_default", got, sizeof(got), &len),
                     NONFS_E_NOT_FOUND);
    what.mode = 0040777;
    ck_assert_int_eq(nonfs_ext4_create(&p.root, "below", 5, &what, &node), 0);
    ck_assert_int_eq(get(&node, "system.posix_acl_default", got, sizeof(got), &len), 0);
    ck_assert_mem_eq(got, acl_named, sizeof(acl_named));
    place_judge(&p);
}
END_TEST

START_TEST(linux_and_the_library_read_each_others_attributes)
{
    static uint8_t value[900];
    char folder[400];
    struct place p;

    if (!place_open(&p, "-b 1024"))
        return;
    memset(value, 'v', sizeof(value));
    ck_assert_int_eq(set(&p.file, "user.small", "1", 1), 0);
    ck_assert_int_eq(set(&p.file, "user.large", value, sizeof(value)), 0);
    ck_assert_int_eq(set(&p.file, "system.posix_acl_access", acl_named, sizeof(acl_named)), 0);
    place_judge(&p);
    snprintf(folder, sizeof(folder), "%s/mnt", test_folder());
    if (run_command("mkdir -p '%s' && mount -o loop '%s' '%s'", folder, judged, folder) != 0) {
        printf("# skipped: this user cannot mount\n");
        return;
    }
    ck_assert_int_eq(
        run_command("cd '%s' && mkdir sub && cp file sub/copy && "
                    "python3 -c 'import os; os.setxattr(\"sub/copy\", \"user.x\", b\"y\" * 700); "
                    "os.setxattr(\"sub/copy\", \"trusted.z\", b\"\"); "
                    "os.setxattr(\"sub\", \"user.w\", b\"w\" * 60)' && sync -f .",
                    folder),
        0);
    ck_assert_int_eq(run_command("mount -o remount,ro '%s'", folder), 0);
    ck_assert_int_eq(image_open(&p.v.image, judged, 512), 0);
    ck_assert_int_eq(volume_mount(&p.v, 64, 0), 0);
    compare_tree(p.v.fs, folder);
    ck_assert_int_eq(run_command("umount '%s'", folder), 0);
    volume_close(&p.v);
}
END_TEST

static Suite *xattr_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 xattr");
    TCase *tc = tcase_create("xattr");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, NULL, test_folder_remove);
    tcase_add_test(tc, value_is_read_as_it_was_set);
    tcase_add_test(tc, flags_and_names_are_respected);
    tcase_add_test(tc, value_moves_between_inode_and_block_as_it_grows_and_shrinks);
    tcase_add_test(tc, debugfs_reads_what_was_set);
    tcase_add_test(tc, value_in_its_own_inode_is_read_and_its_checksum_verified);
    tcase_add_test(tc, damaged_block_of_attributes_is_named);
    tcase_add_test(tc, block_is_the_one_that_linux_makes);
    tcase_add_test(tc, shared_block_is_copied_before_it_is_changed);
    tcase_add_test(tc, access_acl_and_mode_follow_each_other);
    tcase_add_test(tc, acl_that_is_none_is_refused);
    tcase_add_test(tc, new_files_inherit_the_default_acl);
    tcase_add_test(tc, linux_and_the_library_read_each_others_attributes);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(xattr_suite)
