/* umount: takes the disk out of the tree of files. */
#include "../lib/program.h"
#include "../lib/system.h"

static const struct program about = {
    "umount",
    "usage: umount DIRECTORY\n\n"
    "Makes the disk that is mounted on DIRECTORY durable and clean, and ends the mount.\n\n"
    "Exit status: 0, or 1 if it is in use, or could not be written to its end.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands != 1)
        program_misuse("one directory is expected");
    int result = system_unmount(o.operands[0]);
    if (result < 0)
        program_die("%s: %s", o.operands[0], nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
