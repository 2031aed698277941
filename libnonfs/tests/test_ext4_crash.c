/*
 * Loss of power at every moment.
 *
 * The device of the test has a volatile cache: what is written is in it until the next flush, and at the moment of the
 * loss any part of what was written since the last flush is on the disk. A run of operations is recorded as a row of
 * writes and flushes. For each place in that row disks are made: all writes up to the last flush before it, and of those
 * since then all, or a random choice, the last one torn to some of its sectors. The library mounts such a
 * disk for writing, so the journal is replayed and the orphans are removed; at every fifth one the power is lost again
 * meanwhile. Only the superblock, 1 KiB with a checksum, is never torn, also where it is written with the rest of its block: the
 * format has no protection against that, in Linux neither.
 *
 * Then the library's check must find nothing, and e2fsck at some of them neither, and what was there at the last sync must be
 * there, with its attributes, unless it was changed since. A run of 5,000 states is usual; with NONOS_LONG=1 it is 200,000.
 */
#include <check_main.h>

#include "companion.h"
#include "model.h"

#define TOOLS       "mke2fs e2fsck truncate"
#define EVENTS_MAX  100000u
#define SYNCS_MAX   4000u
#define RANGES_MAX  40000u
#define FILES       40u
#define SECTOR      512u
#define SUPER       1024u /* where the superblock is; its second half is one sector further on */
#define JUDGE_EVERY 229   /* e2fsck is slow: it looks at one state of so many, the library at all */
#define AGAIN_EVERY 5     /* states that lose the power again in their recovery */

struct event {
    uint64_t offset;
    uint8_t *bytes; /* NULL: a flush */
    size_t len;
    uint32_t synced; /* which sync was the last to return before it */
};

/* The content of the files at one sync: each is filled with one byte, so that a length and a byte say all. */
struct synced {
    struct {
        size_t size; /* 0: the file is not there */
        uint8_t fill;
    } files[FILES];
    uint8_t touched[FILES]; /* changed between this sync and the next one */
};

struct recording {
    struct event events[EVENTS_MAX];
    uint32_t nevents;
    struct synced syncs[SYNCS_MAX];
    uint32_t nsyncs;
    uint64_t random;
    uint32_t flags;              /* of every mount */
    struct nonfs_ext4_node held; /* a file without a name, if there is one */
    int holds;
};

/* The disk of a state. Between states it is the same as what is durable; so only what was written must be put back. */
struct scratch {
    struct volume v;
    uint8_t *durable;
    uint32_t nranges;
    struct {
        uint64_t offset;
        size_t len;
    } ranges[RANGES_MAX];
};

static char path[300];
static char judged[300];

static void record(void *context, uint64_t offset, const void *bytes, size_t len)
{
    struct recording *r = context;
    struct event *e = &r->events[r->nevents++];

    ck_assert_uint_lt(r->nevents, EVENTS_MAX);
    *e = (struct event){.offset = offset, .len = len, .synced = r->nsyncs - 1};
    if (bytes != NULL) {
        e->bytes = malloc(len);
        memcpy(e->bytes, bytes, len);
    }
}

static uint32_t pick(uint64_t *random, uint32_t n)
{
    return (uint32_t)(check_random(random) % n);
}

static void file_name(char name[40], uint32_t i)
{
    /* Long enough that the directory gets a tree, and blocks of names are split. */
    snprintf(name, 40, "a-file-with-a-number-%012u", i);
}

/* In the inode for some files, in a block for others. */
static size_t attribute_len(size_t size)
{
    return size % 7 == 0 ? size % 800 : size % 60;
}

static void write_file(struct recording *r, struct nonfs_ext4_node *root, uint32_t i,
                       struct synced *now)
{
    static uint8_t bytes[70000];
    struct nonfs_ext4_new what = {.mode = 0100644};
    struct nonfs_ext4_entry entry;
    struct nonfs_ext4_node node;
    size_t size =
        pick(&r->random, 3) == 0 ? pick(&r->random, 60000) + 1 : pick(&r->random, 3000) + 1;
    uint8_t fill = (uint8_t)(pick(&r->random, 255) + 1);
    char name[40];
    size_t done;

