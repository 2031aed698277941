/*
 * The order of a check, and its memory.
 */
#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "check/check.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/writer.h"

#define SHARED_MIN   1024u
#define WINDOW_SPARE 8u /* bytes behind the last bit of a window */

/* The arena, in this order: the checker, bits, the bitmap, the journal, the window, the volume. */
struct check_layout {
    uint64_t bits; /* four bits an inode, a bit a group, the bits of an index */
    uint64_t inode_bytes;
    uint64_t group_bytes;
    uint64_t shared;
    uint32_t nshared;
    uint64_t bitmap;
    uint64_t journal;
    uint64_t journal_super;
    uint64_t journal_runs;
    uint64_t volume;
    uint64_t volume_size;
    uint64_t window;
    uint64_t window_min;
    uint64_t window_max;
};

static uint64_t align8(uint64_t n)
{
    return (n + 7) & ~(uint64_t)7;
}

static struct check_layout layout_plan(const struct nonfs_check_config *config,
                                       const struct nonfs_ext4_info *info)
{
    struct nonfs_ext4_config mount = {.cache_blocks = config->cache_blocks};
    struct check_layout l = {.bits = align8(sizeof(struct checker))};

    l.inode_bytes = align8((uint64_t)info->inode_count / 8 + 1);
    l.group_bytes = align8((uint64_t)info->group_count / 8 + 1);
    l.shared = l.bits + 4 * l.inode_bytes + l.group_bytes + CHECK_INDEX_BITS / 8;
    /* Few inodes have a block of attributes, and fewer share it. */
    l.nshared = SHARED_MIN;
    while (l.nshared < info->inode_count / 64)
        l.nshared *= 2;
    l.bitmap = align8(l.shared + (uint64_t)l.nshared * sizeof(struct check_shared));
    l.journal = l.bitmap + info->block_size;
    l.journal_super = align8(l.journal + sizeof(struct journal));
    l.journal_runs = l.journal_super + JBD2_BLOCK_MIN;
    l.volume = align8(l.journal_runs + JOURNAL_RUNS_MAX * sizeof(struct journal_run));
    l.volume_size = nonfs_ext4_arena_size(&mount, info->block_size);
    l.window = align8(l.volume + l.volume_size);
    /* At least the blocks of one group; no group has more than a bitmap has bits. */
    l.window_min = info->block_size + WINDOW_SPARE;
    l.window_max = (uint64_t)info->group_count * info->block_size + WINDOW_SPARE;
    if (l.window_max < 2 * ((uint64_t)info->inode_count + 1))
        l.window_max = align8(2 * ((uint64_t)info->inode_count + 1));
    return l;
}

static int config_is_valid(const struct nonfs_check_config *config)
{
    return config != NULL && config->report != NULL &&
           config->cache_blocks >= NONFS_EXT4_CACHE_BLOCKS_MIN &&
           config->cache_blocks <= NONFS_EXT4_CACHE_BLOCKS_MAX;
}

size_t nonfs_check_arena_size(const struct nonfs_check_config *config,
                              const struct nonfs_ext4_info *info, size_t *whole)
{
    struct check_layout l;

    if (!config_is_valid(config))
        return 0;
    l = layout_plan(config, info);
    if (l.volume_size == 0 || l.window + l.window_min > SIZE_MAX)
        return 0;
    *whole = l.window + l.window_max > SIZE_MAX ? SIZE_MAX : (size_t)(l.window + l.window_max);
    return (size_t)(l.window + l.window_min);
}

static void checker_place(struct checker *c, const struct check_layout *l, uint8_t *arena,
                          size_t arena_size)
{
    uint8_t *bits = arena + l->bits;

    memset(bits, 0, (size_t)(l->bitmap - l->bits));
    c->used = bits;
    c->directory = bits + l->inode_bytes;
    c->named = bits + 2 * l->inode_bytes;
    c->reached = bits + 3 * l->inode_bytes;
    c->bad_tables = bits + 4 * l->inode_bytes;
    c->index_bits = c->bad_tables + l->group_bytes;
    c->shared = (struct check_shared *)(void *)(arena + l->shared);
    c->shared_mask = l->nshared - 1;
    c->bits = arena + l->bitmap;
    c->window = arena + l->window;
    c->window_size = arena_size - l->window;
    if (c->window_size > l->window_max)
        c->window_size = l->window_max;
}

/* Whether inodes can have so many bytes of fields. */
static int fields_fit(const struct ext4_super *s, uint32_t size)
{
    return size == 0 || s->info.inode_size == EXT4_GOOD_OLD_INODE ||
           (size >= 4 && size % 4 == 0 && size <= s->info.inode_size - EXT4_GOOD_OLD_INODE);
}

