/*
 * Several threads in one tree, with a RAM file system and an ext4 volume: what each writes is what it reads, names stay
 * whole, and locks are taken in the order that nonfs/vfs.h gives. Under a thread sanitizer it finds races as well.
 */
#include <check_main.h>

#include <pthread.h>
#include <stdatomic.h>

#include "arena.h"
#include "ext4_disk.h"
#include "ram_cipher.h"
#include "vfs_tree.h"

#define THREADS 4u
#define ROUNDS  300
#define LOCKS   9u /* of the tree, and eight of inodes */
#define PIECE   6000u

static pthread_mutex_t mutexes[LOCKS];
static pthread_mutex_t innermost = PTHREAD_MUTEX_INITIALIZER;
static atomic_int disorder, faults;
static _Thread_local uint32_t held; /* a bit a lock */
static _Thread_local bool inner_held;

/* The tree's first, then rising; nothing inside of the innermost. */
static void take(void *context, unsigned number)
{
    (void)context;
    if (held >> number != 0 || inner_held)
        disorder++;
    pthread_mutex_lock(&mutexes[number]);
    held |= 1u << number;
}

static void give(void *context, unsigned number)
{
    (void)context;
    held &= ~(1u << number);
    pthread_mutex_unlock(&mutexes[number]);
}

static void take_inner(void *context, unsigned number)
{
    (void)context;
    if (number != 0 || inner_held)
        disorder++;
    pthread_mutex_lock(&innermost);
    inner_held = true;
}

static void give_inner(void *context, unsigned number)
{
    (void)context, (void)number;
    inner_held = false;
    pthread_mutex_unlock(&innermost);
}

static struct vfs_tree tree;
static void *ram_arena;
static struct memory_disk disk;
static struct nonfs_fs *ext4;
static char message[NONFS_EXT4_FS_MESSAGE_SIZE];

static void setup(void)
{
    static const struct nonfs_locks locks = {take, give, NULL, LOCKS};
    static const struct nonfs_locks inner = {take_inner, give_inner, NULL, 1};
    struct nonfs_ram_fs_config config = {.pages_max = 2048,
                                         .inodes_max = 400,
                                         .workers = THREADS,
                                         .cipher = &ram_cipher,
                                         .locks = &inner};
    size_t size = nonfs_ram_fs_arena_size(&config);
    struct nonfs_place at;
    enum nonfs_kind kind;
    struct nonfs_fs *fs;

    for (unsigned i = 0; i < LOCKS; i++)
        pthread_mutex_init(&mutexes[i], NULL);
    ram_arena = arena_alloc(size);
    ck_assert_int_eq(nonfs_ram_fs_create(&fs, &config, ram_arena, size), 0);
    tree_open(&tree, fs, &locks);
    ck_assert_int_eq(tree_make_directory(&tree, &tree.root, "/disk"), 0);
    ck_assert_int_eq(tree_make_directory(&tree, &tree.root, "/shared"), 0);
    ext4_disk_make(&disk, 6u << 20);
    ext4 = ext4_disk_mount(&disk, false, message);
    ck_assert_int_eq(nonfs_path_find(&tree.root, &tree.scratch, "/disk", 5, &at, &kind), 0);
    ck_assert_int_eq(nonfs_vfs_mount(&tree.vfs, at, "/disk", ext4), 0);
    disorder = faults = 0;
}

static void teardown(void)
{
    ck_assert_int_eq(nonfs_vfs_unmount(&tree.vfs, ext4), 0);
    ck_assert_int_eq(ext4_disk_unmount(ext4), 0);
    memory_disk_free(&disk);
    tree_close(&tree);
    nonfs_ram_fs_destroy(tree.fs);
    free(ram_arena);
}

struct worker {
    unsigned number;
    struct nonfs_vfs_scratch scratch;
};

/* Assertions of Check are not for threads: faults are counted. */
static void expect(bool holds)
{
    if (!holds)
        faults++;
}

/* One file written and read in pieces. */
static void work_on_file(struct worker *w, const char *path, uint64_t *seed)
{
    uint8_t put[PIECE], got[PIECE];
    struct nonfs_file file;
    struct nonfs_fs_stat stat;
    size_t done = 0;

    if (nonfs_file_open(&tree.root, &w->scratch, path, strlen(path),
                        NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, 0644, &file) < 0) {
        faults++;
        return;
    }
    for (int i = 0; i < 4; i++) {
        size_t len = 1 + (size_t)(check_random(seed) % PIECE);
        uint64_t at = check_random(seed) % 20000;
        memset(put, (int)(check_random(seed) & 0xff), len);
        expect(nonfs_file_write(&file, at, put, len, &done) == 0 && done == len);
        expect(nonfs_file_read(&file, at, got, len, &done) == 0 && done == len &&
               memcmp(got, put, len) == 0);
        expect(nonfs_file_stat(&file, &stat) == 0 && stat.size >= at + len);
    }
    expect(nonfs_file_truncate(&file, check_random(seed) % 9000) == 0);
    nonfs_file_close(&file);
}

