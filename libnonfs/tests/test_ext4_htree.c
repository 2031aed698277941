/*
 * Hash trees of directories: the hashes, and trees of one, two and three levels of nodes.
 *
 * mke2fs and debugfs take long to fill a large directory. So the test writes its blocks into a file, mke2fs puts the file
 * into an image, debugfs turns it into a directory, and e2fsck builds the tree.
 */
#include <check_main.h>

#include "bytes.h"
#include "ext4/volume.h"
#include "image.h"

static struct dir_place place; /* where a name was found: no test here asks */

#define TOOLS "mke2fs e2fsck debugfs tune2fs truncate"

struct directory_plan {
    uint32_t count;
    uint32_t name_len;
    const char *features; /* of mke2fs */
    const char *after;    /* a shell command with $I before the tree is built */
};

static char image_path[300];
static const char *missing;

static void set_up(void)
{
    missing = missing_tool(TOOLS);
    if (missing != NULL)
        printf("# skipped: %s is not installed\n", missing);
    snprintf(image_path, sizeof(image_path), "%s/image", test_folder());
}

/* The name of entry `i`: a number, bytes above 127 that tell the signs of hashes apart, and a filling. */
static size_t make_name(char name[256], uint32_t i, uint32_t name_len)
{
    int n = sprintf(name, "%u-\xc3\xa9\xff", i);

    while ((uint32_t)n < name_len)
        name[n++] = 'n';
    return (size_t)n;
}

/* Writes a record of a directory with 1 KiB blocks; the last one of a block is stretched to its end. */
struct block_writer {
    FILE *file;
    uint8_t block[1024];
    uint32_t used;
    uint32_t last;
};

static void writer_flush(struct block_writer *w)
{
    w->block[w->last + 4] = (uint8_t)(sizeof(w->block) - w->last);
    w->block[w->last + 5] = (uint8_t)((sizeof(w->block) - w->last) >> 8);
    ck_assert_uint_eq(fwrite(w->block, 1, sizeof(w->block), w->file), sizeof(w->block));
    memset(w->block, 0, sizeof(w->block));
    w->used = 0;
}

static void writer_add(struct block_writer *w, uint32_t inode, const char *name, size_t len,
                       uint8_t type)
{
    uint32_t length = (uint32_t)(8 + len + 3) & ~3u;

    if (w->used + length > sizeof(w->block) - 12)
        writer_flush(w);
    store_le32(w->block + w->used, inode);
    w->block[w->used + 4] = (uint8_t)length;
    w->block[w->used + 5] = (uint8_t)(length >> 8);
    w->block[w->used + 6] = (uint8_t)len;
    w->block[w->used + 7] = type;
    memcpy(w->block + w->used + 8, name, len);
    w->last = w->used;
    w->used += length;
}

static void build_image(const struct directory_plan *plan)
{
    struct block_writer w = {.used = 0};
    char path[512];
    char name[256];

    ck_assert_int_eq(run_command("cd '%s' && rm -rf source image && mkdir source && "
                                 "echo x >source/a && truncate -s 128M image",
                                 test_folder()),
                     0);
    snprintf(path, sizeof(path), "%s/source/d", test_folder());
    w.file = fopen(path, "wb");
    ck_assert_ptr_nonnull(w.file);
    writer_add(&w, 2, ".", 1, 2);
    writer_add(&w, 2, "..", 2, 2);
    for (uint32_t i = 0; i < plan->count; i++)
        writer_add(&w, 12, name, make_name(name, i, plan->name_len), 1);
    writer_flush(&w);
    fclose(w.file);
    ck_assert_int_eq(run_command("cd '%s' && mke2fs -q -F -b 1024 -t ext4 -O ^has_journal,%s "
                                 "-d source image && "
                                 "debugfs -w -R 'set_inode_field d mode 040755' image && "
                                 "{ I=image; %s\n} && e2fsck -fyD image",
                                 test_folder(), plan->features, plan->after) >>
                             8 &
                         ~3,
                     0);
    ck_assert_int_eq(run_command("e2fsck -fn '%s'", image_path), 0);
}

static void open_directory(struct volume *v, struct nonfs_ext4_node *directory, uint32_t cache)
{
    memset(v, 0, sizeof(*v));
    ck_assert_int_eq(image_open(&v->image, image_path, 512), 0);
    ck_assert_int_eq(volume_mount(v, cache, 0), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v->fs, NULL, "d", 1, 0, directory), 0);
    ck_assert(directory->stat.flags & NONFS_EXT4_FL_INDEX);
}

