/*
 * nonfs check.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nonfs/check.h>

#include "command.h"
#include "json.h"

#define CACHE_BLOCKS 4096u
#define PROBLEMS_MAX 10000u

/* Exit codes as those of fsck(8). */
enum check_code {
    CHECK_CLEAN = 0,
    CHECK_ERRORS = 4,      /* problems were found, and are left */
    CHECK_OPERATIONAL = 8, /* there is no verdict */
    CHECK_USAGE = 16,
};

struct check_run {
    int json;
    int shows_progress;
    unsigned percent;
};

static void print_name_json(const char *key, const char *text)
{
    printf(",\"%s\":", key);
    json_print_string(text);
}

static void problem_print(void *context, const struct nonfs_problem *problem)
{
    const struct check_run *run = context;
    char text[NONFS_PROBLEM_TEXT_SIZE + NONFS_EXT4_NAME_MAX];

    nonfs_check_format(problem, text, sizeof(text));
    if (run->shows_progress)
        fputs("\r\033[K", stderr);
    if (!run->json) {
        print_name(text);
        putchar('\n');
        return;
    }
    printf("{\"kind\":%d,\"inode\":%llu,\"block\":%llu,\"group\":%llu,\"found\":%llu,\"expected\":%"
           "llu",
           (int)problem->kind, (unsigned long long)problem->inode,
           (unsigned long long)problem->block, (unsigned long long)problem->group,
           (unsigned long long)problem->found, (unsigned long long)problem->expected);
    print_name_json("text", text);
    puts("}");
}

static void progress_print(void *context, unsigned pass, uint64_t done, uint64_t all)
{
    struct check_run *run = context;
    unsigned percent = all == 0 ? 100 : (unsigned)(done * 100 / all);

    if (percent == run->percent)
        return;
    run->percent = percent;
    fprintf(stderr, "\rpass %u: %u %%\033[K", pass, percent);
}

static void result_print(const struct check_run *run, const char *image,
                         const struct nonfs_check_result *r)
{
    if (run->json) {
        fputs("{\"image\":", stdout);
        json_print_string(image);
        printf(",\"problems\":%llu,\"inodes\":%llu,\"directories\":%llu,\"blocks\":%llu,"
               "\"journal_waits\":%s,\"errors_flagged\":%s}\n",
               (unsigned long long)r->problems, (unsigned long long)r->inodes,
               (unsigned long long)r->directories, (unsigned long long)r->blocks,
               r->journal_waits ? "true" : "false", r->errors_flagged ? "true" : "false");
        return;
    }
    print_name(image);
    if (r->problems == 0)
        printf(": clean, %llu inodes, %llu directories, %llu blocks\n",
               (unsigned long long)r->inodes, (unsigned long long)r->directories,
               (unsigned long long)r->blocks);
    else
        printf(": %llu problem%s\n", (unsigned long long)r->problems, r->problems == 1 ? "" : "s");
}

static int check_failed(const char *image, int result, const struct nonfs_diagnostic *diagnostic)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    if (diagnostic->result == result) {
        nonfs_diagnostic_format(diagnostic, text, sizeof(text));
        complain("%s: %s", image, text);
    } else {
        complain("%s: %s", image, nonfs_strerror(result));
    }
    return CHECK_OPERATIONAL;
}

/* Checks with as much memory as it takes to go through the volume once, or as much as is allowed. */
static int check_disk(struct disk *disk, struct check_run *run, uint64_t memory)
{
    struct nonfs_check_config config = {
        .cache_blocks = CACHE_BLOCKS,
        .problems_max = PROBLEMS_MAX,
        .report = problem_print,
        .progress = run->shows_progress ? progress_print : NULL,
        .context = run,
    };
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_diagnostic diagnostic = {.result = 0};
    struct nonfs_check_result found;
    struct nonfs_ext4_info info = {.block_size = 1024};
    size_t whole = 0;
    size_t least;
    void *arena;
    int result = nonfs_ext4_probe(&disk->dev, scratch, &info, &diagnostic);

    if (result != 0) /* what it says of that takes little memory */
        info = (struct nonfs_ext4_info){.block_size = 1024};
    least = nonfs_check_arena_size(&config, &info, &whole);
    if (memory != 0 && memory < whole)
        whole = memory < least ? least : (size_t)memory;
    arena = least == 0 ? NULL : malloc(whole);
    if (arena == NULL)
        return check_failed(disk->path, NONFS_E_NO_MEMORY, &diagnostic);
    result = nonfs_check(&disk->dev, &config, arena, whole, &found, &diagnostic);
    if (run->shows_progress)
        fputs("\r\033[K", stderr);
    if (result != 0) {
        result = check_failed(disk->path, result, &diagnostic);
    } else {
        if (found.journal_waits)
            complain("%s: the journal holds changes that were not looked at ('nonfs recover' "
                     "writes them home)",
                     disk->path);
        result_print(run, disk->path, &found);
        result = found.problems == 0 ? CHECK_CLEAN : CHECK_ERRORS;
    }
    free(arena);
    return result;
}

int command_check(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"memory", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    struct check_run run = {.json = 0};
    uint64_t memory = 0;
    struct disk disk;
    int code;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'j')
            run.json = 1;
        if (c == 'm' && parse_size(optarg, 1, &memory) == 0)
            continue;
        if (c == 'm')
            complain("'%s' is no size", optarg);
        if (c != 'j')
            return complain_usage(), CHECK_USAGE;
    }
    if (argc - optind != 1) {
        complain("check: wrong number of arguments");
        return complain_usage(), CHECK_USAGE;
    }
    run.shows_progress = isatty(STDERR_FILENO);
    if (disk_open(&disk, argv[optind], DISK_READ, 0) != 0)
        return CHECK_OPERATIONAL;
    code = check_disk(&disk, &run, memory);
    disk_close(&disk);
    return code;
}
