/*
 * An image file or a block device of the host as a block device of libnonfs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#define DEVICE_BLOCK_SIZE 512u
#define CACHE_BLOCKS      1024u

void *allocate(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (p == NULL) {
        complain("out of memory");
        exit(EXIT_CODE_IO);
    }
    return p;
}

static int file_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    const struct volume *volume = context;
    uint64_t offset = first_block * DEVICE_BLOCK_SIZE;
    size_t left = (size_t)nblocks * DEVICE_BLOCK_SIZE;
    char *out = buf;

    while (left > 0) {
        ssize_t n = pread(volume->fd, out, left, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NONFS_E_IO;
        out += n;
        offset += (uint64_t)n;
        left -= (size_t)n;
    }
    return 0;
}

static int file_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    const struct volume *volume = context;
    uint64_t offset = first_block * DEVICE_BLOCK_SIZE;
    size_t left = (size_t)nblocks * DEVICE_BLOCK_SIZE;
    const char *in = buf;

    while (left > 0) {
        ssize_t n = pwrite(volume->fd, in, left, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NONFS_E_IO;
        in += n;
        offset += (uint64_t)n;
        left -= (size_t)n;
    }
    return 0;
}

static int file_flush(void *context)
{
    const struct volume *volume = context;

    return fsync(volume->fd) == 0 ? 0 : NONFS_E_IO;
}

static const struct nonfs_block_ops file_ops = {.read = file_read};
static const struct nonfs_block_ops file_ops_writable = {
    .read = file_read, .write = file_write, .flush = file_flush};

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

static int volume_mount(struct volume *volume, const struct arguments *arguments)
{
    struct nonfs_ext4_config config = {
        .cache_blocks = CACHE_BLOCKS,
        .flags = arguments->write            ? NONFS_MOUNT_RECOVER
                 : arguments->ignore_journal ? NONFS_MOUNT_IGNORE_JOURNAL
                                             : 0,
    };
    static uint8_t scratch[NONFS_EXT4_PROBE_SIZE];
    struct nonfs_diagnostic diagnostic;
    size_t size;
    int result = nonfs_ext4_probe(&volume->dev, scratch, &volume->info, &diagnostic);

    if (result == 0) {
        size = nonfs_ext4_arena_size(&config, volume->info.block_size);
        volume->arena = allocate(NULL, size);
        result =
            nonfs_ext4_mount(&volume->fs, &volume->dev, &config, volume->arena, size, &diagnostic);
    }
    if (result == 0)
        return 0;
    mount_complain(volume, result, &diagnostic);
    free(volume->arena);
    return -1;
}

int volume_open(struct volume *volume, const struct arguments *arguments)
{
    off_t size;

    *volume = (struct volume){.image = arguments->image};
    volume->fd = open(volume->image, (arguments->write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    size = volume->fd < 0 ? -1 : lseek(volume->fd, 0, SEEK_END);
    if (size < 0) {
        complain("%s: %s", volume->image, strerror(errno));
    } else {
        volume->dev = (struct nonfs_block_device){
            .ops = arguments->write ? &file_ops_writable : &file_ops,
            .context = volume,
            .block_count = (uint64_t)size / DEVICE_BLOCK_SIZE,
            .block_size = DEVICE_BLOCK_SIZE,
        };
        if (volume_mount(volume, arguments) == 0)
            return 0;
    }
    if (volume->fd >= 0)
        close(volume->fd);
    return -1;
}

void volume_close(struct volume *volume)
{
    if (nonfs_ext4_unmount(volume->fs) != 0)
        complain("%s: it was not mounted", volume->image);
    free(volume->arena);
    close(volume->fd);
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
