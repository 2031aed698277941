/*
 * A volume of 1 TiB in an arena of 4 MiB: made, mounted, written, listed, emptied. The device keeps only blocks that are
 * not all zero. With NONOS_LONG=1 e2fsck judges it, in a file that is sparse.
 */
#include <check_main.h>
#include <fcntl.h>
#include <unistd.h>

#include <nonfs/ext4_write.h>
#include <nonfs/mkfs.h>

#include "image.h"

#define BLOCK_SIZE  4096u
#define BLOCK_COUNT (UINT64_C(1) << 28)
#define CHUNK       4096u /* blocks */
#define ARENA_SIZE  (4u << 20)
#define NAMES       4000u
#define LARGE       (8u << 20) /* bytes that are written in calls of CALL */
#define CALL        100000u

/* Chunks of pointers to blocks; NULL is all zero. */
static uint8_t **chunks[BLOCK_COUNT / CHUNK];
static _Alignas(NONFS_MKFS_ARENA_ALIGN) uint8_t mkfs_arena[NONFS_MKFS_ARENA_SIZE];
static struct nonfs_ext4 *fs;
static void *arena;

static uint8_t **sparse_block(uint64_t block)
{
    uint8_t ***chunk = &chunks[block / CHUNK];

    if (*chunk == NULL)
        *chunk = calloc(CHUNK, sizeof(**chunk));
    if (*chunk == NULL)
        abort();
    return &(*chunk)[block % CHUNK];
}

/* Check writes down each assertion, which is slow where there are millions. */
static void check_range(uint64_t first, uint32_t nblocks)
{
    if (nblocks == 0 || nblocks > BLOCK_COUNT || first > BLOCK_COUNT - nblocks)
        abort();
}

static int sparse_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    (void)context;
    check_range(first, nblocks);
    for (uint32_t i = 0; i < nblocks; i++) {
        const uint8_t *bytes = *sparse_block(first + i);
        uint8_t *to = (uint8_t *)buf + (size_t)i * BLOCK_SIZE;

        if (bytes != NULL)
            memcpy(to, bytes, BLOCK_SIZE);
        else
            memset(to, 0, BLOCK_SIZE);
    }
    return 0;
}

static int sparse_write(void *context, uint64_t first, uint32_t nblocks, const void *buf)
{
    static const uint8_t zeros[BLOCK_SIZE];

    (void)context;
    check_range(first, nblocks);
    for (uint32_t i = 0; i < nblocks; i++) {
        const uint8_t *from = (const uint8_t *)buf + (size_t)i * BLOCK_SIZE;
        uint8_t **block = sparse_block(first + i);

        if (*block == NULL && memcmp(from, zeros, BLOCK_SIZE) == 0)
            continue;
        if (*block == NULL)
            *block = malloc(BLOCK_SIZE);
        if (*block == NULL)
            abort();
        memcpy(*block, from, BLOCK_SIZE);
    }
    return 0;
}

static int sparse_flush(void *context)
{
    (void)context;
    return 0;
}

static const struct nonfs_block_ops sparse_ops = {sparse_read, sparse_write, sparse_flush};
static const struct nonfs_block_device dev = {&sparse_ops, NULL, BLOCK_COUNT, BLOCK_SIZE, 0};

static void sparse_free(void)
{
    for (size_t i = 0; i < BLOCK_COUNT / CHUNK; i++) {
        for (uint32_t k = 0; chunks[i] != NULL && k < CHUNK; k++)
            free(chunks[i][k]);
        free(chunks[i]);
        chunks[i] = NULL;
    }
}

/* With the largest cache for which all of the library's memory is 4 MiB. */
static void mount_large(void)
{
    struct nonfs_ext4_config config = {.cache_blocks = ARENA_SIZE / BLOCK_SIZE,
                                       .flags = NONFS_MOUNT_WRITE};

    config.now.seconds = 1700000000;
    while (nonfs_ext4_arena_size(&config, BLOCK_SIZE) > ARENA_SIZE)
        config.cache_blocks--;
    arena = malloc(ARENA_SIZE);
    ck_assert_ptr_nonnull(arena);
    ck_assert_int_eq(nonfs_ext4_mount(&fs, &dev, &config, arena, ARENA_SIZE, NULL), 0);
}

static void unmount_large(void)
{
    ck_assert_int_eq(nonfs_ext4_unmount(fs), 0);
    free(arena);
}

static void make_large(void)
{
    struct nonfs_mkfs_config config;

    nonfs_mkfs_defaults(&config, BLOCK_COUNT * BLOCK_SIZE);
    config.time = 1700000000;
    config.flags = NONFS_MKFS_DEVICE_ZEROED;
    memcpy(config.uuid, "0123456789abcdef", 16);
    memcpy(config.hash_seed, "fedcba9876543210", 16);
    ck_assert_int_eq(nonfs_mkfs(&dev, &config, mkfs_arena, NULL), 0);
}

static void lookup(const char *path, struct nonfs_ext4_node *node)
{
    ck_assert_int_eq(nonfs_ext4_lookup(fs, NULL, path, strlen(path), 0, node), 0);
}

