/*
 * Replay of journals. The judge is e2fsck -E journal_only, which replays the same log on a copy of the image: afterwards
 * both must be the same, block for block, but for the superblock.
 */
#include <check_main.h>

#include "bytes.h"
#include "image.h"
#include "log_maker.h"

#define TOOLS      "mke2fs debugfs e2fsck truncate"
#define BLOCK      1024u
#define TARGETS    5000u /* the first of many free blocks of the image */
#define LOG_BLOCKS 1024u

static char plain_path[300];
static char summed_path[300];
static char judged_path[300];
static const char *missing;

#define NEEDS_IMAGES()       \
    do {                     \
        if (missing != NULL) \
            return;          \
    } while (0)

static void set_up(void)
{
    const char *folder = test_folder();

    missing = missing_tool(TOOLS);
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return;
    }
    snprintf(plain_path, sizeof(plain_path), "%s/plain", folder);
    snprintf(summed_path, sizeof(summed_path), "%s/summed", folder);
    snprintf(judged_path, sizeof(judged_path), "%s/judged", folder);
    ck_assert_int_eq(run_command("for i in plain summed; do truncate -s 16M %s/$i; done;"
                                 "mke2fs -q -F -t ext4 -b 1024 -J size=1 -O ^metadata_csum %s &&"
                                 "mke2fs -q -F -t ext4 -b 1024 -J size=1 %s",
                                 folder, plain_path, summed_path),
                     0);
}

/* Kinds of journals. Checksums of versions 2 and 3 go with those of the volume. */
static const struct {
    const char *name;
    uint32_t compat;
    uint32_t incompat;
} kinds[] = {
    {"no checksums", 0, 0x01},           {"version 1", 1, 0x01},
    {"version 1, async", 1, 0x05},       {"no checksums, 64 bit", 0, 0x03},
    {"version 1, 64 bit", 1, 0x03},      {"version 2", 0, 0x09},
    {"version 2, 64 bit", 0, 0x0b},      {"version 3", 0, 0x11},
    {"version 3, 64 bit", 0, 0x13},      {"version 3, 64 bit, async", 0, 0x17},
    {"version 3, fast commit", 0, 0x33},
};

#define NKINDS  ((int)(sizeof(kinds) / sizeof(kinds[0])))
/* The last one is for the library alone: e2fsck wants more of the volume before it accepts fast commits. */
#define NJUDGED (NKINDS - 1)

static void open_log(struct volume *v, struct log_maker *log, int kind, uint32_t start,
                     uint32_t sequence)
{
    memset(v, 0, sizeof(*v));
    ck_assert_int_eq(
        image_open(&v->image, kinds[kind].incompat & 0x18 ? summed_path : plain_path, 512), 0);
    log_open(log, &v->image, kinds[kind].compat, kinds[kind].incompat, start, sequence);
}

static void fill(uint8_t *content, uint64_t *random)
{
    uint64_t x = check_random(random);

    for (uint32_t i = 0; i < BLOCK; i++)
        content[i] = (uint8_t)(x >> (i % 8 * 8)) ^ (uint8_t)(i / 8);
    if (x % 5 == 0)
        store_be32(content, 0xc03b3998);
}

/* Lets e2fsck replay a copy, and compares it with the image as the library left it. */
static void compare_with_judge(struct volume *v, const char *name)
{
    struct image judged;

    ck_assert_int_eq(image_open(&judged, judged_path, 512), 0);
    ck_assert_uint_eq(judged.size, v->image.size);
    for (uint64_t block = 2; block < judged.size / BLOCK; block++) {
        const uint8_t *a = v->image.bytes + block * BLOCK;
        const uint8_t *b = judged.bytes + block * BLOCK;
        /* The checksum of the journal's superblock covers what e2fsck says of its users. */
        ck_assert_msg(memcmp(a, b, BLOCK) == 0, "%s: block %llu differs", name,
                      (unsigned long long)block);
    }
    image_close(&judged);
}

static void judge(struct volume *v)
{
    image_save(&v->image, judged_path);
    (void)run_command("e2fsck -E journal_only -fy '%s'", judged_path);
}

static int recover(struct volume *v, uint32_t cache_blocks)
{
    image_make_writable(&v->image);
    return volume_mount(v, cache_blocks, NONFS_MOUNT_RECOVER);
}

