/*
 * A device that fails: each call that a row of operations makes of it fails once, or it and all after it do.
 *
 * A call that fails has done nothing, a write that fails the first half, and a flush that fails loses what it should have made durable. At the end two disks
 * are looked at, the one that has all that was written, and the one that has only what a flush that succeeded has made durable.
 *
 * What must hold: no operation that failed has changed anything but the file that it was writing. What a sync said is durable is on both disks,
 * unless it was changed since, whatever failed before or after. Both mount, and the library's check finds nothing; nor does e2fsck at some of
 * them. If writing has not ended, all operations that succeeded show.
 */
#include <check_main.h>

#include <nonfs/ext4_write.h>

#include "ext4_disk.h"
#include "image.h"

#define SIZE         (8u << 20)
#define FILES        20u
#define CONTENT_MAX  24000u
#define STEPS        240u
#define SYNC_EVERY   6u
#define UNDO_MAX     4096u
#define JUDGE_EVERY  101u /* e2fsck is slow */
#define CACHE_BLOCKS 192u /* the least: so that transactions are committed in operations, too */

/* A file is filled with one byte, and has an attribute of as many bytes as its size modulo 200. */
struct file {
    size_t size; /* 0: it is not there */
    uint8_t fill;
    int unknown; /* an operation on it failed in the middle, or it was changed since the sync */
};

struct undo {
    uint64_t offset;
    size_t len;
    uint8_t *before;
};

struct faulty {
    struct memory_disk disk;
    struct nonfs_block_ops ops; /* those of the disk, with what is below around them */
    struct undo undo[UNDO_MAX]; /* what was written since the last flush that succeeded */
    uint32_t nundo;
};

struct run {
    struct faulty device;
    struct nonfs_ext4 *fs;
    void *arena;
    uint64_t random;
    struct file now[FILES];
    struct file synced[FILES];
    int aborted; /* writing has ended */
    int failed;  /* an operation said so */
};

static uint8_t *pristine;
static char judged[300];

static int faulty_read(void *context, uint64_t first, uint32_t nblocks, void *buf)
{
    struct faulty *f = context;

    return memory_disk_read(&f->disk, first, nblocks, buf);
}

static int faulty_write(void *context, uint64_t first, uint32_t nblocks, const void *buf)
{
    struct faulty *f = context;
    uint64_t offset = first * f->disk.dev.block_size;
    size_t len = (size_t)nblocks * f->disk.dev.block_size;
    struct undo *u = &f->undo[f->nundo++];
    int result;

    ck_assert_uint_lt(f->nundo, UNDO_MAX);
    *u = (struct undo){.offset = offset, .len = len, .before = malloc(len)};
    memcpy(u->before, f->disk.bytes + offset, len);
    result = memory_disk_write(&f->disk, first, nblocks, buf);
    /* All but the superblock may be torn (test_ext4_crash.c says why). */
    if (result != 0 && first > 3)
        memcpy(f->disk.bytes + offset, buf, (nblocks / 2) * (size_t)f->disk.dev.block_size);
    return result;
}

static void undo_forget(struct faulty *f)
{
    while (f->nundo > 0)
        free(f->undo[--f->nundo].before);
}

/* The disk without what no flush has made durable. */
static void undo_all(struct faulty *f)
{
    while (f->nundo > 0) {
        struct undo *u = &f->undo[--f->nundo];

        memcpy(f->disk.bytes + u->offset, u->before, u->len);
        free(u->before);
    }
}

/* What was in the cache is lost when it fails, and no later one finds it. */
static int faulty_flush(void *context)
{
    struct faulty *f = context;
    int result = memory_disk_flush(&f->disk);

    if (result == 0)
        undo_forget(f);
    else
        undo_all(f);
    return result;
}

/* ---- operations ---- */

static uint32_t pick(struct run *r, uint32_t n)
{
    return (uint32_t)(check_random(&r->random) % n);
}

static int note(struct run *r, int result)
{
    if (result == NONFS_E_ABORTED)
        r->aborted = 1;
    if (result != 0)
        r->failed = 1;
    return result;
}

