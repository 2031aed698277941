/*
 * Volumes that were damaged on purpose: each ends in the error that says what is wrong, none in a hang, a crash or a read
 * outside of memory (the sanitizers watch). The damage is done on a volume without checksums, so that it is not caught
 * before it is met; the last tests do the same with checksums.
 */
#include <check_main.h>

#include "bytes.h"
#include "ext4/volume.h"
#include "image.h"

#define TOOLS "mke2fs e2fsck debugfs truncate"

static char plain_path[300];   /* no checksums, 1 KiB blocks, indexed directories */
static char summed_path[300];  /* metadata_csum */
static char crc16_path[300];   /* uninit_bg */
static char classic_path[300]; /* ext2: block maps */
static char inline_path[300];  /* inline data */
static const char *missing;

static void make(char *path, size_t size, const char *source, const char *name,
                 const char *arguments)
{
    snprintf(path, size, "%s/%s", test_folder(), name);
    ck_assert_int_eq(run_command("truncate -s 8M '%s'; mke2fs -q -F -b 1024 %s -d '%s' '%s'", path,
                                 arguments, source, path),
                     0);
    (void)run_command("e2fsck -fyD '%s'", path);
}

static void set_up(void)
{
    char source[300];

    missing = missing_tool(TOOLS);
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return;
    }
    snprintf(source, sizeof(source), "%s/source", test_folder());
    /* "comb" has an extent tree of three levels; "many" a hash tree. */
    ck_assert_int_eq(
        run_command("mkdir -p '%s/many' '%s/few' && cd '%s' && echo content >few/file && "
                    "truncate -s 8M comb && i=0 && while [ $i -lt 900 ]; do "
                    "printf x | dd of=comb bs=1 seek=$((i * 8192)) conv=notrunc status=none; "
                    "i=$((i + 1)); done && i=0 && while [ $i -lt 400 ]; do "
                    ": >many/a-rather-long-name-of-a-file-$i; i=$((i + 1)); done && "
                    "ln -s few/file link && ln -s %080d long && ln -s self self && "
                    "ln -s ring-b ring-a && ln -s ring-a ring-b",
                    source, source, source, 1),
        0);
    make(plain_path, sizeof(plain_path), source, "plain", "-t ext4 -O ^metadata_csum,^has_journal");
    make(summed_path, sizeof(summed_path), source, "summed", "-t ext4 -O ^has_journal");
    make(crc16_path, sizeof(crc16_path), source, "crc16",
         "-t ext4 -O ^metadata_csum,uninit_bg,^has_journal");
    make(classic_path, sizeof(classic_path), source, "classic", "-t ext2");
    make(inline_path, sizeof(inline_path), source, "inline",
         "-t ext4 -O inline_data,^metadata_csum,^has_journal");
}

static void open_image(struct volume *v, const char *path)
{
    memset(v, 0, sizeof(*v));
    ck_assert_int_eq(image_open(&v->image, path, 512), 0);
    ck_assert_int_eq(volume_mount(v, 8, 0), 0);
}

static struct nonfs_ext4_node node_at(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node;

    ck_assert_int_eq(
        nonfs_ext4_lookup(v->fs, NULL, path, strlen(path), NONFS_EXT4_LOOKUP_NOFOLLOW, &node), 0);
    return node;
}

/* The bytes of block `block` of a file, in the image. */
static uint8_t *block_at(struct volume *v, const char *path, uint64_t block)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct block_run run;

    ck_assert_int_eq(nonfs_map_find(&node, block, &run), 0);
    ck_assert_int_eq(run.state, RUN_MAPPED);
    return v->image.bytes + run.physical * volume_block_size(v->fs);
}

static uint8_t *inode_at(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct block_ref ref;
    uint32_t offset;
    uint64_t block;

    ck_assert_int_eq(nonfs_inode_get(v->fs, node.stat.inode, &ref, &offset), 0);
    block = ref.slot->block;
    nonfs_block_put(&ref);
    return v->image.bytes + block * volume_block_size(v->fs) + offset;
}