static int check_inode_fields(struct checker *c, uint32_t size)
{
    return fields_fit(&c->volume->super, size)
               ? 0
               : nonfs_check_report(
                     c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_SUPER_INODE_FIELDS,
                                                .found = size});
}

/* The numbers of the superblock that do not depend on a round. */
static int check_super(struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;
    uint64_t inodes = (uint64_t)s->info.group_count * s->inodes_per_group;
    int result = 0;

    c->result->journal_waits = s->info.needs_recovery;
    c->result->errors_flagged = (s->state & EXT4_STATE_ERRORS) != 0;
    if (s->info.inode_count != inodes)
        result = nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_SUPER_INODES,
                                                               .found = s->info.inode_count,
                                                               .expected = inodes});
    if (result == 0)
        result = check_inode_fields(c, s->min_inode_size);
    if (result == 0)
        result = check_inode_fields(c, s->new_inode_size);
    return result;
}

static int check_journal(struct checker *c, uint8_t *arena, const struct check_layout *l)
{
    struct nonfs_ext4 *volume = c->volume;
    int result;

    if (!(volume->super.info.compat & EXT4_COMPAT_HAS_JOURNAL) || volume->super.journal_inode == 0)
        return 0;
    volume->journal = (struct journal *)(void *)(arena + l->journal);
    *volume->journal = (struct journal){
        .super = arena + l->journal_super,
        .runs = (struct journal_run *)(void *)(arena + l->journal_runs),
    };
    result = nonfs_volume_open_journal(volume);
    if (result == 0 && volume->journal->start != 0 && !volume->super.info.needs_recovery)
        result = nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_JOURNAL_DATA});
    volume->journal = NULL;
    /* A journal in very many pieces, or of a kind that is not known, is no damage. */
    return result == NONFS_E_UNSUPPORTED ? 0 : nonfs_check_damage(c, result);
}

static int check_orphan_file(struct checker *c)
{
    struct nonfs_ext4 *volume = c->volume;
    const struct ext4_super *s = &volume->super;
    uint32_t n = (s->info.block_size - EXT4_ORPHAN_TAIL) / 4;
    int present = (s->info.ro_compat & EXT4_RO_ORPHAN_PRESENT) != 0;
    int empty = 1;
    int result = 0;

    if (!(s->info.compat & EXT4_COMPAT_ORPHAN_FILE))
        return 0;
    result = nonfs_orphan_file_open(volume, &c->node);
    if (result != 0)
        return nonfs_check_damage(c, result);
    for (uint64_t block = 0; result == 0 && block < c->node.stat.size >> s->block_shift; block++) {
        struct block_ref ref;
        uint32_t inode = 0;

        result = nonfs_orphan_block_get(&c->node, block, &ref);
        if (result != 0)
            return nonfs_check_damage(c, result);
        for (uint32_t i = 0; inode == 0 && i < n; i++)
            inode = load_le32(ref.data + 4 * (size_t)i);
        nonfs_block_put(&ref);
        empty &= inode == 0;
        if (inode != 0 && !present)
            result = nonfs_check_report(
                c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_ORPHAN_FILE_DATA, .inode = inode});
    }
    if (result == 0 && empty && present)
        result =
            nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_ORPHAN_FILE_EMPTY});
    return result;
}

/* Tables that overlap must be known before the first of them is looked at. */
static int check_tables(struct checker *c, uint64_t step)
{
    const struct nonfs_ext4_info *info = &c->volume->super.info;
    int result = 0;

    for (uint64_t at = c->volume->super.first_data_block; result == 0 && at < info->block_count;
         at += step) {
        c->first = at == c->volume->super.first_data_block;
        c->window_first = at;
        c->window_count = step < info->block_count - at ? step : info->block_count - at;
        memset(c->window, 0, (size_t)(c->window_count / 8 + 1));
        result = nonfs_check_mark_tables(c);
    }
    return result;
}

/* One round: all blocks of the window, and all inodes. */
static int check_round(struct checker *c)
{
    int result;

    memset(c->window, 0, (size_t)(c->window_count / 8 + 1));
    c->quiet = 1;
    result = nonfs_check_mark_tables(c);
    c->quiet = 0;
    if (result == 0)
        result = nonfs_check_inodes(c);
    return result == 0 ? nonfs_check_block_bitmaps(c) : result;
}

static int check_totals(struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;
    int result = 0;

    if (s->free_blocks != c->free_blocks)
        result =
            nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_SUPER_FREE_BLOCKS,
                                                          .found = s->free_blocks,
                                                          .expected = c->free_blocks});
    if (result == 0 && s->free_inodes != c->free_inodes)
        result =
            nonfs_check_report(c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_SUPER_FREE_INODES,
                                                          .found = s->free_inodes,
                                                          .expected = c->free_inodes});
    return result;
}

