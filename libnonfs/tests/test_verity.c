/*
 * Trees of hashes: the root over known data, every bit of data and tree, layout against the rule in one formula, errors.
 */
#include <check_main.h>

#include <noncrypto/sha2.h>
#include <nonfs/verity.h>

#include "memory_disk.h"
#include "pthread_monitor.h"

static struct memory_disk data;
static struct memory_disk hash;
static struct nonfs_verity_params params;
static struct nonfs_verity *verity;
static uint8_t root[NONFS_VERITY_HASH_LEN];
static void *arena;
static size_t arena_size;

static void make_tree(uint64_t data_blocks, uint32_t data_block_size, uint32_t hash_block_size)
{
    struct nonfs_diagnostic diagnostic;

    memset(&params, 0, sizeof(params));
    params.data_blocks = data_blocks;
    params.data_block_size = data_block_size;
    params.hash_block_size = hash_block_size;
    params.salt_len = 5;
    memcpy(params.salt, "salty", 5);
    memcpy(params.uuid, "0123456789abcdef", 16);
    memory_disk_make(&data, data_blocks * data_block_size, 512);
    for (size_t i = 0; i < data_blocks * data_block_size; i++)
        data.bytes[i] = (uint8_t)(i * 7 + i / 512);
    memory_disk_make(&hash, nonfs_verity_hash_size(&params), 512);
    arena_size = nonfs_verity_arena_size(&params);
    ck_assert_uint_gt(arena_size, 0);
    ck_assert_uint_le(arena_size, 256 * 1024);
    arena = malloc(arena_size);
    ck_assert_int_eq(
        nonfs_verity_format(&params, &data.dev, &hash.dev, arena, arena_size, root, &diagnostic),
        0);
}

static int open_tree(void)
{
    return nonfs_verity_open(&verity, &data.dev, &hash.dev, &params, root, arena, arena_size);
}

static void free_tree(void)
{
    memory_disk_free(&data);
    memory_disk_free(&hash);
    free(arena);
}

static int read_all(void)
{
    uint8_t *buf = malloc(data.dev.block_count * 512);
    int result = open_tree();

    if (result == 0)
        result = nonfs_verity_read(verity, 0, params.data_blocks, buf);
    if (result == 0)
        ck_assert_mem_eq(buf, data.bytes, params.data_blocks * params.data_block_size);
    free(buf);
    return result;
}

static void salted_hash(uint8_t *out, const uint8_t *block, size_t len)
{
    struct noncrypto_sha256 ctx;

    noncrypto_sha256_init(&ctx);
    noncrypto_sha256_update(&ctx, "salty", 5);
    noncrypto_sha256_update(&ctx, block, len);
    noncrypto_sha256_final(&ctx, out);
}

START_TEST(one_block_is_its_own_root)
{
    uint8_t expected[32];

    make_tree(1, 1024, 512);
    ck_assert_uint_eq(nonfs_verity_hash_size(&params), 512);
    salted_hash(expected, data.bytes, 1024);
    ck_assert_mem_eq(root, expected, 32);
    ck_assert_int_eq(read_all(), 0);
    data.bytes[1023] ^= 1;
    ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
    free_tree();
}
END_TEST

START_TEST(two_levels_are_made_as_the_format_says)
{
    uint8_t level0[2][512] = {{0}};
    uint8_t top[512] = {0};
    uint8_t expected[32];

    make_tree(17, 512, 512);
    for (unsigned i = 0; i < 17; i++)
        salted_hash(&level0[i / 16][i % 16 * 32], data.bytes + (size_t)512 * i, 512);
    salted_hash(top, level0[0], 512);
    salted_hash(top + 32, level0[1], 512);
    salted_hash(expected, top, 512);
    ck_assert_uint_eq(nonfs_verity_hash_size(&params), 512 * 4);
    ck_assert_mem_eq(hash.bytes + 512, top, 512);
    ck_assert_mem_eq(hash.bytes + 1024, level0, 1024);
    ck_assert_mem_eq(root, expected, 32);
    free_tree();
}
END_TEST

