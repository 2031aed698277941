/*
 * The host command: libnonfs from a shell. main() finds the verb and mounts the image; the verbs are in list.c, content.c,
 * about.c, change.c and copy.c, and those that mount nothing, or in their own way, in check.c, gpt.c, mkfs.c, mount.c and verity.c.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "copy.h"

static const char usage_text[] =
    "usage: nonfs ls [-l] [--json] IMAGE [PATH]...    list directories\n"
    "       nonfs tree IMAGE [PATH]...                draw everything below\n"
    "       nonfs find [-0] [--json] IMAGE [PATH]...  name everything below\n"
    "       nonfs cat IMAGE PATH...                   write files to standard output\n"
    "       nonfs stat [--json] IMAGE [PATH]...       show inodes\n"
    "       nonfs b3sum [--json] IMAGE [PATH]...      BLAKE3 of every file below\n"
    "       nonfs df [--json] IMAGE                   show the volume: space, label, features\n"
    "       nonfs recover IMAGE                       replay the journal\n"
    "options of every verb above:\n"
    "       --ignore-journal   read a volume that was not unmounted, without its latest changes\n"
    "\n"
    "       nonfs cp [-f] [-r] IMAGE SOURCE... TARGET   copy files into the volume or out of it\n"
    "       nonfs mkdir [-p] IMAGE PATH...            make directories\n"
    "       nonfs mv IMAGE SOURCE... TARGET           rename files or move them\n"
    "       nonfs rm [-f] [-r] IMAGE PATH...          delete files\n"
    "A PATH starts at the root of the volume. With cp, those in the volume have a colon in front.\n"
    "\n"
    "       nonfs mount [-f] [-r] [-o OPTIONS] IMAGE FOLDER   let Linux use it through FUSE\n"
    "       nonfs check [--json] [--memory SIZE] IMAGE   say all that is wrong with a volume\n"
    "\n"
    "       nonfs gpt [--json] DISK [list]            show the partition table\n"
    "       nonfs gpt [--force] DISK create           make an empty one\n"
    "       nonfs gpt [--type TYPE] [--size SIZE] [--start BLOCK] [--name NAME] [--attributes N] "
    "DISK add\n"
    "       nonfs gpt DISK delete NUMBER\n"
    "       nonfs gpt DISK repair                     write both copies from the good one\n"
    "options of gpt: [--guid GUID] [--block-size BYTES]\n"
    "\n"
    "       nonfs mkfs [-q] [--force] [-b BYTES] [-i BYTES] [-m PERCENT] [-L LABEL] [-U UUID] [-d "
    "FOLDER]\n"
    "              [-O FEATURE,^FEATURE...] [-E hash_seed=UUID,lazy_itable_init=0|1] IMAGE [SIZE]\n"
    "\n"
    "       nonfs verity format [OPTIONS] DATA HASH   make a tree of hashes, print its root\n"
    "       nonfs verity verify DATA HASH ROOT        check all of DATA\n"
    "       nonfs verity dump [--json] HASH           show the superblock\n"
    "options of verity: [--hash-offset BYTES]\n"
    "options of verity format: [--salt HEX|-] [--uuid UUID] [--data-block-size BYTES]\n"
    "       [--hash-block-size BYTES] [--data-blocks N]\n"
    "\n"
    "       nonfs --help | --version\n";

enum { OPTION_JSON = 256, OPTION_IGNORE_JOURNAL };

static const struct verb {
    const char *name;
    const char *options; /* for getopt */
    int json;
    int paths_min;
    int paths_max;
    enum volume_use use;
    int (*command)(struct volume *volume, const struct arguments *arguments);
} verbs[] = {
    {"ls", "l", 1, 0, INT32_MAX, VOLUME_READ, command_ls},
    {"tree", "", 0, 0, INT32_MAX, VOLUME_READ, command_tree},
    {"find", "0", 1, 0, INT32_MAX, VOLUME_READ, command_find},
    {"cat", "", 0, 1, INT32_MAX, VOLUME_READ, command_cat},
    {"stat", "", 1, 0, INT32_MAX, VOLUME_READ, command_stat},
    {"b3sum", "", 1, 0, INT32_MAX, VOLUME_READ, command_b3sum},
    {"df", "", 1, 0, 0, VOLUME_READ, command_df},
    {"recover", "", 0, 0, 0, VOLUME_RECOVER, command_recover},
    {"cp", "fr", 0, 2, INT32_MAX, VOLUME_WRITE, command_cp},
    {"mkdir", "p", 0, 1, INT32_MAX, VOLUME_WRITE, command_mkdir},
    {"mv", "", 0, 2, INT32_MAX, VOLUME_WRITE, command_mv},
    {"rm", "fr", 0, 1, INT32_MAX, VOLUME_WRITE, command_rm},
};