    file_name(name, i);
    if (now->files[i].size == 0) {
        ck_assert_int_eq(nonfs_ext4_create(root, name, strlen(name), &what, &node), 0);
    } else {
        ck_assert_int_eq(nonfs_ext4_find(root, name, strlen(name), &entry), 0);
        ck_assert_int_eq(nonfs_ext4_open(root->volume, entry.inode, &node), 0);
        ck_assert_int_eq(nonfs_ext4_truncate(&node, 0), 0);
    }
    memset(bytes, fill, size);
    ck_assert_int_eq(nonfs_ext4_write(&node, 0, bytes, size, &done), 0);
    ck_assert_int_eq(nonfs_ext4_xattr_set(&node, "user.fill", 9, bytes, attribute_len(size), 0), 0);
    now->files[i].size = size;
    now->files[i].fill = fill;
}

/* Some files are in use when their name goes, so that they are orphans for a while. */
static void unlink_file(struct recording *r, struct nonfs_ext4_node *root, const char *name)
{
    struct nonfs_ext4_entry entry;

    if (r->holds)
        ck_assert_int_eq(nonfs_ext4_release(&r->held), 0);
    r->holds = pick(&r->random, 2) == 0;
    if (r->holds) {
        ck_assert_int_eq(nonfs_ext4_find(root, name, strlen(name), &entry), 0);
        ck_assert_int_eq(nonfs_ext4_open(root->volume, entry.inode, &r->held), 0);
        ck_assert_int_eq(nonfs_ext4_hold(&r->held), 0);
    }
    ck_assert_int_eq(nonfs_ext4_unlink(root, name, strlen(name)), 0);
}

static void run_step(struct recording *r, struct nonfs_ext4_node *root, struct synced *now)
{
    uint32_t i = pick(&r->random, FILES);
    uint32_t k = pick(&r->random, FILES);
    char name[40];
    char other[40];

    r->syncs[r->nsyncs - 1].touched[i] = 1;
    file_name(name, i);
    switch (pick(&r->random, 4)) {
    case 0:
        if (now->files[i].size == 0)
            break;
        unlink_file(r, root, name);
        now->files[i].size = 0;
        break;
    case 1:
        if (now->files[i].size == 0 || i == k)
            break;
        r->syncs[r->nsyncs - 1].touched[k] = 1;
        file_name(other, k);
        ck_assert_int_eq(nonfs_ext4_rename(root, name, strlen(name), root, other, strlen(other)),
                         0);
        now->files[k] = now->files[i];
        now->files[i].size = 0;
        break;
    default:
        write_file(r, root, i, now);
        break;
    }
}

