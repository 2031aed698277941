/*
 * New volumes: whether they can be read, and checked by e2fsck where it is there, whatever was on the device before; what
 * is refused; what is on the device when it fails. tests/test_mkfs_command.py compares the bytes with those of mke2fs.
 */
#include <check_main.h>
#include <fcntl.h>
#include <unistd.h>

#include <nonfs/mkfs.h>

#include "bytes.h"
#include "image.h"
#include "memory_disk.h"

#define MIB 1048576u

static _Alignas(NONFS_MKFS_ARENA_ALIGN) uint8_t arena[NONFS_MKFS_ARENA_SIZE];
static struct memory_disk disk;
static struct nonfs_mkfs_config config;
static struct nonfs_mkfs_report report;

/* A device full of what a volume must not be confused by. */
static void make_disk(uint64_t size, uint32_t block_size)
{
    memory_disk_make(&disk, size, block_size);
    memset(disk.bytes, 0xa5, size);
    nonfs_mkfs_defaults(&config, size);
    config.time = 1700000000;
    memcpy(config.uuid, "0123456789abcdef", 16);
    memcpy(config.hash_seed, "fedcba9876543210", 16);
    memcpy(config.label, "sixteen bytes ok", 16);
}

static int make_volume(void)
{
    return nonfs_mkfs(&disk.dev, &config, arena, &report);
}

/* Mounts the volume and walks through it; fails the test if anything is wrong. `every` inode, or those that are used. */
static void check_readable_inodes(int every)
{
    static const char way[] = "/lost+found/.././lost+found";
    struct volume v = {.arena = NULL};
    struct walk_result found;
    struct nonfs_ext4_node node;
    struct nonfs_ext4_info info;

    image_from_bytes(&v.image, disk.bytes, disk.dev.block_count * disk.dev.block_size,
                     disk.dev.block_size);
    ck_assert_int_eq(volume_mount(&v, 8, 0), 0);
    ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, way, strlen(way), 0, &node), 0);
    if (every) {
        walk_volume(v.fs, 1 << 20, &found);
        ck_assert_uint_eq(found.errors, 0);
    }
    nonfs_ext4_info(v.fs, &info);
    ck_assert_mem_eq(info.uuid, config.uuid, 16);
    ck_assert_str_eq(info.label, "sixteen bytes ok");
    ck_assert_uint_eq(info.clean, 1);
    ck_assert_uint_eq(info.block_count, report.block_count);
    ck_assert_uint_eq(info.inode_count, report.inode_count);
    volume_close(&v);
}

static void check_readable(void)
{
    check_readable_inodes(1);
}

/* The journal must hold nothing but its superblock: what looked like a transaction could be replayed. */
static void check_journal_is_empty(void)
{
    struct volume v = {.arena = NULL};
    struct nonfs_ext4_node node;
    uint64_t size = (uint64_t)report.journal_blocks * config.block_size;
    uint8_t *bytes = malloc(size);
    size_t done;

    image_from_bytes(&v.image, disk.bytes, disk.dev.block_count * disk.dev.block_size,
                     disk.dev.block_size);
    ck_assert_int_eq(volume_mount(&v, 8, 0), 0);
    ck_assert_int_eq(nonfs_ext4_open(v.fs, 8, &node), 0);
    ck_assert_int_eq(nonfs_ext4_read(&node, 0, bytes, size, &done), 0);
    ck_assert_uint_eq(done, size);
    ck_assert_uint_eq(bytes[0], 0xc0);
    ck_assert_uint_eq(bytes[1024], 0);
    ck_assert_int_eq(memcmp(bytes + 1024, bytes + 1025, size - 1025), 0);
    volume_close(&v);
    free(bytes);
}

/* Has e2fsck look at the volume, if it is installed. */
static void check_by_e2fsck(void)
{
    char path[300];
    int fd;

    if (missing_tool("e2fsck") != NULL)
        return;
    snprintf(path, sizeof(path), "%s/image", test_folder());
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, disk.bytes, disk.dev.block_count * disk.dev.block_size),
                     (ssize_t)(disk.dev.block_count * disk.dev.block_size));
    close(fd);
    ck_assert_int_eq(
        run_command("e2fsck -fn '%s' >'%s.log' && ! grep -q '? no' '%s.log'", path, path, path), 0);
}

START_TEST(volumes_are_clean_on_a_device_full_of_rubbish)
{
    for (uint64_t size = 8 * MIB; size <= 40 * MIB; size += 8 * MIB) {
        for (uint32_t block_size = 1024; block_size <= 4096; block_size *= 2) {
            make_disk(size, 512);
            config.block_size = block_size;
            ck_assert_int_eq(make_volume(), 0);
            ck_assert_int_eq(disk.unflushed, 0);
            check_readable();
            check_journal_is_empty();
            check_by_e2fsck();
            memory_disk_free(&disk);
        }
    }
}
END_TEST