/* Transactions with every kind of block: some revoke what an earlier one wrote, some write it again. */
static void random_log(struct log_maker *log, uint64_t *random, uint32_t transactions,
                       uint32_t blocks)
{
    uint8_t content[BLOCK];
    uint64_t revoked[20];

    for (uint32_t t = 0; t < transactions; t++) {
        uint32_t n = (uint32_t)(check_random(random) % blocks) + 1;

        if (check_random(random) % 2 == 0) {
            uint32_t nrevoked = (uint32_t)(check_random(random) % 20) + 1;

            for (uint32_t i = 0; i < nrevoked; i++)
                revoked[i] = TARGETS + check_random(random) % 40;
            log_revoke(log, revoked, nrevoked);
        }
        for (uint32_t i = 0; i < n; i++) {
            fill(content, random);
            log_write(log, TARGETS + check_random(random) % 40 + (i > 40 ? 40 : 0), content);
        }
        log_commit(log);
    }
}

START_TEST(replay_equals_the_one_of_e2fsck)
{
    uint64_t random = check_seed() + (uint64_t)_i;

    NEEDS_IMAGES();
    for (uint32_t round = 0; round < 4; round++) {
        /* From some place on, and often around the end of the log. */
        uint32_t start = round % 2 == 0 ? 1 : 700 + (uint32_t)(check_random(&random) % 40);
        uint32_t sequence = round < 4 ? 7 : 0xfffffffeu;
        struct log_maker log;
        struct volume v;

        open_log(&v, &log, _i, start, sequence);
        random_log(&log, &random, 8, round == 3 ? 90 : 12);
        log_close(&log, start, sequence);
        judge(&v);
        ck_assert_int_eq(recover(&v, 16), 0);
        compare_with_judge(&v, kinds[_i].name);
        ck_assert_uint_eq(load_le32(v.image.bytes + 1024 + 0x60) & 4, 0);
        volume_close(&v);
    }
}
END_TEST

START_TEST(torn_last_transaction_is_dropped)
{
    uint64_t random = check_seed();

    NEEDS_IMAGES();
    for (uint32_t cut = 0; cut < 3; cut++) {
        uint8_t content[BLOCK];
        struct log_maker log;
        struct volume v;
        uint8_t *commit;

        open_log(&v, &log, _i, 1, 7);
        random_log(&log, &random, 3, 12);
        fill(content, &random);
        log_write(&log, TARGETS, content);
        if (cut == 0) {
            log_end_descriptor(&log);
        } else {
            commit = log_commit(&log);
            /* A commit block of which one sector is there, or another one. */
            memset(commit + (cut == 1 ? 0 : 512), 0x5a, 512);
        }
        log_close(&log, 1, 7);
        if (cut == 2 && !(kinds[_i].incompat & 0x18)) {
            volume_close(&v);
            continue;
        }
        judge(&v);
        ck_assert_int_eq(recover(&v, 16), 0);
        compare_with_judge(&v, kinds[_i].name);
        ck_assert_uint_ne(v.image.bytes[TARGETS * BLOCK + 77], content[77]);
        volume_close(&v);
    }
}
END_TEST

START_TEST(more_revoked_blocks_than_the_table_holds_take_more_rounds)
{
    uint64_t random = check_seed();
    uint64_t revoked[100];
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    open_log(&v, &log, 8, 1, 7);
    for (uint32_t t = 0; t < 10; t++) {
        uint8_t content[BLOCK];

        for (uint32_t i = 0; i < 8; i++) {
            fill(content, &random);
            log_write(&log, TARGETS + 100 * t + i, content);
        }
        for (uint32_t i = 0; i < 100; i++)
            revoked[i] = TARGETS + 100 * t + i + 4;
        log_revoke(&log, revoked, 100);
        log_commit(&log);
    }
    log_close(&log, 1, 7);
    judge(&v);
    /* Two blocks of memory for the table: 128 entries. */
    ck_assert_int_eq(recover(&v, 4), 0);
    compare_with_judge(&v, "revoked");
    volume_close(&v);
}
END_TEST

START_TEST(async_commit_drops_a_transaction_whose_content_is_torn)
{
    uint64_t random = check_seed();
    uint8_t content[BLOCK];
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    for (int async = 0; async < 2; async++) {
        uint8_t *home;

        open_log(&v, &log, async ? 9 : 8, 1, 7);
        fill(content, &random);
        log_write(&log, TARGETS, content);
        log_commit(&log);
        fill(content, &random);
        log_write(&log, TARGETS + 1, content);
        log_commit(&log)[-1] ^= 1;
        log_close(&log, 1, 7);
        home = v.image.bytes + TARGETS * BLOCK;
        if (async) {
            ck_assert_int_eq(recover(&v, 16), 0);
            ck_assert_int_ne(home[300] | home[301] | home[302], 0);
            ck_assert_int_eq(home[BLOCK + 300] | home[BLOCK + 301] | home[BLOCK + 302], 0);
        } else {
            ck_assert_int_eq(recover(&v, 16), NONFS_E_CHECKSUM);
            ck_assert_int_eq(v.diagnostic.structure, NONFS_STRUCTURE_JOURNAL);
            ck_assert_uint_eq(v.diagnostic.block, TARGETS + 1);
            ck_assert_uint_eq(v.image.writes, 0);
        }
        volume_close(&v);
    }
}
END_TEST