/* Runs operations with a sync now and then, and records what the device sees. */
static void run_recorded(struct recording *r, struct volume *v, uint32_t steps, int beside)
{
    struct synced now = {.touched = {0}};
    struct companion *companion = NULL;
    struct nonfs_ext4_node root;

    r->nsyncs = 1;
    v->image.watch = record;
    v->image.watch_context = r;
    if (beside)
        companion = companion_start(v, 192, r->flags);
    else
        ck_assert_int_eq(volume_mount(v, 192, r->flags), 0);
    ck_assert_int_eq(nonfs_ext4_open(v->fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (uint32_t step = 0; step < steps; step++) {
        uint64_t left;

        run_step(r, &root, &now);
        if (step % 7 != 6)
            continue;
        ck_assert_int_eq(nonfs_ext4_sync(v->fs), 0);
        ck_assert_uint_lt(r->nsyncs, SYNCS_MAX);
        memcpy(r->syncs[r->nsyncs].files, now.files, sizeof(now.files));
        r->nsyncs++;
        /* Often not all of it, so that blocks wait when the power is lost. */
        ck_assert_int_eq(nonfs_ext4_scrub(v->fs, pick(&r->random, 60), &left), 0);
    }
    /* Not unmounted: the power is lost at the latest now. */
    if (beside) {
        companion_stop(companion);
        companion_free(companion);
    }
    free(v->arena);
    v->fs = NULL;
    v->arena = NULL;
    v->image.watch = NULL;
}

/* Every write to the disk of a state, before it is done. */
static void note_write(void *context, uint64_t offset, const void *bytes, size_t len)
{
    struct scratch *x = context;

    if (bytes == NULL)
        return;
    ck_assert_uint_lt(x->nranges, RANGES_MAX);
    x->ranges[x->nranges].offset = offset;
    x->ranges[x->nranges++].len = len;
}

static void scratch_apply(struct scratch *x, uint64_t offset, const uint8_t *bytes, size_t len)
{
    if (bytes == NULL || len == 0)
        return;
    note_write(x, offset, bytes, len);
    memcpy(x->v.image.bytes + offset, bytes, len);
}

static void scratch_restore(struct scratch *x)
{
    for (; x->nranges > 0; x->nranges--) {
        uint64_t offset = x->ranges[x->nranges - 1].offset;

        memcpy(x->v.image.bytes + offset, x->durable + offset, x->ranges[x->nranges - 1].len);
    }
}

/* Each of the sectors, or not: a large write is not one to the disk. */
static void apply_sectors(struct recording *r, struct scratch *x, const struct event *e)
{
    size_t n;

    for (size_t at = 0; at < e->len; at += n) {
        n = e->offset + at == SUPER ? 2 * SECTOR : SECTOR;
        if (pick(&r->random, 4) != 0)
            scratch_apply(x, e->offset + at, e->bytes + at, n);
    }
}

enum loss { LOSS_NONE, LOSS_TORN, LOSS_SOME };

/* The disk at event `at`, when all up to event `flushed` is durable. */
static void make_disk(struct recording *r, struct scratch *x, uint32_t flushed, uint32_t at,
                      enum loss how)
{
    for (uint32_t i = flushed; i < at; i++) {
        const struct event *e = &r->events[i];
        size_t len = e->len;

        if (how == LOSS_SOME && pick(&r->random, 2) == 0)
            continue;
        /* The last one: some of its sectors. */
        if (how == LOSS_TORN && i + 1 == at)
            len = pick(&r->random, (uint32_t)(len / SECTOR) + 1) * SECTOR;
        if (e->offset + len == SUPER + SECTOR)
            len += SECTOR;
        if (how == LOSS_SOME && e->bytes != NULL && pick(&r->random, 2) == 0)
            apply_sectors(r, x, e);
        else
            scratch_apply(x, e->offset, e->bytes, len);
    }
}

static void check_attribute(struct nonfs_ext4_node *node, const char *name, size_t size,
                            uint8_t fill)
{
    uint8_t value[1024];
    size_t len;
    int result = nonfs_ext4_xattr_get(node, "user.fill", 9, value, sizeof(value), &len);

    if (result != 0 || len != attribute_len(size))
        ck_abort_msg("%s has not its attribute: %s", name, nonfs_strerror(result));
    for (size_t i = 0; i < len; i++) {
        if (value[i] != fill)
            ck_abort_msg("the attribute of %s differs at %zu", name, i);
    }
}

static void check_files(struct nonfs_ext4 *fs, const struct synced *s)
{
    static uint8_t bytes[70000];
    struct nonfs_ext4_node root;

    ck_assert_int_eq(nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &root), 0);
    for (uint32_t i = 0; i < FILES; i++) {
        struct nonfs_ext4_entry entry;
        struct nonfs_ext4_node node;
        char name[40];
        size_t done;
        int result;

        if (s->touched[i])
            continue;
        file_name(name, i);
        result = nonfs_ext4_find(&root, name, strlen(name), &entry);
        if (result != (s->files[i].size == 0 ? NONFS_E_NOT_FOUND : 0))
            ck_abort_msg("%s: %s", name, nonfs_strerror(result));
        if (result != 0)
            continue;
        if (nonfs_ext4_open(fs, entry.inode, &node) != 0 ||
            nonfs_ext4_read(&node, 0, bytes, sizeof(bytes), &done) != 0 || done != s->files[i].size)
            ck_abort_msg("%s is not as it was synced", name);
        for (size_t at = 0; at < done; at++) {
            if (bytes[at] != s->files[i].fill)
                ck_abort_msg("%s differs at %zu of %zu", name, at, done);
        }
        check_attribute(&node, name, done, s->files[i].fill);
    }
}

static void let_e2fsck_judge(const struct image *image, uint32_t at)
{
    const char *objection;

    image_save(image, judged);
    objection = e2fsck_objection(judged);
    ck_assert_msg(objection == NULL, "after event %u: %s", at, objection);
}

/* The recovery of a disk ends after some of its writes: the power is lost again. */
static void lose_power_again(struct recording *r, struct scratch *x)
{
    x->v.image.fail_write_at = x->v.image.writes + 1 + pick(&r->random, 40);
    /* If it needed fewer, the power is lost after it. */
    (void)!volume_mount(&x->v, 192, r->flags);
    free(x->v.arena);
    x->v.image.fail_write_at = 0;
}

/* Mounts a disk as it was found, looks at it, and lets e2fsck judge some. */
static void check_disk(struct recording *r, struct scratch *x, uint32_t at, uint32_t state)
{
    struct volume *v = &x->v;
    char what[40];
    int result;

    if (state % AGAIN_EVERY == 0)
        lose_power_again(r, x);
    result = volume_mount(v, 192, r->flags);
    if (result != 0)
        ck_abort_msg("after event %u: %s, %s", at, nonfs_strerror(result), v->diagnostic.reason);
    check_files(v->fs, &r->syncs[r->events[at].synced]);
    result = nonfs_ext4_unmount(v->fs);
    v->fs = NULL;
    free(v->arena);
    v->arena = NULL;
    if (result != 0)
        ck_abort_msg("unmounting after event %u: %s", at, nonfs_strerror(result));
    snprintf(what, sizeof(what), "after event %u", at);
    image_check(&v->image, what);
    if (state % JUDGE_EVERY == 0)
        let_e2fsck_judge(&v->image, at);
    scratch_restore(x);
}

static const struct {
    const char *arguments;
    uint32_t flags;
    int beside; /* another thread reads while it is written */
} images[] = {
    {"-t ext4 -b 1024 -J size=1", 0, 0},
    {"-t ext4 -b 1024 -J size=1", 0, 1},
    {"-t ext4 -b 4096 -J size=4", 0, 0},
    {"-t ext4 -b 1024 -J size=1 -O ^metadata_csum,^64bit,orphan_file", 0, 0},
    {"-t ext4 -b 1024 -J size=1", NONFS_MOUNT_SCRUB, 0},
    {"-t ext4 -b 1024 -J size=1 -O ^metadata_csum,orphan_file",
     NONFS_MOUNT_SCRUB | NONFS_MOUNT_PAD | NONFS_MOUNT_NO_TIMES, 0},
};

/* All states of a recording; returns their number. */
static uint32_t check_states(struct recording *r, struct scratch *x, uint32_t variants)
{
    uint32_t flushed = 0;
    uint32_t states = 0;

    for (uint32_t at = 0; at < r->nevents; at++) {
        for (uint32_t i = 0; i < variants; i++) {
            enum loss how = i == 0 ? LOSS_NONE : i % 2 != 0 ? LOSS_SOME : LOSS_TORN;

            make_disk(r, x, flushed, at, how);
            check_disk(r, x, at, states++);
        }
        if (r->events[at].bytes != NULL)
            continue;
        for (; flushed < at; flushed++) {
            const struct event *e = &r->events[flushed];

            if (e->bytes == NULL)
                continue;
            memcpy(x->durable + e->offset, e->bytes, e->len);
            memcpy(x->v.image.bytes + e->offset, e->bytes, e->len);
        }
    }
    return states;
}

START_TEST(what_was_synced_survives_a_loss_of_power_at_any_moment)
{
    const char *missing = missing_tool(TOOLS);
    int is_long = getenv("NONOS_LONG") != NULL;
    struct recording *r = calloc(1, sizeof(*r));
    struct scratch *x = calloc(1, sizeof(*x));
    /* With scrubbing each state overwrites the whole log when it is unmounted. */
    uint32_t variants = images[_i].flags != 0 ? 3 : 6;
    uint32_t states;
    struct volume v;

    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        free(r);
        free(x);
        return;
    }
    memset(&v, 0, sizeof(v));
    snprintf(path, sizeof(path), "%s/image", test_folder());
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 16M '%s'; mke2fs -q -F %s '%s'", path,
                                 path, images[_i].arguments, path),
                     0);
    ck_assert_int_eq(image_open(&v.image, path, 512), 0);
    image_make_writable(&v.image);
    x->durable = malloc(v.image.size);
    memcpy(x->durable, v.image.bytes, v.image.size);
    image_from_bytes(&x->v.image, v.image.bytes, v.image.size, 512);
    image_make_writable(&x->v.image);
    x->v.image.watch = note_write;
    x->v.image.watch_context = x;
    r->random = check_seed() + (uint64_t)_i;
    r->flags = NONFS_MOUNT_WRITE | images[_i].flags;
    run_recorded(r, &v, is_long ? 2100 : 210, images[_i].beside);
    states = check_states(r, x, is_long ? 4 * variants : variants);
    printf("# %s, flags %u: %u writes and flushes, %u states\n", images[_i].arguments, r->flags,
           r->nevents, states);
    for (uint32_t i = 0; i < r->nevents; i++)
        free(r->events[i].bytes);
    free(r);
    free(x->durable);
    image_close(&x->v.image);
    free(x);
    volume_close(&v);
}
END_TEST

