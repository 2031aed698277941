/*
 * Several threads in one ext4 volume: what is read beside a writer is what the model says, requests are on their way to the device at
 * once, and neither readers nor the volume suffer from a device that is slow or fails. Under a thread sanitizer it finds races as well.
 */
#include <check_main.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <nonfs/check.h>

#include "arena.h"
#include "ext4_disk.h"
#include "pthread_monitor.h"
#include "vfs_tree.h"

#define READERS   3u
#define ROUNDS    150
#define LOCKS     17u
#define DISK_SIZE (12u << 20)
#define FILE_SIZE 40000u
#define STABLE    6u
#define CHANGING  8u
#define CACHE     192u /* small, so that readers drive blocks of the writer out */
#define LARGE     32u  /* blocks of the device */
#define DIE_AFTER 60   /* seconds until a test that hangs says so */

/* ---- locks and the device ---- */

static pthread_mutex_t mutexes[LOCKS];

static void take(void *context, unsigned number)
{
    (void)context;
    if (monitor_inside)
        monitor_faults++;
    pthread_mutex_lock(&mutexes[number]);
}

static void give(void *context, unsigned number)
{
    (void)context;
    pthread_mutex_unlock(&mutexes[number]);
}

static struct memory_disk disk;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_changed = PTHREAD_COND_INITIALIZER;
static unsigned meet;          /* reads wait until so many are here at once; 0: none waits */
static atomic_uint here, most; /* reads that are, and the most at once */
static bool hold_flush;        /* flushes wait until it is false */
static unsigned flushing;      /* flushes that wait */
static atomic_bool yields;     /* one call in four lets others come in */
static atomic_uint calls;
static bool hold_large;     /* transfers of LARGE blocks wait until it is false */
static unsigned held;       /* transfers that do */
static atomic_bool failing; /* every request fails */
static atomic_int timeouts;
static atomic_bool mounted; /* false also while it is mounted anew */

/* Waits for a change of what the gate guards; false if none came. */
static bool gate_wait(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DIE_AFTER;
    if (pthread_cond_timedwait(&gate_changed, &gate, &until) == 0)
        return true;
    timeouts++;
    return false;
}

/* A mounted volume asks from outside of its monitor. */
static void must_be_outside(void)
{
    if (monitor_inside && mounted)
        monitor_faults++;
}

/* A large transfer was done, but its caller is not told yet. */
static void maybe_hold(uint32_t nblocks)
{
    pthread_mutex_lock(&gate);
    if (hold_large && nblocks >= LARGE) {
        held++;
        pthread_cond_broadcast(&gate_changed);
        while (hold_large && gate_wait())
            ;
        held--;
    }
    pthread_mutex_unlock(&gate);
}

static int slow_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    (void)context;
    must_be_outside();
    if (yields && ++calls % 4 == 0)
        sched_yield();
    pthread_mutex_lock(&gate);
    here++;
    most = here > most ? here : most;
    if (meet != 0 && here >= meet) {
        meet = 0;
        pthread_cond_broadcast(&gate_changed);
    }
    while (meet != 0 && gate_wait())
        ;
    here--;
    pthread_mutex_unlock(&gate);
    if (failing)
        return NONFS_E_IO;
    memcpy(buf, disk.bytes + first * disk.dev.block_size, (size_t)nblocks * disk.dev.block_size);
    maybe_hold(nblocks);
    return 0;
}

static int slow_write(void *context, uint64_t first, uint32_t nblocks, const void *buf)
{
    (void)context;
    must_be_outside();
    if (yields && ++calls % 4 == 0)
        sched_yield();
    if (failing)
        return NONFS_E_IO;
    memcpy(disk.bytes + first * disk.dev.block_size, buf, (size_t)nblocks * disk.dev.block_size);
    maybe_hold(nblocks);
    return 0;
}

static int slow_flush(void *context)
{
    (void)context;
    must_be_outside();
    if (yields && ++calls % 4 == 0)
        sched_yield();
    pthread_mutex_lock(&gate);
    flushing++;
    pthread_cond_broadcast(&gate_changed);
    while (hold_flush && gate_wait())
        ;
    flushing--;
    pthread_mutex_unlock(&gate);
    return failing ? NONFS_E_IO : 0;
}

