/*
 * What the public functions promise beyond content: memory, errors, paths, links, inodes, cursors, space.
 */
#include <check_main.h>
#include <sys/stat.h>

#include "image.h"

#define TOOLS "mke2fs debugfs truncate dumpe2fs"

static char image_path[300];
static const char *missing;

/* Changes that only debugfs can make. */
static const char commands[] = "mknod null c 1 3\n"
                               "mknod disk b 8 1\n"
                               "set_inode_field disk block[0] 0\n"
                               "set_inode_field disk block[1] 0x11112c70\n"
                               "set_inode_field file ctime @0x7fffffff\n"
                               "set_inode_field file mtime @0x80000000\n"
                               "set_inode_field file mtime_extra 0x3b9ac9fd\n"
                               "set_inode_field file atime @0x80000000\n"
                               "set_inode_field file atime_extra 0\n"
                               "set_inode_field file crtime @0x12345678\n"
                               "set_inode_field file crtime_extra 0x00000007\n"
                               "set_inode_field file uid 70000\n"
                               "set_inode_field file gid 1000000\n"
                               "set_inode_field file projid 4242\n"
                               "set_inode_field file generation 99\n"
                               "set_inode_field file version 0x100000002\n"
                               "fallocate unwritten 0 99\n"
                               "set_inode_field unwritten size 102400\n";

static void set_up(void)
{
    char path[400];
    FILE *f;

    missing = missing_tool(TOOLS);
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return;
    }
    snprintf(path, sizeof(path), "%s/commands", test_folder());
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(commands, f);
    fclose(f);
    snprintf(image_path, sizeof(image_path), "%s/image", test_folder());
    ck_assert_int_eq(
        run_command(
            "cd '%s' && mkdir -p s/a/b/c && echo deep >s/a/b/c/file && echo text >s/file && "
            ": >s/unwritten && ln -s b/c s/a/link && ln -s /a/b s/a/b/absolute && "
            "ln -s ../../file s/a/b/up && ln -s missing s/dangling && ln -s file/ s/slash && "
            "i=0; while [ $i -lt 41 ]; do ln -s chain-$((i + 1)) s/chain-$i; i=$((i + 1)); done; "
            ": >s/chain-41; "
            "truncate -s 8M image && mke2fs -q -F -t ext4 -I 256 -O project -L label -d s image && "
            "debugfs -w -f commands image",
            test_folder()),
        0);
}

static void open_volume(struct volume *v)
{
    memset(v, 0, sizeof(*v));
    ck_assert_int_eq(image_open(&v->image, image_path, 512), 0);
    ck_assert_int_eq(volume_mount(v, 8, 0), 0);
}

#define NEEDS_IMAGE()        \
    do {                     \
        if (missing != NULL) \
            return;          \
    } while (0)

static int lookup_from(struct volume *v, const struct nonfs_ext4_node *start, const char *path,
                       unsigned flags, struct nonfs_ext4_stat *st)
{
    struct nonfs_ext4_node node;
    int result = nonfs_ext4_lookup(v->fs, start, path, strlen(path), flags, &node);

    if (result == 0)
        nonfs_ext4_stat(&node, st);
    return result;
}

static uint32_t inode_of(struct volume *v, const char *path)
{
    struct nonfs_ext4_stat st;

    ck_assert_int_eq(lookup_from(v, NULL, path, NONFS_EXT4_LOOKUP_NOFOLLOW, &st), 0);
    return st.inode;
}

START_TEST(arena_that_is_a_byte_too_small_is_refused)
{
    struct nonfs_ext4_config config = {.cache_blocks = 8};
    struct nonfs_diagnostic d;
    struct nonfs_ext4 *fs = NULL;
    struct volume v;
    size_t size;
    uint8_t *arena;

    NEEDS_IMAGE();
    open_volume(&v);
    size = nonfs_ext4_arena_size(&config, 1024);
    for (size_t less = 1; less <= size; less += less < 64 ? 1 : 997) {
        arena = malloc(size - less + 1);
        ck_assert_int_eq(nonfs_ext4_mount(&fs, &v.image.dev, &config, arena, size - less, &d),
                         NONFS_E_NO_MEMORY);
        ck_assert_int_eq(d.result, NONFS_E_NO_MEMORY);
        ck_assert_ptr_null(fs);
        free(arena);
    }
    volume_close(&v);
}
END_TEST

