/*
 * nonfs gpt: partition tables.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <nonfs/gpt.h>

#include "command.h"
#include "disk.h"
#include "json.h"

/* What the command line says. */
struct gpt_options {
    int json;
    int force;
    uint32_t block_size;
    const char *type;
    const char *guid;
    const char *name;
    const char *start;
    const char *size;
    const char *attributes;
    const char *number; /* of the partition to delete */
};

struct gpt_command {
    struct disk disk;
    struct nonfs_gpt table;
    struct nonfs_gpt_report report;
    struct nonfs_gpt_entry entries[NONFS_GPT_ENTRIES_MAX];
    uint8_t scratch[NONFS_GPT_SCRATCH_SIZE];
};

/* Types that have a short name, UEFI table 5-7 and the Discoverable Partitions Specification. */
static const struct partition_type {
    const char *name;
    const char *guid;
} partition_types[] = {
    {"bios", "21686148-6449-6E6F-744E-656564454649"},
    {"data", "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"},
    {"efi", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"},
    {"home", "933AC7E1-2EB4-4F13-B844-0E14E2AEF915"},
    {"linux", "0FC63DAF-8483-4772-8E79-3D69D8477DE4"},
    {"luks", "CA7D7CCB-63ED-4C53-861C-1742536059CC"},
    {"root", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"},
    {"root-verity", "2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5"},
    {"swap", "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"},
};
#define PARTITION_TYPES (sizeof(partition_types) / sizeof(partition_types[0]))

static const char *type_short_name(const char *guid)
{
    for (size_t i = 0; i < PARTITION_TYPES; i++) {
        if (strcmp(guid, partition_types[i].guid) == 0)
            return partition_types[i].name;
    }
    return NULL;
}

static int parse_type(const char *text, uint8_t type[16])
{
    for (size_t i = 0; i < PARTITION_TYPES; i++) {
        if (strcmp(text, partition_types[i].name) == 0)
            text = partition_types[i].guid;
    }
    return nonfs_gpt_guid_parse(type, text, strlen(text));
}

/* Takes a GUID from the command line, or makes one. Returns 0, or -1 after a message. */
static int choose_guid(const char *text, uint8_t guid[16])
{
    char made[NONFS_GPT_GUID_SIZE];
    uint8_t uuid[16];

    if (text == NULL) {
        random_uuid(uuid);
        for (int i = 0, n = 0; i < 16; i++)
            n += snprintf(made + n, sizeof(made) - (size_t)n, "%s%02x",
                          i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
        text = made;
    }
    if (nonfs_gpt_guid_parse(guid, text, strlen(text)) == 0)
        return 0;
    complain("'%s' is no GUID", text);
    return -1;
}

static void complain_copy(const struct disk *disk, const char *which, int result,
                          const char *reason)
{
    if (result != 0)
        complain("%s: the %s table: %s", disk->path, which,
                 reason != NULL ? reason : nonfs_strerror(result));
}

/* Says what reading found to be wrong beside the copy that was taken. */
static void complain_report(const struct gpt_command *g)
{
    complain_copy(&g->disk, "primary", g->report.primary, g->report.primary_reason);
    complain_copy(&g->disk, "backup", g->report.backup, g->report.backup_reason);
    if (g->report.backup_not_last)
        complain("%s: the backup table is not at the end of the disk", g->disk.path);
    if (g->report.mbr != 0)
        complain("%s: block 0 does not protect the disk", g->disk.path);
}

static int report_is_clean(const struct nonfs_gpt_report *report)
{
    return report->primary == 0 && report->backup == 0 && report->mbr == 0 &&
           !report->backup_not_last;
}

/* Reads the table. Returns 0, or an exit code after a message. */
static int table_read(struct gpt_command *g)
{
    int result = nonfs_gpt_read(&g->table, &g->disk.dev, g->scratch, &g->report);

    if (result == NONFS_E_NO_SIGNATURE)
        complain("%s: there is no partition table", g->disk.path);
    else if (result != 0 && g->report.primary == 0 && g->report.backup == 0)
        complain("%s: %s", g->disk.path, nonfs_strerror(result));
    else
        complain_report(g);
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

static int table_write(struct gpt_command *g, unsigned flags)
{
    int result = nonfs_gpt_write(&g->table, &g->disk.dev, g->scratch, flags);

    if (result == 0)
        return EXIT_CODE_OK;
    complain("%s: %s", g->disk.path, nonfs_strerror(result));
    return EXIT_CODE_IO;
}

static const char *copy_state(int result)
{
    return result == 0 ? "good" : "bad";
}

static void list_json(const struct gpt_command *g)
{
    const struct nonfs_gpt *t = &g->table;
    const char *before = "";
    char text[NONFS_GPT_GUID_SIZE];
    char name[NONFS_GPT_NAME_SIZE];

    nonfs_gpt_guid_format(t->disk_guid, text);
    printf(
        "{\"guid\":\"%s\",\"block_size\":%u,\"blocks\":%llu,\"first_usable\":%llu,"
        "\"last_usable\":%llu,\"primary\":\"%s\",\"backup\":\"%s\",\"mbr\":\"%s\",\"partitions\":[",
        text, t->block_size, (unsigned long long)t->block_count,
        (unsigned long long)t->first_usable, (unsigned long long)t->last_usable,
        copy_state(g->report.primary), copy_state(g->report.backup), copy_state(g->report.mbr));
    for (uint32_t i = 0; i < t->entry_count; i++) {
        const struct nonfs_gpt_entry *e = &t->entries[i];

        nonfs_gpt_guid_format(e->type, text);
        if (strspn(text, "0-") == strlen(text))
            continue;
        printf("%s{\"number\":%u,\"first\":%llu,\"last\":%llu,\"type\":\"%s\"", before, i + 1,
               (unsigned long long)e->first, (unsigned long long)e->last, text);
        nonfs_gpt_guid_format(e->guid, text);
        printf(",\"guid\":\"%s\",\"attributes\":\"0x%016llx\",\"name\":", text,
               (unsigned long long)e->attributes);
        nonfs_gpt_name_format(e->name, name);
        json_print_string(name);
        putchar('}');
        before = ",";
    }
    puts("]}");
}

static void list_text(const struct gpt_command *g)
{
    const struct nonfs_gpt *t = &g->table;
    char text[NONFS_GPT_GUID_SIZE];
    char name[NONFS_GPT_NAME_SIZE];

    nonfs_gpt_guid_format(t->disk_guid, text);
    printf("disk %s, %llu blocks of %u bytes, usable %llu to %llu\n", text,
           (unsigned long long)t->block_count, t->block_size, (unsigned long long)t->first_usable,
           (unsigned long long)t->last_usable);
    for (uint32_t i = 0; i < t->entry_count; i++) {
        const struct nonfs_gpt_entry *e = &t->entries[i];
        const char *type;

        nonfs_gpt_guid_format(e->type, text);
        if (strspn(text, "0-") == strlen(text))
            continue;
        type = type_short_name(text);
        printf("%3u %12llu %12llu %s ", i + 1, (unsigned long long)e->first,
               (unsigned long long)e->last, type != NULL ? type : text);
        nonfs_gpt_guid_format(e->guid, text);
        printf("%s ", text);
        nonfs_gpt_name_format(e->name, name);
        print_name(name);
        putchar('\n');
    }
}

static int gpt_list(struct gpt_command *g, const struct gpt_options *o)
{
    int code = table_read(g);

    if (code != EXIT_CODE_OK)
        return code;
    if (o->json)
        list_json(g);
    else
        list_text(g);
    return report_is_clean(&g->report) ? EXIT_CODE_OK : EXIT_CODE_CONTENT;
}

static int gpt_create(struct gpt_command *g, const struct gpt_options *o)
{
    uint8_t guid[16];
    int result = nonfs_gpt_read(&g->table, &g->disk.dev, g->scratch, &g->report);

    if (result != NONFS_E_NO_SIGNATURE && !o->force) {
        complain("%s: there is a partition table already (--force replaces it)", g->disk.path);
        return EXIT_CODE_IO;
    }
    if (choose_guid(o->guid, guid) != 0)
        return EXIT_CODE_USAGE;
    result = nonfs_gpt_create(&g->table, &g->disk.dev, guid, NONFS_GPT_ENTRIES_MIN);
    if (result != 0) {
        complain("%s: %s", g->disk.path,
                 result == NONFS_E_RANGE ? "too small for a partition table"
                                         : nonfs_strerror(result));
        return EXIT_CODE_IO;
    }
    return table_write(g, NONFS_GPT_NEW_MBR);
}

/* Places the new partition as the command line says. Returns 0, or -1 after a message. */
static int choose_place(const struct gpt_command *g, const struct gpt_options *o,
                        struct nonfs_gpt_entry *e)
{
    uint32_t block_size = g->table.block_size;
    uint64_t size = 0;
    uint64_t nblocks;

    if (o->size != NULL && (parse_size(o->size, 1, &size) != 0 || size == 0)) {
        complain("'%s' is no size", o->size);
        return -1;
    }
    nblocks = size / block_size + (size % block_size != 0);
    if (o->start == NULL) {
        if (nonfs_gpt_find_space(&g->table, nblocks, 0, &e->first, &e->last) == 0)
            return 0;
        complain("%s: there is no room for this partition", g->disk.path);
        return -1;
    }
    if (parse_integer(o->start, &e->first) != 0) {
        complain("'%s' is no number of a block", o->start);
        return -1;
    }
    e->last = nblocks == 0 ? g->table.last_usable : e->first + nblocks - 1;
    for (uint32_t i = 0; i < g->table.entry_count && nblocks == 0; i++) {
        if (g->table.entries[i].first > e->first && g->table.entries[i].first <= e->last)
            e->last = g->table.entries[i].first - 1;
    }
    return 0;
}

static int gpt_add(struct gpt_command *g, const struct gpt_options *o)
{
    struct nonfs_gpt_entry e = {.attributes = 0};
    uint32_t index;
    int code = table_read(g);
    int result;

    if (code != EXIT_CODE_OK)
        return code;
    if (parse_type(o->type != NULL ? o->type : "linux", e.type) != 0) {
        complain("'%s' is no type of partition", o->type);
        return EXIT_CODE_USAGE;
    }
    if (o->name != NULL && nonfs_gpt_name_parse(e.name, o->name, strlen(o->name)) != 0) {
        complain("the name is not UTF-8 or longer than %u characters", NONFS_GPT_NAME_UNITS);
        return EXIT_CODE_USAGE;
    }
    if (o->attributes != NULL && parse_integer(o->attributes, &e.attributes) != 0) {
        complain("'%s' is no number", o->attributes);
        return EXIT_CODE_USAGE;
    }
    if (choose_guid(o->guid, e.guid) != 0)
        return EXIT_CODE_USAGE;
    if (choose_place(g, o, &e) != 0)
        return EXIT_CODE_CONTENT;
    result = nonfs_gpt_add(&g->table, &e, &index);
    if (result != 0) {
        complain("%s: %s", g->disk.path,
                 result == NONFS_E_RANGE      ? "these blocks are not free"
                 : result == NONFS_E_NO_SPACE ? "every entry of the table is used"
                                              : nonfs_strerror(result));
        return EXIT_CODE_CONTENT;
    }
    code = table_write(g, 0);
    if (code == EXIT_CODE_OK)
        printf("%u\n", index + 1);
    return code;
}

static int gpt_delete(struct gpt_command *g, const struct gpt_options *o)
{
    uint64_t number;
    int code;

    if (parse_integer(o->number, &number) != 0) {
        complain("'%s' is no number of a partition", o->number);
        return EXIT_CODE_USAGE;
    }
    code = table_read(g);
    if (code != EXIT_CODE_OK)
        return code;
    if (number < 1 || number > g->table.entry_count ||
        nonfs_gpt_delete(&g->table, (uint32_t)(number - 1)) != 0) {
        complain("%s: there is no partition %s", g->disk.path, o->number);
        return EXIT_CODE_CONTENT;
    }
    return table_write(g, 0);
}

static int gpt_repair(struct gpt_command *g, const struct gpt_options *o)
{
    int code = table_read(g);

    (void)o;
    if (code != EXIT_CODE_OK || report_is_clean(&g->report))
        return code;
    return table_write(g, 0);
}

static const struct gpt_action {
    const char *name;
    int arguments;
    enum disk_mode mode;
    int (*run)(struct gpt_command *g, const struct gpt_options *o);
} actions[] = {
    {"list", 0, DISK_READ, gpt_list},      {"create", 0, DISK_WRITE, gpt_create},
    {"add", 0, DISK_WRITE, gpt_add},       {"delete", 1, DISK_WRITE, gpt_delete},
    {"repair", 0, DISK_WRITE, gpt_repair},
};

static int parse_options(struct gpt_options *o, int argc, char **argv)
{
    enum { JSON = 256, FORCE, BLOCK_SIZE, TYPE, GUID, NAME, START, SIZE, ATTRIBUTES };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON},
        {"force", no_argument, NULL, FORCE},
        {"block-size", required_argument, NULL, BLOCK_SIZE},
        {"type", required_argument, NULL, TYPE},
        {"guid", required_argument, NULL, GUID},
        {"name", required_argument, NULL, NAME},
        {"start", required_argument, NULL, START},
        {"size", required_argument, NULL, SIZE},
        {"attributes", required_argument, NULL, ATTRIBUTES},
        {NULL, 0, NULL, 0},
    };
    uint64_t number;
    int c;

    *o = (struct gpt_options){.json = 0};
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == JSON)
            o->json = 1;
        else if (c == FORCE)
            o->force = 1;
        else if (c == TYPE)
            o->type = optarg;
        else if (c == GUID)
            o->guid = optarg;
        else if (c == NAME)
            o->name = optarg;
        else if (c == START)
            o->start = optarg;
        else if (c == SIZE)
            o->size = optarg;
        else if (c == ATTRIBUTES)
            o->attributes = optarg;
        else if (c == BLOCK_SIZE && parse_integer(optarg, &number) == 0 &&
                 number >= NONFS_BLOCK_SIZE_MIN && number <= NONFS_BLOCK_SIZE_MAX &&
                 (number & (number - 1)) == 0)
            o->block_size = (uint32_t)number;
        else if (c == BLOCK_SIZE)
            complain("'%s' is no size of a block", optarg);
        if (c == '?' || (c == BLOCK_SIZE && o->block_size == 0))
            return -1;
    }
    return 0;
}

int command_gpt(int argc, char **argv)
{
    const struct gpt_action *action = NULL;
    struct gpt_options options;
    struct gpt_command *g;
    const char *name;
    int code;

    if (parse_options(&options, argc, argv) != 0 || optind == argc)
        return complain_usage();
    name = optind + 1 < argc ? argv[optind + 1] : "list";
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(name, actions[i].name) == 0)
            action = &actions[i];
    }
    if (action == NULL || (argc - optind - 2 > 0 ? argc - optind - 2 : 0) != action->arguments) {
        complain("gpt: wrong action or number of arguments");
        return complain_usage();
    }
    options.number = action->arguments > 0 ? argv[optind + 2] : NULL;
    g = allocate(NULL, sizeof(*g));
    memset(g, 0, sizeof(*g));
    g->table.entries = g->entries;
    g->table.capacity = NONFS_GPT_ENTRIES_MAX;
    code = EXIT_CODE_IO;
    if (disk_open(&g->disk, argv[optind], action->mode, options.block_size) == 0) {
        code = action->run(g, &options);
        disk_close(&g->disk);
    }
    free(g);
    return code;
}
