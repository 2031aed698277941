#include <string.h>

#include "block/device.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/writer.h"

/*
 * The arena, in this order: the volume, the slots and buckets of the cache, scratch, the journal if it may be used, the
 * blocks of the cache. Sizes are computed in 64 bits, where they cannot overflow for a valid configuration.
 */
struct arena_layout {
    uint64_t slots;
    uint64_t buckets;
    uint64_t bounce;
    uint64_t path;
    uint64_t link;
    uint64_t journal;
    uint64_t journal_super;
    uint64_t journal_runs;
    uint64_t writer;
    uint64_t undo;
    uint64_t frees;
    uint64_t revokes;
    uint64_t held;
    uint64_t data;
    uint64_t stage; /* blocks of other uses behind those of the cache */
    uint64_t undo_data;
    uint64_t scratch;
    uint64_t end;
};

static uint64_t arena_align(uint64_t n)
{
    return (n + NONFS_EXT4_ARENA_ALIGN - 1) & ~(uint64_t)(NONFS_EXT4_ARENA_ALIGN - 1);
}

static int config_is_valid(const struct nonfs_ext4_config *config)
{
    const uint32_t privacy = NONFS_MOUNT_NO_TIMES | NONFS_MOUNT_PAD | NONFS_MOUNT_SCRUB;
    const uint32_t writing = NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE;

    if (config == NULL || config->cache_blocks < NONFS_EXT4_CACHE_BLOCKS_MIN ||
        config->cache_blocks > NONFS_EXT4_CACHE_BLOCKS_MAX)
        return 0;
    if (config->flags & NONFS_MOUNT_WRITE &&
        config->cache_blocks < NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE)
        return 0;
    if (config->flags & privacy && !(config->flags & NONFS_MOUNT_WRITE))
        return 0;
    return (config->flags & ~(NONFS_MOUNT_IGNORE_JOURNAL | writing | privacy)) == 0 &&
           !(config->flags & NONFS_MOUNT_IGNORE_JOURNAL && config->flags & writing);
}

static struct arena_layout arena_plan(const struct nonfs_ext4_config *config, uint32_t block_size)
{
    struct arena_layout a = {.slots = 0};
    uint64_t n = config->cache_blocks;

    a.slots = arena_align(sizeof(struct nonfs_ext4));
    a.buckets = arena_align(a.slots + n * sizeof(struct nonfs_cache_slot));
    a.bounce = arena_align(a.buckets + (uint64_t)nonfs_cache_buckets((uint32_t)n) * 4);
    a.path = a.bounce + NONFS_EXT4_PROBE_SIZE;
    a.link = a.path + VOLUME_PATH_SIZE;
    a.journal = arena_align(a.link + NONFS_EXT4_PATH_MAX + 1);
    a.writer = a.journal;
    if (config->flags & (NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE)) {
        a.journal_super = arena_align(a.journal + sizeof(struct journal));
        a.journal_runs = a.journal_super + JBD2_BLOCK_MIN;
        a.writer = arena_align(a.journal_runs + JOURNAL_RUNS_MAX * sizeof(struct journal_run));
    }
    a.data = a.writer;
    if (config->flags & NONFS_MOUNT_WRITE) {
        a.undo = arena_align(a.writer + sizeof(struct writer));
        a.frees = arena_align(a.undo + OP_UNDO_MAX * sizeof(struct undo));
        a.revokes = arena_align(a.frees + FREES_MAX * sizeof(struct free_range));
        a.held = a.revokes + REVOKES_MAX * 8;
        a.data = a.held + (uint64_t)config->held_inodes * sizeof(struct held);
    }
    a.stage = a.data + n * block_size;
    a.end = a.stage;
    if (config->flags & NONFS_MOUNT_WRITE) {
        a.undo_data = a.stage + (uint64_t)JOURNAL_STAGE_BLOCKS * block_size;
        a.scratch = a.undo_data + UNDO_SIZE((uint64_t)block_size);
        a.end = a.scratch + 2 * (uint64_t)block_size;
    }
    return a;
}

size_t nonfs_ext4_arena_size(const struct nonfs_ext4_config *config, uint32_t block_size)
{
    uint64_t size;

    if (!config_is_valid(config) || block_size < 1024 || block_size > NONFS_EXT4_BLOCK_SIZE_MAX ||
        (block_size & (block_size - 1)) != 0)
        return 0;
    size = arena_plan(config, block_size).end;
    return size <= SIZE_MAX ? (size_t)size : 0;
}