/* A judge that never objects proves nothing: without replay it must. */
START_TEST(e2fsck_objects_when_the_journal_is_thrown_away)
{
    struct recording *r = calloc(1, sizeof(*r));
    struct volume v;

    if (missing_tool(TOOLS) != NULL) {
        free(r);
        return;
    }
    memset(&v, 0, sizeof(v));
    snprintf(path, sizeof(path), "%s/image", test_folder());
    snprintf(judged, sizeof(judged), "%s/judged", test_folder());
    ck_assert_int_eq(run_command("rm -f '%s'; truncate -s 16M '%s'; mke2fs -q -F %s '%s'", path,
                                 path, images[0].arguments, path),
                     0);
    ck_assert_int_eq(image_open(&v.image, path, 512), 0);
    image_make_writable(&v.image);
    r->random = check_seed();
    r->flags = NONFS_MOUNT_WRITE;
    run_recorded(r, &v, 100, 0);
    /* The flag goes, and with it the log. */
    v.image.bytes[1024 + 0x60] &= (uint8_t)~4u;
    image_save(&v.image, judged);
    ck_assert_ptr_nonnull(e2fsck_objection(judged));
    for (uint32_t i = 0; i < r->nevents; i++)
        free(r->events[i].bytes);
    free(r);
    volume_close(&v);
}
END_TEST

static Suite *crash_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 crash");
    TCase *tc = tcase_create("crash");

    tcase_set_timeout(tc, getenv("NONOS_LONG") != NULL ? 7200 : 300);
    tcase_add_unchecked_fixture(tc, test_folder_make, test_folder_remove);
    tcase_add_loop_test(tc, what_was_synced_survives_a_loss_of_power_at_any_moment, 0,
                        (int)(sizeof(images) / sizeof(images[0])));
    tcase_add_test(tc, e2fsck_objects_when_the_journal_is_thrown_away);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(crash_suite)