static const uint8_t *root_block(struct volume *v, struct nonfs_ext4_node *directory)
{
    struct block_run run;

    ck_assert_int_eq(nonfs_map_find(directory, 0, &run), 0);
    return v->image.bytes + run.physical * volume_block_size(v->fs);
}

/* Searches every name, and as many that are not there, through the tree only. */
static void find_all(struct nonfs_ext4_node *directory, const struct directory_plan *plan)
{
    struct nonfs_ext4_entry entry;
    char name[256];

    for (uint32_t i = 0; i < plan->count; i++) {
        size_t len = make_name(name, i, plan->name_len);
        int result = nonfs_htree_find(directory, name, len, &entry, &place);

        ck_assert_msg(result == 0, "entry %u: %s", i, nonfs_strerror(result));
        ck_assert_uint_eq(entry.inode, 12);
        name[0] = 'A';
        ck_assert_int_eq(nonfs_htree_find(directory, name, len, &entry, &place), NONFS_E_NOT_FOUND);
    }
}

static const struct directory_plan plans[] = {
    {3000, 0, "dir_index", "tune2fs -E hash_alg=half_md4 $I"},
    {3000, 0, "dir_index", "tune2fs -E hash_alg=tea $I"},
    {3000, 0, "dir_index", "tune2fs -E hash_alg=legacy $I"},
    {3000, 0, "dir_index", "tune2fs -E hash_alg=half_md4 $I; debugfs -w -R 'ssv flags 2' $I"},
    {3000, 0, "dir_index", "tune2fs -E hash_alg=tea $I; debugfs -w -R 'ssv flags 2' $I"},
    {3000, 0, "dir_index", "tune2fs -E hash_alg=legacy $I; debugfs -w -R 'ssv flags 2' $I"},
    {3000, 60, "^metadata_csum", "true"},
    {20000, 30, "dir_index", "true"},
    {64000, 240, "large_dir", "true"},
};

/* Levels of nodes below the root that the plans with many names must give. */
static const uint8_t levels[] = {0, 0, 0, 0, 0, 0, 1, 1, 2};

START_TEST(every_name_is_found_through_the_tree)
{
    struct nonfs_ext4_node directory;
    struct volume v;

    if (missing != NULL)
        return;
    build_image(&plans[_i]);
    open_directory(&v, &directory, 64);
    ck_assert_uint_eq(root_block(&v, &directory)[30], levels[_i]);
    find_all(&directory, &plans[_i]);
    volume_close(&v);
}
END_TEST

START_TEST(search_reads_few_blocks)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    struct volume v;
    char name[256];
    uint64_t before;

    if (missing != NULL)
        return;
    build_image(&plans[8]);
    open_directory(&v, &directory, 4);
    before = v.image.reads;
    for (uint32_t i = 0; i < 100; i++)
        ck_assert_int_eq(nonfs_ext4_find(&directory, name, make_name(name, i * 600, 240), &entry),
                         0);
    /* Three nodes and one block of names, and as many of the extent tree. */
    ck_assert_uint_le(v.image.reads - before, 100 * 8);
    volume_close(&v);
}
END_TEST

START_TEST(listing_gives_every_name_once)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    struct volume v;
    uint64_t cursor = 0;
    uint8_t *seen;
    unsigned count = 0;

    if (missing != NULL)
        return;
    build_image(&plans[7]);
    open_directory(&v, &directory, 4);
    seen = calloc(1, plans[7].count);
    while (nonfs_ext4_readdir(&directory, &cursor, &entry) == 0) {
        if (entry.name[0] == '.')
            continue;
        uint32_t i = (uint32_t)strtoul(entry.name, NULL, 10);
        ck_assert_uint_lt(i, plans[7].count);
        ck_assert_uint_eq(seen[i], 0);
        seen[i] = 1;
        count++;
    }
    ck_assert_uint_eq(count, plans[7].count);
    free(seen);
    volume_close(&v);
}
END_TEST

