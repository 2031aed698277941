/* ln: another name for a file. */
#include "../lib/copy.h"
#include "../lib/program.h"

#include <stdlib.h>
#include <unistd.h>

static const struct program about = {
    "ln",
    "usage: ln [-s] [-f] TARGET [NAME]\n"
    "       ln [-s] [-f] TARGET... DIRECTORY\n\n"
    "Makes NAME (or the target's own name, here or in DIRECTORY) another name of the file "
    "TARGET.\n\n"
    "  -s   a symbolic link: it holds the text TARGET, which need not exist\n"
    "  -f   remove a file that has the name already\n\n"
    "Exit status: 0, or 1 if a link could not be made.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    bool symbolic = false, force = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "sf", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        symbolic |= c == 's';
        force |= c == 'f';
    }
    if (o.noperands == 0)
        program_misuse("TARGET is missing");
    int ntargets = o.noperands > 1 ? o.noperands - 1 : 1;
    const char *last = o.noperands > 1 ? o.operands[o.noperands - 1] : ".";
    bool into = copy_is_directory(last);
    if (!into && ntargets > 1)
        program_misuse("%s is not a directory", last);
    for (int i = 0; i < ntargets; i++) {
        const char *target = o.operands[i];
        char *name = into ? copy_target(target, last) : program_strdup(last);
        if (force)
            unlink(name);
        if ((symbolic ? symlink(target, name) : link(target, name)) != 0) {
            program_errno(name);
            status = PROGRAM_FAILED;
        }
        free(name);
    }
    return program_end(status);
}