START_TEST(arena_for_large_blocks_fits_small_ones)
{
    struct nonfs_ext4_config config = {.cache_blocks = 4};
    struct volume v;
    size_t size = nonfs_ext4_arena_size(&config, NONFS_EXT4_BLOCK_SIZE_MAX);
    struct nonfs_ext4 *fs;
    void *arena;

    NEEDS_IMAGE();
    open_volume(&v);
    arena = malloc(size);
    ck_assert_int_eq(nonfs_ext4_mount(&fs, &v.image.dev, &config, arena, size, NULL), 0);
    ck_assert_int_eq(nonfs_ext4_unmount(fs), 0);
    ck_assert_int_eq(nonfs_ext4_unmount(fs), NONFS_E_INVALID);
    free(arena);
    volume_close(&v);
}
END_TEST

START_TEST(arena_size_refuses_what_mount_refuses)
{
    struct nonfs_ext4_config config = {.cache_blocks = 4};

    ck_assert_uint_gt(nonfs_ext4_arena_size(&config, 4096), 4 * 4096);
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 512), 0);
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 3000), 0);
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 131072), 0);
    ck_assert_uint_eq(nonfs_ext4_arena_size(NULL, 4096), 0);
    config.cache_blocks = 3;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 4096), 0);
    config.cache_blocks = NONFS_EXT4_CACHE_BLOCKS_MAX + 1;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 4096), 0);
    config.cache_blocks = 4;
    config.flags = 0x80;
    ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 4096), 0);
    /* A terabyte of cache is fine where pointers can reach it, and nothing else. */
    config.flags = 0;
    config.cache_blocks = NONFS_EXT4_CACHE_BLOCKS_MAX;
    if (sizeof(size_t) == 4)
        ck_assert_uint_eq(nonfs_ext4_arena_size(&config, 65536), 0);
    else
        ck_assert_uint_gt(nonfs_ext4_arena_size(&config, 65536) >> 20, (size_t)1 << 20);
}
END_TEST

START_TEST(wrong_device_tables_are_refused)
{
    static const uint32_t sizes[] = {0, 256, 513, 3000, 8192};
    struct nonfs_ext4_config config = {.cache_blocks = 4};
    struct nonfs_block_device dev;
    struct nonfs_ext4 *fs;
    struct volume v;
    char scratch[64];

    NEEDS_IMAGE();
    open_volume(&v);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        dev = v.image.dev;
        dev.block_size = sizes[i];
        ck_assert_int_eq(nonfs_ext4_mount(&fs, &dev, &config, scratch, sizeof(scratch), NULL),
                         NONFS_E_INVALID);
    }
    dev = v.image.dev;
    dev.ops = NULL;
    ck_assert_int_eq(nonfs_ext4_mount(&fs, &dev, &config, scratch, sizeof(scratch), NULL),
                     NONFS_E_INVALID);
    volume_close(&v);
}
END_TEST

START_TEST(transfers_stay_below_the_bound_of_the_device)
{
    struct nonfs_ext4_config config = {.cache_blocks = 4};
    struct volume v;
    struct walk_result found;

    NEEDS_IMAGE();
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, image_path, 512), 0);
    v.image.dev.max_transfer_blocks = 1; /* the device checks it */
    ck_assert_int_eq(volume_mount(&v, config.cache_blocks, 0), 0);
    walk_volume(v.fs, 1 << 20, &found);
    ck_assert_uint_eq(found.errors, 0);
    ck_assert_uint_eq(v.image.largest_read, 1);
    volume_close(&v);
}
END_TEST

START_TEST(contiguous_blocks_are_read_in_one_request)
{
    char path[400];
    struct volume v;
    struct nonfs_ext4_node node;
    uint8_t *buffer = malloc(1 << 20);
    uint64_t before;
    size_t done;

    NEEDS_IMAGE();
    snprintf(path, sizeof(path), "%s/large", test_folder());
    ck_assert_int_eq(
        run_command("cd '%s' && rm -rf l && mkdir l && head -c 4M /dev/urandom >l/f && "
                    "truncate -s 32M large && mke2fs -q -F -t ext4 -d l large",
                    test_folder()),
        0);
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, path, 4096), 0);
    ck_assert_int_eq(volume_mount(&v, 8, 0), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "f", 1, 0, &node), 0);
    before = v.image.reads;
    ck_assert_int_eq(nonfs_ext4_read(&node, 1 << 20, buffer, 1 << 20, &done), 0);
    ck_assert_uint_eq(done, 1 << 20);
    ck_assert_uint_le(v.image.reads - before, 2);
    ck_assert_uint_ge(v.image.largest_read, 128);
    free(buffer);
    volume_close(&v);
}
END_TEST