START_TEST(fast_commits_of_the_next_transaction_are_refused)
{
    uint64_t random = check_seed();
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    for (uint32_t age = 0; age < 2; age++) {
        uint8_t *fast;

        open_log(&v, &log, 10, 1, 7);
        random_log(&log, &random, 2, 3);
        log_close(&log, 1, 7);
        fast = v.image.bytes + (log.journal + log.end) * BLOCK;
        store_le16(fast, 9);
        store_le16(fast + 2, 8);
        store_le32(fast + 8, 9 - age);
        if (age == 0) {
            ck_assert_int_eq(recover(&v, 16), NONFS_E_UNSUPPORTED);
            ck_assert_str_eq(v.diagnostic.reason, "fast commits cannot be replayed");
            ck_assert_uint_eq(v.image.writes, 0);
            free(v.arena);
            ck_assert_int_eq(volume_mount(&v, 16, NONFS_MOUNT_IGNORE_JOURNAL), 0);
        } else {
            ck_assert_int_eq(recover(&v, 16), 0);
        }
        volume_close(&v);
    }
}
END_TEST

START_TEST(external_journal_is_refused_by_name)
{
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    open_log(&v, &log, 0, 1, 7);
    log_close(&log, 1, 7);
    store_le32(v.image.bytes + 1024 + 0xe0, 0);
    store_le32(v.image.bytes + 1024 + 0xe4, 0x801);
    ck_assert_int_eq(recover(&v, 16), NONFS_E_UNSUPPORTED);
    ck_assert_str_eq(v.diagnostic.reason, "an external journal is not supported");
    volume_close(&v);
}
END_TEST

START_TEST(device_that_cannot_be_written_is_not_replayed)
{
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    open_log(&v, &log, 8, 1, 7);
    log_close(&log, 1, 7);
    ck_assert_int_eq(volume_mount(&v, 16, NONFS_MOUNT_RECOVER), NONFS_E_READ_ONLY);
    volume_close(&v);
}
END_TEST

START_TEST(tags_outside_of_the_volume_or_in_the_journal_write_nothing)
{
    uint64_t random = check_seed();
    uint8_t content[BLOCK];

    NEEDS_IMAGES();
    for (int i = 0; i < 4; i++) {
        struct log_maker log;
        struct volume v;
        uint64_t target;

        open_log(&v, &log, 8, 1, 7);
        target = i == 0   ? 16384
                 : i == 1 ? UINT64_MAX / BLOCK
                 : i == 2 ? log.journal
                          : log.journal + LOG_BLOCKS - 1;
        fill(content, &random);
        log_write(&log, TARGETS, content);
        log_commit(&log);
        log_write(&log, target, content);
        log_commit(&log);
        log_close(&log, 1, 7);
        ck_assert_int_eq(recover(&v, 16), NONFS_E_CORRUPT);
        ck_assert_uint_eq(v.image.writes, 0);
        volume_close(&v);
    }
}
END_TEST

/* Damage anywhere in the log and its superblock: an end, and writes only where the whole log may write. */
START_TEST(damaged_logs_end_and_write_only_where_they_may)
{
    uint64_t random = check_seed() * 31 + (uint64_t)_i;

    NEEDS_IMAGES();
    for (int round = 0; round < 60; round++) {
        struct log_maker log;
        struct volume v;
        uint32_t flips = (uint32_t)(check_random(&random) % 6) + 1;

        open_log(&v, &log, _i, 1000, 7);
        random_log(&log, &random, 6, 8);
        log_close(&log, 1000, 7);
        for (uint32_t i = 0; i < flips; i++) {
            uint32_t where = (uint32_t)(check_random(&random) % 80);
            uint32_t block = where < 4 ? 0 : where < 28 ? 1000 + where - 4 : where - 27;

            v.image.bytes[(log.journal + block) * BLOCK +
                          check_random(&random) % (block == 0 ? 0x58 : 64)] ^=
                1u << check_random(&random) % 8;
        }
        image_make_writable(&v.image);
        v.image.guard_size = BLOCK;
        v.image.may_write = malloc(16384);
        memset(v.image.may_write, 1, 16384);
        memset(v.image.may_write + log.journal + 1, 0, LOG_BLOCKS - 1);
        v.image.may_write[0] = 0;
        (void)recover(&v, 16);
        ck_assert_uint_lt(v.image.reads, 100000);
        free(v.image.may_write);
        v.image.may_write = NULL;
        volume_close(&v);
    }
}
END_TEST