static const struct disk_verb {
    const char *name;
    int (*command)(int argc, char **argv);
} disk_verbs[] = {
    {"check", command_check}, {"gpt", command_gpt},       {"mkfs", command_mkfs},
    {"mount", command_mount}, {"verity", command_verity},
};

void complain(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fputs("nonfs: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int complain_usage(void)
{
    fputs(usage_text, stderr);
    return EXIT_CODE_USAGE;
}

/* Takes one option. Returns 0, or -1 after a message. */
static int option_take(struct arguments *a, const struct verb *verb, int c)
{
    if (c == 'l')
        a->detailed = 1;
    else if (c == '0')
        a->zero = 1;
    else if (c == 'f')
        a->force = 1;
    else if (c == 'p')
        a->parents = 1;
    else if (c == 'r')
        a->recursive = 1;
    else if (c == OPTION_JSON && verb->json)
        a->json = 1;
    else if (c == OPTION_IGNORE_JOURNAL && verb->use == VOLUME_READ)
        a->ignore_journal = 1;
    else if (c == OPTION_JSON || c == OPTION_IGNORE_JOURNAL)
        return complain("%s has no --%s", verb->name, c == OPTION_JSON ? "json" : "ignore-journal"),
               -1;
    else
        return -1; /* getopt has said it */
    return 0;
}

/* Reads the options and arguments of a verb; argv[0] is its name. Returns 0, or -1 after a message. */
static int arguments_parse(struct arguments *a, const struct verb *verb, int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"ignore-journal", no_argument, NULL, OPTION_IGNORE_JOURNAL},
        {NULL, 0, NULL, 0},
    };
    int c;

    *a = (struct arguments){.use = verb->use};
    while ((c = getopt_long(argc, argv, verb->options, options, NULL)) != -1) {
        if (option_take(a, verb, c) != 0)
            return -1;
    }
    if (argc - optind - 1 < verb->paths_min || argc - optind - 1 > verb->paths_max) {
        complain("%s: wrong number of arguments", verb->name);
        return -1;
    }
    a->image = argv[optind];
    a->paths = argv + optind + 1;
    a->npaths = argc - optind - 1;
    return 0;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
    struct arguments arguments;
    struct volume volume;
    int code;

    if (arguments_parse(&arguments, verb, argc, argv) != 0 ||
        (verb->command == command_cp && copy_prepare(&arguments) != 0))
        return complain_usage();
    if (volume_open(&volume, &arguments) != 0)
        return EXIT_CODE_IO;
    code = verb->command(&volume, &arguments);
    return volume_close(&volume) == 0 ? code : EXIT_CODE_IO;
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return complain_usage();
    if (strcmp(argv[1], "--version") == 0) {
        puts("nonfs " PACKAGE_VERSION);
        return EXIT_CODE_OK;
    }
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage_text, stdout);
            return EXIT_CODE_OK;
        }
    }
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return run_verb(&verbs[i], argc - 1, argv + 1);
    }
    for (size_t i = 0; i < sizeof(disk_verbs) / sizeof(disk_verbs[0]); i++) {
        if (strcmp(argv[1], disk_verbs[i].name) == 0)
            return disk_verbs[i].command(argc - 1, argv + 1);
    }
    complain("unknown command '%s'", argv[1]);
    return complain_usage();
}

int main(int argc, char **argv)
{
    int code = run(argc, argv);

    /* Output that did not reach its place must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output: %s", strerror(errno));
        code = EXIT_CODE_IO;
    }
    return code;
}
