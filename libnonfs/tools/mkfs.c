/*
 * nonfs mkfs: makes volumes, with the options of mke2fs.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nonfs/ext4.h>
#include <nonfs/gpt.h>
#include <nonfs/mkfs.h>
#include <nonfs/verity.h>

#include "command.h"
#include "disk.h"
#include "populate.h"

struct mkfs_options {
    const char *image;
    const char *size;     /* how large the volume shall be; NULL: as the device */
    const char *features; /* of -O */
    const char *extended; /* of -E */
    const char *label;
    const char *uuid;
    const char *folder;  /* of -d: what is copied into it; NULL: nothing */
    uint32_t block_size; /* 0: as the size of the volume suggests */
    uint32_t ratio;
    uint32_t reserved;
    int reserved_given;
    int lazy; /* -1: not said */
    int force;
    int quiet;
};

/* What the callbacks of the library need. */
struct mkfs_context {
    int shows_progress;
};

static int random_callback(void *context, void *bytes, size_t len)
{
    (void)context;
    random_bytes(bytes, len);
    return 0;
}

static void progress_callback(void *context, uint32_t done, uint32_t all)
{
    const struct mkfs_context *c = context;

    if (c->shows_progress)
        fprintf(stderr, "\r%u of %u groups%s", done, all, done == all ? "\n" : "");
}

/* Finds a feature by its name. Returns 0, or -1 if there is none. */
static int feature_find(const char *name, unsigned *set, unsigned *bit)
{
    for (*set = 0; *set < 3; ++*set) {
        for (*bit = 0; *bit < 32; ++*bit) {
            if (strcmp(name, nonfs_ext4_feature_name((enum nonfs_ext4_feature_set) * set, *bit)) ==
                0)
                return 0;
        }
    }
    return -1;
}

/* Changes the features as -O says: names with commas between, "^" before one that shall not be, "none" for a fresh start. */
static int features_parse(struct nonfs_mkfs_config *config, char *text)
{
    uint32_t *const words[] = {&config->compat, &config->incompat, &config->ro_compat};
    char *rest = text;
    char *name;

    while ((name = strsep(&rest, ",")) != NULL) {
        int off = name[0] == '^';
        unsigned set;
        unsigned bit;

        if (strcmp(name, "none") == 0) {
            config->compat = config->incompat = config->ro_compat = 0;
        } else if (feature_find(name + off, &set, &bit) != 0) {
            complain("'%s' is no feature", name + off);
            return -1;
        } else if (off) {
            *words[set] &= ~((uint32_t)1 << bit);
        } else {
            *words[set] |= (uint32_t)1 << bit;
        }
    }
    return 0;
}

static int extended_parse(struct nonfs_mkfs_config *config, int *lazy, char *text)
{
    char *rest = text;
    char *name;

    while ((name = strsep(&rest, ",")) != NULL) {
        const char *value = strchr(name, '=');
        size_t len = value != NULL ? (size_t)(value - name) : strlen(name);

        if (value != NULL && len == 9 && memcmp(name, "hash_seed", 9) == 0 &&
            parse_uuid(value + 1, config->hash_seed) == 0)
            continue;
        if (len == 16 && memcmp(name, "lazy_itable_init", 16) == 0 &&
            (value == NULL || ((value[1] == '0' || value[1] == '1') && value[2] == '\0'))) {
            *lazy = value == NULL || value[1] == '1';
            continue;
        }
        complain("'%s' is no extended option", name);
        return -1;
    }
    return 0;
}

/* What is on the device already, or NULL. */
static const char *existing(const struct disk *disk)
{
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    static struct nonfs_gpt_entry entries[NONFS_GPT_ENTRIES_MAX];
    struct nonfs_gpt gpt = {.entries = entries, .capacity = NONFS_GPT_ENTRIES_MAX};
    struct nonfs_gpt_report report;
    struct nonfs_verity_params params;
    struct nonfs_ext4_info info;

    if (nonfs_ext4_probe(&disk->dev, scratch, &info, NULL) != NONFS_E_NO_SIGNATURE)
        return "an ext2, ext3 or ext4 volume";
    if (nonfs_gpt_read(&gpt, &disk->dev, scratch, &report) != NONFS_E_NO_SIGNATURE)
        return "a partition table";
    if (nonfs_verity_probe(&disk->dev, 0, scratch, &params, NULL) != NONFS_E_NO_SIGNATURE)
        return "a tree of hashes";
    if (disk->dev.ops->read(disk->dev.context, 0, 1, scratch) == 0 && scratch[510] == 0x55 &&
        scratch[511] == 0xaa)
        return "a boot sector";
    return NULL;
}

/* Makes the range of the volume a hole, if it is in a file. Returns 1 if it reads as zeros now. */
static int make_hole(const struct disk *disk, uint64_t size)
{
    struct stat st;

    return fstat(disk->fd, &st) == 0 && S_ISREG(st.st_mode) &&
           fallocate(disk->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, (off_t)size) == 0;
}