int nonfs_ext4_probe(const struct nonfs_block_device *dev, void *scratch,
                     struct nonfs_ext4_info *info, struct nonfs_diagnostic *diagnostic)
{
    struct nonfs_diagnostic unused;
    struct ext4_super super;
    int result;

    if (nonfs_device_check(dev) != 0 || scratch == NULL || info == NULL)
        return NONFS_E_INVALID;
    result = nonfs_superblock_read(&super, dev, scratch, diagnostic ? diagnostic : &unused);
    if (result == 0)
        *info = super.info;
    return result;
}

/* Whether this library may read a volume with these features in this state. */
static int mount_judge(struct nonfs_ext4 *volume)
{
    const struct nonfs_ext4_info *info = &volume->super.info;
    const char *feature = nonfs_ext4_unsupported_feature(info);

    if (feature != NULL)
        return nonfs_volume_fail(volume, NONFS_E_UNSUPPORTED, NONFS_STRUCTURE_FEATURE, 0, 0,
                                 feature);
    if (info->needs_recovery &&
        !(volume->flags & (NONFS_MOUNT_IGNORE_JOURNAL | NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE)))
        return nonfs_volume_fail(volume, NONFS_E_NEEDS_RECOVERY, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 NULL);
    return volume->flags & NONFS_MOUNT_WRITE ? nonfs_write_judge(volume) : 0;
}

static void mount_place_cache(struct nonfs_ext4 *volume, const struct arena_layout *a,
                              uint8_t *arena, uint32_t nblocks)
{
    struct nonfs_cache *cache = &volume->cache;

    cache->slots = (struct nonfs_cache_slot *)(void *)(arena + a->slots);
    cache->buckets = (uint32_t *)(void *)(arena + a->buckets);
    cache->data = arena + a->data;
    cache->nslots = nblocks;
    cache->bucket_mask = nonfs_cache_buckets(nblocks) - 1;
    cache->block_size = volume->super.info.block_size;
    cache->dev = &volume->dev;
    cache->bounce = volume->bounce;
    nonfs_cache_init(cache);
}

static void mount_place_journal(struct nonfs_ext4 *volume, const struct arena_layout *a,
                                uint8_t *arena)
{
    if (!(volume->flags & (NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE)))
        return;
    volume->journal = (struct journal *)(void *)(arena + a->journal);
    *volume->journal = (struct journal){
        .super = arena + a->journal_super,
        .runs = (struct journal_run *)(void *)(arena + a->journal_runs),
    };
}

static void mount_place_writer(struct nonfs_ext4 *volume, const struct arena_layout *a,
                               uint8_t *arena, const struct nonfs_ext4_config *config)
{
    volume->writer = (struct writer *)(void *)(arena + a->writer);
    *volume->writer = (struct writer){
        .sweep_group = volume->super.info.group_count,
        .undo = (struct undo *)(void *)(arena + a->undo),
        .undo_data = arena + a->undo_data,
        .frees = (struct free_range *)(void *)(arena + a->frees),
        .revokes = (uint64_t *)(void *)(arena + a->revokes),
        .held = (struct held *)(void *)(arena + a->held),
        .held_max = config->held_inodes,
        .stage = arena + a->stage,
        .scratch = arena + a->scratch,
    };
    nonfs_ext4_set_time(volume, &config->now);
}

/*
 * From now on the device works outside of the monitor. Two things are in one place for all: the memory for parts of a block of
 * the device, and the checksums of parts of which no bit says that they wait. Volumes that need them stay inside.
 */
static void mount_share(struct nonfs_ext4 *volume, const struct nonfs_monitor *monitor)
{
    const struct nonfs_ext4_info *info = &volume->super.info;

    if (monitor == NULL || volume->dev.block_size > info->block_size ||
        info->block_size / info->inode_size > BLOCK_PARTS_MAX)
        return;
    nonfs_outside_put(&volume->outside, monitor, &volume->dev);
    volume->cache.monitor = &volume->outside.monitor;
}

