/*
 * nonfs verity: trees of hashes as dm-verity has them.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <nonfs/verity.h>

#include "command.h"
#include "disk.h"
#include "hex.h"

struct verity_options {
    struct nonfs_verity_params params;
    int json;
    int salt_given;
    int uuid_given;
};

struct verity_command {
    struct disk data;
    struct disk hash;
    struct nonfs_verity_params params;
    uint8_t scratch[NONFS_VERITY_SCRATCH_SIZE];
};

static void complain_verity(const struct disk *disk, int result,
                            const struct nonfs_diagnostic *diagnostic)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    if (diagnostic->structure == NONFS_STRUCTURE_NONE) {
        complain("%s: %s", disk->path, nonfs_strerror(result));
        return;
    }
    nonfs_diagnostic_format(diagnostic, text, sizeof(text));
    complain("%s: %s", disk->path, text);
}

static void print_bytes(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        printf("%02x", bytes[i]);
}

/* Whether data and tree would lie on top of each other. */
static int overlaps(const struct verity_command *v)
{
    uint64_t data_size = v->params.data_blocks * v->params.data_block_size;
    struct stat a;
    struct stat b;

    return fstat(v->data.fd, &a) == 0 && fstat(v->hash.fd, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino && v->params.hash_offset < data_size;
}

/* Completes the parameters with what the command line leaves open. Returns 0, or -1 after a message. */
static int choose_params(struct verity_command *v, const struct verity_options *o)
{
    v->params = o->params;
    if (v->params.data_blocks == 0)
        v->params.data_blocks =
            v->data.dev.block_count * v->data.dev.block_size / v->params.data_block_size;
    if (!o->salt_given) {
        v->params.salt_len = 32;
        random_bytes(v->params.salt, v->params.salt_len);
    }
    if (!o->uuid_given)
        random_uuid(v->params.uuid);
    if (nonfs_verity_hash_size(&v->params) == 0) {
        complain("%s: the sizes of blocks, their number or the offset are not valid", v->data.path);
        return -1;
    }
    if (!overlaps(v))
        return 0;
    complain("%s: the tree would overwrite the data", v->data.path);
    return -1;
}

static int verity_format(struct verity_command *v, const struct verity_options *o,
                         const char *root_hex)
{
    uint8_t root[NONFS_VERITY_HASH_LEN];
    struct nonfs_diagnostic diagnostic;
    void *arena;
    size_t size;
    int result;

    (void)root_hex;
    if (choose_params(v, o) != 0)
        return EXIT_CODE_USAGE;
    if (disk_grow(&v->hash, v->params.hash_offset + nonfs_verity_hash_size(&v->params)) != 0)
        return EXIT_CODE_IO;
    size = nonfs_verity_arena_size(&v->params);
    arena = allocate(NULL, size);
    result =
        nonfs_verity_format(&v->params, &v->data.dev, &v->hash.dev, arena, size, root, &diagnostic);
    free(arena);
    if (result != 0) {
        complain_verity(&v->data, result, &diagnostic);
        return EXIT_CODE_IO;
    }
    print_bytes(root, sizeof(root));
    putchar('\n');
    return EXIT_CODE_OK;
}

static int params_read(struct verity_command *v, const struct verity_options *o)
{
    struct nonfs_diagnostic diagnostic;
    int result = nonfs_verity_probe(&v->hash.dev, o->params.hash_offset, v->scratch, &v->params,
                                    &diagnostic);

    if (result != 0)
        complain_verity(&v->hash, result, &diagnostic);
    return result;
}

/* Reads all of the data; each block that is bad, or cannot be verified, is named once. */
static int blocks_verify(struct verity_command *v, struct nonfs_verity *verity)
{
    uint64_t most = 1048576 / v->params.data_block_size;
    const struct nonfs_diagnostic *d = nonfs_verity_diagnostic(verity);
    struct nonfs_diagnostic last = {.structure = NONFS_STRUCTURE_NONE};
    void *buf = allocate(NULL, 1048576);
    int code = EXIT_CODE_OK;

    for (uint64_t at = 0; at < v->params.data_blocks;) {
        uint64_t left = v->params.data_blocks - at;
        uint64_t n = code == EXIT_CODE_OK && left > most ? most : code == EXIT_CODE_OK ? left : 1;
        int result = nonfs_verity_read(verity, at, n, buf);

        if (result != 0) {
            if (d->structure != last.structure || d->block != last.block)
                complain_verity(d->structure == NONFS_STRUCTURE_VERITY_HASH ? &v->hash : &v->data,
                                result, d);
            last = *d;
            /* From here on block by block, and this one again if others were with it. */
            if (code == EXIT_CODE_OK && n > 1)
                n = 0;
            code = EXIT_CODE_CONTENT;
        }
        at += n;
    }
    free(buf);
    return code;
}

static int verity_verify(struct verity_command *v, const struct verity_options *o,
                         const char *root_hex)
{
    uint8_t root[NONFS_VERITY_HASH_LEN];
    struct nonfs_verity *verity;
    void *arena;
    size_t size;
    int code = EXIT_CODE_IO;
    int result;

    if (parse_hex(root, sizeof(root), root_hex) != 0) {
        complain("'%s' is no root hash", root_hex);
        return EXIT_CODE_USAGE;
    }
    if (params_read(v, o) != 0)
        return EXIT_CODE_IO;
    size = nonfs_verity_arena_size(&v->params);
    arena = allocate(NULL, size);
    result = nonfs_verity_open(&verity, &v->data.dev, &v->hash.dev, &v->params, root, arena, size);
    if (result == NONFS_E_RANGE)
        complain("%s: data or tree are cut off", v->data.path);
    else if (result != 0)
        complain("%s: %s", v->data.path, nonfs_strerror(result));
    else
        code = blocks_verify(v, verity);
    free(arena);
    return code;
}

static int verity_dump(struct verity_command *v, const struct verity_options *o,
                       const char *root_hex)
{
    const struct nonfs_verity_params *p = &v->params;

    (void)root_hex;
    if (params_read(v, o) != 0)
        return EXIT_CODE_IO;
    fputs(o->json ? "{\"uuid\":\"" : "UUID             ", stdout);
    print_uuid(p->uuid);
    printf(o->json ? "\",\"hash\":\"sha256\",\"data_blocks\":%llu,\"data_block_size\":%u,"
                     "\"hash_block_size\":%u,\"hash_size\":%llu,\"salt\":\""
                   : "\nhash             sha256\ndata blocks      %llu\ndata block size  %u\n"
                     "hash block size  %u\nhash size        %llu\nsalt             ",
           (unsigned long long)p->data_blocks, p->data_block_size, p->hash_block_size,
           (unsigned long long)nonfs_verity_hash_size(p));
    print_bytes(p->salt, p->salt_len);
    puts(o->json ? "\"}" : p->salt_len == 0 ? "-" : "");
    return EXIT_CODE_OK;
}

static const struct verity_action {
    const char *name;
    int arguments; /* 1: HASH, 2: DATA HASH, 3: DATA HASH ROOT */
    enum disk_mode hash_mode;
    int (*run)(struct verity_command *v, const struct verity_options *o, const char *root_hex);
} actions[] = {
    {"format", 2, DISK_CREATE, verity_format},
    {"verify", 3, DISK_READ, verity_verify},
    {"dump", 1, DISK_READ, verity_dump},
};

static int parse_salt(struct verity_options *o, const char *text)
{
    size_t len = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;

    o->salt_given = 1;
    o->params.salt_len = (uint32_t)len;
    if (len == 0)
        return strcmp(text, "-") == 0 ? 0 : -1;
    return len > NONFS_VERITY_SALT_MAX ? -1 : parse_hex(o->params.salt, len, text);
}

static int parse_block_size(const char *text, uint32_t *size)
{
    uint64_t number;

    if (parse_integer(text, &number) != 0 || number > NONFS_BLOCK_SIZE_MAX)
        return -1;
    *size = (uint32_t)number;
    return 0;
}

static int parse_options(struct verity_options *o, int argc, char **argv)
{
    enum { JSON = 256, SALT, UUID, DATA_SIZE, HASH_SIZE, DATA_BLOCKS, HASH_OFFSET };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON},
        {"salt", required_argument, NULL, SALT},
        {"uuid", required_argument, NULL, UUID},
        {"data-block-size", required_argument, NULL, DATA_SIZE},
        {"hash-block-size", required_argument, NULL, HASH_SIZE},
        {"data-blocks", required_argument, NULL, DATA_BLOCKS},
        {"hash-offset", required_argument, NULL, HASH_OFFSET},
        {NULL, 0, NULL, 0},
    };
    int bad = 0;
    int c;

    memset(o, 0, sizeof(*o));
    o->params.data_block_size = 4096;
    o->params.hash_block_size = 4096;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1 && !bad) {
        if (c == JSON)
            o->json = 1;
        else if (c == SALT)
            bad = parse_salt(o, optarg);
        else if (c == UUID)
            bad = parse_uuid(optarg, o->params.uuid);
        else if (c == DATA_SIZE)
            bad = parse_block_size(optarg, &o->params.data_block_size);
        else if (c == HASH_SIZE)
            bad = parse_block_size(optarg, &o->params.hash_block_size);
        else if (c == DATA_BLOCKS)
            bad = parse_integer(optarg, &o->params.data_blocks);
        else if (c == HASH_OFFSET)
            bad = parse_size(optarg, 1, &o->params.hash_offset);
        else
            return -1;
        o->uuid_given |= c == UUID;
        if (bad)
            complain("'%s' is not valid here", optarg);
    }
    if (o->params.data_block_size == 0 || o->params.hash_block_size == 0) {
        complain("0 is no size of a block");
        bad = -1;
    }
    return bad ? -1 : 0;
}

