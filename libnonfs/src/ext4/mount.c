#include <string.h>

#include "block/device.h"
#include "divide.h"
#include "ext4/format.h"
#include "ext4/volume.h"

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
    uint64_t data;
    uint64_t end;
};

static uint64_t arena_align(uint64_t n)
{
    return (n + NONFS_EXT4_ARENA_ALIGN - 1) & ~(uint64_t)(NONFS_EXT4_ARENA_ALIGN - 1);
}

static int config_is_valid(const struct nonfs_ext4_config *config)
{
    return config != NULL && config->cache_blocks >= NONFS_EXT4_CACHE_BLOCKS_MIN &&
           config->cache_blocks <= NONFS_EXT4_CACHE_BLOCKS_MAX &&
           (config->flags & ~(NONFS_MOUNT_IGNORE_JOURNAL | NONFS_MOUNT_RECOVER)) == 0 &&
           config->flags != (NONFS_MOUNT_IGNORE_JOURNAL | NONFS_MOUNT_RECOVER);
}

static struct arena_layout arena_plan(const struct nonfs_ext4_config *config, uint32_t block_size)
{
    struct arena_layout a;
    uint64_t n = config->cache_blocks;

    a.slots = arena_align(sizeof(struct nonfs_ext4));
    a.buckets = arena_align(a.slots + n * sizeof(struct nonfs_cache_slot));
    a.bounce = arena_align(a.buckets + (uint64_t)nonfs_cache_buckets((uint32_t)n) * 4);
    a.path = a.bounce + NONFS_EXT4_PROBE_SIZE;
    a.link = a.path + VOLUME_PATH_SIZE;
    a.journal = arena_align(a.link + NONFS_EXT4_PATH_MAX + 1);
    a.data = a.journal;
    if (config->flags & NONFS_MOUNT_RECOVER) {
        a.journal_super = arena_align(a.journal + sizeof(struct journal));
        a.journal_runs = a.journal_super + JBD2_BLOCK_MIN;
        a.data = arena_align(a.journal_runs + JOURNAL_RUNS_MAX * sizeof(struct journal_run));
    }
    a.end = a.data + n * block_size;
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
        !(volume->flags & (NONFS_MOUNT_IGNORE_JOURNAL | NONFS_MOUNT_RECOVER)))
        return nonfs_volume_fail(volume, NONFS_E_NEEDS_RECOVERY, NONFS_STRUCTURE_JOURNAL, 0, 0,
                                 NULL);
    return 0;
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
    if (!(volume->flags & NONFS_MOUNT_RECOVER))
        return;
    volume->journal = (struct journal *)(void *)(arena + a->journal);
    *volume->journal = (struct journal){
        .super = arena + a->journal_super,
        .runs = (struct journal_run *)(void *)(arena + a->journal_runs),
    };
}

static int mount_in(struct nonfs_ext4 *volume, const struct nonfs_ext4_config *config,
                    uint8_t *arena, size_t arena_size)
{
    struct arena_layout a = arena_plan(config, 1024);
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
    if (volume->flags & NONFS_MOUNT_RECOVER && volume->super.info.needs_recovery) {
        result = nonfs_volume_recover(volume);
        if (result == 0)
            result = mount_judge(volume);
    }
    if (result == 0)
        volume->magic = VOLUME_MAGIC;
    return result;
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
    return 0;
}

void nonfs_ext4_info(const struct nonfs_ext4 *volume, struct nonfs_ext4_info *info)
{
    *info = volume->super.info;
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