static const char *file_path(uint32_t i)
{
    static char name[60];

    snprintf(name, sizeof(name), "%sfile-with-a-name-%u", i % 2 ? "d/" : "", i);
    return name;
}

static int open_path(struct run *r, const char *path, struct nonfs_ext4_node *node)
{
    return note(r, nonfs_ext4_lookup(r->fs, NULL, path, strlen(path), 0, node));
}

/* The directory of a file and its name there. */
static int open_directory(struct run *r, uint32_t i, struct nonfs_ext4_node *node)
{
    return open_path(r, i % 2 ? "/d" : "/", node);
}

static const char *file_name(uint32_t i)
{
    return file_path(i) + (i % 2 ? 2 : 0);
}

static void write_content(struct run *r, struct nonfs_ext4_node *node, struct file *file)
{
    static uint8_t bytes[CONTENT_MAX];
    uint8_t fill = (uint8_t)(1 + pick(r, 255));
    size_t done = 0;

    memset(bytes, fill, file->size);
    /* What was read and written before it failed is there: some of both. */
    file->unknown =
        note(r, nonfs_ext4_write(node, 0, bytes, file->size, &done)) != 0 ||
        note(r, nonfs_ext4_xattr_set(node, "user.fill", 9, bytes, file->size % 200, 0)) != 0;
    ck_assert(file->unknown || done == file->size);
    file->fill = fill;
}

static void make_file(struct run *r, uint32_t i)
{
    struct nonfs_ext4_new what = {.mode = NONFS_S_IFREG | 0644};
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_node node;
    struct file made = {.size = 1 + pick(r, pick(r, 3) == 0 ? CONTENT_MAX - 1 : 2000)};

    if (open_directory(r, i, &directory) != 0 ||
        note(r, nonfs_ext4_create(&directory, file_name(i), strlen(file_name(i)), &what, &node)) !=
            0)
        return;
    write_content(r, &node, &made);
    r->now[i] = made;
}

static void rewrite_file(struct run *r, uint32_t i)
{
    struct nonfs_ext4_node node;

    if (open_path(r, file_path(i), &node) == 0)
        write_content(r, &node, &r->now[i]);
}

static void remove_file(struct run *r, uint32_t i)
{
    struct nonfs_ext4_node directory;

    if (open_directory(r, i, &directory) == 0 &&
        note(r, nonfs_ext4_unlink(&directory, file_name(i), strlen(file_name(i)))) == 0)
        r->now[i] = (struct file){.size = 0};
}

static void rename_file(struct run *r, uint32_t i, uint32_t k)
{
    struct nonfs_ext4_node from;
    struct nonfs_ext4_node to;
    char old[60];

    snprintf(old, sizeof(old), "%s", file_name(i));
    if (open_directory(r, i, &from) != 0 || open_directory(r, k, &to) != 0 ||
        note(r, nonfs_ext4_rename(&from, old, strlen(old), &to, file_name(k),
                                  strlen(file_name(k)))) != 0)
        return;
    r->now[k] = r->now[i];
    r->now[i] = (struct file){.size = 0};
}

static void exchange_files(struct run *r, uint32_t i, uint32_t k)
{
    struct nonfs_ext4_node from;
    struct nonfs_ext4_node to;
    struct file file = r->now[i];
    char name[60];

    snprintf(name, sizeof(name), "%s", file_name(i));
    if (open_directory(r, i, &from) != 0 || open_directory(r, k, &to) != 0 ||
        note(r, nonfs_ext4_exchange(&from, name, strlen(name), &to, file_name(k),
                                    strlen(file_name(k)))) != 0)
        return;
    r->now[i] = r->now[k];
    r->now[k] = file;
}

static void touch(struct run *r, uint32_t i)
{
    r->synced[i].unknown = 1;
}