static int mount_in(struct nonfs_ext4 *volume, const struct nonfs_ext4_config *config,
                    uint8_t *arena, size_t arena_size)
{
    struct arena_layout a = arena_plan(config, 1024);
    int recovered;
    int result;

    /* The scratch lies at the same place for every block size. */
    volume->flags = config->flags;
    volume->bounce = arena + a.bounce;
    volume->path = (char *)(arena + a.path);
    volume->link = (char *)(arena + a.link);
    result =
        nonfs_superblock_read(&volume->super, &volume->dev, volume->bounce, &volume->diagnostic);
    if (result == 0)
        result = mount_judge(volume);
    if (result != 0)
        return result;
    a = arena_plan(config, volume->super.info.block_size);
    if (a.end > arena_size)
        return NONFS_E_NO_MEMORY;
    mount_place_cache(volume, &a, arena, config->cache_blocks);
    mount_place_journal(volume, &a, arena);
    recovered = volume->super.info.needs_recovery &&
                volume->flags & (NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE);
    if (recovered) {
        result = nonfs_volume_recover(volume);
        if (result == 0)
            result = mount_judge(volume);
    }
    if (result == 0 && volume->flags & NONFS_MOUNT_WRITE) {
        mount_place_writer(volume, &a, arena, config);
        result = nonfs_write_begin(volume);
        /* What waited to be overwritten is on no list any more. */
        if (recovered)
            nonfs_ext4_scrub_all(volume);
    }
    if (result != 0)
        return result;
    mount_share(volume, config->monitor);
    volume->magic = VOLUME_MAGIC;
    return 0;
}

int nonfs_ext4_mount(struct nonfs_ext4 **volume, const struct nonfs_block_device *dev,
                     const struct nonfs_ext4_config *config, void *arena, size_t arena_size,
                     struct nonfs_diagnostic *diagnostic)
{
    struct nonfs_ext4 *made = arena;
    int result;

    if (diagnostic != NULL)
        *diagnostic = (struct nonfs_diagnostic){.result = NONFS_E_INVALID};
    if (volume == NULL || nonfs_device_check(dev) != 0 || !config_is_valid(config) ||
        arena == NULL || (uintptr_t)arena % NONFS_EXT4_ARENA_ALIGN != 0)
        return NONFS_E_INVALID;
    if (arena_plan(config, 1024).end > arena_size) {
        if (diagnostic != NULL)
            diagnostic->result = NONFS_E_NO_MEMORY;
        return NONFS_E_NO_MEMORY;
    }
    memset(made, 0, sizeof(*made));
    made->dev = *dev;
    result = mount_in(made, config, arena, arena_size);
    if (result == NONFS_E_NO_MEMORY)
        nonfs_volume_fail(made, result, NONFS_STRUCTURE_NONE, 0, 0, NULL);
    if (diagnostic != NULL)
        *diagnostic = made->diagnostic;
    if (result == 0)
        *volume = made;
    return result;
}

int nonfs_ext4_unmount(struct nonfs_ext4 *volume)
{
    if (volume == NULL || volume->magic != VOLUME_MAGIC)
        return NONFS_E_INVALID;
    volume->magic = 0;
    return volume->writer != NULL ? nonfs_write_end(volume) : 0;
}

void nonfs_ext4_info(const struct nonfs_ext4 *volume, struct nonfs_ext4_info *info)
{
    *info = volume->super.info;
}

uint32_t nonfs_ext4_flags(const struct nonfs_ext4 *volume)
{
    return volume->flags;
}

void nonfs_ext4_statfs(const struct nonfs_ext4 *volume, struct nonfs_ext4_statfs *out)
{
    const struct ext4_super *s = &volume->super;
    unsigned ratio_shift = shift_of(s->info.cluster_size / s->info.block_size);
    /* Counted in clusters on disk; a damaged count is cut to what is possible. */
    uint64_t free_blocks = s->free_blocks > s->info.block_count >> ratio_shift
                               ? s->info.block_count
                               : s->free_blocks << ratio_shift;
    uint32_t free_inodes =
        s->free_inodes < s->info.inode_count ? s->free_inodes : s->info.inode_count;

    *out = (struct nonfs_ext4_statfs){
        .blocks = s->info.block_count,
        .blocks_free = free_blocks,
        .blocks_available = free_blocks > s->reserved_blocks ? free_blocks - s->reserved_blocks : 0,
        .inodes = s->info.inode_count,
        .inodes_free = free_inodes,
        .block_size = s->info.block_size,
        .name_max = NONFS_EXT4_NAME_MAX,
    };
}

const struct nonfs_diagnostic *nonfs_ext4_diagnostic(const struct nonfs_ext4 *volume)
{
    return &volume->diagnostic;
}
