/*
 * Partition tables: what is read after what was written, each check that a copy must pass, and what is on the disk when
 * the device fails in the middle of a write.
 */
#include <check_main.h>

#include <nonfs/gpt.h>

#include "bytes.h"
#include "checksum/crc.h"
#include "memory_disk.h"

#define MIB 1048576u

struct table {
    struct nonfs_gpt gpt;
    struct nonfs_gpt_report report;
    struct nonfs_gpt_entry entries[NONFS_GPT_ENTRIES_MAX];
    uint8_t scratch[NONFS_GPT_SCRATCH_SIZE];
};

static struct table table;
static struct table other;
static struct memory_disk disk;

static const uint8_t disk_guid[16] = "0123456789abcdef";

static struct nonfs_gpt_entry partition(uint8_t id, uint64_t first, uint64_t last)
{
    struct nonfs_gpt_entry e = {.first = first, .last = last, .attributes = id};

    memset(e.type, 0x11, sizeof(e.type));
    memset(e.guid, id, sizeof(e.guid));
    ck_assert_int_eq(nonfs_gpt_name_parse(e.name, "name", 4), 0);
    return e;
}

static void table_init(struct table *t)
{
    memset(t, 0, sizeof(*t));
    t->gpt.entries = t->entries;
    t->gpt.capacity = NONFS_GPT_ENTRIES_MAX;
}

static int table_read(struct table *t)
{
    table_init(t);
    return nonfs_gpt_read(&t->gpt, &disk.dev, t->scratch, &t->report);
}

static int table_write(struct table *t)
{
    return nonfs_gpt_write(&t->gpt, &disk.dev, t->scratch, 0);
}

/* A disk with two partitions. */
static void make_disk(uint64_t size, uint32_t block_size)
{
    struct nonfs_gpt_entry e;
    uint32_t index;

    memory_disk_make(&disk, size, block_size);
    table_init(&table);
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 128), 0);
    e = partition(1, MIB / block_size, 2 * MIB / block_size - 1);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
    e = partition(2, 2 * MIB / block_size, table.gpt.last_usable);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(table_write(&table), 0);
}

/* Computes the checksum of the header in a block again, after a change that shall pass it. */
static void seal_header(uint64_t lba)
{
    uint8_t *h = disk.bytes + lba * disk.dev.block_size;

    store_le32(h + 16, 0);
    store_le32(h + 16, ~nonfs_crc32(UINT32_MAX, h, load_le32(h + 12)));
}

/* The same for the entries of the primary. */
static void seal_entries(void)
{
    uint8_t *h = disk.bytes + disk.dev.block_size;

    store_le32(h + 88,
               ~nonfs_crc32(UINT32_MAX, disk.bytes + 2 * (size_t)disk.dev.block_size, 16384));
    seal_header(1);
}

START_TEST(crc32_has_its_check_value)
{
    ck_assert_uint_eq(~nonfs_crc32(UINT32_MAX, "123456789", 9), 0xcbf43926);
}
END_TEST

START_TEST(what_was_written_is_read)
{
    for (uint32_t size = 512; size <= 4096; size *= 2) {
        make_disk(4 * MIB, size);
        ck_assert_int_eq(table_read(&other), 0);
        ck_assert_int_eq(other.report.source, NONFS_GPT_PRIMARY);
        ck_assert_int_eq(other.report.primary, 0);
        ck_assert_int_eq(other.report.backup, 0);
        ck_assert_int_eq(other.report.mbr, 0);
        ck_assert_int_eq(other.report.backup_not_last, 0);
        ck_assert_mem_eq(other.entries, table.entries, sizeof(other.entries));
        ck_assert_mem_eq(other.gpt.disk_guid, disk_guid, 16);
        ck_assert_uint_eq(other.gpt.first_usable, 2 + 16384 / size);
        ck_assert_uint_eq(other.gpt.last_usable, 4 * MIB / size - 2 - 16384 / size);
        ck_assert_uint_eq(other.gpt.block_count, 4 * MIB / size);
        ck_assert_int_eq(disk.unflushed, 0);
        memory_disk_free(&disk);
    }
}
END_TEST

