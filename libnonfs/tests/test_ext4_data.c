/*
 * The bytes of a file under random reads, writes, truncations, holes and reservations, against a copy in memory: what fsx does
 * to other file systems. With NONOS_LONG=1 a million operations, a quarter on each kind of volume.
 */
#include <check_main.h>

#include <nonfs/ext4_write.h>

#include "image.h"

#define TOOLS      "mke2fs e2fsck truncate"
#define FILE_MAX   400000u /* bytes: enough for a tree of extents on small blocks */
#define CALL_MAX   70000u
#define STEPS      10000u
#define LONG_STEPS 250000u
#define HISTORY    24u

static const struct {
    const char *arguments;
    const char *size;
    uint32_t cache_blocks;
} kinds[] = {
    {"-t ext4 -b 1024", "16M", 192},
    {"-t ext4 -b 4096", "64M", 300},
    {"-t ext4 -b 2048 -O ^has_journal", "32M", 192},
    {"-t ext4 -b 1024 -O ^metadata_csum,^64bit -J size=1", "8M", 1000},
};

struct operation {
    const char *name;
    uint64_t offset;
    uint64_t len;
};

/* A volume with the file, what the file should hold, and what was done to it last. */
struct subject {
    struct volume volume;
    uint32_t cache_blocks;
    struct nonfs_ext4_node file;
    uint8_t *expected; /* FILE_MAX bytes, zeros behind `size` */
    size_t size;
    uint64_t random;
    struct operation history[HISTORY];
    uint32_t nsteps;
};

static uint8_t bytes[CALL_MAX];
static char path[300];

/* Ends the test with the last operations, the newest last. */
static void give_up(const struct subject *s, const char *what)
{
    uint32_t n = s->nsteps < HISTORY ? s->nsteps : HISTORY;

    for (uint32_t i = s->nsteps - n; i < s->nsteps; i++) {
        const struct operation *o = &s->history[i % HISTORY];

        printf("# %u: %s at %llu, %llu bytes\n", i, o->name, (unsigned long long)o->offset,
               (unsigned long long)o->len);
    }
    fflush(stdout);
    ck_abort_msg("operation %u: %s (NONOS_SEED=%llu)", s->nsteps, what,
                 (unsigned long long)check_seed());
}

static void succeeded(const struct subject *s, int result)
{
    if (result != 0)
        give_up(s, nonfs_strerror(result));
}

static void remember(struct subject *s, const char *name, uint64_t offset, uint64_t len)
{
    s->history[s->nsteps++ % HISTORY] = (struct operation){name, offset, len};
}

static void open_file(struct subject *s)
{
    struct nonfs_ext4_node root;

    succeeded(s, nonfs_ext4_open(s->volume.fs, NONFS_EXT4_ROOT_INODE, &root));
    succeeded(s, nonfs_ext4_lookup(s->volume.fs, &root, "data", 4, 0, &s->file));
}

static void grow_to(struct subject *s, size_t size)
{
    if (size > s->size)
        s->size = size;
}

static void step_read(struct subject *s, uint64_t offset, size_t len)
{
    size_t done, there = offset < s->size ? s->size - offset : 0;

    remember(s, "read", offset, len);
    succeeded(s, nonfs_ext4_read(&s->file, offset, bytes, len, &done));
    if (done != (len < there ? len : there))
        give_up(s, "the length that was read is wrong");
    for (size_t i = 0; i < done; i++) {
        if (bytes[i] != s->expected[offset + i]) {
            printf("# byte %llu is %02x, not %02x\n", (unsigned long long)(offset + i), bytes[i],
                   s->expected[offset + i]);
            give_up(s, "the file has other bytes");
        }
    }
}

static void step_write(struct subject *s, uint64_t offset, size_t len)
{
    size_t done;

    remember(s, "write", offset, len);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(s->nsteps * 31 + i * 7 + (i >> 8) + 1);
    succeeded(s, nonfs_ext4_write(&s->file, offset, bytes, len, &done));
    if (done != len)
        give_up(s, "not all was written");
    memcpy(s->expected + offset, bytes, len);
    grow_to(s, offset + len);
}

static void step_truncate(struct subject *s, uint64_t size)
{
    remember(s, "truncate", size, 0);
    succeeded(s, nonfs_ext4_truncate(&s->file, size));
    if (size < s->size)
        memset(s->expected + size, 0, s->size - size);
    s->size = size;
}

static void step_punch(struct subject *s, uint64_t offset, uint64_t len)
{
    uint64_t end = offset + len < s->size ? offset + len : s->size;

    remember(s, "punch", offset, len);
    succeeded(s, nonfs_ext4_punch(&s->file, offset, len));
    if (offset < end)
        memset(s->expected + offset, 0, end - offset);
}

static void step_allocate(struct subject *s, uint64_t offset, uint64_t len, int keep_size)
{
    remember(s, keep_size ? "reserve" : "allocate", offset, len);
    succeeded(s, nonfs_ext4_allocate(&s->file, offset, len, keep_size));
    if (!keep_size)
        grow_to(s, offset + len);
}