/* Names with one hash can lie in two blocks; the tree then says so by the lowest bit of the second block's hash. */
START_TEST(search_goes_on_where_a_hash_goes_on)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    struct volume v;
    char name[256];
    uint8_t *root;
    uint32_t leaf;
    uint32_t hash;
    uint32_t i = 0;
    size_t len;

    if (missing != NULL)
        return;
    static const struct directory_plan plan = {2000, 0, "^metadata_csum", "true"};
    build_image(&plan);
    open_directory(&v, &directory, 8);
    root = v.image.bytes + (root_block(&v, &directory) - v.image.bytes);
    ck_assert_uint_gt(load_le16(root + 34), 3);
    leaf = load_le32(root + 32 + 8 * 2 + 4);
    do
        len = make_name(name, i++, 0);
    while (nonfs_dirblock_find(&directory, leaf, name, len, &entry, &place) != 0);
    hash = nonfs_hash_name(HASH_HALF_MD4, v.fs->super.hash_seed, name, len);
    ck_assert_uint_le(load_le32(root + 32 + 8 * 2) & ~1u, hash);
    store_le32(root + 32 + 8 * 2, hash | 1);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "d", 1, 0, &directory), 0);
    ck_assert_int_eq(nonfs_htree_find(&directory, name, len, &entry, &place), 0);
    store_le32(root + 32 + 8 * 2, hash + 2);
    volume_mount_again(&v, 8);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "d", 1, 0, &directory), 0);
    ck_assert_int_eq(nonfs_htree_find(&directory, name, len, &entry, &place), NONFS_E_NOT_FOUND);
    volume_close(&v);
}
END_TEST

/* Hashes that debugfs (e2fsprogs 1.47) gave; seed 0 is all zero, seed 1 the UUID 12345678-9abc-def0-1234-56789abcdef0. */
static const struct {
    const char *name;
    int seed;
    enum hash_version version;
    uint32_t hash;
} hashes[] = {
    {"foo\xc3\xbf"
     "bar",
     1, HASH_LEGACY, 0x9c76ed8e},
    {"foo\xc3\xbf"
     "bar",
     1, HASH_HALF_MD4, 0xe6c83c04},
    {"foo\xc3\xbf"
     "bar",
     1, HASH_TEA, 0x3f8d28d2},
    {"abc", 0, HASH_HALF_MD4, 0xd196a868},
    {"with space", 0, HASH_TEA, 0xce14548a},
};

START_TEST(hash_of_a_name_is_the_one_of_e2fsprogs)
{
    static const uint32_t seeds[2][4] = {{0, 0, 0, 0},
                                         {0x78563412, 0xf0debc9a, 0x78563412, 0xf0debc9a}};

    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++)
        ck_assert_uint_eq(nonfs_hash_name(hashes[i].version, seeds[hashes[i].seed], hashes[i].name,
                                          strlen(hashes[i].name)),
                          hashes[i].hash);
}
END_TEST

START_TEST(hash_agrees_with_debugfs)
{
    static const char *names[] = {"half_md4", "tea", "legacy"};
    static const enum hash_version versions[] = {HASH_HALF_MD4, HASH_TEA, HASH_LEGACY};
    static const uint32_t seed[4];
    struct directory_plan plan = {1, 0, "dir_index", "true"};
    uint64_t state = check_seed();

    if (missing != NULL)
        return;
    build_image(&plan);
    for (int i = 0; i < 30; i++) {
        char name[256];
        char line[512];
        unsigned hash;
        char *at;
        size_t len = 1 + check_random(&state) % 100;

        for (size_t k = 0; k < len; k++)
            name[k] = "abcdefghijklmnopqrstuvwxyz0123456789_\xe9\xff."[check_random(&state) % 40];
        name[len] = '\0';
        if (name[0] == '-')
            name[0] = 'x';
        read_command(line, sizeof(line), "debugfs -R 'dx_hash -h %s %s' '%s' 2>/dev/null",
                     names[i % 3], name, image_path);
        at = strstr(line, " is 0x");
        ck_assert_ptr_nonnull(at);
        ck_assert_int_eq(sscanf(at, " is 0x%x", &hash), 1);
        ck_assert_msg(nonfs_hash_name(versions[i % 3], seed, name, len) == hash, "%s of %s",
                      names[i % 3], name);
    }
}
END_TEST

static Suite *htree_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 hash trees");
    TCase *tc = tcase_create("trees");
    tcase_add_unchecked_fixture(tc, set_up, test_folder_remove);
    tcase_add_loop_test(tc, every_name_is_found_through_the_tree, 0,
                        (int)(sizeof(plans) / sizeof(plans[0])));
    tcase_add_test(tc, search_reads_few_blocks);
    tcase_add_test(tc, listing_gives_every_name_once);
    tcase_add_test(tc, search_goes_on_where_a_hash_goes_on);
    tcase_add_test(tc, hash_of_a_name_is_the_one_of_e2fsprogs);
    tcase_add_test(tc, hash_agrees_with_debugfs);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(htree_suite)