START_TEST(each_bit_of_the_primary_matters)
{
    make_disk(4 * MIB, 512);
    for (size_t at = 512; at < 512 + 92; at++) {
        disk.bytes[at] ^= 1u << at % 8;
        ck_assert_int_eq(table_read(&other), 0);
        ck_assert_int_eq(other.report.source, NONFS_GPT_BACKUP);
        ck_assert_int_ne(other.report.primary, 0);
        ck_assert_mem_eq(other.entries, table.entries, sizeof(other.entries));
        disk.bytes[at] ^= 1u << at % 8;
    }
    for (size_t at = 1024; at < 1024 + 16384; at += 61) {
        disk.bytes[at] ^= 1u << at % 8;
        ck_assert_int_eq(table_read(&other), 0);
        ck_assert_int_eq(other.report.primary, NONFS_E_CHECKSUM);
        ck_assert_mem_eq(other.entries, table.entries, sizeof(other.entries));
        disk.bytes[at] ^= 1u << at % 8;
    }
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_bad_backup_is_reported_and_repaired)
{
    make_disk(4 * MIB, 512);
    disk.bytes[4 * MIB - 512 + 60] ^= 1;
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.source, NONFS_GPT_PRIMARY);
    ck_assert_int_eq(other.report.backup, NONFS_E_CHECKSUM);
    ck_assert_ptr_nonnull(other.report.backup_reason);
    ck_assert_int_eq(table_write(&other), 0);
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.backup, 0);
    disk.bytes[4 * MIB - 512 - 16384] ^= 1;
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.backup, NONFS_E_CHECKSUM);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_bad_primary_is_repaired_from_the_backup)
{
    uint8_t *before = malloc(4 * MIB);

    make_disk(4 * MIB, 512);
    memcpy(before, disk.bytes, 4 * MIB);
    memset(disk.bytes, 0, 17 * 1024);
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.source, NONFS_GPT_BACKUP);
    ck_assert_int_eq(other.report.primary, NONFS_E_NO_SIGNATURE);
    ck_assert_int_eq(other.report.mbr, NONFS_E_CORRUPT);
    ck_assert_int_eq(table_write(&other), 0);
    ck_assert_mem_eq(disk.bytes, before, 4 * MIB);
    memory_disk_free(&disk);
    free(before);
}
END_TEST

START_TEST(a_backup_that_says_something_else_is_reported)
{
    make_disk(4 * MIB, 512);
    disk.bytes[4 * MIB - 512 + 56] ^= 1;
    seal_header(4 * MIB / 512 - 1);
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.source, NONFS_GPT_PRIMARY);
    ck_assert_int_eq(other.report.backup, NONFS_E_CORRUPT);
    ck_assert_mem_eq(other.gpt.disk_guid, disk_guid, 16);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(no_table_has_no_signature)
{
    memory_disk_make(&disk, MIB, 512);
    ck_assert_int_eq(table_read(&other), NONFS_E_NO_SIGNATURE);
    disk.dev.block_count = 1;
    ck_assert_int_eq(table_read(&other), NONFS_E_NO_SIGNATURE);
    disk.dev.block_count = 0;
    ck_assert_int_eq(table_read(&other), NONFS_E_INVALID);
    memory_disk_free(&disk);
}
END_TEST