/* ---- fixture ---- */

static struct vfs_tree tree;
static void *arena;
static char message[NONFS_EXT4_FS_MESSAGE_SIZE];
static atomic_int faults, said;

/* Assertions of Check are not for threads: faults are counted. */
static void expect(bool holds)
{
    if (!holds)
        faults++;
}

static void say(void *context, const char *text)
{
    (void)context, (void)text;
    said++;
}

static void mount(void)
{
    static const struct nonfs_block_ops ops = {slow_read, slow_write, slow_flush};
    static const struct nonfs_locks locks = {take, give, NULL, LOCKS};
    struct nonfs_block_device dev = disk.dev;
    struct nonfs_ext4_fs_config config = {.cache_blocks = CACHE,
                                          .held_inodes = 64,
                                          .source = "disk",
                                          .say = say,
                                          .monitor = &pthread_monitor};
    size_t size = nonfs_ext4_fs_arena_size(&config, 1024);
    struct nonfs_fs *fs;

    dev.ops = &ops;
    mounted = false;
    arena = arena_alloc(size);
    ck_assert_int_eq(nonfs_ext4_fs_mount(&fs, &dev, &config, arena, size, message), 0);
    ck_assert_str_eq(message, "");
    ck_assert(!fs->serial);
    mounted = true;
    tree_open(&tree, fs, &locks);
}

static void unmount(void)
{
    tree_close(&tree);
    ck_assert_int_eq(nonfs_ext4_fs_unmount(tree.fs), 0);
    free(arena);
}

/* The byte of a stable file at an offset. */
static uint8_t stable_byte(unsigned file, uint64_t offset)
{
    return (uint8_t)(file * 37 + offset * 11 + (offset >> 9));
}

static void setup(void)
{
    uint8_t *bytes = malloc(FILE_SIZE);
    char path[32];

    for (unsigned i = 0; i < LOCKS; i++)
        pthread_mutex_init(&mutexes[i], NULL);
    ext4_disk_make(&disk, DISK_SIZE);
    mount();
    ck_assert_int_eq(tree_make_directory(&tree, &tree.root, "/stable"), 0);
    ck_assert_int_eq(tree_make_directory(&tree, &tree.root, "/changing"), 0);
    for (unsigned i = 0; i < STABLE; i++) {
        for (size_t at = 0; at < FILE_SIZE; at++)
            bytes[at] = stable_byte(i, at);
        snprintf(path, sizeof(path), "/stable/%u", i);
        ck_assert_int_eq(tree_put(&tree, &tree.root, path, bytes, FILE_SIZE), 0);
    }
    free(bytes);
    /* So that nothing is cached. */
    unmount();
    mount();
}

static void problem_say(void *context, const struct nonfs_problem *problem)
{
    char text[NONFS_PROBLEM_TEXT_SIZE];

    (void)context;
    nonfs_check_format(problem, text, sizeof(text));
    ck_abort_msg("%s", text);
}

/* The library's own check, of what is on the disk when it is unmounted. */
static void check_disk(void)
{
    struct nonfs_check_config config = {.cache_blocks = 64, .report = problem_say};
    struct nonfs_ext4_info info;
    struct nonfs_check_result found;
    uint8_t *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    size_t size;

    ck_assert_int_eq(nonfs_ext4_probe(&disk.dev, scratch, &info, NULL), 0);
    free(scratch);
    ck_assert_uint_ne(nonfs_check_arena_size(&config, &info, &size), 0);
    scratch = malloc(size);
    ck_assert_int_eq(nonfs_check(&disk.dev, &config, scratch, size, &found, NULL), 0);
    ck_assert_uint_eq(found.problems, 0);
    free(scratch);
}

static void teardown(void)
{
    unmount();
    check_disk();
    memory_disk_free(&disk);
    ck_assert_int_eq(faults, 0);
    ck_assert_int_eq(monitor_faults, 0);
    ck_assert_int_eq(timeouts, 0);
}

struct worker {
    unsigned number;
    pthread_t thread;
    struct nonfs_vfs_scratch scratch;
};