static bool count_name(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                       size_t len)
{
    unsigned *count = context;
    (void)inode, (void)kind, (void)name, (void)len;
    ++*count;
    return true;
}

/* Names in one directory that all threads change, and an own one that only moves. */
static void work_on_names(struct worker *w, uint64_t *seed)
{
    struct nonfs_file dir;
    char a[32], b[32];
    unsigned count = 0;
    int r;

    snprintf(a, sizeof(a), "/shared/%u", (unsigned)(check_random(seed) % 6));
    snprintf(b, sizeof(b), "/shared/%u", (unsigned)(check_random(seed) % 6));
    r = nonfs_path_make_directory(&tree.root, &w->scratch, a, strlen(a), 0755);
    expect(r == 0 || r == NONFS_E_EXISTS);
    r = nonfs_path_rename(&tree.root, &w->scratch, a, strlen(a), b, strlen(b));
    expect(r == 0 || r == NONFS_E_NOT_FOUND);
    r = nonfs_path_remove(&tree.root, &w->scratch, b, strlen(b), true);
    expect(r == 0 || r == NONFS_E_NOT_FOUND);
    snprintf(a, sizeof(a), "/own-%u", w->number);
    expect(nonfs_file_open(&tree.root, &w->scratch, "/", 1, NONFS_OPEN_READ, 0, &dir) == 0);
    expect(nonfs_file_read_dir(&dir, count_name, &count) == 0 && count >= 2);
    nonfs_file_close(&dir);
}

static void *work(void *context)
{
    struct worker *w = context;
    uint64_t seed = check_seed() + w->number;
    char ram[32], on_disk[32];

    snprintf(ram, sizeof(ram), "/own-%u", w->number);
    snprintf(on_disk, sizeof(on_disk), "/disk/own-%u", w->number);
    for (int i = 0; i < ROUNDS; i++) {
        work_on_file(w, ram, &seed);
        work_on_names(w, &seed);
        if (i % 4 == 0)
            work_on_file(w, on_disk, &seed);
        if (i % 50 == 0)
            expect(nonfs_vfs_sync(&tree.vfs, false) == 0);
    }
    return NULL;
}

START_TEST(threads_do_not_disturb_each_other_and_keep_the_order_of_locks)
{
    static struct worker workers[THREADS];
    pthread_t threads[THREADS];

    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].number = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(disorder, 0);
    ck_assert_int_eq(faults, 0);
}
END_TEST

/* One handle, several threads: each byte that is appended is there, once. */
static struct nonfs_file shared;

static void *append(void *context)
{
    uint8_t byte = (uint8_t) * (unsigned *)context;
    size_t done;

    for (int i = 0; i < ROUNDS; i++)
        expect(nonfs_file_write(&shared, NONFS_FILE_POSITION, &byte, 1, &done) == 0 && done == 1);
    return NULL;
}

START_TEST(what_threads_append_through_one_handle_is_all_there)
{
    static uint8_t got[THREADS * ROUNDS + 1];
    unsigned numbers[THREADS], counts[THREADS] = {0};
    pthread_t threads[THREADS];
    size_t done;

    ck_assert_int_eq(tree_open_file(&tree, &tree.root, "/appended",
                                    NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE,
                                    &shared),
                     0);
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, append, &numbers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(faults, 0);
    ck_assert_int_eq(nonfs_file_read(&shared, 0, got, sizeof(got), &done), 0);
    ck_assert_uint_eq(done, THREADS * ROUNDS);
    for (size_t i = 0; i < done; i++)
        counts[got[i]]++;
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_uint_eq(counts[i], ROUNDS);
    nonfs_file_close(&shared);
}
END_TEST

START_TEST(locks_that_cannot_be_are_refused)
{
    struct nonfs_vfs vfs;

    for (unsigned count = 0; count < 20; count++) {
        struct nonfs_locks locks = {take, give, NULL, count};
        bool good = count == 2 || count == 3 || count == 5 || count == 9 || count == 17;
        ck_assert_int_eq(nonfs_vfs_init(&vfs, &locks), good ? 0 : NONFS_E_INVALID);
    }
}
END_TEST

static Suite *threads_suite(void)
{
    Suite *suite = suite_create("nonfs VFS layer, threads");
    TCase *tc = tcase_create("locks");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, threads_do_not_disturb_each_other_and_keep_the_order_of_locks);
    tcase_add_test(tc, what_threads_append_through_one_handle_is_all_there);
    tcase_add_test(tc, locks_that_cannot_be_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(threads_suite)
