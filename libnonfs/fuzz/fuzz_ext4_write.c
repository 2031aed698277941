/*
 * Damages a volume and its journal, replays the journal, and changes what is left: whatever the bytes are, nothing is written outside
 * of the device, nothing hangs, and what the library made of a sound volume it reads again, and checks, without a fault.
 *
 * The input is a byte (how many damages, which options of the mount), a row of damages and a row of operations behind them. Neither the volume nor its log has checksums, so
 * that damage meets the code behind them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/check.h>
#include <nonfs/ext4_write.h>
#include <nonfs/mkfs.h>

#include "bytes.h"
#include "ext4/format.h"
#include "jbd2/format.h"
#include "memory_disk.h"
#include "walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VOLUME_SIZE      (4u << 20)
#define BLOCK_SIZE       1024u
#define DAMAGE_SIZE      6u /* bytes of a damage: where, how many, and three to write */
#define OPERATION_SIZE   8u
#define OPERATIONS_MAX   64u
#define SUPER_AT         1024u
#define NEEDS_RECOVERY   0x4u
#define LOG_AT           (journal + BLOCK_SIZE)
#define LOG_BLOCKS       3u /* descriptor, content, commit */
#define INCOMPAT_AT      0x60u
#define LARGEST_TRANSFER 70000u

static uint8_t *sound;   /* the volume before it is damaged */
static uint32_t journal; /* where on it the journal begins */

static void *make_arena(struct nonfs_ext4_config *config, uint32_t flags, size_t *size)
{
    *config = (struct nonfs_ext4_config){
        .cache_blocks = NONFS_EXT4_CACHE_BLOCKS_MIN_WRITE, .flags = flags, .held_inodes = 4};
    *size = nonfs_ext4_arena_size(config, BLOCK_SIZE);
    return malloc(*size);
}

/* A log of one transaction that writes one block of a directory as it is. */
static void make_log(void)
{
    uint8_t *log = sound + LOG_AT;

    store_be32(log + JH_MAGIC, JBD2_MAGIC);
    store_be32(log + JH_TYPE, JBD2_DESCRIPTOR);
    store_be32(log + JH_SEQUENCE, 1);
    store_be32(log + JBD2_HEADER_SIZE, SUPER_AT / BLOCK_SIZE + 1);
    store_be16(log + JBD2_HEADER_SIZE + 6, JBD2_TAG_SAME_UUID | JBD2_TAG_LAST);
    memcpy(log + BLOCK_SIZE, sound + SUPER_AT + BLOCK_SIZE, BLOCK_SIZE);
    log += 2 * (size_t)BLOCK_SIZE;
    store_be32(log + JH_MAGIC, JBD2_MAGIC);
    store_be32(log + JH_TYPE, JBD2_COMMIT);
    store_be32(log + JH_SEQUENCE, 1);
    store_be32(sound + journal + JS_SEQUENCE, 1);
    store_be32(sound + journal + JS_START, 1);
    store_le32(sound + SUPER_AT + INCOMPAT_AT,
               load_le32(sound + SUPER_AT + INCOMPAT_AT) | NEEDS_RECOVERY);
}

static void make_sound(void)
{
    static _Alignas(NONFS_MKFS_ARENA_ALIGN) uint8_t arena[NONFS_MKFS_ARENA_SIZE];
    struct nonfs_mkfs_config config;
    struct memory_disk disk;

    memory_disk_make(&disk, VOLUME_SIZE, BLOCK_SIZE);
    nonfs_mkfs_defaults(&config, VOLUME_SIZE);
    config.block_size = BLOCK_SIZE;
    config.ro_compat &= ~EXT4_RO_METADATA_CSUM;
    /* With it the journal is in pieces, and its first blocks not beside each other. */
    config.incompat &= ~EXT4_INCOMPAT_FLEX_BG;
    config.uuid[0] = 1;
    config.hash_seed[0] = 1;
    if (nonfs_mkfs(&disk.dev, &config, arena, NULL) != 0)
        abort();
    sound = disk.bytes;
    while (journal < VOLUME_SIZE && (load_be32(sound + journal) != JBD2_MAGIC ||
                                     load_be32(sound + journal + JH_TYPE) != JBD2_SUPER_V2))
        journal += BLOCK_SIZE;
    if (journal == VOLUME_SIZE)
        abort();
    for (uint32_t i = 0; i < LOG_BLOCKS * BLOCK_SIZE; i++) {
        if (sound[LOG_AT + i] != 0)
            abort();
    }
    make_log();
}