static uint8_t *block_number(struct volume *v, uint32_t block)
{
    return v->image.bytes + (uint64_t)block * volume_block_size(v->fs);
}

static void store_le16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

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

/* Reads a file to its end; returns the first error. */
static int read_all(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node;
    uint8_t buffer[3000];
    uint64_t offset = 0;
    size_t done = 0;
    int result = nonfs_ext4_lookup(v->fs, NULL, path, strlen(path), 0, &node);

    while (result == 0) {
        result = nonfs_ext4_read(&node, offset, buffer, sizeof(buffer), &done);
        if (done == 0)
            break;
        offset += done;
    }
    return result;
}

/* Lists a directory to its end; returns the first error, and its entries in `*count`. */
static int list_all(struct volume *v, const char *path, unsigned *count)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    int first = 0;

    *count = 0;
    for (unsigned calls = 0;; calls++) {
        int result = nonfs_ext4_readdir(&node, &cursor, &entry);

        ck_assert_uint_lt(calls, 100000);
        if (result == NONFS_E_NOT_FOUND)
            return first;
        if (result == 0)
            ++*count;
        else if (first == 0)
            first = result;
    }
}

static void check_diagnostic(struct volume *v, enum nonfs_structure structure, const char *reason)
{
    const struct nonfs_diagnostic *d = nonfs_ext4_diagnostic(v->fs);

    ck_assert_int_eq(d->structure, structure);
    if (reason != NULL)
        ck_assert_str_eq(d->reason, reason);
    else
        ck_assert_ptr_null(d->reason);
}

/* Tests of what cannot be made without the tools pass after the printed skip. */
#define NEEDS_IMAGES()       \
    do {                     \
        if (missing != NULL) \
            return;          \
    } while (0)

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

/* The block that the root of an extent tree leads to first. */
static uint8_t *first_child(struct volume *v, const uint8_t *node)
{
    return block_number(v, load_le32(node + 12 + 4));
}

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

START_TEST(every_damaged_bit_under_a_checksum_is_noticed)
{
    struct volume v;
    unsigned count;
    uint64_t state = check_seed();
    uint8_t *places[5];

    NEEDS_IMAGES();
    for (int round = 0; round < 200; round++) {
        uint32_t bit = (uint32_t)(check_random(&state) % (1012 * 8));
        int place = round % 5;
        int result;

        open_image(&v, summed_path);
        places[0] = block_at(&v, "few", 0);
        places[1] = block_at(&v, "many", 0);
        places[2] = first_child(&v, inode_at(&v, "comb") + 0x28);
        places[3] = inode_at(&v, "few/file");
        places[4] = block_number(&v, 2);
        if (place == 1) /* the root of a hash tree: only what is in use is summed */
            bit %= 8 * (32 + 8 * (uint32_t)load_le16(places[1] + 34));
        if (place == 2)
            bit %= 8 * 12 * (1 + 84u);
        if (place == 3)
            bit %= 8 * 256;
        if (place == 4)
            bit %= 8 * 64;
        places[place][bit / 8] ^= (uint8_t)(1u << bit % 8);
        volume_mount_again(&v, 8);
        result = place == 2 ? read_all(&v, "comb") : read_all(&v, "few/file");
        if (place == 1)
            result = list_all(&v, "many", &count);
        ck_assert_msg(result == NONFS_E_CHECKSUM || result == NONFS_E_CORRUPT,
                      "seed %llu, place %d, bit %u: %s", (unsigned long long)check_seed(), place,
                      bit, nonfs_strerror(result));
        volume_close(&v);
    }
}
END_TEST