static const struct {
    const char *path;
    unsigned flags;
    int result;
    const char *same; /* the path of the inode that must be found */
} lookups[] = {
    {"", 0, 0, "/"},
    {"/", 0, 0, "/"},
    {"///", 0, 0, "/"},
    {".", 0, 0, "/"},
    {"..", 0, 0, "/"},
    {"../../a/..", 0, 0, "/"},
    {"a/b/c/file", 0, 0, "/a/b/c/file"},
    {"//a///b//c/./../c/file", 0, 0, "/a/b/c/file"},
    {"a/", 0, 0, "/a"},
    {"a/link/file", 0, 0, "/a/b/c/file"},
    {"a/link/file", NONFS_EXT4_LOOKUP_NOFOLLOW, 0, "/a/b/c/file"},
    {"a/link/", 0, 0, "/a/b/c"},
    {"a/link/", NONFS_EXT4_LOOKUP_NOFOLLOW, 0, "/a/b/c"},
    {"a/link/..", 0, 0, "/a/b"},
    {"a/b/absolute/c", 0, 0, "/a/b/c"},
    {"a/b/absolute/absolute/absolute/c/file", 0, 0, "/a/b/c/file"},
    {"a/b/up", 0, 0, "/file"},
    {"a/b/c/nothing", 0, NONFS_E_NOT_FOUND, NULL},
    {"nothing/file", 0, NONFS_E_NOT_FOUND, NULL},
    {"dangling", 0, NONFS_E_NOT_FOUND, NULL},
    {"file/", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"file/x", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"file/.", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"a/b/up/", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"slash", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"chain-1", 0, 0, "/chain-41"},
    {"chain-0", 0, NONFS_E_LOOP, NULL},
    {"chain-1/", 0, NONFS_E_NOT_DIRECTORY, NULL},
    {"file", 8, NONFS_E_INVALID, NULL},
};

START_TEST(path_leads_where_it_should)
{
    struct nonfs_ext4_stat st;
    struct volume v;
    int result;

    NEEDS_IMAGE();
    open_volume(&v);
    result = lookup_from(&v, NULL, lookups[_i].path, lookups[_i].flags, &st);
    ck_assert_msg(result == lookups[_i].result, "'%s': %s", lookups[_i].path,
                  nonfs_strerror(result));
    if (result == 0)
        ck_assert_uint_eq(st.inode, inode_of(&v, lookups[_i].same));
    volume_close(&v);
}
END_TEST

START_TEST(link_is_not_followed_when_not_wanted)
{
    struct nonfs_ext4_stat st;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(lookup_from(&v, NULL, "dangling", NONFS_EXT4_LOOKUP_NOFOLLOW, &st), 0);
    ck_assert_uint_eq(st.mode & NONFS_S_IFMT, NONFS_S_IFLNK);
    ck_assert_uint_eq(st.size, strlen("missing"));
    volume_close(&v);
}
END_TEST

START_TEST(lookup_starts_at_a_directory)
{
    struct nonfs_ext4_node start;
    struct nonfs_ext4_stat st;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "a/b", 3, 0, &start), 0);
    ck_assert_int_eq(lookup_from(&v, &start, "c/file", 0, &st), 0);
    ck_assert_uint_eq(st.inode, inode_of(&v, "a/b/c/file"));
    ck_assert_int_eq(lookup_from(&v, &start, "/file", 0, &st), 0);
    ck_assert_uint_eq(st.inode, inode_of(&v, "file"));
    /* The node that is received may be the one that it starts from. */
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, &start, "..", 2, 0, &start), 0);
    nonfs_ext4_stat(&start, &st);
    ck_assert_uint_eq(st.inode, inode_of(&v, "a"));
    volume_close(&v);
}
END_TEST