static void step(struct run *r)
{
    uint32_t i = pick(r, FILES);
    uint32_t k = pick(r, FILES);
    uint32_t what = pick(r, 7);

    touch(r, i);
    if (r->now[i].size == 0) {
        make_file(r, i);
    } else if (what == 0) {
        remove_file(r, i);
    } else if (what == 1 && i != k) {
        touch(r, k);
        rename_file(r, i, k);
    } else if (what == 2 && i != k && r->now[k].size != 0) {
        touch(r, k);
        exchange_files(r, i, k);
    } else {
        rewrite_file(r, i);
    }
}

static void synced(struct run *r, int result)
{
    if (note(r, result) == 0)
        memcpy(r->synced, r->now, sizeof(r->now));
    else
        r->aborted = 1; /* the next operation would say so */
}

/* ---- one run ---- */

static int run_mount(struct run *r, uint32_t flags)
{
    struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS, .flags = flags};
    size_t size = nonfs_ext4_arena_size(&config, 1024);
    int result;

    r->arena = malloc(size);
    result = nonfs_ext4_mount(&r->fs, &r->device.disk.dev, &config, r->arena, size, NULL);
    if (result != 0) {
        free(r->arena);
        r->fs = NULL;
    }
    return result;
}

static int run_unmount(struct run *r)
{
    int result = nonfs_ext4_unmount(r->fs);

    free(r->arena);
    r->fs = NULL;
    return result;
}

static void run_begin(struct run *r, uint64_t seed)
{
    struct faulty *f = &r->device;
    uint8_t *bytes = f->disk.bytes;

    memset(r->now, 0, sizeof(r->now));
    memset(r->synced, 0, sizeof(r->synced));
    r->aborted = r->failed = 0;
    r->random = seed;
    f->disk = (struct memory_disk){.bytes = bytes, .dev = f->disk.dev};
    memcpy(bytes, pristine, SIZE);
}

static void compare_file(struct run *r, uint32_t i, const struct file *expected, const char *what)
{
    static uint8_t bytes[CONTENT_MAX + 1];
    struct nonfs_ext4_node node;
    size_t done = 0;
    size_t len = 0;
    int result;

    if (expected->unknown)
        return;
    result = nonfs_ext4_lookup(r->fs, NULL, file_path(i), strlen(file_path(i)), 0, &node);
    if (result != (expected->size == 0 ? NONFS_E_NOT_FOUND : 0))
        ck_abort_msg("%s: %s: %s", what, file_path(i), nonfs_strerror(result));
    if (result != 0)
        return;
    result = nonfs_ext4_read(&node, 0, bytes, sizeof(bytes), &done);
    if (result != 0 || done != expected->size || bytes[0] != expected->fill ||
        memcmp(bytes, bytes + 1, done - 1) != 0)
        ck_abort_msg("%s: the content of %s: %s", what, file_path(i), nonfs_strerror(result));
    result = nonfs_ext4_xattr_get(&node, "user.fill", 9, bytes, sizeof(bytes), &len);
    if (result != 0 || len != expected->size % 200 || (len > 0 && bytes[0] != expected->fill))
        ck_abort_msg("%s: the attribute of %s: %s", what, file_path(i), nonfs_strerror(result));
}

static void compare(struct run *r, const struct file *expected, const char *what)
{
    for (uint32_t i = 0; i < FILES; i++)
        compare_file(r, i, &expected[i], what);
}

/* Without faults, and without being counted. */
static void compare_unseen(struct run *r, const char *what)
{
    struct memory_disk *disk = &r->device.disk;
    uint64_t fail_at = disk->fail_at;
    uint64_t calls = disk->calls;

    disk->fail_at = 0;
    compare(r, r->now, what);
    disk->fail_at = fail_at;
    disk->calls = calls;
}

/* The operations, with a fault in them. All calls that the device sees until the end are counted in it. */
static void run_operations(struct run *r)
{
    struct nonfs_ext4_new folder = {.mode = NONFS_S_IFDIR | 0755};
    struct nonfs_ext4_node root;

    if (note(r, run_mount(r, NONFS_MOUNT_WRITE)) != 0)
        return;
    if (open_path(r, "/", &root) == 0)
        (void)note(r, nonfs_ext4_create(&root, "d", 1, &folder, NULL));
    for (uint32_t i = 0; i < STEPS; i++) {
        step(r);
        if (i % SYNC_EVERY == SYNC_EVERY - 1)
            synced(r, nonfs_ext4_sync(r->fs));
    }
}