/* Changes of the primary's header that its checksum vouches for. */
START_TEST(each_number_of_a_header_is_checked)
{
    static const struct {
        unsigned offset;
        unsigned len;
        uint64_t value;
        int result;
    } changes[] = {
        {8, 4, 0x00020000, NONFS_E_UNSUPPORTED}, /* revision */
        {24, 8, 2, NONFS_E_CORRUPT},             /* its own place */
        {32, 8, 0, NONFS_E_CORRUPT},             /* the other's */
        {32, 8, 1, NONFS_E_CORRUPT},
        {32, 8, 8192, NONFS_E_CORRUPT}, /* behind the disk */
        {32, 8, UINT64_MAX, NONFS_E_CORRUPT},
        {40, 8, 1, NONFS_E_CORRUPT},    /* first usable: on the header */
        {40, 8, 33, NONFS_E_CORRUPT},   /* on the entries */
        {40, 8, 8190, NONFS_E_CORRUPT}, /* behind the last */
        {48, 8, 8191, NONFS_E_CORRUPT}, /* last usable: on the backup */
        {48, 8, UINT64_MAX, NONFS_E_CORRUPT},
        {48, 8, 33, NONFS_E_CORRUPT},
        {72, 8, 1, NONFS_E_CORRUPT}, /* entries on the header */
        {72, 8, 3, NONFS_E_CORRUPT}, /* in the usable blocks */
        {72, 8, UINT64_MAX, NONFS_E_CORRUPT},
        {72, 8, 8190, NONFS_E_CORRUPT},
        {80, 4, 0, NONFS_E_CORRUPT}, /* number of entries */
        {80, 4, 129, NONFS_E_CORRUPT},
        {80, 4, 1025, NONFS_E_UNSUPPORTED},
        {80, 4, UINT32_MAX, NONFS_E_UNSUPPORTED},
        {84, 4, 0, NONFS_E_CORRUPT}, /* size of one */
        {84, 4, 64, NONFS_E_CORRUPT},
        {84, 4, 192, NONFS_E_CORRUPT},
        {84, 4, 256, NONFS_E_CORRUPT}, /* they reach into the usable blocks */
        {84, 4, 1024, NONFS_E_UNSUPPORTED},
        {84, 4, 0x80000000u, NONFS_E_UNSUPPORTED},
        {88, 4, 0, NONFS_E_CHECKSUM}, /* checksum of the entries */
    };

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        make_disk(4 * MIB, 512);
        for (unsigned k = 0; k < changes[i].len; k++)
            disk.bytes[512 + changes[i].offset + k] = (uint8_t)(changes[i].value >> 8 * k);
        seal_header(1);
        ck_assert_int_eq(table_read(&other), 0);
        ck_assert_msg(other.report.primary == changes[i].result, "change %zu: %d", i,
                      other.report.primary);
        ck_assert_ptr_nonnull(other.report.primary_reason);
        ck_assert_int_eq(other.report.source, NONFS_GPT_BACKUP);
        ck_assert_int_eq(other.report.backup, 0);
        memory_disk_free(&disk);
    }
}
END_TEST

START_TEST(partitions_that_overlap_are_refused)
{
    make_disk(4 * MIB, 512);
    store_le64(disk.bytes + 1024 + 40, 2 * MIB / 512);
    seal_entries();
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.primary, NONFS_E_CORRUPT);
    ck_assert_str_eq(other.report.primary_reason, "two partitions overlap");
    store_le64(disk.bytes + 1024 + 40, 33);
    seal_entries();
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_str_eq(other.report.primary_reason, "a partition is not inside the usable blocks");
    store_le64(disk.bytes + 1024 + 40, 2 * MIB / 512 - 1);
    memset(disk.bytes + 1024 + 16, 2, 16);
    seal_entries();
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_str_eq(other.report.primary_reason, "two partitions have the same GUID");
    memory_disk_free(&disk);
}
END_TEST