START_TEST(file_is_no_place_to_start)
{
    struct nonfs_ext4_node start;
    struct nonfs_ext4_stat st;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &start), 0);
    ck_assert_int_eq(lookup_from(&v, &start, "x", 0, &st), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(lookup_from(&v, &start, ".", 0, &st), NONFS_E_NOT_DIRECTORY);
    volume_close(&v);
}
END_TEST

START_TEST(long_names_and_paths_are_refused)
{
    static char path[NONFS_EXT4_PATH_MAX + 2];
    struct nonfs_ext4_node node;
    struct nonfs_ext4_entry entry;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    memset(path, 'x', sizeof(path));
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, path, 255, 0, &node), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, path, 256, 0, &node), NONFS_E_NAME_TOO_LONG);
    for (size_t i = 1; i < sizeof(path); i += 2)
        path[i] = '/', path[i - 1] = '.';
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, path, NONFS_EXT4_PATH_MAX, 0, &node), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, path, NONFS_EXT4_PATH_MAX + 1, 0, &node),
                     NONFS_E_NAME_TOO_LONG);
    ck_assert_int_eq(nonfs_ext4_find(&node, path, 256, &entry), NONFS_E_NAME_TOO_LONG);
    ck_assert_int_eq(nonfs_ext4_find(&node, path, 0, &entry), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "a\0b", 3, 0, &node), NONFS_E_INVALID);
    volume_close(&v);
}
END_TEST

START_TEST(stat_gives_every_field)
{
    struct nonfs_ext4_stat st;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(lookup_from(&v, NULL, "file", 0, &st), 0);
    ck_assert_uint_eq(st.size, 5);
    ck_assert_uint_eq(st.uid, 70000);
    ck_assert_uint_eq(st.gid, 1000000);
    ck_assert_uint_eq(st.project, 4242);
    ck_assert_uint_eq(st.generation, 99);
    ck_assert_uint_eq(st.links, 1);
    ck_assert_uint_eq(st.allocated, 1024);
    ck_assert_uint_eq(st.version, 0x100000002);
    ck_assert_uint_eq(st.mode & NONFS_S_IFMT, NONFS_S_IFREG);
    ck_assert(st.flags & NONFS_EXT4_FL_EXTENTS);
    volume_close(&v);
}
END_TEST

START_TEST(times_reach_beyond_2038_and_before_1970)
{
    struct nonfs_ext4_stat st;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(lookup_from(&v, NULL, "file", 0, &st), 0);
    ck_assert_int_eq(st.ctime.seconds, 0x7fffffff);
    ck_assert_int_eq(st.atime.seconds, INT32_MIN);
    /* Two more bits of seconds: 0x80000000 is negative, and the extra bits add 2^32. */
    ck_assert_int_eq(st.mtime.seconds, (int64_t)INT32_MIN + ((int64_t)1 << 32));
    ck_assert_uint_eq(st.mtime.nanoseconds, 0x3b9ac9fd >> 2);
    ck_assert_int_eq(st.crtime.seconds, 0x12345678 + 3 * ((int64_t)1 << 32));
    ck_assert_uint_eq(st.crtime.nanoseconds, 1);
    volume_close(&v);
}
END_TEST

START_TEST(device_numbers_are_decoded)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct volume v;
    size_t done;
    char c;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(lookup_from(&v, NULL, "null", 0, &st), 0);
    ck_assert_uint_eq(st.mode & NONFS_S_IFMT, NONFS_S_IFCHR);
    ck_assert_uint_eq(st.device_major, 1);
    ck_assert_uint_eq(st.device_minor, 3);
    ck_assert_int_eq(lookup_from(&v, NULL, "disk", 0, &st), 0);
    ck_assert_uint_eq(st.mode & NONFS_S_IFMT, NONFS_S_IFBLK);
    ck_assert_uint_eq(st.device_major, 300);
    ck_assert_uint_eq(st.device_minor, 70000);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "null", 4, 0, &node), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, &c, 1, &done), NONFS_E_INVALID);
    volume_close(&v);
}
END_TEST