static void worker_start(struct worker *w, unsigned number, void *(*run)(void *))
{
    w->number = number;
    ck_assert_int_eq(pthread_create(&w->thread, NULL, run, w), 0);
}

/* Reads a part of a stable file, opened anew. */
static void read_stable(struct worker *w, unsigned file, uint64_t at, size_t len)
{
    static _Thread_local uint8_t bytes[FILE_SIZE];
    char path[32];
    struct nonfs_file f;
    struct nonfs_fs_stat stat;
    size_t done = 0;
    bool same = true;

    snprintf(path, sizeof(path), "/stable/%u", file);
    if (nonfs_file_open(&tree.root, &w->scratch, path, strlen(path), NONFS_OPEN_READ, 0, &f) < 0) {
        faults++;
        return;
    }
    expect(nonfs_file_stat(&f, &stat) == 0 && stat.size == FILE_SIZE);
    expect(nonfs_file_read(&f, at, bytes, len, &done) == 0);
    expect(done == (len < FILE_SIZE - at ? len : FILE_SIZE - at));
    for (size_t i = 0; i < done; i++)
        same &= bytes[i] == stable_byte(file, at + i);
    expect(same);
    nonfs_file_close(&f);
}

/* ---- readers beside a writer ---- */

static bool count_name(void *context, uint64_t inode, enum nonfs_kind kind, const char *name,
                       size_t len)
{
    (void)inode, (void)kind, (void)name, (void)len;
    ++*(unsigned *)context;
    return true;
}

static void list_stable(struct worker *w)
{
    struct nonfs_file dir;
    unsigned count = 0;

    if (nonfs_file_open(&tree.root, &w->scratch, "/stable", 7, NONFS_OPEN_READ, 0, &dir) < 0) {
        faults++;
        return;
    }
    expect(nonfs_file_read_dir(&dir, count_name, &count) == 0 && count == STABLE);
    nonfs_file_close(&dir);
}

static void *read_on(void *context)
{
    struct worker *w = context;
    uint64_t seed = check_seed() + w->number;

    for (int i = 0; i < 2 * ROUNDS; i++) {
        unsigned file = (unsigned)(check_random(&seed) % STABLE);
        uint64_t at = check_random(&seed) % FILE_SIZE;
        read_stable(w, file, i % 3 == 0 ? at & ~1023ull : at, 1 + check_random(&seed) % 20000);
        if (i % 8 == 0)
            list_stable(w);
    }
    return NULL;
}

/* What the changing files hold. */
static uint8_t model[CHANGING][FILE_SIZE];
static size_t model_size[CHANGING];
static bool model_exists[CHANGING];

static void change_content(struct nonfs_file *f, unsigned file, uint64_t *seed)
{
    static uint8_t bytes[FILE_SIZE];
    uint64_t at = check_random(seed) % (FILE_SIZE - 1);
    size_t len = 1 + (size_t)(check_random(seed) % (FILE_SIZE - at));
    size_t done = 0;

    if (check_random(seed) % 4 == 0) {
        if (at < model_size[file])
            memset(model[file] + at, 0, model_size[file] - at);
        expect(nonfs_file_truncate(f, at) == 0);
        model_size[file] = at;
        return;
    }
    memset(model[file] + at, (int)(check_random(seed) & 0xff), len);
    expect(nonfs_file_write(f, at, model[file] + at, len, &done) == 0 && done == len);
    model_size[file] = model_size[file] > at + len ? model_size[file] : at + len;
    expect(nonfs_file_read(f, 0, bytes, sizeof(bytes), &done) == 0 && done == model_size[file] &&
           memcmp(bytes, model[file], done) == 0);
}

static void *write_on(void *context)
{
    struct worker *w = context;
    uint64_t seed = check_seed() + 99;

    for (int i = 0; i < ROUNDS; i++) {
        unsigned file = (unsigned)(check_random(&seed) % CHANGING);
        struct nonfs_file f;
        char path[32];

        snprintf(path, sizeof(path), "/changing/%u", file);
        if (model_exists[file] && check_random(&seed) % 5 == 0) {
            expect(nonfs_path_remove(&tree.root, &w->scratch, path, strlen(path), false) == 0);
            memset(model[file], 0, FILE_SIZE);
            model_size[file] = 0;
            model_exists[file] = false;
            continue;
        }
        if (nonfs_file_open(&tree.root, &w->scratch, path, strlen(path),
                            NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, 0644, &f) < 0) {
            faults++;
            break;
        }
        model_exists[file] = true;
        change_content(&f, file, &seed);
        if (i % 10 == 0)
            expect(nonfs_file_sync(&f) == 0);
        nonfs_file_close(&f);
    }
    return NULL;
}