START_TEST(room_for_too_few_entries_says_how_many)
{
    make_disk(4 * MIB, 512);
    table_init(&other);
    other.gpt.capacity = 127;
    ck_assert_int_eq(nonfs_gpt_read(&other.gpt, &disk.dev, other.scratch, &other.report),
                     NONFS_E_NO_SPACE);
    ck_assert_uint_eq(other.gpt.entry_count, 128);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(after_any_failed_write_one_copy_is_whole)
{
    struct nonfs_gpt_entry e;
    uint32_t index;
    int result = NONFS_E_IO;
    uint64_t n = 1;

    for (; result != 0; n++) {
        make_disk(4 * MIB, 512);
        ck_assert_int_eq(nonfs_gpt_delete(&table.gpt, 0), 0);
        e = partition(7, 3000, 3999);
        ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
        disk.fail_write = disk.writes + n;
        result = table_write(&table);
        ck_assert(result == 0 || result == NONFS_E_IO);
        disk.fail_write = 0;
        ck_assert_int_eq(table_read(&other), 0);
        /* The old table or the new one, and nothing between. */
        ck_assert_uint_eq(other.entries[1].first, 4096);
        ck_assert(other.entries[0].first == 2048 || other.entries[0].first == 3000);
        if (result == 0)
            ck_assert_uint_eq(other.entries[0].first, 3000);
        memory_disk_free(&disk);
    }
    ck_assert_uint_gt(n, 60);
}
END_TEST

START_TEST(the_backup_is_durable_before_the_primary_changes)
{
    uint64_t flushes;

    make_disk(4 * MIB, 512);
    ck_assert_int_eq(nonfs_gpt_delete(&table.gpt, 0), 0);
    flushes = disk.flushes;
    /* 32 blocks of entries and the header; then comes the flush. */
    disk.fail_write = disk.writes + 34;
    ck_assert_int_eq(table_write(&table), NONFS_E_IO);
    ck_assert_uint_eq(disk.flushes, flushes + 1);
    ck_assert_int_eq(disk.unflushed, 0);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(errors_of_the_device_are_returned)
{
    int result = NONFS_E_GONE;

    make_disk(4 * MIB, 512);
    for (uint64_t n = 1; result != 0; n++) {
        disk.fail_at = disk.calls + n;
        result = table_write(&table);
        ck_assert(result == 0 || result == NONFS_E_GONE);
    }
    disk.fail_at = 1;
    ck_assert_int_eq(table_read(&other), NONFS_E_GONE);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(boot_code_stays_and_a_new_record_is_made_on_demand)
{
    make_disk(4 * MIB, 512);
    ck_assert_uint_eq(disk.bytes[450], 0xee);
    ck_assert_uint_eq(load_le32(disk.bytes + 454), 1);
    ck_assert_uint_eq(load_le32(disk.bytes + 458), 4 * MIB / 512 - 1);
    memset(disk.bytes, 0x90, 440);
    ck_assert_int_eq(table_write(&table), 0);
    ck_assert_uint_eq(disk.bytes[0], 0x90);
    disk.bytes[450] = 0x83;
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.mbr, NONFS_E_CORRUPT);
    ck_assert_int_eq(table_write(&table), 0);
    ck_assert_uint_eq(disk.bytes[450], 0xee);
    ck_assert_uint_eq(disk.bytes[0], 0x90);
    ck_assert_int_eq(nonfs_gpt_write(&table.gpt, &disk.dev, table.scratch, NONFS_GPT_NEW_MBR), 0);
    ck_assert_uint_eq(disk.bytes[0], 0);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(a_disk_that_grew_gets_its_backup_at_the_end)
{
    uint8_t *small;

    make_disk(4 * MIB, 512);
    small = disk.bytes;
    disk.bytes = calloc(1, 8 * MIB);
    memcpy(disk.bytes, small, 4 * MIB);
    free(small);
    disk.dev.block_count *= 2;
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.backup_not_last, 1);
    ck_assert_int_eq(other.report.backup, 0);
    ck_assert_int_eq(table_write(&other), 0);
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(other.report.backup_not_last, 0);
    ck_assert_uint_eq(other.gpt.last_usable, 8 * MIB / 512 - 34);
    disk.dev.block_count /= 2;
    ck_assert_int_eq(table_write(&other), 0);
    disk.dev.block_count = 3 * MIB / 512;
    ck_assert_int_eq(table_write(&other), NONFS_E_RANGE);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(add_refuses_what_does_not_fit)
{
    struct nonfs_gpt_entry e;
    uint32_t index = 77;

    make_disk(4 * MIB, 512);
    e = partition(3, 100, 2048);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_RANGE);
    e = partition(3, 33, 40);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_RANGE);
    e = partition(3, 100, table.gpt.last_usable + 1);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_RANGE);
    e = partition(1, 100, 200);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_INVALID);
    e = partition(0, 100, 200);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_INVALID);
    e = partition(3, 200, 100);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_INVALID);
    e = partition(3, 100, 200);
    memset(e.type, 0, 16);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_INVALID);
    ck_assert_uint_eq(index, 77);
    for (uint8_t i = 3; i <= 128; i++) {
        e = partition(i, 100 + i, 100 + i);
        ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
        ck_assert_uint_eq(index, i - 1u);
    }
    e = partition(200, 50, 60);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), NONFS_E_NO_SPACE);
    ck_assert_int_eq(nonfs_gpt_delete(&table.gpt, 9), 0);
    ck_assert_int_eq(nonfs_gpt_delete(&table.gpt, 9), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_gpt_delete(&table.gpt, 128), NONFS_E_NOT_FOUND);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
    ck_assert_uint_eq(index, 9);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(space_is_found_between_partitions)
{
    uint64_t first = 0;
    uint64_t last = 0;
    uint32_t index;
    struct nonfs_gpt_entry e;

    memory_disk_make(&disk, 16 * MIB, 512);
    table_init(&table);
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 128), 0);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 0, 0, &first, &last), 0);
    ck_assert_uint_eq(first, 2048);
    ck_assert_uint_eq(last, table.gpt.last_usable);
    e = partition(1, 2048 * 5, 2048 * 6 - 1);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
    e = partition(2, 2048 * 2, 2048 * 3 - 1);
    ck_assert_int_eq(nonfs_gpt_add(&table.gpt, &e, &index), 0);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 2048, 0, &first, &last), 0);
    ck_assert_uint_eq(first, 2048);
    ck_assert_uint_eq(last, 4095);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 2049, 0, &first, &last), 0);
    ck_assert_uint_eq(first, 2048 * 3);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 2049, 1, &first, &last), 0);
    ck_assert_uint_eq(first, 34);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 0, 0, &first, &last), 0);
    ck_assert_uint_eq(first, 2048 * 6);
    ck_assert_uint_eq(last, table.gpt.last_usable);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 16 * MIB, 0, &first, &last),
                     NONFS_E_NO_SPACE);
    ck_assert_int_eq(nonfs_gpt_find_space(&table.gpt, 1, 3, &first, &last), NONFS_E_INVALID);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(create_and_write_refuse_wrong_arguments)
{
    struct nonfs_block_ops read_only = {.read = memory_disk_read};

    memory_disk_make(&disk, MIB, 512);
    table_init(&table);
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 127), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 1025), NONFS_E_INVALID);
    table.gpt.capacity = 128;
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 129), NONFS_E_NO_SPACE);
    disk.dev.block_count = 67;
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 128), NONFS_E_RANGE);
    disk.dev.block_count = 68;
    ck_assert_int_eq(nonfs_gpt_create(&table.gpt, &disk.dev, disk_guid, 128), 0);
    ck_assert_uint_eq(table.gpt.first_usable, table.gpt.last_usable);
    ck_assert_int_eq(table_write(&table), 0);
    ck_assert_int_eq(table_read(&other), 0);
    ck_assert_int_eq(nonfs_gpt_write(&table.gpt, &disk.dev, table.scratch, 2), NONFS_E_INVALID);
    disk.dev.ops = &read_only;
    ck_assert_int_eq(table_write(&table), NONFS_E_READ_ONLY);
    table.gpt.block_size = 1024;
    ck_assert_int_ne(table_write(&table), 0);
    memory_disk_free(&disk);
}
END_TEST