/* The first bits say in which part of the volume, which are small so that damage meets something. */
static void damage(uint8_t *bytes, const uint8_t *d)
{
    const uint32_t parts[4] = {SUPER_AT, journal, LOG_AT, 0};
    const uint32_t lengths[4] = {8 * BLOCK_SIZE, 256, 8 * BLOCK_SIZE, 512 * BLOCK_SIZE};
    uint32_t at = load_le16(d) | (uint32_t)(d[2] & 7) << 16;
    uint32_t part = d[2] >> 6;

    at = parts[part] + at % lengths[part];
    for (uint32_t i = 0; i < 3 && i <= (d[2] >> 4 & 3u); i++)
        bytes[at + i] = d[3 + i];
}

/* Attributes, ACLs, and files that are held. */
static void change_more(struct nonfs_ext4_node *node, const uint8_t *o)
{
    static const char *const names[4] = {"user.a", "trusted.b", "security.cccccccccccc",
                                         "system.posix_acl_access"};
    const char *name = names[o[4] & 3];
    struct nonfs_ext4_xattr xattr;
    uint32_t cursor = 0;
    size_t len = load_le16(o + 6) % 1200;
    uint8_t value[1200] = {2, 0, 0, 0};

    if (len > OPERATION_SIZE + 4)
        memcpy(value + 4, o, OPERATION_SIZE);
    switch (o[0] % 14) {
    case 10:
        (void)!nonfs_ext4_xattr_set(node, name, strlen(name), value, len, o[5] & 3);
        break;
    case 11:
        (void)!nonfs_ext4_xattr_remove(node, name, strlen(name));
        while (nonfs_ext4_xattr_next(node, &cursor, &xattr) == 0)
            (void)!nonfs_ext4_xattr_get(node, xattr.name, xattr.name_len, value, sizeof value,
                                        &len);
        break;
    default:
        if (o[5] & 1)
            (void)!nonfs_ext4_hold(node);
        else
            (void)!nonfs_ext4_release(node);
        break;
    }
}

static void change(struct nonfs_ext4 *fs, const uint8_t *o)
{
    static const uint16_t modes[4] = {0100644, 0100600, 0040755, 0120777};
    static const uint8_t content[LARGEST_TRANSFER] = {1, 2, 3};
    struct nonfs_ext4_new what = {.mode = modes[o[1] & 3], .target = "a", .target_len = 1};
    char name[2] = {(char)('a' + (o[2] & 15)), (char)('a' + (o[2] >> 4))};
    char other[2] = {(char)('a' + (o[3] & 15)), 'b'};
    uint64_t offset = (uint64_t)load_le16(o + 4) << (o[1] >> 4);
    size_t len = load_le16(o + 6), done;
    struct nonfs_ext4_node root, node;
    uint64_t left;

    if (nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &root) != 0)
        return;
    if (nonfs_ext4_lookup(fs, &root, name, sizeof name, NONFS_EXT4_LOOKUP_NOFOLLOW, &node) != 0)
        node = root;
    switch (o[0] % 14) {
    case 0:
        (void)!nonfs_ext4_create(&node, other, sizeof other, &what, NULL);
        break;
    case 1:
        (void)!nonfs_ext4_create(&root, name, sizeof name, &what, NULL);
        break;
    case 2:
        (void)!nonfs_ext4_write(&node, offset, content, len, &done);
        break;
    case 3:
        (void)!nonfs_ext4_truncate(&node, offset);
        break;
    case 4:
        (void)!nonfs_ext4_punch(&node, offset, len);
        break;
    case 5:
        (void)!nonfs_ext4_allocate(&node, offset, len, o[1] & 4);
        break;
    case 6:
        if (o[1] & 4)
            (void)!nonfs_ext4_exchange(&root, name, sizeof name, &node, other, sizeof other);
        else
            (void)!nonfs_ext4_rename(&root, name, sizeof name, &node, other, sizeof other);
        break;
    case 7:
        (void)!nonfs_ext4_unlink(&root, name, sizeof name);
        break;
    case 8:
        (void)!nonfs_ext4_rmdir(&root, name, sizeof name);
        break;
    case 9:
        (void)!nonfs_ext4_sync(fs);
        break;
    case 13:
        if (o[1] & 1)
            nonfs_ext4_scrub_all(fs);
        (void)!nonfs_ext4_scrub(fs, (uint32_t)len, &left);
        break;
    default:
        change_more(&node, o);
        break;
    }
}

