/* mkfs: makes an empty volume on the disk. */
#include "../lib/program.h"
#include "../lib/system.h"

#include <string.h>

static const struct program about = {
    "mkfs",
    "usage: mkfs [-f] [-L LABEL]\n\n"
    "Makes an empty ext4 volume of all of the disk, which must not be mounted. What is on the disk "
    "is lost.\n\n"
    "  -f         even if there is a volume, a partition table or a boot sector\n"
    "  -L LABEL   its name, of at most 16 bytes\n\n"
    "Exit status: 0, or 1 if it was not made.\n",
    PROGRAM_FAILED,
};

#define LABEL_MAX 16u

int main(int argc, char **argv)
{
    const char *label = "";
    bool force = false;

    program_start(&about);
    struct options o = options_begin(argc, argv, "fL:", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        force |= c == 'f';
        if (c == 'L')
            label = o.value;
    }
    if (o.noperands > 0)
        program_misuse("no operands are expected");
    if (strlen(label) > LABEL_MAX)
        program_misuse("the label is longer than %u bytes", LABEL_MAX);
    int result = system_make_volume(label, force);
    if (result == NONOS_E_BUSY)
        program_die("the disk is mounted; umount it first");
    if (result == NONOS_E_EXISTS)
        program_die("there is something on the disk; -f overwrites it");
    if (result < 0)
        program_die("no volume can be made: %s", nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