START_TEST(unwritten_extents_read_as_zeros)
{
    static uint8_t buffer[200000];
    struct nonfs_ext4_node node;
    struct volume v;
    size_t done;

    NEEDS_IMAGE();
    open_volume(&v);
    /* The blocks hold something: only the extent says that it was never written. */
    memset(buffer, 0xaa, sizeof(buffer));
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "unwritten", 9, 0, &node), 0);
    ck_assert_uint_gt(node.stat.allocated, 100000);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, buffer, sizeof(buffer), &done), 0);
    ck_assert_uint_eq(done, 102400);
    for (size_t i = 0; i < done; i++)
        ck_assert_uint_eq(buffer[i], 0);
    ck_assert_uint_eq(node.run_state, 2);
    volume_close(&v);
}
END_TEST

START_TEST(read_stops_at_the_end_of_the_file)
{
    struct nonfs_ext4_node node;
    struct volume v;
    char buffer[16] = "################";
    size_t done = 99;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &node), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 2, buffer, sizeof(buffer), &done), 0);
    ck_assert_uint_eq(done, 3);
    ck_assert_mem_eq(buffer, "xt\n#############", 16);
    ck_assert_int_eq(nonfs_ext4_read(&node, 5, buffer, sizeof(buffer), &done), 0);
    ck_assert_uint_eq(done, 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, UINT64_MAX, buffer, sizeof(buffer), &done), 0);
    ck_assert_uint_eq(done, 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, buffer, 0, &done), 0);
    ck_assert_uint_eq(done, 0);
    volume_close(&v);
}
END_TEST

START_TEST(functions_refuse_other_types)
{
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node file;
    struct nonfs_ext4_entry entry;
    struct volume v;
    uint64_t cursor = 0;
    char buffer[16];
    size_t done;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, "file", 4, 0, &file), 0);
    ck_assert_int_eq(nonfs_ext4_read(&root, 0, buffer, 1, &done), NONFS_E_IS_DIRECTORY);
    ck_assert_int_eq(nonfs_ext4_readlink(&file, buffer, 16, &done), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ext4_readdir(&file, &cursor, &entry), NONFS_E_NOT_DIRECTORY);
    ck_assert_int_eq(nonfs_ext4_find(&file, "x", 1, &entry), NONFS_E_NOT_DIRECTORY);
    volume_close(&v);
}
END_TEST

START_TEST(open_refuses_inodes_that_are_not_there)
{
    struct nonfs_ext4_info info;
    struct nonfs_ext4_node node;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    nonfs_ext4_info(v.fs, &info);
    memset(&node, 0x55, sizeof(node));
    ck_assert_int_eq(nonfs_ext4_open(v.fs, 0, &node), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, info.inode_count + 1, &node), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, UINT32_MAX, &node), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, info.inode_count, &node), NONFS_E_NOT_FOUND);
    ck_assert_uint_eq(node.stat.inode, 0x55555555);
    volume_close(&v);
}
END_TEST

START_TEST(cursor_resumes_a_listing)
{
    struct nonfs_ext4_node root;
    struct nonfs_ext4_entry entry;
    struct nonfs_ext4_entry again;
    struct volume v;
    uint64_t cursor = 0;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (;;) {
        struct nonfs_ext4_node other;
        uint64_t kept = cursor;
        int result = nonfs_ext4_readdir(&root, &cursor, &entry);

        ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &other), 0);
        if (result == NONFS_E_NOT_FOUND)
            break;
        ck_assert_int_eq(result, 0);
        ck_assert_int_eq(nonfs_ext4_readdir(&other, &kept, &again), 0);
        ck_assert_uint_eq(kept, cursor);
        ck_assert_str_eq(again.name, entry.name);
    }
    ck_assert_int_eq(nonfs_ext4_readdir(&root, &cursor, &entry), NONFS_E_NOT_FOUND);
    volume_close(&v);
}
END_TEST

START_TEST(wrong_cursors_do_no_harm)
{
    uint64_t state = check_seed();
    struct nonfs_ext4_node root;
    struct nonfs_ext4_entry entry;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (int i = 0; i < 2000; i++) {
        uint64_t cursor = i < 1100 ? (uint64_t)i : check_random(&state) >> (i % 64);
        int result = nonfs_ext4_readdir(&root, &cursor, &entry);

        ck_assert(result == 0 || result == NONFS_E_INVALID || result == NONFS_E_NOT_FOUND ||
                  result == NONFS_E_CORRUPT);
    }
    volume_close(&v);
}
END_TEST

