/* mount: the file systems, and how the disk is mounted. */
#include "../lib/mounts.h"
#include "../lib/program.h"
#include "../lib/system.h"

#include <stdio.h>

static const struct program about = {
    "mount",
    "usage: mount\n"
    "       mount [-r | -w] DIRECTORY\n\n"
    "Shows the file systems and their options, or mounts the disk on DIRECTORY. Where it is "
    "mounted already, changes "
    "whether it may be\nwritten; no file of it may be open then.\n\n"
    "  -r   nothing is written to it\n"
    "  -w   it may be written; so it is if nothing is said\n\n"
    "Exit status: 0, or 1 if it was not mounted so; the console says what is wrong with it.\n",
    PROGRAM_FAILED,
};

static int show(const struct mount *m, void *context)
{
    (void)context;
    printf("%s on %s type %s (%s)\n", m->source, m->path, m->type, m->options);
    return PROGRAM_OK;
}

int main(int argc, char **argv)
{
    bool read_only = false, writable = false;

    program_start(&about);
    struct options o = options_begin(argc, argv, "rw", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        read_only |= c == 'r';
        writable |= c == 'w';
    }
    if (read_only && writable)
        program_misuse("-r and -w exclude each other");
    if (o.noperands > 1)
        program_misuse("one directory is expected");
    if (o.noperands == 0) {
        int status = mounts_each(show, NULL);
        if (status < 0)
            program_die("the mounts cannot be listed: %s", program_strerror(-status));
        return program_end(status);
    }
    int result = system_mount(o.operands[0], read_only);
    if (result == NONOS_E_READ_ONLY)
        program_die("%s: it is mounted for reading only; the console says why", o.operands[0]);
    if (result < 0)
        program_die("%s: %s", o.operands[0], nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