START_TEST(tables_may_be_left_to_the_kernel)
{
    uint64_t all;

    make_disk(32 * MIB, 512);
    ck_assert_int_eq(make_volume(), 0);
    all = disk.writes;
    memory_disk_free(&disk);
    make_disk(32 * MIB, 512);
    config.flags = NONFS_MKFS_LAZY_TABLES;
    ck_assert_int_eq(make_volume(), 0);
    ck_assert_uint_lt(disk.writes, all);
    check_readable_inodes(0);
    check_by_e2fsck();
    config.ro_compat &= ~0x400u;
    ck_assert_int_eq(make_volume(), NONFS_E_INVALID);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_device_of_zeros_gets_the_same_bytes)
{
    uint8_t *first;

    make_disk(16 * MIB, 1024);
    memset(disk.bytes, 0, 16 * MIB);
    ck_assert_int_eq(make_volume(), 0);
    first = disk.bytes;
    disk.bytes = calloc(1, 16 * MIB);
    config.flags = NONFS_MKFS_DEVICE_ZEROED;
    ck_assert_int_eq(make_volume(), 0);
    /* The count of what was written, and so the checksum, differ in each superblock. */
    for (size_t at = 1024; at < 16 * MIB; at += 8192 * 1024) {
        memset(first + at + 0x178, 0, 8);
        memset(disk.bytes + at + 0x178, 0, 8);
        memset(first + at + 0x3fc, 0, 4);
        memset(disk.bytes + at + 0x3fc, 0, 4);
    }
    ck_assert_mem_eq(first, disk.bytes, 16 * MIB);
    free(first);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(each_feature_may_be_off)
{
    const uint32_t compat[] = {0x4, 0x8, 0x10, 0x20};
    const uint32_t incompat[] = {0x2, 0x80, 0x200};
    const uint32_t ro_compat[] = {0x2, 0x8, 0x20, 0x40, 0x400};

    for (unsigned i = 0; i < 12; i++) {
        make_disk(24 * MIB, 512);
        if (i < 4)
            config.compat &= ~compat[i];
        else if (i < 7)
            config.incompat &= ~incompat[i - 4];
        else
            config.ro_compat &= ~ro_compat[i - 7];
        ck_assert_ptr_null(nonfs_mkfs_unsupported_feature(&config));
        ck_assert_int_eq(make_volume(), 0);
        ck_assert_uint_eq(report.compat, config.compat);
        ck_assert_uint_eq(report.incompat, config.incompat);
        ck_assert_uint_eq(report.ro_compat, config.ro_compat);
        check_readable();
        check_by_e2fsck();
        memory_disk_free(&disk);
    }
}
END_TEST

START_TEST(ext2_can_be_made)
{
    make_disk(24 * MIB, 512);
    config.compat = 0x38;
    config.incompat = 0x2;
    config.ro_compat = 0x3;
    ck_assert_int_eq(make_volume(), 0);
    ck_assert_uint_eq(report.journal_blocks, 0);
    check_readable();
    check_by_e2fsck();
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_small_volume_has_no_journal)
{
    make_disk(4 * MIB, 4096);
    config.block_size = 4096;
    config.inode_ratio = 8192;
    ck_assert_int_eq(make_volume(), 0);
    ck_assert_uint_eq(report.journal_blocks, 0);
    ck_assert_uint_eq(report.compat & 4, 0);
    check_readable();
    check_by_e2fsck();
    memory_disk_free(&disk);
}
END_TEST

START_TEST(features_that_cannot_be_made_are_named)
{
    make_disk(8 * MIB, 512);
    config.incompat |= 0x8000;
    ck_assert_str_eq(nonfs_mkfs_unsupported_feature(&config), "inline_data");
    ck_assert_int_eq(make_volume(), NONFS_E_UNSUPPORTED);
    nonfs_mkfs_defaults(&config, 8 * MIB);
    config.ro_compat |= 0x200;
    ck_assert_str_eq(nonfs_mkfs_unsupported_feature(&config), "bigalloc");
    nonfs_mkfs_defaults(&config, 8 * MIB);
    config.incompat &= ~0x40u;
    ck_assert_str_eq(nonfs_mkfs_unsupported_feature(&config), "has_journal");
    nonfs_mkfs_defaults(&config, 8 * MIB);
    config.ro_compat &= ~0x1u;
    ck_assert_str_eq(nonfs_mkfs_unsupported_feature(&config), "resize_inode");
    nonfs_mkfs_defaults(&config, 8 * MIB);
    config.ro_compat &= ~0x400u;
    config.incompat |= 0x2000;
    ck_assert_str_eq(nonfs_mkfs_unsupported_feature(&config), "metadata_csum_seed");
    ck_assert_uint_eq(disk.calls, 0);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(impossible_configurations_are_refused)
{
    static const struct nonfs_block_ops read_only = {.read = memory_disk_read};

    make_disk(8 * MIB, 512);
#define REFUSED(change, expected)                  \
    do {                                           \
        struct nonfs_mkfs_config good = config;    \
        change;                                    \
        ck_assert_int_eq(make_volume(), expected); \
        ck_assert_uint_eq(disk.writes, 0);         \
        config = good;                             \
    } while (0)
    REFUSED(config.block_size = 512, NONFS_E_INVALID);
    REFUSED(config.block_size = 8192, NONFS_E_INVALID);
    REFUSED(config.block_size = 3000, NONFS_E_INVALID);
    REFUSED(config.inode_ratio = 1023, NONFS_E_INVALID);
    REFUSED(config.inode_ratio = (1u << 26) + 1, NONFS_E_INVALID);
    REFUSED(config.reserved_percent = 51, NONFS_E_INVALID);
    REFUSED(config.flags = 4, NONFS_E_INVALID);
    REFUSED(config.block_count = 8193, NONFS_E_RANGE);
    REFUSED(config.block_count = 2047, NONFS_E_RANGE);
    REFUSED(memset(config.uuid, 0, 16), NONFS_E_INVALID);
    REFUSED(memset(config.hash_seed, 0, 16), NONFS_E_INVALID);
    /* The eleven first inodes would be spread over groups. */
    config.block_count = 0;
    disk.dev.block_size = 2048;
    disk.dev.block_count /= 4;
    REFUSED(config.block_size = 1024, NONFS_E_INVALID);
    disk.dev.ops = &read_only;
    REFUSED((void)0, NONFS_E_READ_ONLY);
#undef REFUSED
    memory_disk_free(&disk);
}
END_TEST

static int numbers(void *context, void *bytes, size_t len)
{
    uint8_t *next = context;

    memset(bytes, 0xff, len);
    return (*next)++ == 2 ? NONFS_E_IO : 0;
}

START_TEST(uuids_come_from_the_source_of_random_numbers)
{
    static const uint8_t made[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x4f, 0xff,
                                     0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    uint8_t calls = 0;

    make_disk(8 * MIB, 512);
    memset(config.uuid, 0, 16);
    memset(config.hash_seed, 0, 16);
    config.random = numbers;
    config.context = &calls;
    ck_assert_int_eq(make_volume(), 0);
    ck_assert_mem_eq(report.uuid, made, 16);
    ck_assert_uint_eq(calls, 2);
    ck_assert_int_eq(make_volume(), NONFS_E_IO);
    memory_disk_free(&disk);
}
END_TEST

static void count_progress(void *context, uint32_t done, uint32_t all)
{
    uint32_t *last = context;

    ck_assert_uint_gt(done, last[0]);
    ck_assert_uint_le(done, all);
    last[0] = done;
    last[1] = all;
}

START_TEST(progress_reaches_the_end)
{
    uint32_t last[2] = {0, 0};

    make_disk(200 * MIB, 4096);
    config.block_size = 4096;
    config.progress = count_progress;
    config.context = last;
    ck_assert_int_eq(make_volume(), 0);
    ck_assert_uint_eq(last[0], last[1]);
    ck_assert_uint_eq(last[1], report.group_count);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_volume_that_was_not_finished_is_none)
{
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_ext4_info info;
    uint64_t writes;

    make_disk(8 * MIB, 512);
    ck_assert_int_eq(make_volume(), 0);
    writes = disk.writes;
    ck_assert_uint_gt(writes, 50);
    for (uint64_t n = 2; n <= writes; n++) {
        disk.writes = 0;
        disk.fail_write = n;
        ck_assert_int_eq(make_volume(), NONFS_E_IO);
        disk.fail_write = 0;
        ck_assert_int_eq(nonfs_ext4_probe(&disk.dev, scratch, &info, NULL), NONFS_E_NO_SIGNATURE);
    }
    ck_assert_int_eq(make_volume(), 0);
    check_readable();
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_device_that_is_gone_is_reported)
{
    uint64_t calls;

    make_disk(8 * MIB, 512);
    ck_assert_int_eq(make_volume(), 0);
    calls = disk.calls;
    for (uint64_t n = 1; n <= calls; n++) {
        disk.calls = 0;
        disk.fail_at = n;
        ck_assert_int_eq(make_volume(), NONFS_E_GONE);
    }
    memory_disk_free(&disk);
}
END_TEST

/* A device without memory: it checks ranges and counts. */
struct counter {
    uint64_t block_count;
    uint64_t bytes;
};

static int counter_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    (void)context;
    memset(buf, 0, (size_t)nblocks * 4096);
    return first + nblocks > 0 ? 0 : NONFS_E_IO;
}

static int counter_write(void *context, uint64_t first, uint32_t nblocks, const void *buf)
{
    struct counter *c = context;

    (void)buf;
    ck_assert_uint_lt(first, c->block_count);
    ck_assert_uint_le(nblocks, c->block_count - first);
    c->bytes += (uint64_t)nblocks * 4096;
    return 0;
}

static int counter_flush(void *context)
{
    (void)context;
    return 0;
}

START_TEST(sixteen_tebibytes_take_no_more_memory)
{
    static const struct nonfs_block_ops ops = {counter_read, counter_write, counter_flush};
    struct counter counter = {.block_count = (uint64_t)1 << 32};
    struct nonfs_block_device dev = {&ops, &counter, counter.block_count, 4096, 0};
    /* A wall behind the arena, so that the sanitizers see a byte too many. */
    void *exact = aligned_alloc(4096, NONFS_MKFS_ARENA_SIZE);

    nonfs_mkfs_defaults(&config, (uint64_t)1 << 44);
    ck_assert_uint_eq(config.inode_ratio, 65536);
    memset(config.uuid, 1, 16);
    memset(config.hash_seed, 1, 16);
    config.flags = NONFS_MKFS_LAZY_TABLES;
    ck_assert_int_eq(nonfs_mkfs(&dev, &config, exact, &report), 0);
    ck_assert_uint_eq(report.block_count, (uint64_t)1 << 32);
    ck_assert_uint_eq(report.group_count, 131072);
    ck_assert_uint_eq(report.journal_blocks, 262144);
    /* It cannot be grown by the means of smaller volumes. */
    ck_assert_uint_eq(report.compat & 0x10, 0);
    ck_assert_uint_lt(counter.bytes, (uint64_t)2000 * MIB);
    dev.block_count++;
    counter.block_count++;
    ck_assert_int_eq(nonfs_mkfs(&dev, &config, exact, &report), NONFS_E_RANGE);
    /* Descriptors of so many groups would fill a group of their own. */
    config.block_size = 1024;
    dev.block_size = 1024;
    dev.block_count = counter.block_count = (uint64_t)1 << 31;
    ck_assert_int_eq(nonfs_mkfs(&dev, &config, exact, &report), NONFS_E_UNSUPPORTED);
    free(exact);
}
END_TEST

START_TEST(defaults_follow_the_size)
{
    static const struct {
        uint64_t mib;
        uint32_t block_size;
        uint32_t ratio;
    } cases[] = {{2, 1024, 8192},        {3, 1024, 4096},        {511, 1024, 4096},
                 {512, 4096, 16384},     {4194303, 4096, 16384}, {4194304, 4096, 32768},
                 {16777216, 4096, 65536}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        nonfs_mkfs_defaults(&config, cases[i].mib * MIB);
        ck_assert_uint_eq(config.block_size, cases[i].block_size);
        ck_assert_uint_eq(config.inode_ratio, cases[i].ratio);
        ck_assert_uint_eq(nonfs_mkfs_inode_ratio(cases[i].mib * MIB), cases[i].ratio);
    }
}
END_TEST

static Suite *mkfs_suite(void)
{
    Suite *suite = suite_create("nonfs mkfs");
    TCase *tc = tcase_create("mkfs");
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_test(tc, volumes_are_clean_on_a_device_full_of_rubbish);
    tcase_add_test(tc, tables_may_be_left_to_the_kernel);
    tcase_add_test(tc, a_device_of_zeros_gets_the_same_bytes);
    tcase_add_test(tc, each_feature_may_be_off);
    tcase_add_test(tc, ext2_can_be_made);
    tcase_add_test(tc, a_small_volume_has_no_journal);
    tcase_add_test(tc, features_that_cannot_be_made_are_named);
    tcase_add_test(tc, impossible_configurations_are_refused);
    tcase_add_test(tc, uuids_come_from_the_source_of_random_numbers);
    tcase_add_test(tc, progress_reaches_the_end);
    tcase_add_test(tc, a_volume_that_was_not_finished_is_none);
    tcase_add_test(tc, a_device_that_is_gone_is_reported);
    tcase_add_test(tc, sixteen_tebibytes_take_no_more_memory);
    tcase_add_test(tc, defaults_follow_the_size);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mkfs_suite)