/* Ends a run: what its operations did shows, unless writing has ended or the device is gone. */
static void run_end(struct run *r, const char *what)
{
    if (r->fs == NULL)
        return;
    if (!r->aborted && r->device.disk.fail_result != NONFS_E_GONE)
        compare_unseen(r, what);
    synced(r, run_unmount(r));
}

/* A disk that is found after a run mounts, holds what was synced, and is sound. */
static void look_at_disk(struct run *r, const char *what, int judge)
{
    const char *objection;
    struct image image = {.dev = r->device.disk.dev, .bytes = r->device.disk.bytes, .size = SIZE};
    int result = run_mount(r, NONFS_MOUNT_WRITE);

    if (result != 0)
        ck_abort_msg("%s: mounting: %s", what, nonfs_strerror(result));
    compare(r, r->synced, what);
    ck_assert_int_eq(run_unmount(r), 0);
    image_check(&image, what);
    if (!judge || missing_tool("e2fsck") != NULL)
        return;
    image_save(&image, judged);
    objection = e2fsck_objection(judged);
    ck_assert_msg(objection == NULL, "%s: %s", what, objection);
}

static void look_at_disks(struct run *r, const char *fault, int judge)
{
    struct faulty *f = &r->device;
    uint8_t *written = f->disk.bytes;
    uint8_t *durable = malloc(SIZE);
    char what[100];

    f->disk.fail_at = 0;
    memcpy(durable, written, SIZE);
    f->disk.bytes = durable;
    undo_all(f);
    snprintf(what, sizeof(what), "%s, what was flushed", fault);
    look_at_disk(r, what, judge);
    undo_forget(f);
    free(durable);
    f->disk.bytes = written;
    snprintf(what, sizeof(what), "%s, what was written", fault);
    look_at_disk(r, what, judge);
    undo_forget(f);
}

static struct run *run_new(void)
{
    struct run *r = calloc(1, sizeof(*r));
    struct faulty *f = &r->device;

    ext4_disk_make(&f->disk, SIZE);
    pristine = malloc(SIZE);
    memcpy(pristine, f->disk.bytes, SIZE);
    f->ops =
        (struct nonfs_block_ops){.read = faulty_read, .write = faulty_write, .flush = faulty_flush};
    f->disk.dev.ops = &f->ops;
    f->disk.dev.context = f;
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    return r;
}

static void run_free(struct run *r)
{
    free(pristine);
    memory_disk_free(&r->device.disk);
    free(r);
}

struct sweep {
    uint64_t seed;
    int once;      /* a call fails, else all from it on */
    int result;    /* with what */
    uint32_t step; /* between the calls that fail */
};

/* Each call fails in a run of its own. Returns how many there are. */
static uint64_t sweep(const struct sweep *s, uint32_t *ended)
{
    struct run *r = run_new();
    uint64_t calls;

    run_begin(r, s->seed);
    run_operations(r);
    run_end(r, "without a fault");
    ck_assert(!r->failed);
    calls = r->device.disk.calls;
    look_at_disks(r, "without a fault", 1);
    *ended = 0;
    for (uint64_t at = 1; at <= calls; at += s->step) {
        char what[60];

        snprintf(what, sizeof(what), "call %llu of %llu", (unsigned long long)at,
                 (unsigned long long)calls);
        run_begin(r, s->seed);
        r->device.disk.fail_at = at;
        r->device.disk.fail_once = s->once;
        r->device.disk.fail_result = s->result;
        run_operations(r);
        run_end(r, what);
        *ended += (uint32_t)r->aborted;
        /* Nobody may be told that all went well: not with a write that was lost. */
        if (!s->once)
            ck_assert_msg(r->failed, "%s was not noticed", what);
        look_at_disks(r, what, at % JUDGE_EVERY == 1);
    }
    run_free(r);
    return calls;
}

