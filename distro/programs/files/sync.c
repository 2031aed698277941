/* sync: makes what was written durable. */
#include "../lib/mounts.h"
#include "../lib/program.h"

#include <fcntl.h>
#include <unistd.h>

static const struct program about = {
    "sync",
    "usage: sync [FILE]...\n\n"
    "Waits until all that was written to the disk, or to the files alone, will survive a loss of "
    "power.\n\n"
    "Exit status: 0, or 1 if that is not so.\n",
    PROGRAM_FAILED,
};

static int sync_file(const char *path)
{
    int fd = open(path, O_RDONLY);
    int result = fd < 0 ? -1 : fsync(fd);
    if (result != 0)
        program_errno(path);
    if (fd >= 0)
        close(fd);
    return result == 0 ? PROGRAM_OK : PROGRAM_FAILED;
}

int main(int argc, char **argv)
{
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_none(argc, argv);
    int result = o.noperands == 0 ? mounts_sync() : 0;
    if (result < 0)
        program_die("%s", program_strerror(-result));
    for (int i = 0; i < o.noperands; i++)
        status |= sync_file(o.operands[i]);
    return program_end(status);
}