static void compare_model(void)
{
    static uint8_t bytes[FILE_SIZE];

    for (unsigned i = 0; i < CHANGING; i++) {
        struct nonfs_file f;
        char path[32];
        size_t done;

        snprintf(path, sizeof(path), "/changing/%u", i);
        int r = tree_open_file(&tree, &tree.root, path, NONFS_OPEN_READ, &f);
        ck_assert_int_eq(r, model_exists[i] ? 0 : NONFS_E_NOT_FOUND);
        if (r < 0)
            continue;
        ck_assert_int_eq(nonfs_file_read(&f, 0, bytes, sizeof(bytes), &done), 0);
        ck_assert_uint_eq(done, model_size[i]);
        ck_assert(memcmp(bytes, model[i], done) == 0);
        nonfs_file_close(&f);
    }
}

START_TEST(readers_beside_a_writer_see_what_the_model_says)
{
    static struct worker workers[READERS + 1];

    yields = true;
    worker_start(&workers[READERS], READERS, write_on);
    for (unsigned i = 0; i < READERS; i++)
        worker_start(&workers[i], i, read_on);
    for (unsigned i = 0; i <= READERS; i++)
        pthread_join(workers[i].thread, NULL);
    printf("# %u reads at once at most, %d waits\n", most, (int)monitor_waits);
    ck_assert_int_eq(faults, 0);
    compare_model();
    unmount();
    mount();
    compare_model();
}
END_TEST

/* ---- requests at once ---- */

static void *read_one(void *context)
{
    struct worker *w = context;

    read_stable(w, w->number, 0, 16384);
    return NULL;
}

/* Opened before, so that only the content is missing. */
static void *read_open_file(void *context)
{
    static _Thread_local uint8_t bytes[16384];
    struct worker *w = context;
    struct nonfs_file f;
    char path[32];
    size_t done = 0;

    snprintf(path, sizeof(path), "/stable/%u", w->number);
    expect(nonfs_file_open(&tree.root, &w->scratch, path, strlen(path), NONFS_OPEN_READ, 0, &f) ==
           0);
    pthread_mutex_lock(&gate);
    here++; /* that both are open before one of them reads */
    pthread_cond_broadcast(&gate_changed);
    while (here < 2 && meet == 0 && gate_wait())
        ;
    if (meet == 0) {
        meet = 2;
        here -= 2;
    }
    pthread_mutex_unlock(&gate);
    expect(nonfs_file_read(&f, 0, bytes, sizeof(bytes), &done) == 0 && done == sizeof(bytes));
    for (size_t i = 0; i < done; i++)
        if (bytes[i] != stable_byte(w->number, i))
            faults++;
    nonfs_file_close(&f);
    return NULL;
}

START_TEST(two_reads_are_on_their_way_to_the_device_at_once)
{
    static struct worker workers[2];

    for (unsigned i = 0; i < 2; i++)
        worker_start(&workers[i], i, read_open_file);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(workers[i].thread, NULL);
    ck_assert_uint_ge(most, 2);
}
END_TEST

/* Two inodes of which one block tells, and of which nothing is cached. */
static uint64_t neighbours[2];
static atomic_uint told;

static void *tell(void *context)
{
    struct worker *w = context;
    struct nonfs_fs_stat stat;

    expect(tree.fs->ops->stat(tree.fs, neighbours[w->number], &stat) == 0 &&
           stat.size == FILE_SIZE);
    told++;
    return NULL;
}

