/*
 * nonfs mount.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "fuse.h"

#ifdef HAVE_FUSE

#define CACHE_BLOCKS 8192u
#define HELD_INODES  65536u /* open at once */

struct mount_options {
    char *options;  /* of FUSE; NULL: none */
    uint32_t flags; /* NONFS_MOUNT_... beside the one for writing */
    int foreground;
    int read_only;
};

/* Takes the library's own options out of what is after -o, and leaves those of FUSE. */
static void options_take(struct mount_options *o, char *text)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } own[] = {
        {"notimes", NONFS_MOUNT_NO_TIMES}, {"pad", NONFS_MOUNT_PAD}, {"scrub", NONFS_MOUNT_SCRUB}};
    char *rest = text;
    char *name;
    char *end;

    o->options = allocate(NULL, strlen(text) + 1);
    end = o->options;
    while ((name = strsep(&rest, ",")) != NULL) {
        uint32_t flag = 0;

        for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
            flag |= strcmp(name, own[i].name) == 0 ? own[i].flag : 0;
        o->flags |= flag;
        if (flag == 0 && name[0] != '\0')
            end = stpcpy(end == o->options ? end : stpcpy(end, ","), name);
    }
    *end = '\0';
    if (end == o->options) {
        free(o->options);
        o->options = NULL;
    }
}

static int mount_failed(const char *image, int result, const struct nonfs_diagnostic *diagnostic)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    (void)result;
    nonfs_diagnostic_format(diagnostic, text, sizeof(text));
    complain("%s: %s", image, text);
    return EXIT_CODE_IO;
}

/* Mounts the volume in the library, serves it, and unmounts it. */
static int mount_disk(struct disk *disk, const char *folder, const struct mount_options *o)
{
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_ext4_config config = {.cache_blocks = CACHE_BLOCKS,
                                       .flags = o->read_only ? 0 : NONFS_MOUNT_WRITE | o->flags,
                                       .held_inodes = HELD_INODES,
                                       .now = {.seconds = time(NULL)}};
    struct served served = {.read_only = o->read_only,
                            .scrubs = (o->flags & NONFS_MOUNT_SCRUB) != 0};
    struct nonfs_diagnostic diagnostic;
    struct nonfs_ext4_info info;
    void *arena;
    size_t size;
    int code;
    int result = nonfs_ext4_probe(&disk->dev, scratch, &info, &diagnostic);

    if (result != 0)
        return mount_failed(disk->path, result, &diagnostic);
    size = nonfs_ext4_arena_size(&config, info.block_size);
    arena = allocate(NULL, size);
    result = nonfs_ext4_mount(&served.fs, &disk->dev, &config, arena, size, &diagnostic);
    if (result != 0) {
        free(arena);
        return mount_failed(disk->path, result, &diagnostic);
    }
    code = fuse_serve(&served, disk->path, folder, o->options, o->foreground) == 0 ? EXIT_CODE_OK
                                                                                   : EXIT_CODE_IO;
    result = nonfs_ext4_unmount(served.fs);
    if (result != 0) {
        complain("%s: %s", disk->path, nonfs_strerror(result));
        code = EXIT_CODE_IO;
    }
    free(arena);
    return code;
}

int command_mount(int argc, char **argv)
{
    struct mount_options o = {.options = NULL};
    struct disk disk;
    int code;
    int c;

    while ((c = getopt(argc, argv, "fro:")) != -1) {
        if (c == 'f')
            o.foreground = 1;
        else if (c == 'r')
            o.read_only = 1;
        else if (c == 'o' && o.options == NULL && o.flags == 0)
            options_take(&o, optarg);
        else
            return complain_usage();
    }
    if (argc - optind != 2) {
        complain("mount: wrong number of arguments");
        return complain_usage();
    }
    if (o.read_only && o.flags != 0) {
        complain("mount: notimes, pad and scrub are for volumes that are written");
        return complain_usage();
    }
    if (disk_open(&disk, argv[optind], o.read_only ? DISK_READ : DISK_WRITE, 0) != 0)
        return EXIT_CODE_IO;
    code = mount_disk(&disk, argv[optind + 1], &o);
    disk_close(&disk);
    free(o.options);
    return code;
}

#else

int command_mount(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    complain("this program was built without FUSE (Debian: apt install libfuse3-dev)");
    return EXIT_CODE_IO;
}

#endif