static int run_action(const struct verity_action *action, const struct verity_options *options,
                      char **arguments)
{
    const char *root = action->arguments == 3 ? arguments[2] : NULL;
    struct verity_command *v = allocate(NULL, sizeof(*v));
    int code = EXIT_CODE_IO;

    memset(v, 0, sizeof(*v));
    if (action->arguments == 1) {
        if (disk_open(&v->hash, arguments[0], action->hash_mode, 0) == 0) {
            code = action->run(v, options, root);
            disk_close(&v->hash);
        }
    } else if (disk_open(&v->data, arguments[0], DISK_READ, 0) == 0) {
        if (disk_open(&v->hash, arguments[1], action->hash_mode, 0) == 0) {
            code = action->run(v, options, root);
            disk_close(&v->hash);
        }
        disk_close(&v->data);
    }
    free(v);
    return code;
}

int command_verity(int argc, char **argv)
{
    struct verity_options options;

    if (parse_options(&options, argc, argv) != 0)
        return complain_usage();
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]) && optind < argc; i++) {
        if (strcmp(argv[optind], actions[i].name) == 0 && argc - optind - 1 == actions[i].arguments)
            return run_action(&actions[i], &options, argv + optind + 1);
    }
    complain("verity: wrong action or number of arguments");
    return complain_usage();
}
