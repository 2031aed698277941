/* Checking the disk's volume, and making an empty one. */
#include "disk.h"

#include <stdlib.h>
#include <string.h>

#include <nonfs/check.h>
#include <nonfs/ext4_node.h>
#include <nonfs/gpt.h>
#include <nonfs/mkfs.h>
#include <nonos/runtime.h>

#include "blockdev.h"
#include "disk_private.h"

#define CHECK_CACHE_BLOCKS 256u
#define CHECK_PROBLEMS_MAX 10000u
#define CHECK_ARENA_MAX    (16u << 20) /* unless a single inode's bits need more */

/* ---- check ---- */

struct problems {
    char *text;
    size_t size, used;
};

/* A line that does not fit whole is left out, and so is all after it: the count says how many there are. */
static void problem_note(void *context, const struct nonfs_problem *problem)
{
    struct problems *p = context;
    char line[NONFS_PROBLEM_TEXT_SIZE + NONFS_EXT4_NAME_MAX];
    size_t len = nonfs_check_format(problem, line, sizeof(line));
    if (len + 1 > p->size - p->used) {
        p->size = p->used;
        return;
    }
    memcpy(p->text + p->used, line, len);
    p->text[p->used + len] = '\n';
    p->used += len + 1;
}

static int volume_check(const struct nonfs_block_device *device, struct problems *problems,
                        struct nonfs_check_result *found)
{
    struct nonfs_check_config config = {
        .cache_blocks = CHECK_CACHE_BLOCKS,
        .problems_max = CHECK_PROBLEMS_MAX,
        .report = problem_note,
        .context = problems,
    };
    struct nonfs_ext4_info info = {.block_size = 1024};
    struct nonfs_diagnostic diagnostic = {0};
    size_t whole = 0;
    void *scratch = malloc(NONFS_EXT4_PROBE_SIZE);
    if (!scratch)
        return NONOS_E_NO_MEMORY;
    /* Without a superblock the check says just that, which takes little memory. */
    if (nonfs_ext4_probe(device, scratch, &info, NULL) < 0)
        info = (struct nonfs_ext4_info){.block_size = 1024};
    free(scratch);
    size_t least = nonfs_check_arena_size(&config, &info, &whole);
    if (whole > CHECK_ARENA_MAX)
        whole = least > CHECK_ARENA_MAX ? least : CHECK_ARENA_MAX;
    void *arena = least ? malloc(whole) : NULL;
    if (!arena)
        return NONOS_E_NO_MEMORY;
    int r = nonfs_check(device, &config, arena, whole, found, &diagnostic);
    free(arena);
    if (r < 0 && diagnostic.structure != NONFS_STRUCTURE_NONE) {
        char text[NONFS_DIAGNOSTIC_TEXT_SIZE];
        nonfs_diagnostic_format(&diagnostic, text, sizeof(text));
        nonos_logf("vfs: %s\n", text);
    }
    return tree_result(r);
}

int disk_check(char *text, size_t size, struct disk_verdict *verdict)
{
    struct problems problems = {text, size, 0};
    struct nonfs_check_result found = {0};
    if (!disk.blockdev)
        return NONOS_E_NO_DEVICE;
    if (disk.fs && !disk.fs->read_only)
        return NONOS_E_BUSY;
    int r = volume_check(blockdev_device(disk.blockdev), &problems, &found);
    *verdict = (struct disk_verdict){
        .text_len = problems.used,
        .problems = found.problems,
        .inodes = found.inodes,
        .directories = found.directories,
        .blocks = found.blocks,
        .journal_waits = found.journal_waits,
        .errors_flagged = found.errors_flagged,
    };
    return r;
}

/* ---- make ---- */

/* Whether something is on the disk that a person would miss. */
static bool something_is_there(const struct nonfs_block_device *device, uint8_t *scratch)
{
    struct nonfs_ext4_info info;
    struct nonfs_gpt_entry *entries = calloc(NONFS_GPT_ENTRIES_MAX, sizeof(*entries));
    struct nonfs_gpt gpt = {.entries = entries, .capacity = NONFS_GPT_ENTRIES_MAX};
    struct nonfs_gpt_report report;
    bool there = !entries ||
                 nonfs_ext4_probe(device, scratch, &info, NULL) != NONFS_E_NO_SIGNATURE ||
                 nonfs_gpt_read(&gpt, device, scratch, &report) != NONFS_E_NO_SIGNATURE ||
                 device->ops->read(device->context, 0, 1, scratch) < 0 ||
                 (scratch[510] == 0x55 && scratch[511] == 0xaa);
    free(entries);
    return there;
}

static int random_fill(void *context, void *bytes, size_t len)
{
    (void)context;
    return nonos_random(bytes, len) < 0 ? NONFS_E_IO : 0;
}

static int volume_make(const struct nonfs_block_device *device, const char *label, bool force,
                       uint8_t *arena)
{
    struct nonfs_mkfs_config config;
    if (!force && something_is_there(device, arena))
        return NONOS_E_EXISTS;
    nonfs_mkfs_defaults(&config, device->block_count * device->block_size);
    if (config.block_size < device->block_size)
        config.block_size = device->block_size;
    config.time = (uint32_t)(nonos_time_wall() / 1000000000u);
    config.random = random_fill;
    memcpy(config.label, label, sizeof(config.label));
    return tree_result(nonfs_mkfs(device, &config, arena, NULL));
}

int disk_make(const char label[DISK_LABEL_SIZE], bool force)
{
    if (!disk.blockdev)
        return NONOS_E_NO_DEVICE;
    if (disk.fs)
        return NONOS_E_BUSY;
    const struct nonfs_block_device *device = blockdev_device(disk.blockdev);
    if (!device->ops->write || disk.only_read)
        return NONOS_E_READ_ONLY;
    uint8_t *arena = malloc(NONFS_MKFS_ARENA_SIZE);
    int r = arena ? volume_make(device, label, force, arena) : NONOS_E_NO_MEMORY;
    free(arena);
    return r;
}
