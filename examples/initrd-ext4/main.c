/* initrd IMAGE [halt]: what the kernel does, with the image in a file. Exits with 0, 1 after an error, 2 if there is no such file. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "initrd.h"

#define BLOCK_SIZE 512

void print(const char *text)
{
    fputs(text, stdout);
}

/* One of the two is called until all is done: a short transfer is none that failed. */
static int transfer(int fd, uint64_t first_block, uint32_t nblocks, void *in, const void *out)
{
    size_t len = (size_t)nblocks * BLOCK_SIZE;

    for (size_t done = 0; done < len;) {
        off_t at = (off_t)(first_block * BLOCK_SIZE + done);
        ssize_t n = in ? pread(fd, (char *)in + done, len - done, at)
                       : pwrite(fd, (const char *)out + done, len - done, at);
        if (n <= 0)
            return NONFS_E_IO;
        done += (size_t)n;
    }
    return 0;
}

static int file_read(void *context, uint64_t first_block, uint32_t nblocks, void *buf)
{
    return transfer(*(const int *)context, first_block, nblocks, buf, NULL);
}

static int file_write(void *context, uint64_t first_block, uint32_t nblocks, const void *buf)
{
    return transfer(*(const int *)context, first_block, nblocks, NULL, buf);
}

static int file_flush(void *context)
{
    return fdatasync(*(const int *)context) == 0 ? 0 : NONFS_E_IO;
}

int main(int argc, char **argv)
{
    static const struct nonfs_block_ops ops = {
        .read = file_read, .write = file_write, .flush = file_flush};
    struct stat st;
    int fd = argc >= 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0 || fstat(fd, &st) != 0) {
        fputs("usage: initrd IMAGE [halt]\n", stderr);
        return 2;
    }
    const struct nonfs_block_device dev = {.ops = &ops,
                                           .context = &fd,
                                           .block_size = BLOCK_SIZE,
                                           .block_count = (uint64_t)st.st_size / BLOCK_SIZE};
    int result = initrd_use(&dev, argc < 3 || strcmp(argv[2], "halt") != 0);
    return close(fd) == 0 && result == 0 ? 0 : 1;
}