START_TEST(entries_carry_types)
{
    struct nonfs_ext4_node root;
    struct nonfs_ext4_entry entry;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_find(&root, "a", 1, &entry), 0);
    ck_assert_uint_eq(entry.type, NONFS_TYPE_DIRECTORY);
    ck_assert_int_eq(nonfs_ext4_find(&root, "dangling", 8, &entry), 0);
    ck_assert_uint_eq(entry.type, NONFS_TYPE_SYMLINK);
    ck_assert_int_eq(nonfs_ext4_find(&root, "disk", 4, &entry), 0);
    ck_assert_uint_eq(entry.type, NONFS_TYPE_BLOCK_DEVICE);
    ck_assert_uint_eq(entry.name_len, 4);
    ck_assert_str_eq(entry.name, "disk");
    volume_close(&v);
}
END_TEST

/* The number behind a title in what dumpe2fs prints. */
static uint64_t dumpe2fs_number(const char *title)
{
    char line[256];

    read_command(line, sizeof(line), "dumpe2fs -h '%s' 2>/dev/null | sed -n 's/^%s: *//p'",
                 image_path, title);
    return strtoull(line, NULL, 10);
}

START_TEST(space_is_what_dumpe2fs_says)
{
    struct nonfs_ext4_statfs st;
    struct nonfs_ext4_info info;
    struct volume v;

    NEEDS_IMAGE();
    open_volume(&v);
    nonfs_ext4_statfs(v.fs, &st);
    nonfs_ext4_info(v.fs, &info);
    ck_assert_uint_eq(st.blocks, dumpe2fs_number("Block count"));
    ck_assert_uint_eq(st.blocks_free, dumpe2fs_number("Free blocks"));
    ck_assert_uint_eq(st.blocks_free - st.blocks_available,
                      dumpe2fs_number("Reserved block count"));
    ck_assert_uint_eq(st.inodes, dumpe2fs_number("Inode count"));
    ck_assert_uint_eq(st.inodes_free, dumpe2fs_number("Free inodes"));
    ck_assert_str_eq(info.label, "label");
    ck_assert_uint_eq(info.clean, 1);
    ck_assert_uint_eq(info.needs_recovery, 0);
    volume_close(&v);
}
END_TEST

START_TEST(journal_to_be_replayed_is_refused)
{
    struct volume v;

    NEEDS_IMAGE();
    ck_assert_int_eq(run_command("cd '%s' && cp image dirty && "
                                 "debugfs -w -R 'feature needs_recovery' dirty",
                                 test_folder()),
                     0);
    char path[400];
    snprintf(path, sizeof(path), "%s/dirty", test_folder());
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, path, 512), 0);
    ck_assert_int_eq(volume_mount(&v, 8, 0), NONFS_E_NEEDS_RECOVERY);
    ck_assert_int_eq(v.diagnostic.structure, NONFS_STRUCTURE_JOURNAL);
    free(v.arena);
    ck_assert_int_eq(volume_mount(&v, 8, NONFS_MOUNT_IGNORE_JOURNAL), 0);
    volume_close(&v);
}
END_TEST

START_TEST(unsupported_features_are_named)
{
    static const struct {
        uint32_t incompat;
        const char *name;
    } cases[] = {{0x1, "compression"},       {0x8, "journal_dev"}, {0x10000, "encrypt"},
                 {0x20000, "casefold"},      {0x1000, "dirdata"},  {0x200000, "FEATURE_I21"},
                 {0x80000000, "FEATURE_I31"}};
    struct nonfs_ext4_info info;

    memset(&info, 0, sizeof(info));
    info.compat = info.ro_compat = 0xffffffff;
    info.incompat = 0xe7d6;
    ck_assert_ptr_null(nonfs_ext4_unsupported_feature(&info));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        info.incompat = cases[i].incompat | 0x2c2;
        ck_assert_str_eq(nonfs_ext4_unsupported_feature(&info), cases[i].name);
    }
}
END_TEST