static void create(struct nonfs_ext4_node *directory, const char *name, uint32_t mode,
                   struct nonfs_ext4_node *node)
{
    struct nonfs_ext4_new what = {.mode = mode};

    ck_assert_int_eq(nonfs_ext4_create(directory, name, strlen(name), &what, node), 0);
}

static size_t name_of(char name[32], uint32_t i)
{
    return (size_t)snprintf(name, 32, "a name of some length %u", i);
}

static uint8_t content_at(uint64_t offset)
{
    return (uint8_t)(offset * 2654435761u >> 24);
}

/* Also far behind its end, so that it has a hole. */
static void write_file(void)
{
    static uint8_t bytes[CALL];
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node file;
    size_t done;

    lookup("/", &root);
    create(&root, "large", NONFS_S_IFREG | 0644u, &file);
    for (uint64_t at = 0; at < LARGE; at += CALL) {
        for (uint32_t i = 0; i < CALL; i++)
            bytes[i] = content_at(at + i);
        ck_assert_int_eq(nonfs_ext4_write(&file, at, bytes, CALL, &done), 0);
    }
    ck_assert_int_eq(nonfs_ext4_write(&file, (uint64_t)1 << 43, "end", 3, &done), 0);
}

static void check_file(void)
{
    static uint8_t bytes[CALL];
    struct nonfs_ext4_node file;
    uint32_t wrong = 0;
    size_t done;

    lookup("/large", &file);
    for (uint64_t at = 0; at < LARGE; at += CALL) {
        ck_assert_int_eq(nonfs_ext4_read(&file, at, bytes, CALL, &done), 0);
        for (uint32_t i = 0; i < CALL; i++)
            wrong += bytes[i] != content_at(at + i);
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_int_eq(nonfs_ext4_read(&file, (uint64_t)1 << 43, bytes, CALL, &done), 0);
    ck_assert_uint_eq(done, 3);
    ck_assert_mem_eq(bytes, "end", 3);
}

static uint32_t count_names(struct nonfs_ext4_node *directory)
{
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    uint32_t n = 0;

    while (nonfs_ext4_readdir(directory, &cursor, &entry) == 0)
        n++;
    return n - 2;
}

static void fill_directory(void)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_node root;
    char name[32];

    lookup("/", &root);
    create(&root, "names", NONFS_S_IFDIR | 0755u, &directory);
    for (uint32_t i = 0; i < NAMES; i++) {
        (void)name_of(name, i);
        create(&directory, name, i % 500 == 0 ? NONFS_S_IFDIR | 0755u : NONFS_S_IFREG | 0644u,
               NULL);
    }
    ck_assert_uint_eq(count_names(&directory), NAMES);
}

/* Leaves every tenth name. */
static void empty_directory(void)
{
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_entry entry;
    char name[32];

    lookup("/names", &directory);
    for (uint32_t i = 0; i < NAMES; i++) {
        size_t len = name_of(name, i);

        ck_assert_int_eq(nonfs_ext4_find(&directory, name, len, &entry), 0);
        if (i % 500 == 0)
            ck_assert_int_eq(nonfs_ext4_rmdir(&directory, name, len), 0);
        else if (i % 10 != 0)
            ck_assert_int_eq(nonfs_ext4_unlink(&directory, name, len), 0);
    }
    ck_assert_uint_eq(count_names(&directory), NAMES / 10 - NAMES / 500);
}

static void judge(void)
{
    char path[300];
    int fd;

    if (getenv("NONOS_LONG") == NULL || missing_tool("e2fsck") != NULL) {
        printf("# skipped: e2fsck on 1 TiB, without NONOS_LONG or e2fsck\n");
        return;
    }
    snprintf(path, sizeof(path), "%s/large", test_folder());
    fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)(BLOCK_COUNT * BLOCK_SIZE)), 0);
    for (uint64_t block = 0; block < BLOCK_COUNT; block++) {
        if (chunks[block / CHUNK] == NULL)
            block += CHUNK - 1;
        else if (*sparse_block(block) != NULL)
            ck_assert_int_eq(
                pwrite(fd, *sparse_block(block), BLOCK_SIZE, (off_t)(block * BLOCK_SIZE)),
                BLOCK_SIZE);
    }
    close(fd);
    ck_assert_int_eq(
        run_command("e2fsck -fn '%s' >'%s.said' 2>&1 && ! grep '? no' '%s.said'", path, path, path),
        0);
}

START_TEST(four_mebibytes_are_enough_for_a_tebibyte)
{
    make_large();
    mount_large();
    write_file();
    fill_directory();
    unmount_large();
    mount_large();
    check_file();
    empty_directory();
    ck_assert_int_eq(nonfs_ext4_sync(fs), 0);
    check_file();
    unmount_large();
    judge();
    sparse_free();
}
END_TEST

static Suite *large_suite(void)
{
    Suite *suite = suite_create("nonfs large");
    TCase *tc = tcase_create("large");
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, four_mebibytes_are_enough_for_a_tebibyte);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(large_suite)