static int is_long(void)
{
    return getenv("NONOS_LONG") != NULL;
}

START_TEST(error_of_any_one_call_loses_nothing_that_was_synced)
{
    struct sweep s = {check_seed(), 1, NONFS_E_IO, 1};
    uint32_t ended;

    for (uint32_t i = 0; i < (is_long() ? 20u : 1u); i++, s.seed++) {
        uint64_t calls = sweep(&s, &ended);

        printf("# seed %#llx: each of %llu calls failed once; %u of them ended writing\n",
               (unsigned long long)s.seed, (unsigned long long)calls, ended);
    }
}
END_TEST

START_TEST(device_that_goes_at_any_call_loses_nothing_that_was_synced)
{
    struct sweep s = {check_seed() + 100, 0, NONFS_E_GONE, is_long() ? 1 : 2};
    uint32_t ended;

    for (uint32_t i = 0; i < (is_long() ? 20u : 1u); i++, s.seed++) {
        uint64_t calls = sweep(&s, &ended);

        printf("# seed %#llx: the device went at %llu of %llu calls\n", (unsigned long long)s.seed,
               (unsigned long long)(calls + s.step - 1) / s.step, (unsigned long long)calls);
    }
}
END_TEST

/* Writes to a file until there is no room; returns how many bytes it has. */
static uint64_t fill_up(struct run *r, struct nonfs_ext4_node *node)
{
    static uint8_t bytes[30000];
    uint64_t size = 0;
    size_t done = sizeof(bytes);
    int result = 0;

    memset(bytes, 'f', sizeof(bytes));
    while (result == 0) {
        result = nonfs_ext4_write(node, size, bytes, sizeof(bytes), &done);
        size += done;
    }
    ck_assert_int_eq(result, NONFS_E_FULL);
    ck_assert_int_eq(nonfs_ext4_sync(r->fs), 0);
    return size;
}

START_TEST(full_volume_loses_nothing_and_takes_more_when_something_is_deleted)
{
    struct nonfs_ext4_new what = {.mode = NONFS_S_IFREG | 0644};
    struct run *r = run_new();
    struct nonfs_ext4_node root;
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;

    run_begin(r, check_seed());
    run_operations(r);
    ck_assert_int_eq(open_path(r, "/", &root), 0);
    for (int i = 0; i < 3; i++) {
        uint64_t size;

        ck_assert_int_eq(nonfs_ext4_create(&root, "fill", 4, &what, &node), 0);
        size = fill_up(r, &node);
        ck_assert_uint_gt(size, SIZE / 4);
        nonfs_ext4_stat(&node, &st);
        ck_assert_uint_eq(st.size, size);
        compare(r, r->now, "while it is full");
        for (uint32_t k = 0; k < FILES; k++) {
            struct file before = r->now[k];

            if (before.size != 0)
                continue;
            /* A name may find a place, its content does not. */
            make_file(r, k);
            compare_file(r, k, &r->now[k], "a file for which there is no room");
            if (r->now[k].size != 0)
                remove_file(r, k);
        }
        ck_assert_int_eq(nonfs_ext4_unlink(&root, "fill", 4), 0);
        ck_assert_int_eq(nonfs_ext4_sync(r->fs), 0);
        compare(r, r->now, "after it was full");
    }
    ck_assert(!r->aborted);
    synced(r, run_unmount(r));
    look_at_disks(r, "after it was full", 1);
    run_free(r);
}
END_TEST

static Suite *faults_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 faults");
    TCase *tc = tcase_create("faults");

    tcase_set_timeout(tc, is_long() ? 7200 : 120);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_test(tc, error_of_any_one_call_loses_nothing_that_was_synced);
    tcase_add_test(tc, device_that_goes_at_any_call_loses_nothing_that_was_synced);
    tcase_add_test(tc, full_volume_loses_nothing_and_takes_more_when_something_is_deleted);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(faults_suite)