START_TEST(trees_of_all_shapes_verify)
{
    static const uint64_t counts[] = {1, 2, 15, 16, 17, 255, 256, 257, 4097};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        for (uint32_t d = 512; d <= 4096; d *= 2) {
            for (uint32_t h = 512; h <= 4096; h *= 2) {
                make_tree(counts[i], d, h);
                ck_assert_int_eq(read_all(), 0);
                free_tree();
            }
        }
    }
}
END_TEST

START_TEST(each_bit_of_data_and_tree_matters)
{
    make_tree(300, 512, 512);
    for (size_t at = 0; at < 300 * 512; at += 97) {
        const struct nonfs_diagnostic *d;

        data.bytes[at] ^= 1u << at % 8;
        ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
        d = nonfs_verity_diagnostic(verity);
        ck_assert_int_eq(d->structure, NONFS_STRUCTURE_VERITY_DATA);
        ck_assert_uint_eq(d->block, at / 512);
        data.bytes[at] ^= 1u << at % 8;
    }
    for (size_t at = 512; at < hash.dev.block_count * 512; at++) {
        const struct nonfs_diagnostic *d;

        hash.bytes[at] ^= 1u << at % 8;
        ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
        d = nonfs_verity_diagnostic(verity);
        ck_assert_int_eq(d->structure, NONFS_STRUCTURE_VERITY_HASH);
        ck_assert_uint_eq(d->block, at / 512);
        hash.bytes[at] ^= 1u << at % 8;
    }
    root[31] ^= 1;
    ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
    free_tree();
}
END_TEST

START_TEST(what_is_not_verified_is_not_returned)
{
    static uint8_t buf[8 * 512];
    static const uint8_t zero[8 * 512];

    make_tree(300, 512, 512);
    ck_assert_int_eq(open_tree(), 0);
    data.bytes[13 * 512 + 5] ^= 0x40;
    memset(buf, 0xaa, sizeof(buf));
    ck_assert_int_eq(nonfs_verity_read(verity, 10, 8, buf), NONFS_E_CHECKSUM);
    ck_assert_uint_eq(nonfs_verity_diagnostic(verity)->block, 13);
    ck_assert_mem_eq(buf, data.bytes + 10 * 512, 3 * 512);
    ck_assert_mem_eq(buf + 3 * 512, zero, 5 * 512);
    /* The others are not the worse for it. */
    ck_assert_int_eq(nonfs_verity_read(verity, 14, 4, buf), 0);
    ck_assert_mem_eq(buf, data.bytes + 14 * 512, 4 * 512);
    memset(buf, 0xaa, sizeof(buf));
    ck_assert_int_eq(nonfs_verity_read(verity, 296, 5, buf), NONFS_E_RANGE);
    ck_assert_mem_eq(buf, zero, 5 * 512);
    ck_assert_int_eq(nonfs_verity_read(verity, UINT64_MAX, 1, buf), NONFS_E_RANGE);
    free_tree();
}
END_TEST

START_TEST(a_bad_block_of_the_tree_is_not_kept)
{
    static uint8_t buf[512];

    make_tree(300, 512, 512);
    ck_assert_int_eq(open_tree(), 0);
    ck_assert_int_eq(nonfs_verity_read(verity, 0, 1, buf), 0);
    hash.bytes[hash.dev.block_count * 512 - 1] ^= 1;
    ck_assert_int_eq(nonfs_verity_read(verity, 299, 1, buf), NONFS_E_CHECKSUM);
    /* Its bytes are where those of the block before were: they must not be taken for these. */
    ck_assert_int_eq(nonfs_verity_read(verity, 0, 1, buf), 0);
    ck_assert_int_eq(nonfs_verity_read(verity, 299, 1, buf), NONFS_E_CHECKSUM);
    hash.bytes[hash.dev.block_count * 512 - 1] ^= 1;
    ck_assert_int_eq(nonfs_verity_read(verity, 299, 1, buf), 0);
    ck_assert_int_eq(nonfs_verity_read(verity, 0, 1, buf), 0);
    free_tree();
}
END_TEST