static void find_neighbours(void)
{
    const unsigned in_block = 4; /* inodes of 256 bytes in blocks of 1 KiB */
    uint64_t last = 0;

    for (unsigned i = 0; i < STABLE; i++) {
        struct nonfs_fs_stat stat;
        char path[32];
        snprintf(path, sizeof(path), "/stable/%u", i);
        ck_assert_int_eq(tree_stat(&tree, &tree.root, path, &stat), 0);
        if (last != 0 && (last - 1) / in_block == (stat.inode - 1) / in_block) {
            neighbours[0] = last;
            neighbours[1] = stat.inode;
        }
        last = stat.inode;
    }
    ck_assert_uint_ne(neighbours[0], 0);
}

START_TEST(block_that_is_on_its_way_is_waited_for_and_read_once)
{
    static struct worker workers[2];
    int before;

    find_neighbours();
    unmount();
    mount();
    before = monitor_waits;
    most = 0;
    meet = 2; /* which the second one does not come to */
    worker_start(&workers[0], 0, tell);
    while (here == 0)
        sched_yield();
    worker_start(&workers[1], 1, tell);
    while (monitor_waits == before && told == 0)
        sched_yield();
    pthread_mutex_lock(&gate);
    meet = 0;
    pthread_cond_broadcast(&gate_changed);
    pthread_mutex_unlock(&gate);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(workers[i].thread, NULL);
    ck_assert_uint_eq(most, 1);
}
END_TEST

static void *sync_all(void *context)
{
    (void)context;
    expect(tree.fs->ops->sync(tree.fs) == 0);
    return NULL;
}

START_TEST(files_are_opened_and_read_while_a_commit_waits_for_the_device)
{
    static struct worker committer, reader;

    ck_assert_int_eq(tree_put(&tree, &tree.root, "/changing/new", "new", 3), 0);
    hold_flush = true;
    worker_start(&committer, 0, sync_all);
    pthread_mutex_lock(&gate);
    while (flushing == 0 && gate_wait())
        ;
    pthread_mutex_unlock(&gate);
    worker_start(&reader, 1, read_one);
    pthread_join(reader.thread, NULL);
    ck_assert_uint_eq(flushing, 1);
    pthread_mutex_lock(&gate);
    hold_flush = false;
    pthread_cond_broadcast(&gate_changed);
    pthread_mutex_unlock(&gate);
    pthread_join(committer.thread, NULL);
}
END_TEST

/* ---- the cache beside transfers that go past it ---- */

static struct nonfs_file past;
static uint8_t past_bytes[LARGE * 512];

static void *read_past(void *context)
{
    size_t done = 0;

    (void)context;
    expect(nonfs_file_read(&past, 0, past_bytes, sizeof(past_bytes), &done) == 0 &&
           done == sizeof(past_bytes));
    return NULL;
}

static void *write_past(void *context)
{
    size_t done = 0;

    (void)context;
    expect(nonfs_file_write(&past, 0, past_bytes, sizeof(past_bytes), &done) == 0 &&
           done == sizeof(past_bytes));
    return NULL;
}

/* Changes a part of a block, which stays in the cache; starts a transfer of it; drives all that may go out of the cache. */
static void part_and_whole(const char *part, void *(*whole)(void *))
{
    static struct worker worker;
    size_t done;

    ck_assert_int_eq(nonfs_file_write(&past, 1030, part, 3, &done), 0);
    hold_large = true;
    worker_start(&worker, 0, whole);
    pthread_mutex_lock(&gate);
    while (held == 0 && gate_wait())
        ;
    pthread_mutex_unlock(&gate);
    for (unsigned file = 0; file < STABLE; file++) {
        static struct worker reader;
        for (uint64_t at = 5; at < FILE_SIZE; at += 1024)
            read_stable(&reader, file, at, 1);
    }
    ck_assert_uint_eq(held, 1);
    pthread_mutex_lock(&gate);
    hold_large = false;
    pthread_cond_broadcast(&gate_changed);
    pthread_mutex_unlock(&gate);
    pthread_join(worker.thread, NULL);
}

