/*
 * Speed of libnonfs beside Linux' ext4 and fuse2fs, and what an operation costs as a directory grows:
 *
 *     bench_nonfs [-r ROUNDS] [-m ENTRIES] [-n] [peers | curve]
 *
 * peers: one workload on each of the three, in turn, on new volumes in /dev/shm with the features of Debian's mke2fs and a
 * journal. Rates are medians of wall time, but for the first column, which is what libnonfs does in a second of CPU; fuse2fs,
 * which is slow, has one round. curve: up to ENTRIES entries in one directory. -n measures libnonfs alone. Figures of
 * different machines, or of different minutes, do not compare: the ratios do.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curve.h"
#include "nonfs_image.h"
#include "workload.h"

#define ROUNDS_MAX 15
#define MIB        1048576u

/* The goals, as ratios to Linux: measured once, on a machine that did nothing else. */
static const struct {
    const char *what;
    double unit;
    double bar;
} rows[ROW_COUNT] = {
    [ROW_WRITE] = {"sequential write, MB/s", 1e6, 1500.0 / 1343},
    [ROW_READ] = {"sequential read, MB/s", 1e6, 3500.0 / 1475},
    [ROW_CREATE] = {"create files of 1 KiB, 1000/s", 1e3, 35.0 / 33.6},
    [ROW_DELETE] = {"delete them, 1000/s", 1e3, 75.0 / 74.5},
    [ROW_CREATE_MANY] = {"create 100,000 entries, 1000/s", 1e3, 70.0 / 67},
    [ROW_LIST] = {"list them, 1000/s", 1e3, 3.0 / 1.9},
    [ROW_FIND] = {"look them up, 1000/s", 1e3, 230.0 / 105},
};

enum { OURS, LINUX, FUSE2FS, TARGETS };

static struct target targets[TARGETS] = {
    {.ops = &target_nonfs}, {.ops = &target_linux}, {.ops = &target_fuse2fs}};
static struct workload_rates rates[TARGETS][ROUNDS_MAX];
static char image_path[64];

void bench_die(const char *what)
{
    fprintf(stderr, "bench_nonfs: %s: %s\n", what, errno != 0 ? strerror(errno) : "it failed");
    exit(1);
}

int bench_command(const char *format, ...)
{
    char command[600];
    va_list args;
    int status;

    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

void bench_make_image(const char *path, uint64_t size, const char *options)
{
    if (bench_command("rm -f '%s' && truncate -s %llu '%s' && PATH=$PATH:/sbin:/usr/sbin "
                      "mke2fs -q -F -t ext4 -b 4096 %s '%s' && fallocate -l %llu '%s'",
                      path, (unsigned long long)size, path, options, path, (unsigned long long)size,
                      path) != 0)
        bench_die("mke2fs");
}

static void remove_image(void)
{
    unlink(image_path);
}

/* One round of one target on a new volume. Returns NULL, or why it cannot be measured. */
static const char *measure(struct target *t, const struct workload *w,
                           struct workload_rates *result)
{
    const char *reason;

    bench_make_image(image_path, (uint64_t)2048 * MIB, "");
    t->image = image_path;
    if (w->names_are_there) {
        struct target maker = {.ops = &target_nonfs, .image = image_path};

        (void)maker.ops->start(&maker);
        workload_make_names(&maker, w);
        maker.ops->stop(&maker);
    }
    reason = t->ops->start(t);
    if (reason != NULL)
        return reason;
    workload_run(t, w, result);
    t->ops->stop(t);
    if (bench_command("PATH=$PATH:/sbin:/usr/sbin e2fsck -fn '%s' >/dev/null 2>&1", image_path) !=
        0)
        bench_die("e2fsck finds faults in what was written");
    return NULL;
}

static int compare(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(int target, int rounds, int row, int of_cpu)
{
    double sorted[ROUNDS_MAX];

    for (int i = 0; i < rounds; i++)
        sorted[i] = of_cpu ? rates[target][i].cpu[row] : rates[target][i].wall[row];
    qsort(sorted, (size_t)rounds, sizeof(*sorted), compare);
    return sorted[rounds / 2];
}

static void print_rate(double rate, double unit)
{
    if (rate > 0)
        printf(rate < unit ? " %9.3f" : " %9.1f", rate / unit);
    else
        printf(" %9s", "-");
}

static void print_table(int rounds)
{
    printf("%-31s %9s %9s %9s %9s %11s %6s\n", "", "of CPU", "ours", "Linux", "fuse2fs",
           "ours/Linux", "bar");
    for (int row = 0; row < ROW_COUNT; row++) {
        double ours = median(OURS, rounds, row, 0);
        double theirs = median(LINUX, rounds, row, 0);

        printf("%-31s", rows[row].what);
        print_rate(median(OURS, rounds, row, 1), rows[row].unit);
        print_rate(ours, rows[row].unit);
        print_rate(theirs, rows[row].unit);
        print_rate(rates[FUSE2FS][0].wall[row], rows[row].unit);
        if (theirs > 0)
            printf(" %11.2f %6.2f%s", ours / theirs, rows[row].bar,
                   ours / theirs < rows[row].bar ? "  missed" : "");
        putchar('\n');
    }
}

static void print_peers(int rounds, int alone)
{
    struct workload w = {.file_size = (uint64_t)512 * MIB, .files = 10000, .names = 100000};
    struct workload slow = w;

    slow.patience = 5;
    slow.names_are_there = 1;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < (alone ? 1 : TARGETS); i++) {
            const char *reason;

            if (i == FUSE2FS && round > 0)
                continue;
            reason = measure(&targets[i], i == FUSE2FS ? &slow : &w, &rates[i][round]);
            if (reason != NULL && round == 0)
                printf("skipped: %s: %s\n", targets[i].ops->name, reason);
        }
    }
    print_table(rounds);
}

static void print_curve(uint32_t most)
{
    static const uint32_t caches[] = {860, BENCH_CACHE_BLOCKS};

    for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
        bench_make_image(image_path, (uint64_t)2048 * MIB, "-N 1200000 -O large_dir");
        curve_print(image_path, caches[i], most);
    }
}

int main(int argc, char **argv)
{
    uint32_t most = 1000000;
    int rounds = 5;
    int alone = 0;
    int c;

    while ((c = getopt(argc, argv, "r:m:n")) != -1) {
        if (c == 'r')
            rounds = atoi(optarg);
        else if (c == 'm')
            most = (uint32_t)strtoul(optarg, NULL, 10);
        else if (c == 'n')
            alone = 1;
        else
            return 2;
    }
    if (rounds < 1 || rounds > ROUNDS_MAX || argc - optind > 1) {
        fputs("usage: bench_nonfs [-r ROUNDS] [-m ENTRIES] [-n] [peers | curve]\n", stderr);
        return 2;
    }
    snprintf(image_path, sizeof(image_path), "/dev/shm/nonfs-bench-%ld.img", (long)getpid());
    atexit(remove_image);
    if (argc == optind || strcmp(argv[optind], "peers") == 0)
        print_peers(rounds, alone);
    if (argc == optind || strcmp(argv[optind], "curve") == 0)
        print_curve(most);
    return 0;
}