START_TEST(random_access_verifies)
{
    uint64_t state = check_seed();
    static uint8_t buf[16 * 1024];

    make_tree(5000, 1024, 512);
    ck_assert_int_eq(open_tree(), 0);
    for (int i = 0; i < 3000; i++) {
        uint64_t first = check_random(&state) % 5000;
        uint64_t n = check_random(&state) % 16 + 1;

        n = n < 5000 - first ? n : 5000 - first;
        ck_assert_int_eq(nonfs_verity_read(verity, first, n, buf), 0);
        ck_assert_mem_eq(buf, data.bytes + first * 1024, n * 1024);
    }
    free_tree();
}
END_TEST

/* A device that counts nothing, so that threads share nothing in it. */
static int plain_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    const struct memory_disk *disk = context;

    memcpy(buf, disk->bytes + first * 512, (size_t)nblocks * 512);
    return 0;
}

static atomic_int nwrong;

static void *read_randomly(void *context)
{
    uint64_t state = check_seed() + *(unsigned *)context;
    uint8_t buf[4 * 512];

    for (int i = 0; i < 2000; i++) {
        uint64_t first = check_random(&state) % 4990;
        int expected = first <= 77 && 77 < first + 4 ? NONFS_E_CHECKSUM : 0;

        if (nonfs_verity_read(verity, first, 4, buf) != expected ||
            (expected == 0 && memcmp(buf, data.bytes + first * 512, sizeof(buf)) != 0))
            nwrong++;
    }
    return NULL;
}

