/*
 * A mounted image.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"

#define CACHE_BLOCKS 1024u

void *allocate(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (p == NULL) {
        complain("out of memory");
        exit(EXIT_CODE_IO);
    }
    return p;
}

static void mount_complain(const struct volume *volume, int result,
                           const struct nonfs_diagnostic *diagnostic)
{
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    nonfs_diagnostic_format(diagnostic, text, sizeof(text));
    if (result == NONFS_E_NEEDS_RECOVERY)
        complain("%s: %s ('nonfs recover' does, --ignore-journal reads it as it is)", volume->image,
                 text);
    else
        complain("%s: %s", volume->image, text);
}

static uint32_t mount_flags(const struct arguments *arguments)
{
    switch (arguments->use) {
    case VOLUME_WRITE:
        return NONFS_MOUNT_WRITE;
    case VOLUME_RECOVER:
        return NONFS_MOUNT_RECOVER;
    default:
        return arguments->ignore_journal ? NONFS_MOUNT_IGNORE_JOURNAL : 0;
    }
}

static int volume_mount(struct volume *volume, const struct arguments *arguments)
{
    struct nonfs_ext4_config config = {
        .cache_blocks = CACHE_BLOCKS,
        .flags = mount_flags(arguments),
        .now = {.seconds = time(NULL)},
    };
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_diagnostic diagnostic;
    size_t size;
    int result = nonfs_ext4_probe(&volume->disk.dev, scratch, &volume->info, &diagnostic);

    if (result == 0) {
        size = nonfs_ext4_arena_size(&config, volume->info.block_size);
        volume->arena = allocate(NULL, size);
        result = nonfs_ext4_mount(&volume->fs, &volume->disk.dev, &config, volume->arena, size,
                                  &diagnostic);
    }
    if (result == 0)
        return 0;
    mount_complain(volume, result, &diagnostic);
    free(volume->arena);
    return -1;
}

int volume_open(struct volume *volume, const struct arguments *arguments)
{
    *volume = (struct volume){.image = arguments->image};
    if (disk_open(&volume->disk, volume->image,
                  arguments->use == VOLUME_READ ? DISK_READ : DISK_WRITE,
                  NONFS_BLOCK_SIZE_MIN) != 0)
        return -1;
    if (volume_mount(volume, arguments) == 0)
        return 0;
    disk_close(&volume->disk);
    return -1;
}

int volume_close(struct volume *volume)
{
    int result = nonfs_ext4_unmount(volume->fs);

    if (result != 0)
        complain("%s: not everything was written: %s", volume->image, nonfs_strerror(result));
    free(volume->arena);
    disk_close(&volume->disk);
    return result == 0 ? 0 : -1;
}

void volume_complain(const struct volume *volume, const char *path, int result)
{
    const struct nonfs_diagnostic *diagnostic = nonfs_ext4_diagnostic(volume->fs);
    char text[NONFS_DIAGNOSTIC_TEXT_SIZE];

    if (diagnostic->result == result) {
        nonfs_diagnostic_format(diagnostic, text, sizeof(text));
        complain("%s: %s: %s", volume->image, path, text);
    } else {
        complain("%s: %s: %s", volume->image, path, nonfs_strerror(result));
    }
}

int volume_lookup(struct volume *volume, const char *path, unsigned flags,
                  struct nonfs_ext4_node *node)
{
    int result = nonfs_ext4_lookup(volume->fs, NULL, path, strlen(path), flags, node);

    if (result == 0)
        return 0;
    volume_complain(volume, path, result);
    return -1;
}