START_TEST(log_without_an_end_ends)
{
    struct log_maker log;
    struct volume v;

    NEEDS_IMAGES();
    open_log(&v, &log, 3, 1, 7);
    log_close(&log, 1, 7);
    /* Every block is a revoke block of the same transaction. */
    for (uint32_t i = log.first; i < log.end; i++) {
        uint8_t *block = v.image.bytes + (log.journal + i) * BLOCK;

        store_be32(block, 0xc03b3998);
        store_be32(block + 4, 5);
        store_be32(block + 8, 7);
        store_be32(block + 12, BLOCK);
    }
    ck_assert_int_eq(recover(&v, 16), 0);
    ck_assert_uint_lt(v.image.reads, 1200);
    volume_close(&v);
}
END_TEST

START_TEST(journal_of_a_volume_that_linux_left_mounted_is_replayed)
{
    const char *folder = test_folder();
    struct volume v;
    char path[300];

    NEEDS_IMAGES();
    snprintf(path, sizeof(path), "%s/left", folder);
    if (run_command(
            "cd '%s' && truncate -s 32M live && mke2fs -q -F -t ext4 live && mkdir -p mnt && "
            "mount -o loop,commit=1000 live mnt && mkdir mnt/d && "
            "for i in $(seq 200); do echo $i >mnt/d/file$i; done; rm mnt/d/file1*; "
            "sync -f mnt; cp --sparse=always live left; umount mnt",
            folder) != 0) {
        printf("# skipped: this user cannot mount\n");
        return;
    }
    memset(&v, 0, sizeof(v));
    ck_assert_int_eq(image_open(&v.image, path, 512), 0);
    ck_assert_int_eq(volume_mount(&v, 16, 0), NONFS_E_NEEDS_RECOVERY);
    free(v.arena);
    ck_assert_int_eq(run_command("cp '%s' '%s' && e2fsck -E journal_only -fy '%s'", path,
                                 judged_path, judged_path) &
                         ~0x100,
                     0);
    ck_assert_int_eq(recover(&v, 16), 0);
    for (int i = 1; i <= 200; i++) {
        struct nonfs_ext4_node node;
        char name[40];
        int n = snprintf(name, sizeof(name), "d/file%d", i);

        ck_assert_int_eq(nonfs_ext4_lookup(v.fs, NULL, name, (size_t)n, 0, &node),
                         name[6] == '1' ? NONFS_E_NOT_FOUND : 0);
    }
    compare_with_judge(&v, "left mounted");
    image_save(&v.image, judged_path);
    ck_assert_int_eq(run_command("e2fsck -fn '%s' >'%s/said' 2>&1 && ! grep -q '? no' '%s/said'",
                                 judged_path, folder, folder),
                     0);
    volume_close(&v);
}
END_TEST

static Suite *recover_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 recover");
    TCase *tc = tcase_create("journal");

    tcase_set_timeout(tc, 120);
    tcase_add_unchecked_fixture(tc, set_up, test_folder_remove);
    tcase_add_loop_test(tc, replay_equals_the_one_of_e2fsck, 0, NJUDGED);
    tcase_add_loop_test(tc, torn_last_transaction_is_dropped, 0, NJUDGED);
    tcase_add_test(tc, more_revoked_blocks_than_the_table_holds_take_more_rounds);
    tcase_add_test(tc, async_commit_drops_a_transaction_whose_content_is_torn);
    tcase_add_test(tc, fast_commits_of_the_next_transaction_are_refused);
    tcase_add_test(tc, external_journal_is_refused_by_name);
    tcase_add_test(tc, device_that_cannot_be_written_is_not_replayed);
    tcase_add_test(tc, tags_outside_of_the_volume_or_in_the_journal_write_nothing);
    tcase_add_loop_test(tc, damaged_logs_end_and_write_only_where_they_may, 0, NKINDS);
    tcase_add_test(tc, log_without_an_end_ends);
    tcase_add_test(tc, journal_of_a_volume_that_linux_left_mounted_is_replayed);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(recover_suite)