START_TEST(names_go_from_utf8_to_utf16_and_back)
{
    static const char *const good[] = {"", "a", "\xc3\x98\xe2\x82\xac", "\xf0\x9f\x98\x80x",
                                       "123456789012345678901234567890123456"};
    static const char *const bad[] = {
        "\x80",     "\xc0\x80",         "\xc3",        "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xe2\x82", "\xf5\x80\x80\x80", "\xe0\x9f\xbf"};
    uint16_t name[NONFS_GPT_NAME_UNITS];
    char text[NONFS_GPT_NAME_SIZE];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ck_assert_int_eq(nonfs_gpt_name_parse(name, good[i], strlen(good[i])), 0);
        ck_assert_uint_eq(nonfs_gpt_name_format(name, text), strlen(good[i]));
        ck_assert_str_eq(text, good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_int_eq(nonfs_gpt_name_parse(name, bad[i], strlen(bad[i])), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_gpt_name_parse(name, "a\0b", 3), NONFS_E_INVALID);
    ck_assert_int_eq(nonfs_gpt_name_parse(name, "1234567890123456789012345678901234567", 37),
                     NONFS_E_NAME_TOO_LONG);
    /* The last unit has no room for the second half of a pair. */
    ck_assert_int_eq(
        nonfs_gpt_name_parse(name, "12345678901234567890123456789012345\xf0\x9f\x98\x80", 39),
        NONFS_E_NAME_TOO_LONG);
}
END_TEST

START_TEST(lone_surrogates_are_replaced)
{
    uint16_t name[NONFS_GPT_NAME_UNITS] = {0xd800, 'a', 0xdc00, 0xd83d, 0xde00};
    char text[NONFS_GPT_NAME_SIZE];

    nonfs_gpt_name_format(name, text);
    ck_assert_str_eq(text, "\xef\xbf\xbd"
                           "a\xef\xbf\xbd\xf0\x9f\x98\x80");
    for (unsigned i = 0; i < NONFS_GPT_NAME_UNITS; i++)
        name[i] = 0xd800;
    ck_assert_uint_eq(nonfs_gpt_name_format(name, text), NONFS_GPT_NAME_SIZE - 1);
}
END_TEST

START_TEST(guids_have_their_text)
{
    /* The type of an EFI system partition as UEFI prints it, and as it lies on disk. */
    static const uint8_t efi[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                    0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
    static const char printed[] = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
    char text[NONFS_GPT_GUID_SIZE];
    uint8_t guid[16];

    nonfs_gpt_guid_format(efi, text);
    ck_assert_str_eq(text, printed);
    ck_assert_int_eq(nonfs_gpt_guid_parse(guid, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", 36), 0);
    ck_assert_mem_eq(guid, efi, 16);
    ck_assert_int_eq(nonfs_gpt_guid_parse(guid, printed, 35), NONFS_E_INVALID);
    for (size_t i = 0; i < 36; i++) {
        memcpy(text, printed, sizeof(printed));
        text[i] = 'g';
        ck_assert_int_eq(nonfs_gpt_guid_parse(guid, text, 36), NONFS_E_INVALID);
    }
}
END_TEST

static Suite *gpt_suite(void)
{
    Suite *suite = suite_create("nonfs gpt");
    TCase *tc = tcase_create("gpt");
    tcase_add_test(tc, crc32_has_its_check_value);
    tcase_add_test(tc, what_was_written_is_read);
    tcase_add_test(tc, each_bit_of_the_primary_matters);
    tcase_add_test(tc, a_bad_backup_is_reported_and_repaired);
    tcase_add_test(tc, a_bad_primary_is_repaired_from_the_backup);
    tcase_add_test(tc, a_backup_that_says_something_else_is_reported);
    tcase_add_test(tc, no_table_has_no_signature);
    tcase_add_test(tc, each_number_of_a_header_is_checked);
    tcase_add_test(tc, partitions_that_overlap_are_refused);
    tcase_add_test(tc, room_for_too_few_entries_says_how_many);
    tcase_add_test(tc, after_any_failed_write_one_copy_is_whole);
    tcase_add_test(tc, the_backup_is_durable_before_the_primary_changes);
    tcase_add_test(tc, errors_of_the_device_are_returned);
    tcase_add_test(tc, boot_code_stays_and_a_new_record_is_made_on_demand);
    tcase_add_test(tc, a_disk_that_grew_gets_its_backup_at_the_end);
    tcase_add_test(tc, add_refuses_what_does_not_fit);
    tcase_add_test(tc, space_is_found_between_partitions);
    tcase_add_test(tc, create_and_write_refuse_wrong_arguments);
    tcase_add_test(tc, names_go_from_utf8_to_utf16_and_back);
    tcase_add_test(tc, lone_surrogates_are_replaced);
    tcase_add_test(tc, guids_have_their_text);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(gpt_suite)