/* As many groups in a round as the window holds. */
static uint64_t round_blocks(const struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;

    return divide_u64((c->window_size - WINDOW_SPARE) * 8, s->blocks_per_group) *
           s->blocks_per_group;
}

static int check_blocks(struct checker *c)
{
    const struct ext4_super *s = &c->volume->super;
    uint64_t step = round_blocks(c);
    int result = 0;

    for (uint64_t at = s->first_data_block; result == 0 && at < s->info.block_count; at += step) {
        c->round++;
        c->first = c->round == 1;
        c->window_first = at;
        c->window_count = step < s->info.block_count - at ? step : s->info.block_count - at;
        result = check_round(c);
    }
    c->first = 1;
    return result;
}

static int check_all(struct checker *c, uint8_t *arena, const struct check_layout *l)
{
    int result = check_super(c);

    if (result == 0)
        result = check_tables(c, round_blocks(c));
    if (result != 0 || c->blind)
        return result;
    result = check_blocks(c);
    if (result == 0)
        result = check_journal(c, arena, l);
    if (result == 0)
        result = check_orphan_file(c);
    if (result == 0)
        result = nonfs_check_shared_attributes(c);
    if (result == 0)
        result = nonfs_check_directories(c);
    if (result == 0)
        result = nonfs_check_connections(c);
    if (result == 0)
        result = nonfs_check_links(c);
    if (result == 0)
        result = nonfs_check_inode_bitmaps(c);
    return result == 0 ? check_totals(c) : result;
}

/* A volume that cannot be mounted has one problem, which hides all others. */
static int check_unmountable(struct checker *c, int result, const struct nonfs_diagnostic *d)
{
    if (result != NONFS_E_CORRUPT && result != NONFS_E_CHECKSUM)
        return result;
    (void)nonfs_check_report(
        c, &(struct nonfs_problem){.kind = NONFS_PROBLEM_STRUCTURE, .diagnostic = d});
    return 0;
}

static int check_mounted(struct checker *c, const struct check_layout *l, uint8_t *arena,
                         size_t arena_size, struct nonfs_diagnostic *d)
{
    int result;

    if (c->volume->super.info.ro_compat & EXT4_RO_BIGALLOC)
        result = nonfs_volume_fail(c->volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_FEATURE, 0, 0,
                                   "bigalloc");
    else {
        checker_place(c, l, arena, arena_size);
        result = check_all(c, arena, l);
    }
    *d = c->volume->diagnostic;
    if (nonfs_ext4_unmount(c->volume) != 0)
        return NONFS_E_INVALID;
    return result == CHECK_STOP ? 0 : result;
}

int nonfs_check(const struct nonfs_block_device *dev, const struct nonfs_check_config *config,
                void *arena, size_t arena_size, struct nonfs_check_result *result,
                struct nonfs_diagnostic *diagnostic)
{
    struct nonfs_diagnostic unused = {.result = 0};
    struct nonfs_diagnostic *d = diagnostic != NULL ? diagnostic : &unused;
    struct nonfs_ext4_config mount = {.flags = NONFS_MOUNT_IGNORE_JOURNAL};
    struct checker *c = arena;
    struct nonfs_ext4_info info;
    struct check_layout l;
    int code;

    *d = (struct nonfs_diagnostic){.result = NONFS_E_INVALID};
    if (!config_is_valid(config) || arena == NULL || (uintptr_t)arena % NONFS_EXT4_ARENA_ALIGN != 0)
        return NONFS_E_INVALID;
    *result = (struct nonfs_check_result){.problems = 0};
    d->result = NONFS_E_NO_MEMORY;
    if (arena_size < sizeof(*c) + NONFS_EXT4_PROBE_SIZE)
        return NONFS_E_NO_MEMORY;
    memset(c, 0, sizeof(*c));
    c->config = config;
    c->result = result;
    code = nonfs_ext4_probe(dev, c + 1, &info, d);
    if (code != 0)
        return check_unmountable(c, code, d);
    l = layout_plan(config, &info);
    if (l.volume_size == 0 || l.window + l.window_min > arena_size) {
        d->result = NONFS_E_NO_MEMORY;
        return NONFS_E_NO_MEMORY;
    }
    mount.cache_blocks = config->cache_blocks;
    code = nonfs_ext4_mount(&c->volume, dev, &mount, (uint8_t *)arena + l.volume,
                            (size_t)l.volume_size, d);
    return code != 0 ? check_unmountable(c, code, d) : check_mounted(c, &l, arena, arena_size, d);
}
