#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "hex.h"

static int disk_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    const struct disk *disk = context;
    uint64_t offset = first_block * disk->dev.block_size;
    size_t left = (size_t)nblocks * disk->dev.block_size;
    char *out = buf;

    while (left > 0) {
        ssize_t n = pread(disk->fd, out, left, (off_t)offset);

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

static int disk_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    const struct disk *disk = context;
    uint64_t offset = first_block * disk->dev.block_size;
    size_t left = (size_t)nblocks * disk->dev.block_size;
    const char *in = buf;

    while (left > 0) {
        ssize_t n = pwrite(disk->fd, in, left, (off_t)offset);

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

static int disk_flush(void *context)
{
    const struct disk *disk = context;

    return fsync(disk->fd) == 0 ? 0 : NONFS_E_IO;
}

static const struct nonfs_block_ops read_ops = {.read = disk_read};
static const struct nonfs_block_ops write_ops = {
    .read = disk_read, .write = disk_write, .flush = disk_flush};

/* The size of a sector of a block device; files have sectors of 512 bytes. */
static uint32_t sector_size(int fd)
{
    struct stat st;
    int size;

    if (fstat(fd, &st) == 0 && S_ISBLK(st.st_mode) && ioctl(fd, BLKSSZGET, &size) == 0)
        return (uint32_t)size;
    return NONFS_BLOCK_SIZE_MIN;
}

int disk_open(struct disk *disk, const char *path, enum disk_mode mode, uint32_t block_size)
{
    int flags = mode == DISK_READ ? O_RDONLY : mode == DISK_WRITE ? O_RDWR : O_RDWR | O_CREAT;
    struct stat st;
    off_t size;

    *disk = (struct disk){.path = path};
    /* Linux refuses O_EXCL for a block device that is mounted. */
    if (mode != DISK_READ && stat(path, &st) == 0 && S_ISBLK(st.st_mode))
        flags |= O_EXCL;
    disk->fd = open(path, flags | O_CLOEXEC, 0666);
    size = disk->fd < 0 ? -1 : lseek(disk->fd, 0, SEEK_END);
    if (size < 0) {
        complain("%s: %s", path, strerror(errno));
        if (disk->fd >= 0)
            close(disk->fd);
        return -1;
    }
    disk->dev.ops = mode == DISK_READ ? &read_ops : &write_ops;
    disk->dev.context = disk;
    disk->dev.block_size = block_size != 0 ? block_size : sector_size(disk->fd);
    disk->dev.block_count = (uint64_t)size / disk->dev.block_size;
    return 0;
}

void disk_close(struct disk *disk)
{
    close(disk->fd);
}

int disk_grow(struct disk *disk, uint64_t size)
{
    uint64_t blocks = (size + disk->dev.block_size - 1) / disk->dev.block_size;

    if (blocks <= disk->dev.block_count)
        return 0;
    if (ftruncate(disk->fd, (off_t)(blocks * disk->dev.block_size)) != 0) {
        complain("%s: %s", disk->path, strerror(errno));
        return -1;
    }
    disk->dev.block_count = blocks;
    return 0;
}

int parse_integer(const char *text, uint64_t *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return -1;
    errno = 0;
    *number = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
    return errno != 0 || *end != '\0' ? -1 : 0;
}

int parse_size(const char *text, uint64_t unit, uint64_t *bytes)
{
    static const char letters[] = "kmgt";
    char digits[24];
    size_t len = strlen(text);
    const char *letter =
        len > 0 && text[len - 1] != '\0' ? strchr(letters, text[len - 1] | 32) : NULL;
    uint64_t number;

    if (letter != NULL) {
        len--;
        unit = (uint64_t)1024 << 10 * (letter - letters);
    }
    if (len >= sizeof(digits))
        return -1;
    memcpy(digits, text, len);
    digits[len] = '\0';
    if (parse_integer(digits, &number) != 0 || number > UINT64_MAX / unit)
        return -1;
    *bytes = number * unit;
    return 0;
}

int parse_uuid(const char *text, uint8_t uuid[16])
{
    char digits[33];
    size_t n = 0;

    if (strlen(text) != 36)
        return -1;
    for (size_t i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-')
                return -1;
        } else {
            digits[n++] = text[i];
        }
    }
    digits[n] = '\0';
    return parse_hex(uuid, 16, digits);
}

void random_bytes(void *bytes, size_t len)
{
    if (getrandom(bytes, len, 0) != (ssize_t)len) {
        complain("no random numbers: %s", strerror(errno));
        exit(EXIT_CODE_IO);
    }
}

void random_uuid(uint8_t uuid[16])
{
    random_bytes(uuid, 16);
    uuid[6] = (uuid[6] & 0x0f) | 0x40;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
}