START_TEST(damaged_group_descriptor_under_a_crc16_is_noticed)
{
    struct volume v;

    NEEDS_IMAGES();
    for (uint32_t bit = 0; bit < 8 * 64; bit++) {
        open_image(&v, crc16_path);
        block_number(&v, 2)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        volume_mount_again(&v, 8);
        ck_assert_int_eq(read_all(&v, "few/file"), NONFS_E_CHECKSUM);
        check_diagnostic(&v, NONFS_STRUCTURE_GROUP, NULL);
        volume_close(&v);
    }
}
END_TEST

START_TEST(damaged_superblock_under_a_checksum_is_noticed)
{
    struct volume v;

    NEEDS_IMAGES();
    for (uint32_t byte = 0; byte < 1024; byte += 5) {
        memset(&v, 0, sizeof(v));
        ck_assert_int_eq(image_open(&v.image, summed_path, 512), 0);
        v.image.bytes[1024 + byte] ^= 0x10;
        ck_assert_int_ne(volume_mount(&v, 8, 0), 0);
        volume_close(&v);
    }
}
END_TEST

START_TEST(unknown_kind_of_checksum_is_refused)
{
    struct volume v;

    NEEDS_IMAGES();
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, summed_path, 512), 0);
    v.image.bytes[1024 + 0x175] = 2;
    ck_assert_int_eq(volume_mount(&v, 8, 0), NONFS_E_UNSUPPORTED);
    ck_assert_str_eq(v.diagnostic.reason, "the kind of checksum is not supported");
    volume_close(&v);
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

#define ADD_LOOP(tc, test, table) \
    tcase_add_loop_test(tc, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

static Suite *hostile_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 hostile");
    TCase *tc = tcase_create("hostile");
    tcase_add_unchecked_fixture(tc, set_up, test_folder_remove);
    ADD_LOOP(tc, damaged_superblock_is_refused, superblocks);
    tcase_add_test(tc, group_descriptors_outside_of_the_volume_are_damage);
    tcase_add_test(tc, inode_table_that_leaves_the_volume_at_its_end_is_damage);
    tcase_add_test(tc, truncated_image_is_refused);
    tcase_add_test(tc, extent_tree_that_leads_to_itself_is_damage);
    ADD_LOOP(tc, damaged_extent_tree_is_damage, extents);
    tcase_add_test(tc, extents_outside_of_their_parent_are_damage);
    tcase_add_test(tc, block_map_that_leads_to_itself_ends);
    tcase_add_test(tc, block_map_outside_of_the_volume_is_damage);
    ADD_LOOP(tc, damaged_directory_record_is_damage, records);
    tcase_add_test(tc, name_over_the_end_of_its_record_is_damage);
    tcase_add_test(tc, entry_that_names_no_inode_is_damage);
    tcase_add_test(tc, entry_that_names_a_free_inode_is_damage);
    tcase_add_test(tc, directory_larger_than_the_volume_is_damage);
    tcase_add_test(tc, damaged_directory_block_does_not_hide_the_others);
    ADD_LOOP(tc, damaged_hash_tree_is_passed_over, indices);
    tcase_add_test(tc, hash_tree_whose_entries_all_lead_to_one_block_ends);
    tcase_add_test(tc, links_in_a_ring_are_too_many);
    tcase_add_test(tc, damaged_link_is_damage);
    tcase_add_test(tc, size_that_no_file_can_have_is_damage);
    tcase_add_test(tc, damaged_inline_directory_is_damage);
    tcase_add_test(tc, damaged_inline_attribute_is_damage);
    tcase_add_test(tc, every_damaged_bit_under_a_checksum_is_noticed);
    tcase_add_test(tc, damaged_group_descriptor_under_a_crc16_is_noticed);
    tcase_add_test(tc, damaged_superblock_under_a_checksum_is_noticed);
    tcase_add_test(tc, unknown_kind_of_checksum_is_refused);
    tcase_add_loop_test(tc, random_damage_is_survived, 0, 3);
    tcase_add_loop_test(tc, device_error_at_each_read_surfaces, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(hostile_suite)