/* The time of SOURCE_DATE_EPOCH, or now. Returns whether it is given. */
static int epoch(uint32_t *t)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;

    *t = (uint32_t)time(NULL);
    if (text == NULL || parse_integer(text, &seconds) != 0)
        return 0;
    *t = (uint32_t)seconds;
    return 1;
}

static int texts_parse(struct nonfs_mkfs_config *config, const struct mkfs_options *o, int *lazy)
{
    char *text;
    int result = 0;

    if (o->label != NULL && strlen(o->label) > sizeof(config->label)) {
        complain("the label is longer than %u bytes", NONFS_MKFS_LABEL_SIZE);
        return -1;
    }
    if (o->label != NULL)
        memcpy(config->label, o->label, strlen(o->label));
    if (o->uuid != NULL && parse_uuid(o->uuid, config->uuid) != 0) {
        complain("'%s' is no UUID", o->uuid);
        return -1;
    }
    if (o->features != NULL) {
        text = strdup(o->features);
        result = text == NULL ? -1 : features_parse(config, text);
        free(text);
    }
    if (o->extended != NULL && result == 0) {
        text = strdup(o->extended);
        result = text == NULL ? -1 : extended_parse(config, lazy, text);
        free(text);
    }
    return result;
}

/* Sets what the options say. Returns 0, or -1 after a message. */
static int config_make(struct nonfs_mkfs_config *config, const struct mkfs_options *o,
                       const struct disk *disk, uint64_t size)
{
    int lazy = o->lazy;

    nonfs_mkfs_defaults(config, size);
    if (o->block_size != 0)
        config->block_size = o->block_size;
    else if (config->block_size < disk->dev.block_size)
        config->block_size = disk->dev.block_size;
    if (o->ratio != 0)
        config->inode_ratio = o->ratio;
    if (o->reserved_given)
        config->reserved_percent = o->reserved;
    if (o->size != NULL)
        config->block_count = size / config->block_size;
    (void)epoch(&config->time);
    config->random = random_callback;
    config->progress = progress_callback;
    if (texts_parse(config, o, &lazy) != 0)
        return -1;
    if (lazy == 1)
        config->flags |= NONFS_MKFS_LAZY_TABLES;
    return 0;
}

static void complain_mkfs(const struct disk *disk, const struct nonfs_mkfs_config *config,
                          int result)
{
    const char *feature = nonfs_mkfs_unsupported_feature(config);

    if (result == NONFS_E_UNSUPPORTED && feature != NULL)
        complain("%s: the feature %s cannot be made, or not with these others", disk->path,
                 feature);
    else if (result == NONFS_E_UNSUPPORTED)
        complain("%s: this needs the feature meta_bg, which cannot be made", disk->path);
    else if (result == NONFS_E_RANGE)
        complain("%s: the volume is too small, too large, or has too many or too few inodes",
                 disk->path);
    else if (result == NONFS_E_INVALID)
        complain("%s: block size, inode ratio or reserved percent are not possible here",
                 disk->path);
    else
        complain("%s: %s", disk->path, nonfs_strerror(result));
}

static int dry_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    (void)context;
    (void)first_block;
    (void)nblocks;
    (void)buf;
    return NONFS_E_IO;
}

static int dry_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    (void)context;
    (void)first_block;
    (void)nblocks;
    (void)buf;
    return 0;
}

static int dry_flush(void *context)
{
    (void)context;
    return 0;
}

/* Whether a volume can be made, found out without touching the device: what is refused must not cost what is there. */
static int try_volume(const struct disk *disk, struct nonfs_mkfs_config config, void *arena,
                      struct nonfs_mkfs_report *report)
{
    static const struct nonfs_block_ops ops = {
        .read = dry_read, .write = dry_write, .flush = dry_flush};
    struct nonfs_block_device dry = disk->dev;

    dry.ops = &ops;
    config.progress = NULL;
    config.flags |= NONFS_MKFS_DEVICE_ZEROED;
    return nonfs_mkfs(&dry, &config, arena, report);
}

/* Whether files can be copied into a volume with these features. Returns 0, or -1 after a message. */
static int check_folder(const struct disk *disk, const char *folder,
                        const struct nonfs_mkfs_report *report)
{
    const struct nonfs_ext4_info info = {
        .compat = report->compat, .incompat = report->incompat, .ro_compat = report->ro_compat};
    const char *feature = nonfs_ext4_unwritable_feature(&info);
    struct stat st;

    if (folder == NULL)
        return 0;
    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode)) {
        complain("%s: it is no folder that can be copied", folder);
        return -1;
    }
    if (feature != NULL)
        complain("%s: -d cannot write to such a volume: %s", disk->path, feature);
    return feature == NULL ? 0 : -1;
}