START_TEST(diagnostics_make_sentences)
{
    static const struct {
        struct nonfs_diagnostic d;
        const char *text;
    } cases[] = {
        {{NONFS_E_CHECKSUM, NONFS_STRUCTURE_INODE, 12, 99, 0, NULL},
         "ext4: inode 12: a checksum on disk does not match"},
        {{NONFS_E_CORRUPT, NONFS_STRUCTURE_DIRECTORY, 12, 345, 0, "a name is empty"},
         "ext4: inode 12: directory block 345: a name is empty"},
        {{NONFS_E_CORRUPT, NONFS_STRUCTURE_GROUP, 0, 7, 3, "it is bad"},
         "ext4: group descriptor 3: it is bad"},
        {{NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_FEATURE, 0, 0, 0, "encrypt"},
         "ext4: feature: encrypt: the image uses a feature that is not supported"},
        {{NONFS_E_IO, NONFS_STRUCTURE_DEVICE, 0, UINT64_MAX, 0, NULL},
         "ext4: device block 18446744073709551615: the device reported an error"},
    };
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = nonfs_diagnostic_format(&cases[i].d, text, sizeof(text));

        ck_assert_str_eq(text, cases[i].text);
        ck_assert_uint_eq(len, strlen(cases[i].text));
        ck_assert_uint_eq(nonfs_diagnostic_format(&cases[i].d, text, 10), 9);
        ck_assert_uint_eq(strlen(text), 9);
        ck_assert_uint_eq(nonfs_diagnostic_format(&cases[i].d, text, 0), 0);
    }
}
END_TEST

START_TEST(each_structure_has_a_name_of_its_own)
{
    static const char *names[] = {"inode 1: x",
                                  "device block 2: x",
                                  "superblock block 2: x",
                                  "feature block 2: x:",
                                  "journal block 2: x",
                                  "group descriptor 3: x",
                                  "inode 1: x",
                                  "extent tree block 2: x",
                                  "block map block 2: x",
                                  "directory block 2: x",
                                  "directory index block 2: x",
                                  "symbolic link block 2: x",
                                  "inline data block 2: x"};
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    for (int i = 0; i <= NONFS_STRUCTURE_INLINE_DATA; i++) {
        struct nonfs_diagnostic d = {NONFS_E_CORRUPT, (enum nonfs_structure)i, 1, 2, 3, "x"};

        (void)nonfs_diagnostic_format(&d, text, sizeof(text));
        ck_assert_msg(strstr(text, names[i]) != NULL, "%s", text);
    }
}
END_TEST

static Suite *api_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 functions");
    TCase *tc = tcase_create("functions");
    tcase_add_unchecked_fixture(tc, set_up, test_folder_remove);
    tcase_add_test(tc, arena_that_is_a_byte_too_small_is_refused);
    tcase_add_test(tc, arena_for_large_blocks_fits_small_ones);
    tcase_add_test(tc, arena_size_refuses_what_mount_refuses);
    tcase_add_test(tc, wrong_device_tables_are_refused);
    tcase_add_test(tc, transfers_stay_below_the_bound_of_the_device);
    tcase_add_test(tc, contiguous_blocks_are_read_in_one_request);
    tcase_add_loop_test(tc, path_leads_where_it_should, 0,
                        (int)(sizeof(lookups) / sizeof(lookups[0])));
    tcase_add_test(tc, link_is_not_followed_when_not_wanted);
    tcase_add_test(tc, lookup_starts_at_a_directory);
    tcase_add_test(tc, file_is_no_place_to_start);
    tcase_add_test(tc, long_names_and_paths_are_refused);
    tcase_add_test(tc, stat_gives_every_field);
    tcase_add_test(tc, times_reach_beyond_2038_and_before_1970);
    tcase_add_test(tc, device_numbers_are_decoded);
    tcase_add_test(tc, unwritten_extents_read_as_zeros);
    tcase_add_test(tc, read_stops_at_the_end_of_the_file);
    tcase_add_test(tc, functions_refuse_other_types);
    tcase_add_test(tc, open_refuses_inodes_that_are_not_there);
    tcase_add_test(tc, cursor_resumes_a_listing);
    tcase_add_test(tc, wrong_cursors_do_no_harm);
    tcase_add_test(tc, entries_carry_types);
    tcase_add_test(tc, space_is_what_dumpe2fs_says);
    tcase_add_test(tc, journal_to_be_replayed_is_refused);
    tcase_add_test(tc, unsupported_features_are_named);
    tcase_add_test(tc, diagnostics_make_sentences);
    tcase_add_test(tc, each_structure_has_a_name_of_its_own);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(api_suite)