/* Another file comes, grows and goes, so that free space is in pieces. */
static void step_other(struct subject *s, size_t len)
{
    static const uint8_t other[CALL_MAX] = {1};
    const struct nonfs_ext4_new what = {.mode = 0100600};
    struct nonfs_ext4_node root, node;
    struct nonfs_ext4_stat stat;
    size_t done;

    remember(s, "another file", 0, len);
    succeeded(s, nonfs_ext4_open(s->volume.fs, NONFS_EXT4_ROOT_INODE, &root));
    if (nonfs_ext4_lookup(s->volume.fs, &root, "other", 5, 0, &node) != 0)
        succeeded(s, nonfs_ext4_create(&root, "other", 5, &what, &node));
    nonfs_ext4_stat(&node, &stat);
    if (stat.size > 1000000)
        succeeded(s, nonfs_ext4_unlink(&root, "other", 5));
    else
        succeeded(s, nonfs_ext4_write(&node, stat.size, other, len, &done));
}

static void step_mount_again(struct subject *s)
{
    remember(s, "mount again", 0, 0);
    succeeded(s, nonfs_ext4_unmount(s->volume.fs));
    s->volume.fs = NULL;
    free(s->volume.arena);
    succeeded(s, volume_mount(&s->volume, s->cache_blocks, NONFS_MOUNT_WRITE));
    open_file(s);
}

static void step(struct subject *s)
{
    uint64_t x = check_random(&s->random);
    uint64_t offset = check_random(&s->random) % FILE_MAX;
    size_t len = (size_t)(check_random(&s->random) % CALL_MAX);

    /* Near the edges of blocks more often than chance has it. */
    if (x >> 40 & 1)
        offset = offset / 4096 * 4096 + (x >> 41 & 1);
    if (x >> 42 & 1)
        len = len / 4096 * 4096 + 1;
    if (len == 0)
        len = 1;
    if (len > FILE_MAX - offset)
        len = FILE_MAX - (size_t)offset;
    if (x % 1024 == 0)
        step_mount_again(s);
    else if (x % 64 == 1)
        step_other(s, len);
    else if (x % 64 == 2)
        succeeded(s, nonfs_ext4_sync(s->volume.fs));
    else if (x % 16 < 6)
        step_read(s, offset, len);
    else if (x % 16 < 11)
        step_write(s, offset, len);
    else if (x % 16 < 12)
        step_truncate(s, offset);
    else if (x % 16 < 14)
        step_punch(s, offset, len);
    else
        step_allocate(s, offset, len, x % 16 == 14);
}

static int start(struct subject *s, int kind)
{
    const struct nonfs_ext4_new what = {.mode = 0100600};
    const char *missing = missing_tool(TOOLS);
    struct nonfs_ext4_node root;

    memset(s, 0, sizeof(*s));
    snprintf(path, sizeof(path), "%s/image", test_folder());
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return 0;
    }
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s %s '%s'; mke2fs -q -F %s '%s'", path,
                                 kinds[kind].size, path, kinds[kind].arguments, path),
                     0);
    ck_assert_int_eq(image_open(&s->volume.image, path, 512), 0);
    image_make_writable(&s->volume.image);
    s->cache_blocks = kinds[kind].cache_blocks;
    s->random = check_seed() + (uint64_t)kind;
    s->expected = calloc(1, FILE_MAX);
    ck_assert_ptr_nonnull(s->expected);
    ck_assert_int_eq(volume_mount(&s->volume, s->cache_blocks, NONFS_MOUNT_WRITE), 0);
    ck_assert_int_eq(nonfs_ext4_open(s->volume.fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    ck_assert_int_eq(nonfs_ext4_create(&root, "data", 4, &what, &s->file), 0);
    return 1;
}

START_TEST(file_has_the_bytes_that_were_written_whatever_was_done_to_it)
{
    uint32_t nsteps = getenv("NONOS_LONG") != NULL ? LONG_STEPS : STEPS;
    const char *objection;
    struct subject s;
    char judged[320];

    if (!start(&s, _i))
        return;
    while (s.nsteps < nsteps)
        step(&s);
    for (uint64_t offset = 0; offset < FILE_MAX; offset += CALL_MAX)
        step_read(&s, offset, CALL_MAX);
    succeeded(&s, nonfs_ext4_unmount(s.volume.fs));
    s.volume.fs = NULL;
    image_check(&s.volume.image, kinds[_i].arguments);
    snprintf(judged, sizeof(judged), "%s.judged", path);
    image_save(&s.volume.image, judged);
    objection = e2fsck_objection(judged);
    ck_assert_msg(objection == NULL, "%s", objection);
    free(s.expected);
    volume_close(&s.volume);
}
END_TEST

static Suite *data_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 data");
    TCase *tc = tcase_create("data");

    tcase_set_timeout(tc, getenv("NONOS_LONG") != NULL ? 3600 : 120);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_loop_test(tc, file_has_the_bytes_that_were_written_whatever_was_done_to_it, 0,
                        (int)(sizeof(kinds) / sizeof(kinds[0])));
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(data_suite)