static int work_on(struct memory_disk *disk, uint32_t privacy, const uint8_t *operations,
                   size_t count)
{
    struct nonfs_ext4_config config;
    struct nonfs_ext4 *fs;
    size_t size;
    void *arena = make_arena(&config, NONFS_MOUNT_RECOVER | NONFS_MOUNT_WRITE | privacy, &size);
    int result = nonfs_ext4_mount(&fs, &disk->dev, &config, arena, size, NULL);

    if (result == 0) {
        for (size_t i = 0; i < count && i < OPERATIONS_MAX; i++)
            change(fs, operations + i * OPERATION_SIZE);
        result = nonfs_ext4_unmount(fs);
    }
    free(arena);
    return result;
}

static void problem_abort(void *context, const struct nonfs_problem *problem)
{
    char text[NONFS_PROBLEM_TEXT_SIZE];

    (void)context;
    nonfs_check_format(problem, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    abort();
}

static void check_sound(struct memory_disk *disk)
{
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_check_config config = {.cache_blocks = 16, .report = problem_abort};
    struct nonfs_check_result found;
    struct nonfs_ext4_info info;
    size_t size;
    void *arena;

    if (nonfs_ext4_probe(&disk->dev, scratch, &info, NULL) != 0 ||
        nonfs_check_arena_size(&config, &info, &size) == 0)
        abort();
    arena = malloc(size);
    if (nonfs_check(&disk->dev, &config, arena, size, &found, NULL) != 0)
        abort();
    free(arena);
}

/* Reads everything. Where nothing was damaged, nothing may be wrong. */
static void read_back(struct memory_disk *disk, int faultless)
{
    struct nonfs_ext4_config config;
    struct walk_result found;
    struct nonfs_ext4 *fs;
    size_t size;
    void *arena = make_arena(&config, faultless ? 0 : NONFS_MOUNT_IGNORE_JOURNAL, &size);
    int result = nonfs_ext4_mount(&fs, &disk->dev, &config, arena, size, NULL);

    if (result == 0) {
        walk_volume(fs, 1 << 16, &found);
        if ((faultless && found.errors != 0) || nonfs_ext4_unmount(fs) != 0)
            abort();
    } else if (faultless) {
        abort();
    }
    free(arena);
    if (faultless)
        check_sound(disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_disk disk;
    uint32_t privacy;
    size_t damages;

    if (sound == NULL)
        make_sound();
    if (size < 1)
        return 0;
    damages = data[0] & 7;
    privacy = data[0] & (NONFS_MOUNT_NO_TIMES | NONFS_MOUNT_PAD | NONFS_MOUNT_SCRUB);
    data++;
    size--;
    if (size < damages * DAMAGE_SIZE)
        return 0;
    memory_disk_make(&disk, VOLUME_SIZE, BLOCK_SIZE);
    memcpy(disk.bytes, sound, VOLUME_SIZE);
    for (size_t i = 0; i < damages; i++)
        damage(disk.bytes, data + i * DAMAGE_SIZE);
    int result = work_on(&disk, privacy, data + damages * DAMAGE_SIZE,
                         (size - damages * DAMAGE_SIZE) / OPERATION_SIZE);
    if (damages == 0 && result != 0)
        abort();
    read_back(&disk, damages == 0);
    memory_disk_free(&disk);
    return 0;
}