static int copy_folder(struct disk *disk, const struct mkfs_options *o, uint32_t time)
{
    uint32_t unused;
    struct populate_options p = {.folder = o->folder,
                                 .time = time,
                                 .clamps = epoch(&unused),
                                 .shows_progress = !o->quiet && isatty(STDERR_FILENO)};

    if (o->folder == NULL)
        return EXIT_CODE_OK;
    if (populate(disk, &p) != 0)
        return EXIT_CODE_IO;
    if (!o->quiet)
        printf("%llu files with %llu bytes from %s\n", (unsigned long long)p.files,
               (unsigned long long)p.bytes, o->folder);
    return EXIT_CODE_OK;
}

static int make_volume(struct disk *disk, const struct mkfs_options *o, uint64_t size)
{
    static _Alignas(NONFS_MKFS_ARENA_ALIGN) uint8_t arena[NONFS_MKFS_ARENA_SIZE];
    struct mkfs_context context = {.shows_progress = !o->quiet && isatty(STDERR_FILENO)};
    struct nonfs_mkfs_report report;
    struct nonfs_mkfs_config config;
    int result;

    if (config_make(&config, o, disk, size) != 0)
        return EXIT_CODE_USAGE;
    config.context = &context;
    result = try_volume(disk, config, arena, &report);
    if (result == 0 && check_folder(disk, o->folder, &report) != 0)
        return EXIT_CODE_USAGE;
    if (result == 0 && make_hole(disk, size))
        config.flags |= NONFS_MKFS_DEVICE_ZEROED;
    if (result == 0)
        result = nonfs_mkfs(&disk->dev, &config, arena, &report);
    if (result != 0) {
        complain_mkfs(disk, &config, result);
        return EXIT_CODE_IO;
    }
    if (!o->quiet) {
        printf("%llu blocks of %u bytes, %u inodes, %u groups, journal of %u blocks\nUUID ",
               (unsigned long long)report.block_count, config.block_size, report.inode_count,
               report.group_count, report.journal_blocks);
        print_uuid(report.uuid);
        putchar('\n');
    }
    return copy_folder(disk, o, config.time);
}

static int run(struct disk *disk, const struct mkfs_options *o)
{
    uint64_t size = disk->dev.block_count * disk->dev.block_size;
    const char *there;

    if (o->size != NULL &&
        (parse_size(o->size, o->block_size != 0 ? o->block_size : 1024, &size) != 0 || size == 0)) {
        complain("'%s' is no size", o->size);
        return EXIT_CODE_USAGE;
    }
    if (o->size != NULL && disk_grow(disk, size) != 0)
        return EXIT_CODE_IO;
    there = disk->dev.block_count > 0 && !o->force ? existing(disk) : NULL;
    if (there == NULL)
        return make_volume(disk, o, size);
    complain("%s: there is %s already (--force overwrites it)", disk->path, there);
    return EXIT_CODE_IO;
}

static int parse_number(const char *text, uint32_t *number)
{
    uint64_t n;

    if (parse_integer(text, &n) != 0 || n > UINT32_MAX) {
        complain("'%s' is no number", text);
        return -1;
    }
    *number = (uint32_t)n;
    return 0;
}

static int parse_options(struct mkfs_options *o, int argc, char **argv)
{
    enum { FORCE = 256 };
    static const struct option options[] = {
        {"force", no_argument, NULL, FORCE},
        {NULL, 0, NULL, 0},
    };
    int bad = 0;
    int c;

    *o = (struct mkfs_options){.lazy = -1};
    while ((c = getopt_long(argc, argv, "b:d:E:Fi:L:m:O:qU:", options, NULL)) != -1 && !bad) {
        if (c == 'b')
            bad = parse_number(optarg, &o->block_size);
        else if (c == 'i')
            bad = parse_number(optarg, &o->ratio);
        else if (c == 'm')
            bad = parse_number(optarg, &o->reserved);
        else if (c == 'E')
            o->extended = optarg;
        else if (c == 'L')
            o->label = optarg;
        else if (c == 'O')
            o->features = optarg;
        else if (c == 'U')
            o->uuid = optarg;
        else if (c == 'q')
            o->quiet = 1;
        else if (c == 'F' || c == FORCE)
            o->force = 1;
        else if (c == 'd')
            o->folder = optarg;
        bad = bad || c == '?';
        o->reserved_given |= c == 'm';
    }
    if (bad || argc - optind < 1 || argc - optind > 2)
        return -1;
    o->image = argv[optind];
    o->size = argv[optind + 1];
    return 0;
}

int command_mkfs(int argc, char **argv)
{
    struct mkfs_options options;
    struct disk disk;
    int code;

    if (parse_options(&options, argc, argv) != 0)
        return complain_usage();
    if (disk_open(&disk, options.image, options.size != NULL ? DISK_CREATE : DISK_WRITE, 0) != 0)
        return EXIT_CODE_IO;
    code = run(&disk, &options);
    disk_close(&disk);
    return code;
}