START_TEST(threads_that_read_at_once_get_what_is_verified)
{
    static const struct nonfs_block_ops ops = {.read = plain_read};
    unsigned numbers[3];
    pthread_t threads[3];

    make_tree(5000, 512, 512);
    data.bytes[77 * 512] ^= 1;
    data.dev.ops = hash.dev.ops = &ops;
    ck_assert_int_eq(open_tree(), 0);
    nonfs_verity_share(verity, &pthread_monitor);
    for (unsigned i = 0; i < 3; i++) {
        numbers[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_randomly, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(nwrong, 0);
    ck_assert_int_eq(monitor_faults, 0);
    free_tree();
}
END_TEST

START_TEST(reading_in_order_reads_the_tree_once)
{
    static uint8_t buf[512];

    make_tree(4096, 512, 512);
    ck_assert_int_eq(open_tree(), 0);
    hash.calls = 0;
    for (uint64_t i = 0; i < 4096; i++)
        ck_assert_int_eq(nonfs_verity_read(verity, i, 1, buf), 0);
    ck_assert_uint_eq(hash.calls, 256 + 16 + 1);
    free_tree();
}
END_TEST

START_TEST(the_device_gives_verified_blocks)
{
    struct nonfs_block_device dev;
    static uint8_t buf[2048];

    make_tree(20, 1024, 1024);
    ck_assert_int_eq(open_tree(), 0);
    nonfs_verity_device(verity, &dev);
    ck_assert_uint_eq(dev.block_count, 20);
    ck_assert_uint_eq(dev.block_size, 1024);
    ck_assert_ptr_null(dev.ops->write);
    ck_assert_int_eq(dev.ops->read(dev.context, 18, 2, buf), 0);
    ck_assert_mem_eq(buf, data.bytes + 18 * 1024, 2048);
    data.bytes[19 * 1024] ^= 1;
    ck_assert_int_eq(dev.ops->read(dev.context, 18, 2, buf), NONFS_E_IO);
    ck_assert_uint_eq(nonfs_verity_diagnostic(verity)->block, 19);
    data.fail_at = 1;
    ck_assert_int_eq(dev.ops->read(dev.context, 18, 2, buf), NONFS_E_GONE);
    free_tree();
}
END_TEST

START_TEST(the_superblock_is_read_and_checked)
{
    static const struct {
        unsigned offset;
        uint8_t value;
        int result;
    } changes[] = {
        {0, 'V', NONFS_E_NO_SIGNATURE},  {8, 2, NONFS_E_UNSUPPORTED},
        {12, 0, NONFS_E_UNSUPPORTED},    {35, '5', NONFS_E_UNSUPPORTED},
        {38, 'x', NONFS_E_UNSUPPORTED},  {65, 3, NONFS_E_CORRUPT},
        {65, 0x20, NONFS_E_UNSUPPORTED}, {69, 0, NONFS_E_CORRUPT},
        {72, 0, NONFS_E_CORRUPT},        {79, 0xff, NONFS_E_CORRUPT},
        {81, 2, NONFS_E_CORRUPT},
    };
    struct nonfs_verity_params found;
    struct nonfs_diagnostic diagnostic;
    static uint8_t scratch[NONFS_VERITY_SCRATCH_SIZE];

    make_tree(20, 512, 1024);
    ck_assert_int_eq(nonfs_verity_probe(&hash.dev, 0, scratch, &found, &diagnostic), 0);
    ck_assert_mem_eq(&found, &params, sizeof(found));
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        uint8_t old = hash.bytes[changes[i].offset];
        int result;

        hash.bytes[changes[i].offset] = changes[i].value;
        result = nonfs_verity_probe(&hash.dev, 0, scratch, &found, &diagnostic);
        ck_assert_msg(result == changes[i].result, "change %zu: %d", i, result);
        ck_assert_int_eq(diagnostic.structure, NONFS_STRUCTURE_VERITY_SUPERBLOCK);
        hash.bytes[changes[i].offset] = old;
    }
    ck_assert_int_eq(nonfs_verity_probe(&hash.dev, 512, scratch, &found, NULL),
                     NONFS_E_NO_SIGNATURE);
    ck_assert_int_eq(nonfs_verity_probe(&hash.dev, UINT64_MAX, scratch, &found, NULL),
                     NONFS_E_NO_SIGNATURE);
    hash.fail_at = 1;
    ck_assert_int_eq(nonfs_verity_probe(&hash.dev, 0, scratch, &found, NULL), NONFS_E_GONE);
    free_tree();
}
END_TEST

START_TEST(an_unfinished_tree_has_no_superblock)
{
    struct nonfs_verity_params found;
    static uint8_t scratch[NONFS_VERITY_SCRATCH_SIZE];
    uint8_t other[NONFS_VERITY_HASH_LEN];
    uint8_t untouched[NONFS_VERITY_HASH_LEN];
    uint64_t n;
    int result = NONFS_E_IO;

    memset(other, 0x55, sizeof(other));
    memcpy(untouched, other, sizeof(other));
    make_tree(100, 512, 512);
    for (n = 1; result != 0; n++) {
        hash.writes = 0;
        hash.fail_write = n;
        result = nonfs_verity_format(&params, &data.dev, &hash.dev, arena, arena_size, other, NULL);
        if (result == 0)
            break;
        ck_assert_int_eq(result, NONFS_E_IO);
        ck_assert_mem_eq(other, untouched, sizeof(other));
        ck_assert_int_eq(nonfs_verity_probe(&hash.dev, 0, scratch, &found, NULL),
                         n == 1 ? 0 : NONFS_E_NO_SIGNATURE);
    }
    /* Clearing, 7 + 1 blocks of the tree, the superblock. */
    ck_assert_uint_eq(n, 11);
    ck_assert_mem_eq(other, root, sizeof(root));
    ck_assert_int_eq(hash.unflushed, 0);
    free_tree();
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    struct nonfs_verity_params wrong;
    uint8_t out[NONFS_VERITY_HASH_LEN];
    struct nonfs_block_ops read_only = {.read = memory_disk_read};

    make_tree(20, 1024, 1024);
#define REFUSED(change)                                                                        \
    do {                                                                                       \
        wrong = params;                                                                        \
        change;                                                                                \
        ck_assert_uint_eq(nonfs_verity_arena_size(&wrong), 0);                                 \
        ck_assert_uint_eq(nonfs_verity_hash_size(&wrong), 0);                                  \
        ck_assert_int_eq(                                                                      \
            nonfs_verity_format(&wrong, &data.dev, &hash.dev, arena, arena_size, out, NULL),   \
            NONFS_E_INVALID);                                                                  \
        ck_assert_int_eq(                                                                      \
            nonfs_verity_open(&verity, &data.dev, &hash.dev, &wrong, root, arena, arena_size), \
            NONFS_E_INVALID);                                                                  \
    } while (0)
    REFUSED(wrong.data_blocks = 0);
    REFUSED(wrong.data_blocks = UINT64_MAX);
    REFUSED(wrong.data_block_size = 256);
    REFUSED(wrong.data_block_size = 8192);
    REFUSED(wrong.hash_block_size = 768);
    REFUSED(wrong.hash_offset = 512);
    REFUSED(wrong.salt_len = 257);
    REFUSED(wrong.hash_offset = UINT64_MAX - 1023);
#undef REFUSED
    wrong = params;
    wrong.data_blocks = 21;
    ck_assert_int_eq(
        nonfs_verity_open(&verity, &data.dev, &hash.dev, &wrong, root, arena, arena_size),
        NONFS_E_RANGE);
    wrong = params;
    wrong.hash_offset = 1024;
    ck_assert_int_eq(
        nonfs_verity_open(&verity, &data.dev, &hash.dev, &wrong, root, arena, arena_size),
        NONFS_E_RANGE);
    ck_assert_int_eq(
        nonfs_verity_open(&verity, &data.dev, &hash.dev, &params, root, arena, arena_size - 1),
        NONFS_E_NO_MEMORY);
    ck_assert_int_eq(nonfs_verity_open(&verity, &data.dev, &hash.dev, &params, root,
                                       (uint8_t *)arena + 1, arena_size),
                     NONFS_E_INVALID);
    hash.dev.ops = &read_only;
    ck_assert_int_eq(
        nonfs_verity_format(&params, &data.dev, &hash.dev, arena, arena_size, out, NULL),
        NONFS_E_READ_ONLY);
    data.dev.block_size = 2048;
    ck_assert_int_eq(open_tree(), NONFS_E_INVALID);
    free_tree();
}
END_TEST

START_TEST(diagnostics_name_the_block)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    make_tree(20, 1024, 1024);
    data.bytes[0] ^= 1;
    ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
    nonfs_diagnostic_format(nonfs_verity_diagnostic(verity), text, sizeof(text));
    ck_assert_str_eq(text, "verity: data block 0: its hash does not match");
    hash.bytes[1024] ^= 1;
    ck_assert_int_eq(read_all(), NONFS_E_CHECKSUM);
    nonfs_diagnostic_format(nonfs_verity_diagnostic(verity), text, sizeof(text));
    ck_assert_str_eq(text, "verity: hash block 1: its hash does not match");
    free_tree();
}
END_TEST

static Suite *verity_suite(void)
{
    Suite *suite = suite_create("nonfs verity");
    TCase *tc = tcase_create("verity");
    tcase_add_test(tc, one_block_is_its_own_root);
    tcase_add_test(tc, two_levels_are_made_as_the_format_says);
    tcase_add_test(tc, trees_of_all_shapes_verify);
    tcase_add_test(tc, each_bit_of_data_and_tree_matters);
    tcase_add_test(tc, what_is_not_verified_is_not_returned);
    tcase_add_test(tc, a_bad_block_of_the_tree_is_not_kept);
    tcase_add_test(tc, random_access_verifies);
    tcase_add_test(tc, threads_that_read_at_once_get_what_is_verified);
    tcase_add_test(tc, reading_in_order_reads_the_tree_once);
    tcase_add_test(tc, the_device_gives_verified_blocks);
    tcase_add_test(tc, the_superblock_is_read_and_checked);
    tcase_add_test(tc, an_unfinished_tree_has_no_superblock);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, diagnostics_name_the_block);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(verity_suite)