START_TEST(what_is_newer_than_the_device_stays_while_that_is_asked_past_the_cache)
{
    ck_assert_int_eq(tree_open_file(&tree, &tree.root, "/changing/past",
                                    NONFS_OPEN_READ | NONFS_OPEN_WRITE | NONFS_OPEN_CREATE, &past),
                     0);
    memset(past_bytes, 'a', sizeof(past_bytes));
    write_past(NULL);
    part_and_whole("old", read_past);
    ck_assert_mem_eq(past_bytes + 1028, "aaolda", 6);
    memset(past_bytes, 'b', sizeof(past_bytes));
    part_and_whole("old", write_past);
    nonfs_file_close(&past);
    unmount();
    mount();
    ck_assert_int_eq(tree_open_file(&tree, &tree.root, "/changing/past", NONFS_OPEN_READ, &past),
                     0);
    read_past(NULL);
    for (size_t i = 0; i < sizeof(past_bytes); i++)
        ck_assert_int_eq(past_bytes[i], 'b');
    nonfs_file_close(&past);
}
END_TEST

/* ---- the end of writing ---- */

static void *read_whatever(void *context)
{
    struct worker *w = context;
    uint8_t bytes[2000];
    struct nonfs_file f;
    size_t done;

    for (int i = 0; i < ROUNDS; i++) {
        char path[32];
        snprintf(path, sizeof(path), "/stable/%u", (unsigned)(i + (int)w->number) % STABLE);
        if (nonfs_file_open(&tree.root, &w->scratch, path, strlen(path), NONFS_OPEN_READ, 0, &f) <
            0)
            continue;
        (void)!nonfs_file_read(&f, 5, bytes, sizeof(bytes), &done);
        nonfs_file_close(&f);
    }
    return NULL;
}

START_TEST(device_that_fails_ends_writing_once_and_nobody_hangs)
{
    static struct worker workers[READERS];

    ck_assert_int_eq(tree_put(&tree, &tree.root, "/changing/new", "new", 3), 0);
    ck_assert_int_eq(nonfs_vfs_sync(&tree.vfs, false), 0);
    ck_assert_int_eq(tree_put(&tree, &tree.root, "/changing/lost", "lost", 4), 0);
    for (unsigned i = 0; i < READERS; i++)
        worker_start(&workers[i], i, read_whatever);
    failing = true;
    ck_assert_int_eq(nonfs_vfs_sync(&tree.vfs, false), NONFS_E_IO);
    for (unsigned i = 0; i < READERS; i++)
        pthread_join(workers[i].thread, NULL);
    ck_assert(tree.fs->read_only);
    ck_assert_int_eq(said, 1);
    failing = false;
    tree_close(&tree);
    ck_assert_int_eq(nonfs_ext4_fs_unmount(tree.fs), NONFS_E_IO);
    free(arena);
    mount(); /* replays */
    tree_must_hold(&tree, &tree.root, "/changing/new", "new");
}
END_TEST

START_TEST(volume_is_put_to_rest_while_others_read)
{
    static struct worker workers[READERS];

    ck_assert_int_eq(tree_put(&tree, &tree.root, "/changing/new", "new", 3), 0);
    for (unsigned i = 0; i < READERS; i++)
        worker_start(&workers[i], i, read_on);
    mounted = false;
    ck_assert_int_eq(nonfs_vfs_sync(&tree.vfs, true), 0);
    ck_assert_int_eq(tree_put(&tree, &tree.root, "/changing/more", "", 0), NONFS_E_READ_ONLY);
    for (unsigned i = 0; i < READERS; i++)
        pthread_join(workers[i].thread, NULL);
    tree_must_hold(&tree, &tree.root, "/changing/new", "new");
}
END_TEST

static Suite *threads_suite(void)
{
    Suite *suite = suite_create("nonfs ext4, threads");
    TCase *tc = tcase_create("threads");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, readers_beside_a_writer_see_what_the_model_says);
    tcase_add_test(tc, two_reads_are_on_their_way_to_the_device_at_once);
    tcase_add_test(tc, block_that_is_on_its_way_is_waited_for_and_read_once);
    tcase_add_test(tc, files_are_opened_and_read_while_a_commit_waits_for_the_device);
    tcase_add_test(tc, what_is_newer_than_the_device_stays_while_that_is_asked_past_the_cache);
    tcase_add_test(tc, device_that_fails_ends_writing_once_and_nobody_hangs);
    tcase_add_test(tc, volume_is_put_to_rest_while_others_read);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(threads_suite)
